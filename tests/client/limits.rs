//! How long, how large and how many.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use vim25::prelude::*;
use vim25::types::*;
use vim25::{Error, TransportErrorKind};
use vim25_simulator::{Mode, Rule, Simulator};

use crate::mock::content;
use crate::request_log::{RequestLog, builder, connected};

fn kind<T: std::fmt::Debug>(result: Result<T, Error>) -> TransportErrorKind {
    match result.expect_err("it does not come through") {
        Error::Transport { source, .. } => source.kind(),
        other => panic!("{other}"),
    }
}

fn latency(milliseconds: u64) -> Mode {
    Mode::Latency { milliseconds, jitter: 0 }
}

#[tokio::test]
async fn a_request_takes_no_longer_than_it_may() {
    let (vcenter, log) = RequestLog::start(Simulator::builder()).await;
    let client = builder(&vcenter).request_timeout(Duration::from_millis(250)).connect().await.expect("a login");
    vcenter.faults().add(Rule::new(latency(5_000)).on("sessionList")).expect("a rule");
    let begun = Instant::now();
    let error = client.session_manager().session_list().await.expect_err("too late");
    assert_eq!(error.to_string(), "sessionList on SessionManager/SessionManager: timed out: no reply after 0.25 s");
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    // It is not asked again: the time is over.
    assert!(log.count("sessionList") <= 1);
    client.session().await.expect("the client works on");
}

#[tokio::test]
async fn a_body_that_comes_slowly_counts_as_time_that_a_request_takes() {
    let (vcenter, _) = RequestLog::start(Simulator::builder()).await;
    vcenter.faults().add(Rule::new(Mode::SlowBody { bytes: 20, milliseconds: 20 }).on("sessionList")).expect("a rule");
    let patient = connected(&vcenter).await;
    assert_eq!(patient.session_manager().session_list().await.expect("slowly").len(), 1);
    let hasty = builder(&vcenter).request_timeout(Duration::from_millis(200)).connect().await.expect("a login");
    assert_eq!(kind(hasty.session_manager().session_list().await), TransportErrorKind::Timeout);
}

#[tokio::test]
async fn a_long_poll_may_take_longer_than_a_request() {
    let (vcenter, _) = RequestLog::start(Simulator::builder()).await;
    let client = builder(&vcenter).request_timeout(Duration::from_millis(300)).connect().await.expect("a login");
    let collector = client.get(client.content().property_collector());
    let filter = PropertyFilterSpec::new()
        .with_prop_set([PropertySpec::new().with_type("Folder").with_path_set(["name"])])
        .with_object_set([ObjectSpec::new().with_obj(client.content().root_folder())]);
    collector.create_filter(filter, false).await.expect("a filter");
    let first = collector.wait_for_updates_ex().await.expect("what there is").expect("the folder");
    let begun = Instant::now();
    let wait = WaitOptions::new().with_max_wait_seconds(1);
    let next = collector.wait_for_updates_ex().version(first.version()).options(wait).await.expect("no timeout");
    assert!(next.is_none() && begun.elapsed() >= Duration::from_millis(900), "{:?}", begun.elapsed());
    client.logout().await.expect("a logout");
    assert_eq!(vcenter.open_filters(), 0);
}

#[tokio::test]
async fn a_reply_is_no_larger_than_it_may_be() {
    let (vcenter, log) = RequestLog::start(Simulator::builder()).await;
    let error = builder(&vcenter).max_reply_size(500).connect().await.expect_err("the content is larger");
    let shown = error.to_string();
    assert!(shown.ends_with("the reply is larger than 500 bytes, which is the limit"), "{shown}");
    assert_eq!(log.count("content"), 1);
}

#[tokio::test]
async fn no_more_requests_are_under_way_than_may_be() {
    let (vcenter, _) = RequestLog::start(Simulator::builder()).await;
    let client = builder(&vcenter).max_concurrent(2).request_timeout(Duration::from_millis(600)).connect().await;
    let client = client.expect("a login");
    vcenter.faults().add(Rule::new(latency(200)).on("sessionList")).expect("a rule");
    let begun = Instant::now();
    let mut calls = JoinSet::new();
    for _ in 0..8 {
        let manager = client.session_manager();
        calls.spawn(async move { manager.session_list().await });
    }
    // Waiting for others does not count as time that a request takes.
    assert!(calls.join_all().await.iter().all(Result::is_ok));
    assert!(begun.elapsed() >= Duration::from_millis(800), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn giving_a_call_up_frees_its_place() {
    let (vcenter, _) = RequestLog::start(Simulator::builder()).await;
    let client = builder(&vcenter).max_concurrent(1).connect().await.expect("a login");
    vcenter.faults().add(Rule::new(latency(60_000)).on("sessionList")).expect("a rule");
    let call = client.session_manager().session_list();
    assert!(tokio::time::timeout(Duration::from_millis(100), call.into_future()).await.is_err());
    client.session().await.expect("the place is free");
}

#[tokio::test]
async fn a_reply_that_breaks_off_is_an_error() {
    let (vcenter, _) = RequestLog::start(Simulator::builder()).await;
    let client = builder(&vcenter).retries(1).connect().await.expect("a login");
    for mode in [Mode::DropMidBody, Mode::DropBeforeReply] {
        vcenter.faults().set(vec![Rule::new(mode).on("sessionList")]).expect("a rule");
        assert_eq!(kind(client.session_manager().session_list().await), TransportErrorKind::Interrupted);
    }
}

#[tokio::test]
async fn who_does_not_answer_the_phone_is_given_up() {
    // Its queue is full after some connections, if it is of the smallest size and nobody accepts.
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
    let listener = socket.listen(1).expect("a queue");
    let address = listener.local_addr().expect("an address");
    let mut waiting = Vec::new();
    for _ in 0..8 {
        waiting.push(tokio::time::timeout(Duration::from_millis(50), tokio::net::TcpStream::connect(address)).await);
    }
    let builder = Client::builder(format!("http://{address}")).expect("a URL").retries(0);
    let error = builder.connect_timeout(Duration::from_millis(200)).request_timeout(Duration::from_secs(5));
    assert_eq!(kind(error.connect().await), TransportErrorKind::Connect);
}

#[tokio::test]
async fn packed_replies_are_asked_for_and_read() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a client");
        let mut request = vec![0; 4_096];
        let length = stream.read(&mut request).await.expect("a request");
        let content = content().await;
        let body = packed(content.as_bytes());
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: ";
        stream.write_all(format!("{head}{}\r\n\r\n", body.len()).as_bytes()).await.expect("a head");
        stream.write_all(&body).await.expect("a body");
        String::from_utf8_lossy(&request[..length]).to_lowercase()
    });
    let client = Client::builder(&url).expect("a URL").release(vim25::RELEASE).connect().await.expect("content");
    assert_eq!(client.about().name(), "Mock");
    assert!(server.await.expect("no panic").contains("accept-encoding: gzip"));
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}
