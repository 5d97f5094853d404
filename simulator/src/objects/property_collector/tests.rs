//! The property collector in an inventory that is made by hand.

use std::time::Duration;

use serde_json::{Value as Json, json};
use vim25_api::types::VirtualMachinePowerState;
use vim25_runtime::ManagedObjectReference;

use crate::builder::Builder;
use crate::objects::singleton;
use crate::test_session::{
    TestSession, add, add_datacenter, add_vm, fault, object, reference, remove_vm, result, set_power,
};

fn collector() -> ManagedObjectReference {
    singleton("PropertyCollector")
}

fn moref(object: &ManagedObjectReference) -> Json {
    json!({ "_typeName": "ManagedObjectReference", "type": object.type_name(), "value": object.value() })
}

fn properties(kind: &str, paths: &[&str]) -> Json {
    json!({ "_typeName": "PropertySpec", "type": kind, "pathSet": paths })
}

fn traversal(name: &str, kind: &str, path: &str, next: &[&str]) -> Json {
    let next: Vec<Json> = next.iter().map(|name| json!({ "_typeName": "SelectionSpec", "name": name })).collect();
    json!({ "_typeName": "TraversalSpec", "name": name, "type": kind, "path": path, "selectSet": next })
}

fn spec(properties: &[Json], start: &ManagedObjectReference, ways: &[Json]) -> Json {
    let start = json!({ "_typeName": "ObjectSpec", "obj": moref(start), "skip": !ways.is_empty(), "selectSet": ways });
    json!({ "_typeName": "PropertyFilterSpec", "propSet": properties, "objectSet": [start] })
}

/// What lies in folders and data centers, at any depth.
fn everything() -> [Json; 2] {
    [
        traversal("folder", "Folder", "childEntity", &["folder", "dc"]),
        traversal("dc", "Datacenter", "vmFolder", &["folder", "dc"]),
    ]
}

fn all_vms(root: &ManagedObjectReference, paths: &[&str]) -> Json {
    spec(&[properties("VirtualMachine", paths)], root, &everything())
}

async fn retrieve(session: &TestSession, specs: &[Json]) -> crate::test_session::Reply {
    session
        .call(
            &collector(),
            "RetrievePropertiesEx",
            json!({ "specSet": specs, "options": { "_typeName": "RetrieveOptions" } }),
        )
        .await
}

fn found(result: &Json) -> Vec<&str> {
    result["objects"].as_array().unwrap().iter().map(|content| content["obj"]["value"].as_str().unwrap()).collect()
}

/// A session, the root folder, and a folder with three virtual machines, one of them in a folder of its own.
async fn inventory(builder: Builder) -> (TestSession, ManagedObjectReference, ManagedObjectReference) {
    let session = TestSession::new(builder).await;
    let (root, vms) = session.with(|state| {
        let (root, vms) = add_datacenter(state);
        add_vm(state, &vms, "vm-1");
        add(state, &vms, "childEntity", "Folder", "inner");
        add_vm(state, &object("Folder", "inner"), "vm-2");
        add_vm(state, &vms, "vm-3");
        (root, vms)
    });
    (session, root, vms)
}

#[tokio::test]
async fn a_recursive_traversal_finds_each_object_once() {
    let (session, root, _) = inventory(Builder::default()).await;
    let reply = result(retrieve(&session, &[all_vms(&root, &["name", "runtime.powerState", "config.name"])]).await);
    assert_eq!(found(&reply), ["vm-1", "vm-2", "vm-3"], "in depth first, as the folders list them");
    assert_eq!(reply.get("token"), None);
    let expected = json!([
        { "_typeName": "DynamicProperty", "name": "name", "val": { "_typeName": "string", "_value": "name of vm-1" } },
        { "_typeName": "DynamicProperty", "name": "runtime.powerState",
          "val": { "_typeName": "VirtualMachinePowerState", "_value": "poweredOff" } },
    ]);
    assert_eq!(reply["objects"][0]["propSet"], expected);
    assert_eq!(reply["objects"][0].get("missingSet"), None);
    // The ways up and down go in circles, and several specifications find the same objects.
    let up = traversal("up", "ManagedEntity", "parent", &["up", "folder", "dc"]);
    let ways = [up, everything()[0].clone(), everything()[1].clone()];
    let entities = [properties("ManagedEntity", &["name"]), properties("VirtualMachine", &["runtime", "name"])];
    let circle = spec(&entities, &object("VirtualMachine", "vm-2"), &ways);
    let reply = result(retrieve(&session, &[circle, all_vms(&root, &["parent"])]).await);
    let mut names = found(&reply);
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!((names.len(), count), (7, 7), "{names:?}: all but the folders that no traversal leads to");
    let contents = reply["objects"].as_array().unwrap();
    let vm = contents.iter().find(|content| content["obj"]["value"] == "vm-3").unwrap();
    let names: Vec<&str> = vm["propSet"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["name", "runtime", "parent"]);
}

