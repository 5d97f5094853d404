//! Changes of the configuration of a virtual machine.

use jiff::Timestamp;
use vim25_api::types::{
    AlreadyUpgraded, ConcurrentAccess, CpuHotPlugNotSupported, MemoryHotPlugNotSupported, VirtualMachineConfigInfo,
    VirtualMachineConfigSpec, VirtualMachinePowerState,
};
use vim25_runtime::ManagedObjectReference;

use super::devices::{Devices, Site};
use super::files::DatastorePath;
use super::placement::home_of;
use super::{config, create, layout, links, power, summary};
use crate::fault::{self, Failure};
use crate::names;
use crate::state::State;

/// Members that can change only while a machine is powered off.
const OFF_ONLY: &[&str] = &[
    "alternateGuestName",
    "cpuHotAddEnabled",
    "cpuHotRemoveEnabled",
    "firmware",
    "guestId",
    "instanceUuid",
    "memoryHotAddEnabled",
    "nestedHVEnabled",
    "uuid",
    "vPMCEnabled",
    "version",
];

/// Does what a specification asks for: all of it or, if something is wrong, nothing.
pub(crate) fn reconfigure(
    state: &mut State,
    vm: &ManagedObjectReference,
    spec: &VirtualMachineConfigSpec,
    now: Timestamp,
) -> Result<(), Failure> {
    config::check(spec, "configSpec")?;
    let Some(mut config) = state.store.object::<VirtualMachineConfigInfo>(vm, "config").cloned() else {
        return Err(fault::object_not_found(vm));
    };
    if spec.change_version().is_some_and(|version| version != config.change_version()) {
        let message = "The virtual machine was reconfigured since its change version was read.";
        return Err(fault::fault(ConcurrentAccess::new(), message));
    }
    let power = power::power_state(state, vm);
    if power != VirtualMachinePowerState::PoweredOff {
        check_running(&config, spec, &power)?;
    }
    let name = match (spec.name(), state.store.reference(vm, "parent")) {
        (Some(name), Some(parent)) => Some(names::check(&state.store, parent, name, Some(vm))?),
        _ => None,
    };
    let old_name = config.name().to_owned();
    config::apply(&mut config, spec);
    let name = name.unwrap_or(old_name);
    config.set_name(&name);
    create::check_cores(&config)?;
    change_devices(state, vm, &mut config, spec, power == VirtualMachinePowerState::PoweredOn)?;
    store_config(state, vm, config, now);
    state.store.set(vm, "name", name);
    Ok(())
}

/// What cannot change while the machine runs or is suspended.
fn check_running(
    config: &VirtualMachineConfigInfo,
    spec: &VirtualMachineConfigSpec,
    power: &VirtualMachinePowerState,
) -> Result<(), Failure> {
    let refused = || Err(power::invalid_power_state(VirtualMachinePowerState::PoweredOff, power.clone()));
    if OFF_ONLY.iter().any(|name| spec.member(name).is_some_and(|value| config.member(name) != Some(value))) {
        return refused();
    }
    let hardware = config.hardware();
    let (cpus, cores) = (hardware.num_cpu(), hardware.num_cores_per_socket());
    let wanted = spec.num_cpus().unwrap_or(cpus);
    let memory = i64::from(hardware.memory_mb());
    let wanted_memory = spec.memory_mb().unwrap_or(memory);
    let is_suspended = *power == VirtualMachinePowerState::Suspended;
    let changes_hardware = wanted != cpus || wanted_memory != memory || !spec.device_change().is_empty();
    if is_suspended && changes_hardware || spec.num_cores_per_socket().is_some_and(|asked| Some(asked) != cores) {
        return refused();
    }
    let can_add = config.cpu_hot_add_enabled() == Some(true);
    let can_remove = config.cpu_hot_remove_enabled() == Some(true);
    if wanted > cpus && !can_add || wanted < cpus && !can_remove {
        let message = "Processors cannot be added or removed while the virtual machine runs.";
        return Err(fault::fault(CpuHotPlugNotSupported::new(), message));
    }
    if wanted_memory < memory || wanted_memory > memory && config.memory_hot_add_enabled() != Some(true) {
        let message = "The memory cannot be changed while the virtual machine runs.";
        return Err(fault::fault(MemoryHotPlugNotSupported::new(), message));
    }
    Ok(())
}

