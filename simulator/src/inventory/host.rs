//! Hosts.

mod capability;
mod config;
mod hardware;
mod managers;

use std::sync::Arc;

use serde_json::{Value as Json, json};
use vim25_api::types::{
    HostConfigInfo, HostConfigManager, HostFileSystemMountInfo, HostListSummary, HostNetworkInfo, HostRuntimeInfo,
    ServiceContent, VirtualMachineSummary,
};
use vim25_runtime::{DateTime, ManagedObjectReference};

pub(super) use self::config::portgroup_json;
use super::plan;
use super::{compute, data, datastore, entity};
use crate::objects::singleton;
use crate::random::Random;
use crate::state::State;
use crate::store::{Store, is_a};

/// How long a host has been running when it comes to the inventory.
const UPTIME_SECONDS: i64 = 30 * 24 * 60 * 60;

/// What is known of a host before it is an object.
struct Facts<'a> {
    plan: &'a plan::Host,
    reference: ManagedObjectReference,
    /// The number in its id.
    number: u32,
    uuid: String,
    /// The first five bytes of its MAC addresses.
    mac: String,
    /// What the host says that it runs, as JSON.
    product: Json,
    boot_time: DateTime,
}

impl Facts<'_> {
    fn cores(&self) -> u32 {
        u32::from(self.plan.cpu_packages) * u32::from(self.plan.cores_per_package)
    }

    fn memory(&self) -> i64 {
        i64::from(self.plan.memory_gb) << 30
    }

    /// An address in 10.0.0.0/8 that no other host has.
    fn ip(&self, network: u8) -> String {
        let [_, high, middle, low] = self.number.to_be_bytes();
        format!("10.{}.{middle}.{low}", network.wrapping_add(high))
    }

    fn mac(&self, card: usize) -> String {
        format!("{}:{card:02x}", self.mac)
    }
}

/// Adds a host to a cluster, or as the one of a stand-alone compute resource.
pub(crate) fn add(
    state: &mut State,
    compute: &ManagedObjectReference,
    plan: &plan::Host,
    name: &str,
    now: &DateTime,
) -> ManagedObjectReference {
    let number = state.store.next_id();
    let facts = Facts {
        plan,
        reference: ManagedObjectReference::new("HostSystem", format!("host-{number}")),
        number,
        uuid: state.random.uuid(),
        mac: mac(&mut state.random),
        product: product(&state.store),
        boot_time: boot_time(now),
    };
    let store = &mut state.store;
    let host = facts.reference.clone();
    let runtime = runtime(&facts);
    let browser = datastore::add_browser(store, &format!("datastoreBrowser-{}", host.value()), &[]);
    let config = config::config(&facts);
    let manager = managers::add(store, &facts, &config);
    let properties = [
        ("runtime", data::shared::<HostRuntimeInfo>(&runtime)),
        ("summary", data::shared::<HostListSummary>(&summary(&facts, name, &runtime))),
        ("hardware", hardware::hardware(&facts)),
        ("capability", Arc::clone(&capability::CAPABILITY)),
        ("config", Arc::new(config.into())),
        ("configManager", Arc::new(manager.into())),
        ("licensableResource", hardware::licensable(&facts)),
        ("systemResources", Arc::clone(&config::SYSTEM_RESOURCES)),
        ("datastoreBrowser", Arc::new(browser.into())),
        ("datastore", Arc::new(data::references(&[]))),
        ("network", Arc::new(data::references(&[]))),
        ("vm", Arc::new(data::references(&[]))),
    ];
    entity::add(store, &host, compute, name, properties);
    store.link(compute, "host", &host);
    compute::refresh(store, compute);
    host
}

fn mac(random: &mut Random) -> String {
    let digits = random.token();
    format!("00:50:56:{}:{}", &digits[..2], &digits[2..4])
}

/// What hosts run: the same version as the server, which says so itself.
fn product(store: &Store) -> Json {
    let content = store.object::<ServiceContent>(&singleton("ServiceInstance"), "content");
    let (version, api_version) = content.map_or(("", ""), |content| {
        let about = content.about();
        (about.version(), about.api_version())
    });
    json!({
        "name": "vim25 simulated host",
        "fullName": format!("vim25 simulated host {version}"),
        "vendor": "The vim25 project",
        "version": version,
        "build": "0",
        "localeVersion": "INTL",
        "localeBuild": "000",
        "osType": "vmnix-x86",
        // Clients tell a host from a vCenter by these two.
        "productLineId": "embeddedEsx",
        "apiType": "HostAgent",
        "apiVersion": api_version,
    })
}

fn boot_time(now: &DateTime) -> DateTime {
    let uptime = jiff::SignedDuration::from_secs(UPTIME_SECONDS);
    now.timestamp().ok().and_then(|now| now.checked_sub(uptime).ok()).map_or_else(|| now.clone(), DateTime::from)
}

fn runtime(facts: &Facts<'_>) -> Json {
    json!({
        "connectionState": "connected",
        "powerState": "poweredOn",
        "standbyMode": "none",
        "inMaintenanceMode": facts.plan.maintenance,
        "inQuarantineMode": false,
        "bootTime": facts.boot_time.as_str(),
        "healthSystemRuntime": { "systemHealthInfo": { "numericSensorInfo": [] } },
        "hostMaxVirtualDiskCapacity": 62_i64 << 40,
        "cryptoState": "incapable",
    })
}

