use std::net::SocketAddr;
use std::time::{Duration, Instant};

use hyper::StatusCode;
use openwork_http::HttpLimits;
use openwork_model::files::MemoryFiles;
use openwork_testkit::memory_store::Step;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::world::{CLIENT, Setting, World};

pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    shutdown: CancellationToken,
    ended: JoinHandle<std::io::Result<()>>,
}

/// Serves a world on a socket; the world's own server is spent for that.
pub(crate) async fn run(setting: Setting) -> (Running, World) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = CancellationToken::new();
    let mut world = setting.build();
    let spare = World::new().server;
    let server = std::mem::replace(&mut world.server, spare);
    let ended = tokio::spawn(server.serve(listener, shutdown.clone().cancelled_owned()));
    (
        Running {
            address,
            shutdown,
            ended,
        },
        world,
    )
}

pub(crate) fn with_limits(setting: Setting, change: impl FnOnce(&mut HttpLimits)) -> Setting {
    let mut setting = setting;
    change(&mut setting.http.limits);
    setting
}

pub(crate) async fn connect(running: &Running, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

/// Everything that comes until the server closes.
pub(crate) async fn rest(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    let read = stream.read_to_end(&mut text);
    tokio::time::timeout(Duration::from_secs(10), read)
        .await
        .expect("the server ought to close")
        .unwrap();
    String::from_utf8(text).unwrap()
}

pub(crate) fn health(extra: &str) -> String {
    format!("GET /health HTTP/1.1\r\nHost: localhost\r\n{extra}\r\n")
}

fn add_plugin(world: &World) -> String {
    let body = r#"{"spec":"notion"}"#;
    format!(
        "POST /workspace/{}/plugins HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {CLIENT}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        world.id,
        body.len()
    )
}

async fn pending(world: &World) -> usize {
    let list = world.send(world.host("GET", "/approvals"), "").await;
    assert_eq!(list.status, StatusCode::OK);
    list.json()["items"].as_array().unwrap().len()
}

async fn until_pending(world: &World, count: usize) {
    for _ in 0..500 {
        if pending(world).await == count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{} wait, not {count}", pending(world).await);
}

#[tokio::test]
async fn answers_come_over_a_socket_that_is_kept() {
    let (running, _world) = run(Setting::default()).await;
    let stream = connect(
        &running,
        &format!("{}{}", health(""), health("Connection: close\r\n")),
    )
    .await;
    let text = rest(stream).await;
    assert_eq!(text.matches("HTTP/1.1 200 OK\r\n").count(), 2, "{text}");
    assert_eq!(text.matches("content-length: ").count(), 2, "{text}");
}

#[tokio::test]
async fn clients_that_leave_withdraw_their_change() {
    let (running, world) = run(Setting::manual()).await;
    for pipelined in [String::new(), health("")] {
        let stream = connect(&running, &format!("{}{pipelined}", add_plugin(&world))).await;
        until_pending(&world, 1).await;
        let left = Instant::now();
        drop(stream);
        until_pending(&world, 0).await;
        assert!(
            left.elapsed() < Duration::from_secs(1),
            "pipelined {pipelined:?}: {:?}",
            left.elapsed()
        );
    }
    assert_eq!(world.store.text("opencode.jsonc"), None);
}

#[tokio::test]
async fn clients_that_stop_sending_withdraw_their_change_too() {
    let (running, world) = run(Setting::manual()).await;
    let mut stream = connect(&running, &add_plugin(&world)).await;
    until_pending(&world, 1).await;
    stream.shutdown().await.unwrap();
    until_pending(&world, 0).await;
    assert_eq!(rest(stream).await, "");
}

#[tokio::test]
async fn clients_that_stay_keep_their_request_waiting() {
    let (running, world) = run(Setting::manual()).await;
    let _stream = connect(&running, &add_plugin(&world)).await;
    until_pending(&world, 1).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(pending(&world).await, 1);
}

#[tokio::test]
async fn a_stopping_server_refuses_what_waits_and_ends() {
    let (running, world) = run(Setting::manual()).await;
    let idle = connect(&running, "").await;
    let stream = connect(&running, &add_plugin(&world)).await;
    until_pending(&world, 1).await;
    let asked = Instant::now();
    running.shutdown.cancel();
    let text = rest(stream).await;
    assert!(
        text.starts_with("HTTP/1.1 503 Service Unavailable\r\n"),
        "{text}"
    );
    assert!(text.contains("\"shutting_down\""), "{text}");
    assert_eq!(rest(idle).await, "");
    running.ended.await.unwrap().unwrap();
    assert!(
        asked.elapsed() < Duration::from_secs(3),
        "{:?}",
        asked.elapsed()
    );
    assert!(TcpStream::connect(running.address).await.is_err());
    assert_eq!(world.store.text("opencode.jsonc"), None);
}

#[tokio::test]
async fn a_stopping_server_finishes_commits_and_answers_them() {
    let (running, world) = run(Setting::default()).await;
    world.store.trouble().hang(Step::Commit);
    let stream = connect(&running, &add_plugin(&world)).await;
    while world.store.trouble().waiting(Step::Commit) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    running.shutdown.cancel();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!running.ended.is_finished());
    world.store.trouble().clear(Step::Commit);
    assert!(rest(stream).await.starts_with("HTTP/1.1 200 OK\r\n"));
    running.ended.await.unwrap().unwrap();
    assert!(
        world
            .store
            .text("opencode.jsonc")
            .unwrap()
            .contains("notion")
    );
}

#[tokio::test]
async fn slow_heads_are_cut_off() {
    let setting = with_limits(Setting::default(), |limits| {
        limits.head_deadline = Duration::from_millis(200);
    });
    let (running, _world) = run(setting).await;
    for start in ["", "GET /hea", "GET /health HTTP/1.1\r\nHost: loc"] {
        let started = Instant::now();
        let stream = connect(&running, start).await;
        assert_eq!(rest(stream).await, "", "{start:?}");
        assert!(
            started.elapsed() < Duration::from_millis(1200),
            "{start:?}: {:?}",
            started.elapsed()
        );
    }
}

#[tokio::test]
async fn oversized_heads_are_refused_on_the_wire() {
    let (running, _world) = run(Setting::default()).await;
    for (request, status) in [
        (
            format!(
                "GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "x".repeat(9 << 10)
            ),
            "414",
        ),
        (
            health(&format!("X-Big: {}\r\n", "x".repeat(33 << 10))),
            "431",
        ),
        (
            health(&format!("X-Big: {}\r\n", "x".repeat(200 << 10))),
            "431",
        ),
        (health(&"X-A: b\r\n".repeat(101)), "431"),
        ("nonsense\r\n\r\n".to_owned(), "400"),
    ] {
        let request = request.replacen("\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1);
        let text = rest(connect(&running, &request).await).await;
        assert!(
            text.starts_with(&format!("HTTP/1.1 {status} ")),
            "{status}: {text}"
        );
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let is_json = body.is_empty() || serde_json::from_str::<serde_json::Value>(body).is_ok();
        assert!(is_json, "{head}\n{body}");
    }
}

#[tokio::test]
async fn the_senders_of_refused_bodies_get_to_read_why() {
    let (running, world) = run(Setting::default()).await;
    let size = 64 << 20;
    let head = format!(
        "POST /workspace/{}/skills HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {CLIENT}\r\n\
         Content-Length: {size}\r\n\r\n",
        world.id
    );
    let stream = connect(&running, &head).await;
    let (mut read, mut write) = stream.into_split();
    let sending = tokio::spawn(async move {
        let piece = vec![b' '; 64 << 10];
        let mut sent = 0;
        while write.write_all(&piece).await.is_ok() {
            sent += piece.len();
        }
        sent
    });
    let mut answer = vec![0; 4096];
    let length = read.read(&mut answer).await.unwrap();
    assert!(
        answer[..length].starts_with(b"HTTP/1.1 413 "),
        "{}",
        String::from_utf8_lossy(&answer[..length])
    );
    assert!(sending.await.unwrap() < size / 2);
}

#[tokio::test]
async fn health_answers_while_the_store_hangs() {
    let (running, world) = run(Setting {
        files: MemoryFiles::new(),
        ..Setting::default()
    })
    .await;
    world.store.trouble().hang(Step::View);
    let request = format!(
        "GET /workspace/{}/config HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {CLIENT}\r\n\r\n",
        world.id
    );
    let _stuck = [
        connect(&running, &request).await,
        connect(&running, &request).await,
    ];
    while world.store.trouble().waiting(Step::View) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let text = rest(connect(&running, &health("Connection: close\r\n")).await).await;
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{text}");
    world.store.trouble().clear(Step::View);
}
