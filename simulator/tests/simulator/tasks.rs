//! Tasks: those of extensions, which can be made without anything else, and what the task manager knows of all.

use std::time::Duration;

use serde_json::{Value, json};
use vim25_simulator::{ManualClock, Simulator};

use crate::client::{ADMIN, Client, READER, Reply, start, started};

const SECOND: Duration = Duration::from_secs(1);

async fn manager(client: &Client, method: &str, arguments: Value) -> Reply {
    client.post(&format!("TaskManager/TaskManager/{method}"), &arguments.to_string()).await
}

/// Makes a task of an extension on the root folder, and gives its key.
async fn make(client: &Client, type_id: &str) -> String {
    make_with(client, type_id, json!({})).await
}

async fn make_with(client: &Client, type_id: &str, more: Value) -> String {
    let mut arguments = json!({
        "obj": { "_typeName": "ManagedObjectReference", "type": "Folder", "value": "group-d1" },
        "taskTypeId": type_id,
        "cancelable": true,
    });
    arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let info = manager(client, "CreateTask", arguments).await.result();
    assert_eq!(info["state"], "queued");
    info["key"].as_str().unwrap().to_owned()
}

async fn task(client: &Client, key: &str, method: &str, arguments: Value) -> Reply {
    client.post(&format!("Task/{key}/{method}"), &arguments.to_string()).await
}

async fn info(client: &Client, key: &str) -> Value {
    client.get(&format!("Task/{key}/info")).await.result()
}

async fn succeed(client: &Client, key: &str) {
    task(client, key, "SetTaskState", json!({ "state": "success" })).await.no_content();
}

/// Makes a collector of tasks, and gives the path of it.
async fn collector(client: &Client, mut filter: Value) -> String {
    filter["_typeName"] = "TaskFilterSpec".into();
    let reference = manager(client, "CreateCollectorForTasks", json!({ "filter": filter })).await.result();
    format!("TaskHistoryCollector/{}", reference["value"].as_str().unwrap())
}

