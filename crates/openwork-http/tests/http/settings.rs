//! Single settings, and the configuration as the text of a file.

use std::path::PathBuf;
use std::sync::Arc;

use openwork_approval::Reply;
use openwork_host::{GlobalConfigFile, HostOptions, StateFile, VolatileState};
use openwork_model::files::MemoryFiles;
use openwork_testkit::memory_store::FIRST_CHANGE;
use serde_json::json;

use crate::world::{HOST_TOKEN, Setting, World, refused};

const CONFIG: &str = "{\n  // mine\n  \"mcp\": {\"m\": {\"type\": \"remote\", \"url\": \"http://m\", \"headers\": {\"A\": \"s3cret\"}}},\n}\n";

fn world_with(text: &str) -> World {
    Setting {
        files: MemoryFiles::new().with("opencode.jsonc", text),
        ..Setting::default()
    }
    .build()
}

#[tokio::test]
async fn the_text_of_the_file_is_read_and_written() {
    let world = world_with(CONFIG);
    let read = world.get("W/opencode-config").await.json();
    assert_eq!(
        (&read["exists"], &read["content"]),
        (&json!(true), &json!(CONFIG))
    );
    let path = read["path"].as_str().unwrap();
    assert!(path.ends_with("opencode.jsonc"), "{path}");
    let text = "{\n  // still mine\n}\n";
    let body = json!({ "scope": "project", "content": text }).to_string();
    let written = world.post("W/opencode-config", body).await.json();
    let receipt =
        json!({ "ok": true, "status": 0, "stdout": format!("Wrote {path}"), "stderr": "" });
    assert_eq!(written, receipt);
    assert_eq!(world.get("W/opencode-config").await.json()["content"], text);
    assert_eq!(world.store.entries()[0].action, "config.write");
}

#[tokio::test]
async fn a_text_that_the_engine_refuses_is_refused() {
    let world = World::new();
    for (body, expected) in [
        (json!({}), refused(400, "invalid_payload")),
        (
            json!({ "content": "{", "scope": "project" }),
            refused(422, "invalid_jsonc"),
        ),
        (
            json!({ "content": "{ \"model\": 1 }" }),
            refused(422, "invalid_config_value"),
        ),
        (
            json!({ "content": "{}", "scope": "user" }),
            refused(400, "invalid_payload"),
        ),
        (
            json!({ "content": "{}", "scope": "global" }),
            refused(403, "forbidden"),
        ),
    ] {
        let answer = world.post("W/opencode-config", body.to_string()).await;
        assert_eq!(answer.code(), expected, "{body}");
    }
    assert_eq!(world.store.entries(), []);
}

/// A token of a scope, made by the host.
async fn token(world: &World, scope: &str) -> String {
    let body = json!({ "scope": scope }).to_string();
    let made = world.send(world.host("POST", "/tokens"), body).await.json();
    made["token"].as_str().unwrap().to_owned()
}

fn keeping_tokens(mut setting: Setting) -> Setting {
    setting.host.tokens = Some(Arc::new(VolatileState::default()));
    setting
}

#[tokio::test]
async fn a_viewer_sees_no_secrets_in_the_text() {
    let world = keeping_tokens(Setting {
        files: MemoryFiles::new().with("opencode.jsonc", CONFIG),
        ..Setting::default()
    })
    .build();
    let viewer = token(&world, "viewer").await;
    let request = |method| {
        let request = world.bare(method, "W/opencode-config");
        request.header("authorization", format!("Bearer {viewer}"))
    };
    let read = world.send(request("GET"), "").await.json();
    assert_eq!(read["content"], CONFIG.replace("\"s3cret\"", "\"••••••\""));
    let written = world.send(request("POST"), "{\"content\":\"{}\"}").await;
    assert_eq!(written.code(), refused(403, "forbidden"));
}

/// A world whose user has a configuration of their own.
fn with_global(setting: Setting, text: &str) -> (World, Arc<VolatileState>) {
    let file = |name: &str, file: Arc<dyn StateFile>| GlobalConfigFile {
        path: PathBuf::from(format!("/home/anna/.config/opencode/{name}")),
        file,
    };
    let json = Arc::new(VolatileState::holding(text));
    let setting = Setting {
        host: HostOptions {
            global_config: vec![
                file("opencode.jsonc", Arc::new(VolatileState::default())),
                file("opencode.json", Arc::clone(&json) as _),
            ],
            ..setting.host
        },
        ..setting
    };
    (setting.build(), json)
}

