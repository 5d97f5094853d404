//! The set-up of a client.

use std::fmt;
use std::sync::Arc;

use super::Client;
use super::connection::Connection;
use crate::http_url::BaseUrl;
use crate::types::ServiceContent;
use crate::wire::{NewerMembers, Options, Strictness};
use crate::{RELEASE, Release, Result, Secret, Transport};

/// The set-up of a [`Client`]: where it connects to and as whom.
pub struct ClientBuilder {
    url: BaseUrl,
    identity: Identity,
    release: Release,
    options: Options,
    user_agent: String,
    transport: Option<Arc<dyn Transport>>,
}

/// As whom a client connects.
enum Identity {
    /// Nobody: only operations that need no session work.
    Anonymous,
    Credentials {
        user_name: String,
        password: Secret,
        locale: Option<String>,
    },
    CloneTicket(Secret),
    SessionId(Secret),
}

impl ClientBuilder {
    pub(super) fn new(url: &str) -> Result<Self> {
        Ok(Self {
            url: BaseUrl::parse(url)?,
            identity: Identity::Anonymous,
            release: RELEASE,
            options: Options::default(),
            user_agent: concat!("vim25/", env!("CARGO_PKG_VERSION")).to_owned(),
            transport: None,
        })
    }

    /// Logs in with a user name and a password.
    pub fn credentials(mut self, user_name: impl Into<String>, password: impl Into<Secret>) -> Self {
        self.identity = Identity::Credentials { user_name: user_name.into(), password: password.into(), locale: None };
        self
    }

    /// The locale of messages and formats in the session that [`credentials`](Self::credentials) begin, such as
    /// `en_US`. Without it the server chooses.
    pub fn locale(mut self, value: impl Into<String>) -> Self {
        if let Identity::Credentials { locale, .. } = &mut self.identity {
            *locale = Some(value.into());
        }
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

    /// The release of the API to speak. Without it, the release that this crate was generated from.
    pub fn release(mut self, release: Release) -> Self {
        self.release = release;
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

    /// What carries the requests, instead of the default transport.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Connects: reads the content of the server and begins or resumes the session.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`](crate::Error::Setup) if something of the set-up cannot be,
    /// [`Error::NoSession`](crate::Error::NoSession) if the session to resume has ended,
    /// [`Error::Fault`](crate::Error::Fault) with an `InvalidLogin` if the server refuses the credentials or the ticket, and whatever else
    /// can happen to a call.
    pub async fn connect(self) -> Result<Client> {
        let transport = match self.transport {
            Some(transport) => transport,
            None => default_transport(&self.url)?,
        };
        let url = self.url.of_release(self.release);
        let connection = Connection::new(url, self.release, transport, self.options, &self.user_agent)?;
        if let Identity::SessionId(session_id) = &self.identity {
            connection.adopt_session(session_id.clone())?;
        }
        let connection = Arc::new(connection);
        let content: ServiceContent = connection.service_instance().content().await?;
        let client = Client { connection, content: Arc::new(content), tasks: Arc::default() };
        begin_session(&client, self.identity).await?;
        Ok(client)
    }
}

async fn begin_session(client: &Client, identity: Identity) -> Result<()> {
    let manager = client.session_manager();
    match identity {
        Identity::Anonymous => {}
        Identity::Credentials { user_name, password, locale } => {
            let mut login = manager.login(user_name, password);
            if let Some(locale) = locale {
                login = login.locale(locale);
            }
            login.await?;
        }
        Identity::CloneTicket(ticket) => {
            manager.clone_session(ticket).await?;
        }
        Identity::SessionId(_) => {
            client.session().await?;
        }
    }
    Ok(())
}

#[cfg(feature = "reqwest")]
fn default_transport(url: &BaseUrl) -> Result<Arc<dyn Transport>> {
    Ok(Arc::new(crate::ReqwestTransport::new(url.is_https())?))
}

#[cfg(not(feature = "reqwest"))]
fn default_transport(_: &BaseUrl) -> Result<Arc<dyn Transport>> {
    let message = "there is no transport: give one to `transport`, or switch the feature `reqwest` on";
    Err(crate::Error::Setup(message.to_owned()))
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let identity = match &self.identity {
            Identity::Anonymous => "nobody",
            Identity::Credentials { user_name, .. } => user_name,
            Identity::CloneTicket(_) => "a clone ticket",
            Identity::SessionId(_) => "a session id",
        };
        f.debug_struct("ClientBuilder")
            .field("url", &self.url)
            .field("identity", &identity)
            .field("release", &self.release)
            .finish_non_exhaustive()
    }
}
