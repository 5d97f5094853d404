//! Reading what has been decoded: the same walk over all virtual machines, by our getters and by plain fields.

use vim_rs::types::vim_any::VimAny;
use vim25_api::types::VirtualMachineConfigInfo;
use vim25_derived::types as derived;

use crate::contenders::{Derived, Ours, Theirs};

/// The property `config` of all objects.
pub fn our_configs(result: &Ours) -> Vec<&VirtualMachineConfigInfo> {
    let properties = result.objects().iter().flat_map(|object| object.prop_set());
    properties
        .filter(|property| property.name() == "config")
        .filter_map(|property| property.val().downcast_ref())
        .collect()
}

pub fn derived_configs(result: &Derived) -> Vec<&derived::VirtualMachineConfigInfo> {
    let properties = result.objects.iter().flat_map(|object| object.prop_set.iter().flatten());
    let configs = properties.filter(|property| property.name == "config").filter_map(|property| match &property.val {
        derived::Any::VirtualMachineConfigInfo(config) => Some(&**config),
        _ => None,
    });
    configs.collect()
}

pub fn their_configs(result: &Theirs) -> Vec<&vim_rs::types::structs::VirtualMachineConfigInfo> {
    let properties = result.objects.iter().flat_map(|object| object.prop_set.iter().flatten());
    let configs = properties.filter(|property| property.name == "config").filter_map(|property| match &property.val {
        // On the box, `as_any_ref` would be that of the box.
        VimAny::Object(object) => (**object).as_any_ref().downcast_ref(),
        VimAny::Value(_) => None,
    });
    configs.collect()
}

/// What a walk has read: how many members, and a sum over their values.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Read {
    pub members: usize,
    sum: i64,
}

impl Read {
    fn integer(&mut self, value: i32) {
        self.members += 1;
        self.sum += i64::from(value);
    }

    fn text(&mut self, value: &str) {
        self.members += 1;
        self.sum += value.len() as i64;
    }

    /// A member through which another is reached.
    fn passed(&mut self) {
        self.members += 1;
    }
}

pub fn walk_ours(configs: &[&VirtualMachineConfigInfo]) -> Read {
    let mut read = Read::default();
    for config in configs {
        read.text(config.name());
        read.text(config.guest_full_name());
        read.passed();
        let hardware = config.hardware();
        read.integer(hardware.num_cpu());
        read.integer(hardware.memory_mb());
        read.passed();
        for device in hardware.device() {
            read.integer(device.key());
            read.passed();
            if let Some(description) = device.device_info() {
                read.text(description.label());
            }
        }
    }
    read
}

pub fn walk_derived(configs: &[&derived::VirtualMachineConfigInfo]) -> Read {
    let mut read = Read::default();
    for config in configs {
        read.text(&config.name);
        read.text(&config.guest_full_name);
        read.passed();
        let hardware = &config.hardware;
        read.integer(hardware.num_cpu);
        read.integer(hardware.memory_mb);
        read.passed();
        for device in hardware.device.iter().flatten() {
            read.integer(*device.key());
            read.passed();
            if let Some(description) = device.device_info() {
                read.text(description.label());
            }
        }
    }
    read
}

pub fn walk_theirs(configs: &[&vim_rs::types::structs::VirtualMachineConfigInfo]) -> Read {
    let mut read = Read::default();
    for config in configs {
        read.text(&config.name);
        read.text(&config.guest_full_name);
        read.passed();
        let hardware = &config.hardware;
        read.integer(hardware.num_cpu);
        read.integer(hardware.memory_mb);
        read.passed();
        for device in hardware.device.iter().flatten() {
            read.integer(device.key);
            read.passed();
            if let Some(description) = &device.device_info {
                read.text(&description.label);
            }
        }
    }
    read
}
