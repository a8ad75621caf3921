//! Files that clients bring, and files that agents have made for them.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Channel;
use hyper::http::request::Builder;
use openwork_host::{Grant, Requester, VolatileState};
use openwork_model::actor::TokenHash;
use openwork_model::files::{Location, MemoryFiles};
use openwork_model::path::RelPath;
use openwork_testkit::memory_store::FIRST_CHANGE;
use serde_json::json;

use crate::world::{Answer, Setting, World, call, refused};

const BOUNDARY: &str = "f0rm-b0undary";

/// A form of fields, each with what follows its name in the head, and its text.
fn form(fields: &[(&str, &str)]) -> String {
    let part = |(head, text): &(&str, &str)| {
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n")
    };
    let parts: Vec<_> = fields.iter().map(part).collect();
    format!("{}--{BOUNDARY}--\r\n", parts.concat())
}

fn posting(world: &World, path: &str) -> Builder {
    let media = format!("multipart/form-data; boundary={BOUNDARY}");
    world.client("POST", path).header("content-type", media)
}

async fn post(world: &World, path: &str, fields: &[(&str, &str)]) -> Answer {
    world.send(posting(world, path), form(fields)).await
}

const FILE: (&str, &str) = ("name=\"file\"; filename=\"a ü.txt\"", "hello\r\nthere");

#[tokio::test]
async fn a_file_is_brought_listed_and_fetched() {
    let world = World::new();
    let brought = post(&world, "W/inbox", &[FILE]).await;
    assert_eq!(
        brought.json(),
        json!({ "ok": true, "path": "a ü.txt", "bytes": 12 })
    );
    let listed = world.get("W/inbox").await.json();
    let id = listed["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(
        listed["items"][0],
        json!({ "id": id, "name": "a ü.txt", "path": "a ü.txt", "size": 12, "updatedAt": FIRST_CHANGE })
    );
    let fetched = world.get(&format!("W/inbox/{id}")).await;
    assert_eq!(
        (fetched.status.as_u16(), &fetched.bytes[..]),
        (200, &b"hello\r\nthere"[..])
    );
    for (name, expected) in [
        ("content-type", "application/octet-stream"),
        ("content-length", "12"),
        (
            "content-disposition",
            "attachment; filename=\"a _.txt\"; filename*=UTF-8''a%20%C3%BC.txt",
        ),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(fetched.header(name), Some(expected), "{name}");
    }
    assert!(
        fetched
            .header("content-security-policy")
            .unwrap()
            .starts_with("sandbox;")
    );
    let entry = &world.store.entries()[0];
    assert_eq!(entry.action, "workspace.inbox.upload");
    assert_eq!(entry.target, ".opencode/openwork/inbox/a ü.txt");
}

#[tokio::test]
async fn the_query_says_where_before_the_form_and_that_before_the_name() {
    let world = World::new();
    for (query, fields, expected) in [
        ("", &[FILE][..], "a ü.txt"),
        ("", &[FILE, ("name=\"path\"", "sub/b.txt")], "sub/b.txt"),
        (
            "",
            &[("name=\"path\"", "/c.txt"), FILE, ("name=\"x\"", "y")],
            "c.txt",
        ),
        (
            "?path=q%2Fd.txt",
            &[FILE, ("name=\"path\"", "b.txt")],
            "q/d.txt",
        ),
        ("?path=%20", &[FILE, ("name=\"path\"", " ")], "a ü.txt"),
    ] {
        let answer = post(&world, &format!("W/inbox{query}"), fields).await;
        assert_eq!(answer.json()["path"], expected);
        let at = format!(".opencode/openwork/inbox/{expected}");
        assert_eq!(world.store.text(&at).as_deref(), Some(FILE.1), "{expected}");
    }
}

#[tokio::test]
async fn what_is_no_file_for_the_inbox_is_refused() {
    let world = World::new();
    let json = world.post("W/inbox", "{}").await;
    assert_eq!(json.code(), refused(400, "invalid_payload"));
    assert_eq!(
        post(&world, "W/inbox", &[("name=\"path\"", "a")])
            .await
            .code(),
        refused(400, "file_required")
    );
    for path in ["..%2Fa", "a%2F..%2F..%2Fb", "nul", "a%3Ab", "%00"] {
        let answer = post(&world, &format!("W/inbox?path={path}"), &[FILE]).await;
        assert_eq!(answer.code(), refused(400, "invalid_path"), "{path}");
    }
    let cut = world
        .send(
            posting(&world, "W/inbox"),
            form(&[FILE]).replace("--\r\n", ""),
        )
        .await;
    assert_eq!(cut.code(), refused(400, "invalid_payload"));
    let long = "a".repeat(5_000);
    assert_eq!(
        post(&world, "W/inbox", &[FILE, ("name=\"path\"", &long)])
            .await
            .code(),
        refused(400, "invalid_payload")
    );
    assert_eq!(world.get("W/inbox").await.json(), json!({ "items": [] }));
    assert_eq!(world.store.entries(), []);
}

