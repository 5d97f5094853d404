//! What the default transport can be told, and which implementation of TLS it uses.

use std::fmt;
use std::time::Duration;

use crate::{Error, Result, Secret};

/// What the default transport can be told.
#[derive(Clone)]
pub struct TransportOptions {
    /// How long the set-up of a connection may take; 15 seconds by default.
    pub connect_timeout: Duration,
    /// How many bytes the body of a reply may have, unpacked; 256 MiB by default.
    pub max_reply_size: usize,
    /// Certificates of authorities in PEM that are trusted beside those of the system.
    pub ca_certificates: Vec<String>,
    /// SHA-256 of the server's certificate. It alone is then accepted, whoever issued it and whatever name it is for.
    pub certificate_pin: Option<[u8; 32]>,
    /// Whether any certificate is accepted. Whoever is between client and server can then read and change everything,
    /// the password included.
    pub accepts_invalid_certificates: bool,
    /// Certificate and private key of the client, in one PEM text.
    pub client_identity: Option<Secret>,
    /// Whether requests may go to another machine by plain http. Everyone on the way can then read and change everything,
    /// the password included.
    pub accepts_plain_http: bool,
}

impl Default for TransportOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(15),
            max_reply_size: 256 << 20,
            ca_certificates: Vec::new(),
            certificate_pin: None,
            accepts_invalid_certificates: false,
            client_identity: None,
            accepts_plain_http: false,
        }
    }
}

impl fmt::Debug for TransportOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportOptions")
            .field("connect_timeout", &self.connect_timeout)
            .field("max_reply_size", &self.max_reply_size)
            .field("ca_certificates", &self.ca_certificates.len())
            .field("certificate_pin", &self.certificate_pin.is_some())
            .field("accepts_invalid_certificates", &self.accepts_invalid_certificates)
            .field("client_identity", &self.client_identity)
            .field("accepts_plain_http", &self.accepts_plain_http)
            .finish()
    }
}

/// The digits of a SHA-256 as tools print them: 64 hexadecimal digits, with or without colons.
pub(crate) fn parse_pin(text: &str) -> Result<[u8; 32]> {
    let digits: Vec<u32> = text.chars().filter(|c| *c != ':').map_while(|c| c.to_digit(16)).collect();
    let wrong =
        || Error::Setup("a certificate pin is a SHA-256: 64 hexadecimal digits, with or without colons".to_owned());
    let length = text.chars().filter(|c| *c != ':').count();
    if digits.len() != 64 || length != 64 {
        return Err(wrong());
    }
    let mut pin = [0; 32];
    for (byte, pair) in pin.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::try_from(pair[0] * 16 + pair[1]).map_err(|_| wrong())?;
    }
    Ok(pin)
}

/// A client builder with TLS as asked.
#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc"))]
pub(super) fn configure(builder: reqwest::ClientBuilder, options: &TransportOptions) -> Result<reqwest::ClientBuilder> {
    Ok(builder.tls_backend_preconfigured(super::rustls_config::verifying(options)?))
}

/// A client builder for plain http.
#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc"))]
pub(super) fn without(builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder> {
    Ok(builder.tls_backend_preconfigured(super::rustls_config::trusting_nobody()?))
}

/// A client builder with TLS as asked.
#[cfg(all(feature = "native-tls", not(any(feature = "rustls-ring", feature = "rustls-aws-lc"))))]
pub(super) fn configure(
    mut builder: reqwest::ClientBuilder,
    options: &TransportOptions,
) -> Result<reqwest::ClientBuilder> {
    let refused = |what: &str, error: reqwest::Error| Error::Setup(format!("the {what} cannot be used: {error}"));
    if options.certificate_pin.is_some() {
        return Err(Error::Setup("native-tls cannot pin a certificate; the feature rustls-ring can".to_owned()));
    }
    for pem in &options.ca_certificates {
        let certificates = reqwest::Certificate::from_pem_bundle(pem.as_bytes());
        for certificate in certificates.map_err(|error| refused("certificate of the authority", error))? {
            builder = builder.add_root_certificate(certificate);
        }
    }
    if let Some(pem) = &options.client_identity {
        let pem = pem.expose().as_bytes();
        let identity = reqwest::Identity::from_pkcs8_pem(pem, pem);
        builder = builder.identity(identity.map_err(|error| refused("certificate of the client", error))?);
    }
    Ok(builder.tls_danger_accept_invalid_certs(options.accepts_invalid_certificates))
}

/// A client builder for plain http.
#[cfg(not(any(feature = "rustls-ring", feature = "rustls-aws-lc")))]
#[allow(clippy::unnecessary_wraps, reason = "with rustls it can fail")]
pub(super) fn without(builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder> {
    Ok(builder)
}

/// Without any of the features there is no TLS.
#[cfg(not(any(feature = "native-tls", feature = "rustls-ring", feature = "rustls-aws-lc")))]
pub(super) fn configure(_: reqwest::ClientBuilder, _: &TransportOptions) -> Result<reqwest::ClientBuilder> {
    let message = "https needs one of the features rustls-ring, rustls-aws-lc and native-tls, or an own transport";
    Err(Error::Setup(message.to_owned()))
}

/// Whether it is TLS that failed. The library of the system does not say so.
#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc"))]
pub(super) fn is_failure(error: &(dyn std::error::Error + 'static)) -> bool {
    // An I/O error with another in it hides that from `source`.
    let hidden = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    error.is::<rustls::Error>()
        || hidden.is_some_and(|error| is_failure(error))
        || error.source().is_some_and(is_failure)
}

/// Whether it is TLS that failed. The library of the system does not say so.
#[cfg(not(any(feature = "rustls-ring", feature = "rustls-aws-lc")))]
pub(super) fn is_failure(_: &(dyn std::error::Error + 'static)) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_are_read_as_tools_print_them() {
        let plain = "00ff".repeat(16);
        let colons = vec!["00:FF"; 16].join(":");
        assert_eq!(parse_pin(&plain).ok(), parse_pin(&colons).ok());
        assert_eq!(parse_pin(&plain).ok().map(|pin| (pin[0], pin[31])), Some((0, 255)));
        for wrong in ["", "00", "zz", &"0".repeat(63), &"0".repeat(65), &format!("{}z", "0".repeat(63))] {
            assert!(matches!(parse_pin(wrong), Err(Error::Setup(_))), "{wrong}");
        }
    }
}