fn keys(tasks: &Value) -> Vec<&str> {
    tasks.as_array().unwrap().iter().map(|info| info["key"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_extension_carries_out_a_task() {
    let clock = ManualClock::default();
    let simulator = started(Simulator::builder().clock(clock.clone())).await;
    let client = Client::login(&simulator, ADMIN).await;
    let key = make(&client, "com.example.backup").await;
    let made = info(&client, &key).await;
    assert_eq!(made["descriptionId"], "com.example.backup");
    assert_eq!(made["reason"], json!({ "_typeName": "TaskReasonUser", "userName": ADMIN }));
    assert_eq!(made["entity"]["value"], "group-d1");
    assert_eq!(made["queueTime"], "2026-01-01T00:00:00Z");
    assert!(made.get("startTime").is_none());

    task(&client, &key, "UpdateProgress", json!({ "percentDone": 5 })).await.fault("InvalidState");
    clock.advance(SECOND);
    task(&client, &key, "SetTaskState", json!({ "state": "running" })).await.no_content();
    task(&client, &key, "UpdateProgress", json!({ "percentDone": 40 })).await.no_content();
    let refused = task(&client, &key, "UpdateProgress", json!({ "percentDone": 101 })).await.fault("OutOfBounds");
    assert_eq!(refused["argumentName"], "percentDone");
    let description = json!({ "_typeName": "LocalizableMessage", "key": "k", "message": "Copies disks" });
    task(&client, &key, "SetTaskDescription", json!({ "description": description })).await.no_content();
    let running = info(&client, &key).await;
    assert_eq!((&running["state"], &running["progress"]), (&json!("running"), &json!(40)));
    assert_eq!(running["startTime"], "2026-01-01T00:00:01Z");
    assert_eq!(running["description"]["message"], "Copies disks");
    task(&client, &key, "SetTaskState", json!({ "state": "queued" })).await.fault("InvalidState");

    let fault = json!({ "_typeName": "InvalidState" });
    let both = json!({ "state": "success", "fault": fault });
    task(&client, &key, "SetTaskState", both).await.wrong_argument("fault");
    let result = json!({ "_typeName": "string", "_value": "done" });
    task(&client, &key, "SetTaskState", json!({ "state": "success", "result": result })).await.no_content();
    let ended = info(&client, &key).await;
    assert_eq!((&ended["state"], &ended["result"]), (&json!("success"), &result));
    assert_eq!(ended["completeTime"], "2026-01-01T00:00:01Z");
    task(&client, &key, "SetTaskState", json!({ "state": "running" })).await.fault("InvalidState");
    task(&client, &key, "UpdateProgress", json!({ "percentDone": 50 })).await.fault("InvalidState");
}

#[tokio::test]
async fn an_extension_fails() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    let key = make(&client, "x").await;
    task(&client, &key, "SetTaskState", json!({ "state": "error" })).await.wrong_argument("fault");
    let fault = json!({ "_typeName": "NotFound" });
    task(&client, &key, "SetTaskState", json!({ "state": "error", "fault": fault })).await.no_content();
    let ended = info(&client, &key).await;
    assert_eq!(ended["state"], "error");
    assert!(ended["error"].to_string().contains("NotFound"), "{ended}");
}

#[tokio::test]
async fn a_task_is_cancelled_once_and_only_if_it_can_be() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    let key = make(&client, "x").await;
    task(&client, &key, "CancelTask", json!({})).await.no_content();
    let cancelled = info(&client, &key).await;
    assert_eq!((&cancelled["cancelled"], &cancelled["state"]), (&json!(true), &json!("queued")));
    task(&client, &key, "CancelTask", json!({})).await.fault("InvalidState");
    let firm = make_with(&client, "x", json!({ "cancelable": false })).await;
    task(&client, &firm, "CancelTask", json!({})).await.fault("NotSupported");
    succeed(&client, &firm).await;
    task(&client, &firm, "CancelTask", json!({})).await.fault("InvalidState");
    task(&client, "task-999", "CancelTask", json!({})).await.fault("ManagedObjectNotFound");
}

#[tokio::test]
async fn others_may_not_cancel_and_readers_make_no_tasks() {
    let simulator = start().await;
    let (admin, reader) = (Client::login(&simulator, ADMIN).await, Client::login(&simulator, READER).await);
    let key = make(&admin, "x").await;
    let refused = task(&reader, &key, "CancelTask", json!({})).await.fault("NoPermission");
    assert_eq!(refused["privilegeId"], "Global.CancelTask");
    let own = make_with(&admin, "x", json!({ "initiatedBy": READER })).await;
    task(&reader, &own, "CancelTask", json!({})).await.no_content();
    let arguments = json!({
        "obj": { "_typeName": "ManagedObjectReference", "type": "Folder", "value": "group-d1" },
        "taskTypeId": "x", "cancelable": true,
    });
    manager(&reader, "CreateTask", arguments.clone()).await.fault("NoPermission");
    let mut unknown = arguments;
    unknown["obj"]["value"] = "group-d99".into();
    manager(&admin, "CreateTask", unknown).await.fault("ManagedObjectNotFound");
}

#[tokio::test]
async fn the_manager_describes_all_operations() {
    let simulator = start().await;
    let client = Client::login(&simulator, READER).await;
    let description = client.get("TaskManager/TaskManager/description").await.result();
    let methods = description["methodInfo"].as_array().unwrap();
    let power_on = methods.iter().find(|method| method["key"] == "VirtualMachine.powerOnVM").unwrap();
    assert_eq!(power_on["label"], "Power on VM");
    let states: Vec<_> = description["state"].as_array().unwrap().iter().map(|state| &state["key"]).collect();
    assert_eq!(states, ["queued", "running", "success", "error"]);
    assert!(description["reason"].to_string().contains("TaskReasonUser"));
    assert_eq!(client.get("TaskManager/TaskManager/maxCollector").await.result(), 32);
}

#[tokio::test]
async fn ended_tasks_go_and_others_stay() {
    let simulator = started(Simulator::builder().max_ended_tasks(2)).await;
    let client = Client::login(&simulator, ADMIN).await;
    let running = make(&client, "x").await;
    let page = collector(&client, json!({})).await;
    let mut ended = Vec::new();
    for _ in 0..4 {
        let key = make(&client, "x").await;
        succeed(&client, &key).await;
        ended.push(key);
    }
    for gone in &ended[..2] {
        client.get(&format!("Task/{gone}/info")).await.fault("ManagedObjectNotFound");
    }
    assert_eq!(info(&client, &running).await["state"], "queued");
    let recent = client.get("TaskManager/TaskManager/recentTask").await.result();
    let recent: Vec<_> = recent.as_array().unwrap().iter().map(|task| task["value"].as_str().unwrap()).collect();
    assert_eq!(recent, [&running, &ended[2], &ended[3]]);
    let page = client.get(&format!("{page}/latestPage")).await.result();
    assert_eq!(keys(&page), [&ended[3], &ended[2], &running]);
}

#[tokio::test]
async fn a_collector_pages_both_ways() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(make(&client, "x").await);
    }
    let path = collector(&client, json!({})).await;
    let read = |method: &'static str, count: i32| {
        let (client, path) = (client.clone(), path.clone());
        async move {
            let tasks =
                client.post(&format!("{path}/{method}"), &json!({ "maxCount": count }).to_string()).await.result();
            keys(&tasks).into_iter().map(str::to_owned).collect::<Vec<_>>()
        }
    };
    assert_eq!(read("ReadNextTasks", 2).await, [&*made[0], &made[1]]);
    assert_eq!(read("ReadNextTasks", 2).await, [&*made[2], &made[3]]);
    assert_eq!(read("ReadNextTasks", 9).await, [&*made[4]]);
    assert_eq!(read("ReadNextTasks", 9).await, [""; 0]);
    assert_eq!(read("ReadPreviousTasks", 2).await, [&*made[4], &made[3]]);
    client.post(&format!("{path}/RewindCollector"), "").await.no_content();
    assert_eq!(read("ReadPreviousTasks", 2).await, [""; 0]);
    client.post(&format!("{path}/SetCollectorPageSize"), r#"{"maxCount":2}"#).await.no_content();
    assert_eq!(keys(&client.get(&format!("{path}/latestPage")).await.result()), [&*made[4], &made[3]]);
    client.post(&format!("{path}/ResetCollector"), "").await.no_content();
    assert_eq!(read("ReadPreviousTasks", 9).await, [&*made[2], &made[1], &made[0]]);
    for wrong in [0, -1, 1001] {
        let arguments = json!({ "maxCount": wrong }).to_string();
        client.post(&format!("{path}/ReadNextTasks"), &arguments).await.wrong_argument("maxCount");
        client.post(&format!("{path}/SetCollectorPageSize"), &arguments).await.wrong_argument("maxCount");
    }
}

