//! Devices that are added, edited and removed.

use serde_json::{Value as Json, json};

use super::{World, card, change, device, disk, port_group, reference, spec};

async fn reconfigure(world: &World, vm: &str, changes: Json) {
    let spec = json!({ "_typeName": "VirtualMachineConfigSpec", "deviceChange": changes });
    world.task(&format!("VirtualMachine/{vm}/ReconfigVM_Task"), json!({ "spec": spec })).await;
}

async fn refused(world: &World, vm: &str, changes: Json, fault: &str) -> Json {
    let before = world.get(&format!("VirtualMachine/{vm}/config")).await;
    let spec = json!({ "_typeName": "VirtualMachineConfigSpec", "deviceChange": changes });
    let fault = world.failed(&format!("VirtualMachine/{vm}/ReconfigVM_Task"), json!({ "spec": spec }), fault).await;
    assert_eq!(world.get(&format!("VirtualMachine/{vm}/config")).await, before, "nothing has changed");
    fault
}

async fn config(world: &World, vm: &str) -> Json {
    world.get(&format!("VirtualMachine/{vm}/config")).await
}

#[tokio::test]
async fn keys_of_a_specification_are_replaced() {
    let world = World::new().await;
    let controller =
        json!({ "_typeName": "VirtualLsiLogicSASController", "key": -10, "busNumber": 1, "sharedBus": "noSharing" });
    let sata = json!({ "_typeName": "VirtualAHCIController", "key": -11, "busNumber": 0 });
    let mut first = disk(1);
    first["device"]["controllerKey"] = json!(-10);
    first["device"]["unitNumber"] = json!(8);
    let cdrom = json!({
        "_typeName": "VirtualCdrom", "key": -12, "controllerKey": -11,
        "backing": { "_typeName": "VirtualCdromRemotePassthroughBackingInfo", "deviceName": "", "exclusive": false },
    });
    let changes = [first, change("add", cdrom), change("add", controller), change("add", sata), card(), card()];
    let arguments = json!({ "config": spec("web-1", changes), "pool": reference("ResourcePool", world.pool()) });
    let vm = world.created(arguments).await;
    let config = config(&world, &vm).await;
    assert_eq!(device(&config, 1001)["device"], json!([2024]));
    assert_eq!(device(&config, 2024)["deviceInfo"]["label"], "Hard disk 1");
    assert_eq!(device(&config, 16000)["controllerKey"], 15000);
    assert_eq!(device(&config, 4001)["deviceInfo"]["label"], "Network adapter 2");
    assert_ne!(device(&config, 4000)["macAddress"], device(&config, 4001)["macAddress"]);
    assert!(config["hardware"]["device"].as_array().unwrap().iter().all(|device| device["key"].as_i64() > Some(0)));
}

#[tokio::test]
async fn sixteen_disks_need_a_second_controller() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    reconfigure(&world, &vm, json!((0..15).map(|_| disk(1)).collect::<Vec<_>>())).await;
    let config = config(&world, &vm).await;
    let units = device(&config, 1000)["device"].as_array().unwrap().clone();
    assert_eq!((units.len(), units.contains(&json!(2007))), (15, false), "unit 7 is the controller: {units:?}");
    assert_eq!(device(&config, 1001)["device"], json!([2016]));
    assert_eq!(device(&config, 2016)["backing"]["fileName"], "[datastore1] web-1/web-1_15.vmdk");
    assert_eq!(world.get(&format!("VirtualMachine/{vm}/summary")).await["config"]["numVirtualDisks"], 16);
}

#[tokio::test]
async fn a_disk_grows_and_goes_with_its_file_or_without() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    let mut larger = device(&config(&world, &vm).await, 2000).clone();
    larger["capacityInKB"] = json!(2 << 20);
    reconfigure(&world, &vm, json!([change("edit", larger.clone())])).await;
    assert_eq!(device(&config(&world, &vm).await, 2000)["capacityInBytes"], json!(2_i64 << 30));
    larger["capacityInKB"] = json!(1024);
    let fault = refused(&world, &vm, json!([change("edit", larger.clone())]), "InvalidDeviceSpec").await;
    assert_eq!(
        (&fault["deviceIndex"], &fault["property"]),
        (&json!(0), &json!("virtualDeviceSpec.device.capacityInKB"))
    );

    // Without its file destroyed, it can be attached again.
    reconfigure(&world, &vm, json!([change("remove", larger.clone())])).await;
    let mut attached = disk(1);
    attached.as_object_mut().unwrap().remove("fileOperation");
    attached["device"]["backing"]["fileName"] = json!("[datastore1] web-1/web-1.vmdk");
    reconfigure(&world, &vm, json!([attached])).await;
    let mut destroyed = change("remove", device(&config(&world, &vm).await, 2000).clone());
    assert_eq!(destroyed["device"]["capacityInKB"], json!(2 << 20), "it has the size that it had");
    destroyed["fileOperation"] = json!("destroy");
    reconfigure(&world, &vm, json!([destroyed])).await;
    refused(&world, &vm, json!([attached]), "FileNotFound").await;
}

