//! Snapshots.

use serde_json::{Value as Json, json};

use super::World;
use crate::vm;

async fn take(world: &World, machine: &str, name: &str, memory: bool) -> String {
    let arguments = json!({ "name": name, "description": "d", "memory": memory, "quiesce": false });
    let snapshot = world.task(&format!("VirtualMachine/{machine}/CreateSnapshot_Task"), arguments).await;
    snapshot["value"].as_str().unwrap().to_owned()
}

/// The files that a disk consists of, the newest first.
async fn files(world: &World, object: &str) -> Vec<String> {
    let config = world.get(&format!("{object}/config")).await;
    let mut backing = super::device(&config, 2000)["backing"].clone();
    let mut files = Vec::new();
    while backing.is_object() {
        let name = backing["fileName"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        files.push(name);
        backing = backing["parent"].clone();
    }
    files
}

#[tokio::test]
async fn snapshots_form_a_tree() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    let first = take(&world, &vm, "first", false).await;
    let second = take(&world, &vm, "second", false).await;
    let info = world.get(&format!("VirtualMachine/{vm}/snapshot")).await;
    let root = &info["rootSnapshotList"][0];
    assert_eq!((&root["name"], &root["id"], &root["state"]), (&json!("first"), &json!(1), &json!("poweredOff")));
    assert_eq!(root["childSnapshotList"][0]["name"], "second");
    assert_eq!(info["currentSnapshot"]["value"], second.as_str());
    assert_eq!(world.get(&format!("VirtualMachine/{vm}/rootSnapshot")).await[0]["value"], first.as_str());
    assert_eq!(world.get(&format!("VirtualMachineSnapshot/{first}/childSnapshot")).await[0]["value"], second.as_str());
    assert_eq!(world.get(&format!("VirtualMachineSnapshot/{first}/vm")).await["value"], vm.as_str());
    let all = ["web-1-000002.vmdk", "web-1-000001.vmdk", "web-1.vmdk"];
    assert_eq!(files(&world, &format!("VirtualMachine/{vm}")).await, all);
    assert_eq!(files(&world, &format!("VirtualMachineSnapshot/{second}")).await, all[1..]);
    let layout = world.get(&format!("VirtualMachine/{vm}/layoutEx")).await;
    assert_eq!(layout["disk"][0]["chain"].as_array().unwrap().len(), 3);

    world.done(&format!("VirtualMachineSnapshot/{second}/RenameSnapshot"), json!({ "name": "2nd" })).await;
    let info = world.get(&format!("VirtualMachine/{vm}/snapshot")).await;
    let renamed = &info["rootSnapshotList"][0]["childSnapshotList"][0];
    assert_eq!((&renamed["name"], &renamed["description"]), (&json!("2nd"), &json!("d")));
    world
        .refused(&format!("VirtualMachineSnapshot/{second}/RenameSnapshot"), json!({ "name": "" }), "InvalidName")
        .await;
}

#[tokio::test]
async fn files_are_merged_where_a_snapshot_is_removed() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    let mut snapshots = Vec::new();
    for name in ["a", "b", "c"] {
        snapshots.push(take(&world, &vm, name, false).await);
    }
    let remove = |snapshot: &str| format!("VirtualMachineSnapshot/{snapshot}/RemoveSnapshot_Task");
    world.task(&remove(&snapshots[1]), json!({ "removeChildren": false })).await;
    let chain = files(&world, &format!("VirtualMachine/{vm}")).await;
    assert_eq!(chain, ["web-1-000003.vmdk", "web-1-000001.vmdk", "web-1.vmdk"]);
    assert_eq!(files(&world, &format!("VirtualMachineSnapshot/{}", snapshots[2])).await, chain[1..]);
    world.task(&remove(&snapshots[0]), json!({ "removeChildren": true })).await;
    assert_eq!(files(&world, &format!("VirtualMachine/{vm}")).await, ["web-1.vmdk"]);
    assert!(world.get(&format!("VirtualMachine/{vm}/snapshot")).await.is_null());
    world.failed(&format!("VirtualMachine/{vm}/RevertToCurrentSnapshot_Task"), json!({}), "NotFound").await;
    let (status, _) = world.call(&remove(&snapshots[2]), &json!({ "removeChildren": false })).await;
    assert_eq!(status, 500);
}

#[tokio::test]
async fn going_back_brings_configuration_and_power_state_back() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    let off = take(&world, &vm, "off", false).await;
    world.task(&format!("VirtualMachine/{vm}/PowerOnVM_Task"), json!({})).await;
    let on = take(&world, &vm, "on", true).await;
    let spec = json!({ "_typeName": "VirtualMachineConfigSpec", "annotation": "later" });
    world.task(&format!("VirtualMachine/{vm}/ReconfigVM_Task"), json!({ "spec": spec })).await;
    for (snapshot, suppress, power) in
        [(&off, false, "poweredOff"), (&on, false, "poweredOn"), (&on, true, "suspended")]
    {
        let arguments = json!({ "suppressPowerOn": suppress });
        world.task(&format!("VirtualMachineSnapshot/{snapshot}/RevertToSnapshot_Task"), arguments).await;
        assert_eq!(world.get(&format!("VirtualMachine/{vm}/runtime")).await["powerState"], power);
        assert_eq!(world.get(&format!("VirtualMachine/{vm}/config")).await["annotation"], "");
        let info = world.get(&format!("VirtualMachine/{vm}/snapshot")).await;
        assert_eq!(info["currentSnapshot"]["value"], snapshot.as_str());
    }
    world.task(&format!("VirtualMachine/{vm}/RemoveAllSnapshots_Task"), json!({})).await;
    assert!(world.get(&format!("VirtualMachine/{vm}/snapshot")).await.is_null());
    world.task(&format!("VirtualMachine/{vm}/ConsolidateVMDisks_Task"), json!({})).await;
}

#[tokio::test]
async fn snapshots_go_with_their_machine() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    let snapshot = take(&world, &vm, "a", false).await;
    world.task(&format!("VirtualMachine/{vm}/Destroy_Task"), json!({})).await;
    let (status, fault) = world.call(&format!("VirtualMachineSnapshot/{snapshot}/RenameSnapshot"), &json!({})).await;
    assert_eq!((status, &fault["_typeName"]), (500, &json!("ManagedObjectNotFound")));
    world.machine("web-1").await;
}

#[tokio::test]
async fn the_inventory_can_have_snapshots_from_the_start() {
    let world = World::new().await;
    let machine = world.machine("web-1").await;
    let machine_reference = vim25_runtime::ManagedObjectReference::new("VirtualMachine", &machine);
    let now = crate::clock::Clock::now(&world.clock);
    let snapshot = vm::take_snapshot(&mut world.simulation.state(), &machine_reference, "base", "", now);
    let info: Json = world.get(&format!("VirtualMachine/{machine}/snapshot")).await;
    assert_eq!(info["currentSnapshot"]["value"], snapshot.value());
}
