//! The power states of virtual machines.

use jiff::Timestamp;
use vim25_api::types::{
    GuestInfo, HostListSummary, InvalidPowerState, InvalidState, VirtualMachineConfigInfo,
    VirtualMachineConnectionState, VirtualMachinePowerState, VirtualMachineRuntimeInfo,
};
use vim25_runtime::{DateTime, ManagedObjectReference};

use super::{config, devices, guest, summary};
use crate::fault::{self, Failure};
use crate::state::State;

/// The power state of a virtual machine.
pub(crate) fn power_state(state: &State, vm: &ManagedObjectReference) -> VirtualMachinePowerState {
    let runtime = state.store.object::<VirtualMachineRuntimeInfo>(vm, "runtime");
    runtime.map_or(VirtualMachinePowerState::PoweredOff, |runtime| runtime.power_state())
}

/// Refuses a machine that is in none of some power states, by saying in which it would have to be.
pub(crate) fn check_power(
    state: &State,
    vm: &ManagedObjectReference,
    allowed: &[VirtualMachinePowerState],
    requested: VirtualMachinePowerState,
) -> Result<(), Failure> {
    let existing = power_state(state, vm);
    if allowed.contains(&existing) { Ok(()) } else { Err(invalid_power_state(requested, existing)) }
}

/// The fault that a machine is in the wrong power state.
pub(crate) fn invalid_power_state(requested: VirtualMachinePowerState, existing: VirtualMachinePowerState) -> Failure {
    let message = format!("That cannot be done in the current power state, {existing}.");
    let mut invalid = InvalidPowerState::new();
    invalid.set_requested_state(requested).set_existing_state(existing);
    fault::fault(invalid, message)
}

/// Refuses a machine whose host cannot be reached.
pub(crate) fn check_connected(state: &State, vm: &ManagedObjectReference) -> Result<(), Failure> {
    let runtime = state.store.object::<VirtualMachineRuntimeInfo>(vm, "runtime");
    match runtime.map(|runtime| runtime.connection_state()) {
        Some(VirtualMachineConnectionState::Connected) => Ok(()),
        _ => Err(fault::fault(InvalidState::new(), "The host of the virtual machine cannot be reached.")),
    }
}

/// Whether VMware Tools run in the guest.
pub(crate) fn is_guest_running(state: &State, vm: &ManagedObjectReference) -> bool {
    state.store.object::<GuestInfo>(vm, "guest").is_some_and(guest::is_running)
}

/// Sets the power state of a virtual machine, with all that follows from it: guest, runtime, summary.
pub(crate) fn set_power(
    state: &mut State,
    vm: &ManagedObjectReference,
    power: VirtualMachinePowerState,
    now: Timestamp,
) {
    let is_on = power == VirtualMachinePowerState::PoweredOn;
    let before = power_state(state, vm);
    let limits = if is_on { limits(state, vm) } else { None };
    state.store.edit::<VirtualMachineRuntimeInfo>(vm, "runtime", |runtime| {
        match &power {
            VirtualMachinePowerState::PoweredOn => {
                if before == VirtualMachinePowerState::PoweredOff || runtime.boot_time().is_none() {
                    runtime.set_boot_time(DateTime::from(now));
                }
                runtime.remove("suspendTime");
                runtime.remove("cleanPowerOff");
            }
            VirtualMachinePowerState::Suspended => {
                runtime.set_suspend_time(DateTime::from(now));
            }
            _ => {
                runtime.remove("bootTime");
                runtime.remove("suspendTime");
                runtime.set_clean_power_off(true);
            }
        }
        for name in ["maxCpuUsage", "maxMemoryUsage"] {
            runtime.remove(name);
        }
        if let Some((cpu, memory)) = limits {
            runtime.set_max_cpu_usage(cpu).set_max_memory_usage(memory);
        }
        runtime.set_power_state(power);
    });
    state.store.edit::<VirtualMachineConfigInfo>(vm, "config", |config| {
        config::edit_devices(config, |devices| devices::connect(devices, is_on));
    });
    summary::refresh(state, vm, now);
}

/// What a machine can use at most: of the processors of its host in MHz, and of memory in MB.
fn limits(state: &State, vm: &ManagedObjectReference) -> Option<(i32, i32)> {
    let hardware = state.store.object::<VirtualMachineConfigInfo>(vm, "config")?.hardware();
    let host = state.host_of(vm)?;
    let summary = state.store.object::<HostListSummary>(&host, "summary")?;
    let mhz = summary.hardware().map_or(0, |hardware| hardware.cpu_mhz());
    Some((mhz.saturating_mul(hardware.num_cpu()), hardware.memory_mb()))
}

/// Boots a machine that runs once more.
pub(crate) fn reset(state: &mut State, vm: &ManagedObjectReference, now: Timestamp) {
    state.store.edit::<VirtualMachineRuntimeInfo>(vm, "runtime", |runtime| {
        runtime.set_boot_time(DateTime::from(now));
    });
    summary::refresh(state, vm, now);
}

/// Sets whether a machine can be reached, as its host can or cannot.
pub(crate) fn set_connection(
    state: &mut State,
    vm: &ManagedObjectReference,
    connection: VirtualMachineConnectionState,
    now: Timestamp,
) {
    state.store.edit::<VirtualMachineRuntimeInfo>(vm, "runtime", |runtime| {
        runtime.set_connection_state(connection);
    });
    summary::refresh(state, vm, now);
}
