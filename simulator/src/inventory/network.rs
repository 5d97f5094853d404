//! Standard networks: port groups of the same name on hosts.

use std::sync::Arc;

use serde_json::json;
use vim25_api::types::{HostPortGroup, NetworkSummary};
use vim25_runtime::ManagedObjectReference;

use super::{data, entity, host};
use crate::store::Store;

/// Adds a network that is on no host to a datacenter.
pub(super) fn add(store: &mut Store, datacenter: &ManagedObjectReference, name: &str) -> ManagedObjectReference {
    let network = store.new_reference("Network", "network");
    let properties = [
        ("summary", data::shared::<NetworkSummary>(&summary(&network, name))),
        ("host", Arc::new(data::references(&[]))),
        ("vm", Arc::new(data::references(&[]))),
    ];
    if let Some(folder) = store.reference(datacenter, "networkFolder").cloned() {
        entity::add(store, &network, &folder, name, properties);
    }
    store.link(datacenter, "network", &network);
    network
}

/// The summary of a network, as JSON.
pub(super) fn summary(network: &ManagedObjectReference, name: &str) -> serde_json::Value {
    json!({ "network": data::refer(network), "name": name, "accessible": true, "ipPoolName": "" })
}

/// Has a host and its compute resource know a network, and the network them.
pub(super) fn link(store: &mut Store, network: &ManagedObjectReference, on: &ManagedObjectReference) {
    store.link(network, "host", on);
    for object in host::with_compute_resource(store, on) {
        store.link(&object, "network", network);
    }
}

/// Puts a network on a host, as a port group of its switch.
pub(super) fn attach(
    store: &mut Store,
    network: &ManagedObjectReference,
    on: &ManagedObjectReference,
    name: &str,
    vlan: u16,
) {
    link(store, network, on);
    let portgroup: HostPortGroup = data::object(&host::portgroup_json(name, vlan));
    host::edit_network(store, on, |config| {
        let mut portgroups = config.portgroup().to_vec();
        let mut vswitches = config.vswitch().to_vec();
        if let Some(vswitch) = vswitches.first_mut() {
            let keys: Vec<String> = vswitch.portgroup().iter().map(str::to_owned).collect();
            vswitch.set_portgroup(keys.into_iter().chain(portgroup.key().map(str::to_owned)));
        }
        portgroups.push(portgroup);
        config.set_portgroup(portgroups);
        config.set_vswitch(vswitches);
    });
}
