//! What proxies, old hosts and broken connections send, and what must never be shown.

use std::io::{Read, Write};
use std::net::TcpListener;

use vim25::prelude::*;
use vim25::types::*;
use vim25::wire::{NewerMembers, Strictness};
use vim25::{Error, TransportErrorKind};

use crate::scripted::{Scripted, content, session};

async fn connected(script: &Scripted) -> Client {
    let builder = Client::builder("http://test/prefix").expect("a URL").transport(script.clone());
    builder.credentials("root", "hunter2").connect().await.expect("the script lets in")
}

fn logged_in() -> Scripted {
    Scripted::new().session_reply("id-1", session("root"))
}

#[tokio::test]
async fn the_session_id_of_any_reply_is_kept_and_sent() {
    let script =
        logged_in().session_reply("id-2", "\"en\"").reply(500, r#"{"_typeName":"NotFound"}"#).reply(200, "null");
    let client = connected(&script).await;
    let manager = client.session_manager();
    assert_eq!(manager.default_locale().await.expect("a locale"), "en");
    assert!(manager.message().await.is_err());
    assert_eq!(manager.message().await.expect("no message"), None);
    let release = format!("/prefix/sdk/vim25/{}", vim25::RELEASE);
    let sm = format!("{release}/SessionManager/sm-7");
    let expected = [
        (format!("GET {release}/ServiceInstance/ServiceInstance/content"), String::new()),
        (format!("POST {sm}/Login"), String::new()),
        (format!("GET {sm}/defaultLocale"), "id-1".to_owned()),
        (format!("GET {sm}/message"), "id-2".to_owned()),
        (format!("GET {sm}/message"), "id-2".to_owned()),
    ];
    assert_eq!(script.requests(), expected);
    assert_eq!(client.session_id().map(|id| id.expose().to_owned()).as_deref(), Some("id-2"));
}

#[tokio::test]
async fn release_and_user_agent_are_the_users_choice() {
    let script = Scripted::new();
    let builder = Client::builder("http://test/sdk").expect("a URL").transport(script.clone());
    let client =
        builder.release(Release::new(9, 0, 0, 0)).user_agent("inventory/1.0").connect().await.expect("anonymous");
    assert_eq!(script.requests()[0].0, "GET /sdk/vim25/9.0.0.0/ServiceInstance/ServiceInstance/content");
    assert_eq!(script.last_header("user-agent").as_deref(), Some("inventory/1.0"));
    assert_eq!(client.release(), Release::new(9, 0, 0, 0));
    let builder = Client::builder("http://test").expect("a URL").transport(script).user_agent("a\nb");
    assert!(matches!(builder.connect().await, Err(Error::Setup(_))));
}

#[tokio::test]
async fn dropping_a_client_sends_nothing() {
    let script = logged_in();
    let client = connected(&script).await;
    let call = client.session_manager().logout();
    drop((call, client));
    assert_eq!(script.requests().len(), 2);
}

#[tokio::test]
async fn logging_out_forgets_the_session() {
    let script = logged_in().reply(204, "");
    let client = connected(&script).await;
    client.logout().await.expect("a logout");
    assert!(client.session_id().is_none());
    let script = logged_in().reply(500, r#"{"_typeName":"NotAuthenticated"}"#).reply(502, "");
    let client = connected(&script).await;
    assert!(client.logout().await.is_err_and(|error| error.is_fault::<NotAuthenticated>()));
    assert!(client.session_id().is_none());
}

#[tokio::test]
async fn a_failed_logout_keeps_the_session() {
    let client = connected(&logged_in().reply(503, "busy")).await;
    assert_eq!(client.logout().await.expect_err("busy").status(), Some(503));
    assert!(client.session_id().is_some());
}

#[tokio::test]
async fn a_session_that_has_ended_cannot_be_resumed() {
    let script = Scripted::new().reply(204, "");
    let builder = Client::builder("http://test").expect("a URL").transport(script.clone()).session_id("old");
    let error = builder.connect().await.expect_err("it has ended");
    assert!(matches!(error, Error::NoSession(_)), "{error}");
    assert!(script.requests().iter().all(|(_, id)| id == "old"));
    let builder = Client::builder("http://test").expect("a URL").transport(Scripted::new()).session_id("a\nb");
    assert!(matches!(builder.connect().await, Err(Error::Setup(_))));
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
        let client = connected(&logged_in().reply(status, body)).await;
        let error = client.session_manager().session_list().await.expect_err(body);
        assert!(matches!(&error, Error::Reply { .. }), "{error:?}");
        assert_eq!(error.status(), Some(status));
        assert!(error.to_string().starts_with("sessionList on SessionManager/sm-7: the reply ("), "{error}");
        assert_eq!(error.to_string().lines().count(), 1);
    }
}

#[tokio::test]
async fn a_body_that_is_not_utf_8_is_an_error() {
    let client = connected(&logged_in().reply(200, b"\"\xff\xfe\"")).await;
    assert!(client.session_manager().default_locale().await.is_err());
}

#[tokio::test]
async fn all_forms_of_an_unset_result_are_taken() {
    for (status, body) in [(204, ""), (200, ""), (200, "null")] {
        let client = connected(&logged_in().reply(status, body).reply(status, body)).await;
        assert_eq!(client.session_manager().message().await.expect(body), None);
        assert_eq!(client.session_manager().session_list().await.expect(body), []);
    }
}

#[tokio::test]
async fn a_member_that_is_absent_is_refused_or_read_as_empty() {
    let mut incomplete = content();
    incomplete["about"].as_object_mut().expect("an object").remove("fullName");
    let connect = |strictness| {
        let script = Scripted::default().reply(200, incomplete.to_string());
        Client::builder("http://test").expect("a URL").transport(script).strictness(strictness).connect()
    };
    let error = connect(Strictness::Strict).await.expect_err("incomplete").to_string();
    assert!(error.contains("about.fullName (in AboutInfo): the required member is absent"), "{error}");
    assert_eq!(connect(Strictness::Lenient).await.expect("lenient").about().full_name(), "");
}

#[tokio::test]
async fn no_secret_is_shown_by_builder_client_call_or_error() {
    let builder = Client::builder("http://test").expect("a URL").transport(Scripted::new().reply(500, "{}"));
    let builder = builder.credentials("root", "hunter2");
    let shown = format!("{builder:?}");
    let error = builder.connect().await.expect_err("no fault");
    let client = connected(&logged_in().reply(200, r#"{"ticket":"hunter2"}"#)).await;
    let call = client.session_manager().login("root", "hunter2").locale("en");
    let ticket = client.session_manager().acquire_clone_ticket().await.expect_err("no string");
    let shown = format!("{shown} {error} {error:?} {client:?} {call:?} {ticket} {ticket:?}");
    assert!(!shown.contains("hunter2") && !shown.contains("id-1"), "{shown}");
    assert!(shown.contains("root"), "{shown}");
}

#[tokio::test]
async fn nobody_at_home_is_an_error_that_names_the_address() {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port();
    let url = format!("http://127.0.0.1:{port}");
    let error = Client::builder(&url).expect("a URL").connect().await.expect_err("nobody is there");
    assert!(
        matches!(&error, Error::Transport { source, .. } if source.kind() == TransportErrorKind::Connect),
        "{error:?}"
    );
    assert!(error.to_string().contains(&format!("127.0.0.1:{port}")), "{error}");
}

#[tokio::test]
async fn a_connection_that_breaks_in_the_reply_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        let mut request = [0; 2048];
        let _ = stream.read(&mut request).expect("a request");
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"_typeName\":\"Serv")
            .expect("half a reply");
    });
    let error = Client::builder(&url).expect("a URL").connect().await.expect_err("half a reply");
    assert!(
        matches!(&error, Error::Transport { source, .. } if source.kind() == TransportErrorKind::Interrupted),
        "{error:?}"
    );
    server.join().expect("no panic");
}

#[tokio::test]
async fn a_transport_may_be_anything() {
    let client = connected(&logged_in()).await;
    let error = client.service_instance().current_time().await.expect_err("the script is at its end");
    assert_eq!(
        error.to_string(),
        "CurrentTime on ServiceInstance/ServiceInstance: the request failed: the script is at its end"
    );
}

#[tokio::test]
async fn what_is_newer_than_the_server_is_refused_or_left_out() {
    let connect = |newer_members| {
        let script = Scripted::new().reply(200, r#"{"type":"Task","value":"task-1"}"#);
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
    assert_eq!(script.last_body(), r#"{"spec":{"_typeName":"VirtualMachineConfigSpec","numCPUs":4}}"#);
}
