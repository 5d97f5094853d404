//! Sessions that end while a client works.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;
use vim25::mock::MockTransport;
use vim25::prelude::*;
use vim25::types::*;
use vim25::{Change, Error, TransportErrorKind};
use vim25_simulator::{Mode, Rule, Simulator};

use crate::mock::session;
use crate::request_log::{RequestLog, builder, connected};
use crate::server::assert_nothing_left;

/// Calls something that needs a session, many times at once.
async fn many_calls(client: &Client) -> Vec<Result<Vec<UserSession>, Error>> {
    let mut calls = JoinSet::new();
    for _ in 0..20 {
        let manager = client.session_manager();
        calls.spawn(async move { manager.session_list().await });
    }
    calls.join_all().await
}

#[tokio::test]
async fn many_calls_that_fail_at_once_log_in_once() {
    let (vcenter, log) = RequestLog::start(Simulator::builder()).await;
    let seen = Arc::new(AtomicUsize::new(0));
    let counter = seen.clone();
    let observed = builder(&vcenter).on_relogin(move |session| {
        assert_eq!(session.user_name(), "administrator@vsphere.local");
        counter.fetch_add(1, Ordering::Relaxed);
    });
    let client = observed.connect().await.expect("a login");
    for round in 1..=3 {
        vcenter.faults().expire_sessions();
        for call in many_calls(&client).await {
            assert_eq!(call.expect("in another session").len(), 1);
        }
        assert_eq!(log.count("Login"), 1 + round);
        assert_eq!((client.relogins(), seen.load(Ordering::Relaxed)), (round as u64, round));
        assert_eq!(vcenter.open_sessions(), 1);
    }
    client.logout().await.expect("a logout");
    assert_eq!(vcenter.open_sessions(), 0);
}

#[tokio::test]
async fn a_session_that_an_administrator_ended_is_replaced() {
    let (vcenter, log) = RequestLog::start(Simulator::builder()).await;
    let (client, admin) = (connected(&vcenter).await, connected(&vcenter).await);
    let key = client.session().await.expect("a session").key().to_owned();
    admin.session_manager().terminate_session([key.clone()]).await.expect("it ends");
    assert_eq!(client.session_manager().session_list().await.expect("another").len(), 2);
    assert_ne!(client.session().await.expect("another").key(), key);
    assert_eq!((client.relogins(), admin.relogins(), log.count("Login")), (1, 0, 3));
}

#[tokio::test]
async fn a_look_alike_in_a_session_that_lives_is_an_error() {
    let (vcenter, log) = RequestLog::start(Simulator::builder()).await;
    let client = connected(&vcenter).await;
    vcenter.faults().add(Rule::new(Mode::FalseNotAuthenticated).on("sessionList")).expect("a rule");
    vcenter
        .faults()
        .add(Rule::new(Mode::Latency { milliseconds: 500, jitter: 0 }).on("currentSession"))
        .expect("a rule");
    for call in many_calls(&client).await {
        assert!(call.expect_err("it says so").is_fault::<NotAuthenticated>());
    }
    assert_eq!((log.count("Login"), log.count("sessionList"), client.relogins()), (1, 20, 0));
    // One of them asked whether the session lives, for all.
    assert_eq!(log.count("currentSession"), 1);
}

#[tokio::test]
async fn a_call_that_ends_each_session_is_repeated_once() {
    let (vcenter, log) = RequestLog::start(Simulator::builder()).await;
    let client = connected(&vcenter).await;
    vcenter.faults().add(Rule::new(Mode::ExpireSession).on("sessionList")).expect("a rule");
    let error = client.session_manager().session_list().await.expect_err("each time anew");
    assert!(error.is_fault::<NotAuthenticated>(), "{error}");
    assert_eq!((log.count("Login"), log.count("sessionList")), (2, 2));
}

