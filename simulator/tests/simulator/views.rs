//! Views over TCP; what they list is looked at where the inventory is made by hand.

use serde_json::json;

use crate::client::{ADMIN, Client, start};

const MANAGER: &str = "ViewManager/ViewManager";
const COLLECTOR: &str = "PropertyCollector/propertyCollector";

#[tokio::test]
async fn a_collector_follows_a_view() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    let object = |id: &str| json!({ "_typeName": "ManagedObjectReference", "type": id, "value": id });
    let body = json!({ "obj": [object("SessionManager")] }).to_string();
    let view = client.post(&format!("{MANAGER}/CreateListView"), &body).await.result();
    let path = format!("ListView/{}", view["value"].as_str().unwrap());
    let spec = json!({
        "_typeName": "PropertyFilterSpec",
        "propSet": [{ "_typeName": "PropertySpec", "type": "ManagedObject", "pathSet": [] }],
        "objectSet": [{
            "_typeName": "ObjectSpec", "obj": view, "skip": true,
            "selectSet": [{ "_typeName": "TraversalSpec", "name": "v", "type": "ListView", "path": "view" }],
        }],
    });
    let body = json!({ "spec": spec, "partialUpdates": true }).to_string();
    client.post(&format!("{COLLECTOR}/CreateFilter"), &body).await.result();
    let wait = async |version: &serde_json::Value| {
        let body = json!({ "version": version }).to_string();
        let reply = client.post(&format!("{COLLECTOR}/WaitForUpdatesEx"), &body).await.result();
        let objects = reply["filterSet"][0]["objectSet"].as_array().unwrap().iter();
        let told: Vec<String> =
            objects.map(|update| format!("{} {}", update["kind"], update["obj"]["value"])).collect();
        (reply["version"].clone(), told)
    };
    let (version, told) = wait(&json!("")).await;
    assert_eq!(told, [r#""enter" "SessionManager""#]);
    let body = json!({ "add": [object("TaskManager")], "remove": [object("SessionManager")] }).to_string();
    assert_eq!(client.post(&format!("{path}/ModifyListView"), &body).await.result(), json!([]));
    let (_, mut told) = wait(&version).await;
    told.sort_unstable();
    assert_eq!(told, [r#""enter" "TaskManager""#, r#""leave" "SessionManager""#]);
    assert_eq!(client.get(&format!("{path}/view")).await.result(), json!([object("TaskManager")]));
}

#[tokio::test]
async fn container_views_are_made_and_destroyed() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    let body = r#"{"container":{"type":"Folder","value":"group-d1"},"type":["Folder"],"recursive":true}"#;
    let view = client.post(&format!("{MANAGER}/CreateContainerView"), body).await.result();
    let id = view["value"].as_str().unwrap();
    assert!(id.starts_with(&format!("session[{}]", client.key)), "{id}");
    client.get(&format!("ContainerView/{id}/view")).await.result();
    // Brackets may be encoded, too.
    let encoded = id.replace('[', "%5B").replace(']', "%5D");
    assert_eq!(client.get(&format!("ContainerView/{encoded}/type")).await.result(), json!(["Folder"]));
    assert_eq!(client.get(&format!("{MANAGER}/viewList")).await.result(), json!([view]));
    assert_eq!(simulator.open_views(), 1);
    client.post(&format!("ContainerView/{id}/DestroyView"), "{}").await.no_content();
    client.get(&format!("ContainerView/{id}/view")).await.fault("ManagedObjectNotFound");
    assert_eq!(simulator.open_views(), 0);
}
