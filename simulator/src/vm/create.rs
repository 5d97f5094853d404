//! New virtual machines.

use jiff::Timestamp;
use vim25_api::mo;
use vim25_api::types::{
    ManagedEntityStatus, VirtualMachineCapability, VirtualMachineConfigInfo, VirtualMachineConfigSpec,
    VirtualMachineConnectionState, VirtualMachineFaultToleranceState, VirtualMachinePowerState,
    VirtualMachineRecordReplayState, VirtualMachineRuntimeInfo,
};
use vim25_runtime::{ManagedObjectReference, Ref, Value};

use super::devices::{Devices, Site};
use super::files::{self, DatastorePath};
use super::{Placement, config, layout, links, summary};
use crate::fault::{self, Failure};
use crate::names;
use crate::state::State;

use std::sync::{Arc, LazyLock};

/// What every machine can do: shared, as it is the same for all.
static CAPABILITY: LazyLock<Arc<Value>> = LazyLock::new(|| Arc::new(capability().into()));

/// Creates a virtual machine that is powered off, and links it to folder, pool, host, datastore and the networks of its
/// cards.
pub(crate) fn create(
    state: &mut State,
    placement: &Placement,
    spec: &VirtualMachineConfigSpec,
    now: Timestamp,
) -> Result<ManagedObjectReference, Failure> {
    config::check(spec, "configSpec")?;
    let name =
        spec.name().ok_or_else(|| fault::invalid_argument("configSpec.name", "a virtual machine needs a name"))?;
    let name = names::check(&state.store, &placement.folder, name, None)?;
    let path = free_path(state, placement, spec.files().and_then(|files| files.vm_path_name()), &name)?;
    let mut new = config::initial(state, &name, now);
    config::set_path(&mut new, &path);
    config::apply(&mut new, spec);
    new.set_name(&name);
    check_cores(&new)?;
    change_devices(state, placement, &mut new, spec)?;
    Ok(insert(state, placement, new, now))
}

/// The cores of all sockets are the processors.
pub(super) fn check_cores(config: &VirtualMachineConfigInfo) -> Result<(), Failure> {
    let hardware = config.hardware();
    match hardware.num_cores_per_socket() {
        Some(cores) if cores > 0 && hardware.num_cpu() % cores != 0 => {
            let problem = "the number of processors is no multiple of the cores of a socket";
            Err(fault::invalid_argument("configSpec.numCoresPerSocket", problem))
        }
        _ => Ok(()),
    }
}

/// Carries out the changes of devices of a specification on a machine that does not run.
pub(super) fn change_devices(
    state: &mut State,
    placement: &Placement,
    config: &mut VirtualMachineConfigInfo,
    spec: &VirtualMachineConfigSpec,
) -> Result<(), Failure> {
    let path = config.files().vm_path_name().unwrap_or_default().to_owned();
    let directory = DatastorePath::parse(&path).map_or("", DatastorePath::directory);
    let mut site = Site { state, host: &placement.host, datastore: &placement.datastore, directory, is_on: false };
    let present = Devices::of(config.hardware().device().to_vec());
    let changed = present.apply(spec.device_change(), &mut site)?;
    let changed = changed.finish(&mut state.vm_files);
    config::edit_devices(config, |devices| *devices = changed);
    Ok(())
}

/// Where the configuration file of a new machine is: where it is asked for, or in a folder that no other machine has.
pub(super) fn free_path(
    state: &State,
    placement: &Placement,
    asked: Option<&str>,
    name: &str,
) -> Result<String, Failure> {
    let store = &state.store;
    let datastore = store.text(&placement.datastore, "name");
    if let Some(asked) = asked.filter(|asked| !asked.is_empty()) {
        let parsed = DatastorePath::parse(asked).ok_or_else(|| files::invalid_path(asked))?;
        if parsed.datastore != datastore {
            return Err(files::invalid_path(asked));
        }
        if !parsed.path.is_empty() && !parsed.path.ends_with('/') {
            let path = format!("[{datastore}] {}", parsed.path);
            return if state.vm_files.has_machine(&path) { Err(files::file_exists(&path)) } else { Ok(path) };
        }
    }
    let path = |number: u32| match number {
        0 => format!("[{datastore}] {name}/{name}.vmx"),
        _ => format!("[{datastore}] {name}_{number}/{name}_{number}.vmx"),
    };
    Ok((0..).map(path).find(|path| !state.vm_files.has_machine(path)).unwrap_or_default())
}

