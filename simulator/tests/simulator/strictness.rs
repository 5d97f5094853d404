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

#[tokio::test]
async fn what_looks_like_a_reference_is_none_where_an_object_is_due() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    let spec = json!({ "spec": { "type": "Folder", "value": "group-d1" } });
    client.post(GENERIC_TICKET, &spec.to_string()).await.wrong_argument("spec");
    let spec = json!({ "spec": { "url": "https://esx1/disk" } });
    let fault = client.post(GENERIC_TICKET, &spec.to_string()).await.fault("InvalidArgument");
    assert!(fault["faultstring"].as_str().unwrap().starts_with("Invalid MoRef field: url"), "{fault}");
    assert_eq!(fault["invalidProperty"], "spec");
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
