//! HTTPS: who is believed, and who is not.

use std::fs;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ProtocolVersion, RootCertStore, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use vim25_simulator::{Simulator, StartError};

use crate::client::started;

const BOTH: &[&SupportedProtocolVersion] = &[&rustls::version::TLS13, &rustls::version::TLS12];

fn config(pem: &str, versions: &[&'static SupportedProtocolVersion], protocol: &str) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        roots.add(certificate.unwrap()).unwrap();
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_protocol_versions(versions).unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    config
}

/// Connects to a simulator that should go by a name.
async fn connect(simulator: &Simulator, config: ClientConfig, name: &str) -> std::io::Result<TlsStream<TcpStream>> {
    let port = simulator.url().rsplit_once(':').unwrap().1;
    let stream = TcpStream::connect(format!("127.0.0.1:{port}")).await.unwrap();
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from(name.to_owned()).unwrap(), stream).await
}

async fn get(stream: &mut TlsStream<TcpStream>) -> String {
    let request = "GET /simulator/status HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    // Without `close_notify` this is an error.
    stream.read_to_string(&mut text).await.unwrap();
    text
}

async fn problem(simulator: &Simulator, config: ClientConfig, name: &str) -> String {
    connect(simulator, config, name).await.unwrap_err().to_string()
}

#[tokio::test]
async fn a_client_that_trusts_the_ca_is_served() {
    let simulator = started(Simulator::builder().https().host_name("vcenter.test")).await;
    let url = simulator.url().to_owned();
    assert!(url.starts_with("https://vcenter.test:"), "{url}");
    let pem = simulator.certificate_pem().unwrap();
    for name in ["localhost", "127.0.0.1", "::1", "vcenter.test"] {
        let mut stream = connect(&simulator, config(pem, BOTH, "http/1.1"), name).await.unwrap();
        let connection = stream.get_ref().1;
        assert_eq!(connection.protocol_version(), Some(ProtocolVersion::TLSv1_3));
        assert_eq!(connection.alpn_protocol(), Some(&b"http/1.1"[..]));
        assert!(get(&mut stream).await.starts_with("HTTP/1.1 200 OK"), "{name}");
    }
    let old = config(pem, &[&rustls::version::TLS12], "http/1.1");
    let mut stream = connect(&simulator, old, "localhost").await.unwrap();
    assert_eq!(stream.get_ref().1.protocol_version(), Some(ProtocolVersion::TLSv1_2));
    assert!(get(&mut stream).await.contains("vim25-simulator"));
    simulator.stop().await;
}

#[tokio::test]
async fn a_wrong_name_and_an_unknown_ca_are_found_out() {
    let simulator = started(Simulator::builder().https()).await;
    assert!(simulator.url().starts_with("https://localhost:"), "{}", simulator.url());
    let pem = simulator.certificate_pem().unwrap();
    for name in ["example.com", "127.0.0.2"] {
        let problem = problem(&simulator, config(pem, BOTH, "http/1.1"), name).await;
        assert!(problem.contains("not valid for name"), "{problem}");
    }
    let other = started(Simulator::builder().https()).await;
    let stranger = config(other.certificate_pem().unwrap(), BOTH, "http/1.1");
    let problem_of_ca = problem(&simulator, stranger, "localhost").await;
    assert!(problem_of_ca.contains("invalid peer certificate"), "{problem_of_ca}");
    let problem_of_protocol = problem(&simulator, config(pem, BOTH, "h2"), "localhost").await;
    assert!(problem_of_protocol.contains("NoApplicationProtocol"), "{problem_of_protocol}");
    // It serves all the same.
    connect(&simulator, config(pem, BOTH, "http/1.1"), "localhost").await.unwrap();
}

#[tokio::test]
async fn what_is_no_tls_does_no_harm() {
    let simulator = started(Simulator::builder().https()).await;
    let port = simulator.url().rsplit_once(':').unwrap().1.to_owned();
    let mut plain = TcpStream::connect(format!("127.0.0.1:{port}")).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    // One that says nothing does not keep it from stopping.
    let silent = TcpStream::connect(format!("127.0.0.1:{port}")).await.unwrap();
    let begun = std::time::Instant::now();
    simulator.stop().await;
    assert!(begun.elapsed().as_secs() < 3, "{:?}", begun.elapsed());
    drop(silent);
}

#[tokio::test]
async fn a_certificate_of_ones_own_is_shown() {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(vec!["own.test".to_owned()]).unwrap().self_signed(&key).unwrap();
    let folder = std::env::temp_dir();
    let at = |name: &str| folder.join(format!("vim25-simulator-own-{}-{name}.pem", std::process::id()));
    let (certificate_file, key_file) = (at("certificate"), at("key"));
    fs::write(&certificate_file, certificate.pem()).unwrap();
    fs::write(&key_file, key.serialize_pem()).unwrap();
    let builder = || Simulator::builder().host_name("own.test");
    let simulator = started(builder().certificate(&certificate_file, &key_file)).await;
    let pem = simulator.certificate_pem().unwrap();
    let mut stream = connect(&simulator, config(pem, BOTH, "http/1.1"), "own.test").await.unwrap();
    assert!(get(&mut stream).await.starts_with("HTTP/1.1 200 OK"));

    fs::write(&key_file, rcgen::KeyPair::generate().unwrap().serialize_pem()).unwrap();
    for (certificate, key) in
        [(&certificate_file, &key_file), (&key_file, &key_file), (&certificate_file, &certificate_file)]
    {
        let error = builder().certificate(certificate, key).start().await.unwrap_err();
        assert!(matches!(error, StartError::Certificate(_)), "{error}");
        assert!(error.to_string().starts_with("no certificate: "), "{error}");
    }
    fs::remove_file(&key_file).unwrap();
    let error = builder().certificate(&certificate_file, &key_file).start().await.unwrap_err().to_string();
    assert!(error.starts_with(&format!("no certificate: {}: ", key_file.display())), "{error}");
    fs::remove_file(certificate_file).unwrap();
}

#[cfg(all(unix, feature = "cli"))]
#[tokio::test]
async fn the_program_writes_the_certificate_to_trust() {
    let file = std::env::temp_dir().join(format!("vim25-simulator-ca-{}.pem", std::process::id()));
    let program = crate::program::Program::start(&["--https", "--certificate-file", file.to_str().unwrap()]);
    assert!(program.url.starts_with("https://localhost:"), "{}", program.url);
    let pem = fs::read_to_string(&file).unwrap();
    fs::remove_file(&file).unwrap();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----") && !pem.contains("PRIVATE"), "{pem}");
    let port = program.url.rsplit_once(':').unwrap().1.to_owned();
    let stream = TcpStream::connect(format!("127.0.0.1:{port}")).await.unwrap();
    let connector = TlsConnector::from(Arc::new(config(&pem, BOTH, "http/1.1")));
    let mut stream = connector.connect(ServerName::try_from("localhost").unwrap(), stream).await.unwrap();
    assert!(get(&mut stream).await.starts_with("HTTP/1.1 200 OK"));
    drop(stream);
    program.stop("-TERM");
}
