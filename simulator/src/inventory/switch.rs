//! Distributed switches and their port groups.

use std::sync::{Arc, LazyLock};

use serde_json::{Value as Json, json};
use vim25_api::types::{
    DVPortgroupConfigInfo, DVSCapability, DVSRuntimeInfo, DVSSummary, HostProxySwitch, NetworkSummary,
    VMwareDVSConfigInfo,
};
use vim25_runtime::{DateTime, ManagedObjectReference, Value};

use super::{data, entity, host, network};
use crate::random::Random;
use crate::state::State;
use crate::store::Store;

/// How many ports a port group has at least.
const MIN_PORTS: usize = 8;

static CAPABILITY: LazyLock<Arc<Value>> = LazyLock::new(|| {
    data::shared::<DVSCapability>(&json!({
        "dvsOperationSupported": true,
        "dvPortGroupOperationSupported": true,
        "dvPortOperationSupported": true,
        "compatibleHostComponentProductInfo": [],
    }))
});

/// Adds a distributed switch with its port group for uplinks to a datacenter. All the hosts are members.
pub(super) fn add(
    state: &mut State,
    datacenter: &ManagedObjectReference,
    name: &str,
    hosts: &[ManagedObjectReference],
    now: &DateTime,
) -> Option<ManagedObjectReference> {
    let folder = state.store.reference(datacenter, "networkFolder").cloned()?;
    let switch = state.store.new_reference("VmwareDistributedVirtualSwitch", "dvs");
    let uuid = switch_uuid(&mut state.random);
    let product = product(state);
    let members: Vec<Json> = hosts.iter().map(|host| member(host, &product)).collect();
    let config = json!({
        "uuid": uuid,
        "name": name,
        "numStandalonePorts": 0,
        "numPorts": 0,
        "maxPorts": i32::MAX,
        "uplinkPortPolicy": { "_typeName": "DVSNameArrayUplinkPortPolicy", "uplinkPortName": ["Uplink 1"] },
        "uplinkPortgroup": [],
        "defaultPortConfig": port_setting(0),
        "host": members,
        "productInfo": product,
        "policy": { "autoPreInstallAllowed": true, "autoUpgradeAllowed": true, "partialUpgradeAllowed": true },
        "configVersion": "1",
        "contact": {},
        "createTime": now.as_str(),
        "networkResourceManagementEnabled": true,
        "maxMtu": 1500,
        "linkDiscoveryProtocolConfig": { "protocol": "cdp", "operation": "listen" },
        "lacpApiVersion": "multipleLag",
        "multicastFilteringMode": "legacyFiltering",
    });
    let summary = json!({
        "name": name,
        "uuid": uuid,
        "numPorts": 0,
        "productInfo": product,
        "hostMember": data::refer_all(hosts),
        "host": data::refer_all(hosts),
        "vm": [],
        "portgroupName": [],
        "numHosts": hosts.len(),
    });
    let runtime = |host| json!({ "host": data::refer(host), "status": "up" });
    let runtimes: Vec<Json> = hosts.iter().map(runtime).collect();
    let properties = [
        ("uuid", Arc::new(Value::from(uuid.clone()))),
        ("config", data::shared::<VMwareDVSConfigInfo>(&config)),
        ("summary", data::shared::<DVSSummary>(&summary)),
        ("capability", Arc::clone(&CAPABILITY)),
        ("runtime", data::shared::<DVSRuntimeInfo>(&json!({ "hostMemberRuntime": runtimes }))),
        ("portgroup", Arc::new(data::references(&[]))),
    ];
    entity::add(&mut state.store, &switch, &folder, name, properties);
    let uplinks = Ports { name: format!("{name}-DVUplinks"), count: hosts.len(), vlan: 0, uplink: true };
    add_portgroup(&mut state.store, datacenter, &switch, &uplinks);
    for host in hosts {
        add_proxy_switch(&mut state.store, host, name, &uuid);
    }
    Some(switch)
}

/// The id of a switch: `50 3d 4a … - … 21`.
fn switch_uuid(random: &mut Random) -> String {
    let digits = random.token();
    let bytes: Vec<&str> = (0..16).map(|index| &digits[2 * index..2 * index + 2]).collect();
    format!("{}-{}", bytes[..8].join(" "), bytes[8..].join(" "))
}

fn product(state: &State) -> Json {
    let content = crate::objects::singleton("ServiceInstance");
    let content = state.store.object::<vim25_api::types::ServiceContent>(&content, "content");
    json!({
        "name": "DVS",
        "vendor": "The vim25 project",
        "version": content.map_or("", |content| content.about().version()),
        "build": "0",
        "forwardingClass": "etherswitch",
    })
}

fn member(host: &ManagedObjectReference, product: &Json) -> Json {
    json!({
        "config": {
            "host": data::refer(host),
            "maxProxySwitchPorts": 1536,
            "backing": {
                "_typeName": "DistributedVirtualSwitchHostMemberPnicBacking",
                "pnicSpec": [{ "pnicDevice": "vmnic1" }],
            },
        },
        "productInfo": product,
        "uplinkPortKey": [],
        "status": "up",
    })
}

