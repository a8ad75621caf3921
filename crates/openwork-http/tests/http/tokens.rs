use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt;
use openwork_api::Scope;
use openwork_host::{HostOptions, StateFile, VolatileState};
use openwork_http::HttpOptions;
use openwork_http::route::{RouteAccess, table};
use openwork_model::actor::{ActorKind, TokenHash};
use openwork_model::files::MemoryFiles;
use serde_json::{Value, json};

use crate::world::{Answer, CLIENT, HOST_TOKEN, PEER, Setting, World, refused};

const CONFIG: &str = r#"{ "mcp": { "docs": { "type": "remote", "url": "https://a", "headers": { "Authorization": "Bearer s3cret" } } } }"#;

fn setting(state: &Arc<VolatileState>) -> Setting {
    let usual = Setting {
        files: MemoryFiles::new().with("opencode.json", CONFIG),
        ..Setting::default()
    };
    Setting {
        host: HostOptions {
            tokens: Some(Arc::clone(state) as Arc<dyn StateFile>),
            ..usual.host
        },
        ..usual
    }
}

fn world() -> World {
    setting(&Arc::default()).build()
}

/// A token of its own for somebody.
async fn made(world: &World, body: Value) -> Answer {
    let request = world.host("POST", "/tokens");
    world.send(request, body.to_string()).await
}

async fn token(world: &World, scope: Scope) -> (String, String) {
    let answer = made(world, json!({ "scope": scope })).await.json();
    let text = |key: &str| answer[key].as_str().unwrap().to_owned();
    (text("token"), text("id"))
}

async fn sent(world: &World, method: &str, path: &str, token: &str) -> Answer {
    let request = world.bare(method, path);
    let request = request.header("authorization", format!("Bearer {token}"));
    world.send(request, "").await
}

async fn ended(world: &World, id: &str) -> Answer {
    let request = world.host("DELETE", &format!("/tokens/{id}"));
    world.send(request, "").await
}

#[tokio::test]
async fn a_token_is_told_once_and_listed_without_itself() {
    let world = world();
    let wanted = json!({ "scope": "owner", "label": "phone", "expiresInMs": 86_400_000.0 });
    let answer = made(&world, wanted).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let made = answer.json();
    let token = made["token"].as_str().unwrap();
    let lifetime = made["expiresAt"].as_u64().unwrap() - made["createdAt"].as_u64().unwrap();
    assert_eq!(lifetime, 86_400_000);
    // With the owner's own token, which is used by that.
    let mut listed = sent(&world, "GET", "/tokens", token).await.json();
    let item = listed["items"][0].as_object_mut().unwrap();
    assert!(item.remove("lastUsedAt").is_some());
    let mut told = made.as_object().unwrap().clone();
    told.remove("token");
    assert_eq!(*item, told);
    let id = made["id"].as_str().unwrap();
    assert_eq!(ended(&world, id).await.json(), json!({ "ok": true }));
    assert_eq!(
        ended(&world, id).await.code(),
        refused(404, "token_not_found")
    );
    assert_eq!(
        sent(&world, "GET", "/tokens", token).await.code(),
        refused(401, "unauthorized")
    );
}

#[tokio::test]
async fn what_no_token_can_be_like_is_refused() {
    let world = world();
    for (body, code) in [
        (json!({}), "invalid_scope"),
        (json!({ "scope": "admin" }), "invalid_scope"),
        (json!({ "scope": 1 }), "invalid_scope"),
        (json!({ "scope": "viewer", "label": 1 }), "invalid_payload"),
        (
            json!({ "scope": "viewer", "label": "ä".repeat(201) }),
            "invalid_payload",
        ),
        (
            json!({ "scope": "viewer", "expiresInMs": 0 }),
            "invalid_payload",
        ),
        (
            json!({ "scope": "viewer", "expiresInMs": "1" }),
            "invalid_payload",
        ),
        (
            json!({ "scope": "viewer", "expiresInMs": 1.5 }),
            "invalid_payload",
        ),
    ] {
        let answer = made(&world, body.clone()).await;
        assert_eq!(answer.code(), refused(400, code), "{body}");
    }
    let list = world.send(world.host("GET", "/tokens"), "").await;
    assert_eq!(list.json(), json!({ "items": [] }));
}

