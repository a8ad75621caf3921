//! Changes that are undone, by whom, and what is shown of them before.

use std::sync::Arc;
use std::time::Duration;

use openwork_host::VolatileState;
use openwork_model::files::MemoryFiles;
use serde_json::{Value, json};

use crate::world::{Answer, Setting, World, refused};

const CONFIG: &str = "{\n  // mine\n  \"plugin\": [\"a\"]\n}\n";

fn with_config(setting: Setting) -> Setting {
    Setting {
        files: MemoryFiles::new().with("opencode.json", CONFIG),
        ..setting
    }
}

async fn newest(world: &World) -> String {
    let log = world.get("W/audit").await.json();
    log["items"][0]["id"].as_str().unwrap().to_owned()
}

async fn host(world: &World, method: &str, path: &str) -> Answer {
    world.send(world.host(method, path), "").await
}

async fn token(world: &World, scope: &str) -> String {
    let body = json!({ "scope": scope }).to_string();
    let made = world.send(world.host("POST", "/tokens"), body).await.json();
    made["token"].as_str().unwrap().to_owned()
}

fn with_tokens(mut setting: Setting) -> Setting {
    setting.host.tokens = Some(Arc::new(VolatileState::default()));
    setting
}

#[tokio::test]
async fn the_host_undoes_a_change_and_the_undo() {
    let world = with_config(Setting::default()).build();
    world.post("W/plugins", r#"{"spec":"b"}"#).await;
    let after = world.store.text("opencode.json").unwrap();
    let entry = newest(&world).await;
    let shown = host(&world, "GET", &format!("W/audit/{entry}"))
        .await
        .json();
    assert_eq!(shown["item"]["summary"], "Added b");
    let preview = &shown["undo"]["preview"];
    assert_eq!(preview["summary"], "Undo “Added b”");
    let change = &preview["changes"][0];
    assert_eq!(
        (&change["path"], &change["kind"]),
        (&json!("opencode.json"), &json!("modify"))
    );
    let undone = host(&world, "POST", &format!("W/audit/{entry}/undo"))
        .await
        .json();
    let undo = newest(&world).await;
    let expected = json!({
        "ok": true, "undone": entry, "entry": undo, "files": ["opencode.json"],
    });
    assert_eq!(undone, expected);
    assert_eq!(world.store.text("opencode.json").as_deref(), Some(CONFIG));
    let again = host(&world, "POST", &format!("W/audit/{entry}/undo")).await;
    assert_eq!(again.code(), refused(409, "already_undone"));
    let redone = host(&world, "POST", &format!("W/audit/{undo}/undo")).await;
    assert_eq!(redone.status.as_u16(), 200);
    assert_eq!(world.store.text("opencode.json"), Some(after));
}

#[tokio::test]
async fn a_conflict_is_shown_and_refused_and_nothing_is_written() {
    let world = with_config(Setting::default()).build();
    let patch = |model: &str| json!({ "opencode": { "model": model } }).to_string();
    world
        .send(world.client("PATCH", "W/config"), patch("m/a"))
        .await;
    let entry = newest(&world).await;
    world
        .send(world.client("PATCH", "W/config"), patch("m/b"))
        .await;
    let text = world.store.text("opencode.json");
    let shown = host(&world, "GET", &format!("W/audit/{entry}"))
        .await
        .json();
    let refusal = host(&world, "POST", &format!("W/audit/{entry}/undo")).await;
    assert_eq!(refusal.code(), refused(409, "undo_conflict"));
    let conflicts = json!({ "conflicts": [
        { "path": "opencode.json", "pointer": "/model", "reason": "changed" },
    ] });
    assert_eq!(refusal.json()["details"], conflicts);
    let expected = json!({
        "possible": false, "code": "undo_conflict", "details": conflicts,
        "message": "It cannot be undone: /model of opencode.json was changed since",
    });
    assert_eq!(shown["undo"], expected);
    assert_eq!(world.store.text("opencode.json"), text);
}

#[tokio::test]
async fn an_owner_elsewhere_is_asked_about_and_others_are_refused() {
    let world = Arc::new(with_tokens(with_config(Setting::manual())).build());
    let both = world.client("POST", "W/plugins");
    let both = both.header("x-openwork-host-token", crate::world::HOST_TOKEN);
    world.send(both, r#"{"spec":"b"}"#).await;
    let entry = newest(&world).await;
    let path = format!("W/audit/{entry}/undo");
    for scope in ["viewer", "collaborator", "approver"] {
        let token = token(&world, scope).await;
        let asked = world.bare("POST", &path);
        let asked = asked.header("authorization", format!("Bearer {token}"));
        assert_eq!(
            world.send(asked, "").await.code(),
            refused(403, "forbidden"),
            "{scope}"
        );
    }
    let asked = world.client("POST", &path);
    assert_eq!(
        world.send(asked, "").await.code(),
        refused(401, "unauthorized")
    );

    let token = token(&world, "owner").await;
    let (asking, target) = (Arc::clone(&world), path.clone());
    let undo = tokio::spawn(async move {
        let request = asking.bare("POST", &target);
        let request = request.header("authorization", format!("Bearer {token}"));
        asking.send(request, "").await
    });
    let item = loop {
        let list = host(&world, "GET", "/approvals?include=changes")
            .await
            .json();
        if let Some(item) = list["items"].as_array().and_then(|items| items.first()) {
            break item.clone();
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    };
    assert_eq!(item["action"], "audit.undo");
    assert_eq!(item["summary"], "Undo “Added b”");
    // Others change something else while it waits.
    let model = CONFIG.replace("\"a\"]", "\"a\", \"b\"],\n  \"model\": \"m/x\"");
    world
        .store
        .edit(|files| *files = std::mem::take(files).with("opencode.json", &model));
    let id = item["id"].as_str().unwrap();
    let allow = json!({ "reply": "allow" }).to_string();
    world
        .send(world.host("POST", &format!("/approvals/{id}")), allow)
        .await;
    assert_eq!(undo.await.unwrap().status.as_u16(), 200);
    let text = world.store.text("opencode.json").unwrap();
    assert!(text.contains("m/x") && !text.contains("\"b\""), "{text}");
}

#[tokio::test]
async fn a_server_that_takes_no_changes_shows_and_does_not_undo() {
    let mut setting = with_config(Setting::default());
    setting.host.read_only = true;
    let world = setting.build();
    let id = "7d3088e2-5c1f-4a43-9b7e-0d4f5b2a6c11";
    let shown = host(&world, "GET", &format!("W/audit/{id}")).await;
    assert_eq!(shown.code(), refused(404, "audit_entry_not_found"));
    let undo = host(&world, "POST", &format!("W/audit/{id}/undo")).await;
    assert_eq!(undo.code(), refused(403, "read_only"));
}

#[tokio::test]
async fn secrets_are_masked_in_what_is_shown() {
    let world = Setting::default().build();
    let server = json!({ "name": "db", "config": {
        "type": "local", "command": ["db"], "environment": { "DB_TOKEN": "s3cret-value" },
    } });
    world.post("W/mcp", server.to_string()).await;
    world.send(world.client("DELETE", "W/mcp/db"), "").await;
    let entry = newest(&world).await;
    let shown = host(&world, "GET", &format!("W/audit/{entry}")).await;
    let text = String::from_utf8(shown.bytes.to_vec()).unwrap();
    assert!(
        text.contains("DB_TOKEN") && !text.contains("s3cret-value"),
        "{text}"
    );
    host(&world, "POST", &format!("W/audit/{entry}/undo")).await;
    let config: Value = serde_json::from_str(&world.store.text("opencode.jsonc").unwrap()).unwrap();
    assert_eq!(
        config["mcp"]["db"]["environment"]["DB_TOKEN"],
        "s3cret-value"
    );
}
