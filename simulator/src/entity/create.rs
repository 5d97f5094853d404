//! What a client can ask for of a new cluster.

use vim25_api::mo;
use vim25_api::types::{ClusterConfigSpecEx, DataObject, FolderEventArgument};
use vim25_runtime::{DateTime, ManagedObjectReference, Ref};

use crate::inventory::compute;
use crate::members;
use crate::store::Store;

/// Creates a cluster without hosts. High availability and DRS are off, but for what the specification says.
pub(crate) fn create_cluster(
    store: &mut Store,
    parent: &ManagedObjectReference,
    name: &str,
    spec: &ClusterConfigSpecEx,
    now: DateTime,
) -> ManagedObjectReference {
    let cluster = compute::add_cluster(store, parent, name, now);
    for property in ["configuration", "configurationEx"] {
        store.edit::<DataObject>(&cluster, property, |configuration| {
            for member in ["dasConfig", "drsConfig"] {
                let present = members::object(configuration, member).cloned();
                if let (Some(mut present), Some(asked)) = (present, members::object(spec, member)) {
                    members::merge(&mut present, asked);
                    members::put(configuration, member, present);
                }
            }
        });
    }
    cluster
}

/// The reference to a folder in an event.
pub(crate) fn folder_argument(store: &Store, folder: &ManagedObjectReference) -> FolderEventArgument {
    let mut argument = FolderEventArgument::new();
    argument.set_folder(Ref::<mo::Folder>::new(folder.value())).set_name(store.text(folder, "name"));
    argument
}