#[tokio::test]
async fn every_route_asks_for_its_least_scope() {
    let world = world();
    for scope in Scope::ALL {
        for row in table() {
            // One for each, as a route may end it.
            let (token, _) = token(&world, scope).await;
            let path = row.path().replace(":id", &world.id);
            // The stream of an approver would not end.
            if row.path() == "/approvals/events" {
                continue;
            }
            let answer = sent(&world, row.method(), &path, &token).await;
            let place = format!("{scope} {} {path}", row.method());
            if row.access() == RouteAccess::HostToken {
                assert_eq!(answer.code(), refused(401, "unauthorized"), "{place}");
                continue;
            }
            let Some(required) = row.access().least().filter(|least| !scope.covers(*least)) else {
                assert_ne!(answer.status, 401, "{place}");
                // Some refuse everybody here.
                let refuses = row.path().starts_with("/console") || row.method() == "*";
                assert!(answer.status != 403 || refuses, "{place} {answer:?}");
                continue;
            };
            assert_eq!(answer.code(), refused(403, "forbidden"), "{place}");
            assert_eq!(
                answer.json()["details"],
                json!({ "required": required, "scope": scope }),
                "{place}"
            );
        }
    }
}

#[tokio::test]
async fn whoever_asks_is_told_who_that_is() {
    let world = world();
    for scope in Scope::ALL {
        let (token, _) = token(&world, scope).await;
        let answer = sent(&world, "GET", "/whoami", &token).await;
        let actor = json!({ "type": "remote", "tokenHash": TokenHash::of(&token), "scope": scope });
        assert_eq!(answer.json(), json!({ "ok": true, "actor": actor }));
    }
    let client = world
        .client("GET", "/whoami")
        .header("x-openwork-client-id", "desk");
    assert_eq!(
        world.send(client, "").await.json()["actor"],
        json!({
            "type": "remote",
            "clientId": "desk",
            "tokenHash": TokenHash::of(CLIENT),
            "scope": "collaborator",
        })
    );
    let host = world.send(world.host("GET", "/whoami"), "").await.json();
    assert_eq!(host["actor"]["type"], "host");
    assert_eq!(host["actor"]["scope"], "owner");
    assert!(
        table()
            .iter()
            .any(|row| row.path() == "/whoami" && row.access() == RouteAccess::AnyToken)
    );
}

#[tokio::test]
async fn a_viewer_sees_no_secrets_by_any_word() {
    let world = world();
    let (viewer, _) = token(&world, Scope::Viewer).await;
    let (collaborator, _) = token(&world, Scope::Collaborator).await;
    for path in [
        "W/config",
        "W/config?layers=true",
        "W/config?layers=true&sensitive=include",
        "W/mcp",
        "W/mcp?includeGlobal=true&sensitive=include",
        "W/export",
        "W/export?sensitive=include",
    ] {
        let answer = sent(&world, "GET", path, &viewer).await;
        assert_eq!(answer.status, 200, "{path}");
        let text = String::from_utf8(answer.bytes.to_vec()).unwrap();
        assert!(text.contains("docs"), "{path}: {text}");
        assert!(!text.contains("s3cret"), "{path}: {text}");
    }
    for path in ["W/config", "W/mcp", "W/export?sensitive=include"] {
        let answer = sent(&world, "GET", path, &collaborator).await;
        let text = String::from_utf8(answer.bytes.to_vec()).unwrap();
        assert!(text.contains("s3cret"), "{path}: {text}");
    }
}

