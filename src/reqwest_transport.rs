//! The default transport: reqwest, with rustls, ring and the certificates of the system.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

use crate::{BoxFuture, Error, Result, Transport, TransportError, TransportErrorKind};

/// How long the set-up of a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// Sends requests with [reqwest](https://docs.rs/reqwest). Connections are kept and used again; redirects are not
/// followed.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: reqwest::Client,
}

impl ReqwestTransport {
    /// A transport for `https` or for plain `http`.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`] if `https` is asked for and the certificates of the system cannot be read.
    pub fn new(is_https: bool) -> Result<Self> {
        let refused = |error: &dyn std::fmt::Display| Error::Setup(format!("TLS cannot be set up: {error}"));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| refused(&error))?;
        // Without https the certificates are not needed, and may be missing in a small container.
        let tls = if is_https {
            tls.with_platform_verifier().map_err(|error| refused(&error))?
        } else {
            tls.with_root_certificates(RootCertStore::empty())
        };
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls.with_no_client_auth())
            .https_only(is_https)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .build()
            .map_err(|error| refused(&error))?;
        Ok(Self { client })
    }
}

impl Transport for ReqwestTransport {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let request = reqwest::Request::try_from(request).map_err(failure)?;
            let response = self.client.execute(request).await.map_err(failure)?;
            let mut reply = http::Response::builder().status(response.status());
            if let Some(headers) = reply.headers_mut() {
                *headers = response.headers().clone();
            }
            let body = response.bytes().await.map_err(failure)?;
            reply.body(body).map_err(|error| TransportError::new(TransportErrorKind::Other, error))
        })
    }
}

fn failure(error: reqwest::Error) -> TransportError {
    let kind = if error.is_connect() {
        TransportErrorKind::Connect
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else if error.is_body() || error.is_decode() || error.is_request() {
        TransportErrorKind::Interrupted
    } else {
        TransportErrorKind::Other
    };
    TransportError::new(kind, error)
}
