//! The transport for tests of programs, and what only it can show.

use std::io::Read;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;
use vim25::mo::VirtualMachine;
use vim25::mock::{MockTransport, SESSION_ID};
use vim25::prelude::*;

/// A client of nobody, with what every mock answers.
async fn client() -> Client {
    let builder = Client::builder("http://mock").expect("a URL").transport(MockTransport::new());
    builder.connect().await.expect("the mock lets in")
}

/// The content of the server that a mock plays, as JSON.
pub(crate) async fn content() -> String {
    serde_json::to_string(client().await.content()).expect("JSON")
}

/// A session as JSON.
pub(crate) fn session() -> serde_json::Value {
    json!({
        "_typeName": "UserSession", "key": "k", "userName": "root", "fullName": "", "callCount": 1, "userAgent": "",
        "loginTime": "2026-01-01T00:00:00Z", "lastActiveTime": "2026-01-01T00:00:00Z", "locale": "en",
        "messageLocale": "en", "extensionSession": false, "ipAddress": "127.0.0.1",
    })
}

async fn connected(mock: &MockTransport) -> Client {
    let builder = Client::builder("http://mock").expect("a URL").transport(mock.clone());
    builder.credentials("root", "hunter2").connect().await.expect("the mock lets in")
}

#[tokio::test]
async fn replies_come_in_order_and_the_last_one_repeats() {
    let path = "/VirtualMachine/vm-1/name";
    let mock = MockTransport::new().reply("GET", path, json!("one")).reply("GET", path, json!("two"));
    let client = connected(&mock).await;
    let vm = client.get(&Ref::<VirtualMachine>::new("vm-1"));
    let mut names = Vec::new();
    for _ in 0..3 {
        names.push(vm.name().await.expect("a name"));
    }
    assert_eq!(names, ["one", "two", "two"]);
    assert_eq!(client.session().await.expect("a session").user_name(), "mock");
    client.logout().await.expect("a logout");
}

#[tokio::test]
async fn a_request_without_a_reply_is_named() {
    let client = client().await;
    let error = client.get(&Ref::<VirtualMachine>::new("vm-7")).name().await.expect_err("nothing is said of it");
    let expected =
        "name on VirtualMachine/vm-7: the request failed: the mock has no reply to GET /VirtualMachine/vm-7/name";
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn requests_can_be_looked_at_and_show_no_secret() {
    let mock = MockTransport::new();
    let client = connected(&mock).await;
    client.logout().await.expect("a logout");
    let shown = format!("{mock:?} {:?}", mock.requests());
    assert!(!shown.contains("hunter2") && !shown.contains(SESSION_ID), "{shown}");
    assert!(shown.contains("POST /SessionManager/SessionManager/Login"), "{shown}");
    let requests = mock.requests();
    assert_eq!(requests[2].json()["password"], "hunter2");
    assert_eq!(requests[3].header("vmware-api-session-id"), Some(SESSION_ID));
    assert_eq!((requests[1].verb(), requests[1].json()), ("GET", json!(null)));
    assert!(requests[1].url().starts_with("http://mock/sdk/vim25/9."), "{}", requests[1].url());
}

#[tokio::test]
async fn a_token_goes_packed_into_the_header_and_a_locale_into_the_body() {
    let token = "<saml2:Assertion>hunter2</saml2:Assertion>";
    let mock = MockTransport::new();
    let builder = Client::builder("http://mock").expect("a URL").transport(mock.clone());
    let client = builder.token(token).locale("de").connect().await.expect("the mock lets in");
    let requests = mock.requests();
    let login = requests.last().expect("a login");
    assert_eq!(
        (login.path(), login.json()),
        ("/SessionManager/SessionManager/LoginByToken", json!({ "locale": "de" }))
    );
    let header = login.header("authorization").expect("a header");
    let packed = header.strip_prefix("SIGN token=\"").and_then(|rest| rest.strip_suffix('"')).expect("the form");
    let mut unpacked = String::new();
    let packed = BASE64_STANDARD.decode(packed).expect("base64");
    flate2::read::GzDecoder::new(&*packed).read_to_string(&mut unpacked).expect("gzip");
    assert_eq!(unpacked, token);
    // No other request has it.
    client.session().await.expect("a session");
    let headers = mock.requests().iter().filter(|request| request.header("authorization").is_some()).count();
    assert_eq!(headers, 1);
}

#[tokio::test]
async fn an_extension_logs_in_by_its_key() {
    let mock = MockTransport::new();
    let builder = Client::builder("http://mock").expect("a URL").transport(mock.clone());
    builder.extension("com.example").connect().await.expect("the mock lets in");
    let requests = mock.requests();
    let login = requests.last().expect("a login");
    assert_eq!(login.path(), "/SessionManager/SessionManager/LoginExtensionByCertificate");
    assert_eq!(login.json(), json!({ "extensionKey": "com.example" }));
}
