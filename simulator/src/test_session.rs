//! Sessions of tests that play calls without a socket, in an inventory that is made by hand.

use std::net::Ipv4Addr;
use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use serde_json::{Value as Json, json};
use vim25_api::types::{VirtualMachinePowerState, VirtualMachineRuntimeInfo};
use vim25_runtime::{ManagedObjectReference, Value};

use crate::builder::Builder;
use crate::clock::ManualClock;
use crate::inventory::Inventory;
use crate::simulation::Simulation;
use crate::state::State;
use crate::user::User;

const RELEASE: &str = "/sdk/vim25/9.1.0.0";

/// A session with a simulator.
#[derive(Clone)]
pub(crate) struct TestSession {
    pub(crate) simulation: Arc<Simulation>,
    pub(crate) clock: ManualClock,
    id: Option<String>,
}

/// A reply: the status and the body, which is `null` if there is none.
pub(crate) type Reply = (u16, Json);

impl TestSession {
    /// A session with a new simulator.
    pub(crate) async fn new(builder: Builder) -> Self {
        let clock = ManualClock::default();
        let user = User::administrator("a", "a");
        let (_, simulation) =
            builder.inventory(Inventory::default()).seed(1).clock(clock.clone()).user(user).build().unwrap();
        Self { simulation: Arc::new(simulation), clock, id: None }.login().await
    }

    /// Another session with the same simulator.
    pub(crate) async fn login(&self) -> Self {
        let anonymous = Self { id: None, ..self.clone() };
        let body = json!({ "userName": "a", "password": "a" });
        let response = anonymous.send("POST", "SessionManager/SessionManager/Login", &body).await;
        let id = response.headers()["vmware-api-session-id"].to_str().unwrap().to_owned();
        Self { id: Some(id), ..self.clone() }
    }

    /// Somebody without a session.
    pub(crate) fn anonymous(&self) -> Self {
        Self { id: None, ..self.clone() }
    }

    /// Has something done with the state.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.simulation.state())
    }

    /// Calls a method of an object.
    pub(crate) async fn call(&self, object: &ManagedObjectReference, method: &str, arguments: Json) -> Reply {
        let path = format!("{}/{}/{method}", object.type_name(), object.value());
        read(&self.send("POST", &path, &arguments).await)
    }

    /// Reads a property of an object.
    pub(crate) async fn get(&self, object: &ManagedObjectReference, property: &str) -> Reply {
        let path = format!("{}/{}/{property}", object.type_name(), object.value());
        read(&self.send("GET", &path, &Json::Null).await)
    }

    async fn send(&self, verb: &str, path: &str, body: &Json) -> http::Response<bytes::Bytes> {
        let mut request = Request::builder().method(verb).uri(format!("{RELEASE}/{path}"));
        if let Some(id) = &self.id {
            request = request.header("vmware-api-session-id", id);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.simulation.answer(&head, &Bytes::from(body.to_owned()), Ipv4Addr::LOCALHOST.into()).await
    }
}

fn read(response: &http::Response<bytes::Bytes>) -> Reply {
    let body = response.body();
    (response.status().as_u16(), if body.is_empty() { Json::Null } else { serde_json::from_slice(body).unwrap() })
}

/// The result of a call.
#[track_caller]
pub(crate) fn result((status, body): Reply) -> Json {
    assert!(status == 200 || status == 204, "{status}: {body}");
    body
}

/// The type of the fault of a call.
#[track_caller]
pub(crate) fn fault((status, body): Reply) -> String {
    assert_eq!(status, 500, "{body}");
    body["_typeName"].as_str().unwrap().to_owned()
}

/// A reference in a body.
#[track_caller]
pub(crate) fn reference(body: &Json) -> ManagedObjectReference {
    ManagedObjectReference::new(body["type"].as_str().unwrap(), body["value"].as_str().unwrap())
}

/// The ids in an array of references.
pub(crate) fn ids(body: &Json) -> Vec<&str> {
    body.as_array().unwrap().iter().map(|reference| reference["value"].as_str().unwrap()).collect()
}

pub(crate) fn object(kind: &str, id: &str) -> ManagedObjectReference {
    ManagedObjectReference::new(kind, id)
}

/// Adds an object to what contains it.
pub(crate) fn add(state: &mut State, parent: &ManagedObjectReference, property: &'static str, kind: &str, id: &str) {
    let added = object(kind, id);
    let name = Value::from(format!("name of {id}"));
    state.store.add(added.clone(), [("name", name), ("parent", parent.clone().into())]);
    if parent.type_name() == "Datacenter" || property == "resourcePool" && parent.type_name() == "ComputeResource" {
        state.store.set(parent, property, added);
    } else {
        state.store.link(parent, property, &added);
    }
}

/// Adds a virtual machine that is off to a folder.
pub(crate) fn add_vm(state: &mut State, folder: &ManagedObjectReference, id: &str) -> ManagedObjectReference {
    add(state, folder, "childEntity", "VirtualMachine", id);
    let vm = object("VirtualMachine", id);
    set_power(state, &vm, VirtualMachinePowerState::PoweredOff);
    vm
}

/// Turns a virtual machine on or off.
pub(crate) fn set_power(state: &mut State, vm: &ManagedObjectReference, power: VirtualMachinePowerState) {
    let mut runtime = state.store.object::<VirtualMachineRuntimeInfo>(vm, "runtime").cloned().unwrap_or_default();
    runtime.set_power_state(power);
    state.store.set(vm, "runtime", runtime);
}

/// Takes a virtual machine out of a folder.
pub(crate) fn remove_vm(state: &mut State, folder: &ManagedObjectReference, vm: &ManagedObjectReference) {
    state.store.unlink(folder, "childEntity", vm);
    state.store.remove(vm);
}

/// Makes a data center `dc-1` with a folder `vms` for virtual machines in the root folder, which is given with it.
pub(crate) fn add_datacenter(state: &mut State) -> (ManagedObjectReference, ManagedObjectReference) {
    let root = crate::objects::root_folder(state);
    add(state, &root, "childEntity", "Datacenter", "dc-1");
    let datacenter = object("Datacenter", "dc-1");
    for (property, id) in
        [("vmFolder", "vms"), ("hostFolder", "hosts"), ("datastoreFolder", "ds"), ("networkFolder", "nets")]
    {
        add(state, &datacenter, property, "Folder", id);
    }
    (root, object("Folder", "vms"))
}
