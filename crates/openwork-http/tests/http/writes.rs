use openwork_model::files::MemoryFiles;
use openwork_testkit::memory_store::FIRST_CHANGE;
use serde_json::json;

use crate::world::{HOST_TOKEN, Setting, World, refused};

#[tokio::test]
async fn every_kind_of_change_is_made_and_recorded() {
    let world = World::new();
    for (method, path, body) in [
        ("PATCH", "W/config", r#"{"opencode":{"theme":"x"}}"#),
        ("POST", "W/plugins", r#"{"spec":"notion"}"#),
        ("DELETE", "W/plugins/notion", ""),
        (
            "POST",
            "W/skills",
            r#"{"name":"audit","content":"Do","description":"Audits"}"#,
        ),
        ("DELETE", "W/skills/audit", ""),
        (
            "POST",
            "W/mcp",
            r#"{"name":"m","config":{"type":"remote","url":"http://m"}}"#,
        ),
        ("POST", "W/mcp/m/enabled", r#"{"enabled":false}"#),
        ("DELETE", "W/mcp/m", "{}"),
        (
            "POST",
            "W/commands",
            r#"{"name":"daily","template":"Sum up"}"#,
        ),
        ("DELETE", "W/commands/daily", ""),
        ("POST", "W/import", r#"{"openwork":{"a":1}}"#),
    ] {
        let answer = world.send(world.client(method, path), body).await;
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.json());
    }
    let actions: Vec<_> = world
        .store
        .entries()
        .into_iter()
        .map(|entry| entry.action)
        .collect();
    assert_eq!(
        actions,
        [
            "config.patch",
            "plugins.add",
            "plugins.remove",
            "skills.upsert",
            "skills.delete",
            "mcp.add",
            "mcp.enable",
            "mcp.remove",
            "commands.upsert",
            "commands.delete",
            "config.import",
        ]
    );
}

#[tokio::test]
async fn changes_are_answered_with_what_came_of_them() {
    let world = World::new();
    let patch = world
        .send(world.client("PATCH", "W/config"), r#"{"openwork":{"a":1}}"#)
        .await;
    assert_eq!(patch.json(), json!({ "updatedAt": FIRST_CHANGE }));
    let plugins = world
        .post("W/plugins", r#"{"spec":"notion@1"}"#)
        .await
        .json();
    assert_eq!(plugins["items"][0]["spec"], "notion@1");
    assert_eq!(plugins["loadOrder"][0], "config.global");
    let skill = world
        .post(
            "W/skills",
            r#"{"name":"audit","content":"Do","description":"Audits"}"#,
        )
        .await
        .json();
    assert_eq!(
        (&skill["name"], &skill["description"], &skill["scope"]),
        (&json!("audit"), &json!("Audits"), &json!("project"))
    );
    let deleted = world
        .send(world.client("DELETE", "W/skills/audit"), "")
        .await
        .json();
    assert_eq!(
        deleted,
        json!({ "ok": true, "name": "audit", "path": skill["path"] })
    );
    assert_eq!(
        world.post("W/import", "{}").await.json(),
        json!({ "ok": true })
    );
    let command = world
        .post("W/commands", r#"{"name":"c","template":"t"}"#)
        .await
        .json();
    assert_eq!(command["items"][0]["name"], "c");
    let gone = world
        .send(world.client("DELETE", "W/commands/c"), "")
        .await
        .json();
    assert_eq!(gone, json!({ "ok": true }));
}

#[tokio::test]
async fn escaped_names_reach_the_file() {
    let files = MemoryFiles::new().with("opencode.json", r#"{ "plugin": ["@s/p@1", "b"] }"#);
    let world = Setting {
        files,
        ..Setting::default()
    }
    .build();
    let answer = world
        .send(world.client("DELETE", "W/plugins/%40s%2Fp"), "")
        .await;
    assert_eq!(
        answer.json()["items"],
        json!([{ "spec": "b", "source": "config", "scope": "project" }])
    );
    let climbing = world
        .send(world.client("DELETE", "W/commands/..%2Fx"), "")
        .await;
    assert_eq!(climbing.code(), refused(400, "invalid_command_name"));
}

#[tokio::test]
async fn the_hosts_own_changes_are_its_own() {
    let world = Setting::manual().build();
    let request = world
        .client("POST", "W/plugins")
        .header("x-openwork-host-token", HOST_TOKEN);
    let request = request.header("x-openwork-client-id", "desk");
    assert_eq!(world.send(request, r#"{"spec":"b"}"#).await.status, 200);
    let audit = world.get("W/audit").await.json();
    assert_eq!(audit["items"][0]["actor"]["type"], "host");
    assert_eq!(audit["items"][0]["actor"]["clientId"], "desk");
    assert_eq!(audit["items"][0]["action"], "plugins.add");
}

#[tokio::test]
async fn changes_meant_for_another_state_are_not_made() {
    let world = World::new();
    let etag = world
        .get("W/config")
        .await
        .header("etag")
        .unwrap()
        .to_owned();
    let patch = |condition: &str, theme: &str| {
        let body = json!({ "opencode": { "theme": theme } }).to_string();
        world.send(
            world
                .client("PATCH", "W/config")
                .header("if-match", condition),
            body,
        )
    };
    assert_eq!(
        patch("\"other\"", "a").await.code(),
        refused(412, "precondition_failed")
    );
    assert_eq!(
        patch(&format!("W/{etag}"), "a").await.code(),
        refused(412, "precondition_failed")
    );
    assert_eq!(
        patch("nonsense", "a").await.code(),
        refused(400, "invalid_payload")
    );
    assert_eq!(world.store.entries(), []);
    assert_eq!(patch(&etag, "b").await.status, 200);
    assert_eq!(
        patch(&etag, "c").await.code(),
        refused(412, "precondition_failed")
    );
    assert_eq!(patch("*", "d").await.status, 200);
    assert_eq!(world.get("W/config").await.json()["opencode"]["theme"], "d");
}
