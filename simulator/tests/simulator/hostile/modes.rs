//! What the simulator does to clients when it is told to.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use vim25_simulator::{Frequency, ManualClock, Mode, Rule, Simulator};

use crate::client::{ADMIN, Client, Reply, start, started};

const CONTENT: &str = "ServiceInstance/ServiceInstance/content";
const CURRENT_TIME: &str = "ServiceInstance/ServiceInstance/CurrentTime";
const MESSAGE: &str = "SessionManager/SessionManager/message";
const LOGOUT: &str = "SessionManager/SessionManager/Logout";

fn rule(text: &str) -> Rule {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

async fn with(rules: &[&str]) -> (Simulator, Client) {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    simulator.faults().set(rules.iter().map(|text| rule(text))).unwrap();
    (simulator, client)
}

/// All that comes on a connection until it is closed.
async fn raw(client: &Client, path: &str, connection: &str) -> Vec<u8> {
    let mut stream = client.connect().await.stream;
    let id = client.session_id.as_deref().unwrap();
    let request = format!(
        "GET /sdk/vim25/8.0.2.0/{path} HTTP/1.1\r\nhost: x\r\nvmware-api-session-id: {id}\r\nconnection: {connection}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut all = Vec::new();
    // A connection that is reset is closed, too.
    let _ = stream.read_to_end(&mut all).await;
    all
}

async fn statuses(client: &Client, path: &str, count: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..count {
        statuses.push(client.get(path).await.status);
    }
    statuses
}

#[tokio::test]
async fn rules_strike_where_and_as_often_as_they_say() {
    let (simulator, client) = with(&["badGateway:content:every=3"]).await;
    assert_eq!(statuses(&client, CONTENT, 6).await, [200, 200, 502, 200, 200, 502]);
    assert_eq!(statuses(&client, MESSAGE, 3).await, [204; 3]);
    assert_eq!(simulator.faults().struck(), [(rule("badGateway:content:every=3"), 2)]);

    simulator.faults().set([Rule::new(Mode::BadGateway).on("ManagedEntity.name")]).unwrap();
    assert_eq!(client.get("Folder/group-d1/name").await.status, 502);
    assert_ne!(client.get("SessionManager/SessionManager/name").await.status, 502);

    simulator.faults().set([rule("badGateway:first=2")]).unwrap();
    assert_eq!(statuses(&client, CONTENT, 3).await, [502, 502, 200]);

    simulator.faults().set([rule("badGateway:hello")]).unwrap();
    let hello = "/api/vcenter/system?action=hello";
    assert_eq!(client.send("POST", hello, &[], r#"{"api_releases":["8.0.2.0"]}"#).await.status, 502);
    assert_eq!(client.send("GET", "/other", &[], "").await.status, 404);

    simulator.faults().add(rule("redirect:once")).unwrap();
    assert_eq!(client.send("GET", "/other", &[], "").await.status, 302);
    assert_eq!(simulator.faults().struck().len(), 2);
    simulator.faults().clear();
    assert_eq!(client.send("GET", "/other", &[], "").await.status, 404);
    assert_eq!(simulator.faults().struck(), []);
}

#[tokio::test]
async fn chance_is_the_same_for_the_same_seed() {
    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        let simulator = started(Simulator::builder().seed(seed).hostility([rule("badGateway:probability=0.5")])).await;
        runs.push(statuses(&Client::new(&simulator), CONTENT, 40).await);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
    let struck = runs[0].iter().filter(|status| **status == 502).count();
    assert!((8..=32).contains(&struck), "{struck}");
}

#[tokio::test]
async fn rules_that_make_no_sense_are_refused_and_change_nothing() {
    let (simulator, client) = with(&["badGateway:content"]).await;
    let wrong = Rule::new(Mode::ClockSkew { seconds: i64::MIN });
    assert!(simulator.faults().add(wrong.clone()).unwrap_err().to_string().starts_with("clockSkew: `seconds`"));
    assert!(simulator.faults().set([wrong.clone()]).is_err());
    assert!(simulator.faults().add(Rule::new(Mode::BadGateway).probability(f64::NAN)).is_err());
    assert_eq!(client.get(CONTENT).await.status, 502);
    let error = Simulator::builder().hostility([wrong]).start().await.unwrap_err().to_string();
    assert!(error.starts_with("clockSkew: `seconds` is from"), "{error}");
}

#[tokio::test]
async fn proxies_answer_in_place_of_the_server() {
    let (simulator, client) = with(&["badGateway:Logout:once", "serviceUnavailable=7:Logout:once"]).await;
    let reply = client.post(LOGOUT, "{}").await;
    assert_eq!((reply.status, reply.header("content-type")), (502, Some("text/html")));
    assert!(reply.text.contains("<h1>502 Bad Gateway</h1>"));
    let reply = client.post(LOGOUT, "{}").await;
    assert_eq!((reply.status, reply.header("retry-after")), (503, Some("7")));
    assert_eq!(simulator.open_sessions(), 1, "the calls were not carried out");
    simulator.faults().set([rule("redirect=/ui/login")]).unwrap();
    let reply = client.get(CONTENT).await;
    assert_eq!((reply.status, reply.header("location")), (302, Some("/ui/login")));
}

#[tokio::test]
async fn times_in_headers_and_bodies_are_off_together() {
    let builder = Simulator::builder().clock(ManualClock::default());
    let simulator = started(builder.hostility([rule("clockSkew=-90")])).await;
    let client = Client::login(&simulator, ADMIN).await;
    let reply = client.post(CURRENT_TIME, "{}").await;
    assert_eq!(reply.result(), "2025-12-31T23:58:30Z");
    assert_eq!(reply.header("date"), Some("Wed, 31 Dec 2025 23:58:30 GMT"));
    simulator.faults().set([rule("serviceUnavailable=60:asDate=true")]).unwrap();
    let reply = client.get(CONTENT).await;
    assert_eq!(reply.header("retry-after"), Some("Thu, 01 Jan 2026 00:01:00 GMT"));
}

#[tokio::test]
async fn latency_delays() {
    let (simulator, client) = with(&["latency=80ms:jitter=20ms:content"]).await;
    let begun = Instant::now();
    client.get(MESSAGE).await.no_content();
    assert!(begun.elapsed() < Duration::from_millis(80));
    let begun = Instant::now();
    client.get(CONTENT).await.result();
    assert!(begun.elapsed() >= Duration::from_millis(80), "{:?}", begun.elapsed());
    assert_eq!(simulator.faults().struck()[0].1, 1);
}

#[tokio::test]
async fn a_reply_is_lost_after_the_call_was_carried_out() {
    let (simulator, client) = with(&["dropBeforeReply:Logout"]).await;
    let mut connection = client.connect().await;
    let id = client.session_id.as_deref().unwrap();
    let request = format!(
        "POST /sdk/vim25/8.0.2.0/{LOGOUT} HTTP/1.1\r\nhost: x\r\nvmware-api-session-id: {id}\r\ncontent-length: 2\r\n\r\n{{}}"
    );
    connection.stream.write_all(request.as_bytes()).await.unwrap();
    assert!(connection.read().await.is_none());
    assert_eq!(simulator.open_sessions(), 0);
}

#[tokio::test]
async fn bodies_end_early_or_come_slowly() {
    let (simulator, client) = with(&["dropMidBody:content"]).await;
    let all = String::from_utf8(raw(&client, CONTENT, "keep-alive").await).unwrap();
    let (head, body) = all.split_once("\r\n\r\n").unwrap();
    let promised = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let promised: usize = promised.parse().unwrap();
    assert!(!body.is_empty() && body.len() == promised / 2, "{} of {promised}", body.len());

    simulator.faults().set([rule("slowBody=500:milliseconds=10:content")]).unwrap();
    let begun = Instant::now();
    let reply = client.get(CONTENT).await;
    assert_eq!(reply.result()["_typeName"], "ServiceContent");
    let parts = u32::try_from(reply.text.len().div_ceil(500)).unwrap();
    assert!(parts > 2 && begun.elapsed() >= Duration::from_millis(10) * (parts - 1), "{:?}", begun.elapsed());

    // Both, and the connection is closed.
    simulator.faults().set([rule("slowBody=500:milliseconds=1"), rule("dropMidBody")]).unwrap();
    let all = String::from_utf8(raw(&client, CONTENT, "keep-alive").await).unwrap();
    assert_eq!(all.split_once("\r\n\r\n").unwrap().1.len(), promised / 2);
}

#[tokio::test]
async fn connections_are_closed_after_the_reply() {
    let (_simulator, client) = with(&["closeAfterReply"]).await;
    let all = String::from_utf8(raw(&client, CONTENT, "keep-alive").await).unwrap();
    assert!(all.contains("\r\nconnection: close\r\n") && all.ends_with('}'), "{all}");
}

#[tokio::test]
async fn no_result_and_content_types_take_other_forms() {
    let (simulator, client) = with(&["emptyInsteadOfNoContent"]).await;
    let reply = client.get(MESSAGE).await;
    assert_eq!((reply.status, reply.text.as_str(), reply.header("content-length")), (200, "", Some("0")));
    client.get(CONTENT).await.result();
    simulator.faults().set([rule("nullInsteadOfNoContent:once")]).unwrap();
    client.get(CONTENT).await.result();
    assert_eq!(client.get(MESSAGE).await.result(), Value::Null);
    client.get(MESSAGE).await.no_content();
    simulator.faults().set([rule("wrongContentType")]).unwrap();
    let reply = client.get(CONTENT).await;
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(reply.text.starts_with('{'));
    client.get(MESSAGE).await.no_content();
    simulator.faults().set([rule("invalidUtf8")]).unwrap();
    let all = raw(&client, CONTENT, "close").await;
    assert!(all.starts_with(b"HTTP/1.1 200 OK\r\n") && String::from_utf8(all).is_err());
}

#[tokio::test]
async fn sessions_end_or_seem_to() {
    let (simulator, client) = with(&["expireSession:message:every=3"]).await;
    assert_eq!(statuses(&client, MESSAGE, 3).await, [204, 204, 500]);
    assert_eq!(simulator.open_sessions(), 0);
    client.get(MESSAGE).await.fault("NotAuthenticated");
    // A call without a session has none to lose.
    assert_eq!(simulator.faults().struck()[0].1, 1);

    let client = Client::login(&simulator, ADMIN).await;
    simulator.faults().set([rule("falseNotAuthenticated:message")]).unwrap();
    let fault = client.get(MESSAGE).await.fault("NotAuthenticated");
    assert_eq!((&fault["object"]["type"], &fault["privilegeId"]), (&json!("SessionManager"), &json!("")));
    client.get("SessionManager/SessionManager/sessionList").await.result();
    assert_eq!(simulator.open_sessions(), 1);
}

#[tokio::test]
async fn collectors_lose_their_versions() {
    let (_simulator, client) = with(&["invalidCollectorVersion:once"]).await;
    client.get(CONTENT).await.result();
    let path = "PropertyCollector/propertyCollector/WaitForUpdatesEx";
    client.post(path, r#"{"version":""}"#).await.fault("InvalidCollectorVersion");
    let (_simulator, client) = with(&["loseCollectors:WaitForUpdatesEx"]).await;
    let reply = client.post("PropertyCollector/session[1]2/WaitForUpdatesEx", "{}").await;
    reply.fault("ManagedObjectNotFound");
    client.get("PropertyCollector/propertyCollector/filter").await.result();
}

/// The members of a JSON object in the order of the text.
fn first_and_last(reply: &Reply) -> (String, String) {
    let members: Vec<&str> = reply.text.trim_matches(['{', '}']).split(',').collect();
    (members[0].to_owned(), (*members.last().unwrap()).to_owned())
}

#[tokio::test]
async fn members_come_in_other_orders_and_numbers() {
    let session = "SessionManager/SessionManager/currentSession";
    let (simulator, client) = with(&[]).await;
    let plain = client.get(session).await;
    assert!(first_and_last(&plain).0.contains("_typeName"));
    let mut plain = plain.result();
    let steady = |session: &mut Value| ["callCount", "lastActiveTime"].map(|name| session[name] = Value::Null);
    steady(&mut plain);
    for text in ["typeNameLast", "shuffledMembers"] {
        simulator.faults().set([rule(text)]).unwrap();
        let reply = client.get(session).await;
        let mut same = reply.result();
        steady(&mut same);
        assert_eq!(same, plain, "{text}");
        assert!(!first_and_last(&reply).0.contains("_typeName") || text != "typeNameLast", "{reply:?}");
    }
    simulator.faults().set([rule("unknownMembers"), rule("unknownTypes=UserSession")]).unwrap();
    let strange = client.get(session).await.result();
    assert_eq!((&strange["_typeName"], &strange["key"]), (&json!("UserSessionOfTheFuture"), &plain["key"]));
    assert_eq!(strange["futureObject"]["_typeName"], "TypeOfTheFuture");
    // Faults keep their type, unless it is named.
    simulator.faults().set([rule("unknownTypes")]).unwrap();
    client.anonymous().get(MESSAGE).await.fault("NotAuthenticated");
    assert_eq!(simulator.faults().struck()[0].1, 0);
    simulator.faults().set([rule("unknownTypes=NotAuthenticated")]).unwrap();
    client.anonymous().get(MESSAGE).await.fault("NotAuthenticatedOfTheFuture");
}

#[tokio::test]
async fn all_modes_at_once_break_nothing() {
    let all = [
        "latency=1",
        "closeAfterReply",
        "ignorePageSize=1",
        "expireSession:every=4",
        "loseCollectors",
        "wrongContentType",
        "emptyInsteadOfNoContent",
        "nullInsteadOfNoContent",
        "unknownTypes",
        "unknownEnumValues",
        "unknownMembers",
        "wrappedFaults",
        "boxedReferences",
        "typeNameLast",
        "shuffledMembers",
        "clockSkew=1",
        "invalidUtf8",
        "slowBody=1000:milliseconds=1",
        "dropMidBody:every=7",
        "dropBeforeReply:every=9",
        "falseNotAuthenticated:every=5",
        "badGateway:every=6",
        "redirect:every=8",
        "serviceUnavailable:every=10",
        "invalidCollectorVersion",
    ];
    let (simulator, client) = with(&all).await;
    for _ in 0..12 {
        for path in [CONTENT, MESSAGE, "Folder/group-d1/name", "Nothing/x/y"] {
            raw(&client, path, "close").await;
        }
        raw(&client, "", "close").await;
    }
    assert!(simulator.faults().struck().iter().filter(|(_, struck)| *struck > 0).count() > 15);
    simulator.faults().clear();
    let client = Client::login(&simulator, ADMIN).await;
    client.get(MESSAGE).await.no_content();
}

#[tokio::test]
async fn rules_are_told_set_and_removed_over_http() {
    const PATH: &str = "/simulator/faults";
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    assert_eq!(client.admin("GET", PATH, "").await.result(), json!({ "rules": [] }));
    let rules = json!({ "rules": [{ "mode": "badGateway", "operation": "content", "every": 2 }] });
    client.admin("PUT", PATH, &rules.to_string()).await.result();
    assert_eq!(statuses(&client, CONTENT, 2).await, [200, 502]);
    client.admin("POST", PATH, r#"{"mode":"redirect","once":true}"#).await.result();
    assert_eq!(client.get(MESSAGE).await.status, 302);
    let told = client.admin("GET", PATH, "").await.result();
    let expected = json!({ "rules": [
        { "mode": "badGateway", "operation": "content", "every": 2, "struck": 1 },
        { "mode": "redirect", "location": "/elsewhere", "operation": "*", "first": 1, "struck": 1 },
    ] });
    assert_eq!(told, expected);
    assert_eq!(simulator.faults().struck()[1].0.frequency(), Frequency::First(1));
    for body in ["", "[]", "{\"rules\":[{}]}", "{\"rules\":[],\"x\":1}", "{\"rules\":[{\"mode\":\"x\"}]}", "\u{0}"] {
        let reply = client.admin("PUT", PATH, body).await;
        assert_eq!((reply.status, reply.text.trim().is_empty()), (400, false), "{body}");
    }
    assert_eq!(client.admin("POST", PATH, r#"{"mode":"latency","milliseconds":0}"#).await.status, 400);
    assert_eq!(client.admin("PATCH", PATH, "").await.status, 405);
    assert_eq!(client.admin("GET", PATH, "").await.result(), expected);
    // What was told can be set; the counters begin anew.
    let again = client.admin("PUT", PATH, &told.to_string()).await.result();
    assert_eq!(again["rules"][0]["struck"], 0);
    assert_eq!(client.admin("DELETE", PATH, "").await.result(), json!({ "rules": [] }));
    client.get(CONTENT).await.result();
}

#[tokio::test]
async fn collectors_can_be_lost_at_any_time() {
    let simulator = start().await;
    simulator.faults().lose_collectors();
    let client = Client::login(&simulator, ADMIN).await;
    client.get("PropertyCollector/propertyCollector/filter").await.result();
}
