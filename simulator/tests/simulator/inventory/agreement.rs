//! Whether the objects of an inventory agree with each other.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use vim25_api::REGISTRY;

use super::large;
use super::objects::{Id, Objects, id, reference};
use crate::client::{ADMIN, Client, started};

#[tokio::test]
async fn every_property_of_every_object_is_right_and_they_agree() {
    let simulator = started(large()).await;
    assert!(simulator.holdings().starts_with("2 datacenters, 4 clusters, 16 hosts, "), "{}", simulator.holdings());
    let client = Client::login(&simulator, ADMIN).await;
    let objects = Objects::read(&client).await;
    for (kind, count) in [
        ("Datacenter", 2),
        ("Folder", 1 + 2 * (4 + 6)),
        ("ClusterComputeResource", 4),
        ("ResourcePool", 12),
        ("HostSystem", 16),
        ("HostNetworkSystem", 16),
        ("VirtualMachine", 20),
        ("Datastore", 6),
        ("Network", 2),
        ("VmwareDistributedVirtualSwitch", 2),
        ("DistributedVirtualPortgroup", 2 * (3 + 1)),
    ] {
        assert_eq!(objects.of_kind(kind).count(), count, "{kind}");
    }
    parents_and_children_agree(&objects);
    both_ends_agree(&objects);
    totals_agree(&objects);
}

fn parents_and_children_agree(objects: &Objects) {
    for entity in objects.entities() {
        let name = objects.property(entity, "name").as_str().unwrap();
        assert!(!name.is_empty(), "{entity:?}");
        let parent = objects.property(entity, "parent");
        if *entity == id("Folder", "group-d1") {
            assert_eq!((name, parent), ("Datacenters", &Value::Null));
            continue;
        }
        let parent = reference(parent);
        let of_datacenter = ["vmFolder", "hostFolder", "datastoreFolder", "networkFolder"];
        let is_child = match parent.0.as_str() {
            "Folder" => {
                let base = |base: &Value| REGISTRY.find_managed_object(&entity.0).unwrap().is_a(base.as_str().unwrap());
                assert!(objects.property(&parent, "childType").as_array().unwrap().iter().any(base), "{entity:?}");
                objects.list(&parent, "childEntity").contains(entity)
            }
            "Datacenter" => of_datacenter.iter().any(|name| reference(objects.property(&parent, name)) == *entity),
            "ResourcePool" => objects.list(&parent, "resourcePool").contains(entity),
            _ if entity.0 == "HostSystem" => objects.list(&parent, "host").contains(entity),
            _ => reference(objects.property(&parent, "resourcePool")) == *entity,
        };
        assert!(is_child, "{entity:?} in {parent:?}");
    }
    for (folder, _) in objects.of_kind("Folder") {
        for child in objects.list(folder, "childEntity") {
            assert_eq!(reference(objects.property(&child, "parent")), *folder);
        }
    }
}

/// A list of one type, and the list of the other that leads back.
const LISTS: &[(&str, &str, &str, &str)] = &[
    ("HostSystem", "network", "Network", "host"),
    ("HostSystem", "network", "DistributedVirtualPortgroup", "host"),
    ("HostSystem", "vm", "VirtualMachine", "runtime.host"),
    ("Datastore", "vm", "VirtualMachine", "datastore"),
    ("Network", "vm", "VirtualMachine", "network"),
    ("DistributedVirtualPortgroup", "vm", "VirtualMachine", "network"),
    ("ResourcePool", "vm", "VirtualMachine", "resourcePool"),
    ("ResourcePool", "resourcePool", "ResourcePool", "parent"),
    ("Datastore", "host", "HostSystem", "datastore"),
];

