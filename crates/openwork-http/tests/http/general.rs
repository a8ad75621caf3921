use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use openwork_http::route::table;
use openwork_model::clock::Clock;
use openwork_testkit::memory_store::Step;
use serde_json::json;

use crate::world::{Setting, World, native, refused};

#[tokio::test(start_paused = true)]
async fn health_tells_version_and_uptime_to_anybody() {
    let mut setting = Setting::default();
    setting.http.version = "9.9.9".to_owned();
    let world = setting.build();
    tokio::time::advance(Duration::from_millis(1234)).await;
    let answer = world.send(world.bare("GET", "/health?x=1"), "").await;
    assert_eq!(
        answer.json(),
        json!({ "ok": true, "version": "9.9.9", "uptimeMs": 1234 })
    );
    assert_eq!(answer.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn capabilities_say_whether_changes_are_taken() {
    let mut setting = Setting::default();
    setting.host.read_only = true;
    let answer = setting.build().get("/capabilities").await;
    let all = json!({
        "schemaVersion": 1,
        "serverVersion": env!("CARGO_PKG_VERSION"),
        "skills": { "read": true, "write": false, "source": "openwork", "byName": true, "skipped": true, "delete": false },
        "plugins": { "read": true, "write": false },
        "mcp": { "read": true, "write": false, "includeGlobal": true, "enable": false },
        "commands": { "read": true, "write": false, "byName": true, "skipped": true },
        "agents": { "read": true, "write": false, "byName": true, "skipped": true, "includeGlobal": true },
        "config": { "read": true, "write": false, "layers": true },
        "events": { "read": true, "stream": true },
        "engine": { "reload": false },
        "approvals": { "mode": "auto", "timeoutMs": 30_000, "events": true, "console": true },
        "tokens": {
            "scoped": false,
            "scopes": ["viewer", "collaborator", "owner", "approver"],
            "pairing": false,
        },
        "proxy": { "opencode": true },
        "sandbox": { "enabled": false, "backend": "none" },
        "toolProviders": {
            "files": {
                "injection": false,
                "outbox": true,
                "inboxPath": ".opencode/openwork/inbox/",
                "outboxPath": ".opencode/openwork/outbox/",
                "maxBytes": 250_000_000,
            },
        },
    });
    assert_eq!(answer.json(), all);
    assert_eq!(
        World::new().get("/capabilities").await.json()["mcp"]["write"],
        true
    );
}

#[tokio::test]
async fn workspaces_are_listed_with_the_active_one() {
    let world = World::new();
    let item = json!({
        "id": world.id,
        "name": "ws",
        "path": native("/w/s/ws"),
        "preset": "starter",
        "workspaceType": "local",
    });
    assert_eq!(
        world.get("/workspaces").await.json(),
        json!({ "activeId": world.id, "items": [item], "workspaces": [item] })
    );
}

#[tokio::test]
async fn every_route_answers_in_json_with_known_headers_only() {
    let world = World::new();
    let known: BTreeSet<_> = [
        "content-type",
        "vary",
        "access-control-allow-origin",
        "access-control-allow-headers",
        "access-control-allow-methods",
        "access-control-expose-headers",
        "www-authenticate",
        "etag",
        "cache-control",
        "x-request-id",
    ]
    .into();
    let others = ["/approvals/events", "/metrics"];
    for row in table().iter().filter(|row| !others.contains(&row.path())) {
        for request in [
            world.client(row.method(), row.path()),
            world.host(row.method(), row.path()),
        ] {
            let answer = world.send(request, "{}").await;
            assert_eq!(
                answer.header("content-type"),
                Some("application/json"),
                "{} {}",
                row.method(),
                row.path()
            );
            assert!(answer.json().is_object());
            let unknown: Vec<_> = answer
                .headers
                .keys()
                .filter(|name| !known.contains(name.as_str()))
                .collect();
            assert!(
                unknown.is_empty(),
                "{} {}: {unknown:?}",
                row.method(),
                row.path()
            );
        }
    }
}

#[tokio::test]
async fn every_known_path_refuses_other_methods_and_names_its_own() {
    let world = World::new();
    let paths: BTreeSet<_> = table()
        .iter()
        // Which methods an engine has on which paths is another table.
        .filter(|row| row.method() != "*")
        .map(openwork_http::route::RouteRow::path)
        .collect();
    for path in paths {
        let answer = world.send(world.client("TRACE", path), "").await;
        assert_eq!(answer.code(), refused(405, "method_not_allowed"), "{path}");
        let allow = answer.header("allow").unwrap();
        for row in table().iter().filter(|row| row.path() == path) {
            assert!(
                allow.split(", ").any(|method| method == row.method()),
                "{path}: {allow}"
            );
        }
    }
}

#[tokio::test]
async fn unknown_paths_and_broken_escapes_are_told_apart() {
    let world = World::new();
    for path in ["/nope", "/health/", "/workspace//config", "W/nope"] {
        assert_eq!(
            world.get(path).await.code(),
            refused(404, "not_found"),
            "{path}"
        );
    }
    assert_eq!(
        world.get("/workspace/%zz/config").await.code(),
        refused(400, "invalid_path")
    );
    assert_eq!(
        world.get("/workspace/ws_000000000000/config").await.code(),
        refused(404, "workspace_not_found")
    );
}

#[tokio::test]
async fn foreign_host_names_are_refused_before_anything_else() {
    let world = World::new();
    for method in ["GET", "OPTIONS"] {
        let mut request = world.client(method, "/nope");
        request
            .headers_mut()
            .unwrap()
            .insert("host", "evil.test".parse().unwrap());
        assert_eq!(
            world.send(request, "").await.code(),
            refused(421, "host_not_allowed"),
            "{method}"
        );
    }
    let mut request = world.client("GET", "/health");
    request.headers_mut().unwrap().remove("host");
    assert_eq!(
        world.send(request, "").await.code(),
        refused(400, "invalid_host")
    );
}

#[tokio::test]
async fn inner_failures_tell_no_paths() {
    let world = World::new();
    world.store.trouble().fail(Step::View);
    let answer = world.get("W/config").await;
    assert_eq!(answer.status, 500);
    assert_eq!(
        answer.json(),
        json!({ "code": "internal_error", "message": "Unexpected server error" })
    );
}

/// A clock that nobody may look at.
struct Broken;

impl Clock for Broken {
    fn now_ms(&self) -> u64 {
        panic!("planted")
    }
}

#[tokio::test]
async fn a_panic_ends_one_request_and_no_other() {
    let mut setting = Setting::default();
    setting.http.clock = Arc::new(Broken);
    let world = setting.build();
    let answer = world.get("W/export").await;
    assert_eq!(answer.code(), refused(500, "internal_error"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(world.get("W/config").await.status, 200);
}
