//! The property collector: waiting for changes.

use std::time::Duration;

use serde_json::{Value, json};
use vim25_simulator::{ManualClock, Simulator};

use crate::client::{ADMIN, Client, READER, Reply, start, started};
use crate::properties::of_object;

const COLLECTOR: &str = "PropertyCollector/propertyCollector";

/// Watches the message of the session manager.
async fn watch(client: &Client, collector: &str) -> String {
    let spec = of_object("SessionManager", "SessionManager", &["message"]);
    let body = json!({ "spec": spec, "partialUpdates": false }).to_string();
    let filter = client.post(&format!("{collector}/CreateFilter"), &body).await.result();
    format!("PropertyFilter/{}", filter["value"].as_str().unwrap())
}

async fn set_message(client: &Client, message: &str) {
    client.session_manager("UpdateServiceMessage", json!({ "message": message })).await.no_content();
}

async fn wait(client: &Client, collector: &str, version: &Value, seconds: Option<u32>) -> Reply {
    let mut body = json!({ "version": version });
    if let Some(seconds) = seconds {
        body["options"] = json!({ "_typeName": "WaitOptions", "maxWaitSeconds": seconds });
    }
    client.post(&format!("{collector}/WaitForUpdatesEx"), &body.to_string()).await
}

#[tokio::test]
async fn a_change_wakes_those_who_wait_for_it() {
    let simulator = start().await;
    let (client, other) = (Client::login(&simulator, ADMIN).await, Client::login(&simulator, ADMIN).await);
    let filter = watch(&client, COLLECTOR).await;
    let first = wait(&client, COLLECTOR, &json!(""), None).await.result();
    let object = &first["filterSet"][0]["objectSet"][0];
    assert_eq!((&object["kind"], object.get("changeSet")), (&json!("enter"), None));
    assert_eq!(filter, format!("PropertyFilter/{}", first["filterSet"][0]["filter"]["value"].as_str().unwrap()));
    wait(&client, COLLECTOR, &first["version"], Some(0)).await.no_content();
    let waiting = {
        let (client, version) = (client.clone(), first["version"].clone());
        tokio::spawn(async move { wait(&client, COLLECTOR, &version, None).await })
    };
    tokio::time::sleep(Duration::from_millis(30)).await;
    set_message(&other, "hello").await;
    let second = waiting.await.unwrap().result();
    let expected = json!([{
        "_typeName": "PropertyChange", "name": "message", "op": "assign",
        "val": { "_typeName": "string", "_value": "hello" },
    }]);
    assert_eq!(second["filterSet"][0]["objectSet"][0]["changeSet"], expected);
    set_message(&other, "").await;
    let body = json!({ "version": second["version"] }).to_string();
    let third = client.post(&format!("{COLLECTOR}/CheckForUpdates"), &body).await.result();
    let unset = json!([{ "_typeName": "PropertyChange", "name": "message", "op": "assign" }]);
    assert_eq!(third["filterSet"][0]["objectSet"][0]["changeSet"], unset);
    client.get(&format!("{filter}/spec")).await.result();
    client.post(&format!("{filter}/DestroyPropertyFilter"), "{}").await.no_content();
    assert_eq!(simulator.open_filters(), 0);
}

#[tokio::test]
async fn the_filters_of_the_default_collector_are_those_of_the_session() {
    let simulator = start().await;
    let (client, other) = (Client::login(&simulator, ADMIN).await, Client::login(&simulator, ADMIN).await);
    let filter = watch(&client, COLLECTOR).await;
    let filters = client.get(&format!("{COLLECTOR}/filter")).await.result();
    assert_eq!(format!("PropertyFilter/{}", filters[0]["value"].as_str().unwrap()), filter);
    assert!(filter.starts_with(&format!("PropertyFilter/session[{}]", client.key)), "{filter}");
    assert_eq!(other.get(&format!("{COLLECTOR}/filter")).await.result(), json!([]));
    wait(&other, COLLECTOR, &json!(""), Some(0)).await.no_content();
    other.get(&format!("{filter}/spec")).await.fault("ManagedObjectNotFound");
    other.post(&format!("{filter}/DestroyPropertyFilter"), "{}").await.fault("ManagedObjectNotFound");
    wait(&client, COLLECTOR, &json!(""), None).await.result();
    wait(&client, COLLECTOR, &json!("no such version"), None).await.fault("InvalidCollectorVersion");
}

