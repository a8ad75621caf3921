//! Engines and clients that fail in the middle of a call.

use std::net::{SocketAddr, TcpStream as BlockingStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::StatusCode;
use openwork_api::Scope;
use openwork_host::{HostOptions, StateFile, VolatileState};
use openwork_testkit::fake_engine::{
    FakeEngine, SeenRequest, answer, begin_events, chunk, until_gone,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::proxy::{token, usual, with_engine};
use crate::sockets::{connect, run};
use crate::world::{CLIENT, PEER, Setting, refused};

const FIRST: &[u8] = b"data: {\"type\":\"server.connected\"}\n\n";

/// An engine whose event streams begin, and go on until the peer has gone.
fn streaming(request: &SeenRequest, stream: &mut BlockingStream) -> std::io::Result<()> {
    if !request.is("GET /event") {
        return usual(request, stream);
    }
    begin_events(stream)?;
    chunk(stream, FIRST)?;
    until_gone(stream)?;
    Err(std::io::ErrorKind::ConnectionAborted.into())
}

/// Waits for something that happens on another thread.
async fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(10), "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn event_request(id: &str) -> String {
    format!(
        "GET /workspace/{id}/opencode/event HTTP/1.1\r\nHost: localhost\r\n\
         Authorization: Bearer {CLIENT}\r\n\r\n"
    )
}

#[tokio::test]
async fn an_engine_that_is_killed_breaks_its_streams_off() {
    let engine = FakeEngine::start(streaming).unwrap();
    let (running, world) = run(with_engine(&engine, Setting::default())).await;
    let mut client = connect(&running, &event_request(&world.id)).await;
    let mut text = vec![0; 4096];
    let mut came = String::new();
    while !came.contains("server.connected") {
        let read = client.read(&mut text).await.unwrap();
        came.push_str(&String::from_utf8_lossy(&text[..read]));
    }
    engine.kill();
    let mut rest = String::new();
    client.read_to_string(&mut rest).await.unwrap();
    // Without the last chunk, so that nobody takes it for the end.
    assert_eq!(rest, "");
    let answer = world.get("W/opencode/session").await;
    assert_eq!(answer.code(), refused(502, "opencode_unreachable"));
    assert!(
        answer.json()["message"]
            .as_str()
            .unwrap()
            .contains("base URL")
    );
}

#[tokio::test]
async fn an_engine_that_is_started_again_in_the_same_place_is_found() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let free = listener.local_addr().unwrap();
    drop(listener);
    let setting = Setting {
        engine: Some(format!("http://{free}")),
        ..Setting::default()
    };
    let world = setting.build();
    let gone = world.get("W/opencode/session").await;
    assert_eq!(gone.code(), refused(502, "opencode_unreachable"));
    let listener = TcpListener::bind(free).await.unwrap();
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]";
        stream.write_all(answer.as_bytes()).await.unwrap();
    });
    assert_eq!(world.get("W/opencode/session").await.status, 200);
    serving.await.unwrap();
}

#[tokio::test]
async fn a_slow_engine_is_waited_for() {
    let engine = FakeEngine::start(|request, stream| {
        std::thread::sleep(Duration::from_millis(700));
        usual(request, stream)
    })
    .unwrap();
    let mut setting = with_engine(&engine, Setting::default());
    setting.http.limits.body_deadline = Duration::from_millis(100);
    setting.http.limits.write_deadline = Duration::from_millis(100);
    let (running, world) = run(setting).await;
    let request = event_request(&world.id).replace("/event", "/session");
    let mut client = connect(&running, &request).await;
    let mut head = [0; 15];
    client.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 200 OK");
}

#[tokio::test]
async fn nonsense_is_no_answer() {
    for nonsense in [
        "220 mail.test ESMTP\r\n",
        "",
        "HTTP/1.1 200 OK\r\ncontent-le",
    ] {
        let engine = FakeEngine::start(move |_, stream| {
            use std::io::Write as _;
            stream.write_all(nonsense.as_bytes())?;
            Err(std::io::ErrorKind::ConnectionAborted.into())
        })
        .unwrap();
        let world = with_engine(&engine, Setting::default()).build();
        for path in ["W/opencode/session", "W/opencode/session/ses_own"] {
            let answer = world.get(path).await;
            assert_eq!(
                answer.code(),
                refused(502, "opencode_bad_answer"),
                "{nonsense:?}"
            );
        }
    }
}

