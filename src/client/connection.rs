//! What clones of a client share: the way to the server, the release, the session.

use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header};
use tokio::sync::watch;
use tracing::Instrument;

use super::channel::{Channel, Patience, Plan};
use super::keep_alive::KeepAlive;
use super::relogin::Relogin;
use super::retry;
use crate::mo::ServiceInstance;
use crate::types::{ServiceContent, WaitOptions};
use crate::wire::Options;
use crate::{
    BoxFuture, CallSite, Error, Exchange, Handle, Invoke, ManagedObject, ManagedObjectReference, OperationInfo,
    REGISTRY, Ref, Release, Result, Secret, Value,
};

/// The header that carries the id of the session, both ways.
const SESSION_ID: HeaderName = HeaderName::from_static("vmware-api-session-id");

/// Carries out calls: adds what identifies the session, keeps the session that a reply brings, and logs in again when it
/// has ended.
pub(super) struct Connection {
    /// Base URL, `/sdk/vim25/` and release.
    url: String,
    release: Release,
    channel: Channel,
    options: Options,
    session: RwLock<Session>,
    /// When the last reply came.
    last_used: RwLock<Instant>,
    pub(super) relogin: Relogin,
    /// How many sessions this client has begun after the first; whatever belongs to a session is gone when it changes.
    generation: watch::Sender<u64>,
    me: Weak<Connection>,
    keep_alive: OnceLock<KeepAlive>,
}

/// The session of a client, if it has one.
#[derive(Clone, Default)]
pub(super) struct Session {
    pub(super) id: Option<Secret>,
    pub(super) generation: u64,
}

impl Connection {
    pub(super) fn new(
        url: String,
        release: Release,
        channel: Channel,
        options: Options,
        relogin: Relogin,
    ) -> Arc<Self> {
        let options = Options { release: Some(release), ..options };
        Arc::new_cyclic(|me| Self {
            url,
            release,
            channel,
            options,
            session: RwLock::default(),
            last_used: RwLock::new(Instant::now()),
            relogin,
            generation: watch::Sender::new(0),
            me: me.clone(),
            keep_alive: OnceLock::new(),
        })
    }

    /// Keeps the session alive for as long as the connection is used by anybody.
    pub(super) fn keep_alive(self: &Arc<Self>, interval: Duration) {
        self.keep_alive.get_or_init(|| KeepAlive::start(self, interval));
    }

    /// Begins another session if the one that a call failed in has ended; whether the call is worth another attempt.
    async fn renew(&self, failed: &Session) -> Result<bool> {
        // Whoever calls holds the connection, so this is never none.
        let Some(connection) = self.me.upgrade() else { return Ok(false) };
        self.relogin.renew(&connection, failed).await
    }

    pub(super) fn release(&self) -> Release {
        self.release
    }

    pub(super) fn options(&self) -> Options {
        self.options
    }

    /// The content of the server.
    pub(super) async fn content(self: &Arc<Self>) -> Result<ServiceContent> {
        let reference = Ref::<ServiceInstance>::new(ServiceInstance::NAME);
        ServiceInstance::from_handle(Handle::new(self.clone(), reference)).content().await
    }

    pub(super) fn session(&self) -> Session {
        self.session.read().unwrap_or_else(PoisonError::into_inner).clone()
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
        self.session.write().unwrap_or_else(PoisonError::into_inner).id = session_id;
    }

    /// Notes that another session has begun.
    pub(super) fn count_session(&self) {
        let generation = {
            let mut session = self.session.write().unwrap_or_else(PoisonError::into_inner);
            session.generation += 1;
            session.generation
        };
        self.generation.send_replace(generation);
    }

    /// Tells when another session has begun.
    pub(super) fn generation(&self) -> watch::Receiver<u64> {
        self.generation.subscribe()
    }

