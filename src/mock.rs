//! A transport for the tests of programs: replies by script, without a server.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use serde_json::{Value as Json, json};

use crate::{BoxFuture, RELEASE, Transport, TransportError, TransportErrorKind};

/// The id of the session that logins begin, unless they are given replies of their own.
pub const SESSION_ID: &str = "mock-session";

/// Answers requests with the replies that it was given, and keeps the requests. Clones are the same transport.
///
/// Replies are found by verb and path. The path is that below the release, such as `/VirtualMachine/vm-1/name`. Replies for
/// the same verb and path come in order, and the last one again and again. A request without a reply fails, and the
/// error names it. What connects a client has replies from the start: the negotiation of the release, the content of the
/// server, logins and logout; those that are given take their place.
///
/// ```
/// use serde_json::json;
/// use vim25::mo::VirtualMachine;
/// use vim25::mock::MockTransport;
/// use vim25::prelude::*;
/// use vim25::types::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Error> {
/// let mock = MockTransport::new()
///     .reply("GET", "/VirtualMachine/vm-1/name", json!("web-1"))
///     .fault("POST", "/VirtualMachine/vm-1/PowerOnVM_Task", json!({ "_typeName": "InvalidPowerState" }));
/// let client =
///     Client::builder("http://mock")?.transport(mock.clone()).credentials("root", "secret").connect().await?;
///
/// let vm = client.get(&Ref::<VirtualMachine>::new("vm-1"));
/// assert_eq!(vm.name().await?, "web-1");
/// assert!(vm.power_on_vm_task().await.is_err_and(|error| error.is_fault::<InvalidPowerState>()));
/// assert_eq!(mock.requests().last().map(|request| request.path()), Some("/VirtualMachine/vm-1/PowerOnVM_Task"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct MockTransport(Arc<Mutex<Script>>);

#[derive(Default)]
struct Script {
    /// By verb and path.
    replies: HashMap<(String, String), VecDeque<Reply>>,
    requests: Vec<MockRequest>,
}

/// A reply, or how far the request comes.
#[derive(Clone)]
enum Reply {
    Response(Response<Bytes>),
    Failure(TransportErrorKind),
}

impl MockTransport {
    /// A transport that answers only what connects a client.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a result: status 200, or 204 for `null`.
    pub fn reply(self, verb: &str, path: &str, result: Json) -> Self {
        match result {
            Json::Null => self.status(verb, path, 204, ""),
            result => self.status(verb, path, 200, result.to_string()),
        }
    }

    /// Adds a fault, which has at least its `_typeName`: status 500.
    pub fn fault(self, verb: &str, path: &str, fault: Json) -> Self {
        self.status(verb, path, 500, fault.to_string())
    }

    /// Adds a reply by status and body: what a proxy sends, or what is no JSON. A number that is no status is 500.
    pub fn status(self, verb: &str, path: &str, status: u16, body: impl Into<Bytes>) -> Self {
        let mut response = Response::new(body.into());
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self.response(verb, path, response)
    }

    /// Adds a reply with headers. One without `content-type` is said to be JSON.
    pub fn response(self, verb: &str, path: &str, mut response: Response<impl Into<Bytes>>) -> Self {
        response.headers_mut().entry(header::CONTENT_TYPE).or_insert(JSON);
        self.add(verb, path, Reply::Response(response.map(Into::into)))
    }

    /// Adds a request that does not come through.
    pub fn failure(self, verb: &str, path: &str, kind: TransportErrorKind) -> Self {
        self.add(verb, path, Reply::Failure(kind))
    }

    fn add(self, verb: &str, path: &str, reply: Reply) -> Self {
        self.script().replies.entry((verb.to_owned(), path.to_owned())).or_default().push_back(reply);
        self
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<MockRequest> {
        self.script().requests.clone()
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Script {
    /// The reply to a request: the next one that was given, or else what every server answers.
    fn answer(&mut self, request: &MockRequest) -> Option<Reply> {
        let key = (request.verb().to_owned(), request.path().to_owned());
        match self.replies.get_mut(&key) {
            Some(replies) if replies.len() > 1 => replies.pop_front(),
            Some(replies) => replies.front().cloned(),
            None => usual(request).map(Reply::Response),
        }
    }
}

impl Transport for MockTransport {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let request = MockRequest(request);
        let mut script = self.script();
        let answer = match script.answer(&request) {
            Some(Reply::Response(response)) => Ok(response),
            Some(Reply::Failure(kind)) => Err(TransportError::new(kind, "so says the mock")),
            None => {
                let reason = format!("the mock has no reply to {} {}", request.verb(), request.path());
                Err(TransportError::new(TransportErrorKind::Other, reason))
            }
        };
        script.requests.push(request);
        Box::pin(std::future::ready(answer))
    }
}

/// Shows how many requests there were.
impl fmt::Debug for MockTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockTransport").field("requests", &self.script().requests.len()).finish_non_exhaustive()
    }
}

