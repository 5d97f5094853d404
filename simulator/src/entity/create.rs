//! New folders, datacenters and clusters.

use vim25_api::mo;
use vim25_api::types::{
    ClusterComputeResourceSummary, ClusterConfigInfo, ClusterConfigInfoEx, ClusterConfigSpecEx, ClusterDasConfigInfo,
    ClusterDrsConfigInfo, DrsBehavior, ManagedEntityStatus, ResourceAllocationInfo, ResourceConfigSpec, SharesInfo,
    SharesLevel,
};
use vim25_runtime::{DataType, Element, ManagedObjectReference, Ref, Value};

use crate::members;
use crate::minimal;
use crate::store::Store;

/// The folders of a datacenter: property, name, prefix of the id, what they can hold besides folders.
const FOLDERS: [(&str, &str, &str, &[&str]); 4] = [
    ("vmFolder", "vm", "group-v", &["VirtualMachine", "VirtualApp"]),
    ("hostFolder", "host", "group-h", &["ComputeResource"]),
    ("datastoreFolder", "datastore", "group-s", &["Datastore", "StoragePod"]),
    ("networkFolder", "network", "group-n", &["Network", "DistributedVirtualSwitch"]),
];

/// Creates a folder within another; it holds what that holds.
pub(crate) fn create_folder(store: &mut Store, parent: &ManagedObjectReference, name: &str) -> ManagedObjectReference {
    let child_type = store.get(parent, "childType").map(|types| Value::clone(types));
    let prefix = parent.value().trim_end_matches(|letter: char| letter.is_ascii_digit()).to_owned();
    let prefix = if prefix.is_empty() || prefix == parent.value() { "group-".to_owned() } else { prefix };
    let folder = add_folder(store, parent, &prefix, name, child_type);
    store.link(parent, "childEntity", &folder);
    folder
}

fn add_folder(
    store: &mut Store,
    parent: &ManagedObjectReference,
    prefix: &str,
    name: &str,
    child_type: Option<Value>,
) -> ManagedObjectReference {
    let folder = ManagedObjectReference::new("Folder", format!("{prefix}{}", store.next_id()));
    let mut properties = entity(parent, name);
    properties.extend(child_type.map(|types| ("childType", types)));
    store.add(folder.clone(), properties);
    folder
}

/// What all new entities have.
fn entity(parent: &ManagedObjectReference, name: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("name", name.to_owned().into()),
        ("parent", parent.clone().into()),
        ("overallStatus", ManagedEntityStatus::Green.into()),
        ("configStatus", ManagedEntityStatus::Green.into()),
        ("alarmActionsEnabled", true.into()),
    ]
}

/// Creates a datacenter with its four folders.
pub(crate) fn create_datacenter(
    store: &mut Store,
    parent: &ManagedObjectReference,
    name: &str,
) -> ManagedObjectReference {
    let datacenter = store.new_reference("Datacenter", "datacenter");
    store.add(datacenter.clone(), entity(parent, name));
    for (property, name, prefix, types) in FOLDERS {
        let types = std::iter::once("Folder").chain(types.iter().copied()).map(ToOwned::to_owned).collect();
        let folder = add_folder(store, &datacenter, prefix, name, Some(String::into_list(types).into()));
        store.set(&datacenter, property, folder);
    }
    store.link(parent, "childEntity", &datacenter);
    datacenter
}

/// Creates a cluster without hosts, with its root resource pool.
pub(crate) fn create_cluster(
    store: &mut Store,
    parent: &ManagedObjectReference,
    name: &str,
    spec: &ClusterConfigSpecEx,
) -> ManagedObjectReference {
    let cluster = store.new_reference("ClusterComputeResource", "domain-c");
    let cluster = ManagedObjectReference::new(cluster.type_name(), cluster.value().replacen("c-", "c", 1));
    let number = cluster.value().trim_start_matches(|letter: char| !letter.is_ascii_digit()).to_owned();
    let browser = ManagedObjectReference::new("EnvironmentBrowser", format!("envbrowser-{number}"));
    store.add(browser.clone(), []);
    let pool = store.new_reference("ResourcePool", "resgroup");
    let (das, drs) = configs(spec);
    let mut config = minimal_of::<ClusterConfigInfo>();
    config.set_das_config(das.clone()).set_drs_config(drs.clone());
    let mut config_ex = minimal_of::<ClusterConfigInfoEx>();
    config_ex.set_das_config(das).set_drs_config(drs);
    members::put(&mut config_ex, "vmSwapPlacement", "vmDirectory".to_owned());
    let mut summary = minimal_of::<ClusterComputeResourceSummary>();
    summary.set_overall_status(ManagedEntityStatus::Green);
    let mut properties = entity(parent, name);
    properties.extend([
        ("environmentBrowser", browser.into()),
        ("resourcePool", pool.clone().into()),
        ("configuration", config.into()),
        ("configurationEx", config_ex.into()),
        ("summary", summary.into()),
    ]);
    store.add(cluster.clone(), properties);
    add_root_pool(store, &cluster, &pool);
    store.link(parent, "childEntity", &cluster);
    cluster
}

fn add_root_pool(store: &mut Store, cluster: &ManagedObjectReference, pool: &ManagedObjectReference) {
    let mut properties = entity(cluster, "Resources");
    let mut config = minimal_of::<ResourceConfigSpec>();
    members::put(&mut config, "entity", pool.clone());
    config.set_cpu_allocation(allocation()).set_memory_allocation(allocation());
    properties.extend([("owner", cluster.clone().into()), ("config", config.into())]);
    store.add(pool.clone(), properties);
}

fn allocation() -> ResourceAllocationInfo {
    let mut shares = SharesInfo::new();
    shares.set_shares(4000).set_level(SharesLevel::Normal);
    let mut allocation = ResourceAllocationInfo::new();
    allocation.set_reservation(0).set_expandable_reservation(true).set_limit(-1).set_shares(shares);
    allocation
}

/// High availability and scheduling: off, but for what the specification says.
fn configs(spec: &ClusterConfigSpecEx) -> (ClusterDasConfigInfo, ClusterDrsConfigInfo) {
    let mut das = ClusterDasConfigInfo::new();
    das.set_enabled(false).set_vm_monitoring("vmMonitoringDisabled").set_host_monitoring("enabled");
    if let Some(asked) = members::object(spec, "dasConfig") {
        members::merge(&mut das, asked);
    }
    let mut drs = ClusterDrsConfigInfo::new();
    drs.set_enabled(false).set_default_vm_behavior(DrsBehavior::FullyAutomated).set_vmotion_rate(3);
    if let Some(asked) = members::object(spec, "drsConfig") {
        members::merge(&mut drs, asked);
    }
    (das, drs)
}

fn minimal_of<T: DataType>() -> T {
    minimal::object(T::TYPE).downcast_ref::<T>().cloned().unwrap_or_default()
}

/// The reference to a folder in an event.
pub(crate) fn folder_argument(store: &Store, folder: &ManagedObjectReference) -> vim25_api::types::FolderEventArgument {
    let mut argument = vim25_api::types::FolderEventArgument::new();
    argument.set_folder(Ref::<mo::Folder>::new(folder.value())).set_name(store.text(folder, "name"));
    argument
}
