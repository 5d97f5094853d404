//! The endpoints for whoever runs the simulator, and its log.

use serde_json::json;
use vim25_simulator::Simulator;

use crate::client::{ADMIN, Client, READER, start, started};
use crate::snapshot::{furnish, furnished};

const ENDPOINTS: [(&str, &str); 10] = [
    ("GET", "/metrics"),
    ("GET", "/simulator/inventory"),
    ("GET", "/simulator/requests"),
    ("GET", "/simulator/sessions"),
    ("POST", "/simulator/sessions/expire"),
    ("GET", "/simulator/state"),
    ("PUT", "/simulator/state"),
    ("POST", "/simulator/state/save"),
    ("GET", "/simulator/status"),
    ("GET", "/simulator/tasks"),
];

#[tokio::test]
async fn the_status_counts() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    client.property("nonsense").await.fault("InvalidProperty");
    let status = client.admin("GET", "/simulator/status", "").await.result();
    assert_eq!(status["name"], "vim25-simulator");
    assert_eq!(status["version"], env!("CARGO_PKG_VERSION"));
    assert!(status["releases"].as_array().unwrap().contains(&json!("8.0.2.0")), "{status}");
    assert_eq!(status["requests"], json!({ "200": 1, "500": 1 }));
    assert_eq!(status["objects"]["SessionManager"], 1);
    for (name, count) in [("sessions", 1), ("views", 0), ("filters", 0), ("collectors", 0), ("tasksRunning", 0)] {
        assert_eq!(status[name], count, "{name}: {status}");
    }
    assert!(status["uptimeSeconds"].as_f64().unwrap() > 0.0);
    // The endpoints themselves do not count.
    assert_eq!(client.admin("GET", "/simulator/status", "").await.result()["requests"], status["requests"]);
}

#[tokio::test]
async fn a_connection_counts_once_however_many_requests_come_over_it() {
    let simulator = start().await;
    for count in [1, 2] {
        let mut connection = Client::new(&simulator).connect().await;
        for _ in 0..3 {
            connection.send("GET", "/nothing", &[], "").await;
        }
        let metrics = connection.send("GET", "/metrics", &[], "").await.text;
        let line = format!("vim25_simulator_connections_total {count}");
        assert!(metrics.lines().any(|found| found == line), "{line}: {metrics}");
    }
}

#[tokio::test]
async fn sessions_are_shown_without_their_ids_and_can_be_ended() {
    let simulator = start().await;
    let (admin, reader) = (Client::login(&simulator, ADMIN).await, Client::login(&simulator, READER).await);
    let reply = admin.admin("GET", "/simulator/sessions", "").await;
    let sessions = reply.result();
    assert_eq!(sessions["sessions"][0]["user"], ADMIN);
    assert_eq!(sessions["sessions"][0]["key"], admin.key.as_str());
    assert_eq!(sessions["sessions"][1]["fullName"], "A Reader");
    assert_eq!(sessions["sessions"][1]["address"], "127.0.0.1");
    for client in [&admin, &reader] {
        assert!(!reply.text.contains(client.session_id.as_ref().unwrap()), "{}", reply.text);
    }
    let expired = admin.admin("POST", "/simulator/sessions/expire", "{}").await.result();
    assert_eq!(expired, json!({ "expired": 2 }));
    reader.property("message").await.fault("NotAuthenticated");
}

