//! Reloading an engine over a socket.

use std::net::SocketAddr;
use std::time::Duration;

use openwork_host::{Engine, EngineError};
use openwork_http::engine::{EngineOptions, HttpEngine};
use openwork_model::workspace::Workspace;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// An engine that takes one request and gives one answer; none if it is empty.
async fn engine(answer: &'static str) -> (SocketAddr, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let task = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
        if answer.is_empty() {
            std::future::pending::<()>().await;
        }
        String::from_utf8(head).unwrap()
    });
    (address, task)
}

async fn reload(address: SocketAddr) -> Result<(), EngineError> {
    // Long enough for a busy machine.
    reload_within(Duration::from_secs(30), address).await
}

async fn reload_within(deadline: Duration, address: SocketAddr) -> Result<(), EngineError> {
    let engine = HttpEngine::new(&EngineOptions {
        username: Some("anna".to_owned()),
        password: Some("secret".to_owned()),
        deadline,
    });
    let workspace = Workspace {
        base_url: Some(format!("http://{address}")),
        ..Workspace::at("/srv/my ws".as_ref())
    };
    engine.reload(&workspace).await
}

#[tokio::test]
async fn the_engine_is_told_to_forget_the_directory() {
    let (address, head) = engine("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ntrue").await;
    assert_eq!(reload(address).await, Ok(()));
    let head = head.await.unwrap();
    let mut lines = head.lines();
    let separator = if cfg!(windows) { "%5C" } else { "%2F" };
    let request =
        format!("POST /instance/dispose?directory={separator}srv{separator}my%20ws HTTP/1.1");
    assert_eq!(lines.next(), Some(request.as_str()));
    let mut fields: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    fields.sort_unstable();
    let host = format!("host: {address}");
    let expected = [
        "authorization: Basic YW5uYTpzZWNyZXQ=",
        "content-length: 0",
        &host,
    ];
    assert_eq!(fields, expected);
}

#[tokio::test]
async fn what_an_engine_refuses_is_told() {
    let (address, _head) = engine("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n").await;
    assert_eq!(
        reload(address).await,
        Err(EngineError::Refused { status: 401 })
    );
}

#[tokio::test]
async fn an_engine_cannot_send_the_server_elsewhere() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let location = elsewhere.local_addr().unwrap();
    let answer =
        format!("HTTP/1.1 307 Away\r\nlocation: http://{location}/\r\ncontent-length: 0\r\n\r\n");
    let (address, _head) = engine(answer.leak()).await;
    assert_eq!(
        reload(address).await,
        Err(EngineError::Refused { status: 307 })
    );
    let called = tokio::time::timeout(Duration::from_millis(100), elsewhere.accept()).await;
    assert!(called.is_err(), "{called:?}");
}

#[tokio::test]
async fn an_engine_that_is_silent_is_not_waited_for() {
    let (address, head) = engine("").await;
    let reloaded = reload_within(Duration::from_millis(500), address).await;
    assert_eq!(reloaded, Err(EngineError::TimedOut));
    head.abort();
}

#[tokio::test]
async fn where_nobody_listens_or_speaks_http_no_engine_is() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let free = listener.local_addr().unwrap();
    drop(listener);
    let (other, _head) = engine("220 mail.test ESMTP\r\n").await;
    for address in [free, other] {
        let failed = reload(address).await;
        assert!(
            matches!(failed, Err(EngineError::Unreachable { .. })),
            "{failed:?}"
        );
    }
}