/// Puts a machine with a complete configuration into the inventory, powered off.
pub(super) fn insert(
    state: &mut State,
    placement: &Placement,
    mut config: VirtualMachineConfigInfo,
    now: Timestamp,
) -> ManagedObjectReference {
    let vm = state.store.new_reference("VirtualMachine", "vm");
    config::touch(&mut config, state.store.version(), now);
    state.vm_files.add_machine(config.files().vm_path_name().unwrap_or_default());
    state.vm_files.add_disks_of(config.hardware().device());
    let name = config.name().to_owned();
    let properties = [
        ("name", name.into()),
        ("parent", placement.folder.clone().into()),
        // A clone has no spare room, and there can be many machines.
        ("config", config.clone().into()),
        ("runtime", runtime(&placement.host).clone().into()),
        ("overallStatus", ManagedEntityStatus::Green.into()),
        ("configStatus", ManagedEntityStatus::Green.into()),
        ("alarmActionsEnabled", true.into()),
    ];
    state.store.add(vm.clone(), properties);
    state.store.set_shared(&vm, "capability", Arc::clone(&CAPABILITY));
    state.store.push(&placement.folder, "childEntity", &vm);
    links::set_host(&mut state.store, &vm, &placement.host);
    links::join_pool(&mut state.store, &vm, &placement.pool);
    links::refresh(&mut state.store, &vm, &placement.datastore);
    layout::refresh(&mut state.store, &vm, now);
    summary::refresh(state, &vm, now);
    vm
}

fn runtime(host: &ManagedObjectReference) -> VirtualMachineRuntimeInfo {
    let mut runtime = VirtualMachineRuntimeInfo::new();
    runtime
        .set_host(Ref::<mo::HostSystem>::new(host.value()))
        .set_connection_state(VirtualMachineConnectionState::Connected)
        .set_power_state(VirtualMachinePowerState::PoweredOff)
        .set_vm_failover_in_progress(false)
        .set_fault_tolerance_state(VirtualMachineFaultToleranceState::NotConfigured)
        .set_tools_installer_mounted(false)
        .set_num_mks_connections(0)
        .set_record_replay_state(VirtualMachineRecordReplayState::Inactive)
        .set_online_standby(false)
        .set_consolidation_needed(false);
    runtime
}

fn capability() -> VirtualMachineCapability {
    let ty = <VirtualMachineCapability as vim25_runtime::DataType>::TYPE;
    let mut capability = crate::minimal::object(ty);
    for name in [
        "snapshotOperationsSupported",
        "multipleSnapshotsSupported",
        "snapshotConfigSupported",
        "poweredOffSnapshotsSupported",
        "memorySnapshotsSupported",
        "revertToSnapshotSupported",
        "quiescedSnapshotsSupported",
        "consolePreferencesSupported",
        "swapPlacementSupported",
        "toolsSyncTimeSupported",
        "diskSharesSupported",
        "bootOptionsSupported",
        "bootRetryOptionsSupported",
        "settingVideoRamSizeSupported",
        "changeTrackingSupported",
        "multipleCoresPerSocketSupported",
        "memoryReservationLockSupported",
        "nestedHVSupported",
        "vPMCSupported",
        "secureBootSupported",
    ] {
        crate::members::put(&mut capability, name, true);
    }
    capability.downcast_ref().cloned().unwrap_or_default()
}
