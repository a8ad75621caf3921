//! A device from the code on the terminal to the end of its token.

#![allow(clippy::panic, reason = "a test fails by panicking")]

use std::io::Read;
use std::net::TcpStream;
use std::time::Duration;

use openwork_testkit::http::{Answer, Request};
use openwork_testkit::process::{Launch, poll};
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{HOST_TOKEN, Server, ServerLaunch};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_openwork-server");
const LIMIT: Duration = Duration::from_secs(10);

struct World {
    server: Server,
    sandbox: Sandbox,
}

impl World {
    fn new() -> Self {
        let sandbox = Sandbox::new().unwrap();
        let server = ServerLaunch::new(PROGRAM, &sandbox).start().unwrap();
        Self { server, sandbox }
    }

    /// Runs a command as the user who started the server: code, output, errors.
    fn run(&self, args: &[&str]) -> (Option<i32>, String, String) {
        let launch = Launch::new(PROGRAM, self.sandbox.root()).home(self.sandbox.home());
        let mut process = launch.args(args).start().unwrap();
        let Some(status) = process.wait(LIMIT).unwrap() else {
            panic!("{args:?} goes on")
        };
        (status.code(), process.stdout(), process.stderr())
    }

    fn json(&self, args: &[&str]) -> Value {
        let (code, out, err) = self.run(args);
        assert_eq!(code, Some(0), "{args:?}: {out} {err}");
        serde_json::from_str(&out).unwrap()
    }

    /// As a device without a token.
    fn pair(&self, path: &str, body: &Value) -> Answer {
        let request = Request::new("POST", path).json(body);
        self.server.send(&request).unwrap()
    }

    fn approvals(&self, token: &str) -> u16 {
        let request = Request::new("GET", "/approvals");
        let request = request.header("Authorization", &format!("Bearer {token}"));
        self.server.send(&request).unwrap().status
    }

    /// What the device watches.
    fn stream(&self, token: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.server.address()).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        let request = format!(
            "GET /approvals/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
        let mut head = [0; 12];
        stream.read_exact(&mut head).unwrap();
        assert_eq!(&head, b"HTTP/1.1 200");
        stream
    }
}

#[test]
fn a_device_is_paired_answers_and_is_revoked() {
    let world = World::new();
    let made = world.json(&["pair", "--scope", "approver", "--json"]);
    assert_eq!(made["urls"], json!([]));
    assert_eq!(made["link"], json!(null));
    let code = made["code"].as_str().unwrap();
    let seen = world.pair("/pair/preview", &json!({ "code": code }));
    assert_eq!(seen.json().unwrap()["scope"], "approver");

    let pair = json!({ "code": code.to_lowercase(), "label": "phone" });
    let paired = world.pair("/pair", &pair);
    assert_eq!(paired.status, 201, "{}", paired.summary());
    let token = paired.json().unwrap()["token"].as_str().unwrap().to_owned();
    assert_eq!(world.pair("/pair", &pair).status, 403);
    assert_eq!(world.approvals(&token), 200);
    let mut stream = world.stream(&token);

    let devices = world.json(&["devices", "list", "--json"]);
    let device = &devices["items"][0];
    assert_eq!(device["label"], "phone");
    assert_eq!(device["scope"], "approver");
    let id = &device["id"].as_str().unwrap()[..8];
    let (code, out, err) = world.run(&["devices", "rename", id, "Anna's phone"]);
    assert_eq!(
        (code, out),
        (Some(0), format!("{id} is called \"Anna's phone\" now\n")),
        "{err}"
    );
    // Nothing of that ends what the device has open.
    assert_eq!(world.approvals(&token), 200);
    let (code, out, err) = world.run(&["devices", "revoke", id]);
    assert_eq!(
        (code, out),
        (
            Some(0),
            format!("{id} revoked: \"Anna's phone\", approver, is let in no more\n")
        ),
        "{err}"
    );
    let mut rest = Vec::new();
    // It comes to its end before the limit, whole or broken off.
    let ended = stream.read_to_end(&mut rest);
    assert!(
        !ended.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock),
        "the stream goes on"
    );
    assert_eq!(world.approvals(&token), 401);
}

#[test]
fn the_log_of_the_host_says_that_somebody_guesses() {
    let mut world = World::new();
    let made = world.json(&["pair", "--scope", "viewer", "--json"]);
    let code = made["code"].as_str().unwrap();
    for _ in 0..5 {
        let wrong = if code == "2222-2222" {
            "3333-3333"
        } else {
            "2222-2222"
        };
        let refused = world.pair("/pair", &json!({ "code": wrong }));
        assert_eq!(refused.status, 403, "{}", refused.summary());
    }
    assert_eq!(world.pair("/pair", &json!({ "code": code })).status, 403);
    let process = world.server.process();
    let is_told = |log: &str| log.contains("the pairing code was ended by wrong tries");
    let told = poll(LIMIT, || {
        Ok::<_, ()>(is_told(&process.stderr()).then_some(()))
    });
    assert!(told.unwrap().is_some(), "{}", process.stderr());
    let log = process.stderr();
    assert!(!log.contains(code) && !log.contains(HOST_TOKEN), "{log}");
}

#[test]
fn nothing_is_drawn_that_leads_to_the_device_itself() {
    let world = World::new();
    let (code, out, err) = world.run(&["pair", "--qr", "--scope", "approver"]);
    assert_eq!((code, out.as_str()), (Some(1), ""), "{err}");
    assert!(err.contains("--host 0.0.0.0"), "{err}");
    let open = world.json(&["pair", "--scope", "viewer", "--json"]);
    assert_eq!(open["scope"], "viewer");
    let at = ["pair", "--qr", "--scope", "approver", "--at"];
    let (code, out, err) = world.run(&[&at[..], &["https://box.tail1234.ts.net"]].concat());
    assert_eq!(code, Some(0), "{err}");
    assert!(
        out.contains("https://box.tail1234.ts.net/console#pair="),
        "{out}"
    );
    assert!(out.contains('█'), "{out}");
    let (code, _, err) = world.run(&[&at[..], &["http://127.0.0.1:8787"]].concat());
    assert_eq!(code, Some(2), "{err}");
}
