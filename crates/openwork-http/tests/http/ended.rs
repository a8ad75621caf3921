//! Requests that ended, in a file that outlives the server.

use std::sync::Arc;
use std::time::Duration;

use openwork_host::{StateFile, VolatileState};
use openwork_http::ApprovalRecorder;
use serde_json::{Value, json};

use crate::world::{Setting, World};

fn world_with(file: &Arc<VolatileState>) -> Arc<World> {
    let mut setting = Setting::manual();
    setting.http.approval_log = Some(Arc::clone(file) as Arc<dyn StateFile>);
    Arc::new(setting.build())
}

async fn history(world: &World, query: &str) -> Value {
    let path = format!("/approvals/history{query}");
    world.send(world.host("GET", &path), "").await.json()
}

/// Asks for a plugin and answers.
async fn ended(world: &Arc<World>, client: &'static str, spec: &str, reply: Value) -> String {
    let (asking, body) = (Arc::clone(world), json!({ "spec": spec }).to_string());
    let write = tokio::spawn(async move {
        let request = asking.client("POST", "W/plugins");
        asking
            .send(request.header("x-openwork-client-id", client), body)
            .await
    });
    let id = loop {
        let list = world.send(world.host("GET", "/approvals"), "").await.json();
        if let Some(id) = list["items"][0]["id"].as_str() {
            break id.to_owned();
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    };
    let path = format!("/approvals/{id}");
    world
        .send(world.host("POST", &path), reply.to_string())
        .await;
    write.await.unwrap();
    id
}

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn what_ended_is_found_after_a_restart() {
    let file = Arc::new(VolatileState::default());
    let world = world_with(&file);
    let deny = json!({ "reply": "deny", "message": "not now", "via": "page" });
    let first = ended(&world, "phone", "a", deny).await;
    let second = ended(
        &world,
        "desk",
        "b",
        json!({ "reply": "allow", "via": "terminal" }),
    )
    .await;
    let recorder = ApprovalRecorder::new(Arc::clone(&world.host), Arc::clone(&file) as _);
    recorder.record().await;
    // What is written down is not written twice.
    recorder.record().await;
    let text = String::from_utf8(file.bytes().unwrap()).unwrap();
    assert_eq!(text.lines().count(), 2, "{text}");

    let world = world_with(&file);
    let all = history(&world, "").await;
    assert_eq!(ids(&all), [second.clone(), first.clone()]);
    let denied = &all["items"][1];
    for (key, expected) in [
        ("outcome", "denied"),
        ("via", "page"),
        ("answeredFrom", "192.168.1.23"),
        ("message", "not now"),
        ("level", "high"),
        ("by", "host"),
    ] {
        assert_eq!(denied[key], expected, "{key}");
    }
    assert_eq!(denied.get("changes"), None);
    let whole = history(&world, "?include=changes&client=phone").await;
    assert_eq!(ids(&whole), std::slice::from_ref(&first));
    assert_eq!(whole["items"][0]["changes"][0]["path"], "opencode.jsonc");
    for (query, expected) in [
        ("?client=desk", vec![second.clone()]),
        ("?outcome=denied", vec![first.clone()]),
        (
            "?outcome=denied,applied&level=high",
            vec![second.clone(), first.clone()],
        ),
        ("?workspace=ws_none", vec![]),
    ] {
        assert_eq!(ids(&history(&world, query).await), expected, "{query}");
    }
    let page = history(&world, "?limit=1").await;
    assert_eq!(
        (ids(&page), &page["next"]),
        (vec![second.clone()], &json!(second))
    );
    let last = history(&world, &format!("?limit=1&cursor={second}")).await;
    assert_eq!((ids(&last), last.get("next")), (vec![first], None));
}

#[tokio::test]
async fn what_is_remembered_and_on_disk_is_listed_once() {
    let file = Arc::new(VolatileState::default());
    let world = world_with(&file);
    let id = ended(&world, "phone", "a", json!({ "reply": "deny" })).await;
    ApprovalRecorder::new(Arc::clone(&world.host), Arc::clone(&file) as _)
        .record()
        .await;
    assert_eq!(ids(&history(&world, "").await), [id]);
}
