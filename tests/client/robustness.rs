//! What no simulator would send, and what must never be shown.

use std::future::ready;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::json;
use tokio::sync::Notify;
use vim25::mock::MockTransport;
use vim25::prelude::*;
use vim25::types::*;
use vim25::wire::{NewerMembers, Strictness};
use vim25::{BoxFuture, Error, Transport, TransportError, TransportErrorKind};

use crate::mock::{content, session};

const MANAGER: &str = "/SessionManager/SessionManager";
const CONTENT: &str = "/ServiceInstance/ServiceInstance/content";

fn member(name: &str) -> String {
    format!("{MANAGER}/{name}")
}

async fn connected(mock: &MockTransport) -> Client {
    let builder = Client::builder("http://test/prefix").expect("a URL").transport(mock.clone()).retries(0);
    builder.credentials("root", "hunter2").connect().await.expect("the mock lets in")
}

fn with_id(id: &str, body: impl Into<Bytes>) -> Response<Bytes> {
    Response::builder().header("vmware-api-session-id", id).body(body.into()).expect("a reply")
}

#[tokio::test]
async fn the_session_id_of_any_reply_is_kept_and_sent() {
    let mock = MockTransport::new()
        .response("GET", &member("defaultLocale"), with_id("id-2", "\"en\""))
        .fault("GET", &member("message"), json!({ "_typeName": "NotFound" }))
        .reply("GET", &member("message"), json!(null));
    let client = connected(&mock).await;
    let manager = client.session_manager();
    assert_eq!(manager.default_locale().await.expect("a locale"), "en");
    assert!(manager.message().await.is_err());
    assert_eq!(manager.message().await.expect("no message"), None);
    let sent: Vec<_> =
        mock.requests().iter().map(|request| request.header("vmware-api-session-id").map(str::to_owned)).collect();
    let expected = [None, None, None, Some("mock-session"), Some("id-2"), Some("id-2")];
    assert_eq!(sent.iter().map(Option::as_deref).collect::<Vec<_>>(), expected);
    assert_eq!(client.session_id().map(|id| id.expose().to_owned()).as_deref(), Some("id-2"));
    let release = format!("http://test/prefix/sdk/vim25/{}", vim25::RELEASE);
    assert_eq!(mock.requests()[0].url(), "http://test/prefix/api/vcenter/system?action=hello");
    assert_eq!(mock.requests()[2].url(), format!("{release}{MANAGER}/Login"));
}

/// A mock whose replies to `defaultLocale` are late.
#[derive(Clone, Debug)]
struct Late(MockTransport, Arc<Notify>);

impl Transport for Late {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let is_late = request.uri().path().ends_with("/defaultLocale");
        let reply = self.0.send(request);
        Box::pin(async move {
            if is_late {
                self.1.notified().await;
            }
            reply.await
        })
    }
}

#[tokio::test]
async fn a_late_reply_does_not_bring_an_old_session_back() {
    let mock = MockTransport::new().response("GET", &member("defaultLocale"), with_id("old", "\"en\"")).response(
        "POST",
        &member("CloneSession"),
        with_id("new", session().to_string()),
    );
    let late = Late(mock.clone(), Arc::default());
    let builder = Client::builder("http://test").expect("a URL").transport(late.clone()).credentials("root", "pw");
    let client = builder.connect().await.expect("the mock lets in");
    let manager = client.session_manager();
    let waiting = tokio::spawn(manager.default_locale().into_future());
    while !mock.requests().iter().any(|request| request.path().ends_with("defaultLocale")) {
        tokio::task::yield_now().await;
    }
    manager.clone_session("ticket").await.expect("another session");
    late.1.notify_one();
    assert_eq!(waiting.await.expect("no panic").expect("a locale"), "en");
    assert_eq!(client.session_id().map(|id| id.expose().to_owned()).as_deref(), Some("new"));
}

#[tokio::test]
async fn the_session_manager_is_the_one_that_the_server_names() {
    let mock = MockTransport::new()
        .status("GET", CONTENT, 200, content().await.replace("\"value\":\"SessionManager\"", "\"value\":\"sm-7\""))
        .response("POST", "/SessionManager/sm-7/Login", with_id("id-1", session().to_string()));
    connected(&mock).await;
    assert_eq!(
        mock.requests().last().map(|request| request.path().to_owned()).as_deref(),
        Some("/SessionManager/sm-7/Login")
    );
}

