//! Calls: paths, verbs, arguments, faults.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use vim25_runtime::Release;
use vim25_simulator::{RequestLog, Simulator};

use crate::client::{ADMIN, Client, READER, start, started};

const LOGIN: &str = "SessionManager/SessionManager/Login";
const IS_ACTIVE: &str = "SessionManager/SessionManager/SessionIsActive";
const GENERIC_TICKET: &str = "SessionManager/SessionManager/AcquireGenericServiceTicket";

#[tokio::test]
async fn what_does_not_exist_is_told_apart() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    let fault = client.get("VirtualMachine/vm-1/name").await.fault("ManagedObjectNotFound");
    assert_eq!(
        fault["obj"],
        json!({ "_typeName": "ManagedObjectReference", "type": "VirtualMachine", "value": "vm-1" })
    );
    for path in ["SessionManager/sessionmanager/message", "NoSuchType/x/name", "Folder/SessionManager/name"] {
        client.get(path).await.fault("ManagedObjectNotFound");
    }
    client.post("SessionManager/other/Logout", "{}").await.fault("ManagedObjectNotFound");
    client.post("SessionManager/SessionManager/NoSuchMethod", "{}").await.fault("InvalidRequest");
    let fault = client.get("SessionManager/SessionManager/noSuchProperty").await.fault("InvalidProperty");
    assert_eq!(fault["name"], "noSuchProperty");
    let body = r#"{"vm":[],"host":[]}"#;
    let fault =
        client.post("ServiceInstance/ServiceInstance/QueryVMotionCompatibility", body).await.fault("MethodNotFound");
    assert_eq!(
        (&fault["method"], &fault["receiver"]["type"]),
        (&json!("QueryVMotionCompatibility"), &json!("ServiceInstance"))
    );
    // Whoever has no session learns nothing of it.
    let nobody = Client::new(&simulator);
    for path in ["VirtualMachine/vm-1/name", "SessionManager/SessionManager/noSuchProperty"] {
        let fault = nobody.get(path).await.fault("NotAuthenticated");
        assert_eq!(fault["privilegeId"], "System.View");
    }
    nobody.post("SessionManager/SessionManager/NoSuchMethod", "{}").await.fault("NotAuthenticated");
    nobody.post("SessionManager/other/Login", "{}").await.fault("ManagedObjectNotFound");
}

#[tokio::test]
async fn paths_of_another_form_and_releases_that_are_not_served_are_not_found() {
    let simulator = start().await;
    let client = Client::new(&simulator);
    for path in [
        "/nothing",
        "/sdk",
        "/sdk/vim25",
        "/sdk/vim25/8.0.2.0/ServiceInstance/ServiceInstance",
        "/sdk/vim25/8.0.2.0/ServiceInstance/ServiceInstance/content/",
        "/sdk/vim25/8.0.2/ServiceInstance/ServiceInstance/content",
        "/sdk/vim25/9.9.9.9/ServiceInstance/ServiceInstance/content",
        "/sdk/vim25/8.0.2.0/ServiceInstance/%ff/content",
    ] {
        let reply = client.send("GET", path, &[], "").await;
        assert_eq!((reply.status, reply.header("content-type")), (404, Some("text/plain; charset=utf-8")), "{path}");
    }
    for path in [
        "/sdk/vim25/8.0.1.0/ServiceInstance/%53erviceInstance/content",
        "/sdk/vim25/8.0.2.0/ServiceInstance/ServiceInstance/content?x=1",
    ] {
        client.send("GET", path, &[], "").await.result();
    }
}

#[tokio::test]
async fn a_verb_must_be_the_right_one() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    for (verb, member, allowed) in [
        ("GET", "Logout", "POST"),
        ("PUT", "Logout", "POST"),
        ("POST", "currentSession", "GET"),
        ("DELETE", "currentSession", "GET"),
        ("PATCH", "noSuchMember", "GET, POST"),
    ] {
        let path = format!("/sdk/vim25/8.0.2.0/SessionManager/SessionManager/{member}");
        let reply = client.send(verb, &path, &[], "").await;
        assert_eq!((reply.status, reply.header("allow")), (405, Some(allowed)), "{verb} {member}");
    }
    assert_eq!(simulator.open_sessions(), 1);
}

