//! What whoever runs the simulator can see and do of it: endpoints beside the API, under `/simulator/`.

mod activity;
mod guard;
mod inventory;
mod metrics;
mod state;
mod status;

use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode, header};
use serde::Serialize;

use crate::hostile;
use crate::page;
use crate::reply::Reply;
use crate::simulation::Simulation;

/// How many bytes a state may have that is sent to be restored.
const MAX_STATE: usize = 1 << 30;

/// A request of an endpoint that was admitted.
pub(crate) struct Request {
    pub(crate) simulation: Arc<Simulation>,
    query: String,
    pub(crate) body: Bytes,
}

/// Answers a request. It may take its time: it runs on a thread where that harms nobody.
type Handler = fn(&Request) -> Reply;

/// All endpoints: verb, path, handler. What changes anything is no GET.
const ROUTES: &[(Method, &str, Handler)] = &[
    (Method::GET, page::PATH, |_| page::reply()),
    (Method::GET, "/metrics", metrics::metrics),
    (Method::GET, FAULTS, hostile::rules),
    (Method::PUT, FAULTS, hostile::replace),
    (Method::POST, FAULTS, hostile::add),
    (Method::DELETE, FAULTS, hostile::clear),
    (Method::GET, "/simulator/inventory", inventory::inventory),
    (Method::GET, "/simulator/requests", activity::requests),
    (Method::GET, "/simulator/sessions", activity::sessions),
    (Method::POST, "/simulator/sessions/expire", activity::expire_sessions),
    (Method::GET, STATE, state::get),
    (Method::PUT, STATE, state::put),
    (Method::POST, "/simulator/state/save", state::save),
    (Method::GET, "/simulator/status", status::status),
    (Method::GET, "/simulator/tasks", activity::tasks),
];

const FAULTS: &str = "/simulator/faults";
const STATE: &str = "/simulator/state";

impl Request {
    /// A parameter of the query, decoded; `None` if it is absent.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        let (_, value) = pairs.find(|(found, _)| *found == name)?;
        Some(percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned())
    }
}

/// Whether a path is one of an endpoint, or could be.
pub(crate) fn owns(path: &str) -> bool {
    path.starts_with("/simulator/") || ROUTES.iter().any(|(_, known, _)| *known == path)
}

/// How many bytes the body of a request may have, if it is more than that of a call.
pub(crate) fn max_body(simulation: &Simulation, head: &Parts) -> Option<usize> {
    let is_state = simulation.settings.has_admin && head.method == Method::PUT && head.uri.path() == STATE;
    (is_state && guard::refusal(&simulation.settings, head).is_none()).then_some(MAX_STATE)
}

/// Answers a request of an endpoint.
pub(crate) async fn answer(simulation: &Arc<Simulation>, head: &Parts, body: &Bytes) -> Reply {
    if let Some(refusal) = guard::refusal(&simulation.settings, head) {
        return refusal;
    }
    let at_path = || ROUTES.iter().filter(|(_, path, _)| *path == head.uri.path());
    let Some((_, _, handler)) = at_path().find(|(verb, _, _)| *verb == head.method) else {
        let verbs: Vec<&str> = at_path().map(|(verb, _, _)| verb.as_str()).collect();
        return not_found(&verbs.join(", "));
    };
    let query = head.uri.query().unwrap_or_default().to_owned();
    let request = Request { simulation: Arc::clone(simulation), query, body: body.clone() };
    let answered = tokio::task::spawn_blocking(move || handler(&request)).await;
    let mut reply =
        answered.unwrap_or_else(|_| Reply::text(StatusCode::INTERNAL_SERVER_ERROR, "the simulator has a bug"));
    let headers = reply.response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    reply
}

/// Refuses a path that is none, or the wrong verb if it has others.
fn not_found(verbs: &str) -> Reply {
    let Some(allowed) = HeaderValue::from_str(verbs).ok().filter(|_| !verbs.is_empty()) else {
        return Reply::text(StatusCode::NOT_FOUND, "there is nothing at this path");
    };
    let mut reply = Reply::text(StatusCode::METHOD_NOT_ALLOWED, &format!("allowed here: {verbs}"));
    reply.response.headers_mut().insert(header::ALLOW, allowed);
    reply
}

/// A reply that is JSON.
pub(crate) fn json(value: &impl Serialize) -> Reply {
    match serde_json::to_vec(value) {
        Ok(body) => Reply::json(StatusCode::OK, body),
        Err(error) => Reply::text(StatusCode::INTERNAL_SERVER_ERROR, &format!("the simulator has a bug: {error}")),
    }
}