#[tokio::test]
async fn release_and_user_agent_are_the_users_choice() {
    let mock = MockTransport::new();
    let builder = || Client::builder("http://test/sdk").expect("a URL").transport(mock.clone());
    let client = builder().release(Release::new(9, 0, 0, 0)).user_agent("inventory/1.0").connect().await;
    assert_eq!(client.expect("anonymous").release(), Release::new(9, 0, 0, 0));
    let requests = mock.requests();
    assert_eq!(requests[0].url(), format!("http://test/sdk/vim25/9.0.0.0{CONTENT}"));
    assert_eq!(requests[0].header("user-agent"), Some("inventory/1.0"));
    builder().application("inventory", "1.0").connect().await.expect("anonymous");
    let expected = format!("inventory/1.0 vim25/{}", env!("CARGO_PKG_VERSION"));
    assert!(mock.requests()[1..].iter().all(|request| request.header("user-agent") == Some(&expected)));
    assert!(matches!(builder().user_agent("a\nb").connect().await, Err(Error::Setup(_))));
}

#[tokio::test]
async fn dropping_a_client_sends_nothing() {
    let mock = MockTransport::new();
    let client = connected(&mock).await;
    let call = client.session_manager().logout();
    drop((call, client));
    assert_eq!(mock.requests().len(), 3);
}

#[tokio::test]
async fn logging_out_forgets_the_session() {
    let client = connected(&MockTransport::new()).await;
    client.logout().await.expect("a logout");
    assert!(client.session_id().is_none());
    let mock = MockTransport::new().fault("POST", &member("Logout"), json!({ "_typeName": "NotAuthenticated" }));
    let client = connected(&mock).await;
    assert!(client.logout().await.is_err_and(|error| error.is_fault::<NotAuthenticated>()));
    assert!(client.session_id().is_none());
}

#[tokio::test]
async fn a_failed_logout_keeps_the_session() {
    let client = connected(&MockTransport::new().status("POST", &member("Logout"), 503, "busy")).await;
    assert_eq!(client.logout().await.expect_err("busy").status(), Some(503));
    assert!(client.session_id().is_some());
}

#[tokio::test]
async fn a_session_that_has_ended_cannot_be_resumed() {
    let mock = MockTransport::new().reply("GET", &member("currentSession"), json!(null));
    let builder = || Client::builder("http://test").expect("a URL").transport(mock.clone());
    let error = builder().session_id("old").connect().await.expect_err("it has ended");
    assert!(matches!(error, Error::NoSession(_)), "{error}");
    let last = mock.requests().pop().expect("a request");
    assert_eq!(last.header("vmware-api-session-id"), Some("old"));
    assert!(matches!(builder().session_id("a\nb").connect().await, Err(Error::Setup(_))));
}