fn change_devices(
    state: &mut State,
    vm: &ManagedObjectReference,
    config: &mut VirtualMachineConfigInfo,
    spec: &VirtualMachineConfigSpec,
    is_on: bool,
) -> Result<(), Failure> {
    if spec.device_change().is_empty() {
        return Ok(());
    }
    let (Some(host), Some(datastore)) = (state.host_of(vm), home_of(&state.store, vm)) else { return Ok(()) };
    let path = config.files().vm_path_name().unwrap_or_default().to_owned();
    let directory = DatastorePath::parse(&path).map_or("", DatastorePath::directory);
    let mut site = Site { state, host: &host, datastore: &datastore, directory, is_on };
    let changed = Devices::of(config.hardware().device().to_vec()).apply(spec.device_change(), &mut site)?;
    let changed = changed.finish(&mut state.vm_files);
    config::edit_devices(config, |devices| *devices = changed);
    Ok(())
}

/// Sets the configuration of a machine, with all that follows from it.
pub(super) fn store_config(
    state: &mut State,
    vm: &ManagedObjectReference,
    mut config: VirtualMachineConfigInfo,
    now: Timestamp,
) {
    config::touch(&mut config, state.store.version(), now);
    state.store.set(vm, "config", config);
    if let Some(home) = home_of(&state.store, vm) {
        links::refresh(&mut state.store, vm, &home);
    }
    layout::refresh(&mut state.store, vm, now);
    summary::refresh(state, vm, now);
}

/// Changes the configuration of a machine where nothing can be wrong.
pub(super) fn edit_config(
    state: &mut State,
    vm: &ManagedObjectReference,
    now: Timestamp,
    change: impl FnOnce(&mut VirtualMachineConfigInfo),
) {
    if let Some(mut config) = state.store.object::<VirtualMachineConfigInfo>(vm, "config").cloned() {
        change(&mut config);
        store_config(state, vm, config, now);
    }
}

/// Gives a machine a name that was found to be right. Its files keep theirs.
pub(crate) fn rename(state: &mut State, vm: &ManagedObjectReference, name: &str, now: Timestamp) {
    state.store.set(vm, "name", name.to_owned());
    edit_config(state, vm, now, |config| {
        config.set_name(name);
    });
}

/// Makes a machine a template, which is in no resource pool, or a template a machine of a pool.
pub(crate) fn set_template(
    state: &mut State,
    vm: &ManagedObjectReference,
    pool: Option<&ManagedObjectReference>,
    now: Timestamp,
) {
    match pool {
        Some(pool) => links::join_pool(&mut state.store, vm, pool),
        None => links::leave_pool(&mut state.store, vm),
    }
    edit_config(state, vm, now, |config| {
        config.set_template(pool.is_none());
    });
}

/// Brings the hardware of a machine to a version, or to the newest one.
pub(crate) fn upgrade(
    state: &mut State,
    vm: &ManagedObjectReference,
    version: &str,
    now: Timestamp,
) -> Result<String, Failure> {
    let newest = format!("vmx-{}", config::NEWEST_HARDWARE);
    let wanted = if version.is_empty() { &newest } else { version };
    let Some(number) = config::hardware_version(wanted) else {
        return Err(fault::invalid_argument("version", "there is no such hardware version"));
    };
    let present = state.store.object::<VirtualMachineConfigInfo>(vm, "config").map(|config| config.version());
    if present.and_then(config::hardware_version).is_some_and(|present| present >= number) {
        let message = "The virtual machine has this hardware version or a newer one.";
        return Err(fault::fault(AlreadyUpgraded::new(), message));
    }
    edit_config(state, vm, now, |config| {
        config.set_version(wanted);
    });
    Ok(wanted.to_owned())
}