#[tokio::test]
async fn the_last_requests_are_shown_without_secrets() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    client.property("nonsense").await.fault("InvalidProperty");
    let reply = client.admin("GET", "/simulator/requests", "").await;
    let requests = reply.result()["requests"].clone();
    let wrong = &requests[0];
    assert_eq!((&wrong["verb"], &wrong["status"]), (&json!("GET"), &json!(500)));
    assert_eq!(wrong["target"], "SessionManager/SessionManager/nonsense");
    assert_eq!((&wrong["fault"], &wrong["user"]), (&json!("InvalidProperty"), &json!(ADMIN)));
    assert_eq!(wrong["peer"], "127.0.0.1");
    assert!(wrong["ms"].as_f64().unwrap() < 10_000.0 && wrong["bytes"].as_u64().unwrap() > 20, "{wrong}");
    assert_eq!(requests[1]["target"], "SessionManager/SessionManager/Login");
    assert!(!reply.text.contains(&client.session_id.clone().unwrap()), "{}", reply.text);
    let mut connection = client.connect().await;
    for _ in 0..210 {
        connection.send("GET", "/nothing", &[], "").await;
    }
    let requests = client.admin("GET", "/simulator/requests", "").await.result();
    assert_eq!(requests["requests"].as_array().unwrap().len(), 200);
}

#[tokio::test]
async fn the_inventory_is_a_tree_in_pages() {
    let (simulator, _) = furnished(450).await;
    let client = Client::new(&simulator);
    let tree = client.admin("GET", "/simulator/inventory?depth=9", "").await.result();
    let text = tree.to_string();
    assert!(text.contains("machine-0") && text.contains("machine-449"), "{text}");

    let folder = "/simulator/inventory?object=Folder:group-v9001";
    let first = client.admin("GET", folder, "").await.result();
    assert_eq!((&first["name"], &first["children"]), (&json!("vm"), &json!(450)));
    assert_eq!(first["nodes"].as_array().unwrap().len(), 200);
    assert_eq!((&first["isTruncated"], &first["nodes"][0]["name"]), (&json!(true), &json!("machine-0")));
    assert_eq!((&first["nodes"][0]["state"], &first["nodes"][0]["children"]), (&json!("poweredOn"), &json!(0)));
    let last = client.admin("GET", &format!("{folder}&offset=400&limit=100"), "").await.result();
    assert_eq!((last["nodes"].as_array().unwrap().len(), &last["isTruncated"]), (50, &json!(false)));

    for (query, status) in [("object=Folder", 400), ("object=Folder%3anone", 404), ("depth=x", 400), ("limit=-1", 400)]
    {
        let reply = client.admin("GET", &format!("/simulator/inventory?{query}"), "").await;
        assert_eq!(reply.status, status, "{query}");
    }
}

#[tokio::test]
async fn running_tasks_are_shown_and_counted() {
    let (simulator, _) = furnished(1).await;
    let client = Client::new(&simulator);
    let tasks = client.admin("GET", "/simulator/tasks", "").await.result();
    let task = &tasks["tasks"][0];
    assert_eq!((&task["key"], &task["operation"]), (&json!("task-9002"), &json!("PowerOffVM_Task")));
    assert_eq!((&task["state"], &task["user"]), (&json!("running"), &json!("somebody")));
    assert_eq!(task["entityName"], "machine-0");
    let status = client.admin("GET", "/simulator/status", "").await.result();
    assert_eq!((&status["tasksRunning"], &status["tasksFinished"]), (&json!(1), &json!(0)));
}

#[tokio::test]
async fn metrics_are_in_the_format_of_prometheus() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    client.property("nonsense").await.fault("InvalidProperty");
    let reply = client.send("GET", "/metrics", &[], "").await;
    assert_eq!(reply.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let mut typed = Vec::new();
    for line in reply.text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            typed.push(rest.split(' ').next().unwrap().to_owned());
        } else if !line.starts_with("# HELP ") {
            let (name, value) = line.rsplit_once(' ').unwrap();
            assert!(value.parse::<f64>().is_ok(), "{line}");
            assert!(name.starts_with(typed.last().unwrap().as_str()), "{line}");
        }
    }
    for line in [
        "vim25_simulator_sessions 1",
        "vim25_simulator_requests_total{status=\"500\"} 1",
        "vim25_simulator_objects{type=\"ServiceInstance\"} 1",
        "vim25_simulator_request_duration_seconds_bucket{le=\"+Inf\"} 2",
        "vim25_simulator_request_duration_seconds_count 2",
    ] {
        assert!(reply.text.lines().any(|found| found == line), "{line}: {}", reply.text);
    }
}

