//! Environment variables that are kept for the programs of the machine.

use std::sync::Arc;

use openwork_approval::{EndedBy, Reply};
use openwork_host::VolatileState;
use serde_json::{Value, json};

use crate::world::{CLIENT, Setting, World, refused};

fn kept(mut setting: Setting, file: &Arc<VolatileState>) -> World {
    setting.host.env = Some(Arc::clone(file) as _);
    setting.host.tokens = Some(Arc::new(VolatileState::default()));
    setting.build()
}

fn world() -> (World, Arc<VolatileState>) {
    let file = Arc::new(VolatileState::default());
    (kept(Setting::default(), &file), file)
}

fn file_of(file: &VolatileState) -> Value {
    serde_json::from_slice(&file.bytes().unwrap()).unwrap()
}

async fn put(world: &World, body: Value) -> crate::world::Answer {
    world
        .send(world.host("PUT", "/env"), body.to_string())
        .await
}

#[tokio::test]
async fn variables_are_set_listed_and_deleted() {
    let (world, file) = world();
    let entries = json!({ "entries": [{ "key": "B_KEY", "value": "two" }, { "key": " A_KEY ", "value": "" }] });
    assert_eq!(
        put(&world, entries).await.json(),
        json!({ "ok": true, "count": 2 })
    );
    assert_eq!(
        put(&world, json!({ "key": "C", "value": "3" }))
            .await
            .status,
        200
    );
    let listed = world.send(world.host("GET", "/env"), "").await;
    assert_eq!(listed.header("cache-control"), Some("no-store"));
    let mut items = listed.json()["items"].as_array().unwrap().clone();
    for item in &mut items {
        assert!(
            item.as_object_mut()
                .unwrap()
                .remove("updatedAt")
                .unwrap()
                .is_u64()
        );
    }
    assert_eq!(
        json!(items),
        json!([
            { "key": "A_KEY", "hasValue": false, "value": "" },
            { "key": "B_KEY", "hasValue": true, "value": "two" },
            { "key": "C", "hasValue": true, "value": "3" },
        ])
    );
    let short = world
        .send(world.host("GET", "/env?includeValues=false"), "")
        .await
        .json();
    assert_eq!(short["items"][1].get("value"), None);
    let keys = world.send(world.host("GET", "/env/keys"), "").await.json();
    assert_eq!(keys, json!({ "keys": ["A_KEY", "B_KEY", "C"] }));
    let deleted = world.send(world.host("DELETE", "/env/B_KEY"), "").await;
    assert_eq!(deleted.json(), json!({ "ok": true }));
    let again = world.send(world.host("DELETE", "/env/B_KEY"), "").await;
    assert_eq!(again.code(), refused(404, "env_not_found"));
    assert_eq!(file_of(&file)["schemaVersion"], 1);
    let recorded: Vec<_> = world
        .store
        .entries()
        .into_iter()
        .map(|entry| (entry.action, entry.summary))
        .collect();
    assert_eq!(
        recorded[0],
        (
            "env.set".to_owned(),
            "Set the environment variables B_KEY, A_KEY".to_owned()
        )
    );
    assert_eq!(
        recorded[2],
        (
            "env.delete".to_owned(),
            "Deleted the environment variable B_KEY".to_owned()
        )
    );
}

