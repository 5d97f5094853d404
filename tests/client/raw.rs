//! Calls by wire names.

use serde_json::json;
use vim25::mock::MockTransport;
use vim25::prelude::*;
use vim25::types::*;
use vim25::{Error, ManagedObject, ManagedObjectReference};
use vim25_simulator::Simulator;

use crate::request_log::{RequestLog, connected};

fn manager() -> ManagedObjectReference {
    ManagedObjectReference::new("SessionManager", "SessionManager")
}

#[tokio::test]
async fn methods_are_called_and_properties_read_by_their_names() {
    let (vcenter, log) = RequestLog::start(Simulator::builder()).await;
    let client = connected(&vcenter).await;
    let sessions = client.fetch(manager(), "sessionList").await.expect("sessions");
    assert_eq!(sessions[0]["userName"], vcenter.user());
    let none = client.call(manager(), "UpdateServiceMessage", json!({ "message": "hello" })).await.expect("no result");
    assert!(none.is_null());
    assert_eq!(client.fetch(manager(), "message").await.expect("a message"), "hello");
    let typed = client.session_manager().reference();
    assert_eq!(client.fetch(&typed, "message").await.expect("a message"), "hello");
    vcenter.faults().expire_sessions();
    assert_eq!(client.fetch(typed, "message").await.expect("in another session"), "hello");
    assert_eq!(log.count("Login"), 2);
}

#[tokio::test]
async fn faults_are_typed() {
    let (vcenter, log) = RequestLog::start(Simulator::builder()).await;
    let client = connected(&vcenter).await;
    let error = client.call(manager(), "CloneSession", json!({ "cloneTicket": "spent" })).await.expect_err("spent");
    assert!(error.is_fault::<InvalidLogin>(), "{error}");
    let error = client.call(manager(), "BrandNewMethod", json!({})).await.expect_err("there is none");
    assert!(error.to_string().starts_with("BrandNewMethod on SessionManager/SessionManager: "), "{error}");
    assert!(error.is_fault::<InvalidRequest>(), "{error}");
    assert_eq!(log.count("BrandNewMethod"), 1);
    assert_eq!(client.relogins(), 0);
}

#[tokio::test]
async fn a_logout_by_name_is_a_logout() {
    let (vcenter, log) = RequestLog::start(Simulator::builder()).await;
    let client = connected(&vcenter).await;
    client.call(manager(), "Logout", json!({})).await.expect("a logout");
    assert!(client.session_id().is_none());
    assert!(client.fetch(manager(), "sessionList").await.is_err_and(|error| error.is_fault::<NotAuthenticated>()));
    assert_eq!((log.count("Login"), vcenter.open_sessions()), (1, 0));
}

#[tokio::test]
async fn names_are_written_so_that_they_stay_one_segment() {
    let mock = MockTransport::new().reply("POST", "/Folder/a%2Fb/New%3FMethod", json!({ "ok": true }));
    let client = Client::builder("http://mock").expect("a URL").transport(mock).connect().await.expect("nobody");
    let folder = ManagedObjectReference::new("Folder", "a/b");
    let reply = client.call(folder, "New?Method", json!({})).await.expect("a reply");
    assert_eq!(reply, json!({ "ok": true }));
}

#[tokio::test]
async fn what_is_no_json_is_told_without_its_content() {
    let path = "/SessionManager/SessionManager/AcquireCloneTicket";
    let mock = MockTransport::new().status("POST", path, 200, "hunter2, not in quotes");
    let client = Client::builder("http://mock").expect("a URL").transport(mock).connect().await.expect("nobody");
    let error = client.call(manager(), "AcquireCloneTicket", json!({})).await.expect_err("no JSON");
    assert!(matches!(error, Error::Reply { .. }), "{error}");
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
}
