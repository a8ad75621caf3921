use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use openwork_approval::{Ask, Asker};
use openwork_change::preview::Preview;
use openwork_host::{LeftOut, Subject};
use openwork_http::ReplyBody;
use openwork_model::actor::{Actor, ActorKind, TokenHash};
use openwork_model::workspace::WorkspaceId;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::world::{PEER, Setting, World, native};

/// The stream of a watcher.
pub(crate) struct Stream(ReplyBody);

impl Stream {
    pub(crate) async fn of(world: &World) -> Self {
        let request = world
            .host("GET", "/approvals/events")
            .body(Full::new(Bytes::new()))
            .unwrap();
        let response = world.service.call(request, PEER.parse().unwrap()).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        Self(response.into_body())
    }

    pub(crate) async fn next(&mut self) -> Option<Value> {
        let frame = self.0.frame().await?.unwrap();
        let text = String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap();
        let data = text
            .strip_prefix("data: ")
            .and_then(|rest| rest.strip_suffix("\n\n"))
            .unwrap();
        assert!(!data.contains('\n'), "{data}");
        Some(serde_json::from_str(data).unwrap())
    }

    async fn kinds(&mut self, count: usize) -> Vec<String> {
        let mut kinds = Vec::new();
        for _ in 0..count {
            kinds.push(
                self.next().await.unwrap()["type"]
                    .as_str()
                    .unwrap()
                    .to_owned(),
            );
        }
        kinds
    }
}

fn write(world: &Arc<World>, spec: &str) -> tokio::task::JoinHandle<u16> {
    let (world, body) = (Arc::clone(world), json!({ "spec": spec }).to_string());
    tokio::spawn(async move { world.post("W/plugins", body).await.status.as_u16() })
}

async fn reply(world: &World, id: &Value, reply: &str) {
    let path = format!("/approvals/{}", id.as_str().unwrap());
    let answer = world
        .send(
            world.host("POST", &path),
            json!({ "reply": reply }).to_string(),
        )
        .await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_stream_begins_with_all_there_is_to_know() {
    let world = Arc::new(Setting::manual().build());
    let mut first = Stream::of(&world).await;
    let snapshot = first.next().await.unwrap();
    let properties = &snapshot["properties"];
    assert_eq!(snapshot["type"], "snapshot");
    let now = properties["now"].as_u64().unwrap();
    assert!(now > 1_700_000_000_000, "{now}");
    // Without credentials: an approver has no use for them.
    let workspace = json!({
        "id": world.id,
        "name": "ws",
        "path": native("/w/s/ws"),
        "preset": "starter",
        "workspaceType": "local",
    });
    let expected = json!({
        "now": now, "version": env!("CARGO_PKG_VERSION"), "mode": "manual", "timeoutMs": 8000,
        "watchedTimeoutMs": 300_000, "readOnly": false,
        "workspaces": [workspace], "items": [],
    });
    assert_eq!(*properties, expected);

    let _write = write(&world, "a");
    let asked = first.next().await.unwrap();
    assert_eq!(asked["type"], "approval.asked");
    let second = Stream::of(&world).await.next().await.unwrap();
    assert_eq!(second["properties"]["items"], json!([asked["properties"]]));
    assert_eq!(asked["properties"]["changes"][0]["path"], "opencode.jsonc");
}

#[tokio::test]
async fn all_watchers_see_the_same_answer() {
    let world = Arc::new(Setting::manual().build());
    let mut streams = [Stream::of(&world).await, Stream::of(&world).await];
    let (denied, mut ids) = (write(&world, "a"), Vec::new());
    for stream in &mut streams {
        stream.next().await.unwrap();
        ids.push(stream.next().await.unwrap()["properties"]["id"].clone());
    }
    reply(&world, &ids[0], "deny").await;
    assert_eq!(denied.await.unwrap(), 403);
    for stream in &mut streams {
        let replied = stream.next().await.unwrap();
        let expected = json!({ "type": "approval.replied", "properties": { "id": ids[0], "allowed": false, "by": "host" } });
        assert_eq!(replied, expected);
    }
}

#[tokio::test]
async fn what_was_allowed_is_told_to_its_end() {
    let world = Arc::new(Setting::manual().build());
    let mut stream = Stream::of(&world).await;
    let allowed = write(&world, "a");
    stream.next().await.unwrap();
    let id = stream.next().await.unwrap()["properties"]["id"].clone();
    reply(&world, &id, "allow").await;
    assert_eq!(allowed.await.unwrap(), 200);
    assert_eq!(
        stream.kinds(2).await,
        ["approval.replied", "approval.applied"]
    );

    let left = write(&world, "b");
    assert_eq!(stream.kinds(1).await, ["approval.asked"]);
    left.abort();
    assert_eq!(stream.kinds(1).await, ["approval.withdrawn"]);
}

#[tokio::test(start_paused = true)]
async fn a_quiet_stream_shows_that_it_is_alive() {
    let world = Setting::manual().build();
    let mut stream = Stream::of(&world).await;
    stream.next().await.unwrap();
    for _ in 0..3 {
        let before = Instant::now();
        assert_eq!(
            stream.next().await.unwrap(),
            json!({ "type": "server.heartbeat", "properties": {} })
        );
        assert_eq!(before.elapsed(), Duration::from_secs(10));
    }
}

/// Asks and goes away at once: two events.
async fn ask_and_leave(world: &World) {
    let actor = Actor {
        kind: ActorKind::Remote,
        client_id: None,
        token_hash: TokenHash::of("t"),
    };
    let subject = Subject {
        workspace: WorkspaceId::of("/w/s/ws".as_ref()),
        workspace_name: "ws".to_owned(),
        action: "plugins.add",
        summary: "Add plugin a".to_owned(),
        paths: Vec::new(),
        actor,
        address: None,
        preview: Preview::default(),
        amended: Vec::new(),
        digest: None,
        shown: None,
        left_out: LeftOut::default(),
    };
    let asker = Asker::default();
    let ask = Ask {
        asker,
        scope: "s".to_owned(),
        kind: "k".to_owned(),
        covers: String::new(),
        bytes: 0,
        rememberable: false,
        later: None,
        subject,
    };
    tokio::select! {
        biased;
        _ = world.host.gate().ask(ask) => unreachable!("nobody answers"),
        () = std::future::ready(()) => {}
    }
}

#[tokio::test]
async fn slow_readers_are_dropped_and_start_again() {
    let world = Setting::manual().build();
    let mut slow = Stream::of(&world).await;
    let mut asked = 0;
    while world.host.gate().watchers() > 0 {
        ask_and_leave(&world).await;
        asked += 1;
        assert!(asked < 100_000, "a slow reader ought to be dropped");
    }
    let mut told = 0;
    while slow.next().await.is_some() {
        told += 1;
    }
    assert!((2..2 * asked).contains(&told), "{told} of {asked}");
    assert_eq!(Stream::of(&world).await.kinds(1).await, ["snapshot"]);
}

#[tokio::test]
async fn streams_end_with_the_server() {
    let world = Setting::manual().build();
    let mut stream = Stream::of(&world).await;
    stream.next().await.unwrap();
    world.host.shut_down().await;
    assert_eq!(stream.next().await, None);
}