#[tokio::test]
async fn what_is_wrong_with_a_specification_fails_the_whole_call() {
    let (session, root, _) = inventory(Builder::default()).await;
    let of = async |spec: Json| fault(retrieve(&session, &[spec]).await);
    assert_eq!(of(all_vms(&root, &["name", "config.noSuch"])).await, "InvalidProperty");
    assert_eq!(of(all_vms(&object("Folder", "gone"), &["name"])).await, "ManagedObjectNotFound");
    assert_eq!(of(spec(&[properties("NoSuchType", &[])], &root, &[])).await, "InvalidArgument");
    assert_eq!(of(spec(&[properties("ManagedEntity", &["runtime"])], &root, &[])).await, "InvalidProperty");
    let way = |kind: &str, path: &str, next: &[&str]| spec(&[], &root, &[traversal("x", kind, path, next)]);
    assert_eq!(of(way("Folder", "noSuch", &[])).await, "InvalidProperty");
    assert_eq!(of(way("Folder", "name", &[])).await, "InvalidArgument");
    assert_eq!(of(way("NoSuchType", "name", &[])).await, "InvalidArgument");
    assert_eq!(of(way("Folder", "childEntity", &["noSuch"])).await, "InvalidArgument");
    let mut missing = all_vms(&object("Folder", "gone"), &["name"]);
    missing["reportMissingObjectsInResults"] = true.into();
    assert_eq!(result(retrieve(&session, &[missing]).await), Json::Null);
}

#[tokio::test]
async fn pages_are_read_when_they_are_asked_for() {
    let (session, root, vms) = inventory(Builder::default().max_page(2)).await;
    let reply = result(retrieve(&session, &[all_vms(&root, &["name"])]).await);
    assert_eq!(found(&reply), ["vm-1", "vm-2"]);
    let token = json!({ "token": reply["token"] });
    let other = session.login().await;
    let ask = async |session: &TestSession, method: &str, token: &Json| {
        session.call(&collector(), method, token.clone()).await
    };
    assert_eq!(fault(ask(&other, "ContinueRetrievePropertiesEx", &token).await), "InvalidProperty");
    session.with(|state| remove_vm(state, &vms, &object("VirtualMachine", "vm-3")));
    let reply = result(ask(&session, "ContinueRetrievePropertiesEx", &token).await);
    assert_eq!((found(&reply).len(), reply.get("token")), (0, None), "what has gone meanwhile is left out");
    assert_eq!(fault(ask(&session, "ContinueRetrievePropertiesEx", &token).await), "InvalidProperty");
    session.with(|state| add_vm(state, &vms, "vm-4"));
    let reply = result(retrieve(&session, &[all_vms(&root, &[])]).await);
    let token = json!({ "token": reply["token"] });
    result(ask(&session, "CancelRetrievePropertiesEx", &token).await);
    assert_eq!(fault(ask(&session, "ContinueRetrievePropertiesEx", &token).await), "InvalidProperty");
}

async fn watch(session: &TestSession, spec: &Json, is_partial: bool) -> ManagedObjectReference {
    let arguments = json!({ "spec": spec, "partialUpdates": is_partial });
    reference(&result(session.call(&collector(), "CreateFilter", arguments).await))
}

