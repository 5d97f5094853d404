//! The default transport: reqwest.

#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc"))]
mod rustls_config;
mod tls;

use std::net::IpAddr;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::uri::Scheme;
use http::{Response, Uri};

pub use self::tls::TransportOptions;
pub(crate) use self::tls::parse_pin;
use crate::{BoxFuture, Error, Result, Transport, TransportError, TransportErrorKind};

/// How long a connection may be silent until it is checked whether the other side is still there: a long poll has no
/// other way to find out.
const TCP_KEEPALIVE: Duration = Duration::from_secs(30);

/// How much is set aside for a body before it comes: a server can announce what it likes.
const MAX_SET_ASIDE: usize = 16 << 20;

/// Sends requests with [reqwest](https://docs.rs/reqwest). Connections are kept and used again; redirects are not
/// followed, as the session id would go along; bodies may come packed with gzip. A reply may have 100 headers, of 400 KiB
/// together.
///
/// Plain http is spoken with this machine only, at `localhost` or an address of it, and without a proxy, unless
/// [`TransportOptions::accepts_plain_http`] is set.
///
/// TLS is that of the first of these features that is on: `rustls-ring` (the default), `rustls-aws-lc`, `native-tls`.
/// With none of them there is only plain http.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    max_reply_size: usize,
    accepts_plain_http: bool,
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
        // A proxy is another machine.
        let builder = if is_https || options.accepts_plain_http { builder } else { builder.no_proxy() };
        let client =
            builder.build().map_err(|error| Error::Setup(format!("the transport cannot be set up: {error}")))?;
        let TransportOptions { max_reply_size, accepts_plain_http, .. } = *options;
        Ok(Self { client, max_reply_size, accepts_plain_http })
    }

    /// Fails if others could read a request on its way.
    fn check(&self, url: &Uri) -> Result<(), TransportError> {
        let is_plain = url.scheme() == Some(&Scheme::HTTP);
        if !is_plain || self.accepts_plain_http || is_this_machine(url) {
            return Ok(());
        }
        let reason = "by plain http, everyone on the way to another machine can read the password and the session; use \
                      https, or allow it with `danger_accept_plain_http`";
        Err(TransportError::new(TransportErrorKind::Insecure, reason))
    }

    /// The body of a reply, read no further than the limit allows.
    async fn body(&self, response: &mut reqwest::Response) -> Result<Bytes, TransportError> {
        // As much as the server announces, so that a body is not copied again and again while it grows.
        let announced = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
        let mut body = BytesMut::with_capacity(announced.min(self.max_reply_size).min(MAX_SET_ASIDE));
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
            self.check(request.uri())?;
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

fn is_this_machine(url: &Uri) -> bool {
    let host = url.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|ip: IpAddr| ip.to_canonical().is_loopback())
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