#[tokio::test]
async fn what_is_no_endpoint_is_refused() {
    let simulator = start().await;
    let client = Client::new(&simulator);
    assert_eq!(client.admin("GET", "/simulator/nothing", "").await.status, 404);
    assert_eq!(client.admin("GET", "/simulator/", "").await.status, 404);
    let reply = client.admin("DELETE", "/simulator/state", "").await;
    assert_eq!((reply.status, reply.header("allow")), (405, Some("GET, PUT")));
    assert_eq!(client.admin("GET", "/simulator/sessions/expire", "").await.header("allow"), Some("POST"));
    assert_eq!(client.admin("POST", "/simulator/state/save", "").await.status, 409);
    // The API has no part in it.
    for path in ["/sdk/simulator/status", "/api/simulator/status", "/sdk/vim25/8.0.2.0/simulator/status"] {
        assert_eq!(client.admin("GET", path, "").await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn pages_of_other_servers_change_nothing() {
    let simulator = started(Simulator::builder().host_name("vcenter.test")).await;
    let client = Client::login(&simulator, ADMIN).await;
    let own = simulator.url().to_owned();
    let json = ("content-type", "application/json");
    let refused: [(u16, &[(&str, &str)]); 6] = [
        (415, &[]),
        (415, &[("content-type", "text/plain")]),
        (415, &[("content-type", "application/x-www-form-urlencoded")]),
        (403, &[json, ("origin", "http://example.com")]),
        (403, &[json, ("origin", "null")]),
        (403, &[("content-type", "application/json; charset=utf-8"), ("origin", "http://127.0.0.1:1")]),
    ];
    for (status, headers) in refused {
        let reply = client.send("POST", "/simulator/sessions/expire", headers, "{}").await;
        assert_eq!(reply.status, status, "{headers:?}");
    }
    assert_eq!(post_to(&client, "evil.test:80").await, 403);
    assert_eq!(simulator.open_sessions(), 1);
    let reply = client.send("POST", "/simulator/sessions/expire", &[json, ("origin", &own)], "{}").await;
    assert_eq!(reply.status, 200);
    assert_eq!(post_to(&client, "vcenter.test:80").await, 200);
}

/// Posts with another header `Host`.
async fn post_to(client: &Client, host: &str) -> u16 {
    use tokio::io::AsyncWriteExt;
    let mut connection = client.connect().await;
    let request = format!(
        "POST /simulator/sessions/expire HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n\
         content-length: 2\r\n\r\n{{}}"
    );
    connection.stream.write_all(request.as_bytes()).await.unwrap();
    connection.read().await.unwrap().status
}

#[tokio::test]
async fn a_token_protects_all_endpoints() {
    let simulator = started(Simulator::builder().admin_token("open sesame")).await;
    let client = Client::new(&simulator);
    let json = ("content-type", "application/json");
    for (verb, path) in ENDPOINTS {
        for value in ["", "Bearer ", "Bearer open sesam", "Bearer open sesamf", "Basic open sesame", "open sesame"] {
            let reply = client.send(verb, path, &[json, ("authorization", value)], "").await;
            assert_eq!((reply.status, reply.header("www-authenticate")), (401, Some("Bearer")), "{path} {value}");
        }
        let reply = client.send(verb, path, &[json, ("authorization", "Bearer open sesame")], "").await;
        assert_ne!(reply.status, 401, "{path}");
    }
    assert_eq!(client.send("GET", "/simulator/nothing", &[], "").await.status, 401);
    // The page asks for the token.
    assert_eq!(client.send("GET", "/", &[], "").await.status, 200);
    assert!(!format!("{simulator:?}").contains("sesame"));
}

#[tokio::test]
async fn there_may_be_no_endpoints_at_all() {
    let simulator = started(Simulator::builder().without_admin()).await;
    let client = Client::new(&simulator);
    for (verb, path) in ENDPOINTS.into_iter().chain([("GET", "/")]) {
        assert_eq!(client.admin(verb, path, "{}").await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn the_page_allows_nothing_from_elsewhere() {
    let simulator = start().await;
    let reply = Client::new(&simulator).send("GET", "/", &[], "").await;
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let policy = reply.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; connect-src 'self';"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
}

#[tokio::test]
async fn only_a_state_may_be_larger_than_a_call() {
    let simulator = started(Simulator::builder().max_body(5_000)).await;
    let client = Client::new(&simulator);
    let state = furnish(&simulator, 100).await.to_string();
    assert!(state.len() > 5_000);
    assert_eq!(client.admin("PUT", "/simulator/state", &state).await.status, 200);
    assert_eq!(client.admin("POST", "/simulator/sessions/expire", &state).await.status, 413);
    let reply = client.send("PUT", "/simulator/state", &[("content-type", "text/plain")], &state).await;
    assert_eq!(reply.status, 413);
}

#[cfg(all(unix, feature = "cli"))]
mod logs {
    use std::fs::{self, File};
    use std::path::PathBuf;
    use std::process::Child;
    use std::time::Duration;

    use serde_json::Value;

    use super::*;
    use crate::client::PASSWORD;
    use crate::program::command;

    /// The program, with all that it says in one file.
    struct Logged {
        child: Child,
        file: PathBuf,
    }

    impl Logged {
        fn start(name: &str, arguments: &[&str]) -> Self {
            let file = std::env::temp_dir().join(format!("vim25-simulator-{name}-{}.log", std::process::id()));
            let out = File::create(&file).unwrap();
            let mut command = command(arguments);
            command.args(["--listen", "127.0.0.1:0"]).stderr(out.try_clone().unwrap()).stdout(out);
            Self { child: command.spawn().unwrap(), file }
        }

        async fn url(&self) -> String {
            for _ in 0..1_000 {
                let text = fs::read_to_string(&self.file).unwrap();
                let line = text.lines().find_map(|line| line.strip_prefix("listening on "));
                if let Some(url) = line.filter(|_| text.contains("see what goes on at ")) {
                    return url.to_owned();
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            panic!("it did not start");
        }

        fn stop(mut self) -> String {
            self.child.kill().unwrap();
            self.child.wait().unwrap();
            let text = fs::read_to_string(&self.file).unwrap();
            fs::remove_file(&self.file).unwrap();
            text
        }
    }

    /// Uses every secret that there is, right and wrong; gives them.
    async fn use_secrets(url: &str) -> Vec<String> {
        let client = Client::at(url);
        let login = |name: &str, password: &str| json!({ "userName": name, "password": password });
        client.session_manager("Login", login(ADMIN, "wr0ng-secret")).await.fault("InvalidLogin");
        client.session_manager("Login", json!({ "userName": ADMIN, "password": ["l1st-secret"] })).await;
        client.session_manager("Login", json!({ "userName": ADMIN, "passwrd": "m1sspelt-secret" })).await;
        client.post("SessionManager/SessionManager/Login", r#"{"password":"c0t-off-secret"#).await;
        let reply = client.session_manager("Login", login(ADMIN, PASSWORD_GIVEN)).await;
        let first = client.with_session_of(&reply);
        let ticket = first.session_manager("AcquireCloneTicket", json!({})).await.result();
        let ticket = ticket.as_str().unwrap().to_owned();
        let reply = client.session_manager("CloneSession", json!({ "cloneTicket": ticket })).await;
        let second = client.with_session_of(&reply);
        client.session_manager("CloneSession", json!({ "cloneTicket": ticket })).await.fault("InvalidLogin");
        let local = first.session_manager("AcquireLocalTicket", json!({ "userName": ADMIN })).await.result();
        let password = fs::read_to_string(local["passwordFilePath"].as_str().unwrap()).unwrap();
        let reply = client.session_manager("Login", login(ADMIN, password.trim())).await;
        let third = client.with_session_of(&reply);
        let spec = json!({
            "_typeName": "SessionManagerHttpServiceRequestSpec", "url": "https://127.0.0.1/x?key=urlkey-secret"
        });
        let generic = first.session_manager("AcquireGenericServiceTicket", json!({ "spec": spec })).await.result();
        first.send("GET", "/sdk/vim25/8.0.2.0/Folder/group-d1/name?t=query-secret", &[], "").await;
        first.send("GET", "/nothing?t=query-secret", &[], "").await;
        let wrong = [("content-type", "application/json"), ("authorization", "Bearer wr0ng-token")];
        assert_eq!(first.send("POST", "/simulator/sessions/expire", &wrong, "{}").await.status, 401);
        let right = [("content-type", "application/json"), ("authorization", "Bearer t0ken-secret")];
        assert_eq!(first.send("POST", "/simulator/sessions/expire", &right, "{}").await.status, 200);
        let known =
            ["wr0ng-secret", "l1st-secret", "m1sspelt-secret", "c0t-off-secret", "urlkey-secret", "query-secret"];
        let sessions = [first, second, third].map(|client| client.session_id.unwrap());
        let mut secrets = vec![ticket, password.trim().to_owned(), generic["id"].as_str().unwrap().to_owned()];
        secrets.extend(["wr0ng-token", "t0ken-secret", PASSWORD_GIVEN].map(str::to_owned));
        secrets.extend(known.map(str::to_owned).into_iter().chain(sessions));
        secrets
    }

    const PASSWORD_GIVEN: &str = "g1ven-secret";

    #[tokio::test]
    async fn no_secret_is_in_any_log() {
        let user = format!("{ADMIN}:{PASSWORD_GIVEN}");
        for form in ["text", "json"] {
            let arguments = ["--log", form, "--user", &user, "--admin-token", "t0ken-secret"];
            let program = Logged::start(form, &arguments);
            let secrets = use_secrets(&program.url().await).await;
            let log = program.stop();
            assert_eq!(secrets.len(), 15);
            for secret in secrets {
                assert!(secret.len() >= 8 && !log.contains(&secret), "{secret}: {log}");
            }
            assert!(log.contains("SessionManager/SessionManager/CloneSession"), "{log}");
        }
    }

    #[tokio::test]
    async fn a_log_of_json_has_an_object_a_line() {
        let program = Logged::start("lines", &["--log", "json"]);
        let client = Client::at(&program.url().await);
        let reply = client.session_manager("Login", json!({ "userName": ADMIN, "password": PASSWORD })).await;
        client.with_session_of(&reply).property("nonsense%0a").await;
        client.admin("GET", "/simulator/status", "").await.result();
        client.admin("POST", "/simulator/sessions/expire", "{}").await.result();
        let log = program.stop();
        let lines: Vec<Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        assert_eq!(lines.len(), 3, "{log}");
        assert!(log.lines().any(|line| line.starts_with(r#"{"time":"2"#)), "{log}");
        for (line, name) in lines.iter().zip(["time", "verb", "target"].into_iter().cycle()) {
            assert!(line[name].is_string(), "{line}");
        }
        assert_eq!((&lines[0]["status"], &lines[0]["user"]), (&json!(200), &json!(ADMIN)));
        assert_eq!((&lines[0]["peer"], &lines[0]["bytes"]), (&json!("127.0.0.1"), &json!(reply.text.len())));
        assert!(lines[0]["ms"].is_number() && lines[0].get("fault").is_none(), "{log}");
        assert_eq!(lines[2]["target"], "/simulator/sessions/expire");
    }
}
