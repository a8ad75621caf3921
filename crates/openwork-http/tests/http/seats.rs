//! Who gets a connection when there are many.

use std::time::{Duration, Instant};

use openwork_http::HttpLimits;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use crate::sockets::{Running, connect, health, rest, run, with_limits};
use crate::world::{CLIENT, HOST_TOKEN, Setting};

/// A server with few seats.
async fn crowded(change: impl FnOnce(&mut HttpLimits)) -> Running {
    let setting = with_limits(Setting::default(), |limits| {
        limits.connections = 8;
        limits.kept_connections = 4;
        change(limits);
    });
    run(setting).await.0
}

fn as_client(extra: &str) -> String {
    capabilities(&format!("Authorization: Bearer {CLIENT}\r\n{extra}"))
}

fn as_host(extra: &str) -> String {
    capabilities(&format!(
        "Authorization: Bearer {CLIENT}\r\nX-OpenWork-Host-Token: {HOST_TOKEN}\r\n{extra}"
    ))
}

fn capabilities(extra: &str) -> String {
    format!("GET /capabilities HTTP/1.1\r\nHost: localhost\r\n{extra}\r\n")
}

/// A connection on which a request was answered.
async fn answered(running: &Running, request: &str) -> TcpStream {
    let mut stream = connect(running, request).await;
    let mut head = [0; 15];
    stream.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 200 OK");
    stream
}

async fn status(running: &Running, request: &str) -> String {
    let text = rest(connect(running, request).await).await;
    text.lines().next().unwrap_or_default().to_owned()
}

/// Whether the server has closed a connection. What it sent before is read.
async fn is_closed(stream: &mut TcpStream) -> bool {
    let mut some = vec![0; 4096];
    let end = Instant::now() + Duration::from_millis(100);
    while let Some(left) = end.checked_duration_since(Instant::now()) {
        match tokio::time::timeout(left, stream.read(&mut some)).await {
            Ok(Ok(0) | Err(_)) => return true,
            Ok(Ok(_)) => {}
            Err(_) => return false,
        }
    }
    false
}

const CLOSE: &str = "Connection: close\r\n";
const OK: &str = "HTTP/1.1 200 OK";

#[tokio::test]
async fn idle_connections_of_nobody_shut_out_nobody() {
    let running = crowded(|_| {}).await;
    let mut kept = answered(&running, &as_client("")).await;
    let mut crowd = Vec::new();
    for start in ["", "GET / HTTP/1.1\r\nHost: localhost\r\n"] {
        for _ in 0..40 {
            crowd.push(connect(&running, start).await);
        }
        for request in [health(CLOSE), as_client(CLOSE), as_host(CLOSE)] {
            assert_eq!(status(&running, &request).await, OK, "{request}");
        }
    }
    assert!(!is_closed(&mut kept).await);
    assert!(is_closed(&mut crowd[0]).await);
}

#[tokio::test]
async fn clients_leave_seats_to_the_host() {
    let running = crowded(|_| {}).await;
    let mut clients = Vec::new();
    for _ in 0..20 {
        clients.push(answered(&running, &as_client("")).await);
    }
    assert_eq!(status(&running, &as_host(CLOSE)).await, OK);
    assert_eq!(status(&running, &as_client(CLOSE)).await, OK);
    assert_eq!(status(&running, &health(CLOSE)).await, OK);
    // Of the idle clients those who came last are left.
    assert!(is_closed(&mut clients[0]).await);
    assert!(!is_closed(&mut clients[19]).await);
}

#[tokio::test]
async fn clients_who_are_busy_keep_their_seats_and_the_next_is_told() {
    let running = crowded(|_| {}).await;
    let stream = {
        let workspace = openwork_model::workspace::Workspace::at("/w/s/ws".as_ref());
        let id = workspace.id;
        format!(
            "GET /workspace/{id}/events HTTP/1.1\r\nHost: localhost\r\n\
             Accept: text/event-stream\r\nAuthorization: Bearer {CLIENT}\r\n\r\n"
        )
    };
    let mut streams = Vec::new();
    for _ in 0..4 {
        streams.push(answered(&running, &stream).await);
    }
    let text = rest(connect(&running, &as_client("")).await).await;
    assert!(
        text.starts_with("HTTP/1.1 503 Service Unavailable\r\n"),
        "{text}"
    );
    assert!(text.contains("\r\nretry-after: 1\r\n"), "{text}");
    assert!(text.contains("\"overloaded\""), "{text}");
    assert_eq!(status(&running, &as_host(CLOSE)).await, OK);
    drop(streams.pop());
    for attempt in 0.. {
        if status(&running, &as_client(CLOSE)).await == OK {
            break;
        }
        assert!(attempt < 100, "the seat was not freed");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn where_nobody_can_give_up_a_seat_one_too_many_is_turned_away() {
    let running = crowded(|limits| limits.connections = 1).await;
    let first = answered(&running, &as_client("")).await;
    let text = rest(TcpStream::connect(running.address).await.unwrap()).await;
    assert!(
        text.starts_with("HTTP/1.1 503 Service Unavailable\r\n"),
        "{text}"
    );
    assert!(text.contains("retry-after: 1\r\n"), "{text}");
    drop(first);
    for attempt in 0.. {
        if status(&running, &health(CLOSE)).await == OK {
            break;
        }
        assert!(attempt < 100, "the seat was not freed");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn who_has_shown_no_token_is_not_idle_for_long() {
    let running = crowded(|limits| limits.idle_without_token = Duration::from_millis(300)).await;
    let started = Instant::now();
    let mut client = answered(&running, &as_client("")).await;
    let nobody = answered(&running, &health("")).await;
    let silent = connect(&running, "").await;
    let slow = connect(&running, "GET /health HTTP/1.1\r\nHo").await;
    rest(nobody).await;
    rest(slow).await;
    assert_eq!(rest(silent).await, "");
    let took = started.elapsed();
    assert!(took >= Duration::from_millis(300), "{took:?}");
    assert!(took < Duration::from_secs(3), "{took:?}");
    assert!(!is_closed(&mut client).await);
}

#[cfg(feature = "console")]
#[tokio::test]
async fn peers_that_never_read_are_cut_off() {
    let running = crowded(|limits| limits.write_deadline = Duration::from_millis(500)).await;
    let one = format!(
        "GET /console/console.css HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {CLIENT}\r\n\r\n"
    );
    let count = 2000;
    let stream = connect(&running, &one.repeat(count)).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let mut sent = Vec::new();
    let mut stream = stream;
    // A reset ends it as well.
    let _ = stream.read_to_end(&mut sent).await;
    let text = String::from_utf8_lossy(&sent);
    let answers = text.matches("HTTP/1.1 200 OK").count();
    assert!((1..count).contains(&answers), "{answers}");
}