#[tokio::test]
async fn what_settings_name_is_not_brought() {
    let config = r#"{
        "instructions": [".opencode/openwork/inbox/rules/*.md"],
        "plugin": ["./.opencode/openwork/inbox/p.js"],
        "skills": { "paths": ["./.opencode/openwork/inbox/skills"] }
    }"#;
    let files = MemoryFiles::new()
        .with("opencode.json", config)
        .with(".opencode/openwork/inbox/p.js", "kept");
    let world = with_tokens(files);
    for path in ["rules/a.md", "p.js", "P.JS", "skills/z/SKILL.md"] {
        let answer = post(&world, &format!("W/inbox?path={path}"), &[FILE]).await;
        assert_eq!(answer.code(), refused(403, "file_not_allowed"), "{path}");
    }
    let kept = world.store.text(".opencode/openwork/inbox/p.js");
    assert_eq!(kept.as_deref(), Some("kept"));
    assert!(world.store.entries().is_empty());
    for path in ["a.md", "p.json", "skill/SKILL.md"] {
        let answer = post(&world, &format!("W/inbox?path={path}"), &[FILE]).await;
        assert_eq!(answer.status, 200, "{path}");
    }
}

#[tokio::test]
async fn settings_that_come_while_a_file_is_brought_count() {
    let world = World::new();
    let at = world.host.writable(&world.id).await.unwrap();
    let upload = world.host.begin_upload(&at).await.unwrap();
    let named = r#"{"spec":"./.opencode/openwork/inbox/p.js"}"#;
    assert_eq!(world.post("W/plugins", named).await.status, 200);
    let path = RelPath::new("p.js").unwrap();
    let refused = upload
        .finish(path, &Requester::new(Grant::host(), TokenHash::of("t")))
        .await;
    let reason = refused.unwrap_err().to_string();
    assert!(
        reason.contains("the settings of the workspace name it"),
        "{reason}"
    );
}

#[tokio::test]
async fn a_body_that_says_it_is_too_large_is_not_read() {
    let world = World::new();
    let request = posting(&world, "W/inbox").header("content-length", "250065537");
    let answer = world.send(request, "").await;
    assert_eq!(answer.code(), refused(413, "file_too_large"));
    assert_eq!(
        answer.json()["details"],
        json!({ "maxBytes": 250_000_000, "size": 250_065_537 })
    );
}

#[tokio::test(start_paused = true)]
async fn a_file_of_which_nothing_comes_is_given_up() {
    let world = World::new();
    let (mut sender, body) = Channel::<Bytes, Infallible>::new(1);
    let begun = form(&[FILE]);
    let begun = begun.split("--\r\n").next().unwrap().to_owned();
    sender.send_data(begun.into()).await.unwrap();
    let request = posting(&world, "W/inbox").body(body).unwrap();
    let answer = call(&world.service, request).await;
    assert_eq!(answer.code(), refused(408, "request_timeout"));
    assert_eq!(world.get("W/inbox").await.json(), json!({ "items": [] }));
    drop(sender);
}

fn with_tokens(files: MemoryFiles) -> World {
    let mut setting = Setting {
        files,
        ..Setting::default()
    };
    setting.host.tokens = Some(Arc::new(VolatileState::default()));
    setting.build()
}

