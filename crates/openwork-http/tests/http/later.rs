//! Requests whose clients come back for the answer.

use std::sync::Arc;
use std::time::Duration;

use openwork_approval::{Reply, RequestId};
use openwork_host::{StateFile, VolatileState};
use openwork_http::LaterOptions;
use openwork_model::files::MemoryFiles;
use openwork_model::scope::Scope;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::world::{Answer, Setting, World, refused};

const PLUGIN: &str = r#"{"spec":"opencode-notion"}"#;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn world_keeping(file: &Arc<VolatileState>) -> World {
    let mut setting = Setting::manual();
    setting.http.later = Some(LaterOptions {
        file: Arc::clone(file) as Arc<dyn StateFile>,
        patience: DAY,
    });
    setting.build()
}

fn world() -> (World, Arc<VolatileState>) {
    let file = Arc::<VolatileState>::default();
    (world_keeping(&file), file)
}

async fn ask(world: &World) -> Answer {
    let request = world.client("POST", "W/plugins");
    let request = request.header("prefer", "respond-async");
    world.send(request, PLUGIN).await
}

/// Where a request is found again.
async fn accepted(world: &World) -> String {
    let answer = ask(world).await;
    assert_eq!(answer.status, 202, "{answer:?}");
    answer.header("location").unwrap().to_owned()
}

fn waiting(world: &World) -> RequestId {
    let pending = world.host.gate().pending();
    assert_eq!(pending.len(), 1);
    pending[0].id
}

async fn ended(world: &World, place: &str) -> Value {
    let request = world.client("GET", place).header("prefer", "wait=30");
    world.send(request, "").await.json()
}

fn kept(file: &VolatileState) -> Value {
    serde_json::from_slice(&file.bytes().unwrap()).unwrap()
}

/// Somebody else writes a file.
fn write(world: &World, path: &str, text: &str) {
    let files = MemoryFiles::new().with(path, text);
    world.store.edit(|held| *held = files);
}