fn summary(facts: &Facts<'_>, name: &str, runtime: &Json) -> Json {
    json!({
        "host": data::refer(&facts.reference),
        "hardware": hardware::summary(facts),
        "runtime": runtime,
        "config": {
            "name": name,
            "port": 443,
            "product": facts.product,
            "vmotionEnabled": true,
            "faultToleranceEnabled": false,
            "featureVersion": [],
        },
        "quickStats": {
            "overallCpuUsage": 0,
            "overallMemoryUsage": 0,
            "distributedCpuFairness": 0,
            "distributedMemoryFairness": 0,
            "availablePMemCapacity": 0,
            "uptime": UPTIME_SECONDS,
        },
        "overallStatus": "green",
        "rebootRequired": false,
        "customValue": [],
        "managementServerIp": "127.0.0.1",
    })
}

/// Computes how much of a host its virtual machines use.
pub(crate) fn refresh(store: &mut Store, host: &ManagedObjectReference) {
    let summaries = store.references(host, "vm").iter();
    let summaries = summaries.filter_map(|vm| store.object::<VirtualMachineSummary>(vm, "summary"));
    let (cpu, memory) = summaries.fold((0_i32, 0_i32), |(cpu, memory), summary| {
        let stats = summary.quick_stats();
        let cpu = cpu.saturating_add(stats.overall_cpu_usage().unwrap_or_default());
        (cpu, memory.saturating_add(stats.host_memory_usage().unwrap_or_default()))
    });
    let Some(summary) = store.object::<HostListSummary>(host, "summary") else { return };
    let capacity = summary.hardware().map(|hardware| (compute::cpu_mhz(hardware), hardware.memory_size() >> 20));
    let (cpu_limit, memory_limit) = capacity.unwrap_or_default();
    // The hypervisor takes its part, and nobody gets more than there is.
    let cpu = (i64::from(cpu) + cpu_limit / 100).min(cpu_limit);
    let memory = (i64::from(memory) + memory_limit / 50).min(memory_limit);
    let mut stats = summary.quick_stats().clone();
    stats.set_overall_cpu_usage(i32::try_from(cpu).unwrap_or(i32::MAX));
    stats.set_overall_memory_usage(i32::try_from(memory).unwrap_or(i32::MAX));
    if stats != *summary.quick_stats() {
        store.edit::<HostListSummary>(host, "summary", |summary| {
            summary.set_quick_stats(stats);
        });
    }
}

/// Changes the network configuration of a host, and what its network system shows of it.
pub(super) fn edit_network(
    store: &mut Store,
    host: &ManagedObjectReference,
    change: impl FnOnce(&mut HostNetworkInfo),
) {
    let config = store.object::<HostConfigInfo>(host, "config");
    let Some(mut network) = config.and_then(|config| config.network()).cloned() else { return };
    change(&mut network);
    let manager = store.object::<HostConfigManager>(host, "configManager");
    if let Some(system) = manager.and_then(|it| it.network_system()).map(|it| it.as_untyped().clone()) {
        store.set(&system, "networkInfo", network.clone());
    }
    store.edit::<HostConfigInfo>(host, "config", |config| {
        config.set_network(network);
    });
}

/// Has a host and its storage system show the volumes of its datastores.
pub(super) fn set_volumes(store: &mut Store, host: &ManagedObjectReference, mounted: Vec<HostFileSystemMountInfo>) {
    let config = store.object::<HostConfigInfo>(host, "config");
    let Some(mut volumes) = config.and_then(|config| config.file_system_volume()).cloned() else { return };
    volumes.set_mount_info(mounted);
    let manager = store.object::<HostConfigManager>(host, "configManager");
    if let Some(system) = manager.and_then(|it| it.storage_system()).map(|it| it.as_untyped().clone()) {
        store.set(&system, "fileSystemVolumeInfo", volumes.clone());
    }
    store.edit::<HostConfigInfo>(host, "config", |config| {
        config.set_file_system_volume(volumes);
    });
}

/// A host and the compute resource that it is in.
pub(super) fn with_compute_resource(store: &Store, host: &ManagedObjectReference) -> Vec<ManagedObjectReference> {
    let parent = store.reference(host, "parent").filter(|parent| is_a(parent.type_name(), "ComputeResource"));
    std::iter::once(host).chain(parent).cloned().collect()
}

/// What lists the files of all datastores of a host or compute resource, and what manages those of a host.
pub(super) fn browsers_of(store: &Store, object: &ManagedObjectReference) -> Vec<ManagedObjectReference> {
    let own = store.reference(object, "datastoreBrowser").cloned();
    let environment = store.reference(object, "environmentBrowser");
    let of_environment = environment.and_then(|browser| store.reference(browser, "datastoreBrowser")).cloned();
    let manager = store.object::<HostConfigManager>(object, "configManager");
    let system = manager.and_then(|manager| manager.datastore_system()).map(|system| system.as_untyped().clone());
    [own, of_environment, system].into_iter().flatten().collect()
}
