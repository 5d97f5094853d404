//! The end of entities: what must not go, and what goes along.

use vim25_api::mo;
use vim25_api::types::{
    ClusterDestroyedEvent, DatastoreDestroyedEvent, DatastoreHostMount, HostConfigManager, HostRemovedEvent,
    HostRuntimeInfo, HostSystemConnectionState, InvalidHostState, ResourceInUse, ResourcePoolDestroyedEvent,
    ResourcePoolEventArgument, VirtualMachinePowerState as Power, VmRemovedEvent,
};
use vim25_runtime::{Element, ManagedObjectReference, Ref, Value};

use crate::fault::{self, Failure};
use crate::store::{Store, is_a};
use crate::tasks::Work;
use crate::vm::{self, Removal};

/// What lies directly in an entity, in the order in which it goes.
fn entities_in(store: &Store, entity: &ManagedObjectReference) -> Vec<ManagedObjectReference> {
    match entity.type_name() {
        "Folder" | "StoragePod" => store.references(entity, "childEntity").to_vec(),
        "Datacenter" => {
            let folders = ["vmFolder", "hostFolder", "datastoreFolder", "networkFolder"];
            folders.iter().filter_map(|property| store.reference(entity, property).cloned()).collect()
        }
        kind if is_a(kind, "ComputeResource") => store.references(entity, "host").to_vec(),
        kind if is_a(kind, "DistributedVirtualSwitch") => store.references(entity, "portgroup").to_vec(),
        _ => Vec::new(),
    }
}

/// An entity and all that lies in it, what lies in something before that itself.
pub(crate) fn entities_below(store: &Store, entity: &ManagedObjectReference) -> Vec<ManagedObjectReference> {
    let mut all = Vec::new();
    for child in entities_in(store, entity) {
        for below in entities_below(store, &child) {
            // Port groups lie in a folder, and belong to a switch as well.
            if below.type_name() != "DistributedVirtualPortgroup" || !all.contains(&below) {
                all.push(below);
            }
        }
    }
    all.push(entity.clone());
    all
}

/// Refuses an entity that must not go, or with which something would go that must not.
pub(crate) fn check_destroy(work: &Work<'_>, entity: &ManagedObjectReference) -> Result<(), Failure> {
    let store = &work.state.store;
    let parent = store.reference(entity, "parent").map(ManagedObjectReference::type_name);
    let is_fixed = match entity.type_name() {
        "Folder" => matches!(parent, None | Some("Datacenter")),
        "ResourcePool" => parent.is_none_or(|parent| is_a(parent, "ComputeResource")),
        "HostSystem" => parent != Some("ClusterComputeResource"),
        "VirtualApp" => true,
        _ => false,
    };
    if is_fixed {
        return Err(fault::not_supported(format!("{entity} is a part of what it lies in.")));
    }
    if is_a(entity.type_name(), "Network") || is_a(entity.type_name(), "Datastore") {
        check_unused(store, entity)?;
    }
    if is_a(entity.type_name(), "DistributedVirtualSwitch") {
        for portgroup in store.references(entity, "portgroup") {
            check_unused(store, portgroup)?;
        }
    }
    for below in entities_below(store, entity) {
        match below.type_name() {
            "VirtualMachine" => {
                let allowed = [Power::PoweredOff, Power::Suspended];
                vm::check_power(work.state, &below, &allowed, Power::PoweredOff)?;
                vm::check_connected(work.state, &below)?;
            }
            "HostSystem" => check_host(store, &below)?,
            _ => {}
        }
    }
    Ok(())
}

/// A host that runs machines, or could, must not go.
fn check_host(store: &Store, host: &ManagedObjectReference) -> Result<(), Failure> {
    let is_out_of_use = store.object::<HostRuntimeInfo>(host, "runtime").is_some_and(|runtime| {
        runtime.in_maintenance_mode() || runtime.connection_state() != HostSystemConnectionState::Connected
    });
    if is_out_of_use {
        return Ok(());
    }
    let mut invalid = InvalidHostState::new();
    invalid.set_host(Ref::<mo::HostSystem>::new(host.value()));
    Err(fault::fault(invalid, "The host has to be in maintenance mode, or disconnected."))
}

fn check_unused(store: &Store, entity: &ManagedObjectReference) -> Result<(), Failure> {
    if store.references(entity, "vm").is_empty() {
        return Ok(());
    }
    let name = store.text(entity, "name");
    let mut used = ResourceInUse::new();
    used.set_type(entity.type_name()).set_name(name);
    Err(fault::fault(used, format!("There are virtual machines that use `{name}`.")))
}

/// Removes an entity that may go, with all that lies in it, and posts the events about it.
pub(crate) fn destroy(work: &mut Work<'_>, entity: &ManagedObjectReference) {
    for below in entities_below(&work.state.store, entity) {
        destroy_one(work, &below);
    }
}

fn destroy_one(work: &mut Work<'_>, entity: &ManagedObjectReference) {
    let name = work.state.store.text(entity, "name").to_owned();
    match entity.type_name() {
        "VirtualMachine" => {
            let message = format!("{} is removed", work.state.place_of(entity));
            work.post(VmRemovedEvent::new(), &message, entity);
            return vm::remove(work.state, entity, Removal::Destroy);
        }
        "HostSystem" => {
            work.post(HostRemovedEvent::new(), &format!("{name} is removed"), entity);
            leave_host(work, entity);
        }
        "Datastore" => {
            work.post(DatastoreDestroyedEvent::new(), &format!("The datastore {name} is removed"), entity);
        }
        "ResourcePool" => {
            let mut event = ResourcePoolDestroyedEvent::new();
            event.set_resource_pool(pool_argument(&work.state.store, entity));
            work.post(event, &format!("The resource pool {name} is removed"), entity);
            leave_pool(work, entity);
        }
        "ClusterComputeResource" => {
            work.post(ClusterDestroyedEvent::new(), &format!("The cluster {name} is removed"), entity);
        }
        _ => {}
    }
    if is_a(entity.type_name(), "ComputeResource") {
        leave_compute_resource(work, entity);
    }
    unlink(&mut work.state.store, entity);
    work.state.store.remove(entity);
}

