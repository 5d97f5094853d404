//! As whom a client connects, and how it logs in.

use std::fmt;
use std::io::{self, Write};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderValue;

use crate::mo::SessionManager;
use crate::types::UserSession;
use crate::{Error, ManagedObject, Result, Secret};

/// As whom a client connects.
#[derive(Clone)]
pub(super) enum Identity {
    /// Nobody: only operations that need no session work.
    Anonymous,
    Credentials {
        user_name: String,
        password: Secret,
    },
    /// A SAML token of the single sign-on service, as XML.
    Token(Secret),
    /// An extension whose certificate the transport shows.
    Extension {
        key: String,
    },
    CloneTicket(Secret),
    SessionId(Secret),
}

impl Identity {
    /// Whether it can begin another session when one has ended: a ticket works once, and a session id is the session.
    pub(super) fn can_log_in_again(&self) -> bool {
        matches!(self, Identity::Credentials { .. } | Identity::Token(_) | Identity::Extension { .. })
    }

    /// What goes into the header `Authorization` of the login, if anything does.
    pub(super) fn authorization(&self) -> Result<Option<HeaderValue>> {
        let Identity::Token(token) = self else { return Ok(None) };
        let refused = |_| Error::Setup("the token cannot be put into a header".to_owned());
        let packed = gzip(token.expose().as_bytes()).map_err(refused)?;
        let mut value = HeaderValue::try_from(format!("SIGN token=\"{}\"", BASE64_STANDARD.encode(packed)))
            .map_err(|_| Error::Setup("the token cannot be put into a header".to_owned()))?;
        value.set_sensitive(true);
        Ok(Some(value))
    }

    /// Begins a session, or makes sure that the one to resume is alive; none for nobody.
    pub(super) async fn begin_session(
        &self,
        manager: &SessionManager,
        locale: Option<&str>,
    ) -> Result<Option<UserSession>> {
        macro_rules! with_locale {
            ($call:expr) => {
                match locale {
                    Some(locale) => $call.locale(locale).await,
                    None => $call.await,
                }
            };
        }
        let session = match self {
            Identity::Anonymous => return Ok(None),
            Identity::Credentials { user_name, password } => {
                with_locale!(manager.login(user_name, password.clone()))
            }
            Identity::Token(_) => with_locale!(manager.login_by_token()),
            Identity::Extension { key } => with_locale!(manager.login_extension_by_certificate(key)),
            Identity::CloneTicket(ticket) => manager.clone_session(ticket.clone()).await,
            Identity::SessionId(_) => {
                let session = manager.current_session().await?;
                session.ok_or_else(|| Error::NoSession(manager.reference().into_untyped()))
            }
        };
        session.map(Some)
    }
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// Shows who it is; never a secret.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Identity::Anonymous => "nobody",
            Identity::Credentials { user_name, .. } => user_name,
            Identity::Token(_) => "a SAML token",
            Identity::Extension { key } => key,
            Identity::CloneTicket(_) => "a clone ticket",
            Identity::SessionId(_) => "a session id",
        })
    }
}
