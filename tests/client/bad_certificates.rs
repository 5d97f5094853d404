//! Certificates that are refused, before anything is sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, date_time_ymd,
};
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use vim25::prelude::*;
use vim25::{ClientBuilder, Error, TransportErrorKind};

/// An authority: its certificate, and what issues others.
fn authority() -> (Certificate, Issuer<'static, KeyPair>) {
    let key = KeyPair::generate().expect("a key");
    let mut parameters = CertificateParams::new(Vec::new()).expect("no names");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = parameters.self_signed(&key).expect("an authority");
    (certificate, Issuer::new(parameters, key))
}

/// A good certificate of a server; it lacks nothing but a signature.
fn good() -> CertificateParams {
    let mut parameters = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    parameters
}

/// A server with a certificate, which counts the connections on which anything was sent to it: it gives a 204.
struct Server {
    url: String,
    requests: Arc<AtomicUsize>,
}

impl Server {
    async fn start(certificate: &Certificate, key: &KeyPair) -> Self {
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("a certificate");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("https://localhost:{}", listener.local_addr().expect("an address").port());
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = requests.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                if stream.read(&mut [0; 4096]).await.is_ok_and(|length| length > 0) {
                    counter.fetch_add(1, Ordering::Relaxed);
                    let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await;
                    let _ = stream.shutdown().await;
                }
            }
        });
        Self { url, requests }
    }

    fn builder(&self, authority: &Certificate) -> ClientBuilder {
        let builder = Client::builder(&self.url).expect("a URL").credentials("root", "hunter2").retries(0);
        builder.ca_certificate(authority.pem())
    }

    /// What a client is told that refuses the certificate.
    async fn refusal(&self, builder: ClientBuilder) -> String {
        let error = builder.connect().await.expect_err("it is not trusted");
        let is_refused =
            matches!(&error, Error::Transport { source, .. } if source.kind() == TransportErrorKind::Insecure);
        assert!(is_refused, "{error:?}");
        assert_eq!(self.requests.load(Ordering::Relaxed), 0, "nothing is sent: {error}");
        error.to_string()
    }

    /// The client comes to the server, which is none of VI JSON.
    async fn admission(&self, builder: ClientBuilder) {
        let error = builder.connect().await.expect_err("it is no vCenter");
        assert!(matches!(error, Error::NoViJson { .. }), "{error:?}");
        assert!(self.requests.load(Ordering::Relaxed) > 0);
    }
}

#[tokio::test]
async fn a_certificate_must_be_right_in_everything() {
    type Change = fn(&mut CertificateParams);
    let (root, issuer) = authority();
    let cases: [(Change, &str); 5] = [
        (|parameters| parameters.not_after = date_time_ymd(2020, 1, 1), "expired"),
        (|parameters| parameters.not_before = date_time_ymd(2990, 1, 1), "not valid yet"),
        (
            |parameters| *parameters = CertificateParams::new(vec!["other.example.com".to_owned()]).expect("a name"),
            "name",
        ),
        (|parameters| *parameters = CertificateParams::new(Vec::new()).expect("no name"), "name"),
        (|parameters| parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth], "eku"),
    ];
    for (change, expected) in cases {
        let mut parameters = good();
        change(&mut parameters);
        let key = KeyPair::generate().expect("a key");
        let server = Server::start(&parameters.signed_by(&key, &issuer).expect("a certificate"), &key).await;
        let shown = server.refusal(server.builder(&root)).await;
        assert!(shown.to_lowercase().contains(expected), "{expected}: {shown}");
        server.admission(server.builder(&root).danger_accept_invalid_certificates()).await;
    }
    let key = KeyPair::generate().expect("a key");
    let server = Server::start(&good().signed_by(&key, &issuer).expect("a certificate"), &key).await;
    server.admission(server.builder(&root)).await;
}

#[tokio::test]
async fn who_signed_it_must_be_known() {
    let (root, _) = authority();
    let (_, stranger) = authority();
    let key = KeyPair::generate().expect("a key");
    let by_itself = good().self_signed(&key).expect("a certificate");
    let by_stranger = good().signed_by(&key, &stranger).expect("a certificate");
    // The name of the authority is right, and the signature is that of another key.
    let forged = good().signed_by(&key, &authority().1).expect("a certificate");
    for certificate in [by_itself, by_stranger, forged] {
        let server = Server::start(&certificate, &key).await;
        let shown = server.refusal(server.builder(&root)).await;
        assert!(shown.contains("invalid peer certificate"), "{shown}");
        let known = Client::builder(&server.url).expect("a URL").retries(0);
        server.refusal(known).await;
    }
}

#[tokio::test]
async fn a_certificate_that_is_trusted_is_refused_if_another_is_pinned() {
    let (root, issuer) = authority();
    let key = KeyPair::generate().expect("a key");
    let server = Server::start(&good().signed_by(&key, &issuer).expect("a certificate"), &key).await;
    let shown = server.refusal(server.builder(&root).certificate_pin("ab".repeat(32))).await;
    let (_, told) = shown.split_once("SHA-256 of the server's certificate is ").expect(&shown);
    server.admission(server.builder(&root).certificate_pin(&told[..64])).await;
}
