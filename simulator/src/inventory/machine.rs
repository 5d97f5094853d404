//! Virtual machines from their plans.

use jiff::Timestamp;
use vim25_api::mo;
use vim25_api::types::{
    DistributedVirtualSwitchPortConnection, ParaVirtualSCSIController, VirtualDevice, VirtualDeviceConfigSpec,
    VirtualDeviceConfigSpecFileOperation, VirtualDeviceConfigSpecOperation, VirtualDeviceConnectInfo, VirtualDisk,
    VirtualDiskFlatVer2BackingInfo, VirtualE1000, VirtualE1000e, VirtualEthernetCard,
    VirtualEthernetCardDistributedVirtualPortBackingInfo, VirtualEthernetCardNetworkBackingInfo,
    VirtualMachineConfigInfo, VirtualMachineConfigSpec, VirtualMachineFileInfo, VirtualMachinePowerState,
    VirtualMachineSnapshotInfo, VirtualMachineSummary, VirtualSCSISharing, VirtualVmxnet3,
};
use vim25_runtime::{ManagedObjectReference, Ref};

use super::plan::{CardType, Disk, NetworkCard, PowerState, Snapshot, VirtualMachine};
use crate::fault::Failure;
use crate::state::State;
use crate::vm::{self, Placement};

/// How many disks a SCSI controller has room for, besides itself.
const DISKS_PER_CONTROLLER: usize = 15;

/// The key of the first SCSI controller.
const FIRST_CONTROLLER: i32 = 1000;

/// The unit of a SCSI controller itself.
const CONTROLLER_UNIT: usize = 7;

/// Adds a planned virtual machine.
pub(super) fn add(
    state: &mut State,
    placement: &Placement,
    plan: &VirtualMachine,
    spec: &VirtualMachineConfigSpec,
    now: Timestamp,
) -> Result<ManagedObjectReference, Failure> {
    let vm = vm::create(state, placement, spec, now)?;
    if plan.template {
        make_template(state, &vm, &placement.pool);
    }
    // Snapshots come first: one of a machine that is powered off has no memory in it.
    take_snapshots(state, &vm, None, &plan.snapshots, now);
    match plan.power_state {
        PowerState::PoweredOff => {}
        PowerState::PoweredOn => vm::set_power(state, &vm, VirtualMachinePowerState::PoweredOn, now),
        PowerState::Suspended => {
            vm::set_power(state, &vm, VirtualMachinePowerState::PoweredOn, now);
            vm::set_power(state, &vm, VirtualMachinePowerState::Suspended, now);
        }
    }
    Ok(vm)
}

/// A template is in no resource pool.
fn make_template(state: &mut State, vm: &ManagedObjectReference, pool: &ManagedObjectReference) {
    state.store.edit::<VirtualMachineConfigInfo>(vm, "config", |config| {
        config.set_template(true);
    });
    state.store.edit::<VirtualMachineSummary>(vm, "summary", |summary| {
        let mut config = summary.config().clone();
        config.set_template(true);
        summary.set_config(config);
    });
    state.store.unset(vm, "resourcePool");
    state.store.unlink(pool, "vm", vm);
}

/// Takes snapshots from one that was taken before.
fn take_snapshots(
    state: &mut State,
    vm: &ManagedObjectReference,
    from: Option<&ManagedObjectReference>,
    snapshots: &[Snapshot],
    now: Timestamp,
) {
    for (index, snapshot) in snapshots.iter().enumerate() {
        if index > 0 {
            go_back(state, vm, from);
        }
        let taken = vm::take_snapshot(state, vm, &snapshot.name, &snapshot.description, now);
        take_snapshots(state, vm, Some(&taken), &snapshot.snapshots, now);
    }
}

/// Has the next snapshot taken from one that has others already.
fn go_back(state: &mut State, vm: &ManagedObjectReference, to: Option<&ManagedObjectReference>) {
    state.store.edit::<VirtualMachineSnapshotInfo>(vm, "snapshot", |info| match to {
        Some(snapshot) => {
            info.set_current_snapshot(Ref::<mo::VirtualMachineSnapshot>::new(snapshot.value()));
        }
        None => {
            info.remove("currentSnapshot");
        }
    });
}

/// What a network card is connected to.
pub(super) enum Connection {
    /// A standard network and its name.
    Network(ManagedObjectReference, String),
    /// A port group of a distributed switch: ids of the switch and of the group.
    Portgroup { switch_uuid: String, key: String },
}

