//! Credentials go over https, unless the user allows plain http by name.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::TcpListener;
use vim25::prelude::*;
use vim25::{ClientBuilder, Error, TransportErrorKind};
use vim25_simulator::{Mode, Rule, Simulator};

use crate::request_log::{RequestLog, builder, connected};

/// Who listens at all addresses, and how often somebody connects. The address that is none names this machine too, but
/// not to who reads it.
async fn listening() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("0.0.0.0:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let connections = Arc::new(AtomicUsize::new(0));
    let counter = connections.clone();
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    });
    (url, connections)
}

fn is_insecure(error: &Error) -> bool {
    matches!(error, Error::Transport { source, .. } if source.kind() == TransportErrorKind::Insecure)
}

#[tokio::test]
async fn nothing_that_identifies_goes_to_another_machine_by_plain_http() {
    let (url, connections) = listening().await;
    let identities: [fn(ClientBuilder) -> ClientBuilder; 6] = [
        |builder| builder,
        |builder| builder.credentials("root", "hunter2"),
        |builder| builder.token("hunter2"),
        |builder| builder.clone_ticket("hunter2"),
        |builder| builder.session_id("hunter2"),
        |builder| builder.extension("com.example"),
    ];
    for identify in identities {
        for builder in
            [Client::builder(&url).expect("a URL"), Client::builder(&url).expect("a URL").release(vim25::RELEASE)]
        {
            let error = identify(builder).connect().await.expect_err("it is plain");
            assert!(is_insecure(&error), "{error:?}");
            let shown = format!("{error} {error:?}");
            assert!(shown.contains("danger_accept_plain_http") && !shown.contains("hunter2"), "{shown}");
        }
    }
    for host in ["vcenter.example.com", "localhost.example.com", "10.0.0.1", "[fe80::1]", "127.1.example.com"] {
        let error = Client::builder(format!("http://{host}")).expect(host).connect().await.expect_err("it is plain");
        assert!(is_insecure(&error), "{host}: {error:?}");
    }
    assert_eq!(connections.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn it_goes_there_if_that_is_allowed_by_name() {
    let (vcenter, _) = RequestLog::start(Simulator::builder().listen("0.0.0.0:0")).await;
    let url = vcenter.url().replace("127.0.0.1", "0.0.0.0");
    let builder = || Client::builder(&url).expect("a URL").credentials(vcenter.user(), vcenter.password());
    assert!(is_insecure(&builder().connect().await.expect_err("it is plain")));
    let client = builder().danger_accept_plain_http().connect().await.expect("it is allowed");
    client.logout().await.expect("a logout");
}

#[tokio::test]
async fn this_machine_can_be_spoken_with() {
    let (vcenter, _) = RequestLog::start(Simulator::builder()).await;
    for host in ["127.0.0.1", "localhost", "LOCALHOST", "[::ffff:127.0.0.1]"] {
        let url = vcenter.url().replace("127.0.0.1", host);
        let client = Client::builder(url).expect("a URL").credentials(vcenter.user(), vcenter.password()).connect();
        client.await.unwrap_or_else(|error| panic!("{host}: {error}")).logout().await.expect("a logout");
    }
}

#[tokio::test]
async fn nothing_that_identifies_follows_a_redirect() {
    let (url, connections) = listening().await;
    let location = url.replace("0.0.0.0", "127.0.0.1");
    let (vcenter, log) = RequestLog::start(Simulator::builder()).await;
    let client = connected(&vcenter).await;
    vcenter.faults().add(Rule::new(Mode::Redirect { location })).expect("a rule");
    assert_eq!(client.session().await.expect_err("it is elsewhere").status(), Some(302));
    assert_eq!(client.logout().await.expect_err("it is elsewhere").status(), Some(302));
    let error = builder(&vcenter).connect().await.expect_err("it is elsewhere");
    assert!(matches!(error, Error::NoViJson { .. }), "{error:?}");
    vcenter.faults().clear();
    vcenter.faults().add("redirect:Login".parse().expect("a rule")).expect("a rule");
    assert_eq!(builder(&vcenter).connect().await.expect_err("it is elsewhere").status(), Some(302));
    assert_eq!((connections.load(Ordering::Relaxed), log.count("Login")), (0, 2));
}

#[test]
fn no_setting_shows_a_secret() {
    let builder =
        Client::builder("http://test").expect("a URL").client_certificate("hunter2").ca_certificate("hunter2");
    let options = vim25::TransportOptions {
        client_identity: Some("hunter2".into()),
        certificate_pin: Some([7; 32]),
        ..vim25::TransportOptions::default()
    };
    let transport = vim25::ReqwestTransport::new(false, &vim25::TransportOptions::default()).expect("a transport");
    let shown = format!("{builder:?} {options:?} {transport:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    for with_secret in [
        Client::builder("http://test").expect("a URL").credentials("root", "hunter2"),
        Client::builder("http://test").expect("a URL").token("hunter2"),
        Client::builder("http://test").expect("a URL").clone_ticket("hunter2"),
        Client::builder("http://test").expect("a URL").session_id("hunter2"),
    ] {
        assert!(!format!("{with_secret:?} {with_secret:#?}").contains("hunter2"));
    }
}
