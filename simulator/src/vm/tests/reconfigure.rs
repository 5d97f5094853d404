//! Changes of the configuration.

use serde_json::{Value as Json, json};

use super::World;

fn with(members: Json) -> Json {
    let mut spec = json!({ "_typeName": "VirtualMachineConfigSpec" });
    spec.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    json!({ "spec": spec })
}

#[tokio::test]
async fn what_is_not_given_stays_as_it_is() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    let path = format!("VirtualMachine/{vm}/ReconfigVM_Task");
    let config = format!("VirtualMachine/{vm}/config");
    let before = world.get(&config).await;
    world.task(&path, with(json!({ "numCPUs": 4, "memoryMB": 4096, "annotation": "n", "name": "web-2" }))).await;
    let after = world.get(&config).await;
    assert_eq!((&after["hardware"]["numCPU"], &after["hardware"]["memoryMB"]), (&json!(4), &json!(4096)));
    assert_eq!((&after["annotation"], &after["name"]), (&json!("n"), &json!("web-2")));
    assert_eq!(after["cpuAllocation"]["shares"]["shares"], 4000);
    for name in ["guestId", "uuid", "files", "flags", "version"] {
        assert_eq!(after[name], before[name], "{name}");
    }
    assert_ne!(after["changeVersion"], before["changeVersion"]);
    assert_eq!(world.get(&format!("VirtualMachine/{vm}/name")).await, "web-2");
    let summary = world.get(&format!("VirtualMachine/{vm}/summary")).await;
    assert_eq!((&summary["config"]["name"], &summary["config"]["numCpu"]), (&json!("web-2"), &json!(4)));
    let events = world.events();
    assert_eq!(events[events.len() - 2..], ["VmReconfiguredEvent", "VmRenamedEvent"]);
    let stale = with(json!({ "changeVersion": before["changeVersion"], "annotation": "m" }));
    world.failed(&path, stale, "ConcurrentAccess").await;
    world.task(&path, with(json!({ "changeVersion": after["changeVersion"], "annotation": "m" }))).await;
}

#[tokio::test]
async fn options_are_set_one_by_one() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    let option = |key: &str, value: &str| json!({ "_typeName": "OptionValue", "key": key, "value": { "_typeName": "string", "_value": value } });
    for options in
        [json!([option("a", "1"), option("b", "2")]), json!([option("a", ""), option("c", "3"), option("b", "4")])]
    {
        world.task(&format!("VirtualMachine/{vm}/ReconfigVM_Task"), with(json!({ "extraConfig": options }))).await;
    }
    let config = world.get(&format!("VirtualMachine/{vm}/config")).await;
    let options = config["extraConfig"].as_array().unwrap();
    let options: Vec<_> =
        options.iter().map(|option| (option["key"].as_str(), option["value"]["_value"].as_str())).collect();
    assert_eq!(options, [(Some("c"), Some("3")), (Some("b"), Some("4"))]);
}

#[tokio::test]
async fn a_running_machine_keeps_what_it_has_booted_with() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    let path = format!("VirtualMachine/{vm}/ReconfigVM_Task");
    world.task(&path, with(json!({ "memoryHotAddEnabled": true }))).await;
    world.task(&format!("VirtualMachine/{vm}/PowerOnVM_Task"), json!({})).await;
    world.failed(&path, with(json!({ "guestId": "rhel9_64Guest" })), "InvalidPowerState").await;
    world.failed(&path, with(json!({ "numCPUs": 4 })), "CpuHotPlugNotSupported").await;
    world.failed(&path, with(json!({ "memoryMB": 1024 })), "MemoryHotPlugNotSupported").await;
    world.task(&path, with(json!({ "memoryMB": 4096, "guestId": "ubuntu64Guest", "annotation": "n" }))).await;
    world.failed(&format!("VirtualMachine/{vm}/UpgradeVM_Task"), json!({}), "InvalidPowerState").await;
}

#[tokio::test]
async fn hardware_versions_only_rise() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    world.task(&format!("VirtualMachine/{vm}/ReconfigVM_Task"), with(json!({ "version": "vmx-13" }))).await;
    let path = format!("VirtualMachine/{vm}/UpgradeVM_Task");
    world.failed(&path, json!({ "version": "vmx-13" }), "AlreadyUpgraded").await;
    world.failed(&path, json!({ "version": "vmx-99" }), "InvalidArgument").await;
    world.task(&path, json!({ "version": "vmx-19" })).await;
    assert_eq!(world.get(&format!("VirtualMachine/{vm}/config")).await["version"], "vmx-19");
    world.task(&path, json!({})).await;
    assert_eq!(world.get(&format!("VirtualMachine/{vm}/summary")).await["config"]["hwVersion"], "vmx-21");
}

#[tokio::test]
async fn what_is_not_played_is_refused() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    let spec = with(json!({ "vAppConfig": { "_typeName": "VmConfigSpec" } }));
    world.failed(&format!("VirtualMachine/{vm}/ReconfigVM_Task"), spec, "NotSupported").await;
    world
        .refused(&format!("VirtualMachine/{vm}/AcquireTicket"), json!({ "ticketType": "webmks" }), "MethodNotFound")
        .await;
}
