use openwork_model::files::{FileRoot, MemoryFiles};
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

fn with(files: MemoryFiles) -> World {
    Setting {
        files,
        ..Setting::default()
    }
    .build()
}

#[tokio::test]
async fn what_the_engine_would_refuse_is_refused_before_anyone_is_asked() {
    let world = Setting::manual().build();
    let body = r#"{"name":"m","config":{"type":"local","command":["x"],"timeout":"5"}}"#;
    let answer = world.post("W/mcp", body).await;
    assert_eq!(answer.code(), refused(422, "invalid_config_value"));
    assert_eq!(
        answer.json()["details"],
        json!({
            "pointer": "/mcp/m/timeout",
            "found": "a text",
            "expected": "an integer above 0 or an object with the same `catalog` and `execution`",
        })
    );
    let body = r#"{"opencode":{"tools":{"deny":["x"]}}}"#;
    let answer = world.send(world.client("PATCH", "W/config"), body).await;
    assert_eq!(answer.code(), refused(422, "invalid_config_value"));
    assert_eq!(answer.json()["details"]["pointer"], "/tools/deny");
    let body = r#"{"name":"s","description":"d","content":"---\ncompatibility: \"\"\n---\nx"}"#;
    let answer = world.post("W/skills", body).await;
    assert_eq!(answer.code(), refused(422, "invalid_skill_content"));
}

#[tokio::test]
async fn what_another_layer_decides_is_told_with_every_kind_of_answer() {
    let higher = json!({
        "model": "a/b", "plugin": ["p@2"], "command": { "c": { "template": "x" } },
    });
    let skill = "---\nname: s\ndescription: d\n---\n";
    let world = with(
        MemoryFiles::new()
            .with(".opencode/opencode.json", "{}")
            .with_at(FileRoot::Home, ".claude/skills/s/SKILL.md", skill)
            .with_at(
                FileRoot::Home,
                ".opencode/opencode.json",
                &higher.to_string(),
            ),
    );
    let path = "/home/.opencode/opencode.json";
    let warning = |code: &str, message: &str, path: &str| {
        let warning = json!({ "code": code, "message": message, "path": path });
        json!([warning])
    };
    let merged = r#"{"opencode":{"model":"a/c","share":"auto"}}"#;
    let merged = world
        .send(world.client("PATCH", "W/config"), merged)
        .await
        .json();
    let message = "The engine takes `model` from /home/.opencode/opencode.json instead, \
                   which it reads later";
    assert_eq!(merged["warnings"], warning("shadowed", message, path));
    assert_eq!(merged["updatedAt"], FIRST_CHANGE);
    let plugins = world.post("W/plugins", r#"{"spec":"p@1"}"#).await.json();
    assert_eq!(plugins["items"][0]["spec"], "p@1");
    assert_eq!(plugins["warnings"][0]["path"], path);
    let skill = r#"{"name":"s","description":"d","content":"x"}"#;
    let skill = world.post("W/skills", skill).await.json();
    let (other, message) = (
        "/home/.claude/skills/s/SKILL.md",
        "There is another skill s in /home/.claude/skills/s/SKILL.md; the engine takes either",
    );
    assert_eq!(skill["warnings"], warning("ambiguous", message, other));
    assert_eq!(skill["name"], "s");
    let import = r#"{"commands":[{"name":"c","template":"t"}]}"#;
    let import = world.post("W/import", import).await.json();
    assert_eq!(import["ok"], true);
    assert_eq!(import["warnings"][0]["code"], "shadowed");
}

#[tokio::test]
async fn switching_and_deleting_what_is_not_there() {
    let world = with(MemoryFiles::new().with_at(
        FileRoot::Global,
        "opencode.json",
        r#"{ "mcp": { "far away": { "type": "remote", "url": "http://f" } } }"#,
    ));
    let answer = world
        .post("W/mcp/near/enabled", r#"{"enabled":false}"#)
        .await;
    assert_eq!(answer.code(), refused(404, "mcp_not_found"));
    let answer = world
        .post("W/mcp/far%20away/enabled", r#"{"enabled":false}"#)
        .await;
    assert_eq!(
        answer.json()["items"],
        json!([{ "name": "far away", "config": { "enabled": false }, "source": "config.project" }])
    );
    let answer = world.post("W/mcp/far%20away/enabled", "{}").await;
    assert_eq!(answer.code(), refused(400, "invalid_payload"));
    let answer = world
        .send(world.client("DELETE", "W/skills/gone"), "")
        .await;
    assert_eq!(answer.code(), refused(404, "skill_not_found"));
}

#[tokio::test]
async fn a_broken_file_is_left_alone_and_the_place_is_told() {
    for (path, text, body, details) in [
        (
            "opencode.json",
            "{\n  \"a\": }",
            r#"{"opencode":{"model":"a/b"}}"#,
            json!({ "line": 2, "column": 8, "path": "opencode.json" }),
        ),
        (
            ".opencode/openwork.json",
            "{\n  \"a\": }",
            r#"{"openwork":{"b":1}}"#,
            json!({ "line": 2, "column": 8, "path": ".opencode/openwork.json" }),
        ),
    ] {
        let world = with(MemoryFiles::new().with(path, text));
        let answer = world.send(world.client("PATCH", "W/config"), body).await;
        assert_eq!(answer.status, 422);
        for (key, value) in details.as_object().unwrap() {
            assert_eq!(&answer.json()["details"][0][key], value, "{path}");
        }
        assert_eq!(world.store.text(path).unwrap(), text);
    }
}

#[tokio::test]
async fn a_merge_patch_is_told_by_its_content_type() {
    for (content_type, expected) in [
        ("application/json", json!({ "a": { "c": null } })),
        (
            "Application/Merge-Patch+JSON; charset=utf-8",
            json!({ "a": { "b": 1 } }),
        ),
    ] {
        let files = MemoryFiles::new().with(".opencode/openwork.json", r#"{"a":{"b":1,"c":2}}"#);
        let world = with(files);
        let request = world
            .client("PATCH", "W/config")
            .header("content-type", content_type);
        let body = r#"{"openwork":{"a":{"c":null}}}"#;
        assert_eq!(world.send(request, body).await.status, 200);
        let config = world.get("W/config").await.json();
        assert_eq!(config["openwork"], expected, "{content_type}");
    }
}

#[tokio::test]
async fn what_stands_only_outside_is_not_removed() {
    let files = MemoryFiles::new().with_ancestors(1).with_at(
        FileRoot::Ancestor(1),
        "opencode.json",
        r#"{ "mcp": { "m": { "type": "remote", "url": "http://m" } } }"#,
    );
    let world = with(files);
    let answer = world.send(world.client("DELETE", "W/mcp/m"), "").await;
    assert_eq!(answer.code(), refused(409, "defined_elsewhere"));
    assert_eq!(
        answer.json()["details"],
        json!({ "path": "/w/s/opencode.json" })
    );
}
