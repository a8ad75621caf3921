//! What streams of the engine cost the server.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use openwork_testkit::fake_engine::{FakeEngine, begin_events, chunk, until_gone};
use openwork_testkit::process::poll;
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{HOST_TOKEN, Server, ServerLaunch, TOKEN};

use crate::peak::Peak;

const MEGABYTE: usize = 1 << 20;

fn server(engine: &FakeEngine) -> (Sandbox, Server) {
    let sandbox = Sandbox::new().unwrap();
    let launch = ServerLaunch::new(env!("CARGO_BIN_EXE_openwork-server"), &sandbox);
    let launch = launch
        .quiet()
        .env("OPENWORK_OPENCODE_BASE_URL", engine.url());
    let server = launch.start().unwrap();
    (sandbox, server)
}

fn ask(server: &Server, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let path = server.at_workspace(path);
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
    )
    .unwrap();
    stream
}

#[test]
fn a_stream_of_a_hundred_megabytes_takes_no_memory() {
    let engine = FakeEngine::start(|request, stream| {
        if request.is("GET /session?") {
            return openwork_testkit::fake_engine::answer(stream, "200 OK", "[]");
        }
        begin_events(stream)?;
        let piece = vec![b'x'; MEGABYTE];
        for _ in 0..100 {
            chunk(stream, &piece)?;
        }
        chunk(stream, b"")
    })
    .unwrap();
    let (_sandbox, mut server) = server(&engine);
    let mut warm = ask(&server, "opencode/session");
    let mut scratch = vec![0; 64 << 10];
    assert!(warm.read(&mut scratch).unwrap() > 0);
    let peak = Peak::forget(&mut server);
    let mut stream = ask(&server, "opencode/event");
    let mut came = 0;
    // A reader that is slower than the engine.
    while came < 100 * MEGABYTE {
        came += stream.read(&mut scratch).unwrap();
        if came % 64 == 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    let growth = peak.growth();
    assert!(growth < 2048, "{growth} KiB");
}

#[test]
fn an_upload_of_a_hundred_megabytes_takes_no_memory() {
    let engine = FakeEngine::start(|_, stream| {
        openwork_testkit::fake_engine::answer(stream, "200 OK", "{}")
    })
    .unwrap();
    let (_sandbox, mut server) = server(&engine);
    let mut scratch = vec![0; 64 << 10];
    let mut warm = ask(&server, "opencode/session");
    assert!(warm.read(&mut scratch).unwrap() > 0);
    let peak = Peak::forget(&mut server);
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let (path, length) = (server.at_workspace("opencode/session"), 100 * MEGABYTE);
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n\
         X-OpenWork-Host-Token: {HOST_TOKEN}\r\nContent-Length: {length}\r\n\r\n"
    )
    .unwrap();
    let piece = vec![b'x'; MEGABYTE];
    for _ in 0..100 {
        stream.write_all(&piece).unwrap();
    }
    let read = stream.read(&mut scratch).unwrap();
    let head = String::from_utf8_lossy(&scratch[..read]).into_owned();
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    let seen = engine.seen().pop().unwrap();
    assert_eq!((seen.length, seen.is_whole), (length, true));
    let growth = peak.growth();
    assert!(growth < 2048, "{growth} KiB");
}

/// The most that one address may have open.
const STREAMS: u64 = 64;

#[test]
fn an_event_stream_costs_little() {
    let engine = FakeEngine::start(|request, stream| {
        if request.is("GET /session?") {
            return openwork_testkit::fake_engine::answer(stream, "200 OK", "[]");
        }
        begin_events(stream)?;
        chunk(stream, b"data: {\"type\":\"server.connected\"}\n\n")?;
        until_gone(stream)
    })
    .unwrap();
    let (_sandbox, mut server) = server(&engine);
    let mut scratch = vec![0; 4096];
    let mut warm = ask(&server, "opencode/session");
    assert!(warm.read(&mut scratch).unwrap() > 0);
    let peak = Peak::forget(&mut server);
    let streams: Vec<_> = (0..STREAMS)
        .map(|_| {
            let mut stream = ask(&server, "opencode/event");
            assert!(stream.read(&mut scratch).unwrap() > 0);
            stream
        })
        .collect();
    let each = peak.growth() * 1024 / STREAMS;
    println!("a stream of the engine's events takes {each} bytes");
    assert!(each <= 40_000, "{each} bytes");
    drop(streams);
    let ended = poll(Duration::from_secs(10), || {
        Ok::<_, std::convert::Infallible>((engine.connections() <= 1).then_some(()))
    });
    assert!(
        matches!(ended, Ok(Some(()))),
        "{} are open",
        engine.connections()
    );
}
