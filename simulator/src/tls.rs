//! HTTPS: the certificate, and the TLS of a connection.
//!
//! Without a certificate of its own the simulator makes one at each start, with a CA that clients can be told to trust.
//! The keys live in memory only.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::net::TcpStream;
use tokio::time;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::builder::StartError;

/// How long a client may take to say hello.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a certificate is valid that is made at the start.
const DAYS: u32 = 365;

/// What every simulator is called.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// Where the certificate comes from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// It is made at the start.
    Made,
    /// It is in a file, with the certificates between it and the CA, and its key in another.
    Files { certificate: PathBuf, key: PathBuf },
}

/// Begins TLS on connections.
#[derive(Clone)]
pub(crate) struct Acceptor(TlsAcceptor);

/// What it takes to speak TLS.
pub(crate) struct Tls {
    pub(crate) acceptor: Acceptor,
    /// What a client must trust.
    pub(crate) certificate_pem: String,
}

impl Acceptor {
    pub(crate) async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        time::timeout(HANDSHAKE_TIMEOUT, self.0.accept(stream)).await?
    }
}

impl Tls {
    /// Reads or makes a certificate. The names are those that it is made for, besides those of every simulator.
    pub(crate) fn new(source: &Source, names: &[String]) -> Result<Self, StartError> {
        let (chain, key, certificate_pem) = match source {
            Source::Made => made(names).map_err(|error| StartError::Certificate(error.to_string()))?,
            Source::Files { certificate, key } => read(certificate, key)?,
        };
        let wrong = |error: rustls::Error| StartError::Certificate(error.to_string());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .map_err(wrong)?;
        let mut config = config.with_no_client_auth().with_single_cert(chain, key).map_err(wrong)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { acceptor: Acceptor(TlsAcceptor::from(Arc::new(config))), certificate_pem })
    }
}

/// The chain that the server shows, its key, and what a client must trust.
type Material = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>, String);

/// A CA and a certificate of the server.
fn made(names: &[String]) -> Result<Material, rcgen::Error> {
    let (ca_key, server_key) = (KeyPair::generate()?, KeyPair::generate()?);

    let mut ca = params("vim25 simulator CA", Vec::new())?;
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let ca_certificate = ca.self_signed(&ca_key)?;

    let mut all: Vec<String> = NAMES.map(str::to_owned).to_vec();
    all.extend(names.iter().filter(|name| !NAMES.contains(&name.as_str())).cloned());
    let mut server = params(names.first().map_or(NAMES[0], String::as_str), all)?;
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.use_authority_key_identifier_extension = true;
    let certificate = server.signed_by(&server_key, &Issuer::new(ca, ca_key))?;

    let key = PrivatePkcs8KeyDer::from(server_key.serialize_der());
    Ok((vec![certificate.into()], key.into(), ca_certificate.pem()))
}

fn params(name: &str, names: Vec<String>) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    // Clients go by the clock of the machine, whatever the simulator is told of the time. A day for clocks that differ.
    let now = Duration::from_secs(u64::try_from(Timestamp::now().as_second()).unwrap_or_default());
    let day = Duration::from_secs(24 * 60 * 60);
    let epoch = date_time_ymd(1970, 1, 1);
    params.not_before = epoch + now.saturating_sub(day);
    params.not_after = epoch + now + day * DAYS;
    Ok(params)
}

fn read(certificate: &Path, key: &Path) -> Result<Material, StartError> {
    let wrong = |path: &Path, problem: String| StartError::Certificate(format!("{}: {problem}", path.display()));
    let pem = std::fs::read_to_string(certificate).map_err(|error| wrong(certificate, error.to_string()))?;
    let chain: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|error| wrong(certificate, error.to_string()))?;
    if chain.is_empty() {
        return Err(wrong(certificate, "there is no certificate in it".to_owned()));
    }
    let key_der = PrivateKeyDer::from_pem_file(key).map_err(|error| wrong(key, error.to_string()))?;
    Ok((chain, key_der, pem))
}