async fn updates(session: &TestSession, version: &Json, limit: Option<u32>) -> crate::test_session::Reply {
    let mut options = json!({ "_typeName": "WaitOptions", "maxWaitSeconds": 0 });
    if let Some(limit) = limit {
        options["maxObjectUpdates"] = limit.into();
    }
    session.call(&collector(), "WaitForUpdatesEx", json!({ "version": version, "options": options })).await
}

/// Kind, object and names of the changed properties of all updates.
fn told(reply: &Json) -> Vec<String> {
    let filters = reply["filterSet"].as_array().unwrap().iter();
    let objects = filters.flat_map(|filter| filter["objectSet"].as_array().unwrap());
    let names = |update: &Json| -> Vec<String> {
        let changes = update["changeSet"].as_array().cloned().unwrap_or_default();
        changes.iter().map(|change| change["name"].as_str().unwrap().to_owned()).collect()
    };
    objects
        .map(|update| {
            let (kind, object) = (update["kind"].as_str().unwrap(), update["obj"]["value"].as_str().unwrap());
            format!("{kind} {object} {}", names(update).join(","))
        })
        .collect()
}

#[tokio::test]
async fn changes_are_told_as_they_happen() {
    let (session, root, vms) = inventory(Builder::default()).await;
    let filter = watch(&session, &all_vms(&root, &["runtime", "name"]), false).await;
    assert_eq!(crate::test_session::ids(&result(session.get(&collector(), "filter").await)), [filter.value()]);
    let first = result(updates(&session, &"".into(), None).await);
    assert_eq!(told(&first), ["enter vm-1 runtime,name", "enter vm-2 runtime,name", "enter vm-3 runtime,name"]);
    assert_eq!(result(updates(&session, &first["version"], None).await), Json::Null);
    session.with(|state| {
        set_power(state, &object("VirtualMachine", "vm-2"), VirtualMachinePowerState::PoweredOn);
        remove_vm(state, &vms, &object("VirtualMachine", "vm-1"));
        add_vm(state, &vms, "vm-4");
        state.store.set(&object("VirtualMachine", "vm-3"), "overallStatus", "red".to_owned());
    });
    let second = result(updates(&session, &first["version"], None).await);
    assert_eq!(told(&second).len(), 3, "{second}");
    for expected in ["modify vm-2 runtime", "leave vm-1 ", "enter vm-4 runtime,name"] {
        assert!(told(&second).iter().any(|update| update == expected), "{expected}: {second}");
    }
    assert_ne!(first["version"], second["version"]);
    // The whole state again.
    let third = result(updates(&session, &"".into(), None).await);
    assert_eq!(told(&third).len(), 3);
    result(session.call(&filter, "DestroyPropertyFilter", json!({})).await);
    assert_eq!(fault(session.get(&filter, "spec").await), "ManagedObjectNotFound");
    assert_eq!(result(updates(&session, &"".into(), None).await), Json::Null);
}

#[tokio::test]
async fn with_partial_updates_paths_lead_into_properties() {
    let (session, root, _) = inventory(Builder::default()).await;
    watch(&session, &all_vms(&root, &["runtime"]), true).await;
    let first = result(updates(&session, &"".into(), None).await);
    session.with(|state| set_power(state, &object("VirtualMachine", "vm-2"), VirtualMachinePowerState::PoweredOn));
    let second = result(updates(&session, &first["version"], None).await);
    assert_eq!(told(&second), ["modify vm-2 runtime.powerState"]);
    let change = &second["filterSet"][0]["objectSet"][0]["changeSet"][0];
    assert_eq!((&change["op"], &change["val"]["_value"]), (&json!("assign"), &json!("poweredOn")));
    session.with(|state| state.store.unset(&object("VirtualMachine", "vm-2"), "runtime"));
    let third = result(updates(&session, &second["version"], None).await);
    assert_eq!(told(&third), ["modify vm-2 runtime"]);
    assert_eq!(third["filterSet"][0]["objectSet"][0]["changeSet"][0].get("val"), None);
}

