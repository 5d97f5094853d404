//! The default transport: reqwest.

#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc"))]
mod rustls_config;
mod tls;

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::Response;

pub use self::tls::TransportOptions;
pub(crate) use self::tls::parse_pin;
use crate::{BoxFuture, Error, Result, Transport, TransportError, TransportErrorKind};

/// How long a connection may be silent until it is checked whether the other side is still there: a long poll has no
/// other way to find out.
const TCP_KEEPALIVE: Duration = Duration::from_secs(30);

/// Sends requests with [reqwest](https://docs.rs/reqwest). Connections are kept and used again; redirects are not
/// followed, as the session id would go along; bodies may come packed with gzip.
///
/// TLS is that of the first of these features that is on: `rustls-ring` (the default), `rustls-aws-lc`, `native-tls`.
/// With none of them there is only plain http.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    max_reply_size: usize,
}

impl ReqwestTransport {
    /// A transport for `https` or for plain `http`.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`] if TLS cannot be set up as asked: a certificate is none, the certificates of the system cannot
    /// be read, or no feature for TLS is on.
    pub fn new(is_https: bool, options: &TransportOptions) -> Result<Self> {
        let builder = reqwest::Client::builder()
            .https_only(is_https)
            .redirect(reqwest::redirect::Policy::none())
            .gzip(true)
            .connect_timeout(options.connect_timeout)
            .tcp_keepalive(TCP_KEEPALIVE);
        // Without https the certificates are not needed, and may be missing in a small container.
        let builder = if is_https { tls::configure(builder, options)? } else { tls::without(builder)? };
        let client =
            builder.build().map_err(|error| Error::Setup(format!("the transport cannot be set up: {error}")))?;
        Ok(Self { client, max_reply_size: options.max_reply_size })
    }

    /// The body of a reply, read no further than the limit allows.
    async fn body(&self, response: &mut reqwest::Response) -> Result<Bytes, TransportError> {
        // As much as the server announces, so that a large body is not copied again and again while it grows.
        let announced = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
        let mut body = BytesMut::with_capacity(announced.min(self.max_reply_size));
        while let Some(chunk) = response.chunk().await.map_err(failure)? {
            if body.len() + chunk.len() > self.max_reply_size {
                let reason = format!("the reply is larger than {} bytes, which is the limit", self.max_reply_size);
                return Err(TransportError::new(TransportErrorKind::Other, reason));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }
}

impl Transport for ReqwestTransport {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let request = reqwest::Request::try_from(request).map_err(failure)?;
            let mut response = self.client.execute(request).await.map_err(failure)?;
            let mut reply = Response::builder().status(response.status());
            if let Some(headers) = reply.headers_mut() {
                std::mem::swap(headers, response.headers_mut());
            }
            let body = self.body(&mut response).await?;
            reply.body(body).map_err(|error| TransportError::new(TransportErrorKind::Other, error))
        })
    }
}

fn failure(error: reqwest::Error) -> TransportError {
    let kind = if tls::is_failure(&error) {
        TransportErrorKind::Insecure
    } else if error.is_connect() {
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
