//! `HostSystem`: a host.

mod connection;
mod maintenance;

use vim25_api::types::{ClusterComputeResourceSummary, ComputeResourceSummary, HostListSummary, HostRuntimeInfo};
use vim25_runtime::{ManagedObjectReference, Value};

use super::Handler::Task;
use super::Handlers;
use crate::call::Call;
use crate::fault::Failure;
use crate::state::State;
use crate::vm;

/// What the simulator plays of it.
pub(super) const HANDLERS: Handlers = &[
    ("DisconnectHost_Task", Task { check: accept, finish: connection::disconnect }),
    ("EnterMaintenanceMode_Task", Task { check: maintenance::check_enter, finish: maintenance::enter }),
    ("ExitMaintenanceMode_Task", Task { check: accept, finish: maintenance::exit }),
    ("RebootHost_Task", Task { check: accept, finish: connection::reboot }),
    ("ReconnectHost_Task", Task { check: accept, finish: connection::reconnect }),
    ("ShutdownHost_Task", Task { check: accept, finish: connection::shut_down }),
];

/// What may be wrong is wrong only once the task is carried out.
#[expect(clippy::unnecessary_wraps, reason = "other checks can fail")]
fn accept(_: &mut Call<'_>) -> Result<(), Failure> {
    Ok(())
}

/// Changes the state of a host, with all that follows from it: its summary, and that of its compute resource.
fn edit_runtime(state: &mut State, host: &ManagedObjectReference, change: impl FnOnce(&mut HostRuntimeInfo)) {
    let store = &mut state.store;
    store.edit::<HostRuntimeInfo>(host, "runtime", change);
    let Some(runtime) = store.object::<HostRuntimeInfo>(host, "runtime").cloned() else { return };
    store.edit::<HostListSummary>(host, "summary", |summary| {
        summary.set_runtime(runtime);
    });
    if let Some(compute_resource) = store.reference(host, "parent").cloned() {
        refresh_effective(state, &compute_resource);
    }
}

/// What a compute resource has that can be used: of hosts that are connected and not in maintenance mode.
fn refresh_effective(state: &mut State, compute_resource: &ManagedObjectReference) {
    let store = &mut state.store;
    let (mut hosts, mut cpu, mut memory) = (0, 0_i64, 0_i64);
    for host in store.references(compute_resource, "host").iter().filter(|host| vm::is_usable(store, host)) {
        hosts += 1;
        let summary = store.object::<HostListSummary>(host, "summary");
        if let Some(hardware) = summary.and_then(|summary| summary.hardware()) {
            cpu += i64::from(hardware.cpu_mhz()) * i64::from(hardware.num_cpu_cores());
            memory += hardware.memory_size() >> 20;
        }
    }
    let change = |summary: &mut ComputeResourceSummary| {
        summary.set_num_effective_hosts(hosts);
        summary.set_effective_cpu(i32::try_from(cpu).unwrap_or(i32::MAX)).set_effective_memory(memory);
    };
    match store.get(compute_resource, "summary").map(AsRef::as_ref) {
        Some(Value::Object(summary)) if summary.is::<ClusterComputeResourceSummary>() => {
            store.edit::<ClusterComputeResourceSummary>(compute_resource, "summary", |summary| change(summary));
        }
        _ => store.edit::<ComputeResourceSummary>(compute_resource, "summary", change),
    }
}
