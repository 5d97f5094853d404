//! What the simulator holds when it starts, and how it is found.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Value, json};
use vim25_api::REGISTRY;
use vim25_runtime::OperationKind;
use vim25_runtime::wire::{Options, decode_value};
use vim25_simulator::inventory::{Datacenter, Datastore, Disk, Host, NetworkCard, VirtualMachine};
use vim25_simulator::{Builder, Inventory, ManualClock, Simulator};

use crate::client::{ADMIN, Client, started};

/// Type and id.
type Id = (String, String);

/// The properties of objects that are set.
struct Objects(BTreeMap<Id, BTreeMap<String, Value>>);

impl Objects {
    /// Reads every property of every object that a reference leads to, from the service instance on, and checks each.
    async fn read(client: &Client) -> Self {
        let mut connection = client.connect().await;
        let mut objects = BTreeMap::new();
        let mut todo = VecDeque::from([id("ServiceInstance", "ServiceInstance")]);
        while let Some((kind, id)) = todo.pop_front() {
            if objects.contains_key(&(kind.clone(), id.clone())) {
                continue;
            }
            let mut properties = BTreeMap::new();
            for operation in REGISTRY.operations_of(&kind).filter(|it| it.kind == OperationKind::Property) {
                let name = operation.name;
                if operation.until.is_some_and(|until| until < REGISTRY.release) {
                    continue;
                }
                let service = if operation.service.is_empty() { "vim25" } else { operation.service };
                let path = format!("/sdk/{service}/{}/{kind}/{id}/{name}", REGISTRY.release);
                let reply = connection.send("GET", &path, &[], "").await;
                if reply.status == 204 {
                    reply.no_content();
                    assert!(!operation.result.unwrap().is_required, "{kind} {id}: {name} is required");
                    continue;
                }
                let value = reply.result();
                let result = operation.result.unwrap();
                let options = Options { release: Some(REGISTRY.release), ..Options::default() };
                let decoded = decode_value(reply.text.as_bytes(), result.item, result.is_list, &REGISTRY, options);
                assert!(decoded.is_ok(), "{kind} {id}: {name}: {decoded:?}");
                properties.insert(name.to_owned(), value);
            }
            // A virtual machine without a configuration is not accessible: what it refers to is not known.
            if kind != "VirtualMachine" || properties.contains_key("config") {
                todo.extend(properties.values().flat_map(references));
            }
            objects.insert((kind, id), properties);
        }
        Self(objects)
    }

    fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a Id, &'a BTreeMap<String, Value>)> {
        self.0.iter().filter(move |((of, _), _)| of == kind)
    }

    fn property(&self, object: &Id, name: &str) -> &Value {
        self.0[object].get(name).unwrap_or(&Value::Null)
    }

    fn list(&self, object: &Id, name: &str) -> Vec<Id> {
        self.property(object, name).as_array().into_iter().flatten().map(reference).collect()
    }

    fn entities(&self) -> impl Iterator<Item = &Id> {
        let is_entity = |id: &&Id| REGISTRY.find_managed_object(&id.0).is_some_and(|info| info.is_a("ManagedEntity"));
        self.0.keys().filter(is_entity)
    }
}

fn id(kind: &str, value: &str) -> Id {
    (kind.to_owned(), value.to_owned())
}

#[track_caller]
fn reference(value: &Value) -> Id {
    id(value["type"].as_str().unwrap(), value["value"].as_str().unwrap())
}