#[tokio::test]
async fn the_users_own_file_is_for_owners() {
    let (world, file) = with_global(Setting::default(), "{}\n");
    let global = "W/opencode-config?scope=global";
    assert_eq!(world.get(global).await.code(), refused(403, "forbidden"));
    let both = |method| {
        world
            .client(method, global)
            .header("x-openwork-host-token", HOST_TOKEN)
    };
    let read = world.send(both("GET"), "").await.json();
    let path = "/home/anna/.config/opencode/opencode.json";
    assert_eq!(
        read,
        json!({ "path": path, "exists": true, "content": "{}\n" })
    );
    let body = r#"{"scope":"global","content":"{ \"theme\": \"a\" }"}"#;
    let written = world.send(both("POST"), body).await.json();
    assert_eq!(written["stdout"], format!("Wrote {path}"));
    assert_eq!(
        file.bytes().as_deref(),
        Some(&b"{ \"theme\": \"a\" }\n"[..])
    );
    let entry = &world.store.entries()[0];
    assert_eq!(
        (entry.action.as_str(), entry.target.as_str()),
        ("config.global.write", path)
    );
}

#[tokio::test]
async fn a_server_without_such_a_file_says_so() {
    let world = World::new();
    let both = world.client("GET", "W/opencode-config?scope=global");
    let both = both.header("x-openwork-host-token", HOST_TOKEN);
    let answer = world.send(both, "").await;
    assert_eq!(answer.code(), refused(409, "state_unavailable"));
}

#[tokio::test]
async fn an_owner_elsewhere_is_asked_about_with_the_diff_and_a_moved_file_is_left() {
    let (world, file) = with_global(keeping_tokens(Setting::manual()), "{}\n");
    let owner = token(&world, "owner").await;
    let write = || {
        let request = world.bare("POST", "W/opencode-config");
        let request = request.header("authorization", format!("Bearer {owner}"));
        world.send(
            request,
            r#"{"scope":"global","content":"{\"plugin\":[\"a\"]}"}"#,
        )
    };
    let host = Arc::clone(&world.host);
    let moved = Arc::clone(&file);
    let answering = tokio::spawn(async move {
        for moves in [false, true] {
            let waiting = loop {
                if let Some(waiting) = host.gate().pending().into_iter().next() {
                    break waiting;
                }
                tokio::task::yield_now().await;
            };
            let preview = &waiting.subject.preview;
            assert_eq!(preview.changes.len(), 1);
            let effects: Vec<_> = preview
                .effects
                .iter()
                .map(|effect| effect.kind.as_str())
                .collect();
            assert!(effects.starts_with(&["unknown"]), "{effects:?}");
            if moves {
                moved
                    .update(&mut |_| Ok(Some(b"{ \"theme\": \"b\" }\n".to_vec())))
                    .unwrap();
            }
            host.gate().decide(waiting.id, Reply::allow()).unwrap();
        }
    });
    assert_eq!(write().await.status, 200);
    file.update(&mut |_| Ok(Some(b"{}\n".to_vec()))).unwrap();
    assert_eq!(write().await.code(), refused(409, "conflict"));
    answering.await.unwrap();
    assert_eq!(
        file.bytes().as_deref(),
        Some(&b"{ \"theme\": \"b\" }\n"[..])
    );
}

#[tokio::test]
async fn the_default_model_is_told_and_set() {
    let world = World::new();
    let none = json!({ "model": null, "updatedAt": null });
    assert_eq!(world.get("W/default-model").await.json(), none);
    let body = json!({ "model": { "providerID": "a", "modelID": "b/c" } });
    let set = world
        .send(world.client("PUT", "W/default-model"), body.to_string())
        .await;
    let told =
        json!({ "model": { "providerID": "a", "modelID": "b/c" }, "updatedAt": FIRST_CHANGE });
    assert_eq!(set.json(), told);
    assert_eq!(world.get("W/default-model").await.json(), told);
    let wrong = world
        .send(world.client("PUT", "W/default-model"), "{\"model\":1}")
        .await;
    assert_eq!(wrong.code(), refused(400, "invalid_payload"));
}

#[tokio::test]
async fn folders_are_told_and_set() {
    let world = world_with(
        r#"{ "permission": { "external_directory": { "/a/*": "allow", "/b": "deny" } } }"#,
    );
    let told = world.get("W/authorized-folders").await.json();
    assert_eq!(
        (&told["folders"], &told["hiddenCount"]),
        (&json!(["/a"]), &json!(1))
    );
    let request = world.client("PUT", "W/authorized-folders");
    let set = world
        .send(request, r#"{"folders":["/c","/c/"]}"#)
        .await
        .json();
    assert_eq!(
        (&set["folders"], &set["hiddenCount"]),
        (&json!(["/c"]), &json!(1))
    );
    assert_eq!(set["updatedAt"], FIRST_CHANGE);
    let other = world
        .bare("PUT", "W/authorized-folders")
        .header("x-openwork-host-token", HOST_TOKEN);
    assert_eq!(world.send(other, "{}").await.status, 401);
}
