//! Replies that would take all memory or all time.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use vim25::mock::MockTransport;
use vim25::prelude::*;
use vim25::types::*;
use vim25::{ClientBuilder, Error, RequestProblem, TransportErrorKind};

use crate::server::soon;

/// A server that answers each request in its own way; its URL.
async fn answering<W: Future<Output = std::io::Result<()>> + Send>(
    write: impl Fn(TcpStream) -> W + Copy + Send + Sync + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4_096]).await;
                // The client hangs up, as it should.
                let _ = write(stream).await;
            });
        }
    });
    url
}

fn builder(url: &str) -> ClientBuilder {
    Client::builder(url).expect("a URL").release(vim25::RELEASE).retries(0)
}

/// How the connection to a server fails.
async fn failure(builder: ClientBuilder) -> (TransportErrorKind, String) {
    match soon(builder.connect()).await.expect_err("it is too much") {
        Error::Transport { source, .. } => (source.kind(), source.to_string()),
        other => panic!("{other:?}"),
    }
}

/// A megabyte that unpacks to almost a gigabyte of blanks. Nothing of it needs what was before, so it is one part again and
/// again, as it is packed so that nothing of what follows is needed.
fn bomb() -> Vec<u8> {
    let mut part = Vec::with_capacity(1 << 20);
    let mut pack = flate2::Compress::new(flate2::Compression::best(), false);
    pack.compress_vec(&vec![b' '; 1 << 20], &mut part, flate2::FlushCompress::Full).expect("memory");
    let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    head.into_iter().chain(part.repeat((1 << 20) / part.len())).collect()
}

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

#[tokio::test]
async fn a_packed_body_is_unpacked_up_to_the_limit_only() {
    let url = answering(|mut stream| async move {
        let bomb = bomb();
        let head = format!("{HEAD}content-encoding: gzip\r\ncontent-length: {}\r\n\r\n", bomb.len());
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(&bomb).await
    })
    .await;
    let (kind, shown) = failure(builder(&url).max_reply_size(4 << 20)).await;
    assert_eq!(kind, TransportErrorKind::Other);
    assert!(shown.ends_with("the reply is larger than 4194304 bytes, which is the limit"), "{shown}");
}

#[tokio::test]
async fn a_body_without_end_is_read_up_to_the_limit_only() {
    let url = answering(|mut stream| async move {
        stream.write_all(format!("{HEAD}transfer-encoding: chunked\r\n\r\n").as_bytes()).await?;
        loop {
            stream.write_all(b"10\r\n                \r\n").await?;
        }
    })
    .await;
    let (kind, shown) = failure(builder(&url).max_reply_size(100_000)).await;
    assert_eq!(kind, TransportErrorKind::Other);
    assert!(shown.ends_with("the reply is larger than 100000 bytes, which is the limit"), "{shown}");
}

#[tokio::test]
async fn nothing_is_set_aside_for_a_body_that_is_only_announced() {
    let url = answering(|mut stream| async move {
        stream.write_all(format!("{HEAD}content-length: {}\r\n\r\n{{", u64::MAX / 2).as_bytes()).await
    })
    .await;
    assert_eq!(failure(builder(&url).max_reply_size(usize::MAX)).await.0, TransportErrorKind::Interrupted);
}

#[tokio::test]
async fn headers_are_limited_in_size_and_number() {
    let large = answering(|mut stream| async move {
        stream.write_all(format!("{HEAD}x: {}\r\ncontent-length: 2\r\n\r\n{{}}", "x".repeat(1 << 20)).as_bytes()).await
    });
    let many = answering(|mut stream| async move {
        stream.write_all(format!("{HEAD}{}content-length: 2\r\n\r\n{{}}", "x: y\r\n".repeat(1_000)).as_bytes()).await
    });
    let endless = answering(|mut stream| async move {
        stream.write_all(format!("{HEAD}x: ").as_bytes()).await?;
        loop {
            stream.write_all(&[b'x'; 1_000]).await?;
        }
    });
    for url in [large.await, many.await, endless.await] {
        let (kind, shown) = failure(builder(&url)).await;
        assert_eq!(kind, TransportErrorKind::Interrupted, "{shown}");
        assert!(shown.ends_with("message head is too large"), "{shown}");
    }
}

