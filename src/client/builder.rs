//! The set-up of a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use super::Client;
use super::channel::{Channel, Limits};
use super::connection::Connection;
use super::hello;
use super::identity::Identity;
use super::relogin::{Observer, Relogin};
use crate::http_url::BaseUrl;
use crate::mo::SessionManager;
use crate::types::UserSession;
use crate::wire::{NewerMembers, Options, Strictness};
use crate::{Error, ManagedObject, Ref, Release, Result, Secret, Transport};

/// The set-up of a [`Client`]: where it connects to and as whom.
///
/// A server that is broken or hostile costs no more time and memory than these limits allow; beyond them a call fails with
/// an [`Error`]. [`Error::Transport`] has the kind in brackets.
///
/// | what | limit | error |
/// |---|---|---|
/// | time to connect | `connect_timeout` | `Transport` (`Connect`) |
/// | time of a request with its reply, each attempt | [`request_timeout`](Self::request_timeout) | `Transport` (`Timeout`) |
/// | attempts | [`retries`](Self::retries) | that of the last attempt |
/// | requests at once | [`max_concurrent`](Self::max_concurrent) | none, the others wait |
/// | body of a reply, unpacked | `max_reply_size` | `Transport` (`Other`) |
/// | headers of a reply | 100, of 400 KiB together | `Transport` (`Interrupted`) |
/// | redirects | none is followed | `Reply`, which names the target |
/// | nesting of a reply | 127 | `Decode` |
/// | nesting of a request | [`MAX_DEPTH`](crate::MAX_DEPTH) | `Request`, nothing is sent |
/// | plain http | this machine, but for `danger_accept_plain_http` | `Transport` (`Insecure`), nothing is sent |
///
/// Time to connect, size, headers, redirects and plain http are a matter of the default transport.
pub struct ClientBuilder {
    url: BaseUrl,
    identity: Identity,
    locale: Option<String>,
    release: Option<Release>,
    options: Options,
    user_agent: String,
    limits: Limits,
    keep_alive: Option<Duration>,
    observer: Option<Observer>,
    transport: Option<Arc<dyn Transport>>,
    #[cfg(feature = "reqwest")]
    default_transport: crate::TransportOptions,
    /// What was wrong with an argument of a setter.
    problem: Option<Error>,
}

impl ClientBuilder {
    pub(super) fn new(url: &str) -> Result<Self> {
        Ok(Self {
            url: BaseUrl::parse(url)?,
            identity: Identity::Anonymous,
            locale: None,
            release: None,
            options: Options::default(),
            user_agent: concat!("vim25/", env!("CARGO_PKG_VERSION")).to_owned(),
            limits: Limits::default(),
            keep_alive: None,
            observer: None,
            transport: None,
            #[cfg(feature = "reqwest")]
            default_transport: crate::TransportOptions::default(),
            problem: None,
        })
    }

    /// Logs in with a user name and a password.
    pub fn credentials(mut self, user_name: impl Into<String>, password: impl Into<Secret>) -> Self {
        self.identity = Identity::Credentials { user_name: user_name.into(), password: password.into() };
        self
    }

    /// Logs in with a SAML token of the single sign-on service, bearer or holder-of-key without a signature: its XML as
    /// the service gives it.
    ///
    /// It is sent, packed, in the header `Authorization` of `LoginByToken`. The API reference has that header without
    /// saying what is in it; the form is that of the vSphere Automation API.
    pub fn token(mut self, token: impl Into<Secret>) -> Self {
        self.identity = Identity::Token(token.into());
        self
    }

    /// Logs in as an extension, by the certificate that it was registered with: the one that the transport shows
    /// (`client_certificate` of the default transport).
    pub fn extension(mut self, key: impl Into<String>) -> Self {
        self.identity = Identity::Extension { key: key.into() };
        self
    }

