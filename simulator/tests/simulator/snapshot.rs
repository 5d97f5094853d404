//! The state, saved and restored.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use vim25_simulator::{ManualClock, Simulator, StartError};

use crate::client::{ADMIN, Client, start, started};

const STATE: &str = "/simulator/state";

/// A file that is removed in the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("vim25-simulator-{name}-{}.json", std::process::id())))
    }

    #[cfg(feature = "cli")]
    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn reference(kind: &str, id: &str) -> Value {
    json!({ "_typeName": "ManagedObjectReference", "type": kind, "value": id })
}

/// The state of a simulator, with a datacenter and virtual machines in it, one of which is being powered off.
pub(crate) async fn furnish(simulator: &Simulator, count: usize) -> Value {
    let mut state = Client::new(simulator).admin("GET", STATE, "").await.result();
    let machine = |index: usize| format!("vm-{}", 10_000 + index);
    let objects = state["objects"].as_array_mut().unwrap();
    let root = objects.iter_mut().find(|object| object["id"] == "group-d1").unwrap();
    let datacenter = reference("Datacenter", "datacenter-9000");
    match root["properties"]["childEntity"].as_array_mut() {
        Some(children) => children.push(datacenter),
        None => root["properties"]["childEntity"] = json!([datacenter]),
    }
    let machines: Vec<Value> = (0..count).map(|index| reference("VirtualMachine", &machine(index))).collect();
    let datacenter = json!({ "name": "dc", "vmFolder": reference("Folder", "group-v9001") });
    objects.push(json!({ "type": "Datacenter", "id": "datacenter-9000", "properties": datacenter }));
    let folder = json!({ "name": "vm", "childEntity": machines });
    objects.push(json!({ "type": "Folder", "id": "group-v9001", "properties": folder }));
    for index in 0..count {
        let runtime = json!({
            "_typeName": "VirtualMachineRuntimeInfo", "connectionState": "connected", "powerState": "poweredOn",
            "toolsInstallerMounted": false, "numMksConnections": 0, "faultToleranceState": "notConfigured", "recordReplayState": "inactive", "onlineStandby": false,
            "consolidationNeeded": false,
        });
        let properties = json!({ "name": format!("machine-{index}"), "runtime": runtime });
        objects.push(json!({ "type": "VirtualMachine", "id": machine(index), "properties": properties }));
    }
    let info = json!({
        "_typeName": "TaskInfo", "key": "task-9002", "task": reference("Task", "task-9002"), "name": "PowerOffVM_Task",
        "descriptionId": "VirtualMachine.powerOffVM", "entity": reference("VirtualMachine", "vm-10000"),
        "entityName": "machine-0", "state": "running", "cancelled": false, "cancelable": true, "progress": 0,
        "reason": { "_typeName": "TaskReasonUser", "userName": "somebody" },
        "queueTime": "2026-01-01T00:00:00Z", "startTime": "2026-01-01T00:00:00Z", "eventChainId": 0,
    });
    objects.push(json!({ "type": "Task", "id": "task-9002", "properties": { "info": info } }));
    state["tasks"] = json!([{
        "task": "task-9002", "type": "VirtualMachine", "id": "vm-10000", "operation": "PowerOffVM_Task",
        "arguments": {}, "user": "somebody", "begun": "2026-01-01T00:00:00Z", "durationMillis": 40_000_000_000_u64,
    }]);
    state
}

/// A simulator that has that state, and the state.
pub(crate) async fn furnished(count: usize) -> (Simulator, Value) {
    let simulator = started(Simulator::builder().clock(ManualClock::default())).await;
    let state = furnish(&simulator, count).await;
    Client::new(&simulator).admin("PUT", STATE, &state.to_string()).await.result();
    (simulator, state)
}

