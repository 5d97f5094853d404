//! The configuration of a virtual machine: what it is at first, and what a `VirtualMachineConfigSpec` makes of it.

mod check;

use jiff::Timestamp;
use vim25_api::types::{
    LatencySensitivity, LatencySensitivitySensitivityLevel, OptionValue, ResourceAllocationInfo, SharesInfo,
    SharesLevel, ToolsConfigInfo, VirtualDevice, VirtualHardware, VirtualMachineBootOptions, VirtualMachineConfigInfo,
    VirtualMachineConfigSpec, VirtualMachineDefaultPowerOpInfo, VirtualMachineFileInfo, VirtualMachineFlagInfo,
};
use vim25_runtime::{Any, DateTime, Element, Object, Value};

pub(super) use self::check::{check, hardware_version};
use super::{devices, guest_os};
use crate::members;
use crate::state::State;

/// The hardware version of new machines, and the newest one.
pub(super) const NEWEST_HARDWARE: u32 = 21;
/// The guest operating system of machines for which none is asked.
const GUEST_ID: &str = "otherGuest";

/// Members that a specification and the configuration have alike.
const COPIED: &[&str] = &[
    "alternateGuestName",
    "annotation",
    "changeTrackingEnabled",
    "cpuAffinity",
    "cpuHotAddEnabled",
    "cpuHotRemoveEnabled",
    "createDate",
    "fixedPassthruHotPlugEnabled",
    "firmware",
    "ftEncryptionMode",
    "guestAutoLockEnabled",
    "instanceUuid",
    "latencySensitivity",
    "locationId",
    "managedBy",
    "maxMksConnections",
    "memoryAffinity",
    "memoryHotAddEnabled",
    "memoryReservationLockedToMax",
    "messageBusTunnelEnabled",
    "migrateEncryption",
    "name",
    "nestedHVEnabled",
    "pmemFailoverEnabled",
    "rebootPowerOff",
    "sevEnabled",
    "swapPlacement",
    "uuid",
    "vAssertsEnabled",
    "version",
    "vPMCEnabled",
];

/// Members that are objects, of which a specification may give a part: its name in the specification, and in the
/// configuration.
const MERGED: &[(&str, &str)] = &[
    ("bootOptions", "bootOptions"),
    ("cpuAllocation", "cpuAllocation"),
    ("consolePreferences", "consolePreferences"),
    ("flags", "flags"),
    ("memoryAllocation", "memoryAllocation"),
    ("powerOpInfo", "defaultPowerOps"),
    ("tools", "tools"),
];

/// What a machine is before anybody has asked for anything.
pub(super) fn initial(state: &mut State, name: &str, now: Timestamp) -> VirtualMachineConfigInfo {
    let mut config = VirtualMachineConfigInfo::new();
    config
        .set_name(name)
        .set_version(format!("vmx-{NEWEST_HARDWARE}"))
        .set_create_date(DateTime::from(now))
        .set_template(false)
        .set_guest_id(GUEST_ID)
        .set_alternate_guest_name("")
        .set_annotation("")
        .set_tools(tools())
        .set_flags(flags())
        .set_default_power_ops(power_ops())
        .set_hardware(hardware())
        .set_cpu_allocation(allocation())
        .set_memory_allocation(allocation())
        .set_latency_sensitivity(normal_latency())
        .set_memory_hot_add_enabled(false)
        .set_cpu_hot_add_enabled(false)
        .set_cpu_hot_remove_enabled(false)
        .set_swap_placement("inherit")
        .set_boot_options(boot_options())
        .set_change_tracking_enabled(false)
        .set_firmware("bios")
        .set_max_mks_connections(-1)
        .set_guest_auto_lock_enabled(true)
        .set_memory_reservation_locked_to_max(false)
        .set_nested_hv_enabled(false)
        .set_vpmc_enabled(false);
    renew_ids(&mut config, state);
    config
}

/// Gives a machine that is a new one ids of its own.
pub(super) fn renew_ids(config: &mut VirtualMachineConfigInfo, state: &mut State) {
    config.set_uuid(state.random.uuid()).set_instance_uuid(state.random.uuid());
}

