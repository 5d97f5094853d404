//! Where virtual machines can be: pools, hosts and datastores that fit together.

use vim25_api::mo;
use vim25_api::types::{
    HostRuntimeInfo, HostSystemConnectionState, InvalidDatastore, InvalidHostState, InvalidVmConfig,
    VirtualMachineConfigInfo, VirtualMachineConfigSpec, VirtualMachineRelocateSpec,
};
use vim25_runtime::{ManagedObjectReference, Ref};

use super::Placement;
use super::files::{self, DatastorePath};
use crate::fault::{self, Failure};
use crate::state::State;
use crate::store::Store;

/// Whether a host can be reached, and is not in maintenance mode.
pub(crate) fn is_usable(store: &Store, host: &ManagedObjectReference) -> bool {
    store.object::<HostRuntimeInfo>(host, "runtime").is_some_and(|runtime| {
        runtime.connection_state() == HostSystemConnectionState::Connected && !runtime.in_maintenance_mode()
    })
}

/// Refuses a host that cannot be reached or is in maintenance mode.
pub(crate) fn check_usable(store: &Store, host: &ManagedObjectReference) -> Result<(), Failure> {
    if is_usable(store, host) {
        return Ok(());
    }
    let mut invalid = InvalidHostState::new();
    invalid.set_host(Ref::<mo::HostSystem>::new(host.value()));
    Err(fault::fault(invalid, "The host is in maintenance mode, or it cannot be reached."))
}

/// The usable host of a compute resource with the fewest machines, of those that have some datastores and are not the
/// one to leave.
pub(crate) fn pick_host(
    store: &Store,
    compute_resource: &ManagedObjectReference,
    datastores: &[ManagedObjectReference],
    but: Option<&ManagedObjectReference>,
) -> Option<ManagedObjectReference> {
    let has_datastores = |host: &&ManagedObjectReference| {
        let present = store.references(host, "datastore");
        datastores.iter().all(|datastore| present.contains(datastore))
    };
    let hosts = store.references(compute_resource, "host").iter();
    let hosts = hosts.filter(|host| Some(*host) != but && is_usable(store, host)).filter(has_datastores);
    hosts.min_by_key(|host| store.references(host, "vm").len()).cloned()
}

/// The datastore of the configuration file of a machine.
pub(super) fn home_of(store: &Store, vm: &ManagedObjectReference) -> Option<ManagedObjectReference> {
    let config = store.object::<VirtualMachineConfigInfo>(vm, "config")?;
    let name = DatastorePath::parse(config.files().vm_path_name()?)?.datastore;
    let is_it = |datastore: &&ManagedObjectReference| store.text(datastore, "name") == name;
    store.references(vm, "datastore").iter().find(is_it).cloned()
}

/// Where a machine is. A template has no pool: then that of the compute resource of its host stands for it.
pub(crate) fn present_placement(state: &State, vm: &ManagedObjectReference) -> Result<Placement, Failure> {
    let store = &state.store;
    let host = state.host_of(vm).ok_or_else(|| fault::object_not_found(vm))?;
    let root_pool = || store.reference(store.reference(&host, "parent")?, "resourcePool").cloned();
    let pool = store.reference(vm, "resourcePool").cloned().or_else(root_pool);
    Ok(Placement {
        folder: store.reference(vm, "parent").cloned().ok_or_else(|| fault::object_not_found(vm))?,
        pool: pool.ok_or_else(|| fault::object_not_found(vm))?,
        datastore: home_of(store, vm).ok_or_else(|| fault::object_not_found(vm))?,
        host,
    })
}

/// Where a new machine comes to be: its folder, pool and perhaps host are given, its files say on which datastore.
pub(crate) fn place_new(
    state: &State,
    folder: &ManagedObjectReference,
    pool: &ManagedObjectReference,
    host: Option<&ManagedObjectReference>,
    spec: &VirtualMachineConfigSpec,
) -> Result<Placement, Failure> {
    let Some(path) = spec.files().and_then(|files| files.vm_path_name()).filter(|path| !path.is_empty()) else {
        let mut invalid = InvalidVmConfig::new();
        invalid.set_property("configSpec.files.vmPathName");
        return Err(fault::fault(invalid, "A new virtual machine has to say on which datastore it is to be."));
    };
    place_path(state, folder, pool, host, path)
}