#[tokio::test]
async fn a_body_must_be_json() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    for body in ["{", "[1,2]", "null", "\"x\"", "{}{}", "<xml/>", "{\"sessionID\":\"\u{0}\"}"] {
        client.post(IS_ACTIVE, body).await.fault("InvalidRequest");
    }
    let deep = "[".repeat(100_000);
    client.post(IS_ACTIVE, &format!("{{\"sessionID\":{deep}")).await.fault("InvalidRequest");
    let path = format!("/sdk/vim25/8.0.2.0/{IS_ACTIVE}");
    let body = r#"{"sessionID":"x","userName":"y"}"#;
    for (content_type, status) in [
        ("application/json", 200),
        ("Application/JSON; charset=utf-8", 200),
        ("text/xml", 415),
        ("application/x-www-form-urlencoded", 415),
    ] {
        let reply = client.send("POST", &path, &[("content-type", content_type)], body).await;
        assert_eq!(reply.status, status, "{content_type}");
    }
    assert_eq!(client.send("POST", &path, &[], body).await.result(), false);
}

#[tokio::test]
async fn wrong_arguments_are_named() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    for (body, path) in [
        ("", "sessionID"),
        ("{}", "sessionID"),
        (r#"{"sessionID":"x"}"#, "userName"),
        (r#"{"sessionID":null,"userName":"y"}"#, "sessionID"),
        (r#"{"sessionID":5,"userName":"y"}"#, "sessionID"),
        (r#"{"sessionID":["x"],"userName":"y"}"#, "sessionID"),
        (r#"{"sessionID":"x","userName":"y","userName":"z"}"#, "userName"),
        (r#"{"sessionID":"x","userName":"y","sessionId":"x"}"#, "sessionId"),
    ] {
        client.post(IS_ACTIVE, body).await.wrong_argument(path);
    }
    for (body, path) in [(r#"{"sessionId":"x"}"#, "sessionId"), (r#"{"sessionId":["x",1]}"#, "sessionId[1]")] {
        client.post("SessionManager/SessionManager/TerminateSession", body).await.wrong_argument(path);
    }
    client.post("SessionManager/SessionManager/Logout", r#"{"now":true}"#).await.wrong_argument("now");
    // A client may name the method where other objects have their type.
    let body = r#"{"_typeName":"SessionIsActive","sessionID":"x","userName":"y"}"#;
    assert_eq!(client.post(IS_ACTIVE, body).await.result(), false);
}

#[tokio::test]
async fn objects_in_arguments_say_their_types_and_have_no_other_members() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    for (spec, path) in [
        (json!({ "method": "CloneSession" }), "spec"),
        (json!({ "_typeName": "NoSuchSpec", "method": "CloneSession" }), "spec"),
        (json!({ "_typeName": "UserSession" }), "spec._typeName"),
        (json!({ "_typeName": "SessionManagerVmomiServiceRequestSpec" }), "spec.method"),
        (json!({ "_typeName": "SessionManagerVmomiServiceRequestSpec", "method": 1 }), "spec.method"),
        (
            json!({ "_typeName": "SessionManagerVmomiServiceRequestSpec", "method": "CloneSession", "url": "x" }),
            "spec.url",
        ),
        (json!("CloneSession"), "spec"),
    ] {
        client.post(GENERIC_TICKET, &json!({ "spec": spec }).to_string()).await.wrong_argument(path);
    }
    // The name may stand anywhere.
    let last = r#"{"spec":{"method":"CloneSession","_typeName":"SessionManagerVmomiServiceRequestSpec"}}"#;
    client.post(GENERIC_TICKET, last).await.result();
}

#[tokio::test]
async fn secrets_are_not_repeated() {
    let lines: Arc<Mutex<Vec<RequestLog>>> = Arc::default();
    let log = Arc::clone(&lines);
    let builder = Simulator::builder().on_request(move |request| log.lock().unwrap().push(request.clone()));
    let simulator = started(builder).await;
    let client = Client::new(&simulator);
    for body in [
        r#"{"userName":"x","password":"s3cret"}"#,
        r#"{"userName":"x","password":["s3cret"]}"#,
        r#"{"userName":"x","password":{"s3cret":"s3cret"}}"#,
        r#"{"userName":"x","password":"s3cret"#,
    ] {
        let reply = client.post(LOGIN, body).await;
        assert_eq!(reply.status, 500);
        assert!(!reply.text.contains("s3cret"), "{}", reply.text);
    }
    client.post(LOGIN, r#"{"userName":"x","password":["s3cret"]}"#).await.wrong_argument("password");
    let path = "/sdk/vim25/8.0.2.0/SessionManager/SessionManager/message?token=s3cret";
    client.with_session_id("s3cret").send("GET", path, &[], "").await.fault("NotAuthenticated");
    client.send("GET", "/other?token=s3cret", &[], "").await;
    Client::login(&simulator, READER).await;
    let lines: Vec<String> = lines.lock().unwrap().iter().map(ToString::to_string).collect();
    assert!(!lines.concat().contains("s3cret"), "{lines:#?}");
    assert!(lines[0].starts_with("POST SessionManager/SessionManager/Login 500 "), "{}", lines[0]);
    assert!(lines[0].ends_with(" ms InvalidLogin"), "{}", lines[0]);
    assert!(lines[6].starts_with("GET /other 404 "), "{}", lines[6]);
    assert!(lines[7].ends_with(" ms reader@vsphere.local"), "{}", lines[7]);
}

#[tokio::test]
async fn the_service_instance_tells_where_everything_begins() {
    let simulator = start().await;
    let (nobody, client) = (Client::new(&simulator), Client::login(&simulator, READER).await);
    let content = nobody.get("ServiceInstance/ServiceInstance/content").await.result();
    assert_eq!(nobody.post("ServiceInstance/ServiceInstance/RetrieveServiceContent", "{}").await.result(), content);
    assert_eq!(content["sessionManager"]["value"], "SessionManager");
    assert_eq!(content["rootFolder"]["value"], "group-d1");
    assert_eq!(content["about"]["apiVersion"], vim25_api::RELEASE.to_string().as_str());
    assert_eq!(content["about"]["apiType"], "VirtualCenter");
    for (name, reference) in content.as_object().unwrap() {
        let Some(kind) = reference["type"].as_str().filter(|_| name != "about") else { continue };
        let path = format!("{kind}/{}/noSuchProperty", reference["value"].as_str().unwrap());
        client.get(&path).await.fault("InvalidProperty");
    }
    let components = nobody.post("ServiceInstance/ServiceInstance/RetrieveProductComponents", "").await.result();
    assert_eq!(components[0]["_typeName"], "ProductComponentInfo");
    let capability = client.get("ServiceInstance/ServiceInstance/capability").await.result();
    assert_eq!(capability["_typeName"], "Capability");
    let time = client.post("ServiceInstance/ServiceInstance/CurrentTime", "{}").await.result();
    assert!(time.as_str().is_some_and(|time| time.ends_with('Z')), "{time}");
    assert!(client.get("ServiceInstance/ServiceInstance/serverClock").await.result().is_string());
}

#[tokio::test]
async fn hello_picks_the_first_release_that_both_know() {
    let simulator = start().await;
    let client = Client::new(&simulator);
    let path = "/api/vcenter/system?action=hello";
    let hello = |body: Value| {
        let client = client.clone();
        async move { client.send("POST", path, &[], &body.to_string()).await }
    };
    let picked = async |releases: Value| hello(json!({ "api_releases": releases })).await.result();
    assert_eq!(picked(json!(["99.0.0.0", "8.0.2.0", "8.0.1.0"])).await, json!({ "api_release": "8.0.2.0" }));
    assert_eq!(picked(json!(["8.0.1.0", "8.0.2.0"])).await, json!({ "api_release": "8.0.1.0" }));
    assert_eq!(picked(json!(["7.0.0.0"])).await, json!({ "api_release": "" }));
    assert_eq!(picked(json!(vec!["x".repeat(64); 128])).await, json!({ "api_release": "" }));
    for body in [
        json!({}),
        json!([]),
        json!({ "api_releases": [] }),
        json!({ "api_releases": "8.0.2.0" }),
        json!({ "api_releases": [8] }),
        json!({ "api_releases": vec!["8.0.2.0"; 129] }),
        json!({ "api_releases": ["x".repeat(65)] }),
    ] {
        let reply = hello(body.clone()).await;
        assert_eq!(reply.status, 400, "{body}");
        assert_eq!(reply.json()["error_type"], "INVALID_ARGUMENT");
        assert!(reply.json()["messages"][0]["default_message"].is_string());
    }
    assert_eq!(client.send("POST", path, &[], "{").await.status, 400);
    assert_eq!(client.send("GET", path, &[], "").await.status, 405);
    assert_eq!(client.send("POST", "/api/vcenter/system?action=bye", &[], "{}").await.status, 404);
    let old = started(Simulator::builder().releases([Release::new(8, 0, 1, 0)])).await;
    assert_eq!(Client::new(&old).send("POST", path, &[], r#"{"api_releases":["8.0.1.0"]}"#).await.status, 404);
}

#[tokio::test]
async fn an_older_release_lacks_what_came_later() {
    let simulator = started(Simulator::builder().releases([Release::new(7, 0, 1, 0), Release::new(8, 0, 2, 0)])).await;
    let client = Client::login(&simulator, ADMIN).await;
    let body = r#"{"spec":{"_typeName":"SessionManagerHttpServiceRequestSpec","url":"https://esx1/disk"}}"#;
    for (release, has_type) in [("7.0.1.0", false), ("8.0.2.0", true)] {
        let path = format!("/sdk/vim25/{release}/{GENERIC_TICKET}");
        let ticket = client.send("POST", &path, &[], body).await.result();
        assert_eq!(ticket.get("ticketType").is_some(), has_type, "{release}: {ticket}");
    }
}
