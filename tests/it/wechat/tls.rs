use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use menwei::config;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::{app, refusal, settings, unavailable, wechat};

const IDENTITY: &str = r#"{"session_key":"tiihtNczf5v6AKRyjwEUhQ==","openid":"oTls1"}"#;

/// What a server did: connections that came, and requests that were read.
#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    requests: AtomicUsize,
}

struct Server {
    settings: config::WeChat,
    seen: Arc<Seen>,
    _ca_file: tempfile::NamedTempFile,
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A TLS server for `localhost` whose certificate `change` may spoil; its authority is trusted by `ca_file`.
async fn server(change: impl FnOnce(&mut CertificateParams), is_trusted: bool) -> Server {
    let authority = authority();
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    change(&mut params);
    let certificate = params.signed_by(&key, &authority).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Arc::new(Seen::default());
    actix_web::rt::spawn(serve(listener, acceptor, Arc::clone(&seen)));
    let ca_file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(ca_file.path(), authority.pem()).unwrap();
    let mut settings = settings(&format!("https://localhost:{port}"), 2000);
    settings.ca_file = is_trusted.then(|| ca_file.path().to_path_buf());
    Server { settings, seen, _ca_file: ca_file }
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, seen: Arc<Seen>) {
    while let Ok((stream, _)) = listener.accept().await {
        seen.connections.fetch_add(1, Ordering::SeqCst);
        let Ok(mut stream) = acceptor.accept(stream).await else { continue };
        let mut request = [0; 4096];
        if stream.read(&mut request).await.is_ok_and(|length| length > 0) {
            seen.requests.fetch_add(1, Ordering::SeqCst);
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", IDENTITY.len());
            let _ = stream.write_all((head + IDENTITY).as_bytes()).await;
        }
    }
}

/// A server on bare TCP that sends `bytes` and closes.
async fn bare(bytes: &'static [u8]) -> (config::WeChat, Arc<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Arc::new(Seen::default());
    let counted = Arc::clone(&seen);
    actix_web::rt::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.connections.fetch_add(1, Ordering::SeqCst);
            // the hello is read first, so that closing does not become a reset
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(bytes).await;
        }
    });
    (settings(&format!("https://127.0.0.1:{port}"), 2000), seen)
}

#[actix_web::test]
async fn a_further_root_of_trust_comes_from_the_ca_file() {
    let server = server(|_| {}, true).await;
    let exchange = wechat(&server.settings).code2session(&app(), "alice-1").await;
    assert_eq!(exchange.outcome.unwrap().openid, "oTls1");
}

#[actix_web::test]
async fn u03_whoever_cannot_prove_to_be_wechat_gets_no_request() {
    let expired = server(|params| params.not_after = date_time_ymd(2020, 1, 1), true).await;
    let not_yet = server(|params| params.not_before = date_time_ymd(4000, 1, 1), true).await;
    let wrong_host = server(
        |params| *params = CertificateParams::new(vec!["other.example.com".to_owned()]).unwrap(),
        true,
    )
    .await;
    let unknown_authority = server(|_| {}, false).await;
    for server in [expired, not_yet, wrong_host, unknown_authority] {
        let exchange = wechat(&server.settings).code2session(&app(), "alice-1").await;
        assert_eq!(unavailable(&exchange), Some((30, false)));
        assert_eq!(server.seen.connections.load(Ordering::SeqCst), 1, "not tried again");
        assert_eq!(server.seen.requests.load(Ordering::SeqCst), 0);
    }
}

#[actix_web::test]
async fn u03_an_alert_and_a_server_without_tls_are_not_tried_again() {
    for bytes in [b"\x15\x03\x03\x00\x02\x02\x28".as_slice(), b"HTTP/1.1 400 Bad Request\r\n\r\n"] {
        let (settings, seen) = bare(bytes).await;
        let exchange = wechat(&settings).code2session(&app(), "alice-1").await;
        assert_eq!(unavailable(&exchange), Some((30, false)));
        assert_eq!(seen.connections.load(Ordering::SeqCst), 1);
    }
}

#[actix_web::test]
async fn u01_a_handshake_that_is_cut_is_tried_once_more() {
    let (settings, seen) = bare(b"").await;
    let exchange = wechat(&settings).code2session(&app(), "alice-1").await;
    assert_eq!(unavailable(&exchange), Some((2, false)));
    assert_eq!(seen.connections.load(Ordering::SeqCst), 2);
}

#[actix_web::test]
async fn tls_faults_count_for_the_breaker() {
    let server = server(|_| {}, false).await;
    let wechat = wechat(&server.settings);
    for _ in 0..20 {
        assert_eq!(refusal(&wechat.code2session(&app(), "alice-1").await), "wechat_unavailable");
    }
    assert_eq!(wechat.upstream().breaker(), menwei::wechat::breaker::State::Open);
}
