//! Reading members: generated getters beside the fields of a struct that holds the same.

use std::hint::black_box;
use std::time::Duration;

use criterion::Criterion;
use vim25_api::types::{
    VirtualHardware, VirtualMachineConfigInfo, VirtualMachinePowerState, VirtualMachineRuntimeInfo,
};
use vim25_bench::Figure;
use vim25_bodies::{codec, virtual_machines};
use vim25_runtime::{DataType, DateTime};

use crate::medians::Medians;

const MACHINES: usize = 300;

/// What is read, by the name of the kind of member.
const KINDS: &[&str] = &["boolean", "int", "string", "date_time", "enumeration", "object", "list", "list_element"];

/// A machine as the generated types show it.
struct Generated {
    config: VirtualMachineConfigInfo,
    hardware: VirtualHardware,
    runtime: VirtualMachineRuntimeInfo,
}

/// The same as a struct with fields.
struct Plain {
    template: bool,
    name: String,
    modified: DateTime,
    power_state: VirtualMachinePowerState,
    hardware: PlainHardware,
}

struct PlainHardware {
    num_cpu: i32,
    device: Vec<PlainDevice>,
}

struct PlainDevice {
    key: i32,
}

impl From<&Generated> for Plain {
    fn from(machine: &Generated) -> Self {
        let device = machine.hardware.device().iter().map(|device| PlainDevice { key: device.key() }).collect();
        Self {
            template: machine.config.template(),
            name: machine.config.name().to_owned(),
            modified: machine.config.modified().clone(),
            power_state: machine.runtime.power_state(),
            hardware: PlainHardware { num_cpu: machine.hardware.num_cpu(), device },
        }
    }
}

fn machines() -> Vec<Generated> {
    let result = codec::decode(&virtual_machines(MACHINES).into());
    let machine = |object: &vim25_api::types::ObjectContent| {
        Some(Generated {
            config: property::<VirtualMachineConfigInfo>(object)?.clone(),
            hardware: property::<VirtualMachineConfigInfo>(object)?.hardware().clone(),
            runtime: property::<VirtualMachineRuntimeInfo>(object)?.clone(),
        })
    };
    let machines: Vec<_> = result.objects().iter().filter_map(machine).collect();
    assert_eq!(machines.len(), MACHINES, "a machine lacks a property");
    machines
}

fn property<T: DataType>(object: &vim25_api::types::ObjectContent) -> Option<&T> {
    object.prop_set().iter().find_map(|property| property.val().downcast_ref())
}

/// Measures all kinds.
pub(crate) fn measure(criterion: &mut Criterion) {
    let generated = machines();
    let plain: Vec<Plain> = generated.iter().map(Plain::from).collect();
    let is_on = |state: &VirtualMachinePowerState| usize::from(*state == VirtualMachinePowerState::PoweredOn);

    let mut pair = Pair { criterion, generated: &generated, plain: &plain };
    pair.measure("boolean", |m| m.config.template().into(), |m| m.template.into());
    pair.measure("int", |m| m.hardware.num_cpu() as usize, |m| m.hardware.num_cpu as usize);
    pair.measure("string", |m| m.config.name().len(), |m| m.name.len());
    pair.measure("date_time", |m| m.config.modified().as_str().len(), |m| m.modified.as_str().len());
    pair.measure("enumeration", |m| is_on(&m.runtime.power_state()), |m| is_on(&m.power_state));
    pair.measure("object", |m| address(m.config.hardware()), |m| address(&m.hardware));
    pair.measure("list", |m| m.hardware.device().len(), |m| m.hardware.device.len());
    pair.measure(
        "list_element",
        |m| m.hardware.device().iter().map(|device| device.key() as usize).sum(),
        |m| m.hardware.device.iter().map(|device| device.key as usize).sum(),
    );
}

fn address<T>(item: &T) -> usize {
    std::ptr::from_ref(item).addr()
}

/// The same machines twice.
struct Pair<'a> {
    criterion: &'a mut Criterion,
    generated: &'a [Generated],
    plain: &'a [Plain],
}

impl Pair<'_> {
    /// Reads one member of all machines, both ways.
    fn measure(&mut self, kind: &str, getter: impl Fn(&Generated) -> usize, field: impl Fn(&Plain) -> usize) {
        let sum = |values: &mut dyn Iterator<Item = usize>| values.fold(0, usize::wrapping_add);
        let read = sum(&mut self.generated.iter().map(&getter));
        // Addresses differ.
        assert!(kind == "object" || read == sum(&mut self.plain.iter().map(&field)), "{kind}: the values differ");
        let mut group = self.criterion.benchmark_group("access");
        // Runs are so short that a second holds a hundred thousand of them.
        group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
        group.bench_function(kind, |bencher| {
            bencher
                .iter(|| self.generated.iter().fold(0, |sum: usize, item| sum.wrapping_add(getter(black_box(item)))));
        });
        group.bench_function(format!("{kind}_field"), |bencher| {
            bencher.iter(|| self.plain.iter().fold(0, |sum: usize, item| sum.wrapping_add(field(black_box(item)))));
        });
        group.finish();
    }
}

/// Nanoseconds of one getter, and how many times those of a field it is.
pub(crate) fn figures(medians: &Medians) -> Vec<Figure> {
    let figures = KINDS.iter().filter_map(|kind| {
        let getter = medians.get("access", kind)?;
        let field = medians.get("access", &format!("{kind}_field"))?;
        let name = match *kind {
            "list_element" => "list and one member of all its elements".to_owned(),
            kind => kind.replace('_', " "),
        };
        Some([
            Figure::new("access", format!("{name}, getter"), getter / MACHINES as f64, "ns"),
            Figure::new("access", format!("{name}, field of a struct"), field / MACHINES as f64, "ns"),
            Figure::new("access", format!("{name}, getter / field"), getter / field, "x"),
        ])
    });
    figures.flatten().collect()
}