/// A request that a [`MockTransport`] got. Shown, it is verb and path: headers and body may hold secrets.
#[derive(Clone)]
pub struct MockRequest(Request<Bytes>);

impl MockRequest {
    /// The HTTP verb: `GET` for properties, `POST` for methods.
    pub fn verb(&self) -> &str {
        self.0.method().as_str()
    }

    /// The path below the release, such as `/VirtualMachine/vm-1/name`; the path from `/api/` on where there is no release
    /// in it.
    pub fn path(&self) -> &str {
        let path = self.0.uri().path();
        let below = path.split_once(API).and_then(|(_, rest)| rest.find('/').map(|start| &rest[start..]));
        below.or_else(|| path.find("/api/").map(|start| &path[start..])).unwrap_or(path)
    }

    /// The whole URL.
    pub fn url(&self) -> String {
        self.0.uri().to_string()
    }

    /// A header, if it is there and text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.headers().get(name)?.to_str().ok()
    }

    /// The arguments, `null` without any.
    pub fn json(&self) -> Json {
        serde_json::from_slice(self.0.body()).unwrap_or_default()
    }
}

impl fmt::Debug for MockRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verb(), self.path())
    }
}

const API: &str = "/sdk/vim25/";

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What every server answers while a client connects and goes.
fn usual(request: &MockRequest) -> Option<Response<Bytes>> {
    let manager = request.path().strip_prefix("/SessionManager/SessionManager/");
    let (body, begins_session) = match (request.verb(), request.path(), manager) {
        ("POST", "/api/vcenter/system", _) => (json!({ "api_release": RELEASE.to_string() }), false),
        ("GET", "/ServiceInstance/ServiceInstance/content", _) => (content(), false),
        ("POST", _, Some("Login" | "LoginByToken" | "LoginExtensionByCertificate" | "CloneSession")) => {
            (session(), true)
        }
        ("GET", _, Some("currentSession")) => (session(), false),
        ("POST", _, Some("Logout")) => (Json::Null, false),
        _ => return None,
    };
    let mut response = Response::new(if body.is_null() { Bytes::new() } else { body.to_string().into() });
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    if begins_session {
        response.headers_mut().insert("vmware-api-session-id", HeaderValue::from_static(SESSION_ID));
    }
    Some(response)
}

/// The content of a vCenter with the managers that every one has.
fn content() -> Json {
    let reference = |ty: &str, id: &str| json!({ "_typeName": "ManagedObjectReference", "type": ty, "value": id });
    let manager = |ty: &str| reference(ty, ty);
    let version = RELEASE.to_string();
    json!({
        "_typeName": "ServiceContent",
        "rootFolder": reference("Folder", "group-d1"),
        "propertyCollector": reference("PropertyCollector", "propertyCollector"),
        "viewManager": manager("ViewManager"),
        "about": {
            "_typeName": "AboutInfo", "name": "Mock", "fullName": "Mock of a vCenter", "vendor": "vim25",
            "version": version, "build": "1", "osType": "linux-x64", "productLineId": "vpx",
            "apiType": "VirtualCenter", "apiVersion": version,
        },
        "sessionManager": manager("SessionManager"),
        "searchIndex": manager("SearchIndex"),
        "eventManager": manager("EventManager"),
        "taskManager": manager("TaskManager"),
    })
}

fn session() -> Json {
    json!({
        "_typeName": "UserSession", "key": "52f0c5de-0000-0000-0000-000000000000", "userName": "mock", "fullName": "Mock",
        "loginTime": "2026-01-01T00:00:00Z", "lastActiveTime": "2026-01-01T00:00:00Z", "locale": "en",
        "messageLocale": "en", "extensionSession": false, "ipAddress": "127.0.0.1", "userAgent": "", "callCount": 1,
    })
}
