//! Very many connections, streams and bodies at once, most of them of nobody, and those who are
//! answered all the same.
#![allow(
    clippy::print_stderr,
    reason = "what was measured is told beside the test's name"
)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use openwork_testkit::http::{Answer, Request, send};
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{HOST_TOKEN, Server, ServerLaunch, TOKEN};
use rustix::process::{Resource, getrlimit, setrlimit};

use crate::peak::Peak;

const PROGRAM: &str = env!("CARGO_BIN_EXE_openwork-server");
/// All connections that the server takes.
const CONNECTIONS: usize = 2048;
/// All event streams that it takes of one address.
const STREAMS: usize = 512;
/// What a server may take at most, whoever attacks it, in KiB.
const MOST: u64 = 150_000;

fn start(sandbox: &Sandbox) -> Server {
    let launch = ServerLaunch::new(PROGRAM, sandbox).quiet();
    launch.args(["--approval", "manual"]).start().unwrap()
}

/// Whether this process may open so many files, once it has asked for them.
fn may_open(files: u64) -> bool {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    let may = setrlimit(Resource::Nofile, limit).is_ok()
        && limit.current.is_none_or(|current| current >= files);
    if !may {
        eprintln!("skipped: too few files may be open");
    }
    may
}

/// Opens a connection and says the beginning of something.
fn connect(server: SocketAddr, text: &str) -> Option<TcpStream> {
    let mut stream = TcpStream::connect_timeout(&server, Duration::from_secs(5)).ok()?;
    stream.write_all(text.as_bytes()).ok()?;
    Some(stream)
}

fn of_client(request: Request) -> Request {
    request.header("Authorization", &format!("Bearer {TOKEN}"))
}

/// What everybody asks for, with whatever each may show.
fn requests() -> [Request; 3] {
    [
        Request::new("GET", "/health"),
        of_client(Request::new("GET", "/capabilities")),
        Request::new("GET", "/approvals").header("X-OpenWork-Host-Token", HOST_TOKEN),
    ]
}

/// Everybody is answered, each within a second.
fn all_are_answered(server: SocketAddr, rounds: usize) {
    let mut slowest = Duration::ZERO;
    for round in 0..rounds {
        for request in requests() {
            let asked = Instant::now();
            let answer = send(server, &request.within(Duration::from_secs(5)));
            let status = answer.as_ref().map(|answer| answer.status);
            assert!(matches!(status, Ok(200)), "round {round}: {answer:?}");
            slowest = slowest.max(asked.elapsed());
        }
    }
    eprintln!("slowest of {} answers: {slowest:?}", rounds * 3);
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
}

/// Whether the server has closed a connection, whatever it sent before.
fn is_closed(stream: &mut TcpStream) -> bool {
    let mut some = [0; 1024];
    stream.set_nonblocking(true).unwrap();
    loop {
        match stream.read(&mut some) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => return error.kind() != std::io::ErrorKind::WouldBlock,
        }
    }
}

#[test]
fn idle_connections_of_nobody_shut_out_nobody() {
    if !may_open(CONNECTIONS as u64 + 512) {
        return;
    }
    let sandbox = Sandbox::new().unwrap();
    let mut server = start(&sandbox);
    let peak = Peak::forget(&mut server);
    let (address, over) = (server.address(), AtomicBool::new(false));
    let open = || connect(address, "GET / HTTP/1.1\r\nHost: localhost\r\n");
    let mut crowd: Vec<_> = (0..CONNECTIONS).map(|_| open()).collect();
    thread::scope(|scope| {
        scope.spawn(|| {
            // Whoever is put out comes again.
            while !over.load(Ordering::Relaxed) {
                for place in &mut crowd {
                    if place.as_mut().is_none_or(is_closed) {
                        *place = open();
                    }
                }
                thread::sleep(Duration::from_millis(50));
            }
        });
        let answered = std::panic::catch_unwind(|| all_are_answered(address, 40));
        over.store(true, Ordering::Relaxed);
        answered.unwrap();
    });
    eprintln!("{CONNECTIONS} idle connections: {} KiB", peak.most());
    assert!(peak.most() < MOST, "{} KiB", peak.most());
}

