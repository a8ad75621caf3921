use std::sync::Arc;

use openwork_api::Scope;
use openwork_host::{HostOptions, StateFile, VolatileState};
use openwork_http::{ConsoleAccess, HttpOptions};
use serde_json::{Value, json};

use crate::logs::Scribe;
use crate::world::{Answer, CLIENT, HOST_TOKEN, Setting, World, refused};

fn setting() -> Setting {
    let usual = Setting::default();
    Setting {
        host: HostOptions {
            tokens: Some(Arc::new(VolatileState::default()) as Arc<dyn StateFile>),
            server_log: Some(Arc::new(VolatileState::default()) as Arc<dyn StateFile>),
            ..usual.host
        },
        ..usual
    }
}

fn world() -> World {
    setting().build()
}

async fn by_host(world: &World, method: &str, path: &str, body: Value) -> Answer {
    world.send(world.host(method, path), body.to_string()).await
}

async fn by_nobody(world: &World, path: &str, body: Value) -> Answer {
    world.send(world.bare("POST", path), body.to_string()).await
}

async fn by_token(world: &World, method: &str, path: &str, token: &str, body: Value) -> Answer {
    let request = world.bare(method, path);
    let request = request.header("authorization", format!("Bearer {token}"));
    world.send(request, body.to_string()).await
}

async fn made(world: &World) -> Value {
    let wanted = json!({ "scope": "approver" });
    let answer = by_host(world, "POST", "/pairing", wanted).await;
    assert_eq!(answer.status, 201);
    answer.json()
}

async fn code(world: &World) -> String {
    made(world).await["code"].as_str().unwrap().to_owned()
}

async fn token(world: &World, scope: Scope) -> (String, String) {
    let answer = by_host(world, "POST", "/tokens", json!({ "scope": scope })).await;
    let answer = answer.json();
    let text = |key: &str| answer[key].as_str().unwrap().to_owned();
    (text("token"), text("id"))
}

fn wrong(code: &str) -> &'static str {
    if code == "2222-2222" {
        "3333-3333"
    } else {
        "2222-2222"
    }
}

#[tokio::test]
async fn a_code_is_shown_once_looked_at_and_exchanged() {
    let world = world();
    let wanted = json!({ "scope": "approver", "label": "phone" });
    let answer = by_host(&world, "POST", "/pairing", wanted).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let made = answer.json();
    let code = made["code"].as_str().unwrap();
    let lifetime = made["expiresAt"].as_u64().unwrap() - made["createdAt"].as_u64().unwrap();
    assert_eq!(lifetime, 600_000);
    let mut told = made.as_object().unwrap().clone();
    told.remove("code");
    told.insert("triesLeft".to_owned(), json!(5));
    let open = by_host(&world, "GET", "/pairing", json!({})).await.json();
    assert_eq!(open, json!({ "pairing": told, "console": "local" }));

    // As somebody types it who does not look closely.
    let typed = code.replace('-', " ").to_lowercase();
    let seen = by_nobody(&world, "/pair/preview", json!({ "code": typed })).await;
    let mut seen = seen.json();
    let left = seen.as_object_mut().unwrap().remove("expiresInMs");
    assert!(left.and_then(|left| left.as_u64()).unwrap() <= 600_000);
    assert_eq!(
        seen,
        json!({
            "scope": "approver",
            "grants": "sees what waits for approval, secrets included, and answers it",
            "label": "phone",
            "expiresAt": made["expiresAt"],
        })
    );

    let answer = by_nobody(&world, "/pair", json!({ "code": typed, "label": "x" })).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let paired = answer.json();
    let token = paired["token"].as_str().unwrap();
    assert_eq!(paired["scope"], "approver");
    assert_eq!(paired["label"], "phone");
    let list = by_token(&world, "GET", "/approvals", token, json!({})).await;
    assert_eq!(list.json(), json!({ "items": [] }));
    let none = json!({ "pairing": null, "console": "local" });
    let open = by_host(&world, "GET", "/pairing", json!({})).await;
    assert_eq!(open.json(), none);
}

#[tokio::test]
async fn wrong_used_and_ended_codes_are_answered_alike() {
    let world = world();
    let mut answers = Vec::new();
    // None was ever made.
    answers.push(by_nobody(&world, "/pair", json!({ "code": "2222-2222" })).await);
    let used = code(&world).await;
    let pair = json!({ "code": used });
    assert_eq!(by_nobody(&world, "/pair", pair.clone()).await.status, 201);
    answers.push(by_nobody(&world, "/pair", pair.clone()).await);
    answers.push(by_nobody(&world, "/pair/preview", pair).await);
    let open = code(&world).await;
    for _ in 0..5 {
        answers.push(by_nobody(&world, "/pair", json!({ "code": wrong(&open) })).await);
    }
    answers.push(by_nobody(&world, "/pair", json!({ "code": open })).await);
    let told: Vec<_> = answers.iter().map(Answer::json).collect();
    assert_eq!(answers[0].code(), refused(403, "invalid_pairing_code"));
    assert!(told.iter().all(|answer| *answer == told[0]), "{told:?}");
}

