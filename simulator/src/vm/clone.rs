//! Cloning virtual machines and templates.

use jiff::Timestamp;
use vim25_api::types::{
    VirtualDevice, VirtualDisk, VirtualDiskFlatVer2BackingInfo, VirtualMachineCloneSpec, VirtualMachineConfigInfo,
    VirtualMachinePowerState, VirtualMachineRelocateSpec,
};
use vim25_runtime::{DateTime, ManagedObjectReference};

use super::devices;
use super::files::DatastorePath;
use super::{Placement, config, create, links, placement, power, reconfigure, relocate};
use crate::fault::{self, Failure};
use crate::members;
use crate::names;
use crate::state::State;

/// The way to clone a disk that builds on the one of the source.
const LINKED: &str = "createNewChildDiskBacking";

/// Clones a machine: gives the new one, which runs if that was asked for.
pub(crate) fn clone(
    state: &mut State,
    source: &ManagedObjectReference,
    folder: &ManagedObjectReference,
    name: &str,
    spec: &VirtualMachineCloneSpec,
    now: Timestamp,
) -> Result<ManagedObjectReference, Failure> {
    let present = placement::present_placement(state, source)?;
    let is_template = state.store.reference(source, "resourcePool").is_none();
    if is_template && !spec.template() && spec.location().pool().is_none() {
        return Err(fault::invalid_argument("spec.location.pool", "what comes from a template needs a resource pool"));
    }
    let mut target = placement::place(state, &present, spec.location())?;
    target.folder = folder.clone();
    if spec.power_on() && !spec.template() {
        placement::check_usable(&state.store, &target.host)?;
    }
    let name = names::check(&state.store, folder, name, None)?;
    let mut new = source_config(state, source, spec)?;
    let path = create::free_path(state, &target, None, &name)?;
    config::renew_ids(&mut new, state);
    config::set_path(&mut new, &path);
    new.set_template(spec.template()).set_create_date(DateTime::from(now));
    renew_devices(state, &mut new, &target, spec.location());
    create::change_devices(state, &target, &mut new, &relocate::device_changes(spec.location()))?;
    if let Some(changes) = spec.config() {
        config::check(changes, "spec.config")?;
        config::apply(&mut new, changes);
        create::check_cores(&new)?;
        create::change_devices(state, &target, &mut new, changes)?;
    }
    new.set_name(name);
    let vm = create::insert(state, &target, new, now);
    if spec.template() {
        links::leave_pool(&mut state.store, &vm);
        reconfigure::set_template(state, &vm, None, now);
    } else if spec.power_on() {
        power::set_power(state, &vm, VirtualMachinePowerState::PoweredOn, now);
    }
    Ok(vm)
}

/// What is cloned: the machine as it is, or as it was when a snapshot was taken.
fn source_config(
    state: &State,
    source: &ManagedObjectReference,
    spec: &VirtualMachineCloneSpec,
) -> Result<VirtualMachineConfigInfo, Failure> {
    let of = match spec.snapshot() {
        Some(snapshot) if state.store.reference(snapshot.as_untyped(), "vm") != Some(source) => {
            return Err(fault::invalid_argument("spec.snapshot", "it is no snapshot of the virtual machine"));
        }
        Some(snapshot) => snapshot.as_untyped(),
        None => source,
    };
    let config = state.store.object::<VirtualMachineConfigInfo>(of, "config").cloned();
    config.ok_or_else(|| fault::object_not_found(of))
}

/// Gives the devices of a clone files and addresses of their own.
fn renew_devices(
    state: &mut State,
    config: &mut VirtualMachineConfigInfo,
    target: &Placement,
    location: &VirtualMachineRelocateSpec,
) {
    let path = config.files().vm_path_name().unwrap_or_default().to_owned();
    let directory = DatastorePath::parse(&path).map_or("", DatastorePath::directory);
    let mut number = 0;
    config::edit_devices(config, |devices| {
        for device in devices.iter_mut() {
            devices::assign_mac(device, state);
            if device.is::<VirtualDisk>() {
                let alone = location.disk().iter().find(|locator| locator.disk_id() == device.key());
                let datastore = alone.map_or(&target.datastore, |locator| locator.datastore().as_untyped()).clone();
                let way = alone.and_then(|locator| locator.disk_move_type()).or(location.disk_move_type());
                let name = state.store.text(&datastore, "name");
                let suffix = if number == 0 { String::new() } else { format!("_{number}") };
                let path = format!("[{name}] {directory}/{directory}{suffix}.vmdk");
                let uuid = state.random.uuid();
                renew_disk(device, &path, &datastore, &uuid, way == Some(LINKED));
                number += 1;
            }
        }
        devices::connect(devices, false);
    });
}

fn renew_disk(device: &mut VirtualDevice, path: &str, datastore: &ManagedObjectReference, uuid: &str, is_linked: bool) {
    devices::edit_backing(device, |backing| {
        let source = backing.clone();
        backing.remove("parent");
        if is_linked && source.is::<VirtualDiskFlatVer2BackingInfo>() {
            members::put(backing, "parent", source);
        }
        members::put(backing, "fileName", path.to_owned());
        members::put(backing, "datastore", datastore.clone());
        if let Some(flat) = backing.downcast_mut::<VirtualDiskFlatVer2BackingInfo>() {
            flat.set_uuid(uuid);
        }
    });
}
