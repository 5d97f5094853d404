//! TLS by rustls: whom to trust, and as whom to appear.

use std::error::Error;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WantsClientCert, WebPkiServerVerifier};
use rustls::crypto::hash::HashAlgorithm;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, ConfigBuilder, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme,
    SupportedCipherSuite,
};
use rustls_platform_verifier::Verifier;

use super::TransportOptions;
use crate::Result;

/// A configuration that checks certificates as asked.
pub(super) fn verifying(options: &TransportOptions) -> Result<ClientConfig> {
    let provider = provider();
    let config = builder(&provider)?.dangerous().with_custom_certificate_verifier(verifier(options, provider)?);
    with_identity(config, options)
}

/// A configuration for plain http: reqwest wants one, and nobody uses it.
pub(super) fn trusting_nobody() -> Result<ClientConfig> {
    Ok(builder(&provider())?.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

fn provider() -> Arc<CryptoProvider> {
    #[cfg(feature = "rustls-ring")]
    let provider = rustls::crypto::ring::default_provider();
    #[cfg(not(feature = "rustls-ring"))]
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    Arc::new(provider)
}

fn builder(provider: &Arc<CryptoProvider>) -> Result<ConfigBuilder<ClientConfig, rustls::WantsVerifier>> {
    ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions().map_err(refused)
}

fn refused(error: impl std::fmt::Display) -> crate::Error {
    crate::Error::Setup(format!("TLS cannot be set up: {error}"))
}

fn verifier(options: &TransportOptions, provider: Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>> {
    let algorithms = provider.signature_verification_algorithms;
    if options.accepts_invalid_certificates {
        return Ok(Arc::new(Lenient { algorithms, pin: None }));
    }
    if let Some(digest) = options.certificate_pin {
        let pin = Some(Pin { digest, provider });
        return Ok(Arc::new(Lenient { algorithms, pin }));
    }
    let roots = roots(options)?;
    match Verifier::new_with_extra_roots(roots.clone(), provider.clone()) {
        Ok(verifier) => Ok(Arc::new(verifier)),
        // A small container may have no certificates at all; those that were given are enough then.
        Err(_) if !roots.is_empty() => {
            let mut store = RootCertStore::empty();
            let (_, wrong) = store.add_parsable_certificates(roots);
            if wrong > 0 {
                return Err(refused("a certificate of an authority cannot be read"));
            }
            let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider).build();
            Ok(verifier.map_err(refused)?)
        }
        Err(error) => Err(refused(error)),
    }
}

fn roots(options: &TransportOptions) -> Result<Vec<CertificateDer<'static>>> {
    let mut roots = Vec::new();
    for pem in &options.ca_certificates {
        let read: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<_, _>>().map_err(refused)?;
        if read.is_empty() {
            return Err(refused("there is no certificate in the PEM text of an authority"));
        }
        roots.extend(read);
    }
    Ok(roots)
}

/// The configuration with the client's certificate, if it has one. No message repeats anything of the key.
fn with_identity(
    config: ConfigBuilder<ClientConfig, WantsClientCert>,
    options: &TransportOptions,
) -> Result<ClientConfig> {
    let Some(pem) = &options.client_identity else { return Ok(config.with_no_client_auth()) };
    let pem = pem.expose().as_bytes();
    let chain: Vec<_> = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(refused)?;
    let key = PrivateKeyDer::from_pem_slice(pem)
        .map_err(|_| refused("there is no private key in the PEM text of the client's identity"))?;
    config.with_client_auth_cert(chain, key).map_err(refused)
}

/// Accepts one certificate, or any.
#[derive(Debug)]
struct Lenient {
    algorithms: WebPkiSupportedAlgorithms,
    pin: Option<Pin>,
}

#[derive(Debug)]
struct Pin {
    digest: [u8; 32],
    provider: Arc<CryptoProvider>,
}

impl Pin {
    /// Fails if a certificate is not the one, and says which it is.
    fn check(&self, certificate: &CertificateDer<'_>) -> Result<(), rustls::Error> {
        let digest = self.sha256(certificate).unwrap_or_default();
        if digest == self.digest {
            return Ok(());
        }
        let shown: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let reason = format!("the SHA-256 of the server's certificate is {shown}, and another is pinned");
        Err(CertificateError::Other(OtherError(Arc::from(Box::<dyn Error + Send + Sync>::from(reason)))).into())
    }

    /// By the hash that the provider brings for its cipher suites.
    fn sha256(&self, certificate: &CertificateDer<'_>) -> Option<Vec<u8>> {
        let suites = self.provider.cipher_suites.iter();
        let mut hashes = suites.filter_map(SupportedCipherSuite::tls13).map(|suite| suite.common.hash_provider);
        let sha256 = hashes.find(|hash| hash.algorithm() == HashAlgorithm::SHA256)?;
        Some(sha256.hash(certificate).as_ref().to_vec())
    }
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.pin.as_ref().map_or(Ok(()), |pin| pin.check(end_entity))?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
