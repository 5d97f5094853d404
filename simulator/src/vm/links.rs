//! The references between a virtual machine and what it uses, in both directions.

use vim25_api::mo;
use vim25_api::types::{VirtualMachineConfigInfo, VirtualMachineRuntimeInfo};
use vim25_runtime::{DataType, List, ManagedObjectReference, Ref};

use super::devices;
use crate::members;
use crate::store::Store;

/// Puts a machine on a host; it leaves the one that it was on.
pub(super) fn join_host(store: &mut Store, vm: &ManagedObjectReference, host: &ManagedObjectReference) {
    let present = store.object::<VirtualMachineRuntimeInfo>(vm, "runtime").and_then(|runtime| runtime.host());
    let present = present.map(|present| present.as_untyped().clone());
    if present.as_ref() == Some(host) {
        return;
    }
    if let Some(present) = present {
        store.unlink(&present, "vm", vm);
    }
    store.edit::<VirtualMachineRuntimeInfo>(vm, "runtime", |runtime| {
        runtime.set_host(Ref::<mo::HostSystem>::new(host.value()));
    });
    set_host(store, vm, host);
}

/// Puts a machine on a host that is on none.
pub(super) fn set_host(store: &mut Store, vm: &ManagedObjectReference, host: &ManagedObjectReference) {
    store.push(host, "vm", vm);
    if let Some(compute_resource) = store.reference(host, "parent").cloned()
        && let Some(browser) = store.reference(&compute_resource, "environmentBrowser").cloned()
    {
        store.set(vm, "environmentBrowser", browser);
    }
}

/// Puts a machine into a resource pool; it leaves the one that it was in.
pub(super) fn join_pool(store: &mut Store, vm: &ManagedObjectReference, pool: &ManagedObjectReference) {
    leave_pool(store, vm);
    store.set(vm, "resourcePool", pool.clone());
    store.push(pool, "vm", vm);
}

/// Takes a machine out of its resource pool.
pub(super) fn leave_pool(store: &mut Store, vm: &ManagedObjectReference) {
    if let Some(pool) = store.reference(vm, "resourcePool").cloned() {
        store.unlink(&pool, "vm", vm);
        store.unset(vm, "resourcePool");
    }
}

/// Has a machine name the datastores and networks that its devices use, and these name the machine. `home` is the
/// datastore of its configuration file.
pub(super) fn refresh(store: &mut Store, vm: &ManagedObjectReference, home: &ManagedObjectReference) {
    let Some(config) = store.object::<VirtualMachineConfigInfo>(vm, "config") else { return };
    let host = store.object::<VirtualMachineRuntimeInfo>(vm, "runtime").and_then(|runtime| runtime.host());
    let mut datastores = vec![home.clone()];
    let mut networks = Vec::new();
    for device in config.hardware().device() {
        let backing = device.backing().map(DataType::as_object);
        let datastore = backing.and_then(|backing| members::reference(backing, "datastore"));
        add(&mut datastores, datastore.filter(|datastore| store.contains(datastore)).cloned());
    }
    if let Some(host) = host {
        for card in devices::cards(config.hardware().device()) {
            add(&mut networks, devices::network_of(store, host.as_untyped(), card));
        }
    }
    replace(store, vm, "datastore", datastores);
    replace(store, vm, "network", networks);
}

fn add(all: &mut Vec<ManagedObjectReference>, one: Option<ManagedObjectReference>) {
    if let Some(one) = one.filter(|one| !all.contains(one)) {
        all.push(one);
    }
}

/// Sets an array of references of a machine; those who are in it name the machine in theirs.
fn replace(
    store: &mut Store,
    vm: &ManagedObjectReference,
    property: &'static str,
    targets: Vec<ManagedObjectReference>,
) {
    let present = store.references(vm, property).to_vec();
    for gone in present.iter().filter(|present| !targets.contains(present)) {
        store.unlink(gone, "vm", vm);
    }
    for new in targets.iter().filter(|target| !present.contains(target)) {
        store.push(new, "vm", vm);
    }
    store.set(vm, property, List::References(targets.into()));
}

/// Takes a machine out of everything that names it.
pub(super) fn leave_all(store: &mut Store, vm: &ManagedObjectReference) {
    replace(store, vm, "datastore", Vec::new());
    replace(store, vm, "network", Vec::new());
    leave_pool(store, vm);
    let host = store.object::<VirtualMachineRuntimeInfo>(vm, "runtime").and_then(|runtime| runtime.host());
    if let Some(host) = host.map(|host| host.as_untyped().clone()) {
        store.unlink(&host, "vm", vm);
    }
    if let Some(parent) = store.reference(vm, "parent").cloned() {
        store.unlink(&parent, "childEntity", vm);
    }
}
