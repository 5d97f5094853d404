//! A datastore that gets another name: the paths of all that lies on it change.

use jiff::Timestamp;
use vim25_api::types::VirtualMachineConfigInfo;
use vim25_runtime::{DataType, ManagedObjectReference, Object};

use super::{config, reconfigure, snapshot};
use crate::members;
use crate::state::State;

/// Changes the paths that begin with the old name of a datastore. The name itself is changed by the caller.
pub(crate) fn rename_datastore(
    state: &mut State,
    datastore: &ManagedObjectReference,
    old_name: &str,
    new_name: &str,
    now: Timestamp,
) {
    let (old, new) = (format!("[{old_name}]"), format!("[{new_name}]"));
    let rename = |config: &mut VirtualMachineConfigInfo| rename_in(config, &old, &new);
    state.vm_files.rename(&old, &new, rename);
    // From here on paths have the new name, and so must the datastore have for those who look.
    state.store.set(datastore, "name", new_name.to_owned());
    for machine in state.store.references(datastore, "vm").to_vec() {
        snapshot::edit_configs(state, &machine, rename);
        reconfigure::edit_config(state, &machine, now, rename);
    }
}

fn rename_in(config: &mut VirtualMachineConfigInfo, old: &str, new: &str) {
    if let Some(mut files) = members::object(config, "files").cloned() {
        rename_texts(&mut files, old, new);
        members::put(config, "files", files);
    }
    config::edit_devices(config, |devices| {
        for device in devices {
            if let Some(mut backing) = device.backing().map(|backing| backing.as_object().clone()) {
                rename_texts(&mut backing, old, new);
                members::put(device, "backing", backing);
            }
        }
    });
}

/// Changes the paths among the members of an object, and of those in it that it builds on.
fn rename_texts(object: &mut Object, old: &str, new: &str) {
    let names: Vec<&'static str> = object.members().map(|(field, _)| field.name).collect();
    for name in names {
        if let Some(rest) = members::text(object, name).and_then(|text| text.strip_prefix(old)) {
            let renamed = format!("{new}{rest}");
            members::put(object, name, renamed);
        }
    }
    if let Some(mut parent) = members::object(object, "parent").cloned() {
        rename_texts(&mut parent, old, new);
        members::put(object, "parent", parent);
    }
}
