//! What clones of a client share: the way to the server, the release, the session.

use std::fmt;
use std::panic;
use std::sync::{Arc, OnceLock, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header};
use tracing::Instrument;

use super::channel::{Channel, Patience, Plan};
use super::keep_alive::KeepAlive;
use super::relogin::Relogin;
use crate::mo::ServiceInstance;
use crate::types::{NotAuthenticated, ServiceContent, WaitOptions};
use crate::wire::Options;
use crate::{
    BoxFuture, CallSite, Error, Exchange, Handle, Invoke, ManagedObject, ManagedObjectReference, REGISTRY, Ref,
    Release, Result, Secret, Value,
};

/// The header that carries the id of the session, both ways.
const SESSION_ID: HeaderName = HeaderName::from_static("vmware-api-session-id");

/// The operation that ends the session.
const LOGOUT: &str = "Logout";

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
    me: Weak<Connection>,
    keep_alive: OnceLock<KeepAlive>,
}

/// The session of a client, if it has one.
#[derive(Clone, Default)]
pub(super) struct Session {
    pub(super) id: Option<Secret>,
    /// How many sessions were begun in place of one that had ended. Whatever belongs to a session is gone when it grows.
    pub(super) relogins: u64,
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
            me: me.clone(),
            keep_alive: OnceLock::new(),
        })
    }

    /// Keeps the session alive for as long as the connection is used by anybody.
    pub(super) fn keep_alive(self: &Arc<Self>, interval: Duration) {
        self.keep_alive.get_or_init(|| KeepAlive::start(self, interval));
    }

    /// Whether a call is worth another attempt, because the session that it failed in has ended and another has begun.
    ///
    /// That is done in a task of its own: if the call is given up meanwhile, the login must not be left half done.
    async fn is_renewed(&self, error: &Error, failed: Session, operation: &str) -> Result<bool> {
        if operation == LOGOUT || !self.relogin.may_help(error) {
            return Ok(false);
        }
        // Whoever calls holds the connection, so this is never none.
        let Some(connection) = self.me.upgrade() else { return Ok(false) };
        let renewing = async move { connection.relogin.renew(&connection, &failed).await };
        match tokio::spawn(renewing.in_current_span()).await {
            Ok(is_renewed) => is_renewed,
            Err(error) if error.is_panic() => panic::resume_unwind(error.into_panic()),
            // The runtime is about to end.
            Err(_) => Ok(false),
        }
    }

    /// Before a logout: nobody may log in any more, and whoever is about to has to be done, or a session would be left.
    async fn prepare(&self, operation: &str) {
        if operation == LOGOUT {
            self.relogin.end().await;
        }
    }

    /// After a call by which the user took the session into their own hands: ended it, or began another, perhaps of
    /// somebody else. The client must not undo that by logging in again.
    fn conclude<T>(&self, operation: &str, outcome: &Result<T>) {
        let begins = operation.starts_with("Login") || ["CloneSession", "ImpersonateUser"].contains(&operation);
        if begins && outcome.is_ok() {
            self.relogin.stop();
        }
        if operation == LOGOUT && outcome.as_ref().err().is_none_or(Error::is_fault::<NotAuthenticated>) {
            self.change_session(|session| session.id = None);
        }
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

    /// Goes on with a session that somebody else began.
    pub(super) fn adopt_session(&self, session_id: Secret) -> Result<()> {
        header_value(&session_id)
            .ok_or_else(|| Error::Setup("the session id holds characters that a header cannot hold".to_owned()))?;
        self.change_session(|session| session.id = Some(session_id));
        Ok(())
    }

    pub(super) fn forget_session(&self) {
        self.change_session(|session| session.id = None);
    }

    /// Notes that another session has begun in place of one that had ended.
    pub(super) fn count_relogin(&self) {
        self.change_session(|session| session.relogins += 1);
    }

    fn change_session(&self, change: impl FnOnce(&mut Session)) {
        change(&mut self.session.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// How long ago the last reply came.
    pub(super) fn idle_time(&self) -> Duration {
        self.last_used.read().unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    /// Any reply may bring a session: those of Login and its kin do, and replace the one before. A reply that was on its
    /// way while another session began must not bring the old one back.
    fn keep_session(&self, headers: &HeaderMap, sent: Option<&Secret>) {
        *self.last_used.write().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        let session_id = headers.get(SESSION_ID).and_then(|value| value.to_str().ok()).filter(|id| !id.is_empty());
        if let Some(session_id) = session_id {
            self.change_session(|session| {
                if session.id.as_ref() == sent {
                    session.id = Some(session_id.into());
                }
            });
        }
    }

    /// Sends a request in the session, in a span of the call that it is of.
    async fn send(
        &self,
        mut request: Request<Bytes>,
        (operation, object): (&str, &ManagedObjectReference),
        plan: Plan,
    ) -> Result<Response<Bytes>> {
        let session_id = self.session().id;
        if let Some(value) = session_id.as_ref().and_then(header_value) {
            request.headers_mut().insert(SESSION_ID, value);
        }
        let span = tracing::debug_span!(
            target: "vim25", "call", %operation, %object, release = %self.release,
            status = tracing::field::Empty, bytes = tracing::field::Empty, milliseconds = tracing::field::Empty,
        );
        let begun = Instant::now();
        let reply = self.channel.send(request, plan).instrument(span.clone()).await;
        span.record("milliseconds", begun.elapsed().as_secs_f64() * 1_000.0);
        let reply = reply.map_err(|source| Box::new(CallSite::new(operation, object)).not_carried(source))?;
        span.record("status", reply.status().as_u16()).record("bytes", reply.body().len());
        self.keep_session(reply.headers(), session_id.as_ref());
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
        let plan = Plan { only_reads: REGISTRY.only_reads(exchange.operation), patience: patience(exchange) };
        let reply = self.send(request, (exchange.operation.name, &exchange.object), plan).await?;
        exchange.reply(&reply, &REGISTRY, self.options)
    }

    /// Carries out a call that the tables do not know: path below the release, arguments as JSON, the reply as it came.
    pub(super) async fn raw(
        &self,
        object: &ManagedObjectReference,
        member: &str,
        arguments: Option<&serde_json::Value>,
    ) -> Result<serde_json::Value> {
        let call = || Box::new(CallSite::new(member, object));
        let attempt = || async {
            let plan = Plan { only_reads: arguments.is_none(), patience: Patience::Usual };
            let reply = self.send(self.raw_request(object, member, arguments)?, (member, object), plan).await?;
            if !reply.status().is_success() {
                return Err(call().failure(&reply, &REGISTRY));
            }
            if reply.body().iter().all(u8::is_ascii_whitespace) {
                return Ok(serde_json::Value::Null);
            }
            serde_json::from_slice(reply.body()).map_err(|_| call().unexpected(&without_body(reply)))
        };
        self.prepare(member).await;
        let session = self.session();
        let mut outcome = attempt().await;
        if let Err(error) = &outcome
            && self.is_renewed(error, session, member).await?
        {
            outcome = attempt().await;
        }
        self.conclude(member, &outcome);
        outcome
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

/// A reply with nothing of its body, which may be a secret.
fn without_body(reply: Response<Bytes>) -> Response<Bytes> {
    reply.map(|body| format!("{} bytes, not shown", body.len()).into())
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
            let operation = exchange.operation;
            self.prepare(operation.name).await;
            let session = self.session();
            let mut outcome = self.exchange(&mut exchange, None).await;
            if let Err(error) = &outcome
                && !operation.anonymous
                && self.is_renewed(error, session, operation.name).await?
            {
                outcome = self.exchange(&mut exchange, None).await;
            }
            self.conclude(operation.name, &outcome);
            outcome
        })
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("url", &self.url)
            .field("session_id", &self.session().id)
            .finish_non_exhaustive()
    }
}
