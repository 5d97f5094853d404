//! Clusters, and what a stand-alone host is in: compute resources.

use std::sync::Arc;

use serde_json::json;
use vim25_api::types::{
    ClusterComputeResourceSummary, ClusterConfigInfo, ClusterConfigInfoEx, ComputeResourceConfigInfo,
    ComputeResourceSummary, HostHardwareSummary, HostListSummary, HostSystemConnectionState,
};
use vim25_runtime::{DateTime, List, ManagedObjectReference, Value};

use super::{data, datastore, entity, pool};
use crate::store::Store;

/// Adds a cluster without hosts, with the resource pool that all clusters have.
pub(crate) fn add_cluster(
    store: &mut Store,
    folder: &ManagedObjectReference,
    name: &str,
    now: DateTime,
) -> ManagedObjectReference {
    let cluster = ManagedObjectReference::new("ClusterComputeResource", format!("domain-c{}", store.next_id()));
    let (das, drs) = cluster_config();
    let extended = json!({
        "vmSwapPlacement": "vmDirectory",
        "spbmEnabled": false,
        "dasConfig": das,
        "dasVmConfig": [],
        "drsConfig": drs,
        "drsVmConfig": [],
        "rule": [],
        "group": [],
        "dpmConfigInfo": {
            "enabled": false, "defaultDpmBehavior": "automated", "hostPowerActionRate": 3, "option": [],
        },
        "dpmHostConfig": [],
        "vsanConfigInfo": { "enabled": false },
        "proactiveDrsConfig": { "enabled": false },
    });
    let configuration = json!({ "dasConfig": das, "dasVmConfig": [], "drsConfig": drs, "drsVmConfig": [], "rule": [] });
    let properties = [
        ("configuration", data::shared::<ClusterConfigInfo>(&configuration)),
        ("configurationEx", data::shared::<ClusterConfigInfoEx>(&extended)),
    ];
    entity::add(store, &cluster, folder, name, properties);
    for property in ["actionHistory", "drsFault", "drsRecommendation", "migrationHistory", "recommendation"] {
        store.set(&cluster, property, List::Objects(Vec::new().into()));
    }
    complete(store, &cluster, now);
    cluster
}

/// High availability and DRS are off, as in a cluster that nobody has configured.
fn cluster_config() -> (serde_json::Value, serde_json::Value) {
    let das = json!({
        "enabled": false,
        "vmMonitoring": "vmMonitoringDisabled",
        "hostMonitoring": "enabled",
        "vmComponentProtecting": "disabled",
        "failoverLevel": 1,
        "admissionControlEnabled": true,
        "admissionControlPolicy": {
            "_typeName": "ClusterFailoverLevelAdmissionControlPolicy", "failoverLevel": 1,
        },
        "defaultVmSettings": {
            "restartPriority": "medium", "restartPriorityTimeout": -1, "isolationResponse": "none",
        },
        "option": [],
        "hBDatastoreCandidatePolicy": "allFeasibleDsWithUserPreference",
    });
    let drs = json!({
        "enabled": false,
        "enableVmBehaviorOverrides": true,
        "defaultVmBehavior": "fullyAutomated",
        "vmotionRate": 3,
        "scaleDescendantsShares": "disabled",
        "option": [],
    });
    (das, drs)
}

/// Adds what a stand-alone host is in, without the host.
pub(crate) fn add_stand_alone(
    store: &mut Store,
    folder: &ManagedObjectReference,
    name: &str,
    now: DateTime,
) -> ManagedObjectReference {
    let compute = ManagedObjectReference::new("ComputeResource", format!("domain-s{}", store.next_id()));
    let configuration = json!({ "vmSwapPlacement": "vmDirectory", "spbmEnabled": false });
    let properties = [("configurationEx", data::shared::<ComputeResourceConfigInfo>(&configuration))];
    entity::add(store, &compute, folder, name, properties);
    complete(store, &compute, now);
    compute
}

