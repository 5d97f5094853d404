//! What carries requests to a server and brings replies back.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;

/// A future on the heap.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends an HTTP request and gives the reply. The default client uses reqwest; anything else can take its place.
///
/// An implementation sends the request once, as it is, follows no redirects, and reads the body to its end.
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends a request with an absolute URL. Dropping the future gives the request up.
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>>;
}

/// Why a request or its reply did not come through.
#[derive(Debug, thiserror::Error)]
#[error("{kind}{}", Causes(source.as_ref()))]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Box<dyn StdError + Send + Sync>,
}

/// How far the request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// There was no connection, so the request was not sent.
    #[error("cannot connect")]
    Connect,
    /// There was no connection that can be trusted: the certificate was refused, TLS failed otherwise, or it would have been
    /// plain http to another machine. The request was not sent. A transport that cannot tell says
    /// [`Connect`](Self::Connect).
    #[error("no secure connection")]
    Insecure,
    /// The time limit passed.
    #[error("timed out")]
    Timeout,
    /// The connection broke before the reply was complete. The server may have carried out the request.
    #[error("the reply did not arrive completely")]
    Interrupted,
    /// Something else.
    #[error("the request failed")]
    Other,
}

impl TransportError {
    /// An error of a kind, with its cause.
    pub fn new(kind: TransportErrorKind, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { kind, source: source.into() }
    }

    /// How far the request came.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

/// All causes of an error, in one line: the outer ones seldom tell what happened.
struct Causes<'a>(&'a (dyn StdError + Send + Sync));

impl fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut cause: Option<&dyn StdError> = Some(self.0);
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}
