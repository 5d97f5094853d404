//! Snapshots of virtual machines: the tree of them, and what they keep.
//!
//! A snapshot keeps the configuration, and with it the files of the disks as they were: what is written from then on
//! goes to new files that build on those.

mod chain;
mod tree;

use jiff::Timestamp;
use vim25_api::mo;
use vim25_api::types::{
    VirtualMachineConfigInfo, VirtualMachinePowerState, VirtualMachineSnapshotInfo, VirtualMachineSnapshotTree,
};
use vim25_runtime::{DateTime, List, ManagedObjectReference, Ref};

use super::remove::Removal;
use super::{config, power, reconfigure};
use crate::fault::{self, Failure};
use crate::state::State;

/// A snapshot that is to be taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Snapshot<'a> {
    pub(crate) name: &'a str,
    pub(crate) description: &'a str,
    /// Whether the memory of a machine that runs is kept: then it runs again once it has gone back.
    pub(crate) with_memory: bool,
    pub(crate) is_quiesced: bool,
}

/// Takes a snapshot of a virtual machine.
pub(crate) fn take_snapshot(
    state: &mut State,
    vm: &ManagedObjectReference,
    name: &str,
    description: &str,
    now: Timestamp,
) -> ManagedObjectReference {
    take(state, vm, Snapshot { name, description, with_memory: false, is_quiesced: false }, now)
}

/// Takes a snapshot, which becomes the current one, below the one that was.
pub(crate) fn take(
    state: &mut State,
    vm: &ManagedObjectReference,
    snapshot: Snapshot<'_>,
    now: Timestamp,
) -> ManagedObjectReference {
    let new = state.store.new_reference("VirtualMachineSnapshot", "snapshot");
    let mut info = info(state, vm);
    let power = power::power_state(state, vm);
    let kept = if snapshot.with_memory { power } else { VirtualMachinePowerState::PoweredOff };
    let mut node = VirtualMachineSnapshotTree::new();
    node.set_snapshot(Ref::<mo::VirtualMachineSnapshot>::new(new.value()))
        .set_vm(Ref::<mo::VirtualMachine>::new(vm.value()))
        .set_name(snapshot.name)
        .set_description(snapshot.description)
        .set_id(tree::last_id(info.root_snapshot_list()) + 1)
        .set_create_time(DateTime::from(now))
        .set_state(kept)
        .set_quiesced(snapshot.is_quiesced)
        .set_replay_supported(false);
    let config = state.store.object::<VirtualMachineConfigInfo>(vm, "config").cloned().unwrap_or_default();
    let properties = [("config", config.into()), ("vm", vm.clone().into())];
    state.store.add(new.clone(), properties);
    let parent = info.current_snapshot().map(|current| current.as_untyped().clone());
    let mut roots = info.root_snapshot_list().to_vec();
    tree::insert(&mut roots, parent.as_ref(), node);
    info.set_root_snapshot_list(roots).set_current_snapshot(Ref::<mo::VirtualMachineSnapshot>::new(new.value()));
    set_info(state, vm, info);
    chain::grow(state, vm, now);
    new
}

/// The current snapshot of a machine, if it has any.
pub(crate) fn current_snapshot(state: &State, vm: &ManagedObjectReference) -> Option<ManagedObjectReference> {
    let info = state.store.object::<VirtualMachineSnapshotInfo>(vm, "snapshot")?;
    info.current_snapshot().map(|current| current.as_untyped().clone())
}

/// Takes a machine back to a snapshot of it.
pub(crate) fn revert(
    state: &mut State,
    vm: &ManagedObjectReference,
    snapshot: &ManagedObjectReference,
    power_on: bool,
    now: Timestamp,
) -> Result<(), Failure> {
    let mut info = info(state, vm);
    let kept = tree::find(info.root_snapshot_list(), snapshot).map(|node| node.state());
    let config = state.store.object::<VirtualMachineConfigInfo>(snapshot, "config").cloned();
    let (Some(kept), Some(mut config)) = (kept, config) else { return Err(fault::object_not_found(snapshot)) };
    // Going back changes neither the name in the inventory, nor where the files are.
    config.set_name(state.store.text(vm, "name"));
    chain::drop_current(state, vm);
    reconfigure::store_config(state, vm, config, now);
    chain::grow(state, vm, now);
    info.set_current_snapshot(Ref::<mo::VirtualMachineSnapshot>::new(snapshot.value()));
    set_info(state, vm, info);
    let power = match kept {
        VirtualMachinePowerState::PoweredOn if power_on => VirtualMachinePowerState::PoweredOn,
        VirtualMachinePowerState::PoweredOn => VirtualMachinePowerState::Suspended,
        other => other,
    };
    power::set_power(state, vm, power, now);
    Ok(())
}

