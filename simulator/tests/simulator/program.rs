//! The program.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};

use serde_json::json;

use crate::client::{ADMIN, Client, PASSWORD};

pub(crate) struct Program {
    pub(crate) child: Child,
    pub(crate) url: String,
    /// What it said after the URL.
    credentials: String,
}

pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vim25-simulator"));
    command.args(arguments);
    command
}

impl Program {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut command = command(&["--listen", "127.0.0.1:0"]);
        let mut child = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        let url = lines.next().unwrap().unwrap().strip_prefix("listening on ").unwrap().to_owned();
        let credentials = lines.next().unwrap().unwrap();
        Self { child, url, credentials }
    }

    /// Asks it to stop by a signal, and gives what it wrote to stderr.
    #[cfg(unix)]
    pub(crate) fn stop(mut self, signal: &str) -> String {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(0), "{log}");
        log
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn failure(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[cfg(unix)]
#[tokio::test]
async fn it_serves_logs_and_stops_on_signals() {
    for signal in ["-TERM", "-INT"] {
        let program = Program::start(&[]);
        assert_eq!(program.credentials, "log in as administrator@vsphere.local with the password vim25");
        let client = Client::at(&program.url);
        let reply = client.session_manager("Login", json!({ "userName": ADMIN, "password": PASSWORD })).await;
        let session = client.with_session_of(&reply);
        session.property("message").await.no_content();
        let log = program.stop(signal);
        let lines: Vec<&str> = log.lines().collect();
        assert!(lines[0].starts_with("POST SessionManager/SessionManager/Login 200 "), "{log}");
        assert!(lines[1].starts_with("GET SessionManager/SessionManager/message 204 "), "{log}");
        assert_eq!(lines[2..], ["stopped"]);
        assert!(!log.contains(PASSWORD) && !log.contains(&session.session_id.unwrap()), "{log}");
    }
}

#[tokio::test]
async fn users_come_from_the_command_line_and_a_file() {
    let file = std::env::temp_dir().join(format!("vim25-simulator-test-users-{}.json", std::process::id()));
    std::fs::write(&file, r#"[{"name":"carol","password":"see","role":"read-only"}]"#).unwrap();
    let program = Program::start(&[
        "--quiet",
        "--user",
        "alice:pass",
        "--user",
        "bob:word:read-only",
        "--users",
        file.to_str().unwrap(),
    ]);
    std::fs::remove_file(file).unwrap();
    assert_eq!(program.credentials, "log in as alice with the password that was given");
    for (user_name, password, status) in [("alice", "pass", 200), ("bob", "word", 500), ("carol", "see", 500)] {
        let client = Client::at(&program.url);
        let reply = client.session_manager("Login", json!({ "userName": user_name, "password": password })).await;
        assert_eq!(client.with_session_of(&reply).property("sessionList").await.status, status, "{user_name}");
    }
    let default = json!({ "userName": ADMIN, "password": PASSWORD });
    Client::at(&program.url).session_manager("Login", default).await.fault("InvalidLogin");
}

#[tokio::test]
async fn a_users_file_has_groups_and_roles() {
    let file = std::env::temp_dir().join(format!("vim25-simulator-test-accounts-{}.json", std::process::id()));
    let json = json!({
        "roles": [{ "name": "messenger", "privileges": ["Sessions.GlobalMessage"] }],
        "groups": { "staff": { "role": "messenger" } },
        "users": [{ "name": "dora", "password": "see", "groups": ["staff"] }],
    });
    std::fs::write(&file, json.to_string()).unwrap();
    let program = Program::start(&["--quiet", "--users", file.to_str().unwrap()]);
    let client = Client::at(&program.url);
    let reply = client.session_manager("Login", json!({ "userName": "dora", "password": "see" })).await;
    let dora = client.with_session_of(&reply);
    dora.session_manager("UpdateServiceMessage", json!({ "message": "Hi" })).await.no_content();
    dora.property("sessionList").await.fault("NoPermission");

    let json = json!([{ "name": "eve", "password": "see", "permissions": [{ "entity": "/No", "role": "read-only" }] }]);
    std::fs::write(&file, json.to_string()).unwrap();
    let (code, message) = failure(&command(&["--users", file.to_str().unwrap()]).output().unwrap());
    std::fs::remove_file(file).unwrap();
    assert_eq!(
        (code, message.as_str()),
        (Some(1), "error: `eve` has a permission for `/No`, which is not in the inventory\n")
    );
    // What may be half a password is not repeated.
    let (code, message) = failure(&command(&["--user", "a:pass:word"]).output().unwrap());
    assert_eq!(code, Some(1));
    assert!(message.contains("`a`") && !message.contains("pass:") && !message.contains("word;"), "{message}");
}

#[tokio::test]
async fn what_goes_wrong_and_what_is_refused_are_told_on_the_command_line() {
    let file = std::env::temp_dir().join(format!("vim25-simulator-test-faults-{}.json", std::process::id()));
    std::fs::write(&file, r#"{"rules":[{"mode":"badGateway","operation":"Login","first":2}]}"#).unwrap();
    let path = file.to_str().unwrap();
    let program =
        Program::start(&["--faults", path, "--fault", "serviceUnavailable:Login:once", "--strictness", "lenient"]);
    let client = Client::at(&program.url);
    let login = json!({ "userName": ADMIN, "password": PASSWORD, "more": 1 });
    for status in [502, 502, 503, 200] {
        assert_eq!(client.session_manager("Login", login.clone()).await.status, status);
    }
    std::fs::write(&file, r#"{"rules":[{"mode":"badGateway","operation":"NoSuchMethod"}]}"#).unwrap();
    let (code, message) = failure(&command(&["--listen", "127.0.0.1:0", "--faults", path]).output().unwrap());
    std::fs::remove_file(&file).unwrap();
    assert_eq!(code, Some(1));
    assert!(message.contains("badGateway: there is no operation `NoSuchMethod`"), "{message}");
    for (option, value, problem) in
        [("--fault", "nonsense", "unknown variant `nonsense`"), ("--strictness", "x", "not `x`")]
    {
        let (code, message) = failure(&command(&[option, value]).output().unwrap());
        assert!(code == Some(2) && message.contains(problem), "{message}");
    }
}

#[test]
fn what_keeps_it_from_starting_is_said() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, message) = failure(&command(&["--listen", &address]).output().unwrap());
    assert_eq!(code, Some(1));
    assert!(message.starts_with(&format!("error: cannot listen on {address}: ")), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");

    let (code, message) = failure(&command(&["--users", "/nowhere/users.json"]).output().unwrap());
    assert_eq!(code, Some(1));
    assert!(message.starts_with("error: cannot read /nowhere/users.json: "), "{message}");

    for arguments in [["--user", "alice"], ["--release", "8.0"], ["--seed", "x"], ["--nonsense", "x"]] {
        let (code, message) = failure(&command(&arguments).output().unwrap());
        assert_eq!(code, Some(2), "{message}");
    }
}

#[test]
fn the_help_teaches() {
    let output = command(&["--help"]).output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    for part in ["--listen", "curl ", "vmware-api-session-id", "Exit codes:", "[default: 127.0.0.1:8989]"] {
        assert!(help.contains(part), "{part}: {help}");
    }
}
