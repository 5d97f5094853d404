//! The chains of files that the disks of a virtual machine with snapshots have.

use jiff::Timestamp;
use vim25_api::types::{VirtualDevice, VirtualDiskFlatVer2BackingInfo, VirtualMachineConfigInfo};
use vim25_runtime::{ManagedObjectReference, Object};

use super::super::{devices, files, reconfigure};
use super::{edit_disks, info, tree};
use crate::members;
use crate::state::State;

/// Lets what is written from now on go to new files that build on the present ones.
pub(super) fn grow(state: &mut State, vm: &ManagedObjectReference, now: Timestamp) {
    let Some(mut config) = state.store.object::<VirtualMachineConfigInfo>(vm, "config").cloned() else { return };
    edit_disks(&mut config, |disk| {
        devices::edit_backing(disk, |backing| {
            // Disks that are independent of snapshots stay as they are.
            let is_independent = members::text(backing, "diskMode").is_some_and(|mode| mode.starts_with("independent"));
            if is_independent || !backing.is::<VirtualDiskFlatVer2BackingInfo>() {
                return;
            }
            let parent = backing.clone();
            let path = free_path(state, members::text(&parent, "fileName").unwrap_or_default());
            members::put(backing, "fileName", path);
            members::put(backing, "parent", parent);
        });
    });
    state.vm_files.add_disks_of(config.hardware().device());
    reconfigure::store_config(state, vm, config, now);
}

/// `web-1-000001.vmdk` for `web-1.vmdk`, with the first number that is free.
fn free_path(state: &State, path: &str) -> String {
    let base = path.strip_suffix(".vmdk").unwrap_or(path);
    let base = match base.rsplit_once('-') {
        Some((base, number)) if number.len() == 6 && number.bytes().all(|byte| byte.is_ascii_digit()) => base,
        _ => base,
    };
    let mut paths = (1..).map(|number: u32| format!("{base}-{number:06}.vmdk"));
    paths.find(|path| state.vm_files.size(path).is_none()).unwrap_or_default()
}

/// Gives up the files that only the present state of a machine needs.
pub(super) fn drop_current(state: &mut State, vm: &ManagedObjectReference) {
    let Some(config) = state.store.object::<VirtualMachineConfigInfo>(vm, "config").cloned() else { return };
    let kept = snapshots(state, vm);
    state.vm_files.remove_disks_of(config.hardware().device());
    for (_, config) in &kept {
        state.vm_files.add_disks_of(config.hardware().device());
    }
}

/// Merges the files of a snapshot that is about to go with those that build on them: where one file alone builds on
/// one of the snapshot, both become one. Where there are several, all of them need it, and it stays.
pub(super) fn merge(state: &mut State, vm: &ManagedObjectReference, gone: &ManagedObjectReference) {
    let Some(frozen) = state.store.object::<VirtualMachineConfigInfo>(gone, "config").cloned() else { return };
    let mut kept = snapshots(state, vm);
    kept.retain(|(snapshot, _)| snapshot != gone);
    let Some(current) = state.store.object::<VirtualMachineConfigInfo>(vm, "config").cloned() else { return };
    let mut configs: Vec<_> = kept.into_iter().chain([(vm.clone(), current)]).collect();
    state.vm_files.remove_disks_of(frozen.hardware().device());
    for (_, config) in &configs {
        state.vm_files.remove_disks_of(config.hardware().device());
    }
    for disk in devices::disks(frozen.hardware().device()) {
        let Some(path) = disk.backing().and_then(|backing| members::text(backing, "fileName")) else { continue };
        let mut builders = configs.iter().flat_map(|(_, config)| config.hardware().device());
        let is_state = builders.clone().any(|disk| file_name(disk) == Some(path));
        let mut above: Vec<String> = builders.by_ref().filter_map(|disk| builds_on(disk, path)).collect();
        above.sort();
        above.dedup();
        if let ([above], false) = (&above[..], is_state) {
            for (_, config) in &mut configs {
                edit_disks(config, |disk| devices::edit_backing(disk, |backing| skip(backing, above, path)));
            }
        }
    }
    for (object, config) in configs {
        state.vm_files.add_disks_of(config.hardware().device());
        state.store.set(&object, "config", config);
    }
}

/// The snapshots of a machine with what they keep.
fn snapshots(state: &State, vm: &ManagedObjectReference) -> Vec<(ManagedObjectReference, VirtualMachineConfigInfo)> {
    let all = tree::all(info(state, vm).root_snapshot_list()).into_iter();
    all.filter_map(|snapshot| {
        let config = state.store.object::<VirtualMachineConfigInfo>(&snapshot, "config")?.clone();
        Some((snapshot, config))
    })
    .collect()
}

fn file_name(disk: &VirtualDevice) -> Option<&str> {
    disk.backing().and_then(|backing| members::text(backing, "fileName"))
}

/// The file of the chain of a disk that builds on another.
fn builds_on(disk: &VirtualDevice, path: &str) -> Option<String> {
    let chain = files::disk_files(disk);
    let position = chain.iter().position(|(file, _)| file == path)?;
    Some(chain.get(position.checked_sub(1)?)?.0.clone())
}

/// Takes a file out of a chain: what `above` was written to is in `path` now, which builds on what it did before.
fn skip(backing: &mut Object, above: &str, path: &str) {
    let Some(mut parent) = members::object(backing, "parent").cloned() else { return };
    if members::text(backing, "fileName") == Some(above) && members::text(&parent, "fileName") == Some(path) {
        members::put(backing, "fileName", path.to_owned());
        match parent.remove("parent") {
            Some(grandparent) => members::put(backing, "parent", grandparent),
            None => {
                backing.remove("parent");
            }
        }
    } else {
        skip(&mut parent, above, path);
        members::put(backing, "parent", parent);
    }
}
