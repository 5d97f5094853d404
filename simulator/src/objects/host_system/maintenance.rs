//! Maintenance mode: a host that runs nothing.

use std::time::Duration;

use vim25_api::types::{
    EnteredMaintenanceModeEvent, EnteringMaintenanceModeEvent, ExitMaintenanceModeEvent, HostRuntimeInfo,
    HostSystemConnectionState, InvalidState, Timedout, VirtualMachinePowerState as Power, VmMigratedEvent,
};
use vim25_runtime::{Any, ManagedObjectReference};

use super::edit_runtime;
use crate::call::Call;
use crate::fault::{self, Failure};
use crate::members;
use crate::objects::virtual_machine::move_to_host;
use crate::state::State;
use crate::tasks::Work;
use crate::vm;

fn invalid_state(message: &str) -> Failure {
    fault::fault(InvalidState::new(), message)
}

fn is_in_maintenance(state: &State, host: &ManagedObjectReference) -> bool {
    state.store.object::<HostRuntimeInfo>(host, "runtime").is_some_and(HostRuntimeInfo::in_maintenance_mode)
}

fn check_connected(state: &State, host: &ManagedObjectReference) -> Result<(), Failure> {
    let runtime = state.store.object::<HostRuntimeInfo>(host, "runtime");
    match runtime.map(HostRuntimeInfo::connection_state) {
        Some(HostSystemConnectionState::Connected) => Ok(()),
        _ => Err(invalid_state("The host cannot be reached.")),
    }
}

/// Says that the host is about to enter maintenance mode, if it can.
pub(super) fn check_enter(call: &mut Call<'_>) -> Result<(), Failure> {
    check_connected(call.state, call.object)?;
    if is_in_maintenance(call.state, call.object) {
        return Err(invalid_state("The host is in maintenance mode already."));
    }
    let message = format!("{} is entering maintenance mode", call.state.store.text(call.object, "name"));
    call.post(EnteringMaintenanceModeEvent::new(), &message, call.object);
    Ok(())
}

/// Enters maintenance mode as soon as nothing runs on the host: what can move to another host of the cluster moves, the
/// rest is waited for.
pub(super) fn enter(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    check_connected(work.state, work.object)?;
    if is_in_maintenance(work.state, work.object) {
        return Err(invalid_state("The host is in maintenance mode already."));
    }
    evacuate(work);
    let machines = work.state.store.references(work.object, "vm");
    if machines.iter().any(|machine| vm::power_state(work.state, machine) == Power::PoweredOn) {
        let timeout = members::integer(work.arguments, "timeout").unwrap_or_default();
        let timeout = u64::try_from(timeout).unwrap_or_default();
        let elapsed = work.now.duration_since(work.begun).unsigned_abs();
        if timeout > 0 && elapsed >= Duration::from_secs(timeout) {
            return Err(fault::fault(Timedout::new(), "Virtual machines still run on the host."));
        }
        return Ok(work.try_later());
    }
    edit_runtime(work.state, work.object, |runtime| {
        runtime.set_in_maintenance_mode(true);
    });
    let message = format!("{} has entered maintenance mode", work.state.store.text(work.object, "name"));
    work.post(EnteredMaintenanceModeEvent::new(), &message, work.object);
    Ok(None)
}

/// Moves machines to other hosts of the cluster: those that run and, if that is asked for, the others.
fn evacuate(work: &mut Work<'_>) {
    let moves_all = work.boolean("evacuatePoweredOffVms") == Some(true);
    let cluster = work.state.store.reference(work.object, "parent").cloned();
    let Some(cluster) = cluster.filter(|cluster| cluster.type_name() == "ClusterComputeResource") else { return };
    for machine in work.state.store.references(work.object, "vm").to_vec() {
        let is_on = vm::power_state(work.state, &machine) == Power::PoweredOn;
        if !is_on && !moves_all {
            continue;
        }
        let Some(target) = other_host(work, &cluster, &machine) else { continue };
        if move_to_host(work.state, &machine, &target, work.now).is_ok() && is_on {
            let message = format!(
                "{} is migrated from {}",
                work.state.place_of(&machine),
                work.state.store.text(work.object, "name")
            );
            let mut event = VmMigratedEvent::new();
            event.set_source_host(host_argument(work));
            work.post(event, &message, &machine);
        }
    }
}

fn other_host(
    work: &Work<'_>,
    cluster: &ManagedObjectReference,
    machine: &ManagedObjectReference,
) -> Option<ManagedObjectReference> {
    let store = &work.state.store;
    let datastores = store.references(machine, "datastore");
    vm::pick_host(store, cluster, datastores, Some(work.object))
}

fn host_argument(work: &Work<'_>) -> vim25_api::types::HostEventArgument {
    let mut argument = vim25_api::types::HostEventArgument::new();
    members::put(&mut argument, "host", work.object.clone());
    argument.set_name(work.state.store.text(work.object, "name"));
    argument
}

pub(super) fn exit(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    check_connected(work.state, work.object)?;
    if !is_in_maintenance(work.state, work.object) {
        return Err(invalid_state("The host is not in maintenance mode."));
    }
    edit_runtime(work.state, work.object, |runtime| {
        runtime.set_in_maintenance_mode(false);
    });
    let message = format!("{} has left maintenance mode", work.state.store.text(work.object, "name"));
    work.post(ExitMaintenanceModeEvent::new(), &message, work.object);
    Ok(None)
}
