//! What a client may send costs the server little memory and no other client an answer.

use std::io::Write;
use std::net::TcpStream;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use openwork_testkit::http::{Body, Request};
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{Server, ServerLaunch};
use openwork_testkit::tree::Tree;
use serde_json::json;

use crate::peak::Peak;

const PROGRAM: &str = env!("CARGO_BIN_EXE_openwork-server");

fn start(sandbox: &Sandbox) -> Server {
    let launch = ServerLaunch::new(PROGRAM, sandbox).args(["--approval", "auto"]);
    launch.start().unwrap()
}

fn oversized(server: &Server, size: usize, chunked: bool) -> Request {
    Request::new("POST", &server.at_workspace("plugins"))
        .header("Content-Type", "application/json")
        .body(Body::Generated { size, chunked })
}

#[test]
fn a_body_without_a_token_costs_no_memory() {
    let sandbox = Sandbox::new().unwrap();
    let mut server = start(&sandbox);
    for chunked in [false, true] {
        let request = oversized(&server, 64 << 20, chunked);
        let small = oversized(&server, 64, chunked);
        assert_eq!(server.send(&small).unwrap().status, 401);
        let peak = Peak::forget(&mut server);
        assert_eq!(server.send(&request).unwrap().status, 401);
        let growth = peak.growth();
        eprintln!("64 MiB without a token, chunked: {chunked}: +{growth} KiB");
        assert!(growth <= 2 << 10, "chunked: {chunked}: +{growth} KiB");
    }
}

#[test]
fn oversized_bodies_at_once_cost_little() {
    let sandbox = Sandbox::new().unwrap();
    let mut server = start(&sandbox);
    for chunked in [false, true] {
        let peak = Peak::forget(&mut server);
        thread::scope(|scope| {
            for _ in 0..32 {
                scope.spawn(|| {
                    let request = oversized(&server, 4 << 20, chunked);
                    assert_eq!(server.as_client(request).unwrap().status, 413);
                });
            }
        });
        let growth = peak.growth();
        eprintln!("32 oversized bodies, chunked: {chunked}: +{growth} KiB");
        assert!(growth <= 16 << 10, "chunked: {chunked}: +{growth} KiB");
    }
}

#[test]
fn half_open_requests_keep_nobody_waiting() {
    let sandbox = Sandbox::new().unwrap();
    let server = start(&sandbox);
    let crowd: Vec<_> = (0..300)
        .map(|_| {
            let mut stream = TcpStream::connect(server.address()).unwrap();
            stream.write_all(b"GET /health HTTP/1.1\r\nHo").unwrap();
            stream
        })
        .collect();
    let mut times: Vec<Duration> = (0..100)
        .map(|_| {
            let asked = Instant::now();
            let answer = server.send(&Request::new("GET", "/health")).unwrap();
            assert_eq!(answer.status, 200);
            asked.elapsed()
        })
        .collect();
    times.sort_unstable();
    eprintln!("health beside 300 half-open requests: p99 {:?}", times[98]);
    drop(crowd);
}

#[test]
fn special_and_huge_files_cost_little() {
    let sandbox = Sandbox::new().unwrap();
    for directory in [".opencode/skills/f", ".opencode/skills/d/SKILL.md"] {
        std::fs::create_dir_all(sandbox.path("ws").join(directory)).unwrap();
    }
    for fifo in ["opencode.json", ".opencode/skills/f/SKILL.md"] {
        let path = sandbox.path("ws").join(fifo);
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }
    for huge in ["opencode.jsonc", ".opencode/openwork.json"] {
        let file = std::fs::File::create(sandbox.path("ws").join(huge)).unwrap();
        file.set_len(256 << 20).unwrap();
    }
    let mut server = start(&sandbox);
    assert_eq!(
        server.send(&Request::new("GET", "/health")).unwrap().status,
        200
    );
    let peak = Peak::forget(&mut server);
    for (part, status) in [
        ("config", 422),
        ("plugins", 422),
        ("mcp", 422),
        ("skills", 200),
        ("commands", 200),
        ("export", 422),
    ] {
        let asked = Instant::now();
        let request = Request::new("GET", &server.at_workspace(part));
        assert_eq!(server.as_client(request).unwrap().status, status, "{part}");
        eprintln!("{part} beside special files: {:?}", asked.elapsed());
    }
    let growth = peak.growth();
    eprintln!("special and huge files: +{growth} KiB");
    assert!(growth <= 8 << 10, "+{growth} KiB");
}

/// What stands in for a file: an endless one and an empty one.
const DEVICES: [(&str, &str); 6] = [
    ("opencode.json", "5"),
    (".opencode/openwork.json", "5"),
    (".opencode/skills/z/SKILL.md", "5"),
    (".opencode/skills/n/SKILL.md", "3"),
    (".opencode/commands/z.md", "5"),
    (".opencode/commands/n.md", "3"),
];

#[test]
fn devices_in_the_place_of_files_cost_little() {
    let sandbox = Sandbox::new().unwrap();
    for (path, minor) in DEVICES {
        let path = sandbox.path("ws").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let made = Command::new("mknod")
            .arg(path)
            .args(["c", "1", minor])
            .status();
        if !made.is_ok_and(|status| status.success()) {
            eprintln!("skipped: no device can be made here");
            return;
        }
    }
    let mut server = start(&sandbox);
    let before = Tree::read(sandbox.root()).unwrap();
    let peak = Peak::forget(&mut server);
    let at = |part: &str| server.at_workspace(part);
    let post = |part: &str, body| Request::new("POST", &at(part)).json(&body);
    let file =
        |name: &str| json!({ "name": name, "content": "c", "description": "d", "template": "t" });
    for (request, status) in [
        (Request::new("GET", &at("config")), 409),
        (Request::new("GET", &at("plugins")), 409),
        (Request::new("GET", &at("mcp")), 409),
        (Request::new("GET", &at("skills")), 200),
        (Request::new("GET", &at("skills/z")), 404),
        (Request::new("GET", &at("commands")), 200),
        (Request::new("GET", &at("export")), 409),
        (post("plugins", json!({ "spec": "p" })), 409),
        (post("skills", file("z")), 409),
        (post("skills", file("n")), 409),
        (post("commands", file("z")), 409),
        (post("commands", file("n")), 409),
    ] {
        let (asked, summary) = (Instant::now(), format!("{request:?}"));
        let answer = server.as_client(request).unwrap();
        assert_eq!(answer.status, status, "{summary}: {}", answer.summary());
        if let Some(items) = answer.json().unwrap().get("items") {
            assert_eq!(items, &json!([]), "{summary}");
        }
        assert!(asked.elapsed() < Duration::from_secs(1), "{summary}");
    }
    let growth = peak.growth();
    eprintln!("devices: +{growth} KiB");
    assert!(growth <= 8 << 10, "+{growth} KiB");
    let after = Tree::read(sandbox.root()).unwrap();
    let log = [".opencode/openwork".to_owned()];
    assert_eq!(before.changes(&after, "ws", &log), [""; 0]);
}