/// Waits until an earlier run's requests are asked about again.
async fn asked_again(world: &World) -> RequestId {
    for _ in 0..1_000 {
        if !world.host.gate().pending().is_empty() {
            return waiting(world);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("nobody was asked again")
}

/// A world whose server serves, and so goes on with what is kept.
struct ServedWorld {
    world: World,
    stop: CancellationToken,
    served: JoinHandle<()>,
}

impl ServedWorld {
    async fn begin(mut world: World) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.unwrap();
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        // The world is asked without a socket, so it needs none of its own.
        let server = std::mem::replace(&mut world.server, Setting::manual().build().server);
        let serving = server.serve(listener, stopped);
        Self {
            world,
            stop,
            served: tokio::spawn(async move { serving.await.unwrap() }),
        }
    }

    async fn end(self) {
        self.stop.cancel();
        self.served.await.unwrap();
    }
}

#[tokio::test]
async fn the_client_is_told_at_once_where_the_answer_will_be() {
    let (world, _) = world();
    let answer = ask(&world).await;
    assert_eq!(answer.status, 202);
    assert_eq!(answer.header("preference-applied"), Some("respond-async"));
    let told = answer.json();
    let place = format!(
        "/workspace/{}/requests/{}",
        world.id,
        told["id"].as_str().unwrap()
    );
    assert_eq!(answer.header("location"), Some(&*place));
    let expected = json!({
        "id": told["id"], "workspaceId": world.id, "state": "waiting",
        "createdAt": told["createdAt"],
        "expiresAt": told["createdAt"].as_u64().unwrap() + 86_400_000,
    });
    assert_eq!(told, expected);
    assert_eq!(world.get(&place).await.json(), expected);

    let listed = world
        .send(world.host("GET", "/approvals?include=changes"), "")
        .await;
    assert_eq!(listed.json()["items"][0]["answersLater"], true);

    world
        .host
        .gate()
        .decide(waiting(&world), Reply::allow())
        .unwrap();
    let now = ended(&world, &place).await;
    assert_eq!(
        (&now["state"], &now["answer"]["status"]),
        (&json!("applied"), &json!(200))
    );
    assert_eq!(now["answer"]["body"]["items"][0]["spec"], "opencode-notion");
    assert!(
        world
            .store
            .text("opencode.jsonc")
            .unwrap()
            .contains("opencode-notion")
    );
}

#[tokio::test]
async fn what_is_not_asked_about_is_answered_as_ever() {
    let (world, file) = world();
    let own = world
        .client("POST", "W/plugins")
        .header("x-openwork-host-token", crate::world::HOST_TOKEN);
    let own = world
        .send(own.header("prefer", "respond-async"), PLUGIN)
        .await;
    assert_eq!(
        (own.status.as_u16(), own.header("preference-applied")),
        (200, None)
    );
    // It is there already, so nobody is asked.
    assert_eq!(ask(&world).await.status, 200);
    let bad = world
        .client("POST", "W/plugins")
        .header("prefer", "respond-async");
    let bad = world.send(bad, r#"{"spec":""}"#).await;
    assert_eq!(bad.code(), refused(400, "invalid_plugin_spec"));
    assert_eq!(file.bytes(), None);
}

#[tokio::test]
async fn without_a_place_every_client_waits() {
    let world = Arc::new(Setting::manual().build());
    let asking = Arc::clone(&world);
    let asking = tokio::spawn(async move { ask(&asking).await });
    let id = asked_again(&world).await;
    assert!(!asking.is_finished());
    world.host.gate().decide(id, Reply::deny("no")).unwrap();
    assert_eq!(asking.await.unwrap().code(), refused(403, "write_denied"));
}

#[tokio::test]
async fn a_no_is_what_the_client_would_have_heard() {
    let (world, file) = world();
    let place = accepted(&world).await;
    let id = waiting(&world);
    world
        .host
        .gate()
        .decide(id, Reply::deny("not today"))
        .unwrap();
    let now = ended(&world, &place).await;
    assert_eq!(
        (&now["state"], &now["answer"]["status"]),
        (&json!("denied"), &json!(403))
    );
    let message = &now["answer"]["body"]["message"];
    assert_eq!(message, "Write request denied by the host: not today");
    // What was asked for may hold secrets, and nobody needs it any more.
    assert_eq!(kept(&file)["requests"][0].get("call"), None);
}

#[tokio::test(start_paused = true)]
async fn after_a_day_it_expires() {
    let (world, _) = world();
    let place = accepted(&world).await;
    tokio::time::sleep(DAY.saturating_sub(Duration::from_secs(1))).await;
    assert_eq!(world.get(&place).await.json()["state"], "waiting");
    tokio::time::sleep(Duration::from_secs(2)).await;
    let now = ended(&world, &place).await;
    assert_eq!(
        (&now["state"], &now["answer"]["status"]),
        (&json!("expired"), &json!(403))
    );
    assert_eq!(now["answer"]["body"]["details"]["reason"], "timeout");
}

#[tokio::test]
async fn only_its_client_and_the_host_see_it() {
    let tokens = Arc::<VolatileState>::default();
    let file = Arc::<VolatileState>::default();
    let mut setting = Setting::manual();
    setting.host.tokens = Some(tokens);
    setting.http.later = Some(LaterOptions {
        file,
        patience: DAY,
    });
    let world = setting.build();
    let place = accepted(&world).await;
    let made = json!({ "scope": Scope::Owner.as_str() }).to_string();
    let made = world.send(world.host("POST", "/tokens"), made).await.json();
    let other = format!("Bearer {}", made["token"].as_str().unwrap());
    for method in ["GET", "DELETE"] {
        let other = world
            .bare(method, &place)
            .header("authorization", other.as_str());
        assert_eq!(
            world.send(other, "").await.code(),
            refused(404, "request_not_found")
        );
        assert_eq!(
            world.send(world.bare(method, &place), "").await.code(),
            refused(401, "unauthorized")
        );
    }
    let elsewhere = place.replace(&world.id, "ws_000000000000");
    assert_eq!(
        world.get(&elsewhere).await.code(),
        refused(404, "request_not_found")
    );
    assert_eq!(
        world.get("W/requests/x").await.code(),
        refused(404, "request_not_found")
    );
    let host = world.send(world.host("GET", &place), "").await;
    assert_eq!(host.json()["state"], "waiting");
}

#[tokio::test]
async fn its_client_takes_it_back_and_forgets_it() {
    let (world, file) = world();
    let place = accepted(&world).await;
    let taken = world.send(world.client("DELETE", &place), "").await;
    assert_eq!(
        (taken.status.as_u16(), &taken.json()["state"]),
        (200, &json!("withdrawn"))
    );
    assert!(world.host.gate().pending().is_empty());
    assert_eq!(world.get(&place).await.json()["state"], "withdrawn");
    let forgotten = world.send(world.client("DELETE", &place), "").await;
    assert_eq!(forgotten.status, 200);
    assert_eq!(
        world.get(&place).await.code(),
        refused(404, "request_not_found")
    );
    assert_eq!(kept(&file)["requests"], json!([]));
}

#[tokio::test]
async fn a_client_that_is_gone_finds_it_again_and_one_that_never_knew_withdraws() {
    let (world, _) = world();
    let place = accepted(&world).await;
    // The connection is over; only the place is left.
    world
        .host
        .gate()
        .decide(waiting(&world), Reply::allow())
        .unwrap();
    assert_eq!(ended(&world, &place).await["state"], "applied");

    let blocked = Arc::<VolatileState>::default();
    let world = Arc::new(world_keeping(&blocked));
    let request = world
        .client("POST", "W/plugins")
        .header("prefer", "respond-async");
    let (sender, body) = http_body_util::Channel::<bytes::Bytes, std::convert::Infallible>::new(1);
    let request = request.body(body).unwrap();
    let calling = Arc::clone(&world);
    let call = tokio::spawn(async move { crate::world::call(&calling.service, request).await });
    tokio::task::yield_now().await;
    call.abort();
    drop(sender);
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(world.host.gate().pending().is_empty());
    assert_eq!(blocked.bytes(), None);
}

#[tokio::test]
async fn a_restart_asks_anew_about_what_is_planned_then() {
    let file = Arc::<VolatileState>::default();
    let first = ServedWorld::begin(world_keeping(&file)).await;
    let place = accepted(&first.world).await;
    let shown = waiting(&first.world);
    first.end().await;
    assert_eq!(kept(&file)["requests"][0].get("end"), None);

    let world = world_keeping(&file);
    // What was shown before is not what would come of it now.
    write(&world, "opencode.json", "{\"plugin\": [\"other\"]}\n");
    let second = ServedWorld::begin(world).await;
    let world = &second.world;
    let asked = asked_again(world).await;
    assert_ne!(asked, shown);
    assert!(world.host.gate().decide(shown, Reply::allow()).is_err());
    assert_eq!(world.get(&place).await.json()["state"], "waiting");
    world.host.gate().decide(asked, Reply::allow()).unwrap();
    let now = ended(world, &place).await;
    let end = (&now["state"], &now["answer"]["status"]);
    assert_eq!(end, (&json!("applied"), &json!(200)));
    let text = world.store.text("opencode.json").unwrap();
    assert!(
        text.contains("other") && text.contains("opencode-notion"),
        "{text}"
    );
    second.end().await;
}

#[tokio::test]
async fn what_was_made_right_before_the_end_is_not_made_again() {
    let file = Arc::<VolatileState>::default();
    let first = ServedWorld::begin(world_keeping(&file)).await;
    let place = accepted(&first.world).await;
    let before = file.bytes().unwrap();
    let asked = waiting(&first.world);
    first
        .world
        .host
        .gate()
        .decide(asked, Reply::allow())
        .unwrap();
    assert_eq!(ended(&first.world, &place).await["state"], "applied");
    // As it is if the server ends between the commit and the word of it.
    let file = Arc::new(VolatileState::holding(before));
    let store = Arc::clone(&first.world.store);
    let mut setting = Setting::manual();
    setting.http.later = Some(LaterOptions {
        file: Arc::clone(&file) as Arc<dyn StateFile>,
        patience: DAY,
    });
    let second = ServedWorld::begin(setting.build_on(store)).await;
    let now = ended(&second.world, &place).await;
    assert_eq!(
        (&now["state"], now.get("answer")),
        (&json!("applied"), None)
    );
    assert!(second.world.host.gate().pending().is_empty());
    second.end().await;
}

#[tokio::test]
async fn a_broken_file_is_told_and_kept() {
    let file = Arc::new(VolatileState::holding("{ broken"));
    let world = world_keeping(&file);
    let refusal = ask(&world).await;
    assert_eq!(refusal.code(), refused(409, "state_unreadable"));
    assert!(world.host.gate().pending().is_empty());
    let place = format!("W/requests/{}", RequestId::random());
    assert_eq!(
        world.get(&place).await.code(),
        refused(409, "state_unreadable")
    );
    assert_eq!(file.bytes().as_deref(), Some(b"{ broken".as_slice()));
}

#[tokio::test]
async fn there_is_room_for_so_many() {
    let file = Arc::<VolatileState>::default();
    let mut setting = Setting::manual();
    setting.host.gate.max_later = 1;
    setting.http.later = Some(LaterOptions {
        file: Arc::clone(&file) as Arc<_>,
        patience: DAY,
    });
    let world = setting.build();
    let place = accepted(&world).await;
    let body = r#"{"spec":"another"}"#;
    let second = world
        .client("POST", "W/plugins")
        .header("prefer", "respond-async");
    assert_eq!(
        world.send(second, body).await.code(),
        refused(429, "too_many_pending")
    );
    assert_eq!(world.get(&place).await.json()["state"], "waiting");
    // Who was refused at once does not come back.
    assert_eq!(kept(&file)["requests"].as_array().unwrap().len(), 1);
    let large = format!(r#"{{"spec":"{}"}}"#, "x".repeat(1 << 20));
    let large_request = world
        .client("POST", "W/plugins")
        .header("prefer", "respond-async");
    assert_eq!(
        world.send(large_request, large).await.code(),
        refused(413, "payload_too_large")
    );
}
