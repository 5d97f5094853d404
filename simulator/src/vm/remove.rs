//! Virtual machines that leave the inventory, and that come back.

use jiff::Timestamp;
use vim25_api::types::{AlreadyExists, VirtualMachineConfigInfo};
use vim25_runtime::ManagedObjectReference;

use super::{config, create, files, links, placement, reconfigure, snapshot};
use crate::fault::{self, Failure};
use crate::names;
use crate::state::State;

/// What becomes of the files of a machine that leaves the inventory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Removal {
    /// They are deleted.
    Destroy,
    /// They stay, and the machine can be registered again.
    Unregister,
}

/// Takes a machine out of the inventory, with its snapshots.
pub(crate) fn remove(state: &mut State, vm: &ManagedObjectReference, removal: Removal) {
    let config = state.store.object::<VirtualMachineConfigInfo>(vm, "config").cloned();
    snapshot::remove_objects(state, vm, removal);
    if let Some(config) = config {
        match removal {
            Removal::Destroy => {
                state.vm_files.remove_disks_of(config.hardware().device());
                state.vm_files.remove_machine(config.files().vm_path_name().unwrap_or_default());
            }
            Removal::Unregister => state.vm_files.unregister(config),
        }
    }
    links::leave_all(&mut state.store, vm);
    state.store.remove(vm);
}

/// Puts a machine into the inventory whose files were left on a datastore; one without a pool is a template.
pub(crate) fn register(
    state: &mut State,
    folder: &ManagedObjectReference,
    (path, name): (&str, &str),
    (pool, is_template): (&ManagedObjectReference, bool),
    host: Option<&ManagedObjectReference>,
    now: Timestamp,
) -> Result<ManagedObjectReference, Failure> {
    let target = placement::place_path(state, folder, pool, host, path)?;
    if state.vm_files.is_registered(path) {
        let mut exists = AlreadyExists::new();
        exists.set_name(path);
        return Err(fault::fault(exists, format!("The virtual machine at `{path}` is in the inventory already.")));
    }
    let Some(mut config) = state.vm_files.unregistered(path).cloned() else {
        return Err(files::file_not_found(path));
    };
    let name = if name.is_empty() { config.name().to_owned() } else { name.to_owned() };
    let name = names::check(&state.store, folder, &name, None)?;
    state.vm_files.forget_unregistered(path);
    config.set_name(name).set_template(is_template);
    config::edit_devices(&mut config, |devices| super::devices::connect(devices, false));
    let vm = create::insert(state, &target, config, now);
    if is_template {
        reconfigure::set_template(state, &vm, None, now);
    }
    Ok(vm)
}