/// Adds what clusters and stand-alone hosts have in common.
fn complete(store: &mut Store, compute: &ManagedObjectReference, now: DateTime) {
    // The environment has the number of its compute resource, so that one leads to the other.
    let number = compute.value().trim_start_matches(|letter: char| !letter.is_ascii_digit());
    let browser = ManagedObjectReference::new("EnvironmentBrowser", format!("envbrowser-{number}"));
    let files = datastore::add_browser(store, &format!("datastoreBrowser-{}", compute.value()), &[]);
    store.add(browser.clone(), [("datastoreBrowser", files.into())]);
    store.set(compute, "environmentBrowser", browser);
    for property in ["host", "datastore", "network"] {
        store.set(compute, property, data::references(&[]));
    }
    store.set(compute, "configManagerEnabled", false);
    let pool = pool::add(store, compute, "Resources", &pool::normal_config(), now);
    store.set(compute, "resourcePool", pool);
    refresh(store, compute);
}

/// What the hosts of a compute resource have together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Capacity {
    pub(crate) cpu_mhz: i64,
    pub(crate) memory: i64,
    pub(crate) cores: i64,
    pub(crate) threads: i64,
    /// What is left for virtual machines on the hosts that can run some.
    pub(crate) effective_cpu_mhz: i64,
    pub(crate) effective_memory_mb: i64,
    pub(crate) hosts: i64,
    pub(crate) effective_hosts: i64,
}

impl Capacity {
    pub(crate) fn of(store: &Store, compute: &ManagedObjectReference) -> Self {
        let hosts = store.references(compute, "host");
        let summaries = hosts.iter().filter_map(|host| store.object::<HostListSummary>(host, "summary"));
        summaries.fold(Self::default(), Self::with)
    }

    fn with(mut self, summary: &HostListSummary) -> Self {
        self.hosts += 1;
        let Some(hardware) = summary.hardware() else { return self };
        let cpu_mhz = cpu_mhz(hardware);
        self.cpu_mhz += cpu_mhz;
        self.memory += hardware.memory_size();
        self.cores += i64::from(hardware.num_cpu_cores());
        self.threads += i64::from(hardware.num_cpu_threads());
        let is_effective = summary.runtime().is_some_and(|runtime| {
            runtime.connection_state() == HostSystemConnectionState::Connected && !runtime.in_maintenance_mode()
        });
        if is_effective {
            self.effective_hosts += 1;
            // The hypervisor takes its part: a twentieth.
            self.effective_cpu_mhz += cpu_mhz - cpu_mhz / 20;
            self.effective_memory_mb += (hardware.memory_size() - hardware.memory_size() / 20) >> 20;
        }
        self
    }
}

/// How much a host can compute.
pub(crate) fn cpu_mhz(hardware: &HostHardwareSummary) -> i64 {
    i64::from(hardware.num_cpu_cores()) * i64::from(hardware.cpu_mhz())
}

/// Computes what a compute resource, and the resource pools in it, say of its hosts. To be called when a host has come,
/// gone, or changed its state.
pub(crate) fn refresh(store: &mut Store, compute: &ManagedObjectReference) {
    let capacity = Capacity::of(store, compute);
    let mut json = json!({
        "totalCpu": i32::try_from(capacity.cpu_mhz).unwrap_or(i32::MAX),
        "totalMemory": capacity.memory,
        "numCpuCores": i16::try_from(capacity.cores).unwrap_or(i16::MAX),
        "numCpuThreads": i16::try_from(capacity.threads).unwrap_or(i16::MAX),
        "effectiveCpu": i32::try_from(capacity.effective_cpu_mhz).unwrap_or(i32::MAX),
        "effectiveMemory": capacity.effective_memory_mb,
        "numHosts": capacity.hosts,
        "numEffectiveHosts": capacity.effective_hosts,
        "overallStatus": "green",
    });
    if compute.type_name() == "ClusterComputeResource" {
        json["currentFailoverLevel"] = (capacity.effective_hosts - 1).max(0).into();
        json["numVmotions"] = 0.into();
        json["clusterMaintenanceModeStatus"] = "notInMaintenanceMode".into();
        let summary = data::shared::<ClusterComputeResourceSummary>(&json);
        store.set_shared(compute, "summary", Arc::clone(&summary));
        store.set_shared(compute, "summaryEx", summary);
    } else {
        store.set(compute, "summary", Value::from(data::object::<ComputeResourceSummary>(&json)));
    }
    if let Some(pool) = store.reference(compute, "resourcePool").cloned() {
        pool::refresh(store, &pool);
    }
}