/// Removes a snapshot: those below it go too, or come to lie below the one above it.
pub(crate) fn remove_snapshot(
    state: &mut State,
    snapshot: &ManagedObjectReference,
    with_children: bool,
    now: Timestamp,
) -> Result<(), Failure> {
    let Some(vm) = state.store.reference(snapshot, "vm").cloned() else {
        return Err(fault::object_not_found(snapshot));
    };
    let mut info = info(state, &vm);
    let mut roots = info.root_snapshot_list().to_vec();
    let parent = tree::parent(&roots, snapshot);
    let gone = tree::remove(&mut roots, snapshot, with_children);
    let current = info.current_snapshot().map(|current| current.as_untyped().clone());
    if current.is_some_and(|current| gone.contains(&current)) {
        match &parent {
            Some(parent) => {
                info.set_current_snapshot(Ref::<mo::VirtualMachineSnapshot>::new(parent.value()));
            }
            None => {
                info.remove("currentSnapshot");
            }
        }
    }
    info.set_root_snapshot_list(roots);
    for snapshot in &gone {
        chain::merge(state, &vm, snapshot);
        state.store.remove(snapshot);
    }
    set_info(state, &vm, info);
    reconfigure::edit_config(state, &vm, now, |_| {});
    Ok(())
}

/// Removes all snapshots of a machine.
pub(crate) fn remove_all_snapshots(state: &mut State, vm: &ManagedObjectReference, now: Timestamp) {
    for root in state.store.references(vm, "rootSnapshot").to_vec() {
        // It was found just now.
        let _ = remove_snapshot(state, &root, true, now);
    }
}

/// Removes the snapshots of a machine that is about to leave the inventory.
pub(super) fn remove_objects(state: &mut State, vm: &ManagedObjectReference, removal: Removal) {
    for snapshot in tree::all(info(state, vm).root_snapshot_list()) {
        let config = state.store.object::<VirtualMachineConfigInfo>(&snapshot, "config").cloned();
        if let Some(config) = config.filter(|_| removal == Removal::Destroy) {
            state.vm_files.remove_disks_of(config.hardware().device());
        }
        state.store.remove(&snapshot);
    }
}

/// Gives a snapshot another name or description.
pub(crate) fn rename_snapshot(
    state: &mut State,
    snapshot: &ManagedObjectReference,
    name: Option<&str>,
    description: Option<&str>,
) -> Result<(), Failure> {
    let Some(vm) = state.store.reference(snapshot, "vm").cloned() else {
        return Err(fault::object_not_found(snapshot));
    };
    let mut info = info(state, &vm);
    let mut roots = info.root_snapshot_list().to_vec();
    tree::edit(&mut roots, snapshot, &mut |node| {
        if let Some(name) = name {
            node.set_name(name);
        }
        if let Some(description) = description {
            node.set_description(description);
        }
    });
    info.set_root_snapshot_list(roots);
    set_info(state, &vm, info);
    Ok(())
}

/// Changes the configurations that the snapshots of a machine keep.
pub(super) fn edit_configs(
    state: &mut State,
    vm: &ManagedObjectReference,
    change: impl Fn(&mut VirtualMachineConfigInfo),
) {
    for snapshot in tree::all(info(state, vm).root_snapshot_list()) {
        state.store.edit::<VirtualMachineConfigInfo>(&snapshot, "config", |config| change(config));
        if let Some(config) = state.store.object::<VirtualMachineConfigInfo>(&snapshot, "config") {
            state.vm_files.add_disks_of(config.hardware().device());
        }
    }
}

fn info(state: &State, vm: &ManagedObjectReference) -> VirtualMachineSnapshotInfo {
    state.store.object::<VirtualMachineSnapshotInfo>(vm, "snapshot").cloned().unwrap_or_default()
}

/// Sets the tree of a machine, and what follows from it: its roots, and who is below whom.
fn set_info(state: &mut State, vm: &ManagedObjectReference, info: VirtualMachineSnapshotInfo) {
    let roots = tree::references(info.root_snapshot_list());
    tree::visit(info.root_snapshot_list(), &mut |node| {
        let children = tree::references(node.child_snapshot_list());
        state.store.set(node.snapshot().as_untyped(), "childSnapshot", List::References(children.into()));
    });
    if roots.is_empty() {
        state.store.unset(vm, "snapshot");
        state.store.unset(vm, "rootSnapshot");
    } else {
        state.store.set(vm, "snapshot", info);
        state.store.set(vm, "rootSnapshot", List::References(roots.into()));
    }
}

/// The disks of a configuration.
fn edit_disks(config: &mut VirtualMachineConfigInfo, mut change: impl FnMut(&mut vim25_api::types::VirtualDevice)) {
    config::edit_devices(config, |devices| {
        let disks = devices.iter_mut().filter(|device| device.is::<vim25_api::types::VirtualDisk>());
        disks.for_each(&mut change);
    });
}