fn both_ends_agree(objects: &Objects) {
    for (kind, list, other, back) in LISTS {
        for (object, _) in objects.of_kind(kind) {
            let there: BTreeSet<Id> = match *list {
                "host" if *kind == "Datastore" => objects
                    .property(object, list)
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|mount| reference(&mount["key"]))
                    .collect(),
                list => objects.list(object, list).into_iter().collect(),
            };
            let there: BTreeSet<Id> = there.into_iter().filter(|id| id.0 == *other).collect();
            let leads_back = |id: &Id| match *back {
                "runtime.host" => {
                    objects.property(id, "runtime").get("host").is_some_and(|host| reference(host) == *object)
                }
                "parent" | "resourcePool" if *kind == "ResourcePool" => {
                    objects.property(id, back).get("value").is_some_and(|value| *value == object.1)
                }
                back => objects.list(id, back).contains(object),
            };
            let back: BTreeSet<Id> =
                objects.of_kind(other).map(|(id, _)| id).filter(|id| leads_back(id)).cloned().collect();
            assert_eq!(there, back, "{list} of {object:?}, and back");
        }
    }
    for (switch, _) in objects.of_kind("VmwareDistributedVirtualSwitch") {
        for portgroup in objects.list(switch, "portgroup") {
            let config = objects.property(&portgroup, "config");
            assert_eq!(reference(&config["distributedVirtualSwitch"]), *switch);
            assert_eq!(config["key"], portgroup.1.as_str());
            assert_eq!(config["name"], *objects.property(&portgroup, "name"));
            let ports = objects.property(&portgroup, "portKeys").as_array().unwrap().len();
            assert_eq!(config["numPorts"], ports);
        }
        assert_eq!(objects.property(switch, "summary")["name"], *objects.property(switch, "name"));
    }
}

fn totals_agree(objects: &Objects) {
    for (cluster, _) in objects.of_kind("ClusterComputeResource") {
        let summary = objects.property(cluster, "summary");
        let sum = |member: &str| -> i64 {
            let hosts = objects.list(cluster, "host");
            hosts.iter().map(|host| objects.property(host, "summary")["hardware"][member].as_i64().unwrap()).sum()
        };
        assert_eq!(summary["totalMemory"], sum("memorySize"));
        assert_eq!(summary["numCpuCores"], sum("numCpuCores"));
        assert_eq!(summary["numCpuThreads"], sum("numCpuThreads"));
        assert_eq!(summary["totalCpu"], sum("numCpuCores") * 2600);
        assert_eq!((&summary["numHosts"], &summary["numEffectiveHosts"]), (&json!(4), &json!(4)));
        assert!(summary["effectiveMemory"].as_i64().unwrap() > sum("memorySize") / 2 / (1 << 20));
        assert_eq!(objects.property(cluster, "summaryEx"), summary);
        let pool = reference(objects.property(cluster, "resourcePool"));
        assert_eq!(reference(objects.property(&pool, "owner")), *cluster);
        assert_eq!(objects.property(&pool, "runtime")["cpu"]["maxUsage"], summary["effectiveCpu"]);
        assert_eq!(objects.list(&pool, "resourcePool").len(), 2);
    }
    for (host, properties) in objects.of_kind("HostSystem") {
        let (summary, hardware) = (&properties["summary"], &properties["hardware"]);
        assert_eq!(reference(&summary["host"]), *host);
        assert_eq!(summary["config"]["name"], properties["name"]);
        assert_eq!(summary["runtime"], properties["runtime"]);
        assert_eq!(summary["hardware"]["uuid"], hardware["systemInfo"]["uuid"]);
        assert_eq!(summary["hardware"]["memorySize"], hardware["memorySize"]);
        assert_eq!(summary["hardware"]["numCpuCores"], hardware["cpuInfo"]["numCpuCores"]);
        let system = reference(&properties["configManager"]["networkSystem"]);
        assert_eq!(objects.property(&system, "networkInfo"), &properties["config"]["network"]);
        let volumes = properties["config"]["fileSystemVolume"]["mountInfo"].as_array().unwrap().len();
        assert_eq!(volumes, objects.list(host, "datastore").len());
    }
    for (datastore, properties) in objects.of_kind("Datastore") {
        let (summary, info) = (&properties["summary"], &properties["info"]);
        assert_eq!(reference(&summary["datastore"]), *datastore);
        for member in ["name", "url", "freeSpace"] {
            assert_eq!(summary[member], info[member], "{member}");
        }
        assert_eq!(summary["name"], properties["name"]);
        assert!(summary["freeSpace"].as_i64().unwrap() > 0);
    }
}
