//! Requests into the simulator.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, Uri};
use serde_json::Value as Json;
use vim25_api::REGISTRY;
use vim25_runtime::wire::{self, Options};
use vim25_simulator::{ManualClock, Simulator, Socketless, User};

const SESSION: &str = "vmware-api-session-id";
const RELEASE: &str = "/sdk/vim25/9.1.0.0/";
/// More requests than this tell nothing new, and take their time.
const MAX_REQUESTS: usize = 24;

/// Each line is a request: verb, path (after the release, unless it begins with `/`), body, separated by tabs; `@` in a
/// path or body is the id of the reference that came last. Before a line, headers may stand as `name=value`, and all
/// requests after a login have its session. After each request a second passes.
///
/// Nothing panics. Every answer has the form that its status promises: JSON where it says so, no body with 204. No answer
/// is a `SystemError`. A result is one that the tables of the operation know, strictly.
pub fn simulator(data: &[u8]) {
    let clock = ManualClock::default();
    let builder = Simulator::builder().user(User::administrator("a", "a")).seed(1).vms(2).clock(clock.clone());
    let server = Socketless::new(builder.without_admin()).expect("a simulation");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let _entered = runtime.enter();
    let mut state = State::default();
    let login = b"POST\tSessionManager/SessionManager/Login\t{\"userName\":\"a\",\"password\":\"a\"}";
    let lines = data.split(|byte| *byte == b'\n').take(MAX_REQUESTS);
    for line in std::iter::once(login.as_slice()).chain(lines) {
        let Some(request) = state.request(line) else { continue };
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        // A call that waits is given up, as by a client that hangs up.
        if let Poll::Ready(response) = pin!(server.answer(request)).poll(&mut Context::from_waker(Waker::noop())) {
            assert_well_formed(&method, &path, &response);
            state.note(&response);
        }
        clock.advance(Duration::from_secs(1));
        server.tick();
    }
}

/// What earlier requests leave for later ones.
#[derive(Default)]
struct State {
    session: Option<http::HeaderValue>,
    reference: String,
}

impl State {
    fn request(&self, line: &[u8]) -> Option<Request<Bytes>> {
        let mut parts = line.split(|byte| *byte == b'\t').peekable();
        let mut request = Request::new(Bytes::new());
        if let Some(session) = &self.session {
            request.headers_mut().insert(SESSION, session.clone());
        }
        request.headers_mut().insert("content-type", http::HeaderValue::from_static("application/json"));
        while let Some(at) = parts.peek().and_then(|part| part.iter().position(|byte| *byte == b'=')) {
            let (name, value) = parts.next()?.split_at(at);
            let name = http::HeaderName::from_bytes(name).ok()?;
            request.headers_mut().insert(name, http::HeaderValue::from_bytes(&value[1..]).ok()?);
        }
        *request.method_mut() = Method::from_bytes(parts.next()?).ok()?;
        let path = self.filled(parts.next()?)?;
        let path = if path.starts_with('/') { path } else { format!("{RELEASE}{path}") };
        *request.uri_mut() = path.parse::<Uri>().ok()?;
        let body = parts.next().unwrap_or_default();
        *request.body_mut() = self.filled(body).map_or_else(|| Bytes::copy_from_slice(body), Bytes::from);
        Some(request)
    }

    fn filled(&self, text: &[u8]) -> Option<String> {
        std::str::from_utf8(text).ok().map(|text| text.replace('@', &self.reference))
    }

    fn note(&mut self, response: &Response<Bytes>) {
        if let Some(session) = response.headers().get(SESSION) {
            self.session = Some(session.clone());
        }
        let body: Json = serde_json::from_slice(response.body()).unwrap_or_default();
        let value = ["/value", "/0/value", "/token"].iter().find_map(|pointer| body.pointer(pointer)?.as_str());
        if let Some(value) = value {
            value.clone_into(&mut self.reference);
        }
    }
}

fn assert_well_formed(method: &Method, path: &str, response: &Response<Bytes>) {
    let (status, body) = (response.status(), response.body());
    let shown = String::from_utf8_lossy(body);
    let is_json = response.headers().get("content-type").is_some_and(|value| value == "application/json");
    let json = is_json.then(|| serde_json::from_slice::<Json>(body).expect("the body is JSON, as its header says"));
    assert!(status != 204 || body.is_empty(), "{method} {path}: a body with 204: {shown}");
    assert!(matches!(status.as_u16(), 200 | 204 | 400..500 | 500 | 503), "{method} {path}: {status} {shown}");
    let is_bug = json.as_ref().is_some_and(|json| json["_typeName"] == "SystemError");
    assert!(!is_bug, "{method} {path}: {shown}");
    let mut segments = path.rsplit('/');
    let (Some(name), Some(_), Some(object), 200) = (segments.next(), segments.next(), segments.next(), status.as_u16())
    else {
        return;
    };
    let Some(result) = REGISTRY.find_operation(object, name).and_then(|operation| operation.result) else { return };
    let read = wire::decode_value(body, result.item, result.is_list, &REGISTRY, Options::default());
    assert!(read.is_ok(), "{method} {path}: {read:?}: {shown}");
}
