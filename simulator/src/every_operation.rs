//! Every operation of the API whose type has an object, called with the least arguments: whatever comes, it is an answer.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value as Json, json};
use vim25_api::REGISTRY;
use vim25_api::types::TaskInfo;
use vim25_runtime::{ManagedObjectReference, OperationInfo, OperationKind};

use crate::minimal;
use crate::simulator::Simulator;
use crate::state::State;
use crate::test_session::TestSession;

/// They wait until something happens.
const WAITING: &[&str] = &["WaitForUpdates", "WaitForUpdatesEx"];

#[tokio::test]
async fn every_operation_is_answered() {
    let mut session = TestSession::with_inventory(Simulator::builder().vms(8)).await;
    let (mut succeeded, mut refused) = (0, BTreeMap::<String, usize>::new());
    for &operation in REGISTRY.operations.iter().filter(|operation| !WAITING.contains(&operation.name)) {
        // Some types have no object at the start, and what destroys things may have taken the last one away.
        let Some(object) = one(&session, operation.managed_object) else { continue };
        let (status, body) = play(&session, operation, &object).await;
        let fault = body["_typeName"].as_str().unwrap_or_default();
        match status {
            200 | 204 => succeeded += 1,
            500 => *refused.entry(fault.to_owned()).or_default() += 1,
            _ => panic!("{operation:?}: {status} {body}"),
        }
        assert_ne!(fault, "SystemError", "{operation:?}: {body}");
        if fault == "NotAuthenticated" || operation.name == "Logout" {
            session = session.login().await;
        }
    }
    println!("{succeeded} succeeded, refused with {refused:?}");
    assert!(succeeded > 400, "{succeeded}");
    assert!(refused["MethodNotFound"] > 300, "{refused:?}");
    session.clock.advance(Duration::from_secs(60));
    session.with(|state| assert!(tasks_end_well(state) > 10));
}

/// Checks that the tasks that have ended did so as tasks do; how many there are.
fn tasks_end_well(state: &State) -> usize {
    let tasks = state.store.objects().filter(|object| object.type_name() == "Task");
    let infos: Vec<&TaskInfo> = tasks.filter_map(|task| state.store.object(task, "info")).collect();
    for info in &infos {
        let fault = info.error().map_or("", |error| error.type_name());
        assert!(!["SystemError", "MethodNotFound"].contains(&fault), "{info:?}");
    }
    infos.len()
}

async fn play(session: &TestSession, operation: &OperationInfo, object: &ManagedObjectReference) -> (u16, Json) {
    if operation.kind == OperationKind::Property {
        return session.get(object, operation.name).await;
    }
    let arguments = operation.request.map(minimal::object);
    let arguments = arguments.map_or(json!({}), |arguments| serde_json::to_value(arguments).unwrap());
    session.call(object, operation.name, arguments).await
}

/// An object of a type.
fn one(session: &TestSession, kind: &str) -> Option<ManagedObjectReference> {
    session.with(|state| {
        let of_type = state.store.objects().filter(|object| object.type_name() == kind);
        of_type.min_by_key(|object| object.value().to_owned()).cloned()
    })
}