#[tokio::test]
async fn the_page_follows_the_tasks() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    let (all, queued) = (collector(&client, json!({})).await, collector(&client, json!({ "state": ["queued"] })).await);
    let page = |path: String| {
        let client = client.clone();
        async move { client.get(&format!("{path}/latestPage")).await.result() }
    };
    assert_eq!(page(all.clone()).await, json!([]));
    let key = make(&client, "x").await;
    assert_eq!(page(all.clone()).await, json!([info(&client, &key).await]));
    assert_eq!(page(queued.clone()).await, json!([info(&client, &key).await]));
    task(&client, &key, "SetTaskState", json!({ "state": "running" })).await.no_content();
    assert_eq!(page(all).await, json!([info(&client, &key).await]));
    assert_eq!(page(queued).await, json!([]));
}

#[tokio::test]
async fn filters_choose_tasks() {
    let clock = ManualClock::default();
    let simulator = started(Simulator::builder().clock(clock.clone())).await;
    let client = Client::login(&simulator, ADMIN).await;
    let first = make(&client, "x").await;
    clock.advance(SECOND);
    let second = make_with(&client, "x", json!({ "initiatedBy": "bob", "activationId": "a" })).await;
    succeed(&client, &second).await;
    clock.advance(SECOND);
    let third = make_with(&client, "x", json!({ "parentTaskKey": second })).await;
    let fourth = make_with(&client, "x", json!({ "parentTaskKey": third })).await;
    let chain = info(&client, &third).await["eventChainId"].clone();
    let time = |which: &str, more: Value| {
        let mut time = json!({ "_typeName": "TaskFilterSpecByTime", "timeType": which });
        time.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "time": time })
    };
    let users = |system: bool, names: Value| json!({ "userName": { "_typeName": "TaskFilterSpecByUsername", "systemUser": system, "userList": names } });
    let root = json!({ "_typeName": "ManagedObjectReference", "type": "Folder", "value": "group-d1" });
    let entity = |recursion: &str| json!({ "entity": { "_typeName": "TaskFilterSpecByEntity", "entity": root, "recursion": recursion } });
    let alarm = json!({ "_typeName": "ManagedObjectReference", "type": "Alarm", "value": "alarm-1" });
    let all = [&*first, &second, &third, &fourth];
    for (filter, expected) in [
        (json!({}), &all[..]),
        (json!({ "state": ["success"] }), &[&second]),
        (json!({ "state": ["queued", "success"] }), &all),
        (users(false, json!(["bob"])), &[&second]),
        (users(true, json!([])), &all),
        (users(true, json!(["nobody"])), &[]),
        (json!({ "activationId": ["a", "b"] }), &[&second]),
        (json!({ "parentTaskKey": [second] }), &[&third]),
        (json!({ "rootTaskKey": [second] }), &[&third, &fourth]),
        (json!({ "eventChainId": [chain] }), &[&third]),
        (json!({ "tag": ["t"] }), &[]),
        (json!({ "alarm": alarm }), &[]),
        (time("queuedTime", json!({ "beginTime": "2026-01-01T00:00:01Z" })), &[&second, &third, &fourth]),
        (time("queuedTime", json!({ "endTime": "2026-01-01T00:00:01Z" })), &[&first, &second]),
        (time("startedTime", json!({})), &[]),
        (time("completedTime", json!({ "beginTime": "2026-01-01T01:00:01+01:00" })), &[&second]),
        (entity("self"), &all),
        (entity("all"), &all),
        (entity("children"), &[]),
    ] {
        let path = collector(&client, filter.clone()).await;
        let tasks = client.post(&format!("{path}/ReadNextTasks"), r#"{"maxCount":9}"#).await.result();
        assert_eq!(keys(&tasks), expected, "{filter}");
        let shown = client.get(&format!("{path}/filter")).await.result();
        assert_eq!(shown["_typeName"], "TaskFilterSpec");
        client.post(&format!("{path}/DestroyCollector"), "").await.no_content();
        client.get(&format!("{path}/filter")).await.fault("ManagedObjectNotFound");
    }
    assert_eq!(simulator.open_history_collectors(), 0);
}

