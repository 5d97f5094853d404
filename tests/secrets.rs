//! No secret reaches a log, at whatever level: neither ours nor one of the crates below.

use std::fmt::{self, Write};
use std::sync::{Arc, Mutex};

use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use vim25::mock::MockTransport;
use vim25::prelude::*;
use vim25::{ManagedObject, TransportErrorKind};
use vim25_simulator::{Mode, Rule, Simulator, User};

const PASSWORD: &str = "hunter2-the-password";

/// Everything that is told to `tracing` and to `log`, as text.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<String>>);

impl Told {
    fn write(&self, text: fmt::Arguments<'_>) {
        self.0.lock().expect("no panic").write_fmt(text).expect("memory");
    }

    fn text(&self) -> String {
        self.0.lock().expect("no panic").clone()
    }
}

impl Visit for &Told {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.write(format_args!(" {field}={value:?}"));
    }
}

impl Subscriber for Told {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.write(format_args!("\n[{}]", span.metadata().name()));
        span.record(&mut &*self);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut &*self);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.write(format_args!("\n{}:", event.metadata().target()));
        event.record(&mut &*self);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl log::Log for Told {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        self.write(format_args!("\n{}: {}", record.target(), record.args()));
    }

    fn flush(&self) {}
}

/// What must not be told.
#[derive(Default)]
struct Secrets(Vec<String>);

impl Secrets {
    fn note(&mut self, secret: &Secret) {
        self.0.push(secret.expose().to_owned());
    }
}

#[tokio::test]
async fn no_secret_is_told_at_any_level() {
    let told = Told::default();
    tracing::subscriber::set_global_default(told.clone()).expect("the only one");
    log::set_logger(Box::leak(Box::new(told.clone()))).expect("the only one");
    log::set_max_level(log::LevelFilter::Trace);

    let mut secrets = Secrets(vec![PASSWORD.to_owned()]);
    let user = User::administrator("root", PASSWORD);
    for is_https in [false, true] {
        let builder = Simulator::builder().user(user.clone());
        let vcenter = if is_https { builder.https() } else { builder }.start().await.expect("a free port");
        work(&vcenter, &mut secrets).await;
    }
    token(&mut secrets).await;

    let told = told.text();
    for secret in &secrets.0 {
        assert!(!told.contains(secret.as_str()), "{secret} is told in:\n{told}");
    }
    assert!(secrets.0.len() >= 11 && secrets.0.iter().all(|secret| secret.len() > 8), "{:?}", secrets.0);
    // It is a test only if something is told, and by the crates below, too.
    for expected in [
        "[call] operation=Login object=SessionManager/SessionManager",
        "status=200",
        "bytes=",
        "milliseconds=",
        "logged in again",
        "sent again",
        "negotiated",
        "reqwest",
    ] {
        assert!(told.contains(expected), "{expected} is not told in:\n{told}");
    }
}

/// All that has to do with secrets.
async fn work(vcenter: &Simulator, secrets: &mut Secrets) {
    let connect = || {
        let builder = Client::builder(vcenter.url()).expect("a URL").retries(1);
        match vcenter.certificate_pem() {
            Some(pem) => builder.ca_certificate(pem),
            None => builder,
        }
    };
    connect().credentials("root", "hunter2-but-wrong").connect().await.expect_err("a wrong password");
    secrets.0.push("hunter2-but-wrong".to_owned());

    let client = connect().credentials("root", PASSWORD).connect().await.expect("a login");
    let manager = client.session_manager();
    secrets.note(&client.session_id().expect("an id"));
    let ticket = manager.acquire_clone_ticket().await.expect("a ticket");
    secrets.note(&ticket);
    let clone = connect().clone_ticket(&ticket).connect().await.expect("a clone");
    secrets.note(&clone.session_id().expect("an id"));
    connect().clone_ticket(&ticket).connect().await.expect_err("it is spent");
    let ticket = client.call(manager.reference(), "AcquireCloneTicket", json!({})).await.expect("a ticket");
    secrets.0.push(ticket.as_str().expect("a string").to_owned());
    client
        .call(manager.reference(), "CloneSession", json!({ "cloneTicket": "hunter2-spent" }))
        .await
        .expect_err("spent");
    secrets.0.push("hunter2-spent".to_owned());
    connect().session_id("hunter2-no-session").connect().await.expect_err("there is none");
    secrets.0.push("hunter2-no-session".to_owned());

    vcenter.faults().expire_sessions();
    manager.session_list().await.expect("in another session");
    secrets.note(&client.session_id().expect("an id"));
    for mode in [Mode::BadGateway, Mode::DropBeforeReply, Mode::DropMidBody, Mode::InvalidUtf8] {
        vcenter.faults().set(vec![Rule::new(mode)]).expect("a rule");
        let error = manager.acquire_clone_ticket().await.expect_err("it does not come through");
        tracing::error!(%error, debug = ?error, ?client, "as programs tell it");
        manager.session_list().await.expect_err("neither does this");
    }
    vcenter.faults().clear();
    client.logout().await.expect("a logout");
}

/// A login by token, which the simulator does not play.
async fn token(secrets: &mut Secrets) {
    let path = "/SessionManager/SessionManager/message";
    let mock = MockTransport::new()
        .fault("GET", path, json!({ "_typeName": "NotAuthenticated", "privilegeId": "hunter2?" }))
        .failure("GET", path, TransportErrorKind::Interrupted)
        .reply("GET", path, json!("hello"))
        .reply("GET", "/SessionManager/SessionManager/currentSession", json!(null));
    let builder = Client::builder("http://mock").expect("a URL").transport(mock.clone());
    let client = builder.token("hunter2-the-token").connect().await.expect("the mock lets in");
    assert_eq!(client.session_manager().message().await.expect("in another session").as_deref(), Some("hello"));
    assert_eq!(client.relogins(), 1);
    secrets.0.push("hunter2-the-token".to_owned());
    secrets.0.push(vim25::mock::SESSION_ID.to_owned());
    let requests = mock.requests();
    let header = requests.iter().find_map(|request| request.header("authorization")).expect("a header");
    secrets.0.push(header.trim_start_matches("SIGN token=\"").trim_end_matches('"').to_owned());
    tracing::error!(?mock, ?requests, ?client, "as programs tell it");
}
