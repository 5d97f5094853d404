//! What a host is made of.

use std::sync::Arc;

use serde_json::{Value as Json, json};
use vim25_api::types::{HostHardwareInfo, HostLicensableResourceInfo};
use vim25_runtime::Value;

use super::Facts;
use crate::inventory::data;

const VENDOR: &str = "The vim25 project";
const MODEL: &str = "Simulated rack server";
const CPU_MODEL: &str = "Simulated CPU";

/// How many network cards a host has.
pub(super) const NICS: usize = 2;

/// `HostListSummary.hardware`.
pub(super) fn summary(facts: &Facts<'_>) -> Json {
    json!({
        "vendor": VENDOR,
        "model": MODEL,
        "uuid": facts.uuid,
        "otherIdentifyingInfo": [],
        "memorySize": facts.memory(),
        "cpuModel": cpu_model(facts),
        "cpuMhz": facts.plan.cpu_mhz,
        "numCpuPkgs": facts.plan.cpu_packages,
        "numCpuCores": facts.cores(),
        "numCpuThreads": 2 * facts.cores(),
        "numNics": NICS,
        "numHBAs": 1,
    })
}

fn cpu_model(facts: &Facts<'_>) -> String {
    format!("{CPU_MODEL} @ {:.2}GHz", f64::from(facts.plan.cpu_mhz) / 1000.0)
}

/// `HostSystem.hardware`.
pub(super) fn hardware(facts: &Facts<'_>) -> Arc<Value> {
    let hz = i64::from(facts.plan.cpu_mhz) * 1_000_000;
    let packages = i64::from(facts.plan.cpu_packages);
    let threads = 2 * i64::from(facts.plan.cores_per_package);
    let memory = facts.memory() / packages;
    let threads_of = |package: i64| (package * threads..(package + 1) * threads).collect::<Vec<_>>();
    let package = |index: i64| {
        json!({
            "index": index,
            "vendor": "intel",
            "hz": hz,
            "busHz": 100_000_000,
            "description": cpu_model(facts),
            "threadId": threads_of(index),
            "cpuFeature": [],
        })
    };
    let node = |index: i64| {
        json!({
            "typeId": index,
            "cpuID": threads_of(index),
            "memoryRangeBegin": index * memory,
            "memoryRangeLength": memory,
        })
    };
    data::shared::<HostHardwareInfo>(&json!({
        "systemInfo": {
            "vendor": VENDOR,
            "model": MODEL,
            "uuid": facts.uuid,
            "otherIdentifyingInfo": [],
            "serialNumber": format!("SIM{:06}", facts.number),
        },
        "cpuPowerManagementInfo": { "currentPolicy": "Balanced", "hardwareSupport": "ACPI P-states, ACPI C-states" },
        "cpuInfo": {
            "numCpuPackages": packages,
            "numCpuCores": facts.cores(),
            "numCpuThreads": 2 * facts.cores(),
            "hz": hz,
        },
        "cpuPkg": (0..packages).map(package).collect::<Vec<_>>(),
        "memorySize": facts.memory(),
        "numaInfo": {
            "type": "NUMA",
            "numNodes": packages,
            "numaNode": (0..packages).map(node).collect::<Vec<_>>(),
        },
        "smcPresent": false,
        "pciDevice": [],
        "cpuFeature": [],
        "biosInfo": {
            "biosVersion": "1.0",
            "releaseDate": "2024-01-01T00:00:00Z",
            "vendor": VENDOR,
            "majorRelease": 1,
            "minorRelease": 0,
            "firmwareType": "UEFI",
        },
    }))
}

/// `HostSystem.licensableResource`.
pub(super) fn licensable(facts: &Facts<'_>) -> Arc<Value> {
    let resource = |(key, value): (&str, i64)| json!({ "key": key, "value": { "_typeName": "long", "_value": value } });
    let resources = [
        ("numCpuPackages", i64::from(facts.plan.cpu_packages)),
        ("numCpuCores", i64::from(facts.cores())),
        ("memorySize", facts.memory()),
    ];
    data::shared::<HostLicensableResourceInfo>(&json!({ "resource": resources.map(resource) }))
}