#[tokio::test]
async fn a_lost_reply_is_told_again_with_what_is_new() {
    let (session, root, vms) = inventory(Builder::default()).await;
    watch(&session, &all_vms(&root, &["runtime.powerState"]), true).await;
    let first = result(updates(&session, &"".into(), None).await);
    session.with(|state| {
        set_power(state, &object("VirtualMachine", "vm-1"), VirtualMachinePowerState::PoweredOn);
        remove_vm(state, &vms, &object("VirtualMachine", "vm-3"));
    });
    let lost = result(updates(&session, &first["version"], None).await);
    session.with(|state| {
        set_power(state, &object("VirtualMachine", "vm-1"), VirtualMachinePowerState::Suspended);
        set_power(state, &object("VirtualMachine", "vm-2"), VirtualMachinePowerState::PoweredOn);
    });
    let again = result(updates(&session, &first["version"], None).await);
    let mut all = told(&again);
    all.sort_unstable();
    assert_eq!(all, ["leave vm-3 ", "modify vm-1 runtime.powerState", "modify vm-2 runtime.powerState"]);
    let objects = again["filterSet"][0]["objectSet"].as_array().unwrap();
    let vm = objects.iter().find(|update| update["obj"]["value"] == "vm-1").unwrap();
    assert_eq!(vm["changeSet"][0]["val"]["_value"], "suspended");
    // The version that got lost was overtaken, and once a version is acknowledged, those before it are gone.
    assert_eq!(fault(updates(&session, &lost["version"], None).await), "InvalidCollectorVersion");
    assert_eq!(result(updates(&session, &again["version"], None).await), Json::Null);
    assert_eq!(fault(updates(&session, &first["version"], None).await), "InvalidCollectorVersion");
    for wrong in ["0", "x", "99"] {
        assert_eq!(fault(updates(&session, &wrong.into(), None).await), "InvalidCollectorVersion");
    }
}

#[tokio::test]
async fn what_does_not_fit_into_a_reply_comes_with_the_next() {
    let (session, root, _) = inventory(Builder::default()).await;
    let spec = all_vms(&root, &["name"]);
    watch(&session, &spec, false).await;
    watch(&session, &spec, false).await;
    let (mut version, mut sizes) = (json!(""), Vec::new());
    loop {
        let reply = result(updates(&session, &version, Some(2)).await);
        version = reply["version"].clone();
        sizes.push(told(&reply).len());
        if reply.get("truncated").is_none() {
            break;
        }
    }
    assert_eq!(sizes, [2, 2, 2]);
    assert_eq!(result(updates(&session, &version, Some(2)).await), Json::Null);
    assert_eq!(fault(updates(&session, &version, Some(0)).await), "InvalidArgument");
}

#[tokio::test]
async fn missing_objects_are_told_once() {
    let (session, _, _) = inventory(Builder::default()).await;
    let gone = object("VirtualMachine", "gone");
    let mut spec = spec(&[properties("VirtualMachine", &["name"])], &gone, &[]);
    let arguments = json!({ "spec": spec.clone(), "partialUpdates": false });
    assert_eq!(fault(session.call(&collector(), "CreateFilter", arguments).await), "ManagedObjectNotFound");
    spec["reportMissingObjectsInResults"] = true.into();
    watch(&session, &spec, false).await;
    let reply = result(updates(&session, &"".into(), None).await);
    assert_eq!(reply["filterSet"][0]["missingSet"][0]["obj"]["value"], "gone");
    assert_eq!(result(updates(&session, &reply["version"], None).await), Json::Null);
    session.with(|state| add_vm(state, &object("Folder", "vms"), "gone"));
    assert_eq!(told(&result(updates(&session, &reply["version"], None).await)), ["enter gone name"]);
}

/// Waits in a task of its own.
fn wait(
    session: &TestSession,
    collector: &ManagedObjectReference,
) -> tokio::task::JoinHandle<crate::test_session::Reply> {
    let (session, collector) = (session.clone(), collector.clone());
    tokio::spawn(async move { session.call(&collector, "WaitForUpdatesEx", json!({})).await })
}

