//! Names and ends of entities that hold others.

use serde_json::json;

use super::{World, device, reference};

#[tokio::test]
async fn a_running_machine_is_not_destroyed() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    world.task(&format!("VirtualMachine/{vm}/PowerOnVM_Task"), json!({})).await;
    world.failed(&format!("VirtualMachine/{vm}/Destroy_Task"), json!({}), "InvalidPowerState").await;
    world.task(&format!("VirtualMachine/{vm}/PowerOffVM_Task"), json!({})).await;
    world.task(&format!("VirtualMachine/{vm}/Destroy_Task"), json!({})).await;
    for (owner, property) in [
        (format!("Folder/{}", world.folder()), "childEntity"),
        (format!("ResourcePool/{}", world.pool()), "vm"),
        (format!("HostSystem/{}", world.id("HostSystem", "esx-1")), "vm"),
        (format!("Datastore/{}", world.id("Datastore", "datastore1")), "vm"),
        (format!("Network/{}", world.id("Network", "VM Network")), "vm"),
    ] {
        assert_eq!(world.get(&format!("{owner}/{property}")).await, json!([]), "{owner}");
    }
    assert_eq!(world.events().last().unwrap(), "VmRemovedEvent");
    let again = world.machine("web-1").await;
    let config = world.get(&format!("VirtualMachine/{again}/config")).await;
    assert_eq!(device(&config, 2000)["backing"]["fileName"], "[datastore1] web-1/web-1.vmdk");
}

#[tokio::test]
async fn folders_go_with_what_is_in_them() {
    let world = World::new().await;
    let outer = world.done(&format!("Folder/{}/CreateFolder", world.folder()), json!({ "name": "outer" })).await;
    let outer = outer["value"].as_str().unwrap().to_owned();
    assert!(outer.starts_with("group-v"), "{outer}");
    let inner = world.done(&format!("Folder/{outer}/CreateFolder"), json!({ "name": "inner" })).await;
    let vm = world.machine("web-1").await;
    let list = json!({ "list": [reference("VirtualMachine", &vm)] });
    world.task(&format!("Folder/{}/MoveIntoFolder_Task", inner["value"].as_str().unwrap()), list).await;
    assert_eq!(world.get(&format!("VirtualMachine/{vm}/parent")).await, inner);
    world.task(&format!("VirtualMachine/{vm}/PowerOnVM_Task"), json!({})).await;
    world.failed(&format!("Folder/{outer}/Destroy_Task"), json!({}), "InvalidPowerState").await;
    world.task(&format!("VirtualMachine/{vm}/PowerOffVM_Task"), json!({})).await;
    world.task(&format!("Folder/{outer}/Destroy_Task"), json!({})).await;
    let (status, _) = world.call(&format!("VirtualMachine/{vm}/PowerOnVM_Task"), &json!({})).await;
    assert_eq!(status, 500);
    world.failed(&format!("Folder/{}/Destroy_Task", world.folder()), json!({}), "NotSupported").await;
}

#[tokio::test]
async fn a_folder_can_go_without_the_files_of_its_machines() {
    let world = World::new().await;
    let folder = world.done(&format!("Folder/{}/CreateFolder", world.folder()), json!({ "name": "f" })).await;
    let folder = folder["value"].as_str().unwrap().to_owned();
    let vm = world.machine("web-1").await;
    let list = json!({ "list": [reference("VirtualMachine", &vm)] });
    world.task(&format!("Folder/{folder}/MoveIntoFolder_Task"), list).await;
    world.task(&format!("Folder/{folder}/UnregisterAndDestroy_Task"), json!({})).await;
    let arguments = json!({ "path": "[datastore1] web-1/web-1.vmx", "asTemplate": false, "pool": reference("ResourcePool", world.pool()) });
    world.task(&format!("Folder/{}/RegisterVM_Task", world.folder()), arguments).await;
}

#[tokio::test]
async fn a_datastore_that_is_renamed_takes_its_paths_along() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    let arguments = json!({ "name": "base", "memory": false, "quiesce": false });
    let snapshot = world.task(&format!("VirtualMachine/{vm}/CreateSnapshot_Task"), arguments).await;
    let datastore = world.id("Datastore", "datastore1");
    world
        .failed(&format!("Datastore/{datastore}/Rename_Task"), json!({ "newName": "datastore2" }), "DuplicateName")
        .await;
    world.task(&format!("Datastore/{datastore}/Rename_Task"), json!({ "newName": "fast" })).await;
    assert_eq!(world.get(&format!("Datastore/{datastore}/summary")).await["name"], "fast");
    let config = world.get(&format!("VirtualMachine/{vm}/config")).await;
    assert_eq!(config["files"]["vmPathName"], "[fast] web-1/web-1.vmx");
    assert_eq!(device(&config, 2000)["backing"]["parent"]["fileName"], "[fast] web-1/web-1.vmdk");
    let kept = world.get(&format!("VirtualMachineSnapshot/{}/config", snapshot["value"].as_str().unwrap())).await;
    assert_eq!(device(&kept, 2000)["backing"]["fileName"], "[fast] web-1/web-1.vmdk");
    assert_eq!(world.get(&format!("VirtualMachine/{vm}/datastore")).await[0]["value"], datastore);
    assert_eq!(
        world.get(&format!("VirtualMachine/{vm}/summary")).await["config"]["vmPathName"],
        "[fast] web-1/web-1.vmx"
    );
    world.failed(&format!("Datastore/{datastore}/Destroy_Task"), json!({}), "ResourceInUse").await;
    world.task(&format!("VirtualMachine/{vm}/Destroy_Task"), json!({})).await;
    world.task(&format!("Datastore/{datastore}/Destroy_Task"), json!({})).await;
    for host in ["esx-1", "esx-2"] {
        let left = world.get(&format!("HostSystem/{}/datastore", world.id("HostSystem", host))).await;
        assert_eq!(left.as_array().unwrap().len(), 1, "{left}");
    }
}

#[tokio::test]
async fn a_machine_is_renamed_everywhere_but_on_the_datastore() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    world.task(&format!("VirtualMachine/{vm}/Rename_Task"), json!({ "newName": "a/b" })).await;
    assert_eq!(world.get(&format!("VirtualMachine/{vm}/name")).await, "a%2fb");
    let config = world.get(&format!("VirtualMachine/{vm}/config")).await;
    assert_eq!(
        (&config["name"], &config["files"]["vmPathName"]),
        (&json!("a%2fb"), &json!("[datastore1] web-1/web-1.vmx"))
    );
    assert_eq!(world.get(&format!("VirtualMachine/{vm}/summary")).await["config"]["name"], "a%2fb");
    let task = world.get(&format!("VirtualMachine/{vm}/recentTask")).await;
    assert!(!task.as_array().unwrap().is_empty());
    world.failed(&format!("VirtualMachine/{vm}/Rename_Task"), json!({ "newName": "" }), "InvalidName").await;
    world.done(&format!("VirtualMachine/{vm}/Reload"), json!({})).await;
    let host = world.id("HostSystem", "esx-1");
    world.failed(&format!("HostSystem/{host}/Rename_Task"), json!({ "newName": "x" }), "NotSupported").await;
}