#[tokio::test]
async fn a_reply_that_comes_byte_by_byte_may_take_as_long_as_any() {
    let head = answering(|mut stream| async move {
        for byte in format!("{HEAD}x: {}\r\n", "x".repeat(100_000)).bytes() {
            stream.write_all(&[byte]).await?;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    });
    let body = answering(|mut stream| async move {
        stream.write_all(format!("{HEAD}content-length: 100000\r\n\r\n").as_bytes()).await?;
        loop {
            stream.write_all(b" ").await?;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    let interim = answering(|mut stream| async move {
        loop {
            stream.write_all(b"HTTP/1.1 102 Processing\r\n\r\n").await?;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    let nothing = answering(|mut stream| async move { stream.read_u8().await.map(drop) });
    for url in [head.await, body.await, interim.await, nothing.await] {
        let (kind, shown) = failure(builder(&url).request_timeout(Duration::from_millis(300))).await;
        assert_eq!(kind, TransportErrorKind::Timeout, "{shown}");
    }
}

/// Arrays in each other.
fn nested(depth: usize) -> String {
    format!("{}{}", "[".repeat(depth), "]".repeat(depth))
}

#[tokio::test]
async fn replies_are_nested_as_deep_as_they_may_be() {
    let path = "/SessionManager/SessionManager/sessionList";
    for (depth, is_read) in [(126, true), (127, false), (1_000_000, false)] {
        let session = r#"{"_typeName":"UserSession","key":"","userName":"","fullName":"","loginTime":"2026-01-01T00:00:00Z","lastActiveTime":"2026-01-01T00:00:00Z","locale":"","messageLocale":"","extensionSession":false,"ipAddress":"","userAgent":"","callCount":1,"future":"#;
        let body = format!("[{session}{}}}]", nested(depth - 1));
        let mock = MockTransport::new().status("GET", path, 200, body);
        let client = Client::builder("http://mock").expect("a URL").transport(mock).connect().await.expect("nobody");
        let list = client.session_manager().session_list().await;
        let manager = client.session_manager().reference();
        let raw = client.fetch(manager, "sessionList").await;
        match list {
            Ok(list) => assert!(is_read && list.len() == 1, "{depth}"),
            Err(error) => assert!(!is_read && matches!(error, Error::Decode { .. }), "{depth}: {error:?}"),
        }
        assert_eq!(raw.is_ok(), is_read, "{depth}");
    }
}

#[tokio::test]
async fn faults_are_nested_as_deep_as_they_may_be() {
    let path = "/SessionManager/SessionManager/sessionList";
    let deep = format!(r#"{{"_typeName":"NotFound","future":{}}}"#, nested(1_000));
    let mut cause = json!({ "_typeName": "NotFound" });
    for _ in 0..200 {
        cause = json!({ "_typeName": "NotFound", "faultCause": cause });
    }
    for body in [deep, cause.to_string(), nested(1_000)] {
        let mock = MockTransport::new().status("GET", path, 500, body);
        let client = Client::builder("http://mock").expect("a URL").transport(mock).connect().await.expect("nobody");
        let error = client.session_manager().session_list().await.expect_err("a fault");
        assert!(matches!(error, Error::Reply { .. } | Error::Decode { .. }), "{error:?}");
    }
}

/// A filter whose selections select others, so often.
fn filter(selections: usize) -> PropertyFilterSpec {
    let one = || TraversalSpec::new().with_type("Folder").with_path("childEntity");
    let selection = (1..selections).fold(one(), |inner, _| one().with_select_set([inner]));
    let object = ObjectSpec::new().with_obj(Ref::<Folder>::new("group-d1")).with_select_set([selection]);
    PropertyFilterSpec::new().with_prop_set([PropertySpec::new().with_type("Folder")]).with_object_set([object])
}

#[tokio::test]
async fn requests_are_nested_as_deep_as_they_may_be() {
    let path = "/PropertyCollector/propertyCollector/CreateFilter";
    let mock = MockTransport::new().reply("POST", path, json!({ "type": "PropertyFilter", "value": "filter-1" }));
    let client = Client::builder("http://mock").expect("a URL").transport(mock.clone()).connect().await;
    let client = client.expect("nobody");
    let collector = client.get(client.content().property_collector());
    // The arguments, the spec, its objects, an array and an object for each selection, and room for a wrapped fault.
    let most = (vim25::MAX_DEPTH - 6) / 2;
    collector.create_filter(filter(most), false).await.expect("deep enough");
    let before = mock.requests().len();
    for selections in [most + 1, 2_000] {
        let error = collector.create_filter(filter(selections), false).await.expect_err("too deep");
        let is_too_deep = matches!(error, Error::Request { problem: RequestProblem::TooDeep, .. });
        assert!(is_too_deep && error.to_string().ends_with("nothing was sent"), "{error}");
    }
    assert_eq!(mock.requests().len(), before);
}
