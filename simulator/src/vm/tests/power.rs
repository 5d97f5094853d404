//! Power operations, questions, and tasks that get in each other's way.

use std::time::Duration;

use serde_json::{Value as Json, json};

use super::World;

async fn state(world: &World, vm: &str) -> Json {
    world.get(&format!("VirtualMachine/{vm}/runtime")).await["powerState"].clone()
}

#[tokio::test]
async fn each_power_state_allows_what_it_should() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    let path = |operation: &str| format!("VirtualMachine/{vm}/{operation}");
    let fault = world.failed(&path("PowerOffVM_Task"), json!({}), "InvalidPowerState").await;
    assert_eq!((&fault["requestedState"], &fault["existingState"]), (&json!("poweredOff"), &json!("poweredOff")));
    for (operation, after, refused) in [
        ("PowerOnVM_Task", "poweredOn", "PowerOnVM_Task"),
        ("ResetVM_Task", "poweredOn", "PowerOnVM_Task"),
        ("SuspendVM_Task", "suspended", "ResetVM_Task"),
        ("PowerOnVM_Task", "poweredOn", "PowerOnVM_Task"),
        ("PowerOffVM_Task", "poweredOff", "SuspendVM_Task"),
    ] {
        world.task(&path(operation), json!({})).await;
        assert_eq!(state(&world, &vm).await, after, "{operation}");
        world.failed(&path(refused), json!({}), "InvalidPowerState").await;
    }
    let events = world.events();
    for event in ["VmStartingEvent", "VmPoweredOnEvent", "VmSuspendedEvent", "VmResumingEvent", "VmPoweredOffEvent"] {
        assert!(events.iter().any(|posted| posted == event), "{event}: {events:?}");
    }
}

#[tokio::test]
async fn a_guest_has_an_address_while_it_runs() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    let guest = || world.get_guest(&vm);
    assert_eq!(guest().await["guestState"], "notRunning");
    assert!(guest().await["ipAddress"].is_null());
    world.refused(&format!("VirtualMachine/{vm}/ShutdownGuest"), json!({}), "InvalidPowerState").await;
    world.task(&format!("VirtualMachine/{vm}/PowerOnVM_Task"), json!({})).await;
    let running = guest().await;
    assert_eq!((&running["guestState"], &running["hostName"]), (&json!("running"), &json!("web-1")));
    assert_eq!(running["net"][0]["ipConfig"]["ipAddress"][0]["ipAddress"], running["ipAddress"]);
    world.done(&format!("VirtualMachine/{vm}/RebootGuest"), json!({})).await;
    assert_eq!(guest().await["ipAddress"], running["ipAddress"]);
    world.done(&format!("VirtualMachine/{vm}/ShutdownGuest"), json!({})).await;
    assert_eq!(state(&world, &vm).await, "poweredOff");
}

impl World {
    async fn get_guest(&self, vm: &str) -> Json {
        self.get(&format!("VirtualMachine/{vm}/guest")).await
    }

    async fn set_option(&self, vm: &str, key: &str, value: &str) {
        let option =
            json!({ "_typeName": "OptionValue", "key": key, "value": { "_typeName": "string", "_value": value } });
        let spec = json!({ "_typeName": "VirtualMachineConfigSpec", "extraConfig": [option] });
        self.task(&format!("VirtualMachine/{vm}/ReconfigVM_Task"), json!({ "spec": spec })).await;
    }
}

#[tokio::test]
async fn a_guest_without_tools_does_nothing() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    world.set_option(&vm, "vim25.simulator.tools", "notInstalled").await;
    world.task(&format!("VirtualMachine/{vm}/PowerOnVM_Task"), json!({})).await;
    assert_eq!(world.get_guest(&vm).await["toolsStatus"], "toolsNotInstalled");
    for operation in ["ShutdownGuest", "RebootGuest", "StandbyGuest"] {
        world.refused(&format!("VirtualMachine/{vm}/{operation}"), json!({}), "ToolsUnavailable").await;
    }
}

#[tokio::test]
async fn a_machine_that_a_task_changes_refuses_another() {
    let mut world = World::new().await;
    let vm = world.machine("web-1").await;
    world.slow(Duration::from_secs(2));
    let task = world.begun(&format!("VirtualMachine/{vm}/PowerOnVM_Task"), json!({})).await;
    for operation in ["PowerOnVM_Task", "SuspendVM_Task", "Destroy_Task", "UnregisterVM"] {
        let fault = world.refused(&format!("VirtualMachine/{vm}/{operation}"), json!({}), "TaskInProgress").await;
        assert_eq!(fault["task"]["value"], task);
    }
    world.clock.advance(Duration::from_secs(2));
    assert_eq!(world.info(&task).await["state"], "success");
    world.begun(&format!("VirtualMachine/{vm}/SuspendVM_Task"), json!({})).await;
}

#[tokio::test]
async fn power_on_waits_for_the_answer_to_a_question() {
    let world = World::new().await;
    let vm = world.machine("web-1").await;
    let answer = format!("VirtualMachine/{vm}/AnswerVM");
    for (choice, outcome, power) in [("1", "error", "poweredOff"), ("0", "success", "poweredOn")] {
        world.set_option(&vm, "vim25.simulator.question", "Moved or copied?").await;
        let task = world.begun(&format!("VirtualMachine/{vm}/PowerOnVM_Task"), json!({})).await;
        world.clock.advance(Duration::from_secs(60));
        assert_eq!(world.info(&task).await["state"], "running");
        let runtime = world.get(&format!("VirtualMachine/{vm}/runtime")).await;
        let question = &runtime["question"];
        assert_eq!((&question["text"], &runtime["powerState"]), (&json!("Moved or copied?"), &json!("poweredOff")));
        assert_eq!(question["choice"]["choiceInfo"][0]["label"], "Continue");
        let wrong = json!({ "questionId": "x", "answerChoice": choice });
        assert_eq!(world.refused(&answer, wrong, "InvalidArgument").await["invalidProperty"], "questionId");
        let wrong = json!({ "questionId": question["id"], "answerChoice": "x" });
        assert_eq!(world.refused(&answer, wrong, "InvalidArgument").await["invalidProperty"], "answerChoice");
        world.done(&answer, json!({ "questionId": question["id"], "answerChoice": choice })).await;
        assert_eq!(world.info(&task).await["state"], outcome);
        assert_eq!(state(&world, &vm).await, power);
        assert!(world.get(&format!("VirtualMachine/{vm}/runtime")).await["question"].is_null());
    }
}
