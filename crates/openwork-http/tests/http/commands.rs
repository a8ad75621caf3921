//! Commands of a session through the server, and how the engine is.

use std::io;
use std::net::TcpStream;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use openwork_host::HostOptions;
use openwork_http::engine::{EngineOptions, HttpEngine};
use openwork_testkit::fake_engine::{FakeEngine, SeenRequest, answer};
use serde_json::json;

use crate::proxy::{usual, with_engine};
use crate::world::{Answer, Setting, World, refused};

const PATH: &str = "W/opencode/session/ses_own/command";

/// Holds what the engine does until it is let go.
#[derive(Default)]
struct Latch(Mutex<bool>, Condvar);

impl Latch {
    fn open(&self) {
        *self.0.lock().unwrap() = true;
        self.1.notify_all();
    }

    fn pass(&self) {
        let open = self.0.lock().unwrap();
        drop(self.1.wait_while(open, |open| !*open).unwrap());
    }
}

/// An engine whose commands go on until the latch is opened; `refuse` is refused.
fn engine(latch: &Arc<Latch>) -> FakeEngine {
    let latch = Arc::clone(latch);
    FakeEngine::start(
        move |request: &SeenRequest, stream: &mut TcpStream| -> io::Result<()> {
            if !request.is("POST /session/ses_own/command") {
                return usual(request, stream);
            }
            if request.body.windows(8).any(|part| part == b"\"refuse\"") {
                return answer(stream, "400 Bad Request", r#"{"name":"CommandNotFound"}"#);
            }
            latch.pass();
            answer(stream, "200 OK", "{}")
        },
    )
    .unwrap()
}

fn commands(engine: &FakeEngine) -> usize {
    let lines = engine.lines().into_iter();
    lines.filter(|line| line.contains("/command")).count()
}

async fn send(world: &World, command: &str, message: Option<&str>) -> Answer {
    let body = json!({ "command": command, "arguments": "", "messageID": message });
    world.post(PATH, body.to_string()).await
}

#[tokio::test]
async fn a_command_is_acknowledged_while_it_runs_and_sent_once() {
    let latch = Arc::default();
    let engine = engine(&latch);
    let world = with_engine(&engine, Setting::default()).build();
    let accepted = json!({ "ok": true, "accepted": true });
    let (first, same) = tokio::join!(
        send(&world, "review", Some("msg_1")),
        send(&world, "review", Some("msg_1")),
    );
    for answer in [first, same, send(&world, "review", Some("msg_1")).await] {
        assert_eq!(
            (answer.status.as_u16(), answer.json()),
            (200, accepted.clone())
        );
    }
    assert_eq!(commands(&engine), 1);
    let other = send(&world, "init", Some("msg_1")).await;
    assert_eq!(other.code(), refused(409, "command_admission_conflict"));
    latch.open();
    for _ in 0..2 {
        assert_eq!(send(&world, "review", None).await.json(), accepted);
    }
    assert_eq!(commands(&engine), 3);
    let sent = engine
        .seen()
        .into_iter()
        .find(|request| request.line.contains("/command"));
    let body: serde_json::Value = serde_json::from_slice(&sent.unwrap().body).unwrap();
    let expected = json!({ "command": "review", "arguments": "", "messageID": "msg_1" });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn what_is_refused_is_told_and_may_be_sent_again() {
    let latch: Arc<Latch> = Arc::default();
    latch.open();
    let engine = engine(&latch);
    let world = with_engine(&engine, Setting::default()).build();
    for (body, expected) in [
        ("[]", refused(400, "invalid_payload")),
        ("{}", refused(400, "invalid_payload")),
        (
            r#"{ "command": "a", "messageID": 1 }"#,
            refused(400, "invalid_payload"),
        ),
        (
            r#"{ "command": "a", "messageID": "" }"#,
            refused(400, "invalid_payload"),
        ),
    ] {
        assert_eq!(world.post(PATH, body).await.code(), expected, "{body}");
    }
    let other = world.post(
        "W/opencode/session/ses_other/command",
        r#"{ "command": "a" }"#,
    );
    assert_eq!(other.await.code(), refused(404, "session_not_found"));
    assert_eq!(commands(&engine), 0);
    for _ in 0..2 {
        let answer = send(&world, "refuse", Some("msg_1")).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.json()["name"], "CommandNotFound");
    }
    assert_eq!(commands(&engine), 2);
    engine.kill();
    // Until the connections that were kept are known to have ended.
    tokio::time::sleep(Duration::from_millis(100)).await;
    for _ in 0..2 {
        let answer = send(&world, "review", Some("msg_2")).await;
        assert_eq!(answer.code(), refused(502, "opencode_unreachable"));
    }
}

#[tokio::test]
async fn a_removed_workspace_ends_its_commands() {
    let latch: Arc<Latch> = Arc::default();
    let engine = engine(&latch);
    let world = with_engine(&engine, Setting::default()).build();
    assert_eq!(send(&world, "review", None).await.status, 200);
    let path = format!("/workspaces/{}", world.id);
    let removed = world.send(world.host("DELETE", &path), "").await;
    assert_eq!(removed.status, 200);
    latch.open();
    for _ in 0..200 {
        if engine.connections() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the engine's request goes on");
}

#[tokio::test]
async fn the_engines_health_and_version_are_told() {
    let engine = FakeEngine::start(|request, stream| {
        if request.is("GET /global/health") {
            return answer(stream, "200 OK", r#"{"healthy":true,"version":"1.18.33"}"#);
        }
        usual(request, stream)
    })
    .unwrap();
    let setting = Setting {
        host: HostOptions {
            engine: Some(Arc::new(HttpEngine::new(&EngineOptions::default()))),
            ..Setting::default().host
        },
        ..Setting::default()
    };
    let world = with_engine(&engine, setting).build();
    for path in ["/opencode/health", "W/opencode/health"] {
        let answer = world.get(path).await;
        assert_eq!(answer.json()["healthy"], true, "{path}");
    }
    assert!(
        !engine
            .lines()
            .iter()
            .any(|line| line.starts_with("GET /health"))
    );
    for _ in 0..2 {
        assert_eq!(
            world.get("/status").await.json()["opencodeVersion"],
            "1.18.33"
        );
    }
    // Told again for a while: two asked through us, and one by ourselves.
    let asked = engine
        .lines()
        .into_iter()
        .filter(|line| line.contains("/global/health"));
    assert_eq!(asked.count(), 3);
}