#[tokio::test]
async fn only_the_host_token_opens_them() {
    let (world, _) = world();
    let made = world
        .send(world.host("POST", "/tokens"), r#"{"scope":"owner"}"#)
        .await
        .json();
    for token in [CLIENT, made["token"].as_str().unwrap()] {
        let bearer = format!("Bearer {token}");
        for (method, path) in [
            ("GET", "/env"),
            ("PUT", "/env"),
            ("GET", "/env/keys"),
            ("DELETE", "/env/A"),
        ] {
            let request = world.bare(method, path).header("authorization", &bearer);
            assert_eq!(
                world.send(request, "{}").await.code(),
                refused(401, "unauthorized"),
                "{method} {path}"
            );
        }
    }
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused_whole() {
    let (world, file) = world();
    let long = "x".repeat((64 << 10) + 1);
    for (body, code) in [
        (json!({}), "invalid_env_key"),
        (json!({ "entries": [] }), "no_entries"),
        (json!({ "entries": ["A"] }), "invalid_entry"),
        (json!({ "key": "A", "value": 1 }), "invalid_entry"),
        (json!({ "key": "A", "value": "a\u{0}b" }), "invalid_entry"),
        (json!({ "key": "A", "value": long }), "invalid_entry"),
        (json!({ "key": "1A", "value": "x" }), "invalid_env_key"),
        (
            json!({ "key": "OPENWORK_TOKEN", "value": "x" }),
            "reserved_env_key",
        ),
        (
            json!({ "entries": [{ "key": "A", "value": "x" }, { "key": "opencode_x", "value": "x" }] }),
            "reserved_env_key",
        ),
    ] {
        assert_eq!(put(&world, body).await.code(), refused(400, code));
    }
    let many: Vec<_> = (0..1_001)
        .map(|n| json!({ "key": format!("K{n}"), "value": "x" }))
        .collect();
    let many = put(&world, json!({ "entries": many })).await;
    assert_eq!(many.code(), refused(409, "too_many_variables"));
    assert_eq!(file.bytes(), None);
}

#[tokio::test]
async fn a_broken_file_is_left_as_it_is() {
    let text = "{ \"schemaVersion\": 1, \"variables\": [{ \"key\": \"s3cret";
    let file = Arc::new(VolatileState::holding(text));
    let world = kept(Setting::default(), &file);
    let listed = world.send(world.host("GET", "/env"), "").await;
    assert_eq!(listed.code(), refused(409, "state_unreadable"));
    assert!(!String::from_utf8_lossy(&listed.bytes).contains("s3cret"));
    let set = put(&world, json!({ "key": "A", "value": "x" })).await;
    assert_eq!(set.code(), refused(409, "state_unreadable"));
    assert_eq!(file.bytes().as_deref(), Some(text.as_bytes()));
    let nowhere = World::new();
    assert_eq!(
        put(&nowhere, json!({ "key": "A", "value": "x" }))
            .await
            .code(),
        refused(409, "state_unavailable")
    );
}

#[tokio::test]
async fn what_later_versions_add_stays() {
    let text = r#"{ "schemaVersion": 1, "updatedAt": 1, "colour": "red", "variables": [{ "key": "A", "value": "x", "updatedAt": 1, "note": "mine" }] }"#;
    let file = Arc::new(VolatileState::holding(text));
    let world = kept(Setting::default(), &file);
    assert_eq!(
        put(&world, json!({ "key": "B", "value": "y" }))
            .await
            .status,
        200
    );
    let after = file_of(&file);
    assert_eq!(
        (&after["colour"], &after["variables"][0]["note"]),
        (&json!("red"), &json!("mine"))
    );
}

/// The host's own changes are not asked about, and these are.
#[tokio::test]
async fn a_variable_that_loads_code_waits_for_a_person() {
    let file = Arc::new(VolatileState::default());
    let world = kept(Setting::manual(), &file);
    assert_eq!(
        put(&world, json!({ "key": "TOKEN", "value": "s3cret" }))
            .await
            .status,
        200
    );
    for allow in [false, true] {
        let host = Arc::clone(&world.host);
        let answering = tokio::spawn(async move {
            let waiting = loop {
                if let Some(waiting) = host.gate().pending().into_iter().next() {
                    break waiting;
                }
                tokio::task::yield_now().await;
            };
            let risk = waiting.subject.preview.risk.join("\n");
            host.gate()
                .decide(
                    waiting.id,
                    if allow {
                        Reply::allow()
                    } else {
                        Reply::deny("no")
                    },
                )
                .unwrap();
            risk
        });
        let entries = json!({ "entries": [{ "key": "LD_PRELOAD", "value": "/x.so" }, { "key": "TOKEN", "value": "n3w" }] });
        let answer = put(&world, entries).await;
        assert_eq!(answer.status, if allow { 200 } else { 403 });
        assert_eq!(
            answering.await.unwrap(),
            "Sets the environment variable `LD_PRELOAD` of all programs that are started later to `/x.so`: it makes the loader put code into programs.\nSets the environment variable `TOKEN` of all programs that are started later; its value is not shown."
        );
        let keys = world.send(world.host("GET", "/env/keys"), "").await.json();
        assert_eq!(
            keys["keys"].as_array().unwrap().len(),
            if allow { 2 } else { 1 }
        );
    }
    // What is so already is not asked about.
    assert_eq!(
        put(&world, json!({ "key": "LD_PRELOAD", "value": "/x.so" }))
            .await
            .status,
        200
    );
    let ended = world.host.gate().history(10);
    assert!(
        ended
            .iter()
            .all(|ended| !matches!(ended.by, EndedBy::Timeout))
    );
    assert_eq!(ended.len(), 2);
}

#[tokio::test]
async fn a_server_that_takes_no_changes_takes_none_of_these() {
    let file = Arc::new(VolatileState::default());
    let mut setting = Setting::default();
    setting.host.read_only = true;
    let world = kept(setting, &file);
    assert_eq!(
        put(&world, json!({ "key": "A", "value": "x" }))
            .await
            .code(),
        refused(403, "read_only")
    );
    assert_eq!(world.send(world.host("GET", "/env"), "").await.status, 200);
}
