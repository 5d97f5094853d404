//! What is refused about arguments, as a vCenter does and as other simulators do.

use serde_json::json;
use vim25_simulator::{Simulator, Strictness};

use crate::client::{ADMIN, Client, start, started};

const IS_ACTIVE: &str = "SessionManager/SessionManager/SessionIsActive";
const GENERIC_TICKET: &str = "SessionManager/SessionManager/AcquireGenericServiceTicket";
const RETRIEVE: &str = "PropertyCollector/propertyCollector/RetrievePropertiesEx";

async fn lenient() -> (Simulator, Client) {
    let simulator = started(Simulator::builder().strictness(Strictness::Lenient)).await;
    let client = Client::login(&simulator, ADMIN).await;
    (simulator, client)
}

/// The specification that was reported to be refused by a vCenter for want of `_typeName`.
fn nameless() -> String {
    r#"{"specSet":[{"propSet":[{"type":"Folder","pathSet":["name"]}],"objectSet":[{"obj":{"type":"Folder","value":"group-d1"}}]}],"options":{}}"#.to_owned()
}

#[tokio::test]
async fn an_object_without_a_name_is_taken_for_a_reference() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    let fault = client.post(RETRIEVE, &nameless()).await.fault("InvalidArgument");
    assert!(fault["faultstring"].as_str().unwrap().starts_with("Invalid MoRef field: pathSet"), "{fault}");
    assert_eq!(fault["invalidProperty"], "specSet[0].propSet[0]");
    // What looks like a reference is none where an object is due.
    let spec = json!({ "spec": { "type": "Folder", "value": "group-d1" } });
    client.post(GENERIC_TICKET, &spec.to_string()).await.wrong_argument("spec");
}

#[tokio::test]
async fn references_need_no_name_but_have_no_other_members() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    let specs = |reference: &str| {
        format!(
            r#"{{"_typeName":"RetrievePropertiesEx","specSet":[{{"_typeName":"PropertyFilterSpec","propSet":[{{"_typeName":"PropertySpec","type":"Folder","pathSet":["name"]}}],"objectSet":[{{"_typeName":"ObjectSpec","obj":{reference}}}]}}],"options":{{"_typeName":"RetrieveOptions"}}}}"#
        )
    };
    let path = "specSet[0].objectSet[0].obj";
    for (reference, member) in [
        (r#"{"type":"Folder","value":"group-d1","serverGuid":"x"}"#, ".serverGuid"),
        (r#"{"type":"Folder"}"#, ".value"),
        (r#"{"_typeName":"Folder","type":"Folder","value":"x"}"#, "._typeName"),
        (r#"{"type":5,"value":"x"}"#, ".type"),
        (r#""group-d1""#, ""),
    ] {
        client.post(RETRIEVE, &specs(reference)).await.wrong_argument(&format!("{path}{member}"));
    }
    for reference in [
        r#"{"type":"Folder","value":"group-d1"}"#,
        r#"{"value":"group-d1","type":"Folder","_typeName":"ManagedObjectReference"}"#,
    ] {
        let reply = client.post(RETRIEVE, &specs(reference)).await;
        assert!(!reply.text.contains("InvalidArgument"), "{reply:?}");
    }
}

#[tokio::test]
async fn numbers_and_members_are_checked_and_nothing_breaks() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    let options = |options: &str| format!(r#"{{"specSet":[],"options":{{"_typeName":"RetrieveOptions",{options}}}}}"#);
    for number in ["2147483648", "-2147483649", "1e400", "1.5", "99999999999999999999999", "\"1\"", "true", "{}"] {
        let reply = client.post(RETRIEVE, &options(&format!(r#""maxObjects":{number}"#))).await;
        let fault = reply.json();
        assert_eq!(reply.status, 500, "{number}");
        // What JSON itself does not allow is no request.
        let name = if number == "1e400" { "InvalidRequest" } else { "InvalidArgument" };
        assert_eq!(fault["_typeName"], name, "{number}: {fault}");
    }
    for (members, path) in [
        (r#""maxObjects":1,"maxObjects":2"#, "options.maxObjects"),
        (r#""maxobjects":1"#, "options.maxobjects"),
        (r#""_typeName":"RetrieveOptions""#, "options._typeName"),
    ] {
        client.post(RETRIEVE, &options(members)).await.wrong_argument(path);
    }
}

#[tokio::test]
async fn deep_json_is_refused() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    for depth in [120, 127, 128, 129, 10_000] {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        let reply = client.post(IS_ACTIVE, &format!(r#"{{"sessionID":{open}{close},"userName":"x"}}"#)).await;
        assert_eq!(reply.status, 500);
        assert!(["InvalidRequest", "InvalidArgument"].map(Into::into).contains(&reply.json()["_typeName"]), "{depth}");
        let object = format!(r#"{}{{}}{}"#, r#"{"_typeName":"RetrieveOptions","x":"#.repeat(depth), "}".repeat(depth));
        let reply = client.post(RETRIEVE, &format!(r#"{{"specSet":[],"options":{object}}}"#)).await;
        assert_eq!(reply.status, 500, "{depth}");
    }
}

#[tokio::test]
async fn lenient_lets_pass_what_other_simulators_let_pass() {
    let (_simulator, client) = lenient().await;
    let reply = client.post(RETRIEVE, &nameless()).await;
    assert!(!reply.text.contains("InvalidArgument"), "{reply:?}");
    // Unknown members are ignored, also those of the arguments themselves.
    let body = r#"{"sessionID":"x","userName":"y","more":{"a":[1]}}"#;
    assert_eq!(client.post(IS_ACTIVE, body).await.result(), false);
    let spec = json!({ "_typeName": "SessionManagerHttpServiceRequestSpec", "url": "https://esx1/disk", "more": 1 });
    client.post(GENERIC_TICKET, &json!({ "spec": spec }).to_string()).await.result();
    // What the operation needs is still asked for.
    client.post("SessionManager/SessionManager/Login", r#"{"password":"x"}"#).await.wrong_argument("userName");
    // So is the type where there is more than one.
    let spec = json!({ "spec": { "url": "https://esx1/disk" } });
    client.post(GENERIC_TICKET, &spec.to_string()).await.wrong_argument("spec");
    // Wrong is wrong.
    client.post(IS_ACTIVE, r#"{"sessionID":5,"userName":"y"}"#).await.wrong_argument("sessionID");
    client.post(IS_ACTIVE, "{").await.fault("InvalidRequest");
}
