use std::sync::Arc;

use openwork_host::VolatileState;
use openwork_model::files::{FileRoot, MemoryFiles};
use serde_json::{Value, json};

use crate::world::{HOST_TOKEN, Setting, World, refused};

fn world(files: MemoryFiles) -> World {
    Setting {
        files,
        ..Setting::default()
    }
    .build()
}

fn full() -> World {
    let config = r#"{
      // commented
      "plugin": ["notion@1"],
      "mcp": { "b": { "type": "remote", "url": "http://b" }, "a": { "type": "local", "command": ["a"] } },
      "tools": { "a_*": false }
    }"#;
    world(
        MemoryFiles::new()
            .with("opencode.jsonc", config)
            .with(".opencode/openwork.json", r#"{ "theme": "x" }"#)
            .with(".opencode/plugins/p.js", "")
            .with(
                ".opencode/skills/audit/SKILL.md",
                "---\nname: audit\ndescription: Audits\n---\n# Audit\n",
            )
            .with(
                ".opencode/commands/daily.md",
                "---\ndescription: Daily\nmodel: a/b\n---\n\nSum up\n",
            )
            .with(".opencode/commands/plain.md", "Just this\n"),
    )
}

#[tokio::test]
async fn an_empty_workspace_reads_as_empty() {
    let world = world(MemoryFiles::new());
    for (path, body) in [
        (
            "W/config",
            json!({ "opencode": {}, "openwork": {}, "updatedAt": null }),
        ),
        ("W/skills?includeGlobal=true", json!({ "items": [] })),
        ("W/mcp", json!({ "items": [] })),
        ("W/commands", json!({ "items": [] })),
        ("W/audit", json!({ "items": [] })),
        (
            "W/plugins",
            json!({ "items": [], "loadOrder": ["config.global", "config.project", "dir.global", "dir.project"] }),
        ),
    ] {
        let answer = world.get(path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()),
            (200, body),
            "{path}"
        );
    }
}

#[tokio::test]
async fn lists_have_the_shapes_of_the_seed_api() {
    let world = full();
    let config = world.get("W/config").await.json();
    assert_eq!(config["opencode"]["plugin"], json!(["notion@1"]));
    assert_eq!(config["openwork"], json!({ "theme": "x" }));
    assert_eq!(
        world.get("W/mcp").await.json(),
        json!({ "items": [
            { "name": "b", "config": { "type": "remote", "url": "http://b" }, "source": "config.project" },
            { "name": "a", "config": { "type": "local", "command": ["a"] }, "source": "config.project",
              "disabledByTools": true },
        ] })
    );
    assert_eq!(
        world.get("W/commands").await.json(),
        json!({ "items": [
            { "name": "daily", "description": "Daily", "template": "Sum up", "model": "a/b", "scope": "workspace" },
            { "name": "plain", "template": "Just this", "model": null, "scope": "workspace" },
        ] })
    );
    let skills = world.get("W/skills").await.json();
    assert_eq!(skills["items"][0]["name"], "audit");
    assert_eq!(skills["items"][0]["scope"], "project");
    assert!(
        skills["items"][0]["path"]
            .as_str()
            .unwrap()
            .ends_with("/.opencode/skills/audit/SKILL.md")
    );
    let plugins = world.get("W/plugins").await.json();
    assert_eq!(
        plugins["items"][0],
        json!({ "spec": "notion@1", "source": "config", "scope": "project" })
    );
    assert_eq!(plugins["items"][1]["path"], ".opencode/plugins/p.js");
}

#[tokio::test]
async fn an_export_holds_everything() {
    let world = full();
    let request = world
        .client("GET", "W/export")
        .header("x-openwork-host-token", HOST_TOKEN);
    let export = world.send(request, "").await.json();
    assert_eq!(export["workspaceId"], world.id.as_str());
    assert!(export["exportedAt"].as_u64().unwrap() > 1_700_000_000_000);
    assert_eq!(export["openwork"], json!({ "theme": "x" }));
    assert_eq!(
        export["skills"][0]["content"],
        "---\nname: audit\ndescription: Audits\n---\n# Audit\n"
    );
    assert_eq!(
        export["commands"],
        json!([
            { "name": "daily", "description": "Daily", "template": "Sum up", "model": "a/b" },
            { "name": "plain", "template": "Just this" },
        ])
    );
}

