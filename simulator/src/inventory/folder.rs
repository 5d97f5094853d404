//! Folders.

use std::sync::Arc;

use vim25_runtime::ManagedObjectReference;

use super::{data, entity};
use crate::store::Store;

/// What a folder is for: the letter in its id, and the types of what can be in it.
#[derive(Debug)]
pub(crate) struct FolderKind {
    letter: char,
    child_type: &'static [&'static str],
}

/// The kinds of folders: for datacenters, and the four that every datacenter has.
pub(crate) const FOLDER_KINDS: [FolderKind; 5] = [
    FolderKind { letter: 'd', child_type: &["Folder", "Datacenter"] },
    FolderKind { letter: 'v', child_type: &["Folder", "VirtualMachine"] },
    FolderKind { letter: 'h', child_type: &["Folder", "ComputeResource"] },
    FolderKind { letter: 's', child_type: &["Folder", "Datastore", "StoragePod"] },
    FolderKind { letter: 'n', child_type: &["Folder", "Network", "DistributedVirtualSwitch"] },
];

/// Adds a folder of a kind to a parent.
pub(super) fn add_of_kind(
    store: &mut Store,
    parent: &ManagedObjectReference,
    name: &str,
    kind: &FolderKind,
) -> ManagedObjectReference {
    let folder = ManagedObjectReference::new("Folder", format!("group-{}{}", kind.letter, store.next_id()));
    let properties = [("childType", data::strings(kind.child_type)), ("childEntity", data::references(&[]))];
    entity::add(store, &folder, parent, name, properties.map(|(name, value)| (name, Arc::new(value))));
    folder
}

/// Adds a folder to another one, of the same kind.
pub(crate) fn add(store: &mut Store, parent: &ManagedObjectReference, name: &str) -> ManagedObjectReference {
    let letter = parent.value().strip_prefix("group-").and_then(|rest| rest.chars().next());
    let kind = FOLDER_KINDS.iter().find(|kind| Some(kind.letter) == letter);
    add_of_kind(store, parent, name, kind.unwrap_or(&FOLDER_KINDS[0]))
}

/// Gives the root folder, which exists already, its properties.
pub(super) fn complete_root(store: &mut Store, root: &ManagedObjectReference) {
    // Its id has the first number.
    store.next_id();
    entity::complete_root(store, root, "Datacenters");
    store.set(root, "childType", data::strings(FOLDER_KINDS[0].child_type));
    store.set(root, "childEntity", data::references(&[]));
}
