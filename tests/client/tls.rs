//! Whom the client trusts.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use vim25::prelude::*;
use vim25::{ClientBuilder, Error, TransportErrorKind};
use vim25_simulator::Simulator;

async fn secure() -> Simulator {
    Simulator::builder().https().start().await.expect("a free port")
}

fn builder(vcenter: &Simulator) -> ClientBuilder {
    Client::builder(vcenter.url()).expect("a URL").credentials(vcenter.user(), vcenter.password())
}

fn ca(vcenter: &Simulator) -> &str {
    vcenter.certificate_pem().expect("it speaks https")
}

/// What a connection is refused with for want of trust.
async fn refusal(builder: ClientBuilder) -> String {
    let error = builder.connect().await.expect_err("it is not trusted");
    assert!(
        matches!(&error, Error::Transport { source, .. } if source.kind() == TransportErrorKind::Insecure),
        "{error:?}"
    );
    error.to_string()
}

#[tokio::test]
async fn an_own_authority_is_trusted_and_an_unknown_one_is_not() {
    let vcenter = secure().await;
    assert!(vcenter.url().starts_with("https://localhost:"), "{}", vcenter.url());
    let client = builder(&vcenter).ca_certificate(ca(&vcenter)).connect().await.expect("it is trusted");
    client.logout().await.expect("a logout");
    let shown = refusal(builder(&vcenter)).await;
    assert!(shown.contains("no secure connection") && shown.contains("UnknownIssuer"), "{shown}");
    let other = secure().await;
    let shown = refusal(builder(&vcenter).ca_certificate(ca(&other))).await;
    assert!(shown.contains("invalid peer certificate"), "{shown}");
    assert_eq!(vcenter.open_sessions(), 0);
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let vcenter = Simulator::builder().listen("127.0.0.2:0").https().start().await.expect("a free port");
    let url = vcenter.url().replace("localhost", "127.0.0.2");
    let builder = || Client::builder(&url).expect("a URL").ca_certificate(ca(&vcenter));
    let shown = refusal(builder()).await;
    assert!(shown.contains("not valid for") || shown.contains("NotValidForName"), "{shown}");
    builder().danger_accept_invalid_certificates().connect().await.expect("any name is good enough");
}

#[tokio::test]
async fn one_certificate_can_be_pinned() {
    let vcenter = secure().await;
    let shown = refusal(builder(&vcenter).certificate_pin("00".repeat(32))).await;
    let (_, told) = shown.split_once("SHA-256 of the server's certificate is ").expect(&shown);
    let pin = &told[..64];
    let client = builder(&vcenter).certificate_pin(pin).connect().await.expect("it is the one");
    client.logout().await.expect("a logout");
    // Each simulator has a certificate of its own.
    let other = secure().await;
    refusal(builder(&other).certificate_pin(pin)).await;
    let error = builder(&vcenter).certificate_pin("abc").connect().await.expect_err("no SHA-256");
    assert!(matches!(error, Error::Setup(_)), "{error}");
}

#[tokio::test]
async fn any_certificate_is_accepted_if_that_is_asked_for() {
    let vcenter = secure().await;
    builder(&vcenter).danger_accept_invalid_certificates().connect().await.expect("whatever it is");
    assert_eq!(vcenter.open_sessions(), 1);
}

#[tokio::test]
async fn what_is_no_certificate_is_refused_before_anything_is_sent() {
    let vcenter = secure().await;
    let error = builder(&vcenter).ca_certificate("no PEM").connect().await.expect_err("no certificate");
    assert!(matches!(error, Error::Setup(_)), "{error}");
    let error = builder(&vcenter).client_certificate("hunter2").connect().await.expect_err("no key");
    assert!(matches!(error, Error::Setup(_)), "{error}");
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_no_server() {
    let vcenter = Simulator::builder().start().await.expect("a free port");
    let url = vcenter.url().replace("http://", "https://");
    refusal(Client::builder(url).expect("a URL").danger_accept_invalid_certificates()).await;
}

/// A server that wants to see a certificate of its own authority, and tells the name in it: the PEM texts of the
/// authority and of a client, and the URL.
async fn asking_for_certificates() -> (String, String, String) {
    let authority_key = KeyPair::generate().expect("a key");
    let mut parameters = CertificateParams::new(Vec::new()).expect("no names");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = parameters.self_signed(&authority_key).expect("an authority");
    let authority_pem = authority.pem();
    let issuer = Issuer::new(parameters, authority_key);
    let issue = |name: &str| {
        let key = KeyPair::generate().expect("a key");
        let parameters = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        (parameters.signed_by(&key, &issuer).expect("a certificate"), key)
    };
    let (certificate, key) = issue("extension.example.com");
    let client_pem = format!("{}{}", certificate.pem(), key.serialize_pem());
    let (certificate, key) = issue("localhost");

    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = rustls::RootCertStore::empty();
    roots.add(authority.der().clone()).expect("an authority");
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_client_cert_verifier(verifier.build().expect("a verifier"))
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("a certificate");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("https://localhost:{}", listener.local_addr().expect("an address").port());
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // Without the certificate there is no connection.
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let reply = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\nseen";
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(reply.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    (authority_pem, client_pem, url)
}

#[tokio::test]
async fn a_client_certificate_is_shown_to_who_asks_for_one() {
    let (authority, identity, url) = asking_for_certificates().await;
    let builder = || Client::builder(&url).expect("a URL").ca_certificate(&authority).retries(0);
    // The server is none of VI JSON, which is as far as one gets with a certificate, and not without.
    let shown = builder().client_certificate(identity).connect().await.expect_err("no VI JSON").to_string();
    assert!(shown.contains("seen"), "{shown}");
    let refused = builder().connect().await.expect_err("no certificate");
    assert!(matches!(refused, Error::Transport { .. }), "{refused:?}");
    let wrong = builder().client_certificate("-----BEGIN NOTHING-----").connect().await.expect_err("no certificate");
    assert!(matches!(wrong, Error::Setup(_)), "{wrong:?}");
}