#[tokio::test]
async fn wrong_changes_of_devices_are_refused() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    let with = |mut change: Json, member: &str, value: Json| {
        change["device"][member] = value;
        change
    };
    let gone = change("remove", json!({ "_typeName": "VirtualDisk", "key": 2099, "capacityInKB": 1 }));
    let keyboard = change("remove", json!({ "_typeName": "VirtualKeyboard", "key": 600 }));
    let controller = change(
        "remove",
        json!({ "_typeName": "ParaVirtualSCSIController", "key": 1000, "busNumber": 0, "sharedBus": "noSharing" }),
    );
    let no_operation = json!({ "_typeName": "VirtualDeviceConfigSpec", "device": card()["device"] });
    let nowhere = json!({ "_typeName": "VirtualEthernetCardNetworkBackingInfo", "deviceName": "nowhere" });
    for (change, fault, property) in [
        (gone, "DeviceNotFound", "virtualDeviceSpec.device.key"),
        (keyboard, "InvalidDeviceSpec", "virtualDeviceSpec.device.key"),
        (controller, "InvalidController", "virtualDeviceSpec.device.controllerKey"),
        (no_operation, "InvalidDeviceOperation", "virtualDeviceSpec.operation"),
        (with(disk(1), "controllerKey", json!(1003)), "InvalidController", "virtualDeviceSpec.device.controllerKey"),
        (with(disk(1), "unitNumber", json!(7)), "InvalidDeviceSpec", "virtualDeviceSpec.device.unitNumber"),
        (with(disk(1), "unitNumber", json!(0)), "InvalidDeviceSpec", "virtualDeviceSpec.device.unitNumber"),
        (with(disk(1), "capacityInKB", json!(0)), "InvalidDeviceSpec", "virtualDeviceSpec.device.capacityInKB"),
        (with(card(), "backing", nowhere), "InvalidDeviceBacking", "virtualDeviceSpec.device.backing"),
        (
            with(card(), "macAddress", json!("01:00:00:00:00:00")),
            "InvalidDeviceSpec",
            "virtualDeviceSpec.device.macAddress",
        ),
    ] {
        let change = if fault == "InvalidController" && change["operation"] == "remove" {
            json!([change])
        } else {
            with_controller(change)
        };
        let fault = refused(&world, &vm, change, fault).await;
        assert_eq!(fault["property"], property);
    }
    let cards = json!((0..10).map(|_| card()).collect::<Vec<_>>());
    refused(&world, &vm, cards, "TooManyDevices").await;
}

/// A change of a drive names a controller, or else would find one.
fn with_controller(mut change: Json) -> Json {
    if change["device"]["unitNumber"].is_number() {
        change["device"]["controllerKey"] = json!(1000);
    }
    json!([change])
}

#[tokio::test]
async fn cards_can_be_at_port_groups_and_have_addresses_of_their_own() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    let key = world.id("DistributedVirtualPortgroup", "port group");
    let mut edited = device(&config(&world, &vm).await, 4000).clone();
    edited["backing"] = port_group(&key);
    edited["addressType"] = json!("manual");
    edited["macAddress"] = json!("00:50:56:00:00:AA");
    reconfigure(&world, &vm, json!([change("edit", edited)])).await;
    let config = config(&world, &vm).await;
    assert_eq!(device(&config, 4000)["macAddress"], "00:50:56:00:00:aa");
    assert_eq!(device(&config, 4000)["deviceInfo"]["summary"], "DVSwitch: 50 0b");
    let networks = world.get(&format!("VirtualMachine/{vm}/network")).await;
    assert_eq!(networks, json!([reference("DistributedVirtualPortgroup", &key)]));
    let left = world.get(&format!("Network/{}/vm", world.id("Network", "VM Network"))).await;
    assert_eq!(left, json!([]));
}

#[tokio::test]
async fn what_hangs_on_ide_cannot_be_plugged_while_the_machine_runs() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    world.task(&format!("VirtualMachine/{vm}/PowerOnVM_Task"), json!({})).await;
    reconfigure(&world, &vm, json!([disk(1), card()])).await;
    assert_eq!(device(&config(&world, &vm).await, 4001)["connectable"]["connected"], true);
    let backing =
        json!({ "_typeName": "VirtualCdromRemotePassthroughBackingInfo", "deviceName": "", "exclusive": false });
    let cdrom = json!({ "_typeName": "VirtualCdrom", "key": -1, "controllerKey": 200, "backing": backing });
    refused(&world, &vm, json!([change("add", cdrom)]), "DeviceHotPlugNotSupported").await;
}