    /// The locale of messages and formats in the sessions that the client begins, such as `en_US`. Without it the server
    /// chooses; a clone of a session has that of the other.
    pub fn locale(mut self, value: impl Into<String>) -> Self {
        self.locale = Some(value.into());
        self
    }

    /// Begins a session of its own with the identity of the session that issued a ticket
    /// ([`acquire_clone_ticket`](crate::mo::SessionManager::acquire_clone_ticket)). A ticket works once.
    pub fn clone_ticket(mut self, ticket: impl Into<Secret>) -> Self {
        self.identity = Identity::CloneTicket(ticket.into());
        self
    }

    /// Resumes the session with an id that [`Client::session_id`] gave, and checks that it is alive.
    pub fn session_id(mut self, session_id: impl Into<Secret>) -> Self {
        self.identity = Identity::SessionId(session_id.into());
        self
    }

    /// The release of the API to speak. Without it, the newest that client and server have in common.
    pub fn release(mut self, release: Release) -> Self {
        self.release = Some(release);
        self
    }

    /// What to do with a required member that a reply leaves out: refuse the reply, as by default, or read on.
    pub fn strictness(mut self, strictness: Strictness) -> Self {
        self.options.strictness = strictness;
        self
    }

    /// What to do with a member of a request that is newer than the release that the server speaks: refuse the request,
    /// as by default, or leave the member out.
    pub fn newer_members(mut self, newer_members: NewerMembers) -> Self {
        self.options.newer_members = newer_members;
        self
    }

    /// The `User-Agent` of all requests, which the server shows in its list of sessions.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Name and version of the program, in front of those of this crate in the [`user_agent`](Self::user_agent).
    pub fn application(self, name: impl fmt::Display, version: impl fmt::Display) -> Self {
        self.user_agent(format!("{name}/{version} vim25/{}", env!("CARGO_PKG_VERSION")))
    }

    /// How long a request may take, its reply included; 60 seconds by default. A long poll gets this much on top of the
    /// time that it was asked to wait, and has no limit if it was not told one. When the time is over the call fails, and
    /// is not sent again.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.limits.request_timeout = timeout;
        self
    }

    /// How often a request is sent again, after growing waits; twice by default. It is done only if there was no
    /// connection, or if the operation reads and changes nothing and its reply got lost or is one of 502, 503 and 504. A
    /// server may ask for another wait with `Retry-After`, of up to 30 seconds.
    pub fn retries(mut self, retries: usize) -> Self {
        self.limits.retries = retries;
        self
    }

    /// How many requests may be under way at once, long polls aside; 64 by default.
    pub fn max_concurrent(mut self, requests: usize) -> Self {
        self.limits.max_concurrent = requests;
        self
    }

    /// Keeps the session alive: whenever nothing was called for this long, the server is asked for its time. That ends
    /// with the last clone of the client. A vCenter ends sessions that are idle for 30 minutes, as it is set up at first.
    pub fn keep_alive(mut self, interval: Duration) -> Self {
        self.keep_alive = Some(interval);
        self
    }

    /// Calls something whenever the client has begun another session because the one before had ended. Views, filters and
    /// collectors went with that. It should be quick: the calls that failed wait for it.
    pub fn on_relogin(mut self, observer: impl Fn(&UserSession) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// What carries the requests, instead of the default transport.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Connects: agrees on a release, reads the content of the server, and begins or resumes the session.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`] if something of the set-up cannot be, [`Error::NoViJson`] and [`Error::NoCommonRelease`] if the
    /// server cannot be spoken with, [`Error::NoSession`] if the session to resume has ended, [`Error::Fault`] with an
    /// `InvalidLogin` if the server refuses the credentials or the ticket, and whatever else can happen to a call.
    pub async fn connect(mut self) -> Result<Client> {
        if let Some(problem) = self.problem.take() {
            return Err(problem);
        }
        let user_agent = HeaderValue::from_str(&self.user_agent)
            .map_err(|_| Error::Setup(format!("{:?} holds characters that a header cannot hold", self.user_agent)))?;
        let channel = Channel::new(self.take_transport()?, user_agent, self.limits);
        let release = match self.release {
            Some(release) => release,
            None => hello::negotiate(&channel, &self.url).await?,
        };
        let relogin = Relogin::new(self.identity, self.locale, self.observer);
        let connection = Connection::new(self.url.of_release(release), release, channel, self.options, relogin);
        let content = Arc::new(connection.content().await?);
        // Managers are named by the server; the usual name is for one that leaves it out.
        let manager = content.session_manager().cloned().unwrap_or_else(|| Ref::new(SessionManager::NAME));
        connection.relogin.begin(&connection, manager).await?;
        if let Some(interval) = self.keep_alive {
            connection.keep_alive(interval);
        }
        Ok(Client { connection, content, tasks: Arc::default() })
    }
}

