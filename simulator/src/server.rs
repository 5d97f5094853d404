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
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{self, MissedTickBehavior};

use crate::hostile;
use crate::reply::Reply;
use crate::simulation::Simulation;

/// How often time does its work where nobody asks.
const TICK: Duration = Duration::from_millis(25);

/// How long requests that are being answered get when the server stops.
const GRACE: Duration = Duration::from_secs(5);

/// Accepts connections until `stop` changes or its sender is gone; then lets running requests end, for a while.
pub(crate) async fn serve(listener: TcpListener, simulation: Arc<Simulation>, mut stop: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    let mut ticks = time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    connections.spawn(connection(stream, peer, Arc::clone(&simulation), stop.clone()));
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

/// Serves one connection.
async fn connection(stream: TcpStream, peer: SocketAddr, simulation: Arc<Simulation>, mut stop: watch::Receiver<bool>) {
    // Replies are small and awaited. Where this cannot be set, they are only slower.
    let _ = stream.set_nodelay(true);
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

async fn answer(simulation: &Simulation, request: Request<Incoming>, peer: SocketAddr) -> Response<Bytes> {
    let (head, body) = request.into_parts();
    let settings = &simulation.settings;
    let refuse = |status, text: &str| {
        let mut reply = Reply::text(status, text);
        // What else comes would be taken for the next request.
        reply.response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        simulation.refuse(&head, reply)
    };
    match time::timeout(settings.request_timeout, Limited::new(body, settings.max_body).collect()).await {
        Ok(Ok(body)) => simulation.answer(&head, &body.to_bytes(), peer.ip()).await,
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let text = format!("the body of a request may have {} bytes at most", settings.max_body);
            refuse(StatusCode::PAYLOAD_TOO_LARGE, &text)
        }
        Ok(Err(_)) => refuse(StatusCode::BAD_REQUEST, "the body of the request is cut off"),
        Err(_) => refuse(StatusCode::REQUEST_TIMEOUT, "the body of the request did not come in time"),
    }
}