#[tokio::test]
async fn global_commands_are_an_owners() {
    let world = world();
    let global = "W/commands?scope=global";
    for (scope, expected) in [
        (Scope::Owner, None),
        (Scope::Collaborator, Some(refused(403, "forbidden"))),
        (Scope::Viewer, Some(refused(403, "forbidden"))),
    ] {
        let (token, _) = token(&world, scope).await;
        let answer = sent(&world, "GET", global, &token).await;
        match expected {
            None => assert_eq!(answer.json(), json!({ "items": [] })),
            Some(expected) => assert_eq!(answer.code(), expected, "{scope}"),
        }
    }
}

#[tokio::test]
async fn what_is_done_by_a_token_is_recorded_by_its_hash() {
    let world = world();
    let (token, _) = token(&world, Scope::Owner).await;
    let request = world.bare("POST", "W/plugins");
    let request = request.header("authorization", format!("Bearer {token}"));
    let answer = world.send(request, r#"{ "spec": "notion" }"#).await;
    assert_eq!(answer.status, 200);
    let entries = world.store.entries();
    assert_eq!(entries[0].actor.kind, ActorKind::Remote);
    assert_eq!(entries[0].actor.token_hash, TokenHash::of(&token));
}

#[tokio::test]
async fn an_owner_elsewhere_is_asked_about_and_can_answer() {
    let state = Arc::default();
    let setting = setting(&state);
    let world = Setting {
        host: HostOptions {
            tokens: setting.host.tokens,
            ..Setting::manual().host
        },
        ..setting
    }
    .build();
    let (owner, id) = token(&world, Scope::Owner).await;
    let (approver, _) = token(&world, Scope::Approver).await;
    let write = || async {
        let request = world.bare("POST", "W/plugins");
        let request = request.header("authorization", format!("Bearer {owner}"));
        world.send(request, r#"{ "spec": "notion" }"#).await
    };
    let waiting = async {
        loop {
            let list = sent(&world, "GET", "/approvals", &approver).await.json();
            if let Some(id) = list["items"][0]["id"].as_str() {
                return id.to_owned();
            }
            tokio::task::yield_now().await;
        }
    };
    let allowed = async {
        let request = world.bare("POST", &format!("/approvals/{}", waiting.await));
        let request = request.header("authorization", format!("Bearer {approver}"));
        world.send(request, r#"{ "reply": "allow" }"#).await
    };
    let (written, allowed) = tokio::join!(write(), allowed);
    assert_eq!(
        (written.status.as_u16(), allowed.status.as_u16()),
        (200, 200)
    );
    // What waits by a token that ends is withdrawn, and nothing is written.
    let before = world.store.entries().len();
    let end = async {
        while world.host.gate().pending().is_empty() {
            tokio::task::yield_now().await;
        }
        ended(&world, &id).await
    };
    let second = async {
        let request = world.bare("POST", "W/plugins");
        let request = request.header("authorization", format!("Bearer {owner}"));
        world.send(request, r#"{ "spec": "other" }"#).await
    };
    let (refusal, _) = tokio::join!(second, end);
    assert_eq!(refusal.code(), refused(401, "unauthorized"));
    assert!(world.host.gate().pending().is_empty());
    assert_eq!(world.store.entries().len(), before);
}

#[tokio::test]
async fn the_streams_of_a_token_end_with_it() {
    let world = world();
    let peer: SocketAddr = PEER.parse().unwrap();
    for path in ["W/events", "/approvals/events"] {
        let (token, id) = token(&world, Scope::Owner).await;
        let request = world
            .bare("GET", path)
            .header("authorization", format!("Bearer {token}"))
            .header("accept", "text/event-stream");
        let request = request
            .body(http_body_util::Empty::<bytes::Bytes>::new())
            .unwrap();
        let response = world.service.call(request, peer).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(ended(&world, &id).await.status, 200);
        let rest = response.into_body().collect();
        let rest = tokio::time::timeout(Duration::from_secs(5), rest).await;
        assert!(rest.is_ok(), "{path}");
    }
}

#[tokio::test]
async fn servers_on_one_file_let_each_others_tokens_in() {
    let state = Arc::default();
    let (one, other) = (setting(&state).build(), setting(&state).build());
    let (token, id) = token(&one, Scope::Viewer).await;
    assert_eq!(sent(&other, "GET", "/whoami", &token).await.status, 200);
    assert_eq!(ended(&one, &id).await.status, 200);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(
        sent(&other, "GET", "/whoami", &token).await.code(),
        refused(401, "unauthorized")
    );
}

#[tokio::test]
async fn a_server_that_takes_no_changes_makes_and_ends_none() {
    let state = Arc::default();
    let (viewer, id) = token(&setting(&state).build(), Scope::Viewer).await;
    let setting = setting(&state);
    let world = Setting {
        host: HostOptions {
            read_only: true,
            ..setting.host
        },
        ..setting
    }
    .build();
    let read_only = refused(403, "read_only");
    assert_eq!(
        made(&world, json!({ "scope": "viewer" })).await.code(),
        read_only
    );
    assert_eq!(ended(&world, &id).await.code(), read_only);
    // Before the scope: another token would not help.
    assert_eq!(
        sent(&world, "POST", "/tokens", &viewer).await.code(),
        read_only
    );
    assert_eq!(
        sent(&world, "PATCH", "W/config", &viewer).await.code(),
        read_only
    );
}

#[tokio::test]
async fn a_broken_file_of_tokens_says_so_and_stays() {
    let state = Arc::new(VolatileState::holding("{ no"));
    let world = setting(&state).build();
    let answer = made(&world, json!({ "scope": "viewer" })).await;
    assert_eq!(answer.code(), refused(409, "state_unreadable"));
    let list = world.send(world.host("GET", "/tokens"), "").await;
    assert_eq!(list.code(), refused(409, "state_unreadable"));
    assert_eq!(state.bytes().unwrap(), b"{ no");
    // The two of the settings let in as before.
    assert_eq!(world.get("/capabilities").await.status, 200);
    let without = World::new();
    let answer = made(&without, json!({ "scope": "viewer" })).await;
    assert_eq!(answer.code(), refused(409, "state_unavailable"));
}

#[tokio::test]
async fn a_server_tells_how_it_is_set_up() {
    let setting = setting(&Arc::default());
    let world = Setting {
        http: HttpOptions {
            version: "1.2.3".to_owned(),
            ..HttpOptions::new(CLIENT, HOST_TOKEN)
        },
        ..setting
    }
    .build();
    let mut status = world.get("/status").await.json();
    let uptime = status.as_object_mut().unwrap().remove("uptimeMs");
    assert!(uptime.is_some_and(|uptime| uptime.is_u64()));
    let item = &world.get("/workspaces").await.json()["items"][0];
    assert_eq!(
        status,
        json!({
            "ok": true,
            "version": "1.2.3",
            "readOnly": false,
            "approval": { "mode": "auto", "timeoutMs": 30_000 },
            "corsOrigins": ["*"],
            "workspaceCount": 1,
            "activeWorkspaceId": world.id,
            "workspace": item,
            "authorizedRoots": [],
            "server": { "host": "", "port": 0, "configPath": null },
            "tokenSource": { "client": "generated", "host": "generated" },
        })
    );
    let abilities = world.get("/capabilities").await.json();
    assert_eq!(abilities["schemaVersion"], 1);
    assert_eq!(abilities["serverVersion"], "1.2.3");
    assert_eq!(abilities["approvals"]["mode"], "auto");
    assert_eq!(abilities["approvals"]["timeoutMs"], 30_000);
    assert_eq!(
        abilities["tokens"],
        json!({
            "scoped": true,
            "scopes": ["viewer", "collaborator", "owner", "approver"],
            "pairing": true,
        })
    );
    let without = World::new().get("/capabilities").await.json();
    assert_eq!(without["tokens"]["scoped"], false);
    assert_eq!(without["tokens"]["pairing"], false);
}
