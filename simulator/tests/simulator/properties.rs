//! The property collector: properties of many objects in one call.

use serde_json::{Value, json};
use vim25_simulator::Simulator;

use crate::client::{ADMIN, Client, READER, Reply, start, started};

const COLLECTOR: &str = "PropertyCollector/propertyCollector";

/// A specification of properties of one object.
pub(crate) fn of_object(kind: &str, id: &str, paths: &[&str]) -> Value {
    json!({
        "_typeName": "PropertyFilterSpec",
        "propSet": [{ "_typeName": "PropertySpec", "type": kind, "pathSet": paths }],
        "objectSet": [{ "_typeName": "ObjectSpec", "obj": { "type": kind, "value": id } }],
    })
}

async fn retrieve(client: &Client, specs: &[Value], max: Option<i32>) -> Reply {
    let mut options = json!({ "_typeName": "RetrieveOptions" });
    if let Some(max) = max {
        options["maxObjects"] = max.into();
    }
    let body = json!({ "specSet": specs, "options": options });
    client.post(&format!("{COLLECTOR}/RetrievePropertiesEx"), &body.to_string()).await
}

#[tokio::test]
async fn values_are_boxed_as_their_types_say() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    let paths =
        ["defaultLocale", "supportedLocaleList", "currentSession.loginTime", "currentSession.callCount", "message"];
    let spec = of_object("SessionManager", "SessionManager", &paths);
    let reply = retrieve(&client, std::slice::from_ref(&spec), None).await.result();
    assert_eq!(reply["_typeName"], "RetrieveResult");
    let object = &reply["objects"][0];
    assert_eq!(
        object["obj"],
        json!({ "_typeName": "ManagedObjectReference", "type": "SessionManager", "value": "SessionManager" })
    );
    let properties = object["propSet"].as_array().unwrap();
    let shown: Vec<_> =
        properties.iter().map(|p| (p["name"].as_str().unwrap(), p["val"]["_typeName"].as_str().unwrap())).collect();
    assert_eq!(
        shown,
        [
            ("defaultLocale", "string"),
            ("supportedLocaleList", "ArrayOfString"),
            ("currentSession.loginTime", "dateTime"),
            ("currentSession.callCount", "long")
        ],
        "what is unset is left out"
    );
    // The older method gives the bare array.
    let body = json!({ "specSet": [spec] }).to_string();
    let old = client.post(&format!("{COLLECTOR}/RetrieveProperties"), &body).await.result();
    assert_eq!(old[0]["propSet"][0], properties[0]);
}

#[tokio::test]
async fn a_whole_object_and_the_object_that_a_reference_leads_to() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    let spec = json!({
        "_typeName": "PropertyFilterSpec",
        "propSet": [
            { "_typeName": "PropertySpec", "type": "SessionManager", "all": true },
            { "_typeName": "PropertySpec", "type": "ServiceInstance", "pathSet": ["content.about.apiType", "content.rootFolder"] },
        ],
        "objectSet": [{
            "_typeName": "ObjectSpec",
            "obj": { "type": "ServiceInstance", "value": "ServiceInstance" },
            "selectSet": [{ "_typeName": "TraversalSpec", "type": "ServiceInstance", "path": "content.sessionManager" }],
        }],
    });
    let reply = retrieve(&client, &[spec], None).await.result();
    let objects = reply["objects"].as_array().unwrap();
    assert_eq!(objects.len(), 2);
    assert_eq!(objects[0]["propSet"][0]["val"], json!({ "_typeName": "string", "_value": "VirtualCenter" }));
    assert_eq!(
        objects[0]["propSet"][1]["val"],
        json!({ "_typeName": "ManagedObjectReference", "type": "Folder", "value": "group-d1" })
    );
    let names: Vec<_> = objects[1]["propSet"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"sessionList") && names.contains(&"defaultLocale"), "{names:?}");
}

#[tokio::test]
async fn what_may_not_be_read_is_missing_with_the_reason() {
    let simulator = start().await;
    let reader = Client::login(&simulator, READER).await;
    let spec = of_object("SessionManager", "SessionManager", &["sessionList", "defaultLocale"]);
    let reply = retrieve(&reader, std::slice::from_ref(&spec), None).await.result();
    let object = &reply["objects"][0];
    assert_eq!(object["propSet"].as_array().unwrap().len(), 1);
    assert_eq!(object["missingSet"][0]["path"], "sessionList");
    let fault = &object["missingSet"][0]["fault"];
    assert_eq!(
        (&fault["_typeName"], &fault["privilegeId"]),
        (&json!("NoPermission"), &json!("Sessions.TerminateSession"))
    );
    // Without a session the public properties are there.
    let reply = retrieve(&reader.anonymous(), &[spec], None).await.result();
    assert_eq!(reply["objects"][0]["propSet"][0]["name"], "defaultLocale");
    assert_eq!(reply["objects"][0]["missingSet"][0]["fault"]["_typeName"], "NotAuthenticated");
}

#[tokio::test]
async fn one_wrong_path_spoils_the_whole_request() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    let spec = of_object("SessionManager", "SessionManager", &["defaultLocale", "message.length"]);
    assert_eq!(retrieve(&client, &[spec], None).await.fault("InvalidProperty")["name"], "message.length");
    let spec = of_object("VirtualMachine", "no-such-vm", &["name"]);
    assert_eq!(retrieve(&client, &[spec], None).await.fault("ManagedObjectNotFound")["obj"]["value"], "no-such-vm");
    let spec = of_object("SessionManager", "SessionManager", &["defaultLocale"]);
    retrieve(&client, &[spec], Some(0)).await.wrong_argument("options.maxObjects");
}

#[tokio::test]
async fn a_large_result_comes_in_pages() {
    let simulator = started(Simulator::builder().max_page(2)).await;
    let client = Client::login(&simulator, ADMIN).await;
    let specs: Vec<Value> =
        [("SessionManager", "SessionManager"), ("ServiceInstance", "ServiceInstance"), ("TaskManager", "TaskManager")]
            .map(|(kind, id)| of_object(kind, id, &[]))
            .into();
    let mut sizes = Vec::new();
    for max in [None, Some(1)] {
        let mut reply = retrieve(&client, &specs, max).await.result();
        loop {
            sizes.push(reply["objects"].as_array().unwrap().len());
            let Some(token) = reply.get("token") else { break };
            let body = json!({ "token": token }).to_string();
            reply = client.post(&format!("{COLLECTOR}/ContinueRetrievePropertiesEx"), &body).await.result();
        }
    }
    assert_eq!(sizes, [2, 1, 1, 1, 1]);
    let body = r#"{"token":"no such token"}"#;
    for method in ["ContinueRetrievePropertiesEx", "CancelRetrievePropertiesEx"] {
        client.post(&format!("{COLLECTOR}/{method}"), body).await.fault("InvalidProperty");
    }
}