#[tokio::test]
async fn what_is_not_vi_json_is_told_in_one_line() {
    for (status, body) in [
        (502, "<html><h1>Bad Gateway</h1></html>"),
        (500, "<?xml version=\"1.0\"?><soapenv:Envelope>…"),
        (404, "404 page not found"),
        (401, r#"{"error_type":"UNAUTHENTICATED","messages":[]}"#),
        (302, ""),
    ] {
        let client = connected(&MockTransport::new().status("GET", &member("sessionList"), status, body)).await;
        let error = client.session_manager().session_list().await.expect_err(body);
        assert!(matches!(&error, Error::Reply { .. }), "{error:?}");
        assert_eq!(error.status(), Some(status));
        assert!(error.to_string().starts_with("sessionList on SessionManager/SessionManager: the reply ("), "{error}");
        assert_eq!(error.to_string().lines().count(), 1);
    }
}

#[tokio::test]
async fn all_forms_of_an_unset_result_are_taken() {
    for (status, body) in [(204, ""), (200, ""), (200, "null")] {
        let mock = MockTransport::new().status("GET", &member("message"), status, body);
        let client = connected(&mock.status("GET", &member("sessionList"), status, body)).await;
        assert_eq!(client.session_manager().message().await.expect(body), None);
        assert_eq!(client.session_manager().session_list().await.expect(body), []);
    }
}

#[tokio::test]
async fn a_member_that_is_absent_is_refused_or_read_as_empty() {
    let incomplete = content().await.replace("\"fullName\":\"Mock of a vCenter\",", "");
    let connect = |strictness| {
        let mock = MockTransport::new().status("GET", CONTENT, 200, incomplete.clone());
        Client::builder("http://test").expect("a URL").transport(mock).strictness(strictness).connect()
    };
    let error = connect(Strictness::Strict).await.expect_err("incomplete").to_string();
    assert!(error.contains("about.fullName (in AboutInfo): the required member is absent"), "{error}");
    assert_eq!(connect(Strictness::Lenient).await.expect("lenient").about().full_name(), "");
}

#[tokio::test]
async fn no_secret_is_shown_by_builder_client_call_or_error() {
    let mock = MockTransport::new().status("POST", &member("Login"), 500, "{}");
    let builder = Client::builder("http://test").expect("a URL").transport(mock).credentials("root", "hunter2");
    let shown = format!("{builder:?}");
    let error = builder.connect().await.expect_err("no fault");
    let client =
        connected(&MockTransport::new().reply("POST", &member("AcquireCloneTicket"), json!({ "ticket": "hunter2" })))
            .await;
    let call = client.session_manager().login("root", "hunter2").locale("en");
    let ticket = client.session_manager().acquire_clone_ticket().await.expect_err("no string");
    let page = Response::builder().header("content-type", "text/html").body("hunter2").expect("a reply");
    let client = connected(&MockTransport::new().response("POST", &member("AcquireCloneTicket"), page)).await;
    let page = client.session_manager().acquire_clone_ticket().await.expect_err("no JSON");
    let shown = format!("{shown} {error} {error:?} {client:?} {call:?} {ticket} {ticket:?} {page} {page:?}");
    assert!(!shown.contains("hunter2") && !shown.contains("mock-session"), "{shown}");
    assert!(shown.contains("root"), "{shown}");
}

/// A transport that is not ours.
#[derive(Debug)]
struct Nothing;

impl Transport for Nothing {
    fn send(&self, _: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(ready(Err(TransportError::new(TransportErrorKind::Other, "nothing goes anywhere"))))
    }
}

#[tokio::test]
async fn a_transport_may_be_anything() {
    let error = Client::builder("http://test").expect("a URL").transport(Nothing).connect().await.expect_err("nowhere");
    let expected = "hello on ServiceInstance/ServiceInstance: the request failed: nothing goes anywhere";
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn what_is_newer_than_the_server_is_refused_or_left_out() {
    let connect = |newer_members| {
        let script = MockTransport::new();
        let task = json!({ "type": "Task", "value": "task-1" });
        let script = script.reply("POST", "/VirtualMachine/vm-1/ReconfigVM_Task", task);
        let builder = Client::builder("http://test").expect("a URL").transport(script.clone());
        let client = builder.release(Release::new(8, 0, 2, 0)).newer_members(newer_members).connect();
        async move { (client.await.expect("anonymous"), script) }
    };
    let vm = Ref::<VirtualMachine>::new("vm-1");
    let spec = || VirtualMachineConfigSpec::new().with_num_cpus(4).with_tdx_enabled(true);

    let (client, script) = connect(NewerMembers::Refuse).await;
    let error = client.get(&vm).reconfig_vm_task(spec()).await.expect_err("newer");
    let expected = "ReconfigVM_Task on VirtualMachine/vm-1: `spec.tdxEnabled` came with 9.0.0.0, and the server speaks 8.0.2.0; nothing was sent";
    assert_eq!(error.to_string(), expected);
    let cluster = client.get(&Ref::<ClusterComputeResource>::new("domain-c1"));
    let error = cluster.disable_network_boot_task().await.expect_err("newer");
    assert!(matches!(error, Error::NewerOperation { .. }), "{error}");
    assert_eq!(script.requests().len(), 1);

    let (client, script) = connect(NewerMembers::Drop).await;
    let task = client.get(&vm).reconfig_vm_task(spec()).await.expect("it is left out");
    assert_eq!(task.as_untyped().value(), "task-1");
    let sent = script.requests().pop().expect("a request").json();
    assert_eq!(sent, json!({ "spec": { "_typeName": "VirtualMachineConfigSpec", "numCPUs": 4 } }));
}