/// All references in a value.
fn references(value: &Value) -> Vec<Id> {
    match value {
        Value::Object(members) if members.get("_typeName").is_some_and(|name| name == "ManagedObjectReference") => {
            vec![reference(value)]
        }
        Value::Object(members) => members.values().flat_map(references).collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

fn large() -> Builder {
    Simulator::builder().datacenters(2).clusters(2).hosts(4).vms(20)
}

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

#[tokio::test]
async fn the_same_seed_gives_the_same_inventory() {
    async fn read(builder: Builder) -> BTreeMap<Id, BTreeMap<String, Value>> {
        let clock = ManualClock::new("2026-01-02T03:04:05Z".parse().unwrap());
        let simulator = started(builder.clock(clock)).await;
        let mut objects = Objects::read(&Client::login(&simulator, ADMIN).await).await.0;
        // The id of the server and the sessions, whose beginning is an event, are another matter.
        let others = ["EventManager", "ServiceInstance", "SessionManager"];
        objects.retain(|(kind, _), _| !others.contains(&kind.as_str()));
        objects
    }
    let first = read(Simulator::builder()).await;
    assert!(first == read(Simulator::builder()).await);
    assert!(first != read(Simulator::builder().seed(7)).await);
    assert!(read(Simulator::builder().seed(7)).await == read(Simulator::builder().seed(7)).await);
}

async fn find(client: &Client, method: &str, arguments: Value) -> Option<Value> {
    let reply = client.post(&format!("SearchIndex/SearchIndex/{method}"), &arguments.to_string()).await;
    if reply.status == 204 { None } else { Some(reply.result()) }
}

fn moref(kind: &str, value: &str) -> Value {
    json!({ "_typeName": "ManagedObjectReference", "type": kind, "value": value })
}

fn small() -> Inventory {
    let machine = |name: &str, folder: Option<&str>| VirtualMachine {
        name: name.to_owned(),
        folder: folder.map(str::to_owned),
        disks: vec![Disk { capacity_gb: 10, thin: true }],
        networks: Vec::<NetworkCard>::new(),
        ..VirtualMachine::default()
    };
    Inventory {
        datacenters: vec![Datacenter {
            name: "DC/1".to_owned(),
            folders: vec!["a/b".to_owned()],
            hosts: vec![Host { name: "esx.example.com".to_owned(), ..Host::default() }],
            datastores: vec![Datastore { name: "san".to_owned(), capacity_gb: 100, ..Datastore::default() }],
            virtual_machines: vec![machine("web-01", None), machine("50%", Some("a/b")), machine("web-01", Some("a"))],
            ..Datacenter::default()
        }],
    }
}

#[tokio::test]
async fn objects_are_found_by_path_and_name() {
    let simulator = started(Simulator::builder().inventory(small())).await;
    let client = &Client::login(&simulator, ADMIN).await;
    let by_path = async |path: &str| find(client, "FindByInventoryPath", json!({ "inventoryPath": path })).await;
    assert_eq!(by_path("/").await, Some(moref("Folder", "group-d1")));
    let datacenter = by_path("/DC%2f1").await.unwrap();
    assert_eq!(datacenter["type"], "Datacenter");
    assert_eq!(by_path("DC%2F1/").await, Some(datacenter.clone()));
    for path in ["/DC/1", "/DC%2f1/vm/nobody", "/DC%2f1/web-01", "/DC%2f1/vm/web-01/more"] {
        assert_eq!(by_path(path).await, None, "{path}");
    }
    for (path, kind, name) in [
        ("/DC%2f1/vm", "Folder", "vm"),
        ("/DC%2f1/vm/a/b", "Folder", "b"),
        ("/DC%2f1/vm/a/b/50%25", "VirtualMachine", "50%25"),
        ("/DC%2f1/vm/a/b/50%", "VirtualMachine", "50%25"),
        ("/DC%2f1/vm/a/web-01", "VirtualMachine", "web-01"),
        ("/DC%2f1/host/esx.example.com", "ComputeResource", "esx.example.com"),
        ("/DC%2f1/host/esx.example.com/esx.example.com", "HostSystem", "esx.example.com"),
        ("/DC%2f1/host/esx.example.com/Resources", "ResourcePool", "Resources"),
        ("/DC%2f1/datastore/san", "Datastore", "san"),
    ] {
        let found = by_path(path).await.unwrap_or_else(|| panic!("{path}"));
        assert_eq!(found["type"], kind);
        let id = found["value"].as_str().unwrap();
        assert_eq!(client.get(&format!("{kind}/{id}/name")).await.result(), name);
    }
    let folder = by_path("/DC%2f1/vm/a").await.unwrap();
    let child = async |name: &str| find(client, "FindChild", json!({ "entity": folder, "name": name })).await;
    assert_eq!(child("web-01").await, by_path("/DC%2f1/vm/a/web-01").await);
    assert_ne!(child("web-01").await, by_path("/DC%2f1/vm/web-01").await);
    assert_eq!(child("50%").await, None);
    let body = json!({ "entity": moref("Folder", "group-v0"), "name": "x" }).to_string();
    client.post("SearchIndex/SearchIndex/FindChild", &body).await.fault("ManagedObjectNotFound");
}

#[tokio::test]
async fn objects_are_found_by_what_is_known_of_them() {
    let simulator = started(large()).await;
    let client = &Client::login(&simulator, ADMIN).await;
    let objects = Objects::read(client).await;
    let datacenters: Vec<Id> = objects.of_kind("Datacenter").map(|(id, _)| id.clone()).collect();
    let (host, properties) = objects.of_kind("HostSystem").next().unwrap();
    let expected = Some(moref("HostSystem", &host.1));
    let uuid = &properties["summary"]["hardware"]["uuid"];
    let ip = &properties["config"]["network"]["vnic"][0]["spec"]["ip"]["ipAddress"];
    let all = Some(json!([moref("HostSystem", &host.1)]));
    for (by, member, key) in [("Uuid", "uuid", uuid), ("Ip", "ip", ip), ("DnsName", "dnsName", &properties["name"])] {
        let arguments = |vm: bool| json!({ member: key, "vmSearch": vm });
        assert_eq!(find(client, &format!("FindBy{by}"), arguments(false)).await, expected, "{by}");
        assert_eq!(find(client, &format!("FindAllBy{by}"), arguments(false)).await, all, "{by}");
        assert_eq!(find(client, &format!("FindBy{by}"), arguments(true)).await, None, "{by}");
        assert_eq!(find(client, &format!("FindAllBy{by}"), arguments(true)).await, Some(json!([])), "{by}");
        for datacenter in &datacenters {
            let mut arguments = arguments(false);
            arguments["datacenter"] = moref("Datacenter", &datacenter.1);
            let is_here = objects.list(datacenter, "datastore") == {
                let mut mounted = objects.list(host, "datastore");
                mounted.sort();
                let mut own = objects.list(datacenter, "datastore");
                own.sort();
                if own == mounted { objects.list(datacenter, "datastore") } else { Vec::new() }
            };
            let found = find(client, &format!("FindBy{by}"), arguments).await;
            assert_eq!(found, expected.clone().filter(|_| is_here), "{by}");
        }
    }
    for (vm, properties) in objects.of_kind("VirtualMachine").filter(|(_, it)| it.contains_key("config")) {
        let expected = Some(moref("VirtualMachine", &vm.1));
        let config = &properties["config"];
        let by_uuid = async |uuid: &Value, instance: bool| {
            let arguments = json!({ "uuid": uuid, "vmSearch": true, "instanceUuid": instance });
            find(client, "FindByUuid", arguments).await
        };
        assert_eq!(by_uuid(&config["uuid"], false).await, expected);
        assert_eq!(by_uuid(&config["instanceUuid"], true).await, expected);
        let mut found = 0;
        for datacenter in &datacenters {
            let datacenter = moref("Datacenter", &datacenter.1);
            let arguments = json!({ "datacenter": datacenter, "path": config["files"]["vmPathName"] });
            let reply = client.post("SearchIndex/SearchIndex/FindByDatastorePath", &arguments.to_string()).await;
            if reply.status == 200 {
                assert_eq!(Some(reply.result()), expected);
                found += 1;
            } else {
                reply.fault("InvalidDatastore");
            }
        }
        assert_eq!(found, 1);
        if let Some(ip) = properties.get("guest").and_then(|guest| guest.get("ipAddress")) {
            assert_eq!(find(client, "FindByIp", json!({ "ip": ip, "vmSearch": true })).await, expected);
        }
    }
    let path = "SearchIndex/SearchIndex/FindByDatastorePath";
    let arguments = |path: &str| json!({ "datacenter": moref("Datacenter", &datacenters[0].1), "path": path });
    client.post(path, &arguments("san/x.vmx").to_string()).await.fault("InvalidDatastorePath");
    client.post(path, &arguments("[nowhere] x/x.vmx").to_string()).await.fault("InvalidDatastore");
    client.post(path, &arguments("[DC0-vmfs-01] x/x.vmx").to_string()).await.no_content();
}

fn allocation(limit: i64) -> Value {
    json!({
        "_typeName": "ResourceAllocationInfo", "reservation": 10, "expandableReservation": true, "limit": limit,
        "shares": { "_typeName": "SharesInfo", "shares": 1, "level": "high" },
    })
}

fn config(limit: i64) -> Value {
    json!({
        "_typeName": "ResourceConfigSpec", "cpuAllocation": allocation(limit), "memoryAllocation": allocation(limit),
    })
}

#[tokio::test]
async fn resource_pools_come_change_and_go() {
    let simulator = started(Simulator::builder()).await;
    let client = &Client::login(&simulator, ADMIN).await;
    let arguments = json!({ "inventoryPath": "/DC0/host/DC0-cluster-1/Resources" });
    let root = find(client, "FindByInventoryPath", arguments).await.unwrap()["value"].as_str().unwrap().to_owned();
    let call = async |pool: &str, method: &str, arguments: Value| {
        client.post(&format!("ResourcePool/{pool}/{method}"), &arguments.to_string()).await
    };
    let get = async |pool: &str, name: &str| client.get(&format!("ResourcePool/{pool}/{name}")).await.result();

    let created = call(&root, "CreateResourcePool", json!({ "name": "gold/1", "spec": config(500) })).await.result();
    let gold = created["value"].as_str().unwrap().to_owned();
    assert_eq!(get(&gold, "name").await, "gold%2f1");
    assert_eq!(get(&gold, "parent").await["value"], root.as_str());
    assert_eq!(get(&gold, "owner").await, get(&root, "owner").await);
    assert_eq!(get(&gold, "config").await["cpuAllocation"]["shares"]["shares"], 8000);
    assert_eq!(get(&gold, "runtime").await["cpu"]["maxUsage"], 500);
    assert_eq!(get(&root, "resourcePool").await[2], created);
    assert_eq!(get(&root, "childConfiguration").await[2], get(&gold, "config").await);
    let created_again = call(&root, "CreateResourcePool", json!({ "name": "gold%2F1", "spec": config(-1) })).await;
    assert_eq!(created_again.fault("DuplicateName")["object"], created);
    let nameless = call(&root, "CreateResourcePool", json!({ "name": "", "spec": config(-1) })).await;
    nameless.fault("InvalidName");
    let small = call(&root, "CreateResourcePool", json!({ "name": "x", "spec": config(5) })).await;
    small.wrong_argument("spec.cpuAllocation.limit");

    call(&gold, "UpdateConfig", json!({ "name": "silver", "config": config(600) })).await.no_content();
    assert_eq!(
        (get(&gold, "name").await, get(&gold, "summary").await["name"].clone()),
        ("silver".into(), "silver".into())
    );
    assert_eq!(get(&gold, "config").await["cpuAllocation"]["limit"], 600);
    assert_eq!(get(&gold, "config").await["changeVersion"], "2");
    let mut old = config(700);
    old["changeVersion"] = "1".into();
    call(&gold, "UpdateConfig", json!({ "config": old })).await.fault("ConcurrentAccess");
    call(&gold, "UpdateConfig", json!({ "name": "test" })).await.fault("DuplicateName");
    call(&root, "UpdateConfig", json!({ "name": "x" })).await.fault("NotSupported");

    let machines = |pools: Vec<Value>| pools.iter().map(|list| list.as_array().unwrap().len()).sum::<usize>();
    let mut lists = vec![get(&root, "vm").await];
    for pool in get(&root, "resourcePool").await.as_array().unwrap() {
        lists.push(get(pool["value"].as_str().unwrap(), "vm").await);
    }
    let inner = call(&gold, "CreateResourcePool", json!({ "name": "inner", "spec": config(-1) })).await.result();
    call(&root, "DestroyChildren", json!({})).await.no_content();
    assert_eq!(get(&root, "resourcePool").await, json!([inner]));
    assert_eq!(get(inner["value"].as_str().unwrap(), "parent").await["value"], root.as_str());
    client.get(&format!("ResourcePool/{gold}/name")).await.fault("ManagedObjectNotFound");
    assert_eq!(machines(vec![get(&root, "vm").await]), machines(lists));
}

#[tokio::test]
async fn machines_are_powered_on_together() {
    let simulator = started(Simulator::builder().task_duration(std::time::Duration::ZERO)).await;
    let client = &Client::login(&simulator, ADMIN).await;
    let objects = Objects::read(client).await;
    let machines: Vec<Value> = objects.of_kind("VirtualMachine").map(|(id, _)| moref(&id.0, &id.1)).collect();
    let (datacenter, _) = objects.of_kind("Datacenter").next().unwrap();
    let path = format!("Datacenter/{}/PowerOnMultiVM_Task", datacenter.1);
    let task = client.post(&path, &json!({ "vm": machines }).to_string()).await.result();
    let info = client.get(&format!("Task/{}/info", task["value"].as_str().unwrap())).await.result();
    assert_eq!(info["state"], "success", "{info}");
    let count = |member: &str| info["result"][member].as_array().map_or(0, Vec::len);
    assert_eq!(count("attempted") + count("notAttempted"), machines.len(), "{info}");
    assert!(count("attempted") > 0);
    client
        .post(&path, &json!({ "vm": [moref("VirtualMachine", "vm-0")] }).to_string())
        .await
        .fault("ManagedObjectNotFound");
    let path = format!("Datacenter/{}/QueryConnectionInfo", datacenter.1);
    let arguments = json!({ "hostname": "x", "port": 443, "username": "root", "password": "secret" });
    client.post(&path, &arguments.to_string()).await.fault("NotSupported");
}

#[tokio::test]
async fn a_plan_that_is_wrong_keeps_it_from_starting() {
    let mut plan = small();
    plan.datacenters[0].virtual_machines[0].host = Some("nobody".to_owned());
    let error = Simulator::builder().inventory(plan).start().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the inventory is wrong: datacenters[0].virtualMachines[0].host: there is no host `nobody` here"
    );
    let error = Simulator::builder().hosts(0).vms(3).start().await.unwrap_err();
    assert!(error.to_string().ends_with("there is no host for 3 virtual machines"), "{error}");
    started(Simulator::builder().datacenters(0)).await;
}

#[tokio::test]
async fn environments_tell_what_machines_can_be_made_of() {
    let simulator = started(large()).await;
    let client = &Client::login(&simulator, ADMIN).await;
    let cluster =
        find(client, "FindByInventoryPath", json!({ "inventoryPath": "/DC1/host/DC1-cluster-2" })).await.unwrap();
    let path = format!("ClusterComputeResource/{}", cluster["value"].as_str().unwrap());
    let browser = client.get(&format!("{path}/environmentBrowser")).await.result();
    let hosts = client.get(&format!("{path}/host")).await.result();
    let browser = format!("EnvironmentBrowser/{}", browser["value"].as_str().unwrap());
    let target = client.post(&format!("{browser}/QueryConfigTarget"), "{}").await.result();
    assert_eq!(
        (&target["numCpus"], &target["numCpuCores"], &target["numNumaNodes"]),
        (&json!(96), &json!(48), &json!(2))
    );
    let count = |member: &str| target[member].as_array().unwrap().len();
    let counts = ["datastore", "network", "distributedVirtualPortgroup", "distributedVirtualSwitch"].map(count);
    assert_eq!(counts, [3, 1, 4, 1]);
    let body = json!({ "host": hosts[0] }).to_string();
    let of_host = client.post(&format!("{browser}/QueryConfigTarget"), &body).await.result();
    assert_eq!(of_host["datastore"], target["datastore"]);
    let body = json!({ "host": moref("HostSystem", "host-0") }).to_string();
    client.post(&format!("{browser}/QueryConfigTarget"), &body).await.wrong_argument("host");
    let descriptors = client.post(&format!("{browser}/QueryConfigOptionDescriptor"), "{}").await.result();
    let descriptors = descriptors.as_array().unwrap();
    assert!(descriptors.iter().all(|descriptor| descriptor["host"] == hosts));
    assert_eq!(descriptors.iter().filter(|descriptor| descriptor["defaultConfigOption"] == true).count(), 1);
    let capability = client.post(&format!("{browser}/QueryTargetCapabilities"), "{}").await.result();
    assert_eq!(capability["_typeName"], "HostCapability");
}

/// Not run as a matter of course, as it is about time: `cargo nextest run --release --run-ignored only many_machines`.
#[tokio::test]
#[ignore = "it measures"]
async fn many_machines_are_there_soon() {
    let begun = std::time::Instant::now();
    let before = resident();
    let simulator = started(Simulator::builder().clusters(10).hosts(20).vms(10_000)).await;
    let (took, used) = (begun.elapsed(), resident().saturating_sub(before));
    println!("10,000 machines, 200 hosts: {took:?}, {} MB, {} bytes a machine", used >> 20, used / 10_000);
    let client = &Client::login(&simulator, ADMIN).await;
    for _ in 0..2 {
        let begun = std::time::Instant::now();
        let arguments = json!({ "inventoryPath": "/DC0/vm/nobody" });
        assert_eq!(find(client, "FindByInventoryPath", arguments).await, None);
        println!("a search: {:?}", begun.elapsed());
    }
    assert!(took.as_secs() < 60, "{took:?}");
}

/// How much memory the process has, where the system tells.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() << 10
}
