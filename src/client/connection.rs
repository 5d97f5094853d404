//! What clones of a client share: the transport, the URL, the id of the session.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::mo::ServiceInstance;
use crate::wire::Options;
use crate::{
    BoxFuture, Error, Exchange, Handle, Invoke, ManagedObject, REGISTRY, Ref, Release, Result, Secret, Transport, Value,
};

/// The header that carries the id of the session, both ways.
const SESSION_ID: HeaderName = HeaderName::from_static("vmware-api-session-id");

/// Carries out calls: adds what identifies client and session, and keeps the session that a reply brings.
pub(super) struct Connection {
    /// Base URL, `/sdk/vim25/` and release.
    url: String,
    release: Release,
    transport: Arc<dyn Transport>,
    options: Options,
    user_agent: HeaderValue,
    session_id: RwLock<Option<Secret>>,
}

impl Connection {
    pub(super) fn new(
        url: String,
        release: Release,
        transport: Arc<dyn Transport>,
        options: Options,
        user_agent: &str,
    ) -> Result<Self> {
        let user_agent = HeaderValue::from_str(user_agent)
            .map_err(|_| Error::Setup(format!("{user_agent:?} holds characters that a header cannot hold")))?;
        let options = Options { release: Some(release), ..options };
        Ok(Self { url, release, transport, options, user_agent, session_id: RwLock::default() })
    }

    pub(super) fn release(&self) -> Release {
        self.release
    }

    pub(super) fn options(&self) -> Options {
        self.options
    }

    pub(super) fn service_instance(self: &Arc<Self>) -> ServiceInstance {
        let reference = Ref::<ServiceInstance>::new(ServiceInstance::NAME);
        ServiceInstance::from_handle(Handle::new(self.clone(), reference))
    }

    pub(super) fn session_id(&self) -> Option<Secret> {
        self.session_id.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn adopt_session(&self, session_id: Secret) -> Result<()> {
        header_value(&session_id)
            .ok_or_else(|| Error::Setup("the session id holds characters that a header cannot hold".to_owned()))?;
        self.set_session(Some(session_id));
        Ok(())
    }

    pub(super) fn forget_session(&self) {
        self.set_session(None);
    }

    fn set_session(&self, session_id: Option<Secret>) {
        *self.session_id.write().unwrap_or_else(PoisonError::into_inner) = session_id;
    }

    fn identify(&self, headers: &mut HeaderMap) {
        headers.insert(header::USER_AGENT, self.user_agent.clone());
        if let Some(value) = self.session_id().as_ref().and_then(header_value) {
            headers.insert(SESSION_ID, value);
        }
    }

    /// Any reply may bring a session: those of Login and its kin do, and replace the one before.
    fn keep_session(&self, headers: &HeaderMap) {
        let session_id = headers.get(SESSION_ID).and_then(|value| value.to_str().ok()).filter(|id| !id.is_empty());
        if let Some(session_id) = session_id {
            self.set_session(Some(session_id.into()));
        }
    }
}

fn header_value(secret: &Secret) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(secret.expose()).ok()?;
    value.set_sensitive(true);
    Some(value)
}

impl Invoke for Connection {
    fn invoke(&self, mut exchange: Exchange) -> BoxFuture<'_, Result<Option<Value>>> {
        Box::pin(async move {
            let mut request = exchange.request(&self.url, self.options)?;
            self.identify(request.headers_mut());
            let reply = self.transport.send(request).await.map_err(|source| exchange.not_carried(source))?;
            self.keep_session(reply.headers());
            exchange.reply(&reply, &REGISTRY, self.options)
        })
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("url", &self.url)
            .field("session_id", &self.session_id())
            .finish_non_exhaustive()
    }
}