/// Where a machine comes to be whose configuration file is at a path.
pub(super) fn place_path(
    state: &State,
    folder: &ManagedObjectReference,
    pool: &ManagedObjectReference,
    host: Option<&ManagedObjectReference>,
    path: &str,
) -> Result<Placement, Failure> {
    let store = &state.store;
    let name = DatastorePath::parse(path).ok_or_else(|| files::invalid_path(path))?.datastore;
    let owner = owner_of(store, pool)?;
    let hosts = store.references(&owner, "host").iter();
    let datastore = match host {
        Some(host) => files::find_datastore(store, host, name),
        None => hosts.clone().find_map(|host| files::find_datastore(store, host, name)),
    };
    let datastore = datastore.ok_or_else(|| files::invalid_path(path))?;
    let host = choose_host(store, &owner, host, None, &datastore)?;
    Ok(Placement { folder: folder.clone(), pool: pool.clone(), host, datastore })
}

/// Where a machine that is somewhere comes to be: what a specification leaves out stays as it is.
pub(crate) fn place(
    state: &State,
    present: &Placement,
    spec: &VirtualMachineRelocateSpec,
) -> Result<Placement, Failure> {
    let store = &state.store;
    let asked = |name: &str| crate::members::reference(spec, name);
    for target in ["pool", "host", "datastore", "folder"].into_iter().filter_map(asked) {
        if !store.contains(target) {
            return Err(fault::object_not_found(target));
        }
    }
    let datastore = asked("datastore").unwrap_or(&present.datastore);
    let pool = match (asked("pool"), asked("host")) {
        (Some(pool), _) => pool.clone(),
        (None, Some(host)) => pool_for(store, present, host),
        (None, None) => present.pool.clone(),
    };
    let owner = owner_of(store, &pool)?;
    let host = choose_host(store, &owner, asked("host"), Some(&present.host), datastore)?;
    let folder = asked("folder").unwrap_or(&present.folder).clone();
    Ok(Placement { folder, pool, host, datastore: datastore.clone() })
}

/// The pool of a machine that goes to a host: it stays in its own, or gets the root of those of the host.
fn pool_for(store: &Store, present: &Placement, host: &ManagedObjectReference) -> ManagedObjectReference {
    let compute_resource = store.reference(host, "parent");
    match compute_resource {
        Some(compute_resource) if store.reference(&present.pool, "owner") != Some(compute_resource) => {
            store.reference(compute_resource, "resourcePool").unwrap_or(&present.pool).clone()
        }
        _ => present.pool.clone(),
    }
}

fn owner_of(store: &Store, pool: &ManagedObjectReference) -> Result<ManagedObjectReference, Failure> {
    store.reference(pool, "owner").cloned().ok_or_else(|| fault::object_not_found(pool))
}

/// The host for a machine of a compute resource: the one that is asked for, else the present one, else any that can.
fn choose_host(
    store: &Store,
    owner: &ManagedObjectReference,
    asked: Option<&ManagedObjectReference>,
    present: Option<&ManagedObjectReference>,
    datastore: &ManagedObjectReference,
) -> Result<ManagedObjectReference, Failure> {
    let hosts = store.references(owner, "host");
    let has_datastore = |host: &ManagedObjectReference| store.references(host, "datastore").contains(datastore);
    if let Some(host) = asked {
        if !store.contains(host) {
            return Err(fault::object_not_found(host));
        }
        if !hosts.contains(host) {
            return Err(fault::invalid_argument(
                "host",
                "the host is not of the compute resource of the resource pool",
            ));
        }
        check_usable(store, host)?;
        return if has_datastore(host) { Ok(host.clone()) } else { Err(inaccessible(store, datastore)) };
    }
    match present.filter(|host| hosts.contains(host) && has_datastore(host)) {
        Some(host) => Ok(host.clone()),
        None => pick_host(store, owner, std::slice::from_ref(datastore), None).ok_or_else(|| match hosts.first() {
            Some(host) if hosts.iter().any(has_datastore) => {
                check_usable(store, host).err().unwrap_or_else(|| inaccessible(store, datastore))
            }
            _ => inaccessible(store, datastore),
        }),
    }
}

/// The fault that no host that could be used has a datastore.
fn inaccessible(store: &Store, datastore: &ManagedObjectReference) -> Failure {
    let name = store.text(datastore, "name");
    let mut invalid = InvalidDatastore::new();
    invalid.set_datastore(Ref::<mo::Datastore>::new(datastore.value())).set_name(name);
    fault::fault(invalid, format!("No host that can be used has the datastore `{name}`."))
}
