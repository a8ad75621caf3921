//! Requests that the host allows only otherwise.

use std::sync::Arc;

use openwork_model::files::MemoryFiles;
use serde_json::{Value, json};

use crate::events::Stream;
use crate::waiting::asked;
use crate::world::{Answer, Setting, World, refused};

fn bundle() -> Value {
    json!({
        "opencode": { "mcp": {
            "one": { "type": "remote", "url": "https://one" },
            "two": { "type": "remote", "url": "https://two" },
        }},
        "skills": [{ "name": "audit", "description": "Audits", "content": "Steps.", "files": [
            { "path": "run.sh", "content": "echo hi\n" },
        ]}],
    })
}

async fn host(world: &World, method: &str, path: &str, body: Value) -> Answer {
    world.send(world.host(method, path), body.to_string()).await
}

#[tokio::test]
async fn what_is_left_out_is_shown_then_allowed_then_not_written() {
    let world = Arc::new(Setting::manual().build());
    let (write, id) = asked(&world, "W/import", bundle()).await;
    let place = format!("/approvals/{id}");
    let parts = host(&world, "GET", &format!("{place}/amend"), json!({}))
        .await
        .json();
    let names: Vec<&str> = parts["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["part"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["mcp/one", "mcp/two", "skills/audit", "skills/audit/run.sh"]
    );

    let amend = json!({ "without": ["mcp/one", ".opencode/skills/audit/run.sh"] });
    let shown = host(&world, "POST", &format!("{place}/amend"), amend.clone())
        .await
        .json();
    let paths: Vec<&str> = shown["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["path"].as_str().unwrap())
        .collect();
    assert_eq!(paths, [".opencode/skills/audit/SKILL.md", "opencode.jsonc"]);
    assert_eq!(shown["id"], json!(id));
    let amended = json!([
        { "part": "mcp/one", "change": "left_out" },
        { "part": "skills/audit/run.sh", "change": "left_out" },
    ]);
    assert_eq!(shown["amended"], amended);
    let whole = host(&world, "GET", &place, json!({})).await.json();
    assert_ne!(whole["digest"], shown["digest"]);

    let reply = json!({ "reply": "allow", "amend": amend, "digest": shown["digest"] });
    let replied = host(&world, "POST", &place, reply).await;
    assert_eq!(
        replied.json(),
        json!({ "ok": true, "allowed": true, "applied": true })
    );
    assert_eq!(
        write.await.unwrap().json(),
        json!({ "ok": true, "amended": amended })
    );
    let settings = world.store.text("opencode.jsonc").unwrap();
    assert!(settings.contains("https://two") && !settings.contains("https://one"));
    assert_eq!(world.store.text(".opencode/skills/audit/run.sh"), None);

    let audit = world.get("W/audit").await.json();
    assert_eq!(audit["items"][0]["amended"], amended);
    assert_eq!(audit["items"][0]["approval"]["requestId"], json!(id));
    let history = host(&world, "GET", "/approvals/history", json!({}))
        .await
        .json();
    assert_eq!(history["items"][0]["amended"], amended);
}

#[tokio::test]
async fn a_text_is_edited_and_the_client_told() {
    let world = Arc::new(Setting::manual().build());
    let mut watcher = Stream::of(&world).await;
    let agent = json!({ "name": "reader", "content": "You read everything.\n" });
    let (write, id) = asked(&world, "W/agents", agent).await;
    let place = format!("/approvals/{id}");
    let parts = host(&world, "GET", &format!("{place}/amend"), json!({})).await;
    assert_eq!(parts.header("cache-control"), Some("no-store"));
    let expected =
        json!([{ "part": "agents/reader", "isText": true, "text": "You read everything.\n" }]);
    assert_eq!(parts.json()["items"], expected);

    let amend = json!({ "texts": [{ "part": "agents/reader", "text": "You read the docs.\n" }] });
    let shown = host(&world, "POST", &format!("{place}/amend"), amend.clone())
        .await
        .json();
    let reply =
        json!({ "reply": "allow", "amend": amend, "digest": shown["digest"], "via": "page" });
    assert_eq!(host(&world, "POST", &place, reply).await.status, 200);
    let told = loop {
        let event = watcher.next().await.unwrap();
        if event["type"] == "approval.replied" {
            break event;
        }
    };
    let expected = json!({ "id": id, "allowed": true, "by": "host", "amended": true });
    assert_eq!(told["properties"], expected);
    let answer = write.await.unwrap().json();
    assert_eq!(
        answer["amended"],
        json!([{ "part": "agents/reader", "change": "edited" }])
    );
    assert_eq!(
        world.store.text(".opencode/agents/reader.md").as_deref(),
        Some("You read the docs.\n")
    );
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_the_request_goes_on_waiting() {
    let world = Arc::new(Setting::manual().build());
    let (write, id) = asked(&world, "W/import", bundle()).await;
    let place = format!("/approvals/{id}");
    let preview = format!("{place}/amend");
    for (amend, status, code) in [
        (
            json!({ "without": ["skills/none"] }),
            422,
            "invalid_amendment",
        ),
        (
            json!({ "without": ["opencode.jsonc"] }),
            422,
            "invalid_amendment",
        ),
        (
            json!({ "without": ["mcp/one", "mcp/two", "skills/audit"] }),
            422,
            "invalid_amendment",
        ),
        (
            json!({ "texts": [{ "part": "mcp/one", "text": "x" }] }),
            422,
            "invalid_amendment",
        ),
        (
            json!({ "texts": [{ "part": "skills/audit", "text": "---\nname: [\n---\n" }] }),
            422,
            "invalid_skill_content",
        ),
        (
            json!({ "texts": [{ "part": "skills/audit" }] }),
            400,
            "invalid_payload",
        ),
        (json!({ "without": [1] }), 400, "invalid_payload"),
        (json!({}), 400, "invalid_payload"),
    ] {
        let refusal = host(&world, "POST", &preview, amend.clone()).await;
        assert_eq!(refusal.code(), refused(status, code), "{amend}");
        let reply = json!({ "reply": "allow", "amend": amend, "digest": "x" });
        assert_eq!(
            host(&world, "POST", &place, reply).await.code(),
            refused(status, code)
        );
    }
    let amend = json!({ "without": ["mcp/one"] });
    for (reply, status, code) in [
        (
            json!({ "reply": "allow", "amend": amend }),
            400,
            "invalid_payload",
        ),
        (
            json!({ "reply": "allow", "amend": amend, "digest": "x" }),
            409,
            "conflict",
        ),
        (json!({ "reply": "allow", "digest": "x" }), 409, "conflict"),
        (
            json!({ "reply": "deny", "amend": amend, "digest": "x" }),
            400,
            "invalid_payload",
        ),
    ] {
        let refusal = host(&world, "POST", &place, reply.clone()).await;
        assert_eq!(refusal.code(), refused(status, code), "{reply}");
    }
    let shown = host(&world, "POST", &preview, amend.clone()).await.json();
    // Somebody else changes what would be written.
    let mine = "{\n  // mine\n}\n";
    let files = MemoryFiles::new().with("opencode.jsonc", mine);
    world.store.edit(|held| *held = files);
    let reply = json!({ "reply": "allow", "amend": amend, "digest": shown["digest"] });
    assert_eq!(
        host(&world, "POST", &place, reply).await.code(),
        refused(409, "conflict")
    );
    assert!(!write.is_finished());
    let missing = format!(
        "/approvals/{}/amend",
        openwork_approval::RequestId::random()
    );
    assert_eq!(
        host(&world, "POST", &missing, amend).await.code(),
        refused(404, "approval_not_found")
    );
}

#[tokio::test]
async fn other_changes_have_no_parts() {
    let world = Arc::new(Setting::manual().build());
    let (_write, id) = asked(&world, "W/plugins", json!({ "spec": "notion" })).await;
    let place = format!("/approvals/{id}/amend");
    assert_eq!(
        host(&world, "GET", &place, json!({})).await.json(),
        json!({ "items": [] })
    );
    let refusal = host(&world, "POST", &place, json!({ "without": ["mcp/one"] })).await;
    assert_eq!(refusal.code(), refused(422, "invalid_amendment"));
}
