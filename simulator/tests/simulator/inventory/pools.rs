//! Resource pools, and machines that are powered on where there is room.

use serde_json::{Value, json};
use vim25_simulator::Simulator;

use super::objects::Objects;
use super::{find, moref};
use crate::client::{ADMIN, Client, started};

fn allocation(limit: i64) -> Value {
    json!({
        "_typeName": "ResourceAllocationInfo", "reservation": 10, "expandableReservation": true, "limit": limit,
        "shares": { "_typeName": "SharesInfo", "shares": 1, "level": "high" },
    })
}

fn config(limit: i64) -> Value {
    json!({
        "_typeName": "ResourceConfigSpec", "cpuAllocation": allocation(limit), "memoryAllocation": allocation(limit),
    })
}

#[tokio::test]
async fn resource_pools_come_change_and_go() {
    let simulator = started(Simulator::builder()).await;
    let client = &Client::login(&simulator, ADMIN).await;
    let arguments = json!({ "inventoryPath": "/DC0/host/DC0-cluster-1/Resources" });
    let root = find(client, "FindByInventoryPath", arguments).await.unwrap()["value"].as_str().unwrap().to_owned();
    let call = async |pool: &str, method: &str, arguments: Value| {
        client.post(&format!("ResourcePool/{pool}/{method}"), &arguments.to_string()).await
    };
    let get = async |pool: &str, name: &str| client.get(&format!("ResourcePool/{pool}/{name}")).await.result();

    let created = call(&root, "CreateResourcePool", json!({ "name": "gold/1", "spec": config(500) })).await.result();
    let gold = created["value"].as_str().unwrap().to_owned();
    assert_eq!(get(&gold, "name").await, "gold%2f1");
    assert_eq!(get(&gold, "parent").await["value"], root.as_str());
    assert_eq!(get(&gold, "owner").await, get(&root, "owner").await);
    assert_eq!(get(&gold, "config").await["cpuAllocation"]["shares"]["shares"], 8000);
    assert_eq!(get(&gold, "runtime").await["cpu"]["maxUsage"], 500);
    assert_eq!(get(&root, "resourcePool").await[2], created);
    assert_eq!(get(&root, "childConfiguration").await[2], get(&gold, "config").await);
    let created_again = call(&root, "CreateResourcePool", json!({ "name": "gold%2F1", "spec": config(-1) })).await;
    assert_eq!(created_again.fault("DuplicateName")["object"], created);
    let nameless = call(&root, "CreateResourcePool", json!({ "name": "", "spec": config(-1) })).await;
    nameless.fault("InvalidName");
    let small = call(&root, "CreateResourcePool", json!({ "name": "x", "spec": config(5) })).await;
    small.wrong_argument("spec.cpuAllocation.limit");

    call(&gold, "UpdateConfig", json!({ "name": "silver", "config": config(600) })).await.no_content();
    assert_eq!(
        (get(&gold, "name").await, get(&gold, "summary").await["name"].clone()),
        ("silver".into(), "silver".into())
    );
    assert_eq!(get(&gold, "config").await["cpuAllocation"]["limit"], 600);
    assert_eq!(get(&gold, "config").await["changeVersion"], "2");
    let mut old = config(700);
    old["changeVersion"] = "1".into();
    call(&gold, "UpdateConfig", json!({ "config": old })).await.fault("ConcurrentAccess");
    call(&gold, "UpdateConfig", json!({ "name": "test" })).await.fault("DuplicateName");
    call(&root, "UpdateConfig", json!({ "name": "x" })).await.fault("NotSupported");

    let machines = |pools: Vec<Value>| pools.iter().map(|list| list.as_array().unwrap().len()).sum::<usize>();
    let mut lists = vec![get(&root, "vm").await];
    for pool in get(&root, "resourcePool").await.as_array().unwrap() {
        lists.push(get(pool["value"].as_str().unwrap(), "vm").await);
    }
    let inner = call(&gold, "CreateResourcePool", json!({ "name": "inner", "spec": config(-1) })).await.result();
    call(&root, "DestroyChildren", json!({})).await.no_content();
    assert_eq!(get(&root, "resourcePool").await, json!([inner]));
    assert_eq!(get(inner["value"].as_str().unwrap(), "parent").await["value"], root.as_str());
    client.get(&format!("ResourcePool/{gold}/name")).await.fault("ManagedObjectNotFound");
    assert_eq!(machines(vec![get(&root, "vm").await]), machines(lists));
}

#[tokio::test]
async fn machines_are_powered_on_together() {
    let simulator = started(Simulator::builder().task_duration(std::time::Duration::ZERO)).await;
    let client = &Client::login(&simulator, ADMIN).await;
    let objects = Objects::read(client).await;
    let machines: Vec<Value> = objects.of_kind("VirtualMachine").map(|(id, _)| moref(&id.0, &id.1)).collect();
    let (datacenter, _) = objects.of_kind("Datacenter").next().unwrap();
    let path = format!("Datacenter/{}/PowerOnMultiVM_Task", datacenter.1);
    let task = client.post(&path, &json!({ "vm": machines }).to_string()).await.result();
    let info = client.get(&format!("Task/{}/info", task["value"].as_str().unwrap())).await.result();
    assert_eq!(info["state"], "success", "{info}");
    let count = |member: &str| info["result"][member].as_array().map_or(0, Vec::len);
    assert_eq!(count("attempted") + count("notAttempted"), machines.len(), "{info}");
    assert!(count("attempted") > 0);
    client
        .post(&path, &json!({ "vm": [moref("VirtualMachine", "vm-0")] }).to_string())
        .await
        .fault("ManagedObjectNotFound");
    let path = format!("Datacenter/{}/QueryConnectionInfo", datacenter.1);
    let arguments = json!({ "hostname": "x", "port": 443, "username": "root", "password": "secret" });
    client.post(&path, &arguments.to_string()).await.fault("NotSupported");
}
