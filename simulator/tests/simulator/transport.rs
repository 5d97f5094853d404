//! Connections: kept alive, cut off, too much on them, and how they end.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use vim25_simulator::{Simulator, StartError};

use crate::client::{ADMIN, Client, start, started};

const CONTENT: &str = "/sdk/vim25/8.0.2.0/ServiceInstance/ServiceInstance/content";
const LOGOUT: &str = "/sdk/vim25/8.0.2.0/SessionManager/SessionManager/Logout";

#[tokio::test]
async fn a_connection_serves_many_requests() {
    let simulator = start().await;
    let mut connection = Client::login(&simulator, ADMIN).await.connect().await;
    for _ in 0..3 {
        connection.send("GET", CONTENT, &[], "").await.result();
        assert_eq!(connection.send("GET", "/nothing", &[], "").await.status, 404);
    }
    connection.send("POST", LOGOUT, &[], "{}").await.no_content();
    connection.send("POST", LOGOUT, &[], "{").await.fault("NotAuthenticated");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_in_words() {
    let simulator = started(Simulator::builder().max_body(1_000)).await;
    let client = Client::login(&simulator, ADMIN).await;
    let reply = client.send("POST", LOGOUT, &[], &" ".repeat(1_001)).await;
    assert_eq!((reply.status, reply.text.as_str()), (413, "the body of a request may have 1000 bytes at most\n"));
    assert_eq!(simulator.open_sessions(), 1);
    client.send("POST", LOGOUT, &[], &" ".repeat(1_000)).await.no_content();
}

#[tokio::test]
async fn broken_connections_do_no_harm() {
    let simulator = start().await;
    let client = Client::new(&simulator);
    for text in [
        "",
        "GET",
        "nonsense\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n123",
        "\u{0}\u{1}\u{2}",
    ] {
        let mut connection = client.connect().await;
        connection.stream.write_all(text.as_bytes()).await.unwrap();
        connection.stream.shutdown().await.unwrap();
        let reply = connection.read().await;
        assert!(reply.is_none_or(|reply| reply.status == 400), "{text}");
    }
    client.send("GET", CONTENT, &[], "").await.result();
}

#[tokio::test]
async fn stopping_frees_the_address_and_does_not_wait_for_idle_connections() {
    let simulator = start().await;
    let client = Client::new(&simulator);
    let mut idle = client.connect().await;
    idle.send("GET", CONTENT, &[], "").await.result();
    let untouched = client.connect().await;
    let address = simulator.url().strip_prefix("http://").unwrap().to_owned();
    let begun = Instant::now();
    simulator.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert!(idle.read().await.is_none());
    drop(untouched);
    assert!(TcpStream::connect(&address).await.is_err());
    let again = Simulator::builder().listen(address).start().await.unwrap();
    assert_eq!(again.open_sessions(), 0);
}

#[tokio::test]
async fn dropping_stops_without_waiting() {
    let simulator = start().await;
    let client = Client::new(&simulator);
    let mut idle = client.connect().await;
    idle.send("GET", CONTENT, &[], "").await.result();
    let address = simulator.url().strip_prefix("http://").unwrap().to_owned();
    let begun = Instant::now();
    drop(simulator);
    assert!(begun.elapsed() < Duration::from_millis(500), "{:?}", begun.elapsed());
    assert!(idle.read().await.is_none());
    // The socket closes as soon as the runtime gets to it.
    while TcpStream::connect(&address).await.is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn an_address_that_cannot_be_listened_on_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for address in [address.as_str(), "nonsense", "192.0.2.1:80"] {
        let error = Simulator::builder().listen(address).start().await.unwrap_err();
        assert!(matches!(error, StartError::Listen { .. }));
        assert!(error.to_string().starts_with(&format!("cannot listen on {address}: ")), "{error}");
    }
    let error = Simulator::builder().releases([]).start().await.unwrap_err();
    assert!(matches!(error, StartError::NoRelease), "{error}");
}

#[tokio::test]
async fn a_server_that_listens_everywhere_is_met_at_home() {
    let simulator = Simulator::builder().listen("0.0.0.0:0").start().await.unwrap();
    assert!(simulator.url().starts_with("http://127.0.0.1:"), "{}", simulator.url());
    Client::new(&simulator).send("GET", CONTENT, &[], "").await.result();
}
