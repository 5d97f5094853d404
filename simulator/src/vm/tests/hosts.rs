//! Hosts that come and go.

use std::time::Duration;

use serde_json::json;

use super::{World, reference};

#[tokio::test]
async fn a_host_is_evacuated_for_maintenance() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    let (host, other) = (world.id("HostSystem", "esx-1"), world.id("HostSystem", "esx-2"));
    world.task(&format!("VirtualMachine/{vm}/PowerOnVM_Task"), json!({})).await;
    world.task(&format!("HostSystem/{host}/EnterMaintenanceMode_Task"), json!({ "timeout": 0 })).await;
    assert_eq!(world.get(&format!("VirtualMachine/{vm}/runtime")).await["host"]["value"], other);
    assert_eq!(world.get(&format!("HostSystem/{host}/runtime")).await["inMaintenanceMode"], true);
    assert_eq!(world.get(&format!("HostSystem/{host}/summary")).await["runtime"]["inMaintenanceMode"], true);
    let cluster = world.id("ClusterComputeResource", "cluster");
    let summary = world.get(&format!("ClusterComputeResource/{cluster}/summary")).await;
    assert_eq!((&summary["numEffectiveHosts"], &summary["effectiveCpu"]), (&json!(1), &json!(16_000)));
    let enter = format!("HostSystem/{host}/EnterMaintenanceMode_Task");
    world.refused(&enter, json!({ "timeout": 0 }), "InvalidState").await;
    let events = world.events();
    for event in ["EnteringMaintenanceModeEvent", "VmMigratedEvent", "EnteredMaintenanceModeEvent"] {
        assert!(events.contains(&event.to_owned()), "{event}");
    }
    let target =
        json!({ "spec": { "_typeName": "VirtualMachineRelocateSpec", "host": reference("HostSystem", &host) } });
    world.failed(&format!("VirtualMachine/{vm}/RelocateVM_Task"), target, "InvalidHostState").await;
    world.task(&format!("HostSystem/{host}/ExitMaintenanceMode_Task"), json!({ "timeout": 0 })).await;
    world.failed(&format!("HostSystem/{host}/ExitMaintenanceMode_Task"), json!({ "timeout": 0 }), "InvalidState").await;
}

#[tokio::test]
async fn maintenance_waits_for_what_cannot_move() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    let (host, other) = (world.id("HostSystem", "esx-1"), world.id("HostSystem", "esx-2"));
    world.task(&format!("VirtualMachine/{vm}/PowerOnVM_Task"), json!({})).await;
    world.task(&format!("HostSystem/{other}/EnterMaintenanceMode_Task"), json!({ "timeout": 0 })).await;
    let enter = format!("HostSystem/{host}/EnterMaintenanceMode_Task");
    let task = world.begun(&enter, json!({ "timeout": 60 })).await;
    world.clock.advance(Duration::from_secs(59));
    assert_eq!(world.info(&task).await["state"], "running");
    world.clock.advance(Duration::from_secs(2));
    let info = world.info(&task).await;
    assert!(info["error"].to_string().contains("Timedout"), "{info}");
    let task = world.begun(&enter, json!({ "timeout": 0 })).await;
    world.clock.advance(Duration::from_secs(1200));
    assert_eq!(world.info(&task).await["state"], "running");
    world.task(&format!("VirtualMachine/{vm}/PowerOffVM_Task"), json!({})).await;
    assert_eq!(world.info(&task).await["state"], "success");
    world.failed(&format!("VirtualMachine/{vm}/PowerOnVM_Task"), json!({}), "InvalidHostState").await;
}

#[tokio::test]
async fn machines_of_a_disconnected_host_are_out_of_reach() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    let host = world.id("HostSystem", "esx-1");
    world.failed(&format!("HostSystem/{host}/ReconnectHost_Task"), json!({}), "InvalidState").await;
    world.task(&format!("HostSystem/{host}/DisconnectHost_Task"), json!({})).await;
    assert_eq!(world.get(&format!("HostSystem/{host}/runtime")).await["connectionState"], "disconnected");
    assert_eq!(world.get(&format!("VirtualMachine/{vm}/summary")).await["runtime"]["connectionState"], "disconnected");
    world.failed(&format!("VirtualMachine/{vm}/PowerOnVM_Task"), json!({}), "InvalidState").await;
    world.task(&format!("HostSystem/{host}/ReconnectHost_Task"), json!({})).await;
    world.task(&format!("VirtualMachine/{vm}/PowerOnVM_Task"), json!({})).await;
    world.failed(&format!("HostSystem/{host}/RebootHost_Task"), json!({ "force": false }), "InvalidState").await;
    world.task(&format!("HostSystem/{host}/RebootHost_Task"), json!({ "force": true })).await;
    assert_eq!(world.get(&format!("VirtualMachine/{vm}/runtime")).await["powerState"], "poweredOff");
    world.task(&format!("HostSystem/{host}/ShutdownHost_Task"), json!({ "force": true })).await;
    world.failed(&format!("HostSystem/{host}/ReconnectHost_Task"), json!({}), "NoHost").await;
}

#[tokio::test]
async fn a_host_out_of_use_can_be_removed_and_then_its_cluster() {
    let world = World::new().await;
    let (host, other) = (world.id("HostSystem", "esx-1"), world.id("HostSystem", "esx-2"));
    let vm = world.machine("web-1").await;
    world.failed(&format!("HostSystem/{host}/Destroy_Task"), json!({}), "InvalidHostState").await;
    world.task(&format!("HostSystem/{host}/DisconnectHost_Task"), json!({})).await;
    world.task(&format!("HostSystem/{host}/Destroy_Task"), json!({})).await;
    let (status, _) = world.call(&format!("VirtualMachine/{vm}/PowerOnVM_Task"), &json!({})).await;
    assert_eq!(status, 500, "its machines leave the inventory with it");
    let cluster = world.id("ClusterComputeResource", "cluster");
    let hosts = world.get(&format!("ClusterComputeResource/{cluster}/host")).await;
    assert_eq!(hosts, json!([reference("HostSystem", &other)]));
    let network = world.id("Network", "VM Network");
    assert_eq!(world.get(&format!("Network/{network}/host")).await, hosts);
    world.failed(&format!("ClusterComputeResource/{cluster}/Destroy_Task"), json!({}), "InvalidHostState").await;
    world.task(&format!("HostSystem/{other}/EnterMaintenanceMode_Task"), json!({ "timeout": 0 })).await;
    let datacenter = world.id("Datacenter", "dc");
    world.task(&format!("Datacenter/{datacenter}/Destroy_Task"), json!({})).await;
    assert_eq!(world.get("Folder/group-d1/childEntity").await, json!([]));
    let state = world.simulation.state();
    let left = ["VirtualMachine", "HostSystem", "ResourcePool", "Datastore", "Network", "EnvironmentBrowser"];
    for kind in left {
        assert_eq!(state.store.count(kind), 0, "{kind}");
    }
}