#[tokio::test]
async fn the_engines_own_statuses_pass() {
    let engine =
        FakeEngine::start(|_, stream| answer(stream, "500 Oh", r#"{"name":"X"}"#)).unwrap();
    let world = with_engine(&engine, Setting::default()).build();
    let answer = world.get("W/opencode/session").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.bytes, r#"{"name":"X"}"#);
}

#[tokio::test]
async fn a_client_that_leaves_ends_the_engines_request() {
    let engine = FakeEngine::start(streaming).unwrap();
    let (running, world) = run(with_engine(&engine, Setting::default())).await;
    let mut client = connect(&running, &event_request(&world.id)).await;
    let mut head = [0; 64];
    client.read_exact(&mut head).await.unwrap();
    assert_eq!(engine.connections(), 1);
    drop(client);
    until("the engine's connection ends", || engine.connections() == 0).await;
}

#[tokio::test]
async fn a_client_that_leaves_before_the_answer_ends_the_engines_request() {
    let engine = FakeEngine::start(|_, stream| {
        until_gone(stream)?;
        Err(std::io::ErrorKind::ConnectionAborted.into())
    })
    .unwrap();
    let (running, world) = run(with_engine(&engine, Setting::default())).await;
    let client = connect(&running, &event_request(&world.id)).await;
    until("the call arrives", || engine.seen().len() == 1).await;
    drop(client);
    until("the engine's connection ends", || engine.connections() == 0).await;
}

#[tokio::test]
async fn an_upload_whose_client_is_gone_is_not_taken_for_whole() {
    let engine = FakeEngine::start(usual).unwrap();
    let (running, world) = run(with_engine(&engine, Setting::default())).await;
    let request = format!(
        "POST /workspace/{}/opencode/log HTTP/1.1\r\nHost: localhost\r\n\
         Authorization: Bearer {CLIENT}\r\nContent-Length: 1000000\r\n\r\n{}",
        world.id,
        "x".repeat(500_000)
    );
    let client = connect(&running, &request).await;
    until("the call arrives", || engine.connections() == 1).await;
    drop(client);
    until("the engine's connection ends", || engine.connections() == 0).await;
    let seen = engine.seen().pop().unwrap();
    assert!(!seen.is_whole && seen.length <= 500_000, "{}", seen.length);
}

#[tokio::test]
async fn a_stream_ends_with_the_token_that_it_was_begun_with() {
    let engine = FakeEngine::start(streaming).unwrap();
    let setting = with_engine(&engine, Setting::default());
    let state: Arc<VolatileState> = Arc::default();
    let world = Setting {
        host: HostOptions {
            tokens: Some(state as Arc<dyn StateFile>),
            ..setting.host
        },
        ..setting
    }
    .build();
    let (viewer, id) = token(&world, Scope::Viewer).await;
    let request = world.bare("GET", "W/opencode/event");
    let request = request.header("authorization", format!("Bearer {viewer}"));
    let peer: SocketAddr = PEER.parse().unwrap();
    let request = request.body(Full::<bytes::Bytes>::default()).unwrap();
    let mut stream = world.service.call(request, peer).await.into_body();
    let first = stream.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(first, FIRST);
    let ended = world.send(world.host("DELETE", &format!("/tokens/{id}")), "");
    assert_eq!(ended.await.status, 200);
    let end = tokio::time::timeout(Duration::from_secs(5), stream.frame()).await;
    assert!(end.unwrap().is_none());
    drop(stream);
    until("the engine's connection ends", || engine.connections() == 0).await;
}

#[tokio::test]
async fn streams_end_with_the_server_and_have_places() {
    let engine = FakeEngine::start(streaming).unwrap();
    let mut setting = with_engine(&engine, Setting::default());
    setting.http.limits.streams_per_address = 1;
    let world = setting.build();
    let peer: SocketAddr = PEER.parse().unwrap();
    let request = || {
        let request = world.client("GET", "W/opencode/event");
        request.body(Full::<bytes::Bytes>::default()).unwrap()
    };
    let mut stream = world.service.call(request(), peer).await.into_body();
    assert!(stream.frame().await.unwrap().is_ok());
    let second = world.get("W/opencode/event").await;
    assert_eq!(second.code(), refused(429, "too_many_streams"));
    world.service.end_streams();
    assert!(stream.frame().await.is_none());
}
