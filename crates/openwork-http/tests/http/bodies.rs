use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Channel;
use hyper::body::Frame;
use openwork_http::route::table;
use openwork_model::files::MemoryFiles;
use serde_json::json;

use crate::world::{Answer, HOST_TOKEN, Setting, World, call, refused};

/// The routes that read a body.
const READERS: [(&str, &str); 7] = [
    ("PATCH", "W/config"),
    ("POST", "W/plugins"),
    ("POST", "W/skills"),
    ("POST", "W/mcp"),
    ("POST", "W/mcp/a/enabled"),
    ("POST", "W/commands"),
    ("POST", "W/import"),
];

#[tokio::test]
async fn every_reader_refuses_what_is_no_object() {
    let world = Setting {
        files: MemoryFiles::new().with("opencode.json", "{}\n"),
        ..Setting::default()
    }
    .build();
    for (method, path) in READERS {
        for (body, code) in [
            ("", "invalid_json"),
            ("{", "invalid_json"),
            ("{'name': 'x'}", "invalid_json"),
            ("null", "invalid_payload"),
            ("[\"opencode-notion\"]", "invalid_payload"),
            ("\"text\"", "invalid_payload"),
            ("1", "invalid_payload"),
        ] {
            let answer = world.send(world.client(method, path), body).await;
            assert_eq!(
                answer.code(),
                refused(400, code),
                "{method} {path} {body:?}"
            );
        }
        let answer = world
            .send(
                world.client(method, path),
                &b"{\"opencode\": {\"theme\": \" \xff\"}}"[..],
            )
            .await;
        assert_eq!(
            answer.json(),
            json!({ "code": "invalid_json", "message": "Invalid JSON body" })
        );
        let deep = format!(
            "{{\"opencode\":{}{}}}",
            "[".repeat(10_000),
            "]".repeat(10_000)
        );
        assert_eq!(
            world.send(world.client(method, path), deep).await.code(),
            refused(422, "too_deep")
        );
    }
    assert_eq!(world.store.text("opencode.json").as_deref(), Some("{}\n"));
    assert_eq!(world.store.entries(), []);
}

#[tokio::test]
async fn stored_values_are_at_most_64_levels_deep() {
    let world = World::new();
    let body = |levels: usize| {
        format!(
            "{{\"opencode\":{{\"x\":{}{}}}}}",
            "[".repeat(levels - 1),
            "]".repeat(levels - 1)
        )
    };
    let patch = |body| world.send(world.client("PATCH", "W/config"), body);
    assert_eq!(patch(body(64)).await.status, 200);
    assert_eq!(patch(body(65)).await.code(), refused(422, "too_deep"));
}

#[tokio::test]
async fn the_bodies_of_imports_alone_may_be_large() {
    let world = World::new();
    let padded = |size: usize| format!("{{\"further\":\"{}\"}}", "x".repeat(size));
    assert_eq!(
        world.post("W/skills", padded(1 << 20)).await.code(),
        refused(413, "payload_too_large")
    );
    assert_eq!(
        world.post("W/skills", padded(900_000)).await.code(),
        refused(400, "invalid_skill_name")
    );
    assert_eq!(
        world.post("W/import", padded(11 << 20)).await.json(),
        json!({ "ok": true })
    );
    assert_eq!(
        world.post("W/import", padded(12 << 20)).await.code(),
        refused(413, "payload_too_large")
    );
}

#[tokio::test]
async fn bodies_of_very_many_values_are_refused() {
    let world = World::new();
    let list = |values: usize| format!("{{\"opencode\":{{\"x\":[{}0]}}}}", "0,".repeat(values - 6));
    let patch = |body: String| world.send(world.client("PATCH", "W/config"), body);
    let too_many = refused(422, "too_many_values");
    assert_eq!(patch(list(40_001)).await.code(), too_many);
    assert_eq!(patch(list(40_000)).await.status, 200);
    let import = world.post("W/import", list(40_001)).await;
    assert_eq!(import.code(), too_many);
    assert_eq!(
        import.json()["message"],
        "The body must hold at most 40000 values; send it in parts"
    );
    assert_eq!(world.post("W/import", list(40_000)).await.status, 200);
}

#[tokio::test]
async fn undeclared_bodies_are_counted() {
    let world = World::new();
    let (mut sender, body) = Channel::<Bytes, Infallible>::new(32);
    for _ in 0..17 {
        sender
            .try_send(Frame::data(Bytes::from(vec![b' '; 64 << 10])))
            .unwrap();
    }
    let request = world.client("POST", "W/plugins").body(body).unwrap();
    assert_eq!(
        call(&world.service, request).await.code(),
        refused(413, "payload_too_large")
    );
}

async fn never_ending(world: &World, method: &str, path: &str) -> (Answer, Duration) {
    let (mut sender, body) = Channel::<Bytes, Infallible>::new(1);
    sender
        .try_send(Frame::data(Bytes::from_static(b"{")))
        .unwrap();
    // With both tokens, as some routes are the host's.
    let request = world.client(method, path);
    let request = request.header("x-openwork-host-token", HOST_TOKEN);
    let request = request.body(body).unwrap();
    let started = tokio::time::Instant::now();
    let answer = call(&world.service, request).await;
    drop(sender);
    (answer, started.elapsed())
}

#[tokio::test(start_paused = true)]
async fn slow_bodies_end_at_the_deadline() {
    let world = World::new();
    let writes = table()
        .iter()
        // What is passed to an engine may take as long as it wants.
        .filter(|row| !matches!(row.method(), "GET" | "*") && row.path().starts_with("/workspace"))
        // A file that is brought may, too, as long as something of it comes.
        .filter(|row| !row.path().ends_with("/inbox"));
    for row in writes {
        let path = row.path().replace(":id", &world.id);
        let (answer, took) = never_ending(&world, row.method(), &path).await;
        assert_eq!(answer.code(), refused(408, "request_timeout"), "{path}");
        // The clock stands still while the store's threads work.
        assert!((30..31).contains(&took.as_secs()), "{path}: {took:?}");
    }
}

#[tokio::test]
async fn tokens_are_judged_before_bodies() {
    let world = World::new();
    let (sender, body) = Channel::<Bytes, Infallible>::new(1);
    let request = world.bare("POST", "W/plugins").body(body).unwrap();
    assert_eq!(call(&world.service, request).await.status, 401);
    drop(sender);
}

#[tokio::test]
async fn read_only_and_unknown_workspaces_come_before_bodies() {
    let mut setting = Setting::default();
    setting.host.read_only = true;
    let world = setting.build();
    let answer = world.post("W/plugins", "{").await;
    assert_eq!(
        answer.json(),
        json!({ "code": "read_only", "message": "Server is read-only" })
    );
    let answer = World::new().post("/workspace/x/plugins", "{").await;
    assert_eq!(
        answer.json(),
        json!({ "code": "workspace_not_found", "message": "Workspace not found" })
    );
}
