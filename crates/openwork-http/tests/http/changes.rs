//! Events of a workspace, by asking and by stream.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use openwork_http::ReplyBody;
use openwork_model::files::Location;
use openwork_model::path::RelPath;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::world::{PEER, Setting, World, native, refused};

async fn add(world: &World, spec: &str) {
    let body = json!({ "spec": spec }).to_string();
    assert_eq!(world.post("W/plugins", body).await.status, 200);
}

async fn events(world: &World, query: &str) -> Value {
    world.get(&format!("W/events{query}")).await.json()
}

fn names(events: &Value) -> Vec<&str> {
    let items = events["items"].as_array().unwrap();
    let names = items.iter().map(|item| &item["trigger"]["name"]);
    names.filter_map(Value::as_str).collect()
}

#[tokio::test]
async fn clients_ask_for_what_happened_since() {
    let world = World::new();
    let before = events(&world, "").await;
    let cursor = before["cursor"].as_u64().unwrap();
    let expected =
        json!({ "items": [], "cursor": cursor, "workspaceId": world.id, "disabled": false });
    assert_eq!(before, expected);

    add(&world, "a@1").await;
    add(&world, "a@1").await;
    let mut after = events(&world, "").await;
    let id = after["items"][0]["id"].take();
    assert_eq!(id.as_str().map(str::len), Some(36));
    let timestamp = after["items"][0]["timestamp"].take();
    assert!(timestamp.as_u64() >= Some(1_700_000_000_000));
    let trigger = json!({
        "type": "plugin", "name": "a", "action": "added", "path": native("/w/s/ws/opencode.jsonc"),
    });
    let item = json!({
        "id": null, "seq": cursor + 1, "workspaceId": world.id, "reason": "plugins",
        "trigger": trigger, "timestamp": null,
    });
    assert_eq!(after["items"], json!([item]));

    add(&world, "b").await;
    let since = |cursor: u64| format!("?since={cursor}");
    assert_eq!(names(&events(&world, &since(cursor + 1)).await), ["b"]);
    assert_eq!(names(&events(&world, &since(cursor + 2)).await), [""; 0]);
    assert_eq!(names(&events(&world, "?since=0").await), ["a", "b"]);
    assert_eq!(names(&events(&world, "?since=x").await), ["a", "b"]);
}

/// A stream of events.
struct Stream(ReplyBody);

impl Stream {
    async fn of(world: &World, path: &str, last: Option<u64>) -> Self {
        let mut request = world
            .client("GET", path)
            .header("accept", "text/event-stream");
        if let Some(last) = last {
            request = request.header("last-event-id", last.to_string());
        }
        let request = request.body(Full::new(Bytes::new())).unwrap();
        let response = world.service.call(request, PEER.parse().unwrap()).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        Self(response.into_body())
    }

    async fn text(&mut self) -> Option<String> {
        let frame = self.0.frame().await?.unwrap();
        Some(String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap())
    }

    /// The id and the data of the next message.
    async fn next(&mut self) -> (u64, Value) {
        let text = self.text().await.unwrap();
        let message = text.strip_prefix("id: ").unwrap();
        let (id, data) = message.split_once("\ndata: ").unwrap();
        let data = serde_json::from_str(data.strip_suffix("\n\n").unwrap()).unwrap();
        (id.parse().unwrap(), data)
    }

    async fn name(&mut self) -> String {
        let (id, data) = self.next().await;
        assert_eq!(data["seq"], id);
        data["trigger"]["name"].as_str().unwrap().to_owned()
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_tells_of_own_changes_and_of_those_of_others() {
    let world = World::new();
    add(&world, "before").await;
    let mut stream = Stream::of(&world, "W/events", None).await;
    add(&world, "a").await;
    assert_eq!(stream.name().await, "a");
    let skill = RelPath::new(".claude/skills/audit/SKILL.md").unwrap();
    let contents = b"---\nname: audit\n---\n"[..].into();
    world
        .store
        .edit(|files| files.insert(Location::workspace(skill), contents));
    let (_, told) = stream.next().await;
    assert_eq!(told["reason"], "skills");
    let path = native("/w/s/ws/.claude/skills/audit/SKILL.md");
    let expected = json!({ "type": "skill", "name": "audit", "action": "added", "path": path });
    assert_eq!(told["trigger"], expected);
}

#[tokio::test]
async fn a_stream_goes_on_where_the_last_one_ended() {
    let world = World::new();
    for spec in ["a", "b", "c"] {
        add(&world, spec).await;
    }
    let first = events(&world, "").await["items"][0]["seq"]
        .as_u64()
        .unwrap();
    let mut by_header = Stream::of(&world, "W/events?since=0", Some(first)).await;
    assert_eq!(by_header.name().await, "b");
    let path = format!("W/events?since={}", first + 1);
    assert_eq!(Stream::of(&world, &path, None).await.name().await, "c");
}

#[tokio::test(start_paused = true)]
async fn a_quiet_stream_shows_that_it_is_alive() {
    let world = World::new();
    let mut stream = Stream::of(&world, "W/events", None).await;
    for _ in 0..3 {
        let before = Instant::now();
        assert_eq!(stream.text().await.unwrap(), ": heartbeat\n\n");
        assert_eq!(before.elapsed(), Duration::from_secs(10));
    }
}

#[tokio::test]
async fn a_reload_needs_an_engine_and_a_server_that_takes_changes() {
    let world = World::new();
    assert_eq!(
        world.post("W/engine/reload", "").await.code(),
        refused(400, "opencode_unconfigured")
    );
    let mut setting = Setting::default();
    setting.host.read_only = true;
    assert_eq!(
        setting.build().post("W/engine/reload", "").await.code(),
        refused(403, "read_only")
    );
}