fn pool_argument(store: &Store, pool: &ManagedObjectReference) -> ResourcePoolEventArgument {
    let mut argument = ResourcePoolEventArgument::new();
    argument.set_resource_pool(Ref::<mo::ResourcePool>::new(pool.value())).set_name(store.text(pool, "name"));
    argument
}

/// The machines of a host go with it, but their files stay. So do the objects that manage the host.
fn leave_host(work: &mut Work<'_>, host: &ManagedObjectReference) {
    for machine in work.state.store.references(host, "vm").to_vec() {
        vm::remove(work.state, &machine, Removal::Unregister);
    }
    for datastore in work.state.store.references(host, "datastore").to_vec() {
        unmount(&mut work.state.store, &datastore, host);
    }
    let managers = work.state.store.object::<HostConfigManager>(host, "configManager").cloned().unwrap_or_default();
    for (_, manager) in managers.members() {
        if let Value::Reference(manager) = manager {
            work.state.store.remove(manager);
        }
    }
}

fn unmount(store: &mut Store, datastore: &ManagedObjectReference, host: &ManagedObjectReference) {
    let mut mounts = mounts(store, datastore);
    mounts.retain(|mount| mount.key().as_untyped() != host);
    store.set(datastore, "host", DatastoreHostMount::into_list(mounts));
}

/// What is in a pool comes to be in the one above it.
fn leave_pool(work: &mut Work<'_>, pool: &ManagedObjectReference) {
    let Some(parent) = work.state.store.reference(pool, "parent").cloned() else { return };
    for machine in work.state.store.references(pool, "vm").to_vec() {
        vm::move_to_pool(work.state, &machine, &parent);
    }
    let store = &mut work.state.store;
    for child in store.references(pool, "resourcePool").to_vec() {
        store.set(&child, "parent", parent.clone());
        store.link(&parent, "resourcePool", &child);
    }
    store.unlink(&parent, "resourcePool", pool);
}

/// The pools and the environment browser of a compute resource go with it.
fn leave_compute_resource(work: &mut Work<'_>, compute_resource: &ManagedObjectReference) {
    let store = &mut work.state.store;
    let mut pools: Vec<_> = store.reference(compute_resource, "resourcePool").cloned().into_iter().collect();
    while let Some(pool) = pools.pop() {
        pools.extend_from_slice(store.references(&pool, "resourcePool"));
        store.remove(&pool);
    }
    if let Some(browser) = store.reference(compute_resource, "environmentBrowser").cloned() {
        store.remove(&browser);
    }
}

/// Takes an entity out of what refers to it.
fn unlink(store: &mut Store, entity: &ManagedObjectReference) {
    let parent = store.reference(entity, "parent").cloned();
    match (entity.type_name(), &parent) {
        ("HostSystem", Some(parent)) => {
            store.unlink(parent, "host", entity);
            for network in store.references(entity, "network").to_vec() {
                store.unlink(&network, "host", entity);
            }
        }
        (_, Some(parent)) if matches!(parent.type_name(), "Folder" | "StoragePod") => {
            store.unlink(parent, "childEntity", entity);
        }
        _ => {}
    }
    if let Some(switch) = portgroup_switch(store, entity) {
        store.unlink(&switch, "portgroup", entity);
    }
    if is_a(entity.type_name(), "Network") {
        let hosts = store.references(entity, "host").to_vec();
        unlink_resource(store, entity, "network", hosts);
    } else if entity.type_name() == "Datastore" {
        let hosts = mounts(store, entity).iter().map(|mount| mount.key().as_untyped().clone()).collect();
        unlink_resource(store, entity, "datastore", hosts);
    }
}

/// Takes a network or a datastore out of hosts, their compute resources and the datacenter.
fn unlink_resource(
    store: &mut Store,
    entity: &ManagedObjectReference,
    property: &'static str,
    hosts: Vec<ManagedObjectReference>,
) {
    let ancestors = std::iter::successors(Some(entity), |object| store.reference(object, "parent"));
    let datacenter = ancestors.filter(|object| object.type_name() == "Datacenter").last().cloned();
    let compute_resources: Vec<_> = hosts.iter().filter_map(|host| store.reference(host, "parent").cloned()).collect();
    for holder in hosts.into_iter().chain(compute_resources).chain(datacenter) {
        store.unlink(&holder, property, entity);
    }
}

/// The hosts that have a datastore.
fn mounts(store: &Store, datastore: &ManagedObjectReference) -> Vec<DatastoreHostMount> {
    match store.get(datastore, "host").map(|value| Value::clone(value)) {
        Some(Value::List(list)) => DatastoreHostMount::from_list(list).unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn portgroup_switch(store: &Store, entity: &ManagedObjectReference) -> Option<ManagedObjectReference> {
    if entity.type_name() != "DistributedVirtualPortgroup" {
        return None;
    }
    let config = store.object::<vim25_api::types::DVPortgroupConfigInfo>(entity, "config")?;
    config.distributed_virtual_switch().map(|switch| switch.as_untyped().clone())
}
