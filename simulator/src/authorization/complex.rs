//! Complex entities: objects that have the permissions of their parents and none of their own.

use vim25_runtime::ManagedObjectReference;

use crate::store::{Store, is_a};

/// Whether an entity always has the permissions of its parent: the folders of a datacenter, the root resource pool of a
/// compute resource, and a host that is one on its own.
pub(crate) fn shares_permissions(store: &Store, entity: &ManagedObjectReference) -> bool {
    let Some(parent) = store.reference(entity, "parent").map(ManagedObjectReference::type_name) else { return false };
    match entity.type_name() {
        "Folder" => parent == "Datacenter",
        "HostSystem" => parent == "ComputeResource",
        "ResourcePool" => is_a(parent, "ComputeResource"),
        _ => false,
    }
}
