//! The socket.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{self, MissedTickBehavior};

use crate::hostile;
use crate::reply::Reply;
use crate::simulation::Simulation;
#[cfg(feature = "tls")]
pub(crate) use crate::tls::Acceptor;

/// Without TLS there is none.
#[cfg(not(feature = "tls"))]
#[derive(Clone)]
pub(crate) enum Acceptor {}

/// How often time does its work where nobody asks.
const TICK: Duration = Duration::from_millis(25);

/// How long requests that are being answered get when the server stops.
const GRACE: Duration = Duration::from_secs(5);

/// Accepts connections until `stop` changes or its sender is gone; then lets running requests end, for a while.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<Acceptor>,
    simulation: Arc<Simulation>,
    mut stop: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    let mut ticks = time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    simulation.requests().note_connection();
                    connections.spawn(accept(stream, tls.clone(), peer, Arc::clone(&simulation), stop.clone()));
                }
                // No descriptors left, or the client hung up: neither is a reason to stop, nor to spin.
                Err(_) => time::sleep(Duration::from_millis(20)).await,
            },
            Some(_) = connections.join_next() => {}
            _ = ticks.tick() => simulation.tick(),
            _ = stop.changed() => break,
        }
    }
    drop(listener);
    simulation.release_waiting();
    let all_done = async { while connections.join_next().await.is_some() {} };
    // What is not done by then ends with the set.
    let _ = time::timeout(GRACE, all_done).await;
}

/// Serves one connection, with TLS or without.
async fn accept(
    stream: TcpStream,
    tls: Option<Acceptor>,
    peer: SocketAddr,
    simulation: Arc<Simulation>,
    #[cfg_attr(not(feature = "tls"), expect(unused_mut, reason = "only a handshake listens to it here"))]
    mut stop: watch::Receiver<bool>,
) {
    // Replies are small and awaited. Where this cannot be set, they are only slower.
    let _ = stream.set_nodelay(true);
    match tls {
        None => connection(stream, peer, simulation, stop).await,
        #[cfg(feature = "tls")]
        Some(acceptor) => {
            let accepted = tokio::select! {
                accepted = acceptor.accept(stream) => accepted,
                _ = stop.changed() => return,
            };
            // A client that does not trust the certificate knows it itself.
            if let Ok(stream) = accepted {
                connection(stream, peer, simulation, stop).await;
            }
        }
        #[cfg(not(feature = "tls"))]
        Some(acceptor) => match acceptor {},
    }
}

/// Serves the requests of a connection.
async fn connection(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    peer: SocketAddr,
    simulation: Arc<Simulation>,
    mut stop: watch::Receiver<bool>,
) {
    let head_timeout = simulation.settings.request_timeout;
    let service = service_fn(move |request| {
        let simulation = Arc::clone(&simulation);
        async move { hostile::deliver(answer(&simulation, request, peer).await) }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(head_timeout);
    let serving = builder.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(serving);
    // A broken connection is the client's problem; there is nobody to tell.
    tokio::select! {
        _ = serving.as_mut() => return,
        _ = stop.changed() => serving.as_mut().graceful_shutdown(),
    }
    let _ = serving.await;
}

async fn answer(simulation: &Arc<Simulation>, request: Request<Incoming>, peer: SocketAddr) -> Response<Bytes> {
    let (head, body) = request.into_parts();
    let (limit, timeout) = (simulation.max_body(&head), simulation.settings.request_timeout);
    let refuse = |status, text: &str| {
        let mut reply = Reply::text(status, text);
        // What else comes would be taken for the next request.
        reply.response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        simulation.refuse(&head, reply, peer.ip())
    };
    match time::timeout(timeout, Limited::new(body, limit).collect()).await {
        Ok(Ok(body)) => simulation.answer(&head, &body.to_bytes(), peer.ip()).await,
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let text = format!("the body of a request may have {limit} bytes at most");
            refuse(StatusCode::PAYLOAD_TOO_LARGE, &text)
        }
        Ok(Err(_)) => refuse(StatusCode::BAD_REQUEST, "the body of the request is cut off"),
        Err(_) => refuse(StatusCode::REQUEST_TIMEOUT, "the body of the request did not come in time"),
    }
}
