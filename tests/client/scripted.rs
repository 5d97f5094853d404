//! A transport that answers from a script and keeps what it was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::json;
use vim25::{BoxFuture, Transport, TransportError, TransportErrorKind};

/// The replies to come, and the requests that were made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scripted(Arc<Mutex<Script>>);

#[derive(Debug, Default)]
struct Script {
    replies: VecDeque<Response<Bytes>>,
    requests: Vec<Request<Bytes>>,
}

impl Scripted {
    /// A transport whose first reply is the content of a server, as the client asks for it at first.
    pub(crate) fn new() -> Self {
        Self::default().reply(200, content().to_string())
    }

    /// Adds a reply.
    pub(crate) fn reply(self, status: u16, body: impl AsRef<[u8]>) -> Self {
        let reply = Response::builder().status(status).body(Bytes::copy_from_slice(body.as_ref())).expect("a reply");
        self.0.lock().expect("no panic").replies.push_back(reply);
        self
    }

    /// The requests so far, as verb, path and session id.
    pub(crate) fn requests(&self) -> Vec<(String, String)> {
        let script = self.0.lock().expect("no panic");
        let line = |request: &Request<Bytes>| {
            let id = request.headers().get("vmware-api-session-id").and_then(|value| value.to_str().ok());
            (format!("{} {}", request.method(), request.uri().path()), id.unwrap_or_default().to_owned())
        };
        script.requests.iter().map(line).collect()
    }
}

impl Transport for Scripted {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let mut script = self.0.lock().expect("no panic");
        script.requests.push(request);
        let reply = script.replies.pop_front();
        let reply = reply.ok_or_else(|| TransportError::new(TransportErrorKind::Other, "the script is at its end"));
        Box::pin(std::future::ready(reply))
    }
}

/// A reference as it is on the wire.
pub(crate) fn reference(ty: &str, id: &str) -> serde_json::Value {
    json!({"_typeName": "ManagedObjectReference", "type": ty, "value": id})
}

/// The smallest content that the document allows, and a session manager with a name of its own.
pub(crate) fn content() -> serde_json::Value {
    json!({
        "_typeName": "ServiceContent",
        "rootFolder": reference("Folder", "group-d1"),
        "propertyCollector": reference("PropertyCollector", "propertyCollector"),
        "about": {
            "_typeName": "AboutInfo", "name": "Test", "fullName": "Test 1", "vendor": "us", "version": "8.0.2",
            "build": "1", "osType": "linux-x64", "productLineId": "vpx", "apiType": "VirtualCenter", "apiVersion": "8.0.2.0",
        },
        "sessionManager": reference("SessionManager", "sm-7"),
    })
}
