//! New virtual machines.

use serde_json::json;

use super::{World, card, device, disk, reference, spec};

#[tokio::test]
async fn a_machine_is_complete_and_linked_in_both_directions() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    let config = world.get(&format!("VirtualMachine/{vm}/config")).await;
    assert_eq!(config["guestFullName"], "Ubuntu Linux (64-bit)");
    assert_eq!(config["files"]["vmPathName"], "[datastore1] web-1/web-1.vmx");
    assert_eq!((&config["hardware"]["numCPU"], &config["hardware"]["memoryMB"]), (&json!(2), &json!(2048)));
    let disk = device(&config, 2000);
    assert_eq!((&disk["controllerKey"], &disk["unitNumber"]), (&json!(1000), &json!(0)));
    assert_eq!(disk["backing"]["fileName"], "[datastore1] web-1/web-1.vmdk");
    assert_eq!(disk["deviceInfo"]["label"], "Hard disk 1");
    assert_eq!(disk["deviceInfo"]["summary"], "1,048,576 KB");
    assert_eq!(device(&config, 1000)["_typeName"], "ParaVirtualSCSIController");
    assert_eq!(device(&config, 1000)["device"], json!([2000]));
    let nic = device(&config, 4000);
    assert_eq!((&nic["backing"]["network"]["type"], &nic["addressType"]), (&json!("Network"), &json!("assigned")));
    assert!(nic["macAddress"].as_str().unwrap().starts_with("00:50:56:8"), "{nic}");
    assert_eq!(device(&config, 100)["device"], json!([500, 12000, 1000, 4000]));

    for (owner, property) in [
        (format!("Folder/{}", world.folder()), "childEntity"),
        (format!("ResourcePool/{}", world.pool()), "vm"),
        (format!("HostSystem/{}", world.id("HostSystem", "esx-1")), "vm"),
        (format!("Datastore/{}", world.id("Datastore", "datastore1")), "vm"),
        (format!("Network/{}", world.id("Network", "VM Network")), "vm"),
    ] {
        assert_eq!(world.get(&format!("{owner}/{property}")).await[0]["value"], vm.as_str(), "{owner}");
    }
    for (property, kind) in [("datastore", "Datastore"), ("network", "Network")] {
        assert_eq!(world.get(&format!("VirtualMachine/{vm}/{property}")).await[0]["type"], kind);
    }
    let browser = world.get(&format!("VirtualMachine/{vm}/environmentBrowser")).await;
    assert!(browser["value"].as_str().unwrap().starts_with("envbrowser-"), "{browser}");
    assert_eq!(world.events().last().unwrap(), "VmCreatedEvent");
}

#[tokio::test]
async fn the_summary_says_the_same_as_the_rest() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    world.task(&format!("VirtualMachine/{vm}/PowerOnVM_Task"), json!({})).await;
    let summary = world.get(&format!("VirtualMachine/{vm}/summary")).await;
    assert_eq!(summary["runtime"], world.get(&format!("VirtualMachine/{vm}/runtime")).await);
    let config = world.get(&format!("VirtualMachine/{vm}/config")).await;
    for name in ["name", "uuid", "instanceUuid", "guestId", "guestFullName", "template", "annotation"] {
        assert_eq!(summary["config"][name], config[name], "{name}");
    }
    let guest = world.get(&format!("VirtualMachine/{vm}/guest")).await;
    for name in ["hostName", "ipAddress", "toolsRunningStatus", "toolsStatus"] {
        assert_eq!(summary["guest"][name], guest[name], "{name}");
        assert!(guest[name].is_string(), "{name}");
    }
    assert_eq!(guest["net"][0]["network"], "VM Network");
    let storage = world.get(&format!("VirtualMachine/{vm}/storage")).await;
    assert_eq!(summary["storage"]["committed"], storage["perDatastoreUsage"][0]["committed"]);
    let layout = world.get(&format!("VirtualMachine/{vm}/layoutEx")).await;
    assert_eq!(layout["disk"][0]["key"], 2000);
    for name in ["snapshot", "rootSnapshot"] {
        assert!(world.get(&format!("VirtualMachine/{vm}/{name}")).await.is_null(), "{name}");
    }
}

#[tokio::test]
async fn what_no_machine_can_be_is_refused() {
    let world = World::new().await;
    let create = format!("Folder/{}/CreateVM_Task", world.folder());
    let pool = reference("ResourcePool", world.pool());
    for (member, value) in [
        ("guestId", json!("beos")),
        ("numCPUs", json!(0)),
        ("memoryMB", json!(1023)),
        ("numCoresPerSocket", json!(3)),
        ("version", json!("vmx-99")),
        ("uuid", json!("x")),
    ] {
        let mut spec = spec("web-1", []);
        spec[member] = value;
        let fault = world.failed(&create, json!({ "config": spec, "pool": pool }), "InvalidArgument").await;
        assert_eq!(fault["invalidProperty"], format!("configSpec.{member}"));
    }
    world.machine("web-1").await;
    let duplicate = json!({ "config": spec("web-1", []), "pool": pool });
    let fault = world.failed(&create, duplicate, "DuplicateName").await;
    assert_eq!((&fault["name"], &fault["object"]["type"]), (&json!("web-1"), &json!("VirtualMachine")));
    let mut elsewhere = spec("web-2", []);
    elsewhere["files"]["vmPathName"] = "[nowhere] web-2".into();
    world.failed(&create, json!({ "config": elsewhere, "pool": pool }), "InvalidDatastorePath").await;
    let root = "Folder/group-d1/CreateVM_Task";
    world.refused(root, json!({ "config": spec("web-2", []), "pool": pool }), "NotSupported").await;
}

#[tokio::test]
async fn the_host_with_the_fewest_machines_is_chosen() {
    let world = World::new().await;
    for (name, host) in [("web-1", "esx-1"), ("web-2", "esx-2"), ("web-3", "esx-1")] {
        let vm = world.machine(name).await;
        let runtime = world.get(&format!("VirtualMachine/{vm}/runtime")).await;
        assert_eq!(runtime["host"]["value"], world.id("HostSystem", host), "{name}");
    }
    let host = reference("HostSystem", world.id("HostSystem", "esx-1"));
    let arguments = json!({ "config": spec("web-4", [disk(1), card()]), "pool": reference("ResourcePool", world.pool()), "host": host });
    let vm = world.created(arguments).await;
    assert_eq!(world.get(&format!("VirtualMachine/{vm}/runtime")).await["host"], host);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_machine() {
    let mut configs = Vec::new();
    for _ in 0..2 {
        let world = World::new().await;
        let vm = world.machine("web-1").await;
        configs.push(world.get(&format!("VirtualMachine/{vm}/config")).await);
    }
    assert_eq!(configs[0], configs[1]);
}
