//! What is sent again, and what must not be.

use std::net::TcpListener;
use std::time::Duration;

use vim25::mo::VirtualMachine;
use vim25::prelude::*;
use vim25::{Error, TransportErrorKind};
use vim25_simulator::{Mode, Rule, Simulator};

use crate::request_log::{RequestLog, builder, connected};

fn unavailable() -> Mode {
    Mode::ServiceUnavailable { retry_after: 0, as_date: false }
}

#[tokio::test]
async fn what_reads_is_sent_again() {
    for mode in [Mode::BadGateway, unavailable(), Mode::DropBeforeReply, Mode::DropMidBody] {
        let (vcenter, log) = RequestLog::start(Simulator::builder()).await;
        let client = connected(&vcenter).await;
        vcenter.faults().add(Rule::new(mode.clone()).on("sessionList").first(2)).expect("a rule");
        client.session_manager().session_list().await.unwrap_or_else(|error| panic!("{mode:?}: {error}"));
        assert_eq!(log.count("sessionList"), 3, "{mode:?}");
    }
}

#[tokio::test]
async fn no_more_often_than_it_was_told() {
    let (vcenter, log) = RequestLog::start(Simulator::builder()).await;
    let client = builder(&vcenter).retries(1).connect().await.expect("a login");
    vcenter.faults().add(Rule::new(Mode::BadGateway).on("sessionList")).expect("a rule");
    let error = client.session_manager().session_list().await.expect_err("always");
    assert_eq!((error.status(), log.count("sessionList")), (Some(502), 2));
    assert!(error.to_string().contains("text/html"), "{error}");
}

#[tokio::test]
async fn what_changes_something_is_sent_once() {
    for mode in [Mode::BadGateway, unavailable(), Mode::DropBeforeReply] {
        let (vcenter, log) = RequestLog::start(Simulator::builder()).await;
        let client = connected(&vcenter).await;
        for operation in ["Login", "PowerOnVM_Task", "UpdateServiceMessage"] {
            vcenter.faults().add(Rule::new(mode.clone()).on(operation)).expect("a rule");
        }
        let vm = client.get(&Ref::<VirtualMachine>::new("vm-1"));
        vm.power_on_vm_task().await.expect_err("once");
        client.session_manager().update_service_message("hello").await.expect_err("once");
        builder(&vcenter).connect().await.expect_err("once");
        let counts = ["PowerOnVM_Task", "UpdateServiceMessage", "Login"].map(|operation| log.count(operation));
        // One of the logins went well, before there were rules.
        assert_eq!(counts, [1, 1, 2], "{mode:?}");
    }
}

#[tokio::test]
async fn a_date_to_wait_for_does_not_confuse() {
    let (vcenter, log) = RequestLog::start(Simulator::builder()).await;
    let client = connected(&vcenter).await;
    let mode = Mode::ServiceUnavailable { retry_after: 1, as_date: true };
    vcenter.faults().add(Rule::new(mode).on("sessionList").once()).expect("a rule");
    client.session_manager().session_list().await.expect("the second time");
    assert_eq!(log.count("sessionList"), 2);
}

#[tokio::test]
async fn the_negotiation_survives_a_server_that_is_starting() {
    let (vcenter, log) = RequestLog::start(Simulator::builder()).await;
    vcenter.faults().add(Rule::new(unavailable()).on("hello").first(2)).expect("a rule");
    let client = connected(&vcenter).await;
    assert_eq!((client.release(), log.count("system")), (vim25::RELEASE, 3));
}

#[tokio::test]
async fn who_does_not_listen_yet_is_called_again() {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
    let client = Client::builder(format!("http://{free}")).expect("a URL").retries(5);
    let connecting =
        tokio::spawn(async move { client.credentials("administrator@vsphere.local", "vim25").connect().await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let vcenter = Simulator::builder().listen(free.to_string()).start().await.expect("the port is free");
    connecting.await.expect("no panic").expect("a login, that changes something but was not sent before");
    assert_eq!(vcenter.open_sessions(), 1);
}

#[tokio::test]
async fn nobody_at_home_is_an_error_that_names_the_address() {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
    let error = Client::builder(format!("http://{free}")).expect("a URL").connect().await.expect_err("nobody is there");
    assert!(
        matches!(&error, Error::Transport { source, .. } if source.kind() == TransportErrorKind::Connect),
        "{error:?}"
    );
    assert!(error.to_string().starts_with("hello on ServiceInstance/ServiceInstance: cannot connect"), "{error}");
    assert!(error.to_string().contains(&free.to_string()), "{error}");
}