#[tokio::test]
async fn who_has_nothing_to_log_in_with_does_not() {
    let (vcenter, log) = RequestLog::start(Simulator::builder()).await;
    let first = connected(&vcenter).await;
    let connect = |url: &str| Client::builder(url).expect("a URL");
    let ticket = first.session_manager().acquire_clone_ticket().await.expect("a ticket");
    let clone = connect(vcenter.url()).clone_ticket(ticket).connect().await.expect("a clone");
    let resumed = connect(vcenter.url()).session_id(first.session_id().expect("an id")).connect().await;
    let resumed = resumed.expect("it is alive");
    vcenter.faults().expire_sessions();
    for client in [clone, resumed] {
        let error = client.session_manager().session_list().await.expect_err("the session has ended");
        assert!(error.is_fault::<NotAuthenticated>(), "{error}");
        assert_eq!(client.relogins(), 0);
    }
    assert_eq!((log.count("Login"), log.count("CloneSession")), (1, 1));
}

#[tokio::test]
async fn nobody_logs_in_again_after_a_logout_or_a_login_of_their_own() {
    let (vcenter, log) = RequestLog::start(Simulator::builder()).await;
    let client = connected(&vcenter).await;
    client.session_manager().logout().await.expect("a logout");
    assert!(client.session_id().is_none());
    assert!(client.session_manager().session_list().await.is_err_and(|error| error.is_fault::<NotAuthenticated>()));
    client.session_manager().login(vcenter.user(), vcenter.password()).await.expect("a login by hand");
    client.session_manager().session_list().await.expect("in that session");
    vcenter.faults().expire_sessions();
    assert!(client.session_manager().session_list().await.is_err_and(|error| error.is_fault::<NotAuthenticated>()));
    assert_eq!((log.count("Login"), client.relogins()), (2, 0));
}

#[tokio::test]
async fn a_call_that_is_given_up_leaves_no_login_half_done() {
    let (vcenter, log) = RequestLog::start(Simulator::builder()).await;
    let client = connected(&vcenter).await;
    vcenter.faults().expire_sessions();
    vcenter.faults().add(slow_login()).expect("a rule");
    let call = client.session_manager().session_list();
    assert!(tokio::time::timeout(Duration::from_millis(100), call.into_future()).await.is_err());
    client.session_manager().session_list().await.expect("in the session that has begun meanwhile");
    assert_eq!((log.count("Login"), client.relogins(), vcenter.open_sessions()), (2, 1, 1));
}

