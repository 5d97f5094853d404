//! Clones, templates, moves, and machines that are registered again.

use serde_json::{Value as Json, json};

use super::{World, device, reference};

fn location(members: Json) -> Json {
    let mut location = json!({ "_typeName": "VirtualMachineRelocateSpec" });
    location.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    location
}

async fn clone(world: &World, source: &str, name: &str, members: Json) -> String {
    let new = world.task(&format!("VirtualMachine/{source}/CloneVM_Task"), clone_arguments(world, name, members)).await;
    new["value"].as_str().unwrap().to_owned()
}

fn clone_arguments(world: &World, name: &str, members: Json) -> Json {
    let mut spec = json!({ "_typeName": "VirtualMachineCloneSpec", "location": location(json!({})), "powerOn": false, "template": false });
    spec.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    json!({ "folder": reference("Folder", world.folder()), "name": name, "spec": spec })
}

#[tokio::test]
async fn a_clone_has_everything_of_its_own() {
    let world = World::new().await;
    let source = world.machine("web-1").await;
    let config = json!({ "_typeName": "VirtualMachineConfigSpec", "numCPUs": 4, "annotation": "clone" });
    let vm = clone(&world, &source, "web-2", json!({ "powerOn": true, "config": config })).await;
    let (old, new) = (
        world.get(&format!("VirtualMachine/{source}/config")).await,
        world.get(&format!("VirtualMachine/{vm}/config")).await,
    );
    for name in ["uuid", "instanceUuid", "name", "files"] {
        assert_ne!(new[name], old[name], "{name}");
    }
    assert_ne!(device(&new, 4000)["macAddress"], device(&old, 4000)["macAddress"]);
    assert_eq!(device(&new, 2000)["backing"]["fileName"], "[datastore1] web-2/web-2.vmdk");
    assert_ne!(device(&new, 2000)["backing"]["uuid"], device(&old, 2000)["backing"]["uuid"]);
    assert_eq!((&new["annotation"], &new["hardware"]["numCPU"]), (&json!("clone"), &json!(4)));
    assert_eq!(world.get(&format!("VirtualMachine/{vm}/runtime")).await["powerState"], "poweredOn");
    assert!(world.events().contains(&"VmClonedEvent".to_owned()));
    let again = clone_arguments(&world, "web-2", json!({}));
    world.failed(&format!("VirtualMachine/{source}/CloneVM_Task"), again, "DuplicateName").await;
}

#[tokio::test]
async fn a_linked_clone_builds_on_the_disk_of_a_snapshot() {
    let world = World::new().await;
    let source = world.machine("web-1").await;
    let arguments = json!({ "name": "base", "memory": false, "quiesce": false });
    let snapshot = world.task(&format!("VirtualMachine/{source}/CreateSnapshot_Task"), arguments).await;
    let location = location(json!({ "diskMoveType": "createNewChildDiskBacking" }));
    let vm = clone(&world, &source, "web-2", json!({ "snapshot": snapshot, "location": location })).await;
    let config = world.get(&format!("VirtualMachine/{vm}/config")).await;
    assert_eq!(device(&config, 2000)["backing"]["parent"]["fileName"], "[datastore1] web-1/web-1.vmdk");
    assert!(world.get(&format!("VirtualMachine/{vm}/snapshot")).await.is_null());
    // The disk that it builds on is not its own.
    world.task(&format!("VirtualMachine/{vm}/Destroy_Task"), json!({})).await;
    assert!(world.simulation.state().vm_files.has_disk("[datastore1] web-1/web-1.vmdk"));
}

#[tokio::test]
async fn templates_are_in_no_pool_and_do_not_run() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    let path = |operation: &str| format!("VirtualMachine/{vm}/{operation}");
    world.done(&path("MarkAsTemplate"), json!({})).await;
    assert_eq!(world.get(&path("summary")).await["config"]["template"], true);
    assert!(world.get(&path("resourcePool")).await.is_null());
    assert_eq!(world.get(&format!("ResourcePool/{}/vm", world.pool())).await, json!([]));
    world.failed(&path("PowerOnVM_Task"), json!({}), "InvalidState").await;
    world.refused(&path("MarkAsTemplate"), json!({}), "InvalidState").await;
    let arguments = clone_arguments(&world, "web-2", json!({}));
    let fault = world.failed(&path("CloneVM_Task"), arguments, "InvalidArgument").await;
    assert_eq!(fault["invalidProperty"], "spec.location.pool");
    let pool = reference("ResourcePool", world.pool());
    let deployed = clone(&world, &vm, "web-2", json!({ "location": location(json!({ "pool": pool })) })).await;
    assert_eq!(world.get(&format!("VirtualMachine/{deployed}/resourcePool")).await, pool);
    assert_eq!(world.get(&format!("VirtualMachine/{deployed}/config")).await["template"], false);
    let template = clone(&world, &deployed, "template", json!({ "template": true, "powerOn": true })).await;
    assert_eq!(world.get(&format!("VirtualMachine/{template}/runtime")).await["powerState"], "poweredOff");
    assert!(world.get(&format!("VirtualMachine/{template}/resourcePool")).await.is_null());
    world.done(&path("MarkAsVirtualMachine"), json!({ "pool": pool })).await;
    world.task(&path("PowerOnVM_Task"), json!({})).await;
    world.refused(&path("MarkAsTemplate"), json!({}), "InvalidPowerState").await;
}

