//! Replies as servers and proxies really send them, over TCP.

use vim25::Error;
use vim25::mo::VirtualMachine;
use vim25::prelude::*;
use vim25_simulator::{Mode, Rule, Simulator};

use crate::request_log::{RequestLog, builder, connected};

/// A client whose calls of an operation meet a mode.
async fn meeting(mode: Mode, operation: &str) -> (Simulator, RequestLog, Client) {
    let (vcenter, log) = RequestLog::start(Simulator::builder()).await;
    let client = connected(&vcenter).await;
    vcenter.faults().add(Rule::new(mode).on(operation)).expect("a rule");
    (vcenter, log, client)
}

#[tokio::test]
async fn all_forms_of_no_result_are_one() {
    for mode in [None, Some(Mode::EmptyInsteadOfNoContent), Some(Mode::NullInsteadOfNoContent)] {
        let (vcenter, _) = RequestLog::start(Simulator::builder()).await;
        let client = connected(&vcenter).await;
        if let Some(mode) = mode.clone() {
            vcenter.faults().add(Rule::new(mode)).expect("a rule");
        }
        let manager = client.session_manager();
        assert_eq!(manager.message().await.expect("none"), None, "{mode:?}");
        manager.update_service_message("hello").await.expect("no result");
        assert_eq!(manager.message().await.expect("one").as_deref(), Some("hello"), "{mode:?}");
        client.logout().await.expect("no result");
        assert_eq!(vcenter.open_sessions(), 0);
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_named() {
    let location = "https://other.example.com/login?token=hunter2".to_owned();
    let (_vcenter, log, client) = meeting(Mode::Redirect { location }, "sessionList").await;
    let error = client.session_manager().session_list().await.expect_err("a redirect");
    assert_eq!(error.status(), Some(302));
    let shown = error.to_string();
    assert!(shown.ends_with("redirects to https://other.example.com/login, which is not followed"), "{shown}");
    assert!(!format!("{error:?}").contains("hunter2"));
    assert_eq!(log.count("sessionList"), 1);
}

#[tokio::test]
async fn a_wrong_content_type_does_not_hurt() {
    let mode = Mode::WrongContentType { content_type: "text/html".to_owned() };
    let (_vcenter, _, client) = meeting(mode, "*").await;
    assert_eq!(client.session_manager().session_list().await.expect("it is JSON all the same").len(), 1);
    let error = client.session_manager().login("root", "wrong").await.expect_err("a fault all the same");
    assert!(error.fault().is_some(), "{error}");
}

#[tokio::test]
async fn what_is_not_utf_8_is_a_decode_error_that_says_where() {
    let (_vcenter, _, client) = meeting(Mode::InvalidUtf8, "*").await;
    let error = client.session_manager().session_list().await.expect_err("not UTF-8");
    assert!(matches!(error, Error::Decode { .. }), "{error:?}");
    assert!(error.to_string().starts_with("sessionList on SessionManager/SessionManager: cannot read the reply"));
    let ticket = client.session_manager().acquire_clone_ticket().await.expect_err("not UTF-8");
    assert!(matches!(ticket, Error::Decode { .. }), "{ticket:?}");
}

#[tokio::test]
async fn a_web_page_of_a_proxy_is_told_in_one_line() {
    let (_vcenter, _, client) = meeting(Mode::BadGateway, "*").await;
    let error = client.get(&Ref::<VirtualMachine>::new("vm-1")).power_on_vm_task().await.expect_err("502");
    assert!(matches!(error, Error::Reply { .. }), "{error:?}");
    let shown = error.to_string();
    assert!(shown.starts_with("PowerOnVM_Task on VirtualMachine/vm-1: the reply (502, text/html"), "{shown}");
    assert_eq!(shown.lines().count(), 1);
}

#[tokio::test]
async fn a_clock_that_is_off_is_the_servers_own_business() {
    let (_vcenter, _, client) = meeting(Mode::ClockSkew { seconds: -86_400 }, "*").await;
    client.service_instance().current_time().await.expect("yesterday");
    client.session_manager().session_list().await.expect("the session lives");
    assert_eq!(client.relogins(), 0);
}

#[tokio::test]
async fn a_connection_that_the_server_closes_is_replaced() {
    let (_vcenter, log, client) = meeting(Mode::CloseAfterReply, "*").await;
    for _ in 0..5 {
        client.session_manager().session_list().await.expect("over a new connection");
    }
    assert!(log.count("sessionList") >= 5);
}

#[tokio::test]
async fn a_server_that_was_started_anew_is_met_again() {
    let (mut vcenter, _) = RequestLog::start(Simulator::builder()).await;
    let client = connected(&vcenter).await;
    let address = vcenter.url().trim_start_matches("http://").to_owned();
    vcenter.close().await;
    drop(vcenter);
    let vcenter = Simulator::builder().listen(address).start().await.expect("the port is free");
    assert_eq!(client.session_manager().session_list().await.expect("another session").len(), 1);
    assert_eq!((client.relogins(), vcenter.open_sessions()), (1, 1));
}

#[tokio::test]
async fn a_login_whose_reply_cannot_be_read_leaves_no_session() {
    let (vcenter, _) = RequestLog::start(Simulator::builder()).await;
    vcenter.faults().add(Rule::new(Mode::InvalidUtf8).on("Login").once()).expect("a rule");
    let error = builder(&vcenter).connect().await.expect_err("not UTF-8");
    assert!(matches!(error, Error::Decode { .. }), "{error:?}");
    assert_eq!(vcenter.open_sessions(), 0);
}
