//! The server's own TLS.

use std::sync::Arc;
use std::time::Duration;

use openwork_http::{TlsError, TlsIdentity};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use crate::sockets::{Running, connect, health, rest, run, with_limits};
use crate::world::Setting;

/// A certificate for `localhost`, and a client that trusts it.
fn identity() -> (TlsIdentity, TlsConnector) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = signing_key.serialize_pem();
    let identity = TlsIdentity::from_pem(cert.pem().as_bytes(), key.as_bytes()).unwrap();
    let mut trusted = RootCertStore::empty();
    trusted.add(cert.der().clone()).unwrap();
    let provider = Arc::new(crypto::ring::default_provider());
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(trusted)
        .with_no_client_auth();
    (identity, TlsConnector::from(Arc::new(client)))
}

async fn secure() -> (Running, TlsConnector) {
    let (identity, client) = identity();
    let mut setting = with_limits(Setting::default(), |limits| {
        limits.head_deadline = Duration::from_millis(300);
    });
    setting.http.tls = Some(identity);
    let (running, _) = run(setting).await;
    (running, client)
}

#[tokio::test]
async fn requests_are_answered_over_tls() {
    let (running, client) = secure().await;
    let stream = TcpStream::connect(running.address).await.unwrap();
    let name = "localhost".try_into().unwrap();
    let mut stream = client.connect(name, stream).await.unwrap();
    // Twice: the connection is kept.
    let both = [health(""), health("Connection: close\r\n")].concat();
    stream.write_all(both.as_bytes()).await.unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).await.unwrap();
    assert_eq!(
        answers.matches("HTTP/1.1 200 OK\r\n").count(),
        2,
        "{answers}"
    );
}

#[tokio::test]
async fn programs_on_this_machine_need_no_tls() {
    let (running, _) = secure().await;
    let answer = rest(connect(&running, &health("Connection: close\r\n")).await).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

#[tokio::test]
async fn who_says_nothing_or_nonsense_is_let_go() {
    let (running, _) = secure().await;
    for text in ["", "\u{16}nonsense that is no handshake at all"] {
        let mut stream = connect(&running, text).await;
        let mut said = Vec::new();
        let read = stream.read_to_end(&mut said);
        let closed = tokio::time::timeout(Duration::from_secs(10), read).await;
        assert!(closed.is_ok(), "{text:?} keeps its connection");
        assert!(!said.starts_with(b"HTTP/"), "{text:?}");
    }
}

#[test]
fn what_cannot_be_used_is_said() {
    let own = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let other = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (certificate, key) = (own.cert.pem(), own.signing_key.serialize_pem());
    let refused = |certificate: &str, key: &str| {
        TlsIdentity::from_pem(certificate.as_bytes(), key.as_bytes()).unwrap_err()
    };
    assert!(matches!(refused("", &key), TlsError::NoCertificate));
    assert!(matches!(refused(&key, &key), TlsError::NoCertificate));
    assert!(matches!(refused(&certificate, ""), TlsError::Key(_)));
    let broken = certificate.replacen("MII", "%%%", 1);
    assert!(matches!(refused(&broken, &key), TlsError::Certificate(_)));
    let others = other.signing_key.serialize_pem();
    assert!(matches!(refused(&certificate, &others), TlsError::Unfit(_)));
    let shown = format!(
        "{:?}",
        TlsIdentity::from_pem(certificate.as_bytes(), key.as_bytes())
    );
    assert_eq!(shown, "Ok(TlsIdentity { .. })");
}
