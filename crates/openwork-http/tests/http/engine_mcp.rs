//! What an engine knows of its MCP servers.

use openwork_model::files::MemoryFiles;
use openwork_testkit::fake_engine::{FakeEngine, answer};
use serde_json::{Value, json};

use crate::proxy::with_engine;
use crate::world::{Setting, World, refused};

const CONFIG: &str = r#"{ "mcp": {
    "a b": { "type": "local", "command": ["no-such-program"] },
    "off": { "type": "local", "command": ["x"], "enabled": false },
    "new": { "type": "remote", "url": "http://m" }
} }"#;

/// A world whose engine says this of its servers.
fn world(known: &'static str) -> (FakeEngine, World) {
    let engine = FakeEngine::start(move |request, stream| {
        if request.is("GET /mcp?") && !known.is_empty() {
            answer(stream, "200 OK", known)
        } else if request.is("DELETE /mcp/a%20b/auth?") {
            answer(stream, "200 OK", r#"{"success":true}"#)
        } else if request.is("DELETE /mcp/broken/auth?") {
            answer(stream, "500 x", "{}")
        } else {
            answer(stream, "404 Not Found", "{}")
        }
    });
    let engine = engine.unwrap();
    let setting = Setting {
        files: MemoryFiles::new().with("opencode.json", CONFIG),
        ..Setting::default()
    };
    let world = with_engine(&engine, setting).build();
    (engine, world)
}

async fn tested(world: &World, name: &str) -> Value {
    world.post(&format!("W/mcp/{name}/test"), "").await.json()
}

#[tokio::test]
async fn the_engine_says_how_a_server_is_and_nothing_is_started() {
    let (engine, world) =
        world(r#"{ "a b": { "status": "connected" }, "off": { "status": "connected" } }"#);
    assert_eq!(
        tested(&world, "a%20b").await,
        json!({ "ok": true, "status": "connected" })
    );
    assert_eq!(
        tested(&world, "off").await,
        json!({ "ok": false, "status": "disabled", "reason": "mcp disabled in config" })
    );
    assert_eq!(
        tested(&world, "new").await,
        json!({ "ok": false, "status": "not_registered", "reason": "engine has no status for this MCP" })
    );
    let absent = world.post("W/mcp/absent/test", "").await;
    assert_eq!(absent.code(), refused(404, "mcp_not_found"));
    assert!(
        engine
            .lines()
            .iter()
            .all(|line| line.starts_with("GET /mcp?directory="))
    );
    assert_eq!(world.store.entries(), []);
}

#[tokio::test]
async fn an_engine_that_does_not_say_is_unavailable() {
    let unavailable = json!({ "ok": false, "status": "unavailable", "reason": "engine /mcp status probe did not complete" });
    let (engine, world) = world("");
    assert_eq!(tested(&world, "new").await, unavailable);
    engine.kill();
    assert_eq!(tested(&world, "new").await, unavailable);
}

#[tokio::test]
async fn signing_out_is_done_by_the_engine_and_recorded() {
    let (engine, world) = world("{}");
    let out = world
        .send(world.client("DELETE", "W/mcp/a%20b/auth"), "")
        .await;
    assert_eq!(out.json(), json!({ "ok": true }));
    assert!(
        engine
            .lines()
            .iter()
            .any(|line| line.starts_with("DELETE /mcp/a%20b/auth?directory="))
    );
    let entry = &world.store.entries()[0];
    assert_eq!(
        (entry.action.as_str(), entry.summary.as_str()),
        (
            "engine.call",
            "Delete a stored credential: DELETE /mcp/a%20b/auth"
        )
    );
    let absent = world
        .send(world.client("DELETE", "W/mcp/gone/auth"), "")
        .await;
    assert_eq!(absent.code(), refused(404, "mcp_not_found"));
    let broken = world
        .send(world.client("DELETE", "W/mcp/broken/auth"), "")
        .await;
    assert_eq!(broken.code(), refused(502, "opencode_bad_answer"));
}

#[tokio::test]
async fn signing_out_waits_for_a_person() {
    let engine = FakeEngine::start(|_, stream| answer(stream, "200 OK", "{}")).unwrap();
    let world = with_engine(&engine, Setting::manual()).build();
    let host = std::sync::Arc::clone(&world.host);
    let answering = tokio::spawn(async move {
        let waiting = loop {
            if let Some(waiting) = host.gate().pending().into_iter().next() {
                break waiting;
            }
            tokio::task::yield_now().await;
        };
        assert_eq!(waiting.subject.preview.level.as_str(), "high");
        host.gate()
            .decide(waiting.id, openwork_approval::Reply::deny("no"))
            .unwrap();
    });
    let out = world.send(world.client("DELETE", "W/mcp/a/auth"), "").await;
    assert_eq!(out.code(), refused(403, "write_denied"));
    answering.await.unwrap();
    assert_eq!(engine.lines(), [] as [&str; 0]);
}

#[tokio::test]
async fn without_an_engine_there_is_nobody_to_ask() {
    let world = World::new();
    let out = world.send(world.client("DELETE", "W/mcp/a/auth"), "").await;
    assert_eq!(out.code(), refused(400, "opencode_unconfigured"));
}