#[tokio::test]
async fn exports_hide_secrets_from_clients_that_do_not_ask_for_them() {
    let config = r#"{ "mcp": { "a": { "headers": { "X": "s3cret" } } }, "theme": "x" }"#;
    let world = world(MemoryFiles::new().with("opencode.json", config));
    let shown = |export: Value| export["opencode"]["mcp"]["a"]["headers"]["X"].clone();
    let masked = world.get("W/export").await.json();
    assert_eq!(masked["opencode"]["theme"], "x");
    assert_eq!(shown(masked), openwork_model::mask::MASK);
    assert_eq!(
        shown(world.get("W/export?sensitive=include").await.json()),
        "s3cret"
    );
    let host = world
        .client("GET", "W/export")
        .header("x-openwork-host-token", HOST_TOKEN);
    assert_eq!(shown(world.send(host, "").await.json()), "s3cret");
}

#[tokio::test]
async fn broken_files_are_reported_with_their_places() {
    let world = world(MemoryFiles::new().with("opencode.json", "{ \"a\": }"));
    let answer = world.get("W/config").await;
    assert_eq!(answer.code(), refused(422, "invalid_jsonc"));
    let error = answer.json();
    assert_eq!(error["message"], "Failed to parse JSONC");
    assert_eq!(error["details"][0]["offset"], 7);
    let settings = MemoryFiles::new().with(".opencode/openwork.json", "[]");
    assert_eq!(
        self::world(settings).get("W/config").await.code(),
        refused(422, "invalid_json")
    );
}