#[tokio::test]
async fn what_can_be_no_code_is_not_counted() {
    let world = world();
    let code = code(&world).await;
    for body in [
        json!({}),
        json!({ "code": 22_222_222 }),
        json!({ "code": "" }),
        json!({ "code": "2222-222" }),
        json!({ "code": "2222-22220" }),
        json!({ "code": code, "label": "ä".repeat(201) }),
        json!({ "code": code, "label": 1 }),
    ] {
        let answer = by_nobody(&world, "/pair", body.clone()).await;
        assert_eq!(answer.code(), refused(400, "invalid_payload"), "{body}");
    }
    // Nobody reads more of who has shown no token.
    let long = json!({ "code": code, "label": "x".repeat(5_000) });
    let answer = by_nobody(&world, "/pair", long).await;
    assert_eq!(answer.code(), refused(413, "payload_too_large"));
    let open = by_host(&world, "GET", "/pairing", json!({})).await.json();
    assert_eq!(open["pairing"]["triesLeft"], 5);
}

#[tokio::test]
async fn a_code_grants_no_more_than_an_approver() {
    let world = world();
    for scope in [json!("owner"), json!("host"), json!(1), json!(null)] {
        let wanted = json!({ "scope": scope });
        let answer = by_host(&world, "POST", "/pairing", wanted).await;
        assert_eq!(answer.code(), refused(400, "invalid_scope"), "{scope}");
    }
    for scope in ["collaborator", "viewer", "approver"] {
        let wanted = json!({ "scope": scope });
        let made = by_host(&world, "POST", "/pairing", wanted).await.json();
        let pair = json!({ "code": made["code"] });
        let paired = by_nobody(&world, "/pair", pair).await.json();
        let token = paired["token"].as_str().unwrap();
        let who = by_token(&world, "GET", "/whoami", token, json!({})).await;
        assert_eq!(who.json()["actor"]["scope"], scope);
    }
}

#[tokio::test]
async fn codes_are_the_hosts_and_owners_to_make() {
    let world = world();
    let (owner, id) = token(&world, Scope::Owner).await;
    let wanted = json!({ "scope": "viewer" });
    let made = by_token(&world, "POST", "/pairing", &owner, wanted.clone()).await;
    assert_eq!(made.status, 201);
    for scope in [Scope::Viewer, Scope::Collaborator, Scope::Approver] {
        let (other, _) = token(&world, scope).await;
        for method in ["GET", "POST", "DELETE"] {
            let answer = by_token(&world, method, "/pairing", &other, wanted.clone()).await;
            assert_eq!(answer.code(), refused(403, "forbidden"), "{method} {scope}");
        }
    }
    let client = by_token(&world, "POST", "/pairing", CLIENT, wanted).await;
    assert_eq!(client.code(), refused(401, "unauthorized"));
    // Who is shut out does not come in again by the code that he has made.
    let ended = by_host(&world, "DELETE", &format!("/tokens/{id}"), json!({})).await;
    assert_eq!(ended.status, 200);
    let pair = json!({ "code": made.json()["code"] });
    let answer = by_nobody(&world, "/pair", pair).await;
    assert_eq!(answer.code(), refused(403, "invalid_pairing_code"));
}

#[tokio::test]
async fn a_code_can_be_ended_once() {
    let world = world();
    let code = code(&world).await;
    let end = || by_host(&world, "DELETE", "/pairing", json!({}));
    assert_eq!(end().await.json(), json!({ "ok": true }));
    assert_eq!(end().await.code(), refused(404, "pairing_not_found"));
    let answer = by_nobody(&world, "/pair", json!({ "code": code })).await;
    assert_eq!(answer.code(), refused(403, "invalid_pairing_code"));
}

#[tokio::test]
async fn where_nothing_is_changed_or_kept_nobody_is_paired() {
    let usual = setting();
    let read_only = Setting {
        host: HostOptions {
            read_only: true,
            ..usual.host
        },
        ..usual
    };
    let read_only = read_only.build();
    let wanted = json!({ "scope": "viewer", "code": "2222-2222" });
    for (method, path) in [("POST", "/pairing"), ("DELETE", "/pairing")] {
        let answer = by_host(&read_only, method, path, wanted.clone()).await;
        assert_eq!(answer.code(), refused(403, "read_only"), "{method} {path}");
    }
    for path in ["/pair", "/pair/preview"] {
        let answer = by_nobody(&read_only, path, wanted.clone()).await;
        assert_eq!(answer.code(), refused(403, "read_only"), "{path}");
    }
    let answer = by_host(&World::new(), "POST", "/pairing", wanted).await;
    assert_eq!(answer.code(), refused(409, "state_unavailable"));
}