#[test]
fn streams_of_clients_shut_out_nobody() {
    if !may_open(2 * STREAMS as u64) {
        return;
    }
    let sandbox = Sandbox::new().unwrap();
    let server = start(&sandbox);
    let follow = format!(
        "GET {} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\
         Authorization: Bearer {TOKEN}\r\n\r\n",
        server.at_workspace("events")
    );
    let statuses: Vec<_> = (0..STREAMS + 35)
        .map(|_| stream(&server, &follow))
        .collect();
    let open = statuses.iter().filter(|(status, _)| status == "200");
    assert_eq!(open.count(), STREAMS);
    let rest = statuses.iter().skip(STREAMS);
    assert!(rest.map(|(status, _)| status).all(|status| status == "429"));
    all_are_answered(server.address(), 5);
    let approvals = format!(
        "GET /approvals/events HTTP/1.1\r\nHost: localhost\r\n\
         X-OpenWork-Host-Token: {HOST_TOKEN}\r\n\r\n"
    );
    assert_eq!(stream(&server, &approvals).0, "200");
}

/// Asks for a stream and says with which status it begins.
fn stream(server: &Server, request: &str) -> (String, TcpStream) {
    let mut stream = connect(server.address(), request).unwrap();
    let mut head = [0; 12];
    stream.read_exact(&mut head).unwrap();
    let status = String::from_utf8_lossy(&head[9..]).into_owned();
    (status, stream)
}

/// Sends what the server takes of a body that is declared larger.
fn unfinished(server: &Server, declared: usize, text: &[u8]) -> TcpStream {
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n\
         Content-Length: {declared}\r\n\r\n",
        server.at_workspace("import")
    );
    let mut stream = connect(server.address(), &head).unwrap();
    stream.set_nonblocking(true).unwrap();
    let mut sent = 0;
    while let Ok(more) = stream.write(&text[sent..]) {
        sent += more;
        if sent == text.len() {
            break;
        }
    }
    stream
}

#[test]
fn unfinished_bodies_share_their_memory_and_keep_nobody_waiting() {
    let sandbox = Sandbox::new().unwrap();
    let mut server = start(&sandbox);
    let peak = Peak::forget(&mut server);
    let text = vec![b' '; 11 << 20];
    let mut crowd: Vec<_> = (0..150)
        .map(|_| (unfinished(&server, 12 << 20, &text), 0))
        .collect();
    let until = Instant::now() + Duration::from_secs(4);
    while Instant::now() < until {
        for (stream, sent) in &mut crowd {
            let rest = &text[..text.len() - *sent];
            *sent += stream.write(rest).unwrap_or(0);
        }
        all_are_answered(server.address(), 1);
    }
    eprintln!("150 unfinished imports: +{} KiB", peak.growth());
    assert!(peak.growth() < 80 << 10, "+{} KiB", peak.growth());
}

/// Imports that ask for the same at once.
fn import_at_once(server: &Server, count: usize, body: &str) -> Vec<Answer> {
    let request = of_client(Request::new("POST", &server.at_workspace("import")));
    let request = request.header("Content-Type", "application/json");
    let request = &request
        .body(openwork_testkit::http::Body::Bytes(
            body.as_bytes().to_vec(),
        ))
        .within(Duration::from_secs(60));
    let address = server.address();
    thread::scope(|scope| {
        let asked: Vec<_> = (0..count)
            .map(|_| scope.spawn(move || send(address, request).unwrap()))
            .collect();
        asked
            .into_iter()
            .map(|asked| asked.join().unwrap())
            .collect()
    })
}

#[test]
fn bodies_of_very_many_values_are_refused_unread() {
    let sandbox = Sandbox::new().unwrap();
    let mut server = start(&sandbox);
    let peak = Peak::forget(&mut server);
    let body = format!("{{\"opencode\":[{}0]}}", "0,".repeat(1_900_000));
    for answer in import_at_once(&server, 8, &body) {
        assert_eq!(answer.status, 422, "{}", answer.summary());
        assert!(
            answer.text().contains("too_many_values"),
            "{}",
            answer.summary()
        );
    }
    eprintln!("8 imports of 1.9 million zeros: +{} KiB", peak.growth());
    assert!(peak.growth() < 64 << 10, "+{} KiB", peak.growth());
}