async fn viewer(world: &World) -> String {
    let made = world
        .send(world.host("POST", "/tokens"), r#"{"scope":"viewer"}"#)
        .await;
    format!("Bearer {}", made.json()["token"].as_str().unwrap())
}

#[tokio::test]
async fn a_viewer_fetches_but_brings_nothing_and_sees_no_keys() {
    let files = MemoryFiles::new()
        .with(".opencode/openwork/outbox/report.md", "# May\n")
        .with(".opencode/openwork/outbox/.env", "KEY=1\n");
    let world = with_tokens(files);
    let token = viewer(&world).await;
    let listed = world
        .send(
            world
                .bare("GET", "W/artifacts")
                .header("authorization", &token),
            "",
        )
        .await
        .json();
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!(items[0].get("name"), None);
    for item in items {
        let path = format!("W/artifacts/{}", item["id"].as_str().unwrap());
        let fetched = world
            .send(world.bare("GET", &path).header("authorization", &token), "")
            .await;
        if item["path"] == ".env" {
            assert_eq!(fetched.code(), refused(403, "forbidden"));
            assert_eq!(world.get(&path).await.status, 200);
        } else {
            assert_eq!(&fetched.bytes[..], b"# May\n");
        }
    }
    let post = world
        .bare("POST", "W/inbox")
        .header("authorization", &token);
    assert_eq!(world.send(post, "").await.code(), refused(403, "forbidden"));
}

#[tokio::test]
async fn ids_that_stand_for_nothing_are_told_apart() {
    let world = World::new();
    for (path, expected) in [
        ("W/inbox/%25", refused(400, "invalid_inbox_item")),
        ("W/inbox/YQ", refused(404, "inbox_item_not_found")),
        ("W/artifacts/Li4vYQ", refused(400, "invalid_artifact")),
        ("W/artifacts/YQ", refused(404, "artifact_not_found")),
    ] {
        assert_eq!(world.get(path).await.code(), expected, "{path}");
    }
}

#[tokio::test]
async fn large_files_pass_in_pieces() {
    let text = "0123456789abcdef".repeat(20_000);
    let world = World::new();
    let brought = post(
        &world,
        "W/inbox",
        &[("name=\"file\"; filename=\"big\"", &text)],
    )
    .await;
    assert_eq!(brought.json()["bytes"], 320_000);
    let fetched = world.get("W/inbox/Ymln").await;
    assert_eq!(fetched.bytes, text.as_bytes());
}

#[tokio::test]
async fn a_full_inbox_takes_no_more() {
    let world = World::new();
    world.store.edit(|files| {
        for n in 0..5_000 {
            let path = RelPath::new(&format!(".opencode/openwork/inbox/{n}")).unwrap();
            files.insert(Location::workspace(path), b"x"[..].into());
        }
    });
    assert_eq!(
        post(&world, "W/inbox", &[FILE]).await.code(),
        refused(409, "inbox_full")
    );
}

#[tokio::test]
async fn room_that_another_file_took_meanwhile_is_not_there() {
    let world = World::new();
    world.store.edit(|files| {
        for n in 1..5_000 {
            let path = RelPath::new(&format!(".opencode/openwork/inbox/{n}")).unwrap();
            files.insert(Location::workspace(path), b"x"[..].into());
        }
    });
    let (mut sender, body) = Channel::<Bytes, Infallible>::new(1);
    let request = posting(&world, "W/inbox").body(body).unwrap();
    let first = call(&world.service, request);
    let others = async {
        let whole = form(&[FILE]);
        let (begun, end) = whole.split_at(whole.len() - BOUNDARY.len() - 8);
        for part in [begun, "x", "y"] {
            sender.send_data(part.to_owned().into()).await.unwrap();
        }
        // Time to begin, while there is room for one.
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        let second = ("name=\"file\"; filename=\"second\"", "second");
        let second = post(&world, "W/inbox", &[second]).await;
        sender.send_data(end.to_owned().into()).await.unwrap();
        drop(sender);
        second
    };
    let (first, second) = tokio::join!(first, others);
    assert_eq!(second.json()["path"], "second");
    assert_eq!(first.code(), refused(409, "inbox_full"));
}

#[tokio::test]
async fn a_server_that_takes_no_changes_takes_no_files() {
    let mut setting = Setting::default();
    setting.host.read_only = true;
    let world = setting.build();
    assert_eq!(
        post(&world, "W/inbox", &[FILE]).await.code(),
        refused(403, "read_only")
    );
    assert_eq!(world.get("W/inbox").await.status, 200);
}

#[tokio::test]
async fn targets_say_what_stands_where_a_text_points() {
    let world = with_tokens(
        MemoryFiles::new()
            .with("docs/plan.md", "# Plan\n")
            .with_refused("out"),
    );
    let targets = json!({ "targets": [
        { "kind": "file", "value": "docs/plan.md", "confidence": 0.5 },
        { "kind": "file", "value": "/w/s/ws/docs/plan.md", "confidence": 0.9, "reason": "tool" },
        { "kind": "file", "value": "docs" },
        { "kind": "file", "value": "out/x.md" },
        { "kind": "file", "value": "../etc/passwd" },
        { "kind": "file", "value": "/etc/passwd" },
        { "kind": "url", "value": "https://example.com/a", "name": "A" },
        { "kind": "url", "value": "file:///etc/passwd" },
        "docs/plan.md",
    ] });
    let found = world
        .post("W/artifacts/resolve", targets.to_string())
        .await
        .json();
    let items = found["items"].as_array().unwrap();
    assert_eq!(items.len(), 4, "{found}");
    assert_eq!(
        items[0],
        json!({
            "id": "file:docs/plan.md", "kind": "file", "value": "docs/plan.md", "name": "plan.md", "preview": "markdown",
            "confidence": 0.9, "reason": "tool", "exists": true, "fileKind": "file", "size": 7, "updatedAt": FIRST_CHANGE,
            "contentType": "text/plain; charset=utf-8",
        })
    );
    assert_eq!(
        (&items[1]["exists"], &items[1]["fileKind"]),
        (&json!(false), &json!("dir"))
    );
    assert_eq!(
        (&items[2]["exists"], items[2].get("size")),
        (&json!(false), None)
    );
    assert_eq!(items[3]["name"], "A");
}