/// Does what a specification asks for, but for devices and what the rest of the state has to know of.
pub(super) fn apply(config: &mut VirtualMachineConfigInfo, spec: &VirtualMachineConfigSpec) {
    for &name in COPIED {
        if let Some(value) = spec.member(name) {
            members::put(config, name, value.clone());
        }
    }
    for &(from, to) in MERGED {
        if let Some(change) = members::object(spec, from) {
            let mut merged = members::object(config, to).cloned().unwrap_or_else(|| Object::new(change.type_info()));
            members::merge(&mut merged, change);
            members::put(config, to, merged);
        }
    }
    edit_hardware(config, |hardware| apply_hardware(hardware, spec));
    if let Some(guest_id) = spec.guest_id() {
        config.set_guest_id(guest_id);
    }
    merge_options(config, spec.extra_config());
    complete(config);
}

fn apply_hardware(hardware: &mut VirtualHardware, spec: &VirtualMachineConfigSpec) {
    if let Some(count) = spec.num_cpus() {
        hardware.set_num_cpu(count);
    }
    match spec.num_cores_per_socket() {
        // Zero leaves the choice to the host.
        Some(0) => hardware.set_num_cores_per_socket(hardware.num_cpu()).set_auto_cores_per_socket(true),
        Some(count) => hardware.set_num_cores_per_socket(count).set_auto_cores_per_socket(false),
        None => hardware,
    };
    if let Some(size) = spec.memory_mb().and_then(|size| i32::try_from(size).ok()) {
        hardware.set_memory_mb(size);
    }
    for name in ["virtualICH7MPresent", "virtualSMCPresent", "motherboardLayout", "simultaneousThreads"] {
        if let Some(value) = spec.member(name) {
            members::put(hardware, name, value.clone());
        }
    }
}

/// What follows from other members.
fn complete(config: &mut VirtualMachineConfigInfo) {
    let guest = guest_os::find(config.guest_id());
    let full_name = match config.alternate_guest_name() {
        "" => guest.map_or("", |guest| guest.full_name),
        alternate => alternate,
    };
    let full_name = full_name.to_owned();
    config.set_guest_full_name(full_name);
    let (cpus, memory) = (config.hardware().num_cpu(), config.hardware().memory_mb());
    for (name, unit) in [("cpuAllocation", 1000 * cpus), ("memoryAllocation", 10_i32.saturating_mul(memory))] {
        if let Some(mut allocation) = members::data::<ResourceAllocationInfo>(config, name).cloned() {
            complete_shares(&mut allocation, unit);
            members::put(config, name, allocation);
        }
    }
}

/// The number of shares that a level stands for.
fn complete_shares(allocation: &mut ResourceAllocationInfo, normal: i32) {
    let Some(mut shares) = allocation.shares().cloned() else { return };
    match shares.level() {
        SharesLevel::Low => shares.set_shares(normal / 2),
        SharesLevel::High => shares.set_shares(normal.saturating_mul(2)),
        SharesLevel::Normal => shares.set_shares(normal),
        _ => &mut shares,
    };
    allocation.set_shares(shares);
}

/// Sets options by their keys; an empty text takes one away.
fn merge_options(config: &mut VirtualMachineConfigInfo, changes: &[OptionValue]) {
    if changes.is_empty() {
        return;
    }
    let mut options = config.extra_config().to_vec();
    for change in changes {
        options.retain(|option| option.key() != change.key());
        if change.value().and_then(Any::as_str) != Some("") {
            options.push(change.clone());
        }
    }
    config.set_extra_config(options);
}

/// The text of an option of a machine.
pub(super) fn option<'a>(config: &'a VirtualMachineConfigInfo, key: &str) -> Option<&'a str> {
    config.extra_config().iter().find(|option| option.key() == key)?.value()?.as_str()
}

/// Sets where the files of a machine are: `[datastore1] web-1/web-1.vmx` and around it.
pub(super) fn set_path(config: &mut VirtualMachineConfigInfo, path: &str) {
    let directory = path.rsplit_once('/').map_or(path, |(directory, _)| directory);
    let directory = format!("{directory}/");
    let mut files = VirtualMachineFileInfo::new();
    files
        .set_vm_path_name(path)
        .set_snapshot_directory(&directory)
        .set_suspend_directory(&directory)
        .set_log_directory(&directory);
    config.set_files(files);
}

