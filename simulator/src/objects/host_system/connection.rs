//! Hosts that cannot be reached for a while, or for good.

use vim25_api::types::{
    Event, HostConnectedEvent, HostDisconnectedEvent, HostRuntimeInfo, HostShutdownEvent, HostSystemConnectionState,
    HostSystemPowerState, InvalidState, NoHost, VirtualMachineConnectionState, VirtualMachinePowerState as Power,
    VmPoweredOffEvent,
};
use vim25_runtime::{Any, DateTime};

use super::edit_runtime;
use crate::fault::{self, Failure};
use crate::tasks::Work;
use crate::vm;

pub(super) fn disconnect(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    set_connection(work, HostSystemConnectionState::Disconnected);
    post(work, HostDisconnectedEvent::new(), "is disconnected");
    Ok(None)
}

/// Connects a host that was disconnected. One that was shut down is not there.
pub(super) fn reconnect(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    let runtime = work.state.store.object::<HostRuntimeInfo>(work.object, "runtime");
    match runtime.map(HostRuntimeInfo::connection_state) {
        Some(HostSystemConnectionState::Disconnected) => {}
        Some(HostSystemConnectionState::Connected) => {
            return Err(fault::fault(InvalidState::new(), "The host is connected."));
        }
        _ => {
            let mut gone = NoHost::new();
            gone.set_name(work.state.store.text(work.object, "name"));
            return Err(fault::fault(gone, "The host does not answer."));
        }
    }
    set_connection(work, HostSystemConnectionState::Connected);
    post(work, HostConnectedEvent::new(), "is connected");
    Ok(None)
}

/// Boots a host again: what ran on it does not run any more.
pub(super) fn reboot(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    stop(work, "is rebooted")?;
    let now = work.now;
    edit_runtime(work.state, work.object, |runtime| {
        runtime.set_boot_time(DateTime::from(now));
    });
    Ok(None)
}

/// Shuts a host down. Nobody can switch it on again.
pub(super) fn shut_down(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    stop(work, "is shut down")?;
    edit_runtime(work.state, work.object, |runtime| {
        runtime.set_power_state(HostSystemPowerState::PoweredOff);
        runtime.remove("bootTime");
    });
    set_connection(work, HostSystemConnectionState::NotResponding);
    Ok(None)
}

/// Stops a host that is in maintenance mode, or that is forced.
fn stop(work: &mut Work<'_>, what: &str) -> Result<(), Failure> {
    let runtime = work.state.store.object::<HostRuntimeInfo>(work.object, "runtime").cloned().unwrap_or_default();
    if runtime.connection_state() != HostSystemConnectionState::Connected {
        return Err(fault::fault(InvalidState::new(), "The host cannot be reached."));
    }
    if !runtime.in_maintenance_mode() && work.boolean("force") != Some(true) {
        return Err(fault::fault(InvalidState::new(), "The host is not in maintenance mode."));
    }
    let mut event = HostShutdownEvent::new();
    event.set_reason("requested");
    post(work, event, what);
    for machine in work.state.store.references(work.object, "vm").to_vec() {
        if vm::power_state(work.state, &machine) == Power::PoweredOn {
            vm::set_power(work.state, &machine, Power::PoweredOff, work.now);
            let message = format!("{} is powered off", work.state.place_of(&machine));
            work.post(VmPoweredOffEvent::new(), &message, &machine);
        }
    }
    Ok(())
}

/// Sets whether a host can be reached, and with it its machines.
fn set_connection(work: &mut Work<'_>, connection: HostSystemConnectionState) {
    let of_machines = match connection {
        HostSystemConnectionState::Connected => VirtualMachineConnectionState::Connected,
        _ => VirtualMachineConnectionState::Disconnected,
    };
    edit_runtime(work.state, work.object, |runtime| {
        runtime.set_connection_state(connection);
    });
    for machine in work.state.store.references(work.object, "vm").to_vec() {
        vm::set_connection(work.state, &machine, of_machines.clone(), work.now);
    }
}

fn post(work: &mut Work<'_>, event: impl Into<Event>, what: &str) {
    let message = format!("{} {what}", work.state.store.text(work.object, "name"));
    work.post(event, &message, work.object);
}
