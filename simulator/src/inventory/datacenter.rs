//! Datacenters.

use std::sync::Arc;

use serde_json::json;
use vim25_api::types::DatacenterConfigInfo;
use vim25_runtime::{ManagedObjectReference, Value};

use super::folder::{self, FOLDER_KINDS};
use super::{data, entity};
use crate::store::Store;

/// The folders of a datacenter: their property and their name, in the order of their kinds.
const FOLDERS: [(&str, &str); 4] =
    [("vmFolder", "vm"), ("hostFolder", "host"), ("datastoreFolder", "datastore"), ("networkFolder", "network")];

/// Adds a datacenter with its four folders.
pub(crate) fn add(store: &mut Store, folder: &ManagedObjectReference, name: &str) -> ManagedObjectReference {
    let datacenter = store.new_reference("Datacenter", "datacenter");
    let configuration = data::shared::<DatacenterConfigInfo>(&json!({}));
    let properties = [
        ("configuration", configuration),
        ("datastore", Arc::new(data::references(&[]))),
        ("network", Arc::new(data::references(&[]))),
    ];
    entity::add(store, &datacenter, folder, name, properties);
    for ((property, name), kind) in FOLDERS.into_iter().zip(&FOLDER_KINDS[1..]) {
        let folder = folder::add_of_kind(store, &datacenter, name, kind);
        store.set(&datacenter, property, Value::from(folder));
    }
    datacenter
}
