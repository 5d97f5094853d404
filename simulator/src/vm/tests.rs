//! Operations of the inventory as clients call them, on a small inventory: one cluster of two hosts.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod create;
mod devices;
mod entities;
mod hosts;
mod moves;
mod power;
mod reconfigure;
mod snapshots;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use serde_json::{Value as Json, json};
use vim25_api::mo;
use vim25_api::types::{
    DatastoreHostMount, DatastoreSummary, DistributedVirtualSwitchPortConnection, HostHardwareSummary, HostListSummary,
    HostMountInfo, HostRuntimeInfo, HostSystemConnectionState, HostSystemPowerState,
};
use vim25_runtime::{Element, ManagedObjectReference, Ref};

use crate::clock::ManualClock;
use crate::inventory::{Inventory, compute, datacenter};
use crate::simulation::Simulation;
use crate::simulator::Simulator;
use crate::store::Store;

const ADMIN: &str = "administrator@vsphere.local";

/// A simulation with an inventory and a client that is logged in. Tasks end at once.
pub(crate) struct World {
    pub(crate) simulation: Arc<Simulation>,
    pub(crate) clock: ManualClock,
    session_id: String,
}

impl World {
    pub(crate) async fn new() -> Self {
        let clock = ManualClock::default();
        let builder = Simulator::builder()
            .inventory(Inventory::default())
            .seed(7)
            .clock(clock.clone())
            .task_duration(Duration::ZERO);
        let (_, simulation) = builder.build().unwrap();
        fill(&mut simulation.state().store);
        let simulation = Arc::new(simulation);
        let mut world = Self { simulation, clock, session_id: String::new() };
        let login = json!({ "userName": ADMIN, "password": "vim25" });
        let reply = world.send("POST", "SessionManager/SessionManager/Login", &login.to_string()).await;
        world.session_id = reply.headers()["vmware-api-session-id"].to_str().unwrap().to_owned();
        world
    }

    async fn send(&self, verb: &str, path: &str, body: &str) -> http::Response<Bytes> {
        let request = Request::builder()
            .method(verb)
            .uri(format!("/sdk/vim25/8.0.2.0/{path}"))
            .header("content-type", "application/json")
            .header("vmware-api-session-id", &self.session_id)
            .body(());
        let (head, ()) = request.unwrap().into_parts();
        self.simulation.answer(&head, &Bytes::from(body.to_owned()), IpAddr::V4(Ipv4Addr::LOCALHOST)).await
    }

    /// Calls a method: the status and the body, null if there is none.
    pub(crate) async fn call(&self, path: &str, arguments: &Json) -> (u16, Json) {
        let reply = self.send("POST", path, &arguments.to_string()).await;
        let body = serde_json::from_slice(reply.body()).unwrap_or_default();
        (reply.status().as_u16(), body)
    }

    /// Calls a method that succeeds.
    pub(crate) async fn done(&self, path: &str, arguments: Json) -> Json {
        let (status, body) = self.call(path, &arguments).await;
        assert!(status == 200 || status == 204, "{path}: {status} {body:#}");
        body
    }

    /// Calls a method that is refused at once, with a fault of a type.
    pub(crate) async fn refused(&self, path: &str, arguments: Json, fault: &str) -> Json {
        let (status, body) = self.call(path, &arguments).await;
        assert_eq!((status, body["_typeName"].as_str()), (500, Some(fault)), "{path}: {body:#}");
        body
    }

    /// Begins a task: its reference.
    pub(crate) async fn begun(&self, path: &str, arguments: Json) -> String {
        self.done(path, arguments).await["value"].as_str().unwrap().to_owned()
    }

    /// What a task says of itself.
    pub(crate) async fn info(&self, task: &str) -> Json {
        self.get(&format!("Task/{task}/info")).await
    }

    /// Carries out a task that succeeds: its result.
    pub(crate) async fn task(&self, path: &str, arguments: Json) -> Json {
        let task = self.begun(path, arguments).await;
        let info = self.info(&task).await;
        assert_eq!(info["state"], "success", "{path}: {info:#}");
        info["result"].clone()
    }

