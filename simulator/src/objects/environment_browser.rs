//! `EnvironmentBrowser`: what virtual machines can be made of on the hosts of a cluster.

use serde_json::{Value as Json, json};
use vim25_api::types::{
    ConfigTarget, DVPortgroupConfigInfo, DVSSummary, DatastoreCapability, DatastoreInfo, DatastoreSummary,
    HostHardwareInfo, HostListSummary, NetworkSummary, ResourcePoolRuntimeInfo, ServiceContent,
    VirtualMachineConfigOptionDescriptor,
};
use vim25_runtime::{DataType, Element, ManagedObjectReference};

use super::Handler::Now;
use super::{Handlers, singleton};
use crate::call::{Call, Outcome};
use crate::fault::{self, Failure};
use crate::inventory::data;
use crate::store::Store;

/// What the simulator plays of it.
pub(super) const HANDLERS: Handlers = &[
    ("QueryConfigOptionDescriptor", Now(query_config_option_descriptor)),
    ("QueryConfigTarget", Now(query_config_target)),
    ("QueryTargetCapabilities", Now(query_target_capabilities)),
];

/// The versions of the virtual hardware, and the version of the product that brought each.
const HARDWARE: [(&str, &str); 9] = [
    ("vmx-13", "6.5.0"),
    ("vmx-14", "6.7.0"),
    ("vmx-15", "6.7.2"),
    ("vmx-17", "7.0.0"),
    ("vmx-18", "7.0.1"),
    ("vmx-19", "7.0.2"),
    ("vmx-20", "8.0.0"),
    ("vmx-21", "8.0.2"),
    ("vmx-22", "9.0.0"),
];

fn query_config_option_descriptor(call: &mut Call<'_>) -> Outcome {
    let hosts: Json = hosts_of(call, compute_resource(call)?).iter().map(data::refer).collect();
    let content = call.state.store.object::<ServiceContent>(&singleton("ServiceInstance"), "content");
    let version = content.map_or("", |content| content.about().version());
    let known: Vec<_> = HARDWARE.iter().filter(|(_, since)| *since <= version).collect();
    let newest = known.last().map(|(key, _)| *key);
    let descriptor = |(key, since): &(&str, &str)| {
        data::object::<VirtualMachineConfigOptionDescriptor>(&json!({
            "key": key,
            "description": format!("For hosts of version {since} and later"),
            "host": hosts,
            "createSupported": true,
            "defaultConfigOption": newest == Some(*key),
            "runSupported": true,
            "upgradeSupported": newest != Some(*key),
        }))
    };
    let descriptors = known.into_iter().map(descriptor).collect();
    Ok(Some(VirtualMachineConfigOptionDescriptor::into_list(descriptors).into()))
}

fn query_target_capabilities(call: &mut Call<'_>) -> Outcome {
    let compute = compute_resource(call)?;
    let hosts = asked_hosts(call, &compute)?;
    // All hosts can do the same.
    let capability = hosts.first().and_then(|host| call.state.store.get(host, "capability"));
    Ok(capability.map(|capability| capability.as_ref().clone()))
}

fn query_config_target(call: &mut Call<'_>) -> Outcome {
    let compute = compute_resource(call)?;
    let hosts = asked_hosts(call, &compute)?;
    let store = &call.state.store;
    let Some(largest) = hosts.iter().filter_map(|host| size(store, host)).max() else { return Ok(None) };
    // Of one host if it is named, otherwise of all.
    let holder = call.reference("host").unwrap_or(&compute);
    let pool = store.reference(&compute, "resourcePool");
    let runtime = pool.and_then(|pool| store.object::<ResourcePoolRuntimeInfo>(pool, "runtime"));
    let networks = store.references(holder, "network");
    let mut switches: Vec<ManagedObjectReference> =
        networks.iter().filter_map(|network| switch_of(store, network)).collect();
    switches.dedup();
    let mut target: ConfigTarget = data::object(&json!({
        "numCpus": largest.threads,
        "numCpuCores": largest.cores,
        "numNumaNodes": largest.nodes,
        "maxCpusPerHost": largest.threads,
        "smcPresent": false,
        "datastore": store.references(holder, "datastore").iter().filter_map(|it| datastore(store, it)).collect::<Vec<_>>(),
        "network": networks.iter().filter_map(|it| network(store, it)).collect::<Vec<_>>(),
        "distributedVirtualPortgroup": networks.iter().filter_map(|it| portgroup(store, it)).collect::<Vec<_>>(),
        "distributedVirtualSwitch": switches.iter().filter_map(|it| switch(store, it)).collect::<Vec<_>>(),
        "maxMemMBOptimalPerf": largest.memory_mb,
        "supportedMaxMemMB": largest.memory_mb,
        "autoVmotion": false,
    }));
    if let Some(runtime) = runtime {
        target.set_resource_pool(runtime.clone());
    }
    Ok(Some(target.into()))
}

