//! Another session when one has ended.
//!
//! `NotAuthenticated` can mean that the session has ended, but servers raise it also where a privilege is missing, or for
//! some operations of a session that lives. So the server is asked first. However many calls fail at once, one of them
//! logs in, and the others go on with its session.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use http::HeaderValue;
use tokio::sync::Mutex;

use super::connection::{Connection, Session};
use super::identity::Identity;
use crate::mo::SessionManager;
use crate::types::{InvalidLogin, NotAuthenticated, UserSession};
use crate::{BoxFuture, Error, Exchange, Handle, Invoke, ManagedObject, Ref, Result, Value};

/// Gets to know of each session that was begun in place of another.
pub(super) type Observer = Arc<dyn Fn(&UserSession) + Send + Sync>;

/// How to begin a session, at first and again.
pub(super) struct Relogin {
    identity: Identity,
    locale: Option<String>,
    observer: Option<Observer>,
    manager: OnceLock<Ref<SessionManager>>,
    /// Who logs in at the moment.
    turn: Mutex<()>,
    /// How often somebody has tried.
    attempts: AtomicU64,
    /// There are to be no more attempts: the server refused one, and more could lock the account, or the user has taken
    /// the session into their own hands.
    is_over: AtomicBool,
}

impl Relogin {
    pub(super) fn new(identity: Identity, locale: Option<String>, observer: Option<Observer>) -> Self {
        Self {
            identity,
            locale,
            observer,
            manager: OnceLock::new(),
            turn: Mutex::default(),
            attempts: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
        }
    }

    /// Logs in no more, and waits for the end of a login that has begun.
    pub(super) async fn end(&self) {
        self.stop();
        let _turn = self.turn.lock().await;
    }

    /// Logs in no more.
    pub(super) fn stop(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    /// Whether another session may help against an error.
    pub(super) fn may_help(&self, error: &Error) -> bool {
        self.identity.can_log_in_again()
            && !self.is_over.load(Ordering::Relaxed)
            && self.manager.get().is_some()
            && error.fault().is_some_and(|fault| fault.downcast_ref::<NotAuthenticated>().is_some())
    }

    /// Begins the first session, by the session manager that the server names.
    pub(super) async fn begin(&self, connection: &Arc<Connection>, manager: Ref<SessionManager>) -> Result<()> {
        if let Identity::SessionId(session_id) = &self.identity {
            connection.adopt_session(session_id.clone())?;
        }
        let begun = self.log_in(connection, &manager).await;
        if begun.is_err() && !matches!(self.identity, Identity::SessionId(_)) && connection.session().id.is_some() {
            // The server has let the client in, but its reply could not be read: nobody else would end that session.
            drop(plain(connection, &manager, None).logout().await);
        }
        begun?;
        // Until now nothing else could have had a session that ended.
        let _ = self.manager.set(manager);
        Ok(())
    }

    /// Begins another session, unless somebody else has done so since a call failed, or the session lives after all;
    /// whether the call is worth another attempt. Whoever waited while somebody else failed does not try, too.
    pub(super) async fn renew(&self, connection: &Arc<Connection>, failed: &Session) -> Result<bool> {
        let Some(manager) = self.manager.get() else { return Ok(false) };
        let attempts = self.attempts.load(Ordering::Relaxed);
        let _turn = self.turn.lock().await;
        let present = connection.session();
        if present.relogins != failed.relogins || (present.id.is_some() && present.id != failed.id) {
            return Ok(true);
        }
        if self.is_over.load(Ordering::Relaxed) || self.attempts.load(Ordering::Relaxed) != attempts {
            return Ok(false);
        }
        let begun = self.begin_another(connection, manager).await;
        self.attempts.fetch_add(1, Ordering::Relaxed);
        begun
    }

    async fn begin_another(&self, connection: &Arc<Connection>, manager: &Ref<SessionManager>) -> Result<bool> {
        if self.is_alive(connection, manager).await? {
            return Ok(false);
        }
        connection.forget_session();
        let session = self.log_in(connection, manager).await.inspect_err(|error| {
            if error.is_fault::<InvalidLogin>() {
                self.stop();
            }
        })?;
        connection.count_relogin();
        tracing::info!(target: "vim25", identity = ?self.identity, "logged in again");
        if let (Some(observer), Some(session)) = (&self.observer, &session) {
            observer(session);
        }
        Ok(true)
    }

    async fn is_alive(&self, connection: &Arc<Connection>, manager: &Ref<SessionManager>) -> Result<bool> {
        match plain(connection, manager, None).current_session().await {
            Ok(session) => Ok(session.is_some()),
            Err(error) if error.is_fault::<NotAuthenticated>() => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn log_in(&self, connection: &Arc<Connection>, manager: &Ref<SessionManager>) -> Result<Option<UserSession>> {
        let manager = plain(connection, manager, self.identity.authorization()?);
        self.identity.begin_session(&manager, self.locale.as_deref()).await
    }
}

/// The session manager by calls that are made once, and do not log in again.
fn plain(
    connection: &Arc<Connection>,
    manager: &Ref<SessionManager>,
    authorization: Option<HeaderValue>,
) -> SessionManager {
    let invoker = Arc::new(Plain { connection: connection.clone(), authorization });
    SessionManager::from_handle(Handle::new(invoker, manager))
}

struct Plain {
    connection: Arc<Connection>,
    authorization: Option<HeaderValue>,
}

impl Invoke for Plain {
    fn invoke(&self, mut exchange: Exchange) -> BoxFuture<'_, Result<Option<Value>>> {
        Box::pin(async move { self.connection.exchange(&mut exchange, self.authorization.as_ref()).await })
    }
}

impl fmt::Debug for Relogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relogin").field("identity", &self.identity).finish_non_exhaustive()
    }
}
