//! Folders, datacenters and clusters.

use std::time::Duration;

use serde_json::{Value, json};
use vim25_simulator::Simulator;

use crate::client::{ADMIN, Client, READER, started};

const ROOT: &str = "Folder/group-d1";

async fn start() -> (Simulator, Client) {
    let simulator = started(Simulator::builder().seed(1).task_duration(Duration::ZERO)).await;
    let client = Client::login(&simulator, ADMIN).await;
    (simulator, client)
}

/// Calls a method that gives a reference: its path.
async fn created(client: &Client, path: &str, arguments: Value) -> String {
    let created = client.post(path, &arguments.to_string()).await.result();
    format!("{}/{}", created["type"].as_str().unwrap(), created["value"].as_str().unwrap())
}

/// Carries out a task: the type of its fault, empty if it succeeded.
async fn task(client: &Client, path: &str, arguments: Value) -> String {
    let task = created(client, path, arguments).await;
    let info = client.get(&format!("{task}/info")).await.result();
    let error = if info["error"]["fault"].is_object() { &info["error"]["fault"] } else { &info["error"] };
    assert_eq!(info["state"] == "success", error.is_null(), "{info:#}");
    error["_typeName"].as_str().unwrap_or_default().to_owned()
}

async fn property(client: &Client, path: &str, name: &str) -> Value {
    client.get(&format!("{path}/{name}")).await.result()
}

async fn datacenter(client: &Client) -> String {
    created(client, &format!("{ROOT}/CreateDatacenter"), json!({ "name": "lab" })).await
}

fn reference(path: &str) -> Value {
    let (kind, value) = path.split_once('/').unwrap();
    json!({ "_typeName": "ManagedObjectReference", "type": kind, "value": value })
}

async fn folder_of(client: &Client, datacenter: &str, name: &str) -> String {
    format!("Folder/{}", property(client, datacenter, name).await["value"].as_str().unwrap())
}