#[tokio::test]
async fn results_can_be_left_out() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    for type_id in ["x", "y"] {
        let key = make(&client, type_id).await;
        let result = json!({ "_typeName": "int", "_value": 1 });
        task(&client, &key, "SetTaskState", json!({ "state": "success", "result": result })).await.no_content();
    }
    for (results, expected) in [
        (json!({ "removeAll": true }), [false, false]),
        (json!({ "descriptionIds": ["x"], "filterIn": true }), [true, false]),
        (json!({ "descriptionIds": ["x"] }), [false, true]),
        (json!({}), [true, true]),
    ] {
        let mut results = results;
        results["_typeName"] = "TaskInfoFilterSpecFilterTaskResults".into();
        let arguments = json!({
            "filter": { "_typeName": "TaskFilterSpec" },
            "infoFilter": { "_typeName": "TaskInfoFilterSpec", "filterTaskResults": results },
        });
        let path = "/sdk/vim25/8.0.3.0/TaskManager/TaskManager/CreateCollectorWithInfoFilterForTasks";
        let headers = [("content-type", "application/json")];
        let made = client.send("POST", path, &headers, &arguments.to_string()).await.result();
        let path = format!("TaskHistoryCollector/{}/ReadNextTasks", made["value"].as_str().unwrap());
        let tasks = client.post(&path, r#"{"maxCount":9}"#).await.result();
        let shown: Vec<bool> = tasks.as_array().unwrap().iter().map(|info| info.get("result").is_some()).collect();
        assert_eq!(shown, expected, "{arguments}");
    }
}

#[tokio::test]
async fn tasks_are_read_without_a_collector_from_an_id_on() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    let made = [make(&client, "x").await, make(&client, "x").await, make(&client, "x").await];
    let read = |view: Value| {
        let arguments = json!({ "viewSpec": view, "filterSpec": { "_typeName": "TaskFilterSpec" } }).to_string();
        let client = client.clone();
        async move {
            let path = "/sdk/vim25/9.0.0.0/TaskManager/TaskManager/ReadNextTasksByViewSpec";
            client.send("POST", path, &[("content-type", "application/json")], &arguments).await
        }
    };
    let view =
        |start: &str, count: i32| json!({ "_typeName": "TaskManagerViewByStartId", "startId": start, "count": count });
    assert_eq!(keys(&read(view(&made[1], 9)).await.result()), [&*made[1], &made[2]]);
    assert_eq!(keys(&read(view(&made[0], 2)).await.result()), [&*made[0], &made[1]]);
    read(view("task-999", 2)).await.wrong_argument("viewSpec.startId");
    read(view(&made[0], 0)).await.wrong_argument("viewSpec.count");
    let all = read(json!({ "_typeName": "TaskManagerTaskViewSpec" })).await.result();
    assert_eq!(keys(&all), [&*made[2], &made[1], &made[0]]);
}