    /// How long ago the last reply came.
    pub(super) fn idle_time(&self) -> Duration {
        self.last_used.read().unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    /// Any reply may bring a session: those of Login and its kin do, and replace the one before.
    fn keep_session(&self, headers: &HeaderMap) {
        *self.last_used.write().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        let session_id = headers.get(SESSION_ID).and_then(|value| value.to_str().ok()).filter(|id| !id.is_empty());
        if let Some(session_id) = session_id {
            self.set_session(Some(session_id.into()));
        }
    }

    /// Sends a request in the session, in a span of the call that it is of.
    async fn send(&self, mut request: Request<Bytes>, call: &CallSite, plan: Plan) -> Result<Response<Bytes>> {
        if let Some(value) = self.session().id.as_ref().and_then(header_value) {
            request.headers_mut().insert(SESSION_ID, value);
        }
        let span = tracing::debug_span!(
            target: "vim25", "call", operation = %call.operation, object = %call.object, release = %self.release,
            status = tracing::field::Empty, bytes = tracing::field::Empty, milliseconds = tracing::field::Empty,
        );
        let begun = Instant::now();
        let reply = self.channel.send(request, plan).instrument(span.clone()).await;
        span.record("milliseconds", begun.elapsed().as_secs_f64() * 1_000.0);
        let reply = reply.map_err(|source| Box::new(call.clone()).not_carried(source))?;
        span.record("status", reply.status().as_u16()).record("bytes", reply.body().len());
        self.keep_session(reply.headers());
        Ok(reply)
    }

    /// Carries out a call once.
    pub(super) async fn exchange(
        &self,
        exchange: &mut Exchange,
        authorization: Option<&HeaderValue>,
    ) -> Result<Option<Value>> {
        let mut request = exchange.request(&self.url, self.options)?;
        if let Some(value) = authorization {
            request.headers_mut().insert(header::AUTHORIZATION, value.clone());
        }
        let plan = Plan { only_reads: retry::only_reads(exchange.operation), patience: patience(exchange) };
        let reply = self.send(request, &exchange.call_site(), plan).await?;
        exchange.reply(&reply, &REGISTRY, self.options)
    }

    /// Carries out a call that the tables do not know: path below the release, arguments as JSON, the reply as it came.
    pub(super) async fn raw(
        &self,
        object: &ManagedObjectReference,
        member: &str,
        arguments: Option<&serde_json::Value>,
    ) -> Result<serde_json::Value> {
        let call = Box::new(CallSite::new(member, object));
        let attempt = || async {
            let plan = Plan { only_reads: arguments.is_none(), patience: Patience::Usual };
            let reply = self.send(self.raw_request(object, member, arguments)?, &call, plan).await?;
            if !reply.status().is_success() {
                return Err(call.clone().failure(&reply, &REGISTRY));
            }
            if reply.body().iter().all(u8::is_ascii_whitespace) {
                return Ok(serde_json::Value::Null);
            }
            serde_json::from_slice(reply.body()).map_err(|_| call.clone().unexpected(&reply))
        };
        let session = self.session();
        match attempt().await {
            Err(error) if self.relogin.may_help(&error) => {
                if self.renew(&session).await? {
                    attempt().await
                } else {
                    Err(error)
                }
            }
            outcome => outcome,
        }
    }

    fn raw_request(
        &self,
        object: &ManagedObjectReference,
        member: &str,
        arguments: Option<&serde_json::Value>,
    ) -> Result<Request<Bytes>> {
        let url = format!("{}{}", self.url, object.member_path(member));
        let builder = Request::builder().uri(url).header(header::ACCEPT, "application/json");
        let request = match arguments {
            None => builder.body(Bytes::new()),
            Some(arguments) => {
                let builder = builder.method("POST").header(header::CONTENT_TYPE, "application/json");
                builder.body(arguments.to_string().into())
            }
        };
        request.map_err(|error| Error::Setup(format!("`{member}` cannot be called: {error}")))
    }
}

/// How long the reply to a call may take: how long a long poll lasts is said in its arguments.
fn patience(exchange: &Exchange) -> Patience {
    match exchange.operation.name {
        "WaitForUpdates" => Patience::Endless,
        "WaitForUpdatesEx" => {
            let options = exchange.arguments.member("options").and_then(|options| match options {
                Value::Object(options) => options.downcast_ref::<WaitOptions>(),
                _ => None,
            });
            let seconds = options.and_then(WaitOptions::max_wait_seconds);
            seconds.map_or(Patience::Endless, |seconds| {
                Patience::LongPoll(Duration::from_secs(seconds.max(0).unsigned_abs().into()))
            })
        }
        _ => Patience::Usual,
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
            let session = self.session();
            match self.exchange(&mut exchange, None).await {
                Err(error) if needs_session(exchange.operation) && self.relogin.may_help(&error) => {
                    if self.renew(&session).await? { self.exchange(&mut exchange, None).await } else { Err(error) }
                }
                outcome => outcome,
            }
        })
    }
}

/// Whether it makes sense to log in for an operation.
fn needs_session(operation: &OperationInfo) -> bool {
    !operation.anonymous && operation.name != "Logout"
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("url", &self.url)
            .field("session_id", &self.session().id)
            .finish_non_exhaustive()
    }
}