#[tokio::test]
async fn a_logout_waits_for_a_login_that_has_begun() {
    let (vcenter, _) = RequestLog::start(Simulator::builder()).await;
    let client = connected(&vcenter).await;
    vcenter.faults().expire_sessions();
    vcenter.faults().add(slow_login()).expect("a rule");
    let manager = client.session_manager();
    let call = tokio::spawn(async move { manager.session_list().await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    client.logout().await.expect("there is a session by then");
    let _ = call.await.expect("no panic");
    assert_eq!((vcenter.open_sessions(), client.relogins()), (0, 1));
}

fn slow_login() -> Rule {
    Rule::new(Mode::Latency { milliseconds: 400, jitter: 0 }).on("Login")
}

const LOGIN: &str = "/SessionManager/SessionManager/Login";
const CURRENT: &str = "/SessionManager/SessionManager/currentSession";
const MESSAGE: &str = "/SessionManager/SessionManager/message";

/// A server that lets in once, and whose session is then gone.
async fn ended(mock: MockTransport) -> (Client, MockTransport) {
    let mock =
        mock.fault("GET", MESSAGE, json!({ "_typeName": "NotAuthenticated" })).reply("GET", CURRENT, json!(null));
    let builder = Client::builder("http://mock").expect("a URL").transport(mock.clone()).retries(0);
    (builder.credentials("root", "hunter2").connect().await.expect("it lets in once"), mock)
}

fn logins(mock: &MockTransport) -> usize {
    mock.requests().iter().filter(|request| request.path() == LOGIN).count()
}

#[tokio::test]
async fn refused_credentials_are_not_tried_again() {
    let login = MockTransport::new().reply("POST", LOGIN, session());
    let (client, mock) = ended(login.fault("POST", LOGIN, json!({ "_typeName": "InvalidLogin" }))).await;
    let error = client.session_manager().message().await.expect_err("the password was changed");
    assert!(error.to_string().starts_with("Login on SessionManager/SessionManager: InvalidLogin"), "{error}");
    for _ in 0..3 {
        let error = client.session_manager().message().await.expect_err("no session");
        assert!(error.is_fault::<NotAuthenticated>(), "{error}");
    }
    assert_eq!((logins(&mock), client.relogins()), (2, 0));
}

#[tokio::test]
async fn a_server_that_is_away_is_asked_again_later() {
    let login = MockTransport::new().reply("POST", LOGIN, session());
    let login = login.failure("POST", LOGIN, TransportErrorKind::Timeout);
    let (client, mock) = ended(login.reply("POST", LOGIN, session())).await;
    let error = client.session_manager().message().await.expect_err("it is away");
    assert!(matches!(error, Error::Transport { .. }), "{error}");
    let error = client.session_manager().message().await.expect_err("this mock never lets read");
    assert!(error.is_fault::<NotAuthenticated>(), "{error}");
    assert_eq!((logins(&mock), client.relogins()), (3, 1));
}

#[tokio::test]
async fn a_watch_goes_on_in_another_session() {
    let (vcenter, log) = RequestLog::start(Simulator::builder().vms(3)).await;
    let client = connected(&vcenter).await;
    let mut changes = client.watch::<VirtualMachine>().select((VirtualMachine::NAME,)).changes();
    for _ in 0..3 {
        assert!(matches!(changes.next().await, Some(Ok(Change::Enter(_)))));
    }
    for _ in 0..2 {
        vcenter.faults().expire_sessions();
        assert!(matches!(changes.next().await, Some(Ok(Change::Resync))));
        for _ in 0..3 {
            assert!(matches!(changes.next().await, Some(Ok(Change::Enter(_)))));
        }
    }
    assert_eq!(log.count("Login"), 3);
    assert_eq!((vcenter.open_views(), vcenter.open_filters(), vcenter.open_collectors()), (1, 1, 1));
    changes.close().await.expect("an end");
    client.logout().await.expect("a logout");
    assert_nothing_left(&vcenter).await;
    assert_eq!(vcenter.open_sessions(), 0);
}

#[tokio::test]
async fn a_wait_for_a_task_goes_on_in_another_session() {
    let builder = Simulator::builder().vms(3).task_duration(Duration::from_millis(600));
    let (vcenter, log) = RequestLog::start(builder).await;
    let client = connected(&vcenter).await;
    let rows = client.retrieve::<VirtualMachine>().select((VirtualMachine::NAME,)).rows().collect().await;
    let vm = client.get(rows.expect("rows")[0].reference());
    let task = vm.rename_task("renamed").await.expect("a task");
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { client.wait(&task).timeout(Duration::from_secs(20)).await }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    vcenter.faults().expire_sessions();
    waiting.await.expect("no panic").expect("the task ends well");
    assert_eq!(vm.name().await.expect("a name"), "renamed");
    assert_eq!(log.count("Login"), 2);
    client.logout().await.expect("a logout");
    assert_nothing_left(&vcenter).await;
    assert_eq!(vcenter.open_sessions(), 0);
}

#[tokio::test]
async fn what_is_destroyed_after_a_logout_logs_nobody_in() {
    let (vcenter, log) = RequestLog::start(Simulator::builder().vms(3)).await;
    let client = connected(&vcenter).await;
    let mut changes = client.watch::<VirtualMachine>().select((VirtualMachine::NAME,)).changes();
    assert!(changes.next().await.is_some());
    let view = client.container_view::<VirtualMachine>(client.root_folder()).await.expect("a view");
    client.logout().await.expect("a logout");
    drop((changes, view, client));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(log.count("Login"), 1);
    assert_nothing_left(&vcenter).await;
    assert_eq!(vcenter.open_sessions(), 0);
}