/// What only the default transport knows.
#[cfg(feature = "reqwest")]
impl ClientBuilder {
    /// How long the set-up of a connection may take; 15 seconds by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.default_transport.connect_timeout = timeout;
        self
    }

    /// How many bytes the body of a reply may have, unpacked; 256 MiB by default. It is read no further, and the call
    /// fails with [`TransportErrorKind::Other`](crate::TransportErrorKind::Other).
    pub fn max_reply_size(mut self, bytes: usize) -> Self {
        self.default_transport.max_reply_size = bytes;
        self
    }

    /// Trusts the authorities whose certificates are in a PEM text, beside those of the system.
    pub fn ca_certificate(mut self, pem: impl Into<String>) -> Self {
        self.default_transport.ca_certificates.push(pem.into());
        self
    }

    /// Shows a certificate to the server: the certificate, those between it and its authority, and the private key, in one
    /// PEM text.
    pub fn client_certificate(mut self, pem: impl Into<Secret>) -> Self {
        self.default_transport.client_identity = Some(pem.into());
        self
    }

    /// Accepts the certificate with a SHA-256 and no other, whoever issued it and whatever name it is for: 64
    /// hexadecimal digits, with or without colons.
    pub fn certificate_pin(mut self, sha256: impl AsRef<str>) -> Self {
        match crate::transport::parse_pin(sha256.as_ref()) {
            Ok(pin) => self.default_transport.certificate_pin = Some(pin),
            Err(problem) => self.problem = Some(problem),
        }
        self
    }

    /// Accepts any certificate. Whoever is between client and server can then read and change everything, the password
    /// included.
    pub fn danger_accept_invalid_certificates(mut self) -> Self {
        self.default_transport.accepts_invalid_certificates = true;
        self
    }

    /// Speaks plain http also with other machines. Everyone on the way can then read and change everything, the password
    /// included. Without this, a URL of plain http is one of this machine, as `http://localhost:8989`; for another, each
    /// call fails with [`TransportErrorKind::Insecure`](crate::TransportErrorKind::Insecure), and nothing is sent.
    pub fn danger_accept_plain_http(mut self) -> Self {
        self.default_transport.accepts_plain_http = true;
        self
    }

    fn take_transport(&mut self) -> Result<Arc<dyn Transport>> {
        match self.transport.take() {
            Some(transport) => Ok(transport),
            None => Ok(Arc::new(crate::ReqwestTransport::new(self.url.is_https(), &self.default_transport)?)),
        }
    }
}

#[cfg(not(feature = "reqwest"))]
impl ClientBuilder {
    fn take_transport(&mut self) -> Result<Arc<dyn Transport>> {
        let message = "there is no transport: give one to `transport`, or switch the feature `rustls-ring` on";
        self.transport.take().ok_or_else(|| Error::Setup(message.to_owned()))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("url", &self.url)
            .field("identity", &self.identity)
            .field("release", &self.release)
            .finish_non_exhaustive()
    }
}