fn port_setting(vlan: u16) -> Json {
    let policy = |value: bool| json!({ "inherited": false, "value": value });
    json!({
        "_typeName": "VMwareDVSPortSetting",
        "blocked": policy(false),
        "vlan": {
            "_typeName": "VmwareDistributedVirtualSwitchVlanIdSpec", "inherited": false, "vlanId": vlan,
        },
        "securityPolicy": {
            "inherited": false,
            "allowPromiscuous": policy(false),
            "macChanges": policy(false),
            "forgedTransmits": policy(false),
        },
        "uplinkTeamingPolicy": {
            "inherited": false,
            "policy": { "inherited": false, "value": "loadbalance_srcid" },
            "reversePolicy": policy(true),
            "notifySwitches": policy(true),
            "rollingOrder": policy(false),
            "uplinkPortOrder": {
                "inherited": false, "activeUplinkPort": ["Uplink 1"], "standbyUplinkPort": [],
            },
        },
        "ipfixEnabled": policy(false),
        "txUplink": policy(false),
    })
}

/// What a port group of a distributed switch is to be.
pub(super) struct Ports {
    pub(super) name: String,
    /// How many ports are needed.
    pub(super) count: usize,
    pub(super) vlan: u16,
    /// Whether it is for the uplinks of the hosts.
    pub(super) uplink: bool,
}

/// Adds a port group to a distributed switch.
pub(super) fn add_portgroup(
    store: &mut Store,
    datacenter: &ManagedObjectReference,
    switch: &ManagedObjectReference,
    ports: &Ports,
) -> Option<ManagedObjectReference> {
    let folder = store.reference(datacenter, "networkFolder").cloned()?;
    let portgroup = store.new_reference("DistributedVirtualPortgroup", "dvportgroup");
    let count = if ports.uplink { ports.count } else { ports.count.next_multiple_of(MIN_PORTS).max(MIN_PORTS) };
    let first = store.object::<VMwareDVSConfigInfo>(switch, "config").map_or(0, |config| config.num_ports());
    let first_key = usize::try_from(first).unwrap_or(0);
    let keys = (0..count).map(|index| (index + first_key).to_string().into()).collect();
    let properties = [
        ("key", Arc::new(Value::from(portgroup.value().to_owned()))),
        ("summary", data::shared::<NetworkSummary>(&network::summary(&portgroup, &ports.name))),
        ("config", data::shared::<DVPortgroupConfigInfo>(&portgroup_config(&portgroup, switch, ports, count))),
        ("portKeys", Arc::new(vim25_runtime::List::Strings(keys).into())),
        ("host", Arc::new(data::references(&[]))),
        ("vm", Arc::new(data::references(&[]))),
    ];
    entity::add(store, &portgroup, &folder, &ports.name, properties);
    store.link(datacenter, "network", &portgroup);
    store.link(switch, "portgroup", &portgroup);
    let total = first.saturating_add(i32::try_from(count).unwrap_or(i32::MAX));
    store.edit::<VMwareDVSConfigInfo>(switch, "config", |config| {
        config.set_num_ports(total);
        if ports.uplink {
            let inserted = config.insert("uplinkPortgroup", data::references(std::slice::from_ref(&portgroup)));
            debug_assert!(inserted.is_ok());
        }
    });
    store.edit::<DVSSummary>(switch, "summary", |summary| {
        summary.set_num_ports(total);
        let names: Vec<String> = summary.portgroup_name().iter().map(str::to_owned).collect();
        summary.set_portgroup_name(names.into_iter().chain([ports.name.clone()]));
    });
    for host in store.object::<DVSSummary>(switch, "summary").map_or_else(Vec::new, members_of) {
        network::link(store, &portgroup, &host);
    }
    Some(portgroup)
}

fn members_of(summary: &DVSSummary) -> Vec<ManagedObjectReference> {
    summary.host_member().iter().map(|host| host.as_untyped().clone()).collect()
}

fn portgroup_config(
    portgroup: &ManagedObjectReference,
    switch: &ManagedObjectReference,
    ports: &Ports,
    count: usize,
) -> Json {
    json!({
        "key": portgroup.value(),
        "name": ports.name,
        "numPorts": count,
        "distributedVirtualSwitch": data::refer(switch),
        "defaultPortConfig": port_setting(ports.vlan),
        "type": "earlyBinding",
        "backingType": "standard",
        "policy": {
            "_typeName": "VMwareDVSPortgroupPolicy",
            "blockOverrideAllowed": true,
            "shapingOverrideAllowed": false,
            "vendorConfigOverrideAllowed": false,
            "livePortMovingAllowed": false,
            "portConfigResetAtDisconnect": true,
            "vlanOverrideAllowed": false,
            "uplinkTeamingOverrideAllowed": false,
            "securityPolicyOverrideAllowed": false,
        },
        "configVersion": "1",
        "autoExpand": true,
        "uplink": ports.uplink,
    })
}

/// Has a host show its part of a distributed switch.
fn add_proxy_switch(store: &mut Store, host: &ManagedObjectReference, name: &str, uuid: &str) {
    let proxy: HostProxySwitch = data::object(&json!({
        "dvsUuid": uuid,
        "dvsName": name,
        "key": format!("key-vim.host.ProxySwitch-{uuid}"),
        "numPorts": 1536,
        "numPortsAvailable": 1530,
        "uplinkPort": [],
        "mtu": 1500,
        "pnic": ["key-vim.host.PhysicalNic-vmnic1"],
        "spec": {
            "backing": {
                "_typeName": "DistributedVirtualSwitchHostMemberPnicBacking",
                "pnicSpec": [{ "pnicDevice": "vmnic1" }],
            },
        },
    }));
    host::edit_network(store, host, |config| {
        let mut proxies = config.proxy_switch().to_vec();
        proxies.push(proxy);
        config.set_proxy_switch(proxies);
    });
}
