//! Events: who was here, what clients write, and how the history is read.

use std::time::Duration;

use serde_json::{Value, json};
use vim25_simulator::{ManualClock, Simulator};

use crate::client::{ADMIN, Client, PASSWORD, READER, Reply, start, started};

const SECOND: Duration = Duration::from_secs(1);

async fn manager(client: &Client, method: &str, arguments: Value) -> Reply {
    client.post(&format!("EventManager/EventManager/{method}"), &arguments.to_string()).await
}

async fn query(client: &Client, mut filter: Value) -> Value {
    filter["_typeName"] = "EventFilterSpec".into();
    manager(client, "QueryEvents", json!({ "filter": filter })).await.result()
}

/// Makes a collector of events, and gives the path of it.
async fn collector(client: &Client, mut filter: Value) -> String {
    filter["_typeName"] = "EventFilterSpec".into();
    let reference = manager(client, "CreateCollectorForEvents", json!({ "filter": filter })).await.result();
    format!("EventHistoryCollector/{}", reference["value"].as_str().unwrap())
}

fn root() -> Value {
    json!({ "_typeName": "ManagedObjectReference", "type": "Folder", "value": "group-d1" })
}

async fn log(client: &Client, message: &str) {
    manager(client, "LogUserEvent", json!({ "entity": root(), "msg": message })).await.no_content();
}