/// Notes that the configuration is another now.
pub(super) fn touch(config: &mut VirtualMachineConfigInfo, version: u64, now: Timestamp) {
    // Time alone does not tell two changes apart where a clock stands still.
    config.set_modified(DateTime::from(now)).set_change_version(format!("{now}-{version}"));
}

/// Changes the hardware.
pub(super) fn edit_hardware(config: &mut VirtualMachineConfigInfo, change: impl FnOnce(&mut VirtualHardware)) {
    let Some(Value::Object(mut hardware)) = config.remove("hardware") else { return };
    if let Some(hardware) = hardware.downcast_mut() {
        change(hardware);
    }
    members::put(config, "hardware", hardware);
}

/// Changes the devices.
pub(super) fn edit_devices(config: &mut VirtualMachineConfigInfo, change: impl FnOnce(&mut Vec<VirtualDevice>)) {
    edit_hardware(config, |hardware| {
        let Some(Value::List(list)) = hardware.remove("device") else { return };
        let mut devices = VirtualDevice::from_list(list).unwrap_or_default();
        change(&mut devices);
        hardware.set_device(devices);
    });
}

fn tools() -> ToolsConfigInfo {
    let mut tools = ToolsConfigInfo::new();
    tools
        .set_tools_version(super::guest::TOOLS_VERSION)
        .set_after_power_on(true)
        .set_after_resume(true)
        .set_before_guest_standby(true)
        .set_before_guest_shutdown(true)
        .set_tools_upgrade_policy("manual")
        .set_sync_time_with_host_allowed(true)
        .set_sync_time_with_host(false);
    tools
}

fn flags() -> VirtualMachineFlagInfo {
    let mut flags = VirtualMachineFlagInfo::new();
    flags
        .set_disable_acceleration(false)
        .set_enable_logging(true)
        .set_use_toe(false)
        .set_run_with_debug_info(false)
        .set_monitor_type("release")
        .set_ht_sharing("any")
        .set_snapshot_disabled(false)
        .set_snapshot_locked(false)
        .set_disk_uuid_enabled(false)
        .set_snapshot_power_off_behavior("powerOff");
    flags
}

fn power_ops() -> VirtualMachineDefaultPowerOpInfo {
    let mut ops = VirtualMachineDefaultPowerOpInfo::new();
    ops.set_power_off_type("soft")
        .set_suspend_type("hard")
        .set_reset_type("soft")
        .set_default_power_off_type("soft")
        .set_default_suspend_type("hard")
        .set_default_reset_type("soft")
        .set_standby_action("checkpoint");
    ops
}

fn hardware() -> VirtualHardware {
    let mut hardware = VirtualHardware::new();
    hardware
        .set_num_cpu(1)
        .set_num_cores_per_socket(1)
        .set_auto_cores_per_socket(false)
        .set_memory_mb(32)
        .set_virtual_ich7m_present(false)
        .set_virtual_smc_present(false)
        .set_device(devices::standard_devices());
    hardware
}

fn allocation() -> ResourceAllocationInfo {
    let mut shares = SharesInfo::new();
    shares.set_level(SharesLevel::Normal).set_shares(0);
    let mut allocation = ResourceAllocationInfo::new();
    allocation.set_reservation(0).set_expandable_reservation(false).set_limit(-1).set_shares(shares);
    allocation
}

fn normal_latency() -> LatencySensitivity {
    let mut latency = LatencySensitivity::new();
    latency.set_level(LatencySensitivitySensitivityLevel::Normal);
    latency
}

fn boot_options() -> VirtualMachineBootOptions {
    let mut options = VirtualMachineBootOptions::new();
    options
        .set_boot_delay(0)
        .set_enter_bios_setup(false)
        .set_efi_secure_boot_enabled(false)
        .set_boot_retry_enabled(false)
        .set_boot_retry_delay(10_000);
    options
}
