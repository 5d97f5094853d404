//! Moving virtual machines between hosts, resource pools and datastores.

use jiff::Timestamp;
use vim25_api::types::{
    VirtualDevice, VirtualDisk, VirtualMachineConfigInfo, VirtualMachineConfigSpec, VirtualMachineRelocateSpec,
};
use vim25_runtime::{ManagedObjectReference, Object, Value};

use super::devices::{self, Devices, Site};
use super::files::{self, DatastorePath};
use super::{Placement, config, layout, links, placement, power, snapshot, summary};
use crate::fault::{self, Failure};
use crate::members;
use crate::names;
use crate::state::State;
use crate::store::Store;

/// Moves a machine to where a specification says.
pub(crate) fn relocate(
    state: &mut State,
    vm: &ManagedObjectReference,
    spec: &VirtualMachineRelocateSpec,
    now: Timestamp,
) -> Result<(), Failure> {
    let present = placement::present_placement(state, vm)?;
    let target = placement::place(state, &present, spec)?;
    let Some(mut config) = state.store.object::<VirtualMachineConfigInfo>(vm, "config").cloned() else {
        return Err(fault::object_not_found(vm));
    };
    if target.folder != present.folder {
        names::check(&state.store, &target.folder, config.name(), Some(vm))?;
    }
    let moved = moved_disks(&state.store, &present, &target, spec, &config);
    if moved.iter().any(|(_, datastore)| !state.store.references(&target.host, "datastore").contains(datastore)) {
        return Err(fault::invalid_argument("spec.disk.datastore", "the host does not have this datastore"));
    }
    if !moved.is_empty() {
        move_disks(state, vm, &mut config, &moved);
    }
    if target.datastore != present.datastore {
        move_home(state, &mut config, &target);
    }
    change_devices(state, vm, &mut config, spec, &target)?;
    join(state, vm, &present, &target);
    config::touch(&mut config, state.store.version(), now);
    state.store.set(vm, "config", config);
    links::refresh(&mut state.store, vm, &target.datastore);
    layout::refresh(&mut state.store, vm, now);
    summary::refresh(state, vm, now);
    Ok(())
}

fn join(state: &mut State, vm: &ManagedObjectReference, present: &Placement, target: &Placement) {
    links::join_host(&mut state.store, vm, &target.host);
    if state.store.reference(vm, "resourcePool").is_some_and(|pool| *pool != target.pool) {
        links::join_pool(&mut state.store, vm, &target.pool);
    }
    if target.folder != present.folder {
        state.store.unlink(&present.folder, "childEntity", vm);
        state.store.set(vm, "parent", target.folder.clone());
        state.store.link(&target.folder, "childEntity", vm);
    }
}

/// Puts a machine into another pool of its compute resource.
pub(crate) fn move_to_pool(state: &mut State, vm: &ManagedObjectReference, pool: &ManagedObjectReference) {
    links::join_pool(&mut state.store, vm, pool);
}

/// The disks that change their datastore, by their keys. What is said of a single disk goes before what is said of all.
fn moved_disks(
    store: &Store,
    present: &Placement,
    target: &Placement,
    spec: &VirtualMachineRelocateSpec,
    config: &VirtualMachineConfigInfo,
) -> Vec<(i32, ManagedObjectReference)> {
    let mut moved = Vec::new();
    for disk in devices::disks(config.hardware().device()) {
        let now_on = disk.backing().and_then(|backing| members::reference(backing, "datastore"));
        let alone = spec.disk().iter().find(|locator| locator.disk_id() == disk.key());
        let wanted = match alone {
            Some(locator) => Some(locator.datastore().as_untyped()),
            None => Some(&target.datastore).filter(|_| target.datastore != present.datastore),
        };
        if let Some(wanted) = wanted.filter(|wanted| now_on != Some(*wanted) && store.contains(wanted)) {
            moved.push((disk.key(), wanted.clone()));
        }
    }
    moved
}

/// Moves disks to other datastores: a chain of files comes along as a whole.
fn move_disks(
    state: &mut State,
    vm: &ManagedObjectReference,
    config: &mut VirtualMachineConfigInfo,
    moved: &[(i32, ManagedObjectReference)],
) {
    state.vm_files.remove_disks_of(config.hardware().device());
    let names: Vec<_> = moved.iter().map(|(_, datastore)| state.store.text(datastore, "name").to_owned()).collect();
    let move_in = |devices: &mut Vec<VirtualDevice>| {
        for device in devices.iter_mut().filter(|device| device.is::<VirtualDisk>()) {
            if let Some(position) = moved.iter().position(|(key, _)| *key == device.key()) {
                let (name, datastore) = (&names[position], &moved[position].1);
                devices::edit_backing(device, |backing| move_backing(backing, name, datastore));
            }
        }
    };
    config::edit_devices(config, move_in);
    snapshot::edit_configs(state, vm, |config| config::edit_devices(config, move_in));
    state.vm_files.add_disks_of(config.hardware().device());
}

/// Moves a file, and those of its folder that it builds on. What lies elsewhere becomes a part of it.
fn move_backing(backing: &mut Object, name: &str, datastore: &ManagedObjectReference) {
    let old = members::text(backing, "fileName").unwrap_or_default().to_owned();
    let path = DatastorePath::parse(&old).map_or(old.as_str(), |parsed| parsed.path);
    members::put(backing, "fileName", format!("[{name}] {path}"));
    members::put(backing, "datastore", datastore.clone());
    let Some(Value::Object(mut parent)) = backing.remove("parent") else { return };
    let is_near = members::text(&parent, "fileName").map(files::directory_of) == Some(files::directory_of(&old));
    if is_near {
        move_backing(&mut parent, name, datastore);
        members::put(backing, "parent", parent);
    }
}

/// Moves the configuration file.
fn move_home(state: &mut State, config: &mut VirtualMachineConfigInfo, target: &Placement) {
    let old = config.files().vm_path_name().unwrap_or_default().to_owned();
    let path = DatastorePath::parse(&old).map_or("", |parsed| parsed.path);
    let new = format!("[{}] {path}", state.store.text(&target.datastore, "name"));
    state.vm_files.remove_machine(&old);
    state.vm_files.add_machine(&new);
    config::set_path(config, &new);
}

/// Changes of devices that go along with a move: cards that are connected to a network of the new host.
fn change_devices(
    state: &mut State,
    vm: &ManagedObjectReference,
    config: &mut VirtualMachineConfigInfo,
    spec: &VirtualMachineRelocateSpec,
    target: &Placement,
) -> Result<(), Failure> {
    if spec.device_change().is_empty() {
        return Ok(());
    }
    let is_on = power::power_state(state, vm) == vim25_api::types::VirtualMachinePowerState::PoweredOn;
    let path = config.files().vm_path_name().unwrap_or_default().to_owned();
    let directory = DatastorePath::parse(&path).map_or("", DatastorePath::directory);
    let mut site = Site { state, host: &target.host, datastore: &target.datastore, directory, is_on };
    let changed = Devices::of(config.hardware().device().to_vec()).apply(spec.device_change(), &mut site)?;
    let changed = changed.finish(&mut state.vm_files);
    config::edit_devices(config, |devices| *devices = changed);
    Ok(())
}

/// A specification that asks for nothing but changes of devices.
pub(super) fn device_changes(spec: &VirtualMachineRelocateSpec) -> VirtualMachineConfigSpec {
    let mut changes = VirtualMachineConfigSpec::new();
    if !spec.device_change().is_empty() {
        changes.set_device_change(spec.device_change().iter().cloned());
    }
    changes
}