/// An event to be posted; the server fills in what it knows better.
fn event(kind: &str, more: Value) -> Value {
    let mut event = json!({
        "_typeName": kind, "key": 77, "chainId": 77, "createdTime": "1999-01-01T00:00:00Z", "userName": "nobody",
    });
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

fn types(events: &Value) -> Vec<&str> {
    events.as_array().unwrap().iter().map(|event| event["_typeName"].as_str().unwrap()).collect()
}

fn messages(events: &Value) -> Vec<&str> {
    let events = events.as_array().unwrap().iter();
    events.map(|event| event["fullFormattedMessage"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn logins_and_ends_of_sessions_are_events() {
    let clock = ManualClock::default();
    let simulator = started(Simulator::builder().clock(clock.clone())).await;
    let nobody = Client::new(&simulator);
    let admin = Client::login(&simulator, ADMIN).await;
    let latest = admin.get("EventManager/EventManager/latestEvent").await.result();
    assert_eq!(
        json!([latest["_typeName"], latest["key"], latest["chainId"], latest["userName"], latest["ipAddress"]]),
        json!(["UserLoginSessionEvent", 1, 1, ADMIN, "127.0.0.1"])
    );
    assert_eq!(json!([latest["userAgent"], latest["sessionId"]]), json!(["by hand", admin.key]));
    assert_eq!(latest["createdTime"], "2026-01-01T00:00:00Z");

    let wrong = json!({ "userName": "mallory", "password": "guess" });
    nobody.session_manager("Login", wrong).await.fault("InvalidLogin");
    let right = json!({ "userName": ADMIN, "password": PASSWORD });
    admin.session_manager("Login", right).await.fault("InvalidLogin");
    let (left, ended) = (Client::login(&simulator, READER).await, Client::login(&simulator, READER).await);
    clock.advance(SECOND);
    left.session_manager("Logout", json!({})).await.no_content();
    admin.session_manager("TerminateSession", json!({ "sessionId": [ended.key] })).await.no_content();
    let events = query(&admin, json!({})).await;
    assert_eq!(
        types(&events),
        [
            "UserLogoutSessionEvent",
            "SessionTerminatedEvent",
            "UserLogoutSessionEvent",
            "UserLoginSessionEvent",
            "UserLoginSessionEvent",
            "AlreadyAuthenticatedSessionEvent",
            "BadUsernameSessionEvent",
            "UserLoginSessionEvent"
        ]
    );
    let (terminated, logout) = (&events[1], &events[2]);
    assert_eq!(json!([terminated["sessionId"], terminated["terminatedUsername"]]), json!([ended.key, READER]));
    assert_eq!(json!([logout["sessionId"], logout["callCount"], logout["userName"]]), json!([left.key, 2, READER]));
    assert_eq!(logout["loginTime"], "2026-01-01T00:00:00Z");
    assert_eq!(logout["createdTime"], "2026-01-01T00:00:01Z");
    assert_eq!(json!([events[6]["userName"], events[6]["ipAddress"]]), json!(["mallory", "127.0.0.1"]));
    let text = events.to_string();
    let clients = [&admin, &left, &ended];
    assert!(clients.iter().all(|client| !text.contains(client.session_id.as_deref().unwrap())));
    assert!(!text.contains("guess") && !text.contains(PASSWORD));
}

#[tokio::test]
async fn an_idle_session_is_logged_out() {
    let clock = ManualClock::default();
    let simulator = started(Simulator::builder().clock(clock.clone()).idle_timeout(60 * SECOND)).await;
    let idle = Client::login(&simulator, READER).await;
    clock.advance(60 * SECOND);
    let admin = Client::login(&simulator, ADMIN).await;
    let events = query(&admin, json!({ "type": ["UserLogoutSessionEvent"] })).await;
    assert_eq!(json!([events[0]["sessionId"], events[0]["createdTime"]]), json!([idle.key, "2026-01-01T00:01:00Z"]));
    simulator.faults().expire_sessions();
    let admin = Client::login(&simulator, ADMIN).await;
    assert_eq!(query(&admin, json!({ "type": ["UserLogoutSessionEvent"] })).await.as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn users_write_into_the_log() {
    let simulator = start().await;
    let (admin, reader) = (Client::login(&simulator, ADMIN).await, Client::login(&simulator, READER).await);
    log(&admin, "Power will be cut at nine").await;
    let latest = reader.get("EventManager/EventManager/latestEvent").await.result();
    assert_eq!(json!([latest["_typeName"], latest["userName"]]), json!(["GeneralUserEvent", ADMIN]));
    assert_eq!(latest["message"], "Power will be cut at nine");
    assert_eq!(latest["fullFormattedMessage"], "Power will be cut at nine");
    assert_eq!(latest["entity"]["entity"], root());
    let arguments = json!({ "entity": root(), "msg": "x" });
    let refused = manager(&reader, "LogUserEvent", arguments).await.fault("NoPermission");
    assert_eq!(refused["privilegeId"], "Global.LogEvent");
    let unknown = json!({ "_typeName": "ManagedObjectReference", "type": "Folder", "value": "group-d99" });
    manager(&admin, "LogUserEvent", json!({ "entity": unknown, "msg": "x" })).await.fault("ManagedObjectNotFound");
}

#[tokio::test]
async fn extensions_post_events() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    let post = |event: Value| manager(&client, "PostEvent", json!({ "eventToPost": event }));
    let extended = json!({ "eventTypeId": "com.example.full", "severity": "warning", "message": "The box is full" });
    post(event("EventEx", extended)).await.no_content();
    let posted = query(&client, json!({ "eventTypeId": ["com.example.full"] })).await;
    assert_eq!(json!([posted[0]["key"], posted[0]["userName"]]), json!([2, ADMIN]));
    assert_eq!(messages(&posted), ["The box is full"]);
    assert_ne!(posted[0]["createdTime"], "1999-01-01T00:00:00Z");
    assert_eq!(query(&client, json!({ "category": ["warning"] })).await, posted);
    let named = json!({ "_typeName": "HostEventArgument", "name": "esx-1",
        "host": { "_typeName": "ManagedObjectReference", "type": "HostSystem", "value": "host-1" } });
    post(event("HostConnectedEvent", json!({ "host": named }))).await.no_content();
    for (kind, more) in
        [("Event", json!({})), ("EventEx", json!({ "eventTypeId": "" })), ("UserLogoutSessionEvent", json!({}))]
    {
        post(event(kind, more)).await.fault("InvalidEvent");
    }
}

#[tokio::test]
async fn a_task_and_its_events_are_one_chain() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    let arguments = json!({ "obj": root(), "taskTypeId": "com.example.backup", "cancelable": true });
    let info = client.post("TaskManager/TaskManager/CreateTask", &arguments.to_string()).await.result();
    let begun = query(&client, json!({ "type": ["TaskEvent"] })).await;
    assert_eq!(begun[0]["info"], info);
    assert_eq!(begun[0]["key"], info["eventChainId"]);
    let mut lied = info.clone();
    lied["eventChainId"] = 1.into();
    let step = event("EventEx", json!({ "eventTypeId": "com.example.step" }));
    let arguments = json!({ "eventToPost": step, "taskInfo": lied });
    manager(&client, "PostEvent", arguments).await.no_content();
    let chain = query(&client, json!({ "eventChainId": info["eventChainId"] })).await;
    assert_eq!(types(&chain), ["EventEx", "TaskEvent"]);
    lied["task"]["value"] = "task-999".into();
    let step = event("EventEx", json!({ "eventTypeId": "x" }));
    let arguments = json!({ "eventToPost": step, "taskInfo": lied });
    manager(&client, "PostEvent", arguments).await.wrong_argument("taskInfo.task");
}

#[tokio::test]
async fn filters_choose_events() {
    let clock = ManualClock::default();
    let simulator = started(Simulator::builder().clock(clock.clone())).await;
    let client = Client::login(&simulator, ADMIN).await;
    clock.advance(SECOND);
    log(&client, "one").await;
    clock.advance(SECOND);
    Client::login(&simulator, READER).await;
    let time = |more: Value| {
        let mut time = json!({ "_typeName": "EventFilterSpecByTime" });
        time.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "time": time })
    };
    let users = |system: bool, names: Value| json!({ "userName": { "_typeName": "EventFilterSpecByUsername", "systemUser": system, "userList": names } });
    let entity = |recursion: &str| json!({ "entity": { "_typeName": "EventFilterSpecByEntity", "entity": root(), "recursion": recursion } });
    let alarm = json!({ "_typeName": "ManagedObjectReference", "type": "Alarm", "value": "alarm-1" });
    let schedule = json!({ "_typeName": "ManagedObjectReference", "type": "ScheduledTask", "value": "schedule-1" });
    for (filter, expected) in [
        (json!({}), &[3, 2, 1][..]),
        (json!({ "maxCount": 2 }), &[3, 2]),
        (json!({ "maxCount": 0 }), &[3, 2, 1]),
        (json!({ "type": ["SessionEvent"] }), &[3, 1]),
        (json!({ "type": ["vim.event.GeneralEvent"] }), &[2]),
        (json!({ "eventTypeId": ["GeneralUserEvent", "VmEvent"] }), &[2]),
        (json!({ "eventTypeId": ["vim.event.UserLoginSessionEvent"] }), &[3, 1]),
        (json!({ "category": ["user"] }), &[2]),
        (json!({ "category": ["info", "user"] }), &[3, 2, 1]),
        (json!({ "category": ["error"] }), &[]),
        (json!({ "tag": ["t"] }), &[]),
        (json!({ "eventChainId": 2 }), &[2]),
        (json!({ "alarm": alarm }), &[]),
        (json!({ "scheduledTask": schedule }), &[]),
        (users(false, json!([READER])), &[3]),
        (users(true, json!(["nobody"])), &[]),
        (users(true, json!([])), &[3, 2, 1]),
        (time(json!({ "beginTime": "2026-01-01T00:00:01Z" })), &[3, 2]),
        (time(json!({ "endTime": "2026-01-01T00:00:01Z" })), &[2, 1]),
        (time(json!({ "beginTime": "2026-01-01T00:00:01Z", "endTime": "2026-01-01T00:00:01.5Z" })), &[2]),
        (entity("self"), &[3, 2, 1]),
        (entity("all"), &[3, 2, 1]),
        (entity("children"), &[]),
    ] {
        let events = query(&client, filter.clone()).await;
        let keys: Vec<_> = events.as_array().unwrap().iter().map(|event| event["key"].as_i64().unwrap()).collect();
        assert_eq!(keys, expected, "{filter}");
    }
    let silent = query(&client, json!({ "disableFullMessage": true })).await;
    assert!(silent.as_array().unwrap().iter().all(|event| event.get("fullFormattedMessage").is_none()));
    let negative = json!({ "filter": { "_typeName": "EventFilterSpec", "maxCount": -1 } });
    manager(&client, "QueryEvents", negative).await.wrong_argument("filter.maxCount");
    let mut unknown = entity("all");
    unknown["entity"]["entity"]["value"] = "group-d99".into();
    unknown["_typeName"] = "EventFilterSpec".into();
    manager(&client, "QueryEvents", json!({ "filter": unknown })).await.fault("ManagedObjectNotFound");
    manager(&client, "QueryEvents", json!({})).await.wrong_argument("filter");
}

#[tokio::test]
async fn events_are_read_from_an_id_on_in_both_directions() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    for message in ["two", "three", "four"] {
        log(&client, message).await;
    }
    for (is_forward, expected) in [(true, ["three", "four"]), (false, ["three", "two"])] {
        let arguments = json!({
            "filter": { "_typeName": "EventFilterSpec", "category": ["user"] },
            "eventViewSpec": { "_typeName": "EventManagerViewByStartId", "startEventId": 3, "isForward": is_forward },
        });
        let path = "/sdk/vim25/9.0.0.0/EventManager/EventManager/QueryEvents";
        let headers = [("content-type", "application/json")];
        let events = client.send("POST", path, &headers, &arguments.to_string()).await.result();
        assert_eq!(messages(&events), expected);
    }
}

#[tokio::test]
async fn a_collector_pages_both_ways_and_its_page_follows() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    for message in ["1", "2", "3", "4", "5"] {
        log(&client, message).await;
    }
    let path = collector(&client, json!({ "category": ["user"] })).await;
    let other = collector(&client, json!({ "category": ["error"] })).await;
    let read = |method: &'static str, count: i32| {
        let (client, path) = (client.clone(), path.clone());
        async move {
            let events =
                client.post(&format!("{path}/{method}"), &json!({ "maxCount": count }).to_string()).await.result();
            messages(&events).concat()
        }
    };
    assert_eq!(read("ReadNextEvents", 2).await, "12");
    assert_eq!(read("ReadNextEvents", 9).await, "345");
    assert_eq!(read("ReadNextEvents", 9).await, "");
    log(&client, "6").await;
    assert_eq!(read("ReadNextEvents", 9).await, "6");
    assert_eq!(read("ReadPreviousEvents", 2).await, "65");
    assert_eq!(read("ReadPreviousEvents", 9).await, "4321");
    assert_eq!(read("ReadPreviousEvents", 9).await, "");
    client.post(&format!("{path}/SetCollectorPageSize"), r#"{"maxCount":3}"#).await.no_content();
    let page = |path: String| {
        let client = client.clone();
        async move { messages(&client.get(&format!("{path}/latestPage")).await.result()).concat() }
    };
    assert_eq!(page(path.clone()).await, "654");
    client.post(&format!("{path}/ResetCollector"), "").await.no_content();
    assert_eq!(read("ReadPreviousEvents", 9).await, "321");
    log(&client, "7").await;
    assert_eq!(page(path.clone()).await, "765");
    assert_eq!(page(other).await, "");
    client.post(&format!("{path}/RewindCollector"), "").await.no_content();
    assert_eq!(read("ReadNextEvents", 1).await, "1");
    let initialized = client.send("GET", &format!("/sdk/vim25/8.0.3.0/{path}/initialized"), &[], "").await;
    assert_eq!(initialized.result(), true);
    assert_eq!(client.get(&format!("{path}/filter")).await.result()["category"], json!(["user"]));
}