#[tokio::test]
async fn a_machine_moves_with_its_files_and_links() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    world.task(&format!("VirtualMachine/{vm}/PowerOnVM_Task"), json!({})).await;
    let target = reference("HostSystem", world.id("HostSystem", "esx-2"));
    let migrate = json!({ "host": target, "priority": "defaultPriority", "state": "poweredOn" });
    world.task(&format!("VirtualMachine/{vm}/MigrateVM_Task"), migrate).await;
    assert_eq!(world.get(&format!("VirtualMachine/{vm}/summary")).await["runtime"]["host"], target);
    assert_eq!(world.get(&format!("HostSystem/{}/vm", world.id("HostSystem", "esx-1"))).await, json!([]));
    let wrong = json!({ "host": target, "priority": "defaultPriority", "state": "poweredOff" });
    world.failed(&format!("VirtualMachine/{vm}/MigrateVM_Task"), wrong, "InvalidPowerState").await;

    let datastore = reference("Datastore", world.id("Datastore", "datastore2"));
    let spec = json!({ "spec": location(json!({ "datastore": datastore })) });
    world.task(&format!("VirtualMachine/{vm}/RelocateVM_Task"), spec).await;
    let config = world.get(&format!("VirtualMachine/{vm}/config")).await;
    assert_eq!(config["files"]["vmPathName"], "[datastore2] web-1/web-1.vmx");
    assert_eq!(device(&config, 2000)["backing"]["fileName"], "[datastore2] web-1/web-1.vmdk");
    assert_eq!(world.get(&format!("VirtualMachine/{vm}/datastore")).await, json!([datastore]));
    assert_eq!(world.get(&format!("Datastore/{}/vm", world.id("Datastore", "datastore1"))).await, json!([]));
    let events = world.events();
    assert_eq!(events[events.len() - 2..], ["VmMigratedEvent", "VmRelocatedEvent"]);
    let nowhere = json!({ "spec": location(json!({ "host": reference("HostSystem", "host-999") })) });
    world.failed(&format!("VirtualMachine/{vm}/RelocateVM_Task"), nowhere, "ManagedObjectNotFound").await;
}

#[tokio::test]
async fn an_unregistered_machine_can_be_registered_again() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    let uuid = world.get(&format!("VirtualMachine/{vm}/config")).await["uuid"].clone();
    let register = format!("Folder/{}/RegisterVM_Task", world.folder());
    let arguments =
        |path: &str| json!({ "path": path, "asTemplate": false, "pool": reference("ResourcePool", world.pool()) });
    let path = "[datastore1] web-1/web-1.vmx";
    world.failed(&register, arguments(path), "AlreadyExists").await;
    world.done(&format!("VirtualMachine/{vm}/UnregisterVM"), json!({})).await;
    assert_eq!(world.get(&format!("Folder/{}/childEntity", world.folder())).await, json!([]));
    world.failed(&register, arguments("[datastore1] web-2/web-2.vmx"), "FileNotFound").await;
    world.failed(&register, arguments("[nowhere] web-1/web-1.vmx"), "InvalidDatastorePath").await;
    let new = world.task(&register, arguments(path)).await;
    let new = new["value"].as_str().unwrap();
    assert_ne!(new, vm);
    assert_eq!(world.get(&format!("VirtualMachine/{new}/config")).await["uuid"], uuid);
    assert_eq!(world.get(&format!("VirtualMachine/{new}/name")).await, "web-1");
    let mut no_pool = arguments(path);
    no_pool.as_object_mut().unwrap().remove("pool");
    assert_eq!(world.failed(&register, no_pool, "InvalidArgument").await["invalidProperty"], "pool");
}