    /// Carries out a task that fails with a fault of a type.
    pub(crate) async fn failed(&self, path: &str, arguments: Json, fault: &str) -> Json {
        let task = self.begun(path, arguments).await;
        let info = self.info(&task).await;
        let error = if info["error"]["fault"].is_object() { &info["error"]["fault"] } else { &info["error"] };
        assert_eq!(
            (info["state"].as_str(), error["_typeName"].as_str()),
            (Some("error"), Some(fault)),
            "{path}: {info:#}"
        );
        error.clone()
    }

    /// Reads a property; null if it is unset.
    pub(crate) async fn get(&self, path: &str) -> Json {
        let reply = self.send("GET", path, "").await;
        let body: Json = serde_json::from_slice(reply.body()).unwrap_or_default();
        assert!(reply.status().is_success(), "{path}: {body:#}");
        body
    }

    /// Creates a machine with a disk of 1 GB and a network card: its id.
    pub(crate) async fn machine(&self, name: &str) -> String {
        let arguments =
            json!({ "config": spec(name, [disk(1), card()]), "pool": reference("ResourcePool", self.pool()) });
        self.created(arguments).await
    }

    /// Creates a machine: its id.
    pub(crate) async fn created(&self, arguments: Json) -> String {
        let folder = format!("Folder/{}/CreateVM_Task", self.folder());
        self.task(&folder, arguments).await["value"].as_str().unwrap().to_owned()
    }

    /// Sets how long tasks take from now on.
    pub(crate) fn slow(&mut self, duration: Duration) {
        Arc::get_mut(&mut self.simulation).unwrap().settings.task_duration = duration;
    }

    pub(crate) fn folder(&self) -> String {
        self.id("Folder", "vm")
    }

    pub(crate) fn pool(&self) -> String {
        self.id("ResourcePool", "Resources")
    }

    /// The id of the object of a type with a name.
    pub(crate) fn id(&self, kind: &str, name: &str) -> String {
        let state = self.simulation.state();
        let is_it =
            |object: &&ManagedObjectReference| object.type_name() == kind && state.store.text(object, "name") == name;
        let found = state.store.objects().find(is_it).map(|object| object.value().to_owned());
        found.unwrap_or_else(|| panic!("there is no {kind} {name}"))
    }

    /// The types of the events, the oldest first.
    pub(crate) fn events(&self) -> Vec<String> {
        let state = self.simulation.state();
        let names = state.events.iter().map(|event| event.type_name().to_owned());
        names.filter(|name| name != "TaskEvent").collect()
    }
}

pub(crate) fn reference(kind: &str, id: impl Into<String>) -> Json {
    json!({ "_typeName": "ManagedObjectReference", "type": kind, "value": id.into() })
}

pub(crate) fn spec(name: &str, devices: impl IntoIterator<Item = Json>) -> Json {
    json!({
        "_typeName": "VirtualMachineConfigSpec",
        "name": name,
        "guestId": "ubuntu64Guest",
        "numCPUs": 2,
        "memoryMB": 2048,
        "files": { "_typeName": "VirtualMachineFileInfo", "vmPathName": "[datastore1]" },
        "deviceChange": devices.into_iter().collect::<Vec<_>>(),
    })
}

pub(crate) fn change(operation: &str, device: Json) -> Json {
    json!({ "_typeName": "VirtualDeviceConfigSpec", "operation": operation, "device": device })
}

/// A new disk of some GB.
pub(crate) fn disk(size: i64) -> Json {
    let backing = json!({
        "_typeName": "VirtualDiskFlatVer2BackingInfo", "fileName": "", "diskMode": "persistent", "thinProvisioned": true,
    });
    let device = json!({ "_typeName": "VirtualDisk", "key": -1, "capacityInKB": size << 20, "backing": backing });
    let mut change = change("add", device);
    change["fileOperation"] = "create".into();
    change
}

/// A new network card at `VM Network`.
pub(crate) fn card() -> Json {
    let backing = json!({ "_typeName": "VirtualEthernetCardNetworkBackingInfo", "deviceName": "VM Network" });
    change("add", json!({ "_typeName": "VirtualVmxnet3", "key": -2, "backing": backing }))
}

/// The device of a machine with a key.
pub(crate) fn device(config: &Json, key: i64) -> &Json {
    let devices = config["hardware"]["device"].as_array().unwrap();
    devices
        .iter()
        .find(|device| device["key"] == key)
        .unwrap_or_else(|| panic!("there is no device {key}: {devices:#?}"))
}