#[tokio::test]
async fn a_collector_can_begin_with_the_newest_few() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    for message in ["1", "2", "3"] {
        log(&client, message).await;
    }
    let path = collector(&client, json!({ "maxCount": 2 })).await;
    log(&client, "4").await;
    let events = client.post(&format!("{path}/ReadNextEvents"), r#"{"maxCount":9}"#).await.result();
    assert_eq!(messages(&events), ["2", "3", "4"]);
}

#[tokio::test]
async fn collectors_are_of_their_session_and_limited() {
    let simulator = start().await;
    let (client, other) = (Client::login(&simulator, READER).await, Client::login(&simulator, ADMIN).await);
    let path = collector(&client, json!({})).await;
    assert!(path.starts_with(&format!("EventHistoryCollector/session[{}]", client.key)), "{path}");
    other.get(&format!("{path}/latestPage")).await.fault("ManagedObjectNotFound");
    other.post(&format!("{path}/DestroyCollector"), "").await.fault("ManagedObjectNotFound");
    for _ in 1..32 {
        collector(&client, json!({})).await;
    }
    let filter = json!({ "filter": { "_typeName": "EventFilterSpec" } });
    manager(&client, "CreateCollectorForEvents", filter).await.fault("InvalidState");
    collector(&other, json!({})).await;
    assert_eq!(simulator.open_history_collectors(), 33);
    client.post(&format!("{path}/DestroyCollector"), "").await.no_content();
    client.post(&format!("{path}/DestroyCollector"), "").await.fault("ManagedObjectNotFound");
    collector(&client, json!({})).await;
    client.session_manager("Logout", json!({})).await.no_content();
    assert_eq!(simulator.open_history_collectors(), 1);
    simulator.faults().expire_sessions();
    assert_eq!(simulator.open_history_collectors(), 0);
}

#[tokio::test]
async fn the_manager_describes_all_types() {
    let simulator = start().await;
    let client = Client::login(&simulator, READER).await;
    assert_eq!(client.get("EventManager/EventManager/maxCollector").await.result(), 32);
    let description = client.get("EventManager/EventManager/description").await.result();
    let categories: Vec<_> = description["category"].as_array().unwrap().iter().map(|one| &one["key"]).collect();
    assert_eq!(categories, ["info", "warning", "error", "user"]);
    let powered_on = description["eventInfo"].as_array().unwrap().iter().find(|one| one["key"] == "VmPoweredOnEvent");
    assert_eq!(powered_on.unwrap()["category"], "info");
    let describe = |id: &str| manager(&client, "RetrieveArgumentDescription", json!({ "eventTypeId": id }));
    let arguments = describe("VmPoweredOnEvent").await.result();
    let shown: Vec<_> = arguments.as_array().unwrap().iter().map(|one| json!([one["name"], one["type"]])).collect();
    assert!(shown.contains(&json!(["vm", "VmEventArgument"])) && shown.contains(&json!(["userName", "string"])));
    describe("VirtualMachine").await.wrong_argument("eventTypeId");
    describe("com.example.unknown").await.wrong_argument("eventTypeId");
}