#[tokio::test]
async fn an_unchanged_configuration_need_not_be_sent_again() {
    let world = full();
    let first = world.get("W/config").await;
    let etag = first.header("etag").unwrap().to_owned();
    assert!(etag.starts_with('"') && etag.ends_with('"'), "{etag}");
    let again = || {
        world
            .client("GET", "W/config")
            .header("if-none-match", &etag)
    };
    let answer = world.send(again(), "").await;
    assert_eq!((answer.status.as_u16(), answer.bytes.len()), (304, 0));
    assert_eq!(answer.header("etag"), Some(etag.as_str()));

    let patch = world.client("PATCH", "W/config");
    assert_eq!(
        world
            .send(patch, r#"{"opencode":{"theme":"y"}}"#)
            .await
            .status,
        200
    );
    let changed = world.send(again(), "").await;
    assert_eq!(changed.json()["opencode"]["theme"], "y");
    assert_ne!(changed.header("etag"), Some(etag.as_str()));
}

#[tokio::test]
async fn skills_and_commands_are_read_by_name() {
    let world = full();
    let skill = world.get("W/skills/audit").await.json();
    assert_eq!(skill["item"]["description"], "Audits");
    assert_eq!(
        skill["content"],
        "---\nname: audit\ndescription: Audits\n---\n# Audit\n"
    );
    let command = world.get("W/commands/plain").await.json();
    let item =
        json!({ "name": "plain", "template": "Just this", "model": null, "scope": "workspace" });
    assert_eq!(command, json!({ "item": item }));
    assert_eq!(
        world.get("W/skills/none").await.code(),
        refused(404, "skill_not_found")
    );
    assert_eq!(
        world.get("W/commands/none").await.code(),
        refused(404, "command_not_found")
    );
}

#[tokio::test]
async fn what_the_engine_reads_besides_is_shown_on_request() {
    let files = MemoryFiles::new()
        .with("opencode.json", r#"{ "theme": "x" }"#)
        .with(".opencode/opencode.json", r#"{ "theme": "y" }"#)
        .with(
            ".opencode/skills/odd/SKILL.md",
            "---\nname: other\ndescription: d\n---\n",
        )
        .with(".opencode/commands/ .md", "x");
    let world = world(files);
    let config = world.get("W/config?layers=true").await;
    assert_eq!(config.header("etag"), None);
    let config = config.json();
    assert_eq!(config["opencode"]["theme"], "x");
    assert_eq!(config["effective"]["theme"], "y");
    let scopes: Vec<_> = config["layers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|layer| layer["scope"].clone())
        .collect();
    assert_eq!(scopes, ["project", "dir"]);
    assert_eq!(config["layers"][0]["shadowed"][0]["key"], "theme");
    let skills = world.get("W/skills?include=skipped").await.json();
    assert_eq!(skills["items"], json!([]));
    assert_eq!(
        (&skills["skipped"][0]["name"], &skills["skipped"][0]["rule"]),
        (&json!("other"), &json!("folder"))
    );
    assert_eq!(world.get("W/skills").await.json(), json!({ "items": [] }));
    let commands = world.get("W/commands?include=skipped").await.json();
    assert_eq!(
        commands,
        json!({ "items": [], "skipped": [{
            "name": " ", "path": "/w/s/ws/.opencode/commands/ .md", "scope": "workspace",
            "rule": "name", "loaded": true,
            "message": "its name is too long, or has parts that are empty, dots alone or no plain text",
        }] })
    );
    assert_eq!(world.get("W/commands").await.json(), json!({ "items": [] }));
}

#[tokio::test]
async fn entries_of_other_layers_come_with_what_switches_them() {
    let entry = r#"{ "mcp": { "a": { "type": "remote", "url": "http://a" } } }"#;
    let off = r#"{ "mcp": { "a": { "enabled": false } } }"#;
    let files = MemoryFiles::new().with("opencode.json", off).with_at(
        FileRoot::Global,
        "opencode.json",
        entry,
    );
    let world = world(files);
    let plain =
        json!([{ "name": "a", "config": { "enabled": false }, "source": "config.project" }]);
    assert_eq!(world.get("W/mcp").await.json()["items"], plain);
    let all = json!([{
        "name": "a",
        "config": { "type": "remote", "url": "http://a" },
        "source": "config.global",
        "path": "/home/.config/opencode/opencode.json",
        "effective": { "type": "remote", "url": "http://a", "enabled": false },
        "switch": { "enabled": false, "path": "/w/s/ws/opencode.json" },
    }]);
    assert_eq!(
        world.get("W/mcp?includeGlobal=true").await.json()["items"],
        all
    );
}

#[tokio::test]
async fn secrets_of_the_users_own_files_are_hidden_from_clients_that_do_not_ask_for_them() {
    let headers = |name: &str, secret: &str| json!({ "mcp": { name: { "type": "remote", "url": "http://x", "headers": { "X": secret } } } });
    let files = MemoryFiles::new()
        .with("opencode.json", &headers("own", "own-s3cret").to_string())
        .with_at(
            FileRoot::Global,
            "opencode.json",
            &headers("far", "far-s3cret").to_string(),
        );
    let world = world(files);
    for path in ["W/mcp?includeGlobal=true", "W/config?layers=true"] {
        let text = world.get(path).await.json().to_string();
        assert_eq!(
            (text.contains("own-s3cret"), text.contains("far-s3cret")),
            (true, false),
            "{path}"
        );
        let asked = world.get(&format!("{path}&sensitive=include")).await.json();
        assert!(asked.to_string().contains("far-s3cret"), "{path}");
        let host = world
            .client("GET", path)
            .header("x-openwork-host-token", HOST_TOKEN);
        let shown = world.send(host, "").await.json();
        assert!(shown.to_string().contains("far-s3cret"), "{path}");
    }
}

#[tokio::test]
async fn plugins_say_what_the_engine_makes_of_them() {
    let files = MemoryFiles::new()
        .with("opencode.json", r#"{ "plugin": ["./p.ts", "a@1"] }"#)
        .with(".opencode/opencode.json", r#"{ "plugin": ["a@2"] }"#)
        .with(
            ".opencode/package.json",
            r#"{ "dependencies": { "zod": "3" } }"#,
        );
    let plugins = world(files)
        .get("W/plugins?includeGlobal=true")
        .await
        .json();
    let dir = "/w/s/ws/.opencode/opencode.json";
    assert_eq!(
        plugins["items"],
        json!([
            { "spec": "./p.ts", "source": "config", "scope": "project", "resolved": "file:///w/s/ws/p.ts" },
            { "spec": "a@1", "source": "config", "scope": "project", "shadowedBy": dir },
            { "spec": "a@2", "source": "config", "scope": "project", "path": dir },
        ])
    );
    assert_eq!(
        plugins["package"],
        json!({ "path": ".opencode/package.json", "dependencies": { "zod": "3" } })
    );
}

#[tokio::test]
async fn the_files_of_a_skill_are_listed_and_read() {
    let text = "---\nname: s\ndescription: d\n---\n";
    let files = MemoryFiles::new()
        .with(".agents/skills/s/SKILL.md", text)
        .with(".agents/skills/s/docs/a b.md", "abc")
        .with(".agents/secret", "x");
    let world = world(files);
    let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let file = json!({ "path": "docs/a b.md", "bytes": 3, "executable": false, "sha256": sha256 });
    let skill = world.get("W/skills/s?files=true").await.json();
    assert_eq!(skill["content"], text);
    assert_eq!(skill["files"], json!([file]));
    assert_eq!(world.get("W/skills/s").await.json().get("files"), None);
    let read = world.get("W/skills/s/files/docs/a%20b.md").await.json();
    assert_eq!(read["content"], "abc");
    assert_eq!(read["sha256"], sha256);
    for (path, code) in [
        ("s/files/none", refused(404, "skill_file_not_found")),
        (
            "s/files/docs%2Fa%20b.md",
            refused(400, "invalid_skill_file"),
        ),
        ("s/files/../../secret", refused(400, "invalid_skill_file")),
        ("s/files/%2E%2E/secret", refused(400, "invalid_skill_file")),
        ("s/files/%zz", refused(400, "invalid_path")),
        ("none/files/x", refused(404, "skill_not_found")),
    ] {
        let answer = world.get(&format!("W/skills/{path}")).await;
        assert_eq!(answer.code(), code, "{path}");
    }
}

#[tokio::test]
async fn files_that_hold_secrets_are_shown_to_those_who_ask_for_them() {
    let files = MemoryFiles::new()
        .with(
            ".agents/skills/s/SKILL.md",
            "---\nname: s\ndescription: d\n---\n",
        )
        .with(".agents/skills/s/a.md", "a")
        .with(".agents/skills/s/conf/.env.local", "PIN=1234\n");
    let world = world(files);
    let export = world.get("W/export").await.json();
    let skill = &export["skills"][0];
    assert_eq!(skill["files"], json!([{ "path": "a.md", "content": "a" }]));
    assert_eq!(skill["omitted"][0]["path"], "conf/.env.local");
    assert_eq!(
        skill["omitted"][0]["reason"],
        "it holds secrets, by its name; an export with `?sensitive=include` has it"
    );
    let whole = world.get("W/export?sensitive=include").await.json();
    assert_eq!(whole["skills"][0]["files"][1]["content"], "PIN=1234\n");
    assert_eq!(whole["skills"][0].get("omitted"), None);

    let file = "W/skills/s/files/conf/.env.local";
    let mask = openwork_model::mask::MASK;
    assert_eq!(world.get(file).await.json()["content"], mask);
    let asked = world.get(&format!("{file}?sensitive=include")).await.json();
    assert_eq!(asked["content"], "PIN=1234\n");
    let host = world
        .client("GET", file)
        .header("x-openwork-host-token", HOST_TOKEN);
    assert_eq!(world.send(host, "").await.json()["content"], "PIN=1234\n");
    let listed = world.get("W/skills/s?files=true").await.json();
    assert_eq!(
        listed["files"][1],
        json!({ "path": "conf/.env.local", "bytes": 9, "executable": false })
    );
}

#[tokio::test]
async fn secrets_of_entries_above_the_workspace_are_masked_in_every_list() {
    let above = r#"{ "mcp": { "a": { "type": "remote", "url": "http://m", "headers": { "X": "s3cret" } } } }"#;
    let files = MemoryFiles::new().with_ancestors(1).with_at(
        openwork_model::files::FileRoot::Ancestor(1),
        "opencode.json",
        above,
    );
    let world = world(files);
    let shown = |list: Value| list["items"][0]["config"]["headers"]["X"].clone();
    for path in ["W/mcp", "W/mcp?includeGlobal=true"] {
        let list = world.get(path).await.json();
        assert_eq!(shown(list), openwork_model::mask::MASK, "{path}");
    }
    let asked = world.get("W/mcp?sensitive=include").await.json();
    assert_eq!(shown(asked), "s3cret");
}

#[tokio::test]
async fn agents_of_settings_outside_are_whole_for_the_host_and_masked_for_others() {
    let setting = r#"{ "agent": { "a": { "prompt": "P", "options": { "apiKey": "s3cret" } } } }"#;
    for root in [
        openwork_model::files::FileRoot::Ancestor(1),
        openwork_model::files::FileRoot::Global,
    ] {
        let files = MemoryFiles::new()
            .with_ancestors(1)
            .with_at(root, "opencode.json", setting);
        let world = world(files);
        let path = "W/agents/a?includeGlobal=true";
        let has_secret = |agent: Value| agent["content"].as_str().unwrap().contains("s3cret");
        assert!(!has_secret(world.get(path).await.json()));
        let host = world
            .client("GET", path)
            .header("x-openwork-host-token", HOST_TOKEN);
        assert!(has_secret(world.send(host, "").await.json()));
        let asked = world.get(&format!("{path}&sensitive=include")).await;
        assert!(has_secret(asked.json()));
    }
    let own = world(MemoryFiles::new().with("opencode.json", setting));
    let own = own.get("W/agents/a").await.json();
    assert!(own["content"].as_str().unwrap().contains("s3cret"));
}

#[tokio::test]
async fn an_export_has_the_files_of_skills() {
    let files = MemoryFiles::new()
        .with(
            ".opencode/skills/s/SKILL.md",
            "---\nname: s\ndescription: d\n---\n",
        )
        .with(".opencode/skills/s/a.md", "A");
    let export = world(files).get("W/export").await.json();
    let files = &export["skills"][0]["files"];
    assert_eq!(*files, json!([{ "path": "a.md", "content": "A" }]));
    assert_eq!(export["skills"][0].get("omitted"), None);
}

#[tokio::test]
async fn credentials_in_addresses_of_plugins_are_not_for_viewers() {
    let config = r#"{ "plugin": ["git+https://user:s3cret@host/x.git"] }"#;
    let package = r#"{ "dependencies": { "a": "git+https://user:s3cret@host/a.git" } }"#;
    let mut setting = Setting {
        files: MemoryFiles::new()
            .with("opencode.json", config)
            .with(".opencode/package.json", package),
        ..Setting::default()
    };
    setting.host.tokens = Some(Arc::new(VolatileState::default()));
    let world = setting.build();
    let made = world.send(world.host("POST", "/tokens"), r#"{"scope":"viewer"}"#);
    let token = format!("Bearer {}", made.await.json()["token"].as_str().unwrap());
    let viewed = world
        .bare("GET", "W/plugins")
        .header("authorization", token);
    let viewed = world.send(viewed, "").await.json().to_string();
    assert!(
        viewed.contains("host/x.git") && !viewed.contains("s3cret"),
        "{viewed}"
    );
    let own = world.get("W/plugins").await.json();
    assert_eq!(
        own["items"][0]["spec"],
        "git+https://user:s3cret@host/x.git"
    );
}