#[tokio::test]
async fn a_wait_ends_when_there_is_nothing_to_wait_for() {
    let (session, root, _) = inventory(Builder::default()).await;
    let own = reference(&result(session.call(&collector(), "CreatePropertyCollector", json!({})).await));
    let settle = || tokio::time::sleep(Duration::from_millis(20));
    let waiting = wait(&session, &own);
    settle().await;
    result(session.call(&own, "CancelWaitForUpdates", json!({})).await);
    assert_eq!(fault(waiting.await.unwrap()), "RequestCanceled");
    // A later wait is not canceled, and sees a filter that comes while it waits.
    let waiting = wait(&session, &own);
    settle().await;
    assert!(!waiting.is_finished());
    let arguments = json!({ "spec": all_vms(&root, &["name"]), "partialUpdates": false });
    result(session.call(&own, "CreateFilter", arguments).await);
    assert_eq!(told(&result(waiting.await.unwrap())).len(), 3);
    result(session.call(&own, "DestroyPropertyCollector", json!({})).await);
    session.with(|state| assert_eq!(state.session_objects.count("ManagedObject"), 0));
    let (other, own) = (session.login().await, collector());
    let waiting = wait(&other, &own);
    settle().await;
    result(other.call(&singleton("SessionManager"), "Logout", json!({})).await);
    assert_eq!(fault(waiting.await.unwrap()), "NotAuthenticated");
    let waiting = wait(&session, &own);
    settle().await;
    session.simulation.release_waiting();
    assert_eq!(result(waiting.await.unwrap()), Json::Null);
}

#[tokio::test]
async fn a_wait_ends_with_its_time() {
    let (session, ..) = inventory(Builder::default()).await;
    let waiting = {
        let session = session.clone();
        let arguments = json!({ "options": { "_typeName": "WaitOptions", "maxWaitSeconds": 60 } });
        tokio::spawn(async move { session.call(&collector(), "WaitForUpdatesEx", arguments).await })
    };
    tokio::time::sleep(Duration::from_millis(20)).await;
    session.clock.advance(Duration::from_secs(59));
    tokio::time::sleep(Duration::from_millis(120)).await;
    assert!(!waiting.is_finished());
    session.clock.advance(Duration::from_secs(1));
    assert_eq!(result(waiting.await.unwrap()), Json::Null);
}

#[tokio::test]
async fn a_change_costs_no_traversal() {
    let (session, root, vms) = inventory(Builder::default()).await;
    session.with(|state| {
        for number in 10..110 {
            add_vm(state, &vms, &format!("vm-{number}"));
        }
    });
    for _ in 0..10 {
        watch(&session, &all_vms(&root, &["runtime.powerState"]), true).await;
    }
    let number = session.with(|state| state.sessions.list()[0].number);
    let traversals = || session.with(|state| state.session_objects.collector(number, &collector()).traversals());
    let first = result(updates(&session, &"".into(), None).await);
    assert_eq!(traversals(), 10);
    let mut version = first["version"].clone();
    for (change, expected) in
        [(0, "modify vm-50 runtime.powerState"), (1, "enter vm-200 runtime.powerState"), (2, "leave vm-50 ")]
    {
        session.with(|state| match change {
            0 => set_power(state, &object("VirtualMachine", "vm-50"), VirtualMachinePowerState::PoweredOn),
            1 => drop(add_vm(state, &vms, "vm-200")),
            _ => remove_vm(state, &vms, &object("VirtualMachine", "vm-50")),
        });
        let reply = result(updates(&session, &version, None).await);
        assert_eq!(told(&reply), [expected; 10]);
        version = reply["version"].clone();
    }
    assert_eq!(traversals(), 10, "objects without ways that lead on come and go without");
    session.with(|state| state.store.unlink(&vms, "childEntity", &object("Folder", "inner")));
    assert_eq!(told(&result(updates(&session, &version, None).await)), ["leave vm-2 "; 10]);
    assert_eq!(traversals(), 20);
}

#[tokio::test]
async fn without_a_session_only_public_properties_are_read() {
    let (session, ..) = inventory(Builder::default()).await;
    let start = object("ServiceInstance", "ServiceInstance");
    let of = [properties("ServiceInstance", &["content", "capability"])];
    let reply = result(retrieve(&session.anonymous(), &[spec(&of, &start, &[])]).await);
    let content = &reply["objects"][0];
    assert_eq!(content["propSet"][0]["name"], "content");
    assert_eq!(content["missingSet"][0]["path"], "capability");
    assert_eq!(content["missingSet"][0]["fault"]["_typeName"], "NotAuthenticated");
}