#[tokio::test]
async fn a_datacenter_has_four_folders() {
    let (_simulator, client) = start().await;
    let datacenter = datacenter(&client).await;
    assert_eq!(property(&client, &datacenter, "name").await, "lab");
    assert_eq!(property(&client, &datacenter, "parent").await["value"], "group-d1");
    for (name, holds) in [
        ("vmFolder", "VirtualMachine"),
        ("hostFolder", "ComputeResource"),
        ("datastoreFolder", "Datastore"),
        ("networkFolder", "Network"),
    ] {
        let folder = folder_of(&client, &datacenter, name).await;
        let types = property(&client, &folder, "childType").await;
        assert!(types.as_array().unwrap().contains(&holds.into()), "{name}: {types}");
        assert_eq!(task(&client, &format!("{folder}/Destroy_Task"), json!({})).await, "NotSupported");
    }
    let again = client.post(&format!("{ROOT}/CreateDatacenter"), r#"{"name":"lab"}"#).await;
    assert_eq!(again.fault("DuplicateName")["name"], "lab");
    client.post(&format!("{ROOT}/CreateDatacenter"), r#"{"name":""}"#).await.fault("InvalidName");
    assert_eq!(task(&client, &format!("{datacenter}/Rename_Task"), json!({ "newName": "lab 2" })).await, "");
    assert_eq!(property(&client, &datacenter, "name").await, "lab 2");
    assert_eq!(task(&client, &format!("{datacenter}/Destroy_Task"), json!({})).await, "");
    client.get(&format!("{datacenter}/name")).await.fault("ManagedObjectNotFound");
}

#[tokio::test]
async fn a_folder_holds_what_the_one_above_it_holds() {
    let (simulator, client) = start().await;
    let datacenter = datacenter(&client).await;
    let machines = folder_of(&client, &datacenter, "vmFolder").await;
    let folder = created(&client, &format!("{machines}/CreateFolder"), json!({ "name": "a/b" })).await;
    assert_eq!(property(&client, &folder, "name").await, "a%2fb");
    assert_eq!(property(&client, &folder, "childType").await, property(&client, &machines, "childType").await);
    assert_eq!(property(&client, &machines, "childEntity").await, json!([reference(&folder)]));
    client.post(&format!("{folder}/CreateDatacenter"), r#"{"name":"x"}"#).await.fault("NotSupported");
    client.post(&format!("{folder}/CreateFolder"), "{}").await.wrong_argument("name");
    let reader = Client::login(&simulator, READER).await;
    reader.post(&format!("{folder}/CreateFolder"), r#"{"name":"x"}"#).await.fault("NoPermission");
}

#[tokio::test]
async fn a_cluster_has_a_resource_pool() {
    let (_simulator, client) = start().await;
    let datacenter = datacenter(&client).await;
    let hosts = folder_of(&client, &datacenter, "hostFolder").await;
    let drs = json!({ "_typeName": "ClusterDrsConfigInfo", "enabled": true });
    let spec = json!({ "_typeName": "ClusterConfigSpecEx", "drsConfig": drs });
    let arguments = json!({ "name": "cluster", "spec": spec });
    let cluster = created(&client, &format!("{hosts}/CreateClusterEx"), arguments).await;
    let configuration = property(&client, &cluster, "configurationEx").await;
    assert_eq!(configuration["drsConfig"]["enabled"], true);
    assert_eq!(configuration["dasConfig"]["enabled"], false);
    assert_eq!(property(&client, &cluster, "summary").await["numHosts"], 0);
    let pool = property(&client, &cluster, "resourcePool").await;
    let pool = format!("ResourcePool/{}", pool["value"].as_str().unwrap());
    assert_eq!(property(&client, &pool, "owner").await, reference(&cluster));
    assert_eq!(task(&client, &format!("{pool}/Destroy_Task"), json!({})).await, "NotSupported");
    assert_eq!(task(&client, &format!("{cluster}/Destroy_Task"), json!({})).await, "");
    client.get(&format!("{pool}/name")).await.fault("ManagedObjectNotFound");
}

#[tokio::test]
async fn entities_move_where_they_can_be() {
    let (_simulator, client) = start().await;
    let datacenter = datacenter(&client).await;
    let machines = folder_of(&client, &datacenter, "vmFolder").await;
    let networks = folder_of(&client, &datacenter, "networkFolder").await;
    let a = created(&client, &format!("{machines}/CreateFolder"), json!({ "name": "a" })).await;
    let b = created(&client, &format!("{machines}/CreateFolder"), json!({ "name": "b" })).await;
    let inner = created(&client, &format!("{a}/CreateFolder"), json!({ "name": "b" })).await;
    let put =
        |folder: &str, entity: &str| (format!("{folder}/MoveIntoFolder_Task"), json!({ "list": [reference(entity)] }));
    for (folder, entity, fault) in [
        (&inner, &a, "InvalidFolder"),
        (&a, &a, "InvalidFolder"),
        (&a, &b, "DuplicateName"),
        (&networks, &b, "NotSupported"),
        (&a, &machines, "InvalidFolder"),
        (&b, &machines, "InvalidFolder"),
    ] {
        let (path, arguments) = put(folder, entity);
        assert_eq!(task(&client, &path, arguments).await, fault, "{entity} into {folder}");
    }
    let (path, arguments) = put(&b, &inner);
    assert_eq!(task(&client, &path, arguments).await, "");
    assert_eq!(property(&client, &inner, "parent").await, reference(&b));
    assert_eq!(property(&client, &a, "childEntity").await, json!([]));
    let (path, arguments) = put(&b, "Folder/group-v999");
    client.post(&path, &arguments.to_string()).await.fault("ManagedObjectNotFound");
    assert_eq!(task(&client, &format!("{b}/Destroy_Task"), json!({})).await, "");
    client.get(&format!("{inner}/name")).await.fault("ManagedObjectNotFound");
}