/// Fills a store with a datacenter, a cluster of two hosts, two datastores, a network and a port group.
fn fill(store: &mut Store) {
    let root = ManagedObjectReference::new("Folder", "group-d1");
    let datacenter = datacenter::add(store, &root, "dc");
    let folder = |store: &Store, property: &str| store.reference(&datacenter, property).unwrap().clone();
    let (hosts, datastores) = (folder(store, "hostFolder"), folder(store, "datastoreFolder"));
    let networks = folder(store, "networkFolder");
    let cluster = compute::add_cluster(store, &hosts, "cluster", "2026-01-01T00:00:00Z".into());
    let hosts = ["esx-1", "esx-2"].map(|name| add_host(store, &cluster, name));
    for name in ["datastore1", "datastore2"] {
        let datastore = add(store, "Datastore", "datastore", &datastores, name);
        let mut summary = DatastoreSummary::new();
        summary
            .set_name(name)
            .set_type("VMFS")
            .set_url("ds:///")
            .set_capacity(1 << 40)
            .set_free_space(1 << 40)
            .set_accessible(true);
        store.set(&datastore, "summary", summary);
        let mounts = hosts.iter().map(|host| {
            let mut info = HostMountInfo::new();
            info.set_access_mode("readWrite");
            let mut mount = DatastoreHostMount::new();
            mount.set_key(Ref::<mo::HostSystem>::new(host.value())).set_mount_info(info);
            mount
        });
        store.set(&datastore, "host", DatastoreHostMount::into_list(mounts.collect()));
        hosts.iter().for_each(|host| store.link(host, "datastore", &datastore));
        store.link(&cluster, "datastore", &datastore);
        store.link(&datacenter, "datastore", &datastore);
    }
    for (kind, name) in [("Network", "VM Network"), ("DistributedVirtualPortgroup", "port group")] {
        let network = add(store, kind, "network", &networks, name);
        hosts.iter().for_each(|host| store.link(host, "network", &network));
        hosts.iter().for_each(|host| store.link(&network, "host", host));
        store.link(&cluster, "network", &network);
        store.link(&datacenter, "network", &network);
    }
}

fn add(
    store: &mut Store,
    kind: &str,
    prefix: &str,
    parent: &ManagedObjectReference,
    name: &str,
) -> ManagedObjectReference {
    let entity = store.new_reference(kind, prefix);
    store.add(entity.clone(), [("name", name.to_owned().into()), ("parent", parent.clone().into())]);
    if parent.type_name() == "Folder" {
        store.link(parent, "childEntity", &entity);
    }
    entity
}

fn add_host(store: &mut Store, cluster: &ManagedObjectReference, name: &str) -> ManagedObjectReference {
    let host = add(store, "HostSystem", "host", cluster, name);
    let mut runtime = HostRuntimeInfo::new();
    runtime
        .set_connection_state(HostSystemConnectionState::Connected)
        .set_power_state(HostSystemPowerState::PoweredOn)
        .set_in_maintenance_mode(false);
    let mut hardware = HostHardwareSummary::new();
    hardware.set_vendor("x").set_model("x").set_uuid("x").set_cpu_model("x");
    hardware.set_memory_size(64 << 30).set_cpu_mhz(2_000).set_num_cpu_pkgs(1).set_num_cpu_cores(8);
    hardware.set_num_cpu_threads(16).set_num_nics(2).set_num_hbas(1);
    store.set(&host, "runtime", runtime.clone());
    store.edit::<HostListSummary>(&host, "summary", |summary| {
        summary.set_runtime(runtime).set_hardware(hardware);
    });
    store.link(cluster, "host", &host);
    host
}

/// The backing of a card at a port group.
pub(crate) fn port_group(key: &str) -> Json {
    let ty = <DistributedVirtualSwitchPortConnection as vim25_runtime::DataType>::TYPE.name();
    let port = json!({ "_typeName": ty, "switchUuid": "50 0b", "portgroupKey": key });
    json!({ "_typeName": "VirtualEthernetCardDistributedVirtualPortBackingInfo", "port": port })
}