#[tokio::test]
async fn collectors_of_ones_own_know_nothing_of_each_other() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    let own = client.post(&format!("{COLLECTOR}/CreatePropertyCollector"), "{}").await.result();
    let own = format!("PropertyCollector/{}", own["value"].as_str().unwrap());
    watch(&client, &own).await;
    wait(&client, COLLECTOR, &json!(""), Some(0)).await.no_content();
    wait(&client, &own, &json!(""), None).await.result();
    assert_eq!((simulator.open_collectors(), simulator.open_filters()), (1, 1));
    let waiting = {
        let (client, own) = (client.clone(), own.clone());
        tokio::spawn(async move { wait(&client, &own, &json!("1"), None).await })
    };
    tokio::time::sleep(Duration::from_millis(30)).await;
    client.post(&format!("{own}/DestroyPropertyCollector"), "{}").await.no_content();
    waiting.await.unwrap().fault("ManagedObjectNotFound");
    assert_eq!((simulator.open_collectors(), simulator.open_filters()), (0, 0));
    // The default collector stays, without its filters.
    watch(&client, COLLECTOR).await;
    client.post(&format!("{COLLECTOR}/DestroyPropertyCollector"), "{}").await.no_content();
    assert_eq!(client.get(&format!("{COLLECTOR}/filter")).await.result(), json!([]));
}

#[tokio::test]
async fn what_belongs_to_a_session_ends_with_it() {
    let clock = ManualClock::default();
    let simulator = started(Simulator::builder().clock(clock.clone())).await;
    let make = async || {
        let client = Client::login(&simulator, ADMIN).await;
        client.post(&format!("{COLLECTOR}/CreatePropertyCollector"), "{}").await.result();
        watch(&client, COLLECTOR).await;
        client.post("ViewManager/ViewManager/CreateListView", "{}").await.result();
        assert_eq!((simulator.open_views(), simulator.open_filters(), simulator.open_collectors()), (1, 1, 1));
        client
    };
    let nothing_is_left =
        || assert_eq!((simulator.open_views(), simulator.open_filters(), simulator.open_collectors()), (0, 0, 0));
    make().await.session_manager("Logout", json!({})).await.no_content();
    nothing_is_left();
    let client = make().await;
    let other = Client::login(&simulator, ADMIN).await;
    other.session_manager("TerminateSession", json!({ "sessionId": [client.key] })).await.no_content();
    nothing_is_left();
    make().await;
    clock.advance(Duration::from_secs(30 * 60));
    nothing_is_left();
    let client = make().await;
    let waiting = tokio::spawn(async move { wait(&client, COLLECTOR, &json!("1"), None).await });
    tokio::time::sleep(Duration::from_millis(30)).await;
    waiting.await.unwrap().fault("InvalidCollectorVersion");
    simulator.faults().expire_sessions();
    nothing_is_left();
}

#[tokio::test]
async fn what_may_not_be_read_is_told_to_be_missing() {
    let simulator = start().await;
    let reader = Client::login(&simulator, READER).await;
    let spec = of_object("SessionManager", "SessionManager", &["sessionList", "message"]);
    let body = json!({ "spec": spec, "partialUpdates": false }).to_string();
    reader.post(&format!("{COLLECTOR}/CreateFilter"), &body).await.result();
    let first = wait(&reader, COLLECTOR, &json!(""), None).await.result();
    let missing = &first["filterSet"][0]["objectSet"][0]["missingSet"];
    assert_eq!(
        (&missing[0]["path"], &missing[0]["fault"]["_typeName"]),
        (&json!("sessionList"), &json!("NoPermission"))
    );
    set_message(&Client::login(&simulator, ADMIN).await, "hello").await;
    let second = wait(&reader, COLLECTOR, &first["version"], None).await.result();
    let object = &second["filterSet"][0]["objectSet"][0];
    assert_eq!((&object["changeSet"][0]["name"], object.get("missingSet")), (&json!("message"), None));
}

#[tokio::test]
async fn wrong_options_are_refused() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    for (option, value) in [("maxWaitSeconds", -1), ("maxObjectUpdates", 0)] {
        let body = json!({ "options": { "_typeName": "WaitOptions", option: value } }).to_string();
        let reply = client.post(&format!("{COLLECTOR}/WaitForUpdatesEx"), &body).await;
        reply.wrong_argument(&format!("options.{option}"));
    }
}
