//! What becomes of the secrets in exports.

use openwork_model::files::MemoryFiles;
use serde_json::json;

use crate::world::{HOST_TOKEN, Setting, World, refused};

const CONFIG: &str = r#"{ "model": "a/b", "mcp": { "m": { "type": "remote", "url": "http://m", "headers": { "A": "s3cret" } } } }"#;

fn world(config: &str) -> World {
    Setting {
        files: MemoryFiles::new().with("opencode.json", config),
        ..Setting::default()
    }
    .build()
}

fn with_key(config: &str) -> World {
    Setting {
        files: MemoryFiles::new()
            .with("opencode.json", config)
            .with(
                ".opencode/skills/s/SKILL.md",
                "---\nname: s\ndescription: d\n---\nx",
            )
            .with(".opencode/skills/s/.env", "K=1"),
        ..Setting::default()
    }
    .build()
}

#[tokio::test]
async fn a_client_says_what_becomes_of_secrets() {
    let world = world(CONFIG);
    let header = async |query: &str, host: bool| {
        let request = world.client("GET", &format!("W/export{query}"));
        let request = if host {
            request.header("x-openwork-host-token", HOST_TOKEN)
        } else {
            request
        };
        let export = world.send(request, "").await.json();
        export["opencode"]["mcp"]["m"]["headers"]["A"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    for (query, host, expected) in [
        ("", false, "••••••"),
        ("", true, "s3cret"),
        ("?sensitive=", true, "s3cret"),
        ("?sensitive=include", false, "s3cret"),
        ("?sensitive=exclude", false, "••••••"),
        ("?sensitive=exclude", true, "••••••"),
    ] {
        assert_eq!(header(query, host).await, expected, "{query} {host}");
    }
    let wrong = world.get("W/export?sensitive=maybe").await;
    assert_eq!(
        wrong.code(),
        refused(400, "invalid_workspace_export_sensitive_mode")
    );
}

#[tokio::test]
async fn who_wants_to_be_asked_is_told_where_secrets_are() {
    let found = with_key(CONFIG).get("W/export?sensitive=auto").await;
    assert_eq!(
        found.code(),
        refused(409, "workspace_export_requires_decision")
    );
    assert_eq!(
        found.json()["details"],
        json!({ "warnings": [
        { "id": "mcp-config", "label": "Engine setting mcp", "detail": "The setting `mcp` of the engine holds secrets" },
        { "id": "skill-file:s/.env", "label": "File .env of the skill s", "detail": "It holds secrets, by its name" },
    ] })
    );
    let without = world(r#"{ "model": "a/b" }"#)
        .get("W/export?sensitive=auto")
        .await;
    assert_eq!(without.json()["opencode"], json!({ "model": "a/b" }));
}
