//! Cloning and moving.

use jiff::Timestamp;
use vim25_api::mo;
use vim25_api::types::{
    HostEventArgument, VirtualMachineCloneSpec, VirtualMachinePowerState as Power, VirtualMachineRelocateSpec,
    VmClonedEvent, VmEventArgument, VmMigratedEvent, VmPoweredOnEvent, VmRelocatedEvent,
};
use vim25_runtime::{Any, ManagedObjectReference, Ref};

use crate::call::Call;
use crate::fault::{self, Failure};
use crate::members;
use crate::state::State;
use crate::tasks::Work;
use crate::vm;

/// Members that ask for what the simulator does not do.
const UNSUPPORTED: [&str; 2] = ["service", "cryptoSpec"];

pub(super) fn check_clone(call: &mut Call<'_>) -> Result<(), Failure> {
    vm::check_idle(call.state, call.object, call.operation.name)?;
    let spec = call.required_object("spec")?;
    if spec.member("customization").is_some() {
        return Err(fault::not_supported("The simulator does not customize guests."));
    }
    members::object(spec, "location").map_or(Ok(()), check_location)
}

pub(super) fn check_relocate(call: &mut Call<'_>) -> Result<(), Failure> {
    vm::check_idle(call.state, call.object, call.operation.name)?;
    check_location(call.required_object("spec")?)
}

fn check_location(spec: &vim25_runtime::Object) -> Result<(), Failure> {
    match UNSUPPORTED.iter().find(|name| spec.member(name).is_some()) {
        Some(name) => Err(fault::not_supported(format!("The simulator does not play `{name}` of a location."))),
        None => Ok(()),
    }
}

/// Gives the new machine.
pub(super) fn clone(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    let spec = members::data::<VirtualMachineCloneSpec>(work.arguments, "spec");
    let (Some(spec), Some(folder)) = (spec, work.reference("folder").cloned()) else {
        return Err(fault::invalid_argument("spec", "a required argument is absent"));
    };
    let takes_machines = super::super::folder::takes(&work.state.store, &folder, "VirtualMachine");
    if !takes_machines {
        return Err(fault::invalid_argument("folder", "it is no folder of virtual machines"));
    }
    vm::check_connected(work.state, work.object)?;
    let new = vm::clone(work.state, work.object, &folder, work.text("name"), spec, work.now)?;
    let source_name = work.state.store.text(work.object, "name").to_owned();
    let mut source = VmEventArgument::new();
    source.set_vm(Ref::<mo::VirtualMachine>::new(work.object.value())).set_name(&source_name);
    let mut event = VmClonedEvent::new();
    event.set_source_vm(source);
    let place = work.state.place_of(&new);
    work.post(event, &format!("{source_name} is cloned to {place}"), &new);
    if vm::power_state(work.state, &new) == Power::PoweredOn {
        work.post(VmPoweredOnEvent::new(), &format!("{place} is powered on"), &new);
    }
    Ok(Some(new.into()))
}

pub(super) fn relocate(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    let spec = members::data::<VirtualMachineRelocateSpec>(work.arguments, "spec");
    let Some(spec) = spec else { return Err(fault::invalid_argument("spec", "the required argument is absent")) };
    move_machine(work, spec)
}

pub(super) fn migrate(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    let existing = vm::power_state(work.state, work.object);
    match members::text(work.arguments, "state") {
        Some(wanted) if wanted != existing.as_str() => return Err(vm::invalid_power_state(wanted.into(), existing)),
        _ => {}
    }
    let mut spec = VirtualMachineRelocateSpec::new();
    for name in ["pool", "host"] {
        if let Some(target) = work.reference(name) {
            members::put(&mut spec, name, target.clone());
        }
    }
    move_machine(work, &spec)
}

fn move_machine(work: &mut Work<'_>, spec: &VirtualMachineRelocateSpec) -> Result<Option<Any>, Failure> {
    vm::check_connected(work.state, work.object)?;
    let source = work.state.host_of(work.object);
    let datastores = work.state.store.references(work.object, "datastore").to_vec();
    vm::relocate(work.state, work.object, spec, work.now)?;
    let Some(source) = source else { return Ok(None) };
    let mut argument = HostEventArgument::new();
    let source_name = work.state.store.text(&source, "name").to_owned();
    argument.set_host(Ref::<mo::HostSystem>::new(source.value())).set_name(&source_name);
    let place = work.state.place_of(work.object);
    if work.state.store.references(work.object, "datastore") != datastores {
        let mut event = VmRelocatedEvent::new();
        event.set_source_host(argument);
        work.post(event, &format!("{place} is relocated from {source_name}"), work.object);
    } else if work.state.host_of(work.object).as_ref() != Some(&source) {
        let mut event = VmMigratedEvent::new();
        event.set_source_host(argument);
        work.post(event, &format!("{place} is migrated from {source_name}"), work.object);
    }
    Ok(None)
}

/// Moves a machine to another host of its cluster.
pub(in super::super) fn move_to_host(
    state: &mut State,
    machine: &ManagedObjectReference,
    host: &ManagedObjectReference,
    now: Timestamp,
) -> Result<(), Failure> {
    let mut spec = VirtualMachineRelocateSpec::new();
    spec.set_host(Ref::<mo::HostSystem>::new(host.value()));
    vm::relocate(state, machine, &spec, now)
}