/// The compute resource that the environment is of: it has the same number.
fn compute_resource(call: &Call<'_>) -> Result<ManagedObjectReference, Failure> {
    let number = call.object.value().trim_start_matches("envbrowser-");
    let cluster = ManagedObjectReference::new("ClusterComputeResource", format!("domain-c{number}"));
    let stand_alone = ManagedObjectReference::new("ComputeResource", format!("domain-s{number}"));
    let is_of = |compute: &ManagedObjectReference| {
        call.state.store.reference(compute, "environmentBrowser").is_some_and(|browser| browser == call.object)
    };
    let found = [cluster, stand_alone].into_iter().find(is_of);
    found.ok_or_else(|| fault::not_supported("This environment is of no cluster and of no stand-alone host."))
}

fn hosts_of(call: &Call<'_>, compute: ManagedObjectReference) -> Vec<ManagedObjectReference> {
    call.state.store.references(&compute, "host").to_vec()
}

/// The host that a call names, or all.
fn asked_hosts(call: &Call<'_>, compute: &ManagedObjectReference) -> Result<Vec<ManagedObjectReference>, Failure> {
    let hosts = hosts_of(call, compute.clone());
    match call.reference("host") {
        None => Ok(hosts),
        Some(host) if hosts.contains(host) => Ok(vec![host.clone()]),
        Some(_) => Err(fault::invalid_argument("host", "it is not one of this environment")),
    }
}

/// How much of a machine fits on a host.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Size {
    threads: i16,
    cores: i16,
    nodes: i32,
    memory_mb: i64,
}

fn size(store: &Store, host: &ManagedObjectReference) -> Option<Size> {
    let hardware = store.object::<HostListSummary>(host, "summary")?.hardware()?;
    let nodes = store.object::<HostHardwareInfo>(host, "hardware").and_then(|hardware| hardware.numa_info());
    Some(Size {
        threads: hardware.num_cpu_threads(),
        cores: hardware.num_cpu_cores(),
        nodes: nodes.map_or(1, |nodes| nodes.num_nodes()),
        memory_mb: hardware.memory_size() >> 20,
    })
}

fn json_of(object: &impl DataType) -> Json {
    serde_json::to_value(object.as_object()).unwrap_or_default()
}

fn datastore(store: &Store, datastore: &ManagedObjectReference) -> Option<Json> {
    let info = store.object::<DatastoreInfo>(datastore, "info")?;
    Some(json!({
        "name": info.name(),
        "datastore": json_of(store.object::<DatastoreSummary>(datastore, "summary")?),
        "capability": json_of(store.object::<DatastoreCapability>(datastore, "capability")?),
        "maxFileSize": info.max_file_size(),
        "maxVirtualDiskCapacity": info.max_virtual_disk_capacity(),
        "mode": "readWrite",
        "vStorageSupport": "vStorageUnsupported",
    }))
}

fn network(store: &Store, network: &ManagedObjectReference) -> Option<Json> {
    if network.type_name() != "Network" {
        return None;
    }
    let summary = store.object::<NetworkSummary>(network, "summary")?;
    Some(json!({ "name": summary.name(), "network": json_of(summary), "vswitch": "vSwitch0" }))
}

fn switch_of(store: &Store, portgroup: &ManagedObjectReference) -> Option<ManagedObjectReference> {
    let config = store.object::<DVPortgroupConfigInfo>(portgroup, "config")?;
    config.distributed_virtual_switch().map(|switch| switch.as_untyped().clone())
}

fn portgroup(store: &Store, portgroup: &ManagedObjectReference) -> Option<Json> {
    let config = store.object::<DVPortgroupConfigInfo>(portgroup, "config")?;
    let switch = switch_of(store, portgroup)?;
    Some(json!({
        "switchName": store.text(&switch, "name"),
        "switchUuid": store.text(&switch, "uuid"),
        "portgroupName": config.name(),
        "portgroupKey": config.key(),
        "portgroupType": config.r#type(),
        "uplinkPortgroup": config.uplink().unwrap_or_default(),
        "portgroup": data::refer(portgroup),
    }))
}

fn switch(store: &Store, switch: &ManagedObjectReference) -> Option<Json> {
    let summary = store.object::<DVSSummary>(switch, "summary")?;
    Some(json!({
        "switchName": summary.name(),
        "switchUuid": summary.uuid(),
        "distributedVirtualSwitch": data::refer(switch),
    }))
}