/// The configuration of a planned virtual machine. `directory` is where its files are, such as `[san-1] web-01`.
pub(super) fn spec(
    plan: &VirtualMachine,
    name: &str,
    directory: &str,
    datastore: &ManagedObjectReference,
    connection: impl Fn(&NetworkCard) -> Option<Connection>,
) -> VirtualMachineConfigSpec {
    let file = directory.split_once("] ").map_or(directory, |(_, folder)| folder);
    let mut files = VirtualMachineFileInfo::new();
    files.set_vm_path_name(format!("{directory}/{file}.vmx"));
    let mut spec = VirtualMachineConfigSpec::new();
    spec.set_name(name)
        .set_guest_id(plan.guest_id.as_str())
        .set_num_cpus(plan.cpus.into())
        .set_memory_mb(plan.memory_mb.into())
        .set_annotation(plan.annotation.as_str())
        .set_files(files);
    let mut devices: Vec<VirtualDeviceConfigSpec> = Vec::new();
    let controllers = (0..plan.disks.len().div_ceil(DISKS_PER_CONTROLLER)).map(controller);
    devices.extend(controllers.map(addition));
    for (index, disk) in plan.disks.iter().enumerate() {
        let suffix = if index == 0 { String::new() } else { format!("_{index}") };
        let device = virtual_disk(index, disk, &format!("{directory}/{file}{suffix}.vmdk"), datastore);
        let mut added = addition(device);
        added.set_file_operation(VirtualDeviceConfigSpecFileOperation::Create);
        devices.push(added);
    }
    for (index, card) in plan.networks.iter().enumerate() {
        if let Some(connection) = connection(card) {
            devices.push(addition(network_card(index, card.kind, connection)));
        }
    }
    spec.set_device_change(devices);
    spec
}

fn addition(device: impl Into<VirtualDevice>) -> VirtualDeviceConfigSpec {
    let mut added = VirtualDeviceConfigSpec::new();
    added.set_operation(VirtualDeviceConfigSpecOperation::Add).set_device(device);
    added
}

/// A small number as a key of the API.
fn small(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn controller(index: usize) -> ParaVirtualSCSIController {
    let mut controller = ParaVirtualSCSIController::new();
    controller.set_bus_number(small(index));
    controller.set_shared_bus(VirtualSCSISharing::NoSharing);
    controller.set_key(FIRST_CONTROLLER + small(index));
    controller
}

fn virtual_disk(index: usize, plan: &Disk, file: &str, datastore: &ManagedObjectReference) -> VirtualDisk {
    let mut backing = VirtualDiskFlatVer2BackingInfo::new();
    backing.set_disk_mode("persistent").set_thin_provisioned(plan.thin);
    backing.set_file_name(file).set_datastore(Ref::<mo::Datastore>::new(datastore.value()));
    let unit = index % DISKS_PER_CONTROLLER;
    let unit = if unit < CONTROLLER_UNIT { unit } else { unit + 1 };
    let mut disk = VirtualDisk::new();
    disk.set_capacity_in_kb(i64::from(plan.capacity_gb) << 20);
    disk.set_capacity_in_bytes(i64::from(plan.capacity_gb) << 30);
    // New devices have negative keys until they are there.
    disk.set_key(-101 - small(index))
        .set_controller_key(FIRST_CONTROLLER + small(index / DISKS_PER_CONTROLLER))
        .set_unit_number(small(unit))
        .set_backing(backing);
    disk
}

fn network_card(index: usize, kind: CardType, connection: Connection) -> VirtualDevice {
    match kind {
        CardType::Vmxnet3 => {
            let mut card = VirtualVmxnet3::new();
            set_up_card(&mut card, index, connection);
            card.into()
        }
        CardType::E1000 => {
            let mut card = VirtualE1000::new();
            set_up_card(&mut card, index, connection);
            card.into()
        }
        CardType::E1000e => {
            let mut card = VirtualE1000e::new();
            set_up_card(&mut card, index, connection);
            card.into()
        }
    }
}

fn set_up_card(card: &mut VirtualEthernetCard, index: usize, connection: Connection) {
    let mut connectable = VirtualDeviceConnectInfo::new();
    connectable.set_start_connected(true).set_allow_guest_control(true).set_connected(false);
    card.set_address_type("assigned").set_wake_on_lan_enabled(true);
    card.set_key(-201 - small(index)).set_connectable(connectable);
    match connection {
        Connection::Network(network, name) => {
            let mut backing = VirtualEthernetCardNetworkBackingInfo::new();
            backing.set_network(Ref::<mo::Network>::new(network.value()));
            backing.set_device_name(name);
            card.set_backing(backing);
        }
        Connection::Portgroup { switch_uuid, key } => {
            let mut port = DistributedVirtualSwitchPortConnection::new();
            port.set_switch_uuid(switch_uuid).set_portgroup_key(key);
            let mut backing = VirtualEthernetCardDistributedVirtualPortBackingInfo::new();
            backing.set_port(port);
            card.set_backing(backing);
        }
    }
}