#[tokio::test]
async fn what_was_saved_comes_back_byte_by_byte() {
    let (simulator, _) = furnished(20).await;
    let file = Scratch::new("bytes");
    simulator.save(&file.0).unwrap();
    let saved = fs::read_to_string(&file.0).unwrap();
    assert!(saved.contains("machine-19") && saved.contains("PowerOffVM_Task"), "{saved}");
    let again = started(Simulator::builder().restore(&file.0).clock(ManualClock::default())).await;
    let restored = Client::new(&again).admin("GET", STATE, "").await.text;
    assert_eq!(restored, saved);
    // Every property of every object, as the API gives it.
    let (old, new) = (Client::login(&simulator, ADMIN).await, Client::login(&again, ADMIN).await);
    let state: Value = serde_json::from_str(&saved).unwrap();
    let objects = state["objects"].as_array().unwrap();
    assert!(objects.len() > 60);
    let (mut before, mut after) = (old.connect().await, new.connect().await);
    for object in objects {
        for property in object["properties"].as_object().unwrap().keys() {
            let path = format!(
                "/sdk/vim25/8.0.2.0/{}/{}/{property}",
                object["type"].as_str().unwrap(),
                object["id"].as_str().unwrap()
            );
            let (before, after) = (before.send("GET", &path, &[], "").await, after.send("GET", &path, &[], "").await);
            assert_eq!((before.status, &before.text), (after.status, &after.text), "{path}");
        }
    }
}

#[tokio::test]
async fn no_session_outlives_it_and_ids_go_on() {
    let (simulator, mut state) = furnished(1).await;
    let client = Client::login(&simulator, ADMIN).await;
    let text = client.admin("GET", STATE, "").await.text;
    assert!(!text.contains(client.session_id.as_ref().unwrap()), "{text}");
    assert!(!text.contains("session["), "{text}");
    client.admin("PUT", STATE, &text).await.result();
    client.property("message").await.fault("NotAuthenticated");
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["lastId"], 10_000);
    state["lastId"] = json!(20_000);
    client.admin("PUT", STATE, &state.to_string()).await.result();
    assert_eq!(client.admin("GET", STATE, "").await.result()["lastId"], 20_000);
}

#[tokio::test]
async fn with_a_seed_the_random_numbers_go_on() {
    let file = Scratch::new("seed");
    let simulator = started(Simulator::builder().seed(7)).await;
    let before = Client::login(&simulator, ADMIN).await;
    simulator.save(&file.0).unwrap();
    let after = Client::login(&simulator, ADMIN).await;
    let again = started(Simulator::builder().seed(7).restore(&file.0)).await;
    let restored = Client::login(&again, ADMIN).await;
    assert_ne!(restored.key, before.key);
    assert_eq!(restored.key, after.key);
}

#[tokio::test]
async fn an_error_in_a_task_comes_back() {
    let (simulator, mut state) = furnished(1).await;
    let info = state["objects"].as_array_mut().unwrap().last_mut().unwrap();
    let fault = json!({ "_typeName": "InvalidPowerState", "faultstring": "It is off.",
        "requestedState": "poweredOff", "existingState": "poweredOff" });
    info["properties"]["info"]["error"] = fault;
    let client = Client::new(&simulator);
    client.admin("PUT", STATE, &state.to_string()).await.result();
    let saved = client.admin("GET", STATE, "").await;
    assert!(saved.text.contains("It is off."), "{saved:?}");
    client.admin("PUT", STATE, &saved.text).await.result();
    assert_eq!(client.admin("GET", STATE, "").await.text, saved.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_can_save_at_once() {
    let file = Scratch::new("many");
    let simulator = started(Simulator::builder().state_file(&file.0)).await;
    let client = Client::new(&simulator);
    let saves: Vec<_> = (0..20)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.admin("POST", "/simulator/state/save", "{}").await.status })
        })
        .collect();
    for save in saves {
        assert_eq!(save.await.unwrap(), 200);
    }
    let saved = fs::read_to_string(&file.0).unwrap();
    assert_eq!(saved, client.admin("GET", STATE, "").await.text);
}

