//! Files of a workspace as they are.

use std::sync::Arc;

use openwork_host::VolatileState;
use openwork_model::files::MemoryFiles;
use openwork_testkit::memory_store::FIRST_CHANGE;
use serde_json::{Value, json};

use crate::world::{Answer, Setting, World, refused};

fn world() -> World {
    let files = MemoryFiles::new()
        .with("docs/plan.md", "# Plan\n")
        .with("page.html", "<script>alert(1)</script>")
        .with("a/.env", "KEY=1")
        .with("opencode.json", r#"{ "instructions": ["docs/rules.md"] }"#)
        .with(".opencode/openwork/outbox/made.txt", "made");
    let mut setting = Setting {
        files,
        ..Setting::default()
    };
    setting.host.tokens = Some(Arc::new(VolatileState::default()));
    setting.build()
}

async fn write(world: &World, route: &str, body: Value) -> Answer {
    world
        .post(&format!("W/files/{route}"), body.to_string())
        .await
}

#[tokio::test]
async fn a_text_is_read_and_written_if_it_is_the_one_that_was_seen() {
    let world = world();
    let read = world.get("W/files/content?path=docs/plan.md").await.json();
    assert_eq!(
        read,
        json!({ "path": "docs/plan.md", "content": "# Plan\n", "bytes": 7, "updatedAt": FIRST_CHANGE })
    );
    let body =
        json!({ "path": "/docs/plan.md", "content": "# New\n", "baseUpdatedAt": FIRST_CHANGE });
    let written = write(&world, "content", body).await.json();
    let revision = format!("{FIRST_CHANGE}:6");
    assert_eq!(
        written,
        json!({ "ok": true, "path": "docs/plan.md", "bytes": 6, "updatedAt": FIRST_CHANGE, "revision": revision })
    );
    assert_eq!(world.store.text("docs/plan.md").as_deref(), Some("# New\n"));
    let entry = &world.store.entries()[0];
    assert_eq!(
        (entry.action.as_str(), entry.summary.as_str()),
        ("workspace.file.write", "Wrote docs/plan.md")
    );
    let stale = json!({ "path": "docs/plan.md", "content": "x", "baseUpdatedAt": 1.5 });
    let conflict = write(&world, "content", stale.clone()).await;
    assert_eq!(conflict.code(), refused(409, "conflict"));
    assert_eq!(
        conflict.json()["details"],
        json!({ "baseUpdatedAt": 1, "currentUpdatedAt": FIRST_CHANGE })
    );
    let mut forced = stale;
    forced["force"] = true.into();
    assert_eq!(write(&world, "content", forced).await.status, 200);
}

#[tokio::test]
async fn bytes_are_read_and_written() {
    let world = world();
    let body = json!({ "path": "img/a.png", "dataBase64": "iVBORwD/" });
    assert_eq!(write(&world, "raw", body).await.json()["bytes"], 6);
    let raw = world.get("W/files/raw?path=img%2Fa.png").await;
    assert_eq!(&raw.bytes[..], b"\x89PNG\x00\xff");
    assert_eq!(raw.header("content-type"), Some("image/png"));
    let text = world.get("W/files/content?path=img/a.png").await;
    assert_eq!(text.code(), refused(422, "file_not_text"));
    let bad = json!({ "path": "a", "dataBase64": "%%" });
    assert_eq!(
        write(&world, "raw", bad).await.code(),
        refused(400, "invalid_payload")
    );
}

#[tokio::test]
async fn a_page_of_the_workspace_is_shut_in() {
    let page = world().get("W/files/raw?path=page.html").await;
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(
        page.header("content-disposition"),
        Some("inline; filename=\"page.html\"; filename*=UTF-8''page.html")
    );
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("sandbox; default-src 'none'"),
        "{policy}"
    );
}

#[tokio::test]
async fn what_stands_at_a_path_is_told() {
    let world = world();
    let stat = async |path: &str| world.get(&format!("W/files/stat?path={path}")).await.json();
    assert_eq!(
        stat("docs/plan.md").await,
        json!({ "ok": true, "path": "docs/plan.md", "exists": true, "kind": "file", "size": 7, "updatedAt": FIRST_CHANGE })
    );
    assert_eq!(stat("docs").await["kind"], "dir");
    assert_eq!(
        stat("nope").await,
        json!({ "ok": true, "path": "nope", "exists": false })
    );
    let absent = world.get("W/files/raw?path=nope").await;
    assert_eq!(absent.code(), refused(404, "file_not_found"));
    assert_eq!(
        world.get("W/files/stat").await.code(),
        refused(400, "invalid_path")
    );
}

#[tokio::test]
async fn secrets_and_files_of_the_engine_are_not_for_clients() {
    let world = world();
    for path in [
        "a/.env",
        "opencode.json",
        ".opencode/agents/a.md",
        ".git/config",
        ".OPENCODE/x",
    ] {
        for route in ["content", "stat", "raw"] {
            let answer = world.get(&format!("W/files/{route}?path={path}")).await;
            assert_eq!(
                answer.code(),
                refused(403, "file_not_allowed"),
                "{route} {path}"
            );
        }
        let body = json!({ "path": path, "content": "x", "dataBase64": "eA==" });
        for route in ["content", "raw"] {
            assert_eq!(
                write(&world, route, body.clone()).await.code(),
                refused(403, "file_not_allowed"),
                "{route} {path}"
            );
        }
    }
    // What the settings name, the engine reads.
    let rules = json!({ "path": "docs/Rules.md", "content": "x" });
    assert_eq!(
        write(&world, "content", rules).await.code(),
        refused(403, "file_not_allowed")
    );
    // What agents made for clients is for clients, but not to be written so.
    let made = "W/files/raw?path=.opencode/openwork/outbox/made.txt";
    assert_eq!(&world.get(made).await.bytes[..], b"made");
    let made = json!({ "path": ".opencode/openwork/outbox/made.txt", "content": "x" });
    assert_eq!(
        write(&world, "content", made).await.code(),
        refused(403, "file_not_allowed")
    );
    assert_eq!(world.store.entries(), []);
}

#[tokio::test]
async fn files_are_not_for_viewers() {
    let world = world();
    let made = world
        .send(world.host("POST", "/tokens"), r#"{"scope":"viewer"}"#)
        .await
        .json();
    let token = format!("Bearer {}", made["token"].as_str().unwrap());
    for (method, path) in [
        ("GET", "W/files/content?path=docs/plan.md"),
        ("GET", "W/files/stat?path=docs"),
        ("GET", "W/files/raw?path=docs/plan.md"),
        ("POST", "W/files/content"),
    ] {
        let request = world.bare(method, path).header("authorization", &token);
        assert_eq!(
            world.send(request, "{}").await.code(),
            refused(403, "forbidden"),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn what_is_too_large_is_refused() {
    let world = world();
    let text = "x".repeat(1_000_001);
    let body = json!({ "path": "big.txt", "content": text });
    assert_eq!(write(&world, "content", body).await.status, 200);
    let read = world.get("W/files/content?path=big.txt").await;
    assert_eq!(read.code(), refused(413, "file_too_large"));
    assert_eq!(
        read.json()["details"],
        json!({ "maxBytes": 1_000_000, "size": 1_000_001 })
    );
    assert_eq!(
        world.get("W/files/raw?path=big.txt").await.bytes.len(),
        1_000_001
    );
    let body = json!({ "path": "huge.txt", "content": "x".repeat(5_000_001) });
    assert_eq!(
        write(&world, "content", body).await.code(),
        refused(413, "file_too_large")
    );
}
