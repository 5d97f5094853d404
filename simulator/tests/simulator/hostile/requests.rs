//! Requests that no client should send, on bare sockets: a clear status, and never a panic or a hang.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use vim25_simulator::Simulator;

use crate::client::{ADMIN, Client, start, started};

const CONTENT: &str = "/sdk/vim25/8.0.2.0/ServiceInstance/ServiceInstance/content";
const IS_ACTIVE: &str = "/sdk/vim25/8.0.2.0/SessionManager/SessionManager/SessionIsActive";
const ARGUMENTS: &str = r#"{"sessionID":"x","userName":"y"}"#;

struct Socket(TcpStream);

impl Socket {
    async fn open(simulator: &Simulator) -> Self {
        Self(TcpStream::connect(simulator.url().strip_prefix("http://").unwrap()).await.unwrap())
    }

    async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Reads until a text came, or the connection is closed.
    async fn read_until(&mut self, end: &str) -> String {
        let mut all = Vec::new();
        let read = async {
            while !String::from_utf8_lossy(&all).contains(end) {
                let mut part = [0; 4_096];
                match self.0.read(&mut part).await {
                    Ok(0) | Err(_) => break,
                    Ok(count) => all.extend_from_slice(&part[..count]),
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(10), read).await.unwrap_or_else(|_| panic!("it hangs before {end:?}"));
        String::from_utf8_lossy(&all).into_owned()
    }

    /// All that comes until the connection is closed.
    async fn read(&mut self) -> String {
        self.read_until("\u{0}never").await
    }
}

async fn exchange(simulator: &Simulator, request: impl AsRef<[u8]>) -> String {
    let mut socket = Socket::open(simulator).await;
    socket.write(request).await;
    socket.read().await
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
}

async fn logged_in(simulator: &Simulator) -> String {
    let id = Client::login(simulator, ADMIN).await.session_id.unwrap();
    format!("host: x\r\nvmware-api-session-id: {id}\r\ncontent-type: application/json\r\n")
}

#[tokio::test]
async fn slow_clients_are_not_waited_for_for_ever() {
    let simulator = started(Simulator::builder().request_timeout(Duration::from_millis(300))).await;
    let begun = Instant::now();
    let mut socket = Socket::open(&simulator).await;
    socket.write(format!("POST {IS_ACTIVE} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{{\"sess")).await;
    let reply = socket.read().await;
    assert!(reply.starts_with("HTTP/1.1 408 ") && reply.contains("\r\nconnection: close\r\n"), "{reply}");
    assert!(reply.ends_with("the body of the request did not come in time\n"), "{reply}");
    // Nor for the head, of which there may be a part; whether that is worth a reply is left to the library.
    let mut socket = Socket::open(&simulator).await;
    socket.write("GET / HT").await;
    let reply = socket.read().await;
    assert!(reply.is_empty() || reply.starts_with("HTTP/1.1 4"), "{reply}");
    let elapsed = begun.elapsed();
    assert!(elapsed >= Duration::from_millis(600) && elapsed < Duration::from_secs(5), "{elapsed:?}");
}

#[tokio::test]
async fn large_heads_and_long_ids() {
    let simulator = start().await;
    let large = format!("GET {CONTENT} HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n", "y".repeat(1 << 20));
    let mut socket = Socket::open(&simulator).await;
    // The server may close before all of it was sent.
    let _ = socket.0.write_all(large.as_bytes()).await;
    let reply = socket.read().await;
    assert!(reply.is_empty() || reply.starts_with("HTTP/1.1 431 "), "{reply}");
    let many: String = (0..1_000).map(|number| format!("x{number}: y\r\n")).collect();
    let reply = exchange(&simulator, format!("GET {CONTENT} HTTP/1.1\r\nhost: x\r\n{many}\r\n")).await;
    assert!(reply.starts_with("HTTP/1.1 431 "), "{reply}");
    let client = Client::login(&simulator, ADMIN).await;
    client.get(&format!("Folder/{}/name", "x".repeat(20_000))).await.fault("ManagedObjectNotFound");
    let fault = client.get("Folder/a%00b%22%0a/name").await.fault("ManagedObjectNotFound");
    assert_eq!(fault["obj"]["value"], "a\u{0}b\"\n");
    client.get("%00/%00/%00").await.fault("ManagedObjectNotFound");
    let reply = exchange(&simulator, get(&format!("/{}", "x".repeat(100_000)))).await;
    assert!(reply.starts_with("HTTP/1.1 404 ") || reply.starts_with("HTTP/1.1 414 "), "{}", &reply[..40]);
}

#[tokio::test]
async fn requests_in_one_piece_and_requests_in_many() {
    let simulator = start().await;
    let head = logged_in(&simulator).await;
    let post = format!("POST {IS_ACTIVE} HTTP/1.1\r\n{head}content-length: {}\r\n\r\n{ARGUMENTS}", ARGUMENTS.len());
    // Pipelined: three replies in order.
    let reply = exchange(&simulator, format!("{post}GET /nothing HTTP/1.1\r\nhost: x\r\n\r\n{}", get(CONTENT))).await;
    let statuses: Vec<&str> = reply.split("HTTP/1.1 ").skip(1).map(|reply| &reply[..3]).collect();
    assert_eq!(statuses, ["200", "404", "200"], "{reply}");
    let mut socket = Socket::open(&simulator).await;
    for byte in post.as_bytes() {
        socket.write([*byte]).await;
    }
    assert!(socket.read_until("false").await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn bodies_in_chunks() {
    let simulator = start().await;
    let head = format!("POST {IS_ACTIVE} HTTP/1.1\r\n{}connection: close\r\n", logged_in(&simulator).await);
    let chunks: String = ARGUMENTS.chars().map(|letter| format!("1\r\n{letter}\r\n")).collect();
    let reply = exchange(&simulator, format!("{head}transfer-encoding: chunked\r\n\r\n{chunks}0\r\n\r\n")).await;
    assert!(reply.starts_with("HTTP/1.1 200 ") && reply.ends_with("false"), "{reply}");
    let reply = exchange(&simulator, format!("{head}transfer-encoding: chunked\r\n\r\nzz\r\n")).await;
    assert!(reply.starts_with("HTTP/1.1 400 "), "{reply}");
    let both = format!("{head}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n");
    let reply = exchange(&simulator, both).await;
    assert!(reply.starts_with("HTTP/1.1 400 ") || reply.starts_with("HTTP/1.1 500 "), "{reply}");
    let reply = exchange(&simulator, format!("{head}content-length: 99999999999999999999\r\n\r\n")).await;
    assert!(reply.starts_with("HTTP/1.1 400 "), "{reply}");
    let large = started(Simulator::builder().max_body(100)).await;
    let request = format!(
        "POST {IS_ACTIVE} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{}\r\n",
        "x".repeat(255)
    );
    let reply = exchange(&large, request).await;
    assert!(reply.starts_with("HTTP/1.1 413 "), "{reply}");
}

#[tokio::test]
async fn a_client_that_waits_for_leave_gets_it() {
    let simulator = start().await;
    let head = logged_in(&simulator).await;
    let mut socket = Socket::open(&simulator).await;
    socket
        .write(format!(
            "POST {IS_ACTIVE} HTTP/1.1\r\n{head}content-length: {}\r\nexpect: 100-continue\r\n\r\n",
            ARGUMENTS.len()
        ))
        .await;
    assert_eq!(socket.read_until("\r\n\r\n").await, "HTTP/1.1 100 Continue\r\n\r\n");
    socket.write(ARGUMENTS).await;
    assert!(socket.read_until("false").await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn a_client_that_has_said_all_gets_its_reply() {
    let simulator = start().await;
    for _ in 0..20 {
        let mut socket = Socket::open(&simulator).await;
        socket.write(format!("GET {CONTENT} HTTP/1.1\r\nhost: x\r\n\r\n")).await;
        socket.0.shutdown().await.unwrap();
        assert!(socket.read().await.starts_with("HTTP/1.1 200 "));
    }
}

#[tokio::test]
async fn other_verbs_and_forms() {
    let simulator = start().await;
    let absolute = format!("{}{CONTENT}", simulator.url());
    assert!(exchange(&simulator, get(&absolute)).await.starts_with("HTTP/1.1 200 "));
    for (verb, status) in [("HEAD", "405"), ("OPTIONS", "405"), ("BREW", "405"), ("DELETE", "405")] {
        let reply = exchange(&simulator, get(CONTENT).replacen("GET", verb, 1)).await;
        assert!(reply.starts_with(&format!("HTTP/1.1 {status} ")), "{reply}");
        assert!(reply.contains("\r\nallow: GET\r\n") && reply.ends_with("\r\n\r\n") == (verb == "HEAD"), "{reply}");
    }
    for (request, status) in [
        ("OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", "404"),
        ("CONNECT x:443 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", "404"),
        ("GET / HTTP/1.1\r\nconnection: close\r\n\r\n", "200"),
        ("GET / HTTP/1.0\r\n\r\n", "200"),
        ("GET / HTTP/3.0\r\n\r\n", "400"),
        ("GET /a b HTTP/1.1\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nbad header: x\r\n\r\n", "400"),
        ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{fc}\u{3}\u{3}", "400"),
    ] {
        let reply = exchange(&simulator, request).await;
        let of_version = reply.strip_prefix("HTTP/1.1 ").or(reply.strip_prefix("HTTP/1.0 "));
        assert_eq!(of_version.map(|rest| &rest[..3]), Some(status), "{request:?}: {reply}");
    }
    // A client that speaks HTTP/2 at once is hung up on.
    assert_eq!(exchange(&simulator, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await, "");
}

#[tokio::test]
async fn bodies_that_are_no_text() {
    let simulator = start().await;
    let head = format!("POST {IS_ACTIVE} HTTP/1.1\r\n{}connection: close\r\n", logged_in(&simulator).await);
    for body in [
        &b"{\"sessionID\":\"\xff\",\"userName\":\"y\"}"[..],
        b"{\"\xc3\":1}",
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\x00}\x00",
        b"{\"sessionID\":\"\\ud800\",\"userName\":\"y\"}",
        b"{\"sessionID\":\"x\",\"userName\":\"y\",}",
        b"\x00",
        b"NaN",
    ] {
        let mut request = format!("{head}content-length: {}\r\n\r\n", body.len()).into_bytes();
        request.extend_from_slice(body);
        let reply = exchange(&simulator, request).await;
        assert!(reply.starts_with("HTTP/1.1 500 ") && reply.contains("\"InvalidRequest\""), "{body:?}: {reply}");
    }
}

#[tokio::test]
async fn headers_that_are_no_text_are_no_session() {
    let simulator = start().await;
    let path = "/sdk/vim25/8.0.2.0/SessionManager/SessionManager/message";
    let mut request =
        format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nvmware-api-session-id: ").into_bytes();
    request.extend_from_slice(b"\xff\xfe\r\n\r\n");
    let reply = exchange(&simulator, request).await;
    assert!(reply.starts_with("HTTP/1.1 500 ") && reply.contains("\"NotAuthenticated\""), "{reply}");
}