/// Changes one thing in a state.
type Change = fn(&mut Value);

#[tokio::test]
async fn what_is_wrong_is_said_and_where() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    let good = furnish(&simulator, 1).await;
    let wrong: [(&str, Change); 15] = [
        ("it is of format 2, and this simulator reads format 1", |state| state["format"] = json!(2)),
        ("it is of release 7.0.0.0, and this", |state| state["release"] = json!("7.0.0.0")),
        ("not a saved state: unknown field `object`", |state| state["object"] = json!([])),
        ("not a saved state: missing field `lastEvent`", |state| {
            drop(state.as_object_mut().unwrap().remove("lastEvent"))
        }),
        ("VirtualMachin/vm-10000: there is no type", |state| last(state, 1)["type"] = json!("VirtualMachin")),
        ("VirtualMachine/session[1]x: this id", |state| last(state, 1)["id"] = json!("session[1]x")),
        ("Folder/group-v9001: it is there twice", |state| {
            let again = last(state, 2).clone();
            state["objects"].as_array_mut().unwrap().push(again);
        }),
        ("VirtualMachine/vm-10000, property `nam`: there is no such property", |state| {
            last(state, 1)["properties"]["nam"] = json!("x");
        }),
        ("VirtualMachine/vm-10000, property `PowerOnVM_Task`: there is no such property", |state| {
            last(state, 1)["properties"]["PowerOnVM_Task"] = json!("x");
        }),
        ("VirtualMachine/vm-10000, property `name`: invalid type", |state| {
            last(state, 1)["properties"]["name"] = json!(7)
        }),
        (
            "VirtualMachine/vm-10000, property `runtime`: `powerState`: `on` is no value of VirtualMachinePowerState",
            |state| {
                last(state, 1)["properties"]["runtime"]["powerState"] = json!("on");
            },
        ),
        ("VirtualMachine/vm-10000, property `runtime`: `colour`: there is no such member", |state| {
            last(state, 1)["properties"]["runtime"]["colour"] = json!("red");
        }),
        ("VirtualMachine/vm-10000, property `runtime`: there is no type `Runtime` where it stands", |state| {
            last(state, 1)["properties"]["runtime"]["_typeName"] = json!("Runtime");
        }),
        ("event 1: ", |state| state["events"] = json!([{ "_typeName": "Event", "key": "x" }])),
        ("running task `task-9002`: VirtualMachine has no task `powerOff`", |state| {
            state["tasks"][0]["operation"] = json!("powerOff");
        }),
    ];
    for (message, change) in wrong {
        let mut state = good.clone();
        change(&mut state);
        let reply = client.admin("PUT", STATE, &state.to_string()).await;
        assert_eq!(reply.status, 400, "{message}");
        assert!(reply.text.starts_with(message), "{message}\n{}", reply.text);
    }
    assert_eq!(client.admin("PUT", STATE, "nonsense").await.status, 400);
    // Nothing has changed, not even who is logged in.
    client.property("message").await.no_content();
    client.admin("PUT", STATE, &good.to_string()).await.result();
}

/// An object from the end: the task, the virtual machine, the folder.
fn last(state: &mut Value, back: usize) -> &mut Value {
    state["objects"].as_array_mut().unwrap().iter_mut().rev().nth(back).unwrap()
}

#[tokio::test]
async fn a_file_that_cannot_be_restored_is_named() {
    let file = Scratch::new("wrong");
    let error = Simulator::builder().restore(&file.0).start().await.unwrap_err();
    assert!(matches!(error, StartError::Restore(_)));
    assert!(error.to_string().starts_with(&format!("cannot restore the state: cannot read {}", file.0.display())));
    fs::write(&file.0, "{\"format\":1}").unwrap();
    let error = Simulator::builder().restore(&file.0).start().await.unwrap_err().to_string();
    assert_eq!(
        error,
        format!(
            "cannot restore the state: {}: not a saved state: missing field `release` at line 1 column 12",
            file.0.display()
        )
    );
    let simulator = start().await;
    let error = simulator.save("/nowhere/state.json").unwrap_err().to_string();
    assert!(error.starts_with("cannot write /nowhere/state.json: "), "{error}");
}