#[tokio::test]
async fn the_terminal_is_told_who_is_served_the_page() {
    for (console, expected) in [
        (ConsoleAccess::Local, "local"),
        (ConsoleAccess::Lan, "lan"),
        (ConsoleAccess::Off, "off"),
    ] {
        let world = Setting {
            http: HttpOptions {
                console,
                ..HttpOptions::new(CLIENT, HOST_TOKEN)
            },
            ..setting()
        }
        .build();
        let answer = by_host(&world, "GET", "/pairing", json!({})).await.json();
        let built = if cfg!(feature = "console") {
            expected
        } else {
            "off"
        };
        assert_eq!(answer["console"], built);
    }
}

#[tokio::test]
async fn what_was_done_is_in_the_servers_own_log() {
    let world = world();
    let code = code(&world).await;
    by_nobody(&world, "/pair", json!({ "code": wrong(&code) })).await;
    let paired = by_nobody(&world, "/pair", json!({ "code": code, "label": "phone" })).await;
    let id = paired.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/tokens/{id}");
    let renamed = by_host(&world, "PATCH", &path, json!({ "label": "tablet" })).await;
    assert_eq!(renamed.json()["label"], "tablet");
    by_host(&world, "DELETE", &path, json!({})).await;
    let audit = by_host(&world, "GET", "/approvals/audit", json!({})).await;
    let audit = audit.json();
    let entries = audit["items"].as_array().unwrap().iter();
    let told: Vec<_> = entries
        .map(|entry| {
            (
                entry["action"].as_str().unwrap(),
                entry["summary"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("token.delete", "Ended the token “tablet”"),
            ("token.rename", "Renamed the token “phone” to “tablet”"),
            (
                "device.pair",
                "Paired “phone” of scope approver from 192.168.1.23"
            ),
            (
                "pairing.refuse",
                "Refused a wrong pairing code from 192.168.1.23; 4 tries are left"
            ),
            ("pairing.create", "Made a pairing code of scope approver"),
        ]
    );
}

#[tokio::test]
async fn tokens_are_renamed_by_owners() {
    let world = world();
    let (viewer, id) = token(&world, Scope::Viewer).await;
    let path = format!("/tokens/{id}");
    let rename = |body| by_host(&world, "PATCH", &path, body);
    let item = rename(json!({ "label": "Anna's phone" })).await.json();
    assert_eq!(item["label"], "Anna's phone");
    assert_eq!(item["id"], id);
    assert!(item.get("token").is_none());
    for body in [
        json!({}),
        json!({ "label": "" }),
        json!({ "label": 1 }),
        json!({ "label": "x".repeat(201) }),
    ] {
        let answer = rename(body.clone()).await;
        assert_eq!(answer.code(), refused(400, "invalid_payload"), "{body}");
    }
    let label = json!({ "label": "mine" });
    let answer = by_token(&world, "PATCH", &path, &viewer, label.clone()).await;
    assert_eq!(answer.code(), refused(403, "forbidden"));
    let answer = by_host(&world, "PATCH", "/tokens/nobody", label).await;
    assert_eq!(answer.code(), refused(404, "token_not_found"));
    let listed = by_host(&world, "GET", "/tokens", json!({})).await.json();
    assert_eq!(listed["items"][0]["label"], "Anna's phone");
}

#[tokio::test]
async fn no_code_is_logged_and_its_end_is() {
    let scribe = Scribe::default();
    let _guard = tracing::subscriber::set_default(scribe.clone());
    let mut setting = setting();
    setting.http.log_requests = true;
    let world = setting.build();
    let code = code(&world).await;
    for _ in 0..5 {
        by_nobody(&world, "/pair", json!({ "code": wrong(&code) })).await;
    }
    let next = self::code(&world).await;
    let paired = by_nobody(&world, "/pair", json!({ "code": next })).await;
    let token = paired.json()["token"].as_str().unwrap().to_owned();
    let log = scribe.text();
    assert!(
        log.contains("the pairing code was ended by wrong tries"),
        "{log}"
    );
    for secret in [&*code, wrong(&code), &*next, &*token] {
        assert!(!log.contains(secret), "{secret}: {log}");
        assert!(!log.contains(&secret.replace('-', "")), "{secret}: {log}");
    }
}
