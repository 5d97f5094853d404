//! `summary` and `guest`: both follow from the other properties of a virtual machine.

use jiff::Timestamp;
use vim25_api::mo;
use vim25_api::types::{
    GuestInfo, ManagedEntityStatus, VirtualDisk, VirtualEthernetCard, VirtualMachineConfigInfo,
    VirtualMachineConfigSummary, VirtualMachineGuestSummary, VirtualMachinePowerState, VirtualMachineQuickStats,
    VirtualMachineRuntimeInfo, VirtualMachineStorageInfo, VirtualMachineStorageSummary, VirtualMachineSummary,
    VirtualTPM,
};
use vim25_runtime::{ManagedObjectReference, Ref};

use super::guest;
use crate::members;
use crate::state::State;

/// Members that the guest and its summary have alike.
const GUEST_MEMBERS: [&str; 9] = [
    "guestFullName",
    "guestId",
    "hostName",
    "hwVersion",
    "ipAddress",
    "toolsRunningStatus",
    "toolsStatus",
    "toolsVersionStatus",
    "toolsVersionStatus2",
];

/// Sets what follows from configuration, runtime and storage. Whoever changes one of them calls this.
pub(super) fn refresh(state: &mut State, vm: &ManagedObjectReference, now: Timestamp) {
    let store = &mut state.store;
    let Some(config) = store.object::<VirtualMachineConfigInfo>(vm, "config") else { return };
    let Some(runtime) = store.object::<VirtualMachineRuntimeInfo>(vm, "runtime") else { return };
    let guest = guest::of(store, config, runtime);
    let heartbeat = heartbeat(&guest);
    let mut summary = VirtualMachineSummary::new();
    summary
        .set_vm(Ref::<mo::VirtualMachine>::new(vm.value()))
        .set_runtime(runtime.clone())
        .set_guest(guest_summary(&guest))
        .set_config(config_summary(config))
        .set_quick_stats(quick_stats(config, runtime, &heartbeat, now))
        .set_overall_status(ManagedEntityStatus::Green);
    if let Some(storage) = store.object::<VirtualMachineStorageInfo>(vm, "storage") {
        summary.set_storage(storage_summary(storage));
    }
    // Custom values are set by others, and kept.
    let present = store.object::<VirtualMachineSummary>(vm, "summary").map(|summary| summary.custom_value().to_vec());
    if let Some(values) = present.filter(|values| !values.is_empty()) {
        summary.set_custom_value(values);
    }
    // A clone has no spare room, and there can be many machines.
    store.set(vm, "guest", guest.clone());
    store.set(vm, "guestHeartbeatStatus", heartbeat);
    store.set(vm, "summary", summary.clone());
}

fn heartbeat(guest: &GuestInfo) -> ManagedEntityStatus {
    if guest::is_running(guest) { ManagedEntityStatus::Green } else { ManagedEntityStatus::Gray }
}

fn guest_summary(guest: &GuestInfo) -> VirtualMachineGuestSummary {
    let mut summary = VirtualMachineGuestSummary::new();
    for name in GUEST_MEMBERS {
        if let Some(value) = guest.member(name) {
            members::put(&mut summary, name, value.clone());
        }
    }
    summary
}

fn config_summary(config: &VirtualMachineConfigInfo) -> VirtualMachineConfigSummary {
    let devices = config.hardware().device();
    let count = |is_it: fn(&vim25_runtime::Object) -> bool| {
        i32::try_from(devices.iter().filter(|device| is_it(device)).count()).unwrap_or(i32::MAX)
    };
    let reservation = |name: &str| members::object(config, name).and_then(|info| members::integer(info, "reservation"));
    let reservation = |name: &str| reservation(name).and_then(|value| i32::try_from(value).ok()).unwrap_or_default();
    let mut summary = VirtualMachineConfigSummary::new();
    summary
        .set_name(config.name())
        .set_template(config.template())
        .set_vm_path_name(config.files().vm_path_name().unwrap_or_default())
        .set_memory_size_mb(config.hardware().memory_mb())
        .set_cpu_reservation(reservation("cpuAllocation"))
        .set_memory_reservation(reservation("memoryAllocation"))
        .set_num_cpu(config.hardware().num_cpu())
        .set_num_ethernet_cards(count(|device| device.is::<VirtualEthernetCard>()))
        .set_num_virtual_disks(count(|device| device.is::<VirtualDisk>()))
        .set_uuid(config.uuid())
        .set_instance_uuid(config.instance_uuid().unwrap_or_default())
        .set_guest_id(config.guest_id())
        .set_guest_full_name(config.guest_full_name())
        .set_annotation(config.annotation().unwrap_or_default())
        .set_install_boot_required(false)
        .set_tpm_present(count(|device| device.is::<VirtualTPM>()) > 0)
        .set_num_vmiop_backings(0)
        .set_hw_version(config.version());
    if let Some(managed_by) = config.managed_by() {
        summary.set_managed_by(managed_by.clone());
    }
    summary
}

fn storage_summary(storage: &VirtualMachineStorageInfo) -> VirtualMachineStorageSummary {
    let mut summary = VirtualMachineStorageSummary::new();
    summary.set_committed(0).set_uncommitted(0).set_unshared(0).set_timestamp(storage.timestamp());
    for usage in storage.per_datastore_usage() {
        summary.set_committed(summary.committed() + usage.committed());
        summary.set_uncommitted(summary.uncommitted() + usage.uncommitted());
        summary.set_unshared(summary.unshared() + usage.unshared());
    }
    summary
}

/// How busy the machine is: always the same share of what it has, as there is nothing to measure.
fn quick_stats(
    config: &VirtualMachineConfigInfo,
    runtime: &VirtualMachineRuntimeInfo,
    heartbeat: &ManagedEntityStatus,
    now: Timestamp,
) -> VirtualMachineQuickStats {
    let is_on = runtime.power_state() == VirtualMachinePowerState::PoweredOn;
    let (cpus, memory) = if is_on { (config.hardware().num_cpu(), config.hardware().memory_mb()) } else { (0, 0) };
    let boot = runtime.boot_time().and_then(|time| time.timestamp().ok()).filter(|_| is_on);
    let uptime = boot.map_or(0, |boot| now.duration_since(boot).as_secs());
    let mut stats = VirtualMachineQuickStats::new();
    stats
        .set_overall_cpu_usage(50 * cpus)
        .set_overall_cpu_demand(50 * cpus)
        .set_guest_memory_usage(memory / 10)
        .set_host_memory_usage(memory / 2)
        .set_guest_heartbeat_status(heartbeat.clone())
        .set_granted_memory(memory)
        .set_private_memory(memory / 2)
        .set_shared_memory(0)
        .set_swapped_memory(0)
        .set_ballooned_memory(0)
        .set_consumed_overhead_memory(if is_on { 40 } else { 0 })
        .set_uptime_seconds(i32::try_from(uptime).unwrap_or(i32::MAX));
    stats
}