#[cfg(all(unix, feature = "cli"))]
mod program {
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::program::Program;

    #[tokio::test]
    async fn a_state_file_is_written_at_the_end_and_read_at_the_start() {
        let file = Scratch::new("program");
        let program = Program::start(&["--state", file.path()]);
        let client = Client::at(&program.url);
        let credentials = json!({ "userName": ADMIN, "password": "vim25" });
        let session = client.with_session_of(&client.session_manager("Login", credentials.clone()).await);
        session.session_manager("UpdateServiceMessage", json!({ "message": "read me" })).await.no_content();
        assert!(!file.0.exists());
        client.admin("POST", "/simulator/state/save", "{}").await.result();
        assert!(fs::read_to_string(&file.0).unwrap().contains("read me"));
        session.session_manager("UpdateServiceMessage", json!({ "message": "read me again" })).await.no_content();
        program.stop("-TERM");
        assert!(fs::read_to_string(&file.0).unwrap().contains("read me again"));
        assert_eq!(fs::metadata(&file.0).unwrap().permissions().mode() & 0o777, 0o600);

        let program = Program::start(&["--state", file.path()]);
        let client = Client::at(&program.url);
        let session = client.with_session_of(&client.session_manager("Login", credentials).await);
        assert_eq!(session.property("message").await.result(), "read me again");
        program.stop("-INT");
    }

    /// Sends a signal.
    fn signal(program: &Program, name: &str) {
        let id = program.child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    #[tokio::test]
    async fn killed_while_it_saves_it_leaves_the_old_file_or_the_new_one() {
        let file = Scratch::new("killed");
        let (simulator, _) = furnished(3_000).await;
        simulator.save(&file.0).unwrap();
        let old = fs::read(&file.0).unwrap();
        let mut was_saving = false;
        for delay in [0, 1, 2, 5, 10, 40] {
            fs::write(&file.0, &old).unwrap();
            let mut program = Program::start(&["--quiet", "--state", file.path()]);
            let temporary = temporary(&file, &program);
            signal(&program, "-TERM");
            while !temporary.exists() && program.child.try_wait().unwrap().is_none() {
                std::hint::spin_loop();
            }
            tokio::time::sleep(Duration::from_millis(delay)).await;
            program.child.kill().unwrap();
            program.child.wait().unwrap();
            let found: Value = serde_json::from_slice(&fs::read(&file.0).unwrap()).unwrap();
            assert!(found["objects"].as_array().unwrap().len() > 3_000);
            was_saving |= fs::remove_file(temporary).is_ok();
        }
        assert!(was_saving, "no save was caught in the middle");
    }

    fn temporary(file: &Scratch, program: &Program) -> PathBuf {
        let name = file.0.file_name().unwrap().to_string_lossy().into_owned();
        file.0.with_file_name(format!(".{name}.{}.tmp", program.child.id()))
    }

    #[tokio::test]
    async fn a_second_signal_ends_the_grace_and_the_state_is_saved() {
        let file = Scratch::new("twice");
        let mut program = Program::start(&["--quiet", "--state", file.path()]);
        // A request that never ends, so that there is something to wait for.
        let mut connection = Client::at(&program.url).connect().await;
        let head = b"POST /x HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n123";
        tokio::io::AsyncWriteExt::write_all(&mut connection.stream, head).await.unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        let begun = Instant::now();
        signal(&program, "-INT");
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(program.child.try_wait().unwrap().is_none());
        signal(&program, "-INT");
        assert_eq!(program.child.wait().unwrap().code(), Some(0));
        assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
        assert!(fs::read_to_string(&file.0).unwrap().contains("ServiceInstance"));
    }
}
