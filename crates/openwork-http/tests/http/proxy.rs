//! The engine through the server: what is passed on, and what is not.

use std::io;
use std::net::TcpStream;
use std::sync::Arc;

use openwork_api::Scope;
use openwork_host::{HostOptions, StateFile, VolatileState};
use openwork_model::files::MemoryFiles;
use openwork_testkit::fake_engine::{FakeEngine, SeenRequest, answer, begin_events, chunk};
use serde_json::{Value, json};

use crate::world::{Answer, Setting, World, native, refused};

/// What the engine calls the workspace: it has followed a link.
const DIRECTORY: &str = "/real/ws";

/// Where every call ends: the workspace's directory, once under each name.
pub(crate) const QUERY: &str = if cfg!(windows) {
    "directory=%5Cw%5Cs%5Cws"
} else {
    "directory=%2Fw%2Fs%2Fws"
};

/// An engine with a session of the workspace and one of another directory.
pub(crate) fn usual(request: &SeenRequest, stream: &mut TcpStream) -> io::Result<()> {
    let told = |directory: &str| json!({ "directory": directory }).to_string();
    if request.is("GET /path?") || request.is("GET /session/ses_own?") {
        answer(stream, "200 OK", &told(DIRECTORY))
    } else if request.is("GET /session/ses_other?") {
        answer(stream, "200 OK", &told("/real/other"))
    } else if request.is("GET /session/") && !request.line.contains("ses_own") {
        answer(stream, "404 Not Found", r#"{"name":"NotFoundError"}"#)
    } else {
        answer(stream, "200 OK", "{}")
    }
}

pub(crate) fn with_engine(engine: &FakeEngine, setting: Setting) -> Setting {
    Setting {
        engine: Some(engine.url()),
        ..setting
    }
}

fn with_tokens(setting: Setting) -> Setting {
    let state: Arc<VolatileState> = Arc::default();
    Setting {
        host: HostOptions {
            tokens: Some(state as Arc<dyn StateFile>),
            ..setting.host
        },
        ..setting
    }
}

/// The usual engine, and a world that is set up with it.
pub(crate) fn world(setting: Setting) -> (FakeEngine, World) {
    let engine = FakeEngine::start(usual).unwrap();
    let world = with_engine(&engine, with_tokens(setting)).build();
    (engine, world)
}

pub(crate) async fn token(world: &World, scope: Scope) -> (String, String) {
    let body = json!({ "scope": scope }).to_string();
    let made = world.send(world.host("POST", "/tokens"), body).await.json();
    let text = |key: &str| made[key].as_str().unwrap().to_owned();
    (text("token"), text("id"))
}

async fn by(world: &World, token: &str, method: &str, path: &str) -> Answer {
    let request = world.bare(method, path);
    let request = request.header("authorization", format!("Bearer {token}"));
    world.send(request, "").await
}

#[tokio::test]
async fn a_call_goes_on_as_it_is_but_for_the_directory() {
    let engine = FakeEngine::start(|request, stream| {
        if request.is("GET /session?") {
            let head = "200 OK\r\nx-next-cursor: abc\r\naccess-control-allow-origin: http://x\r\n\
                        set-cookie: a=b\r\nkeep-alive: timeout=5";
            return answer(stream, head, "[]");
        }
        usual(request, stream)
    })
    .unwrap();
    let world = with_engine(&engine, Setting::default()).build();
    let id = &world.id;
    for path in [
        "W/opencode/session?limit=2&before=a%2Fb+c&directory=/etc".to_owned(),
        format!("/w/{id}/opencode/session?limit=2&before=a%2Fb+c&scope=project"),
        format!("/w/{id}/workspace/rem_{id}/opencode/session?limit=2&before=a%2Fb+c"),
        "/opencode/session?limit=2&before=a%2Fb+c".to_owned(),
    ] {
        let request = world.client("GET", &path);
        let request = request.header("x-opencode-directory", "/etc");
        let answer = world
            .send(request.header("origin", "http://page"), "")
            .await;
        assert_eq!(
            (answer.status.as_u16(), &answer.bytes[..]),
            (200, &b"[]"[..])
        );
        assert_eq!(answer.header("x-next-cursor"), Some("abc"));
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        assert_eq!(answer.header("set-cookie"), None);
        assert_eq!(answer.header("keep-alive"), None);
        assert_eq!(answer.header("content-security-policy"), Some("sandbox"));
        let seen = engine.seen().pop().unwrap();
        let line = format!("GET /session?limit=2&before=a%2Fb+c&{QUERY} HTTP/1.1");
        assert_eq!(format!("{} HTTP/1.1", seen.line), line, "{path}");
        let host = engine.url().replace("http://", "");
        let directory = native("/w/s/ws");
        let expected = [("x-opencode-directory", &directory), ("host", &host)];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.clone()));
        assert_eq!(seen.headers, expected);
    }
}

#[tokio::test]
async fn a_body_goes_on_as_it_is() {
    let (engine, world) = world(Setting::default());
    let body = r#"{ "parts":[{"type":"text","text":"hi"}]  }"#;
    let request = world.client("POST", "W/opencode/session/ses_own/prompt_async");
    let request = request.header("content-type", "application/json");
    assert_eq!(world.send(request, body).await.status, 200);
    let seen = engine.seen().pop().unwrap();
    assert_eq!(
        seen.line,
        format!("POST /session/ses_own/prompt_async?{QUERY}")
    );
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert_eq!(seen.body, body.as_bytes());
}

#[tokio::test]
async fn what_the_list_does_not_have_never_reaches_the_engine() {
    let (engine, world) = world(Setting::default());
    for (method, path) in [
        ("GET", "W/opencode"),
        ("GET", "W/opencode/health/x"),
        ("GET", "W/opencode/session/../config"),
        ("GET", "W/opencode/session/%2e%2e/message"),
        ("POST", "W/opencode/session/ses_own/%73hell"),
        ("PUT", "W/opencode/session"),
        ("CONNECT", "W/opencode/session"),
    ] {
        let answer = world.send(world.client(method, path), "").await;
        assert_eq!(
            answer.code(),
            refused(403, "opencode_route_refused"),
            "{path}"
        );
    }
    assert_eq!(engine.lines(), [""; 0]);
}

#[tokio::test]
async fn the_machine_is_for_owners_and_off_unless_it_is_on() {
    let shell = "W/opencode/session/ses_own/shell";
    let (engine, world) = world(Setting::default());
    let (owner, _) = token(&world, Scope::Owner).await;
    let off = refused(403, "opencode_route_refused");
    assert_eq!(by(&world, &owner, "POST", shell).await.code(), off);
    assert_eq!(
        world.post(shell, "").await.code(),
        refused(403, "forbidden")
    );
    assert_eq!(engine.lines(), [""; 0]);
    let mut setting = Setting::default();
    setting.http.proxy_machine = true;
    let (engine, world) = self::world(setting);
    let (owner, _) = token(&world, Scope::Owner).await;
    assert_eq!(
        world.post(shell, "").await.code(),
        refused(403, "forbidden")
    );
    assert_eq!(by(&world, &owner, "POST", shell).await.status, 200);
    let shell = format!("POST /session/ses_own/shell?{QUERY}");
    assert_eq!(engine.lines().pop(), Some(shell));
}

#[tokio::test]
async fn viewers_read_what_was_said_and_nobody_else_does() {
    let (engine, world) = world(Setting::default());
    let (viewer, _) = token(&world, Scope::Viewer).await;
    let (approver, _) = token(&world, Scope::Approver).await;
    let messages = "W/opencode/session/ses_own/message";
    assert_eq!(by(&world, &viewer, "GET", messages).await.status, 200);
    assert_eq!(by(&world, &viewer, "HEAD", messages).await.status, 200);
    let before = engine.seen().len();
    let forbidden = refused(403, "forbidden");
    for (token, method, path) in [
        (&viewer, "POST", messages),
        (&viewer, "GET", "W/opencode/file/content?path=.env"),
        (&viewer, "PATCH", "W/opencode/config"),
        (&viewer, "PUT", "W/opencode/auth/openai"),
        (&approver, "GET", messages),
    ] {
        let answer = by(&world, token, method, path).await;
        assert_eq!(answer.code(), forbidden, "{method} {path}");
    }
    let nobody = by(&world, "nobody", "GET", messages).await;
    assert_eq!(nobody.code(), refused(401, "unauthorized"));
    assert_eq!(engine.seen().len(), before);
}

#[tokio::test]
async fn a_server_that_takes_no_changes_passes_on_what_reads() {
    let mut setting = Setting::default();
    setting.host.read_only = true;
    let (engine, world) = world(setting);
    assert_eq!(world.get("W/opencode/session").await.status, 200);
    let before = engine.seen().len();
    for (method, path) in [
        ("POST", "W/opencode/session"),
        ("PATCH", "W/opencode/config"),
        ("POST", "W/opencode/unheard-of"),
    ] {
        let answer = world.send(world.client(method, path), "").await;
        assert_eq!(answer.code(), refused(403, "read_only"), "{path}");
    }
    assert_eq!(engine.seen().len(), before);
}

#[tokio::test]
async fn sessions_of_other_directories_are_not_there() {
    let (engine, world) = world(Setting::default());
    for (method, path) in [
        ("GET", "W/opencode/session/ses_other"),
        ("GET", "W/opencode/session/ses_other/message"),
        ("POST", "W/opencode/session/ses_other/prompt_async"),
        ("DELETE", "W/opencode/session/ses_other"),
        ("POST", "W/opencode/session/ses_none/abort"),
    ] {
        let answer = world.send(world.client(method, path), "{}").await;
        assert_eq!(answer.code(), refused(404, "session_not_found"), "{path}");
    }
    let asked =
        |line: &String| line.starts_with("GET /session/ses_") || line.starts_with("GET /path");
    assert!(engine.lines().iter().all(asked), "{:?}", engine.lines());
    let before = engine.seen().len();
    for _ in 0..3 {
        assert_eq!(
            world.get("W/opencode/session/ses_own/todo").await.status,
            200
        );
    }
    // It is looked up once.
    assert_eq!(engine.seen().len(), before + 4);
}

#[tokio::test]
async fn secrets_of_settings_are_masked_for_viewers() {
    let engine = FakeEngine::start(|request, stream| {
        let settings = r#"{"provider":{"x":{"options":{"apiKey":"s3cret"}}},"model":"m"}"#;
        let body = if request.is("GET /config/providers") {
            "no json"
        } else {
            settings
        };
        answer(stream, "200 OK", body)
    })
    .unwrap();
    let world = with_engine(&engine, with_tokens(Setting::default())).build();
    let (viewer, _) = token(&world, Scope::Viewer).await;
    let key = |answer: &Answer| answer.json()["provider"]["x"]["options"]["apiKey"].clone();
    let shown = world.get("W/opencode/config").await;
    assert_eq!(key(&shown), "s3cret");
    let masked = by(&world, &viewer, "GET", "W/opencode/config").await;
    assert_eq!(
        (key(&masked), masked.json()["model"].clone()),
        (json!("••••••"), json!("m"))
    );
    let unreadable = by(&world, &viewer, "GET", "W/opencode/config/providers").await;
    assert_eq!(unreadable.code(), refused(502, "opencode_bad_answer"));
}

#[tokio::test]
async fn of_all_events_those_of_the_workspace_are_shown() {
    let engine = FakeEngine::start(|request, stream| {
        if !request.is("GET /global/event") {
            return usual(request, stream);
        }
        begin_events(stream)?;
        for text in [
            "data: {\"payload\":{\"type\":\"server.connected\"}}\n\n",
            "data: {\"directory\":\"/real/other\",\"payload\":{\"type\":\"x\"}}\n\nda",
            "ta: {\"directory\":\"/real/ws\",\"payload\":{\"type\":\"y\"}}\n\n",
        ] {
            chunk(stream, text.as_bytes())?;
        }
        chunk(stream, b"")
    })
    .unwrap();
    let world = with_engine(&engine, Setting::default()).build();
    let answer = world.get("W/opencode/global/event").await;
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    let expected = "data: {\"payload\":{\"type\":\"server.connected\"}}\n\n\
                    data: {\"directory\":\"/real/ws\",\"payload\":{\"type\":\"y\"}}\n\n";
    assert_eq!(answer.bytes, expected);
}

#[tokio::test]
async fn a_configuration_is_written_into_the_file() {
    let files = MemoryFiles::new().with("opencode.json", "{\n  // mine\n  \"model\": \"a/b\"\n}\n");
    let (engine, world) = world(Setting {
        files,
        ..Setting::default()
    });
    let patch = world.client("PATCH", "W/opencode/config");
    let answer = world.send(patch, r#"{"model":"c/d"}"#).await;
    // The engine says what holds until it is reloaded.
    assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({})));
    let text = world.store.text("opencode.json");
    assert_eq!(
        text.as_deref(),
        Some("{\n  // mine\n  \"model\": \"c/d\"\n}\n")
    );
    let entry = json!({ "name": "docs", "config": { "type": "remote", "url": "https://d.test" } });
    let added = world.post("W/opencode/mcp", entry.to_string()).await;
    assert_eq!(added.status, 200);
    assert!(
        world
            .store
            .text("opencode.json")
            .unwrap()
            .contains("https://d.test")
    );
    let entries = world.store.entries();
    let actions: Vec<_> = entries.iter().map(|entry| &*entry.action).collect();
    assert_eq!(actions, ["config.patch", "mcp.add"]);
    assert!(engine.lines().iter().all(|line| line.starts_with("GET ")));
    let refusal = world.client("PATCH", "W/opencode/config");
    let answer = world.send(refusal, r#"{"model":7}"#).await;
    assert_eq!(answer.code(), refused(422, "invalid_config_value"));
}

/// Answers the one request that waits.
pub(crate) async fn reply(world: &World, reply: &str) -> Value {
    loop {
        let waiting = world
            .send(world.host("GET", "/approvals?include=changes"), "")
            .await
            .json();
        let Some(item) = waiting["items"].get(0).cloned() else {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            continue;
        };
        let id = item["id"].as_str().unwrap();
        let path = format!("/approvals/{id}");
        let body = json!({ "reply": reply }).to_string();
        let answer = world.send(world.host("POST", &path), body).await;
        assert_eq!(answer.status, 200);
        return item;
    }
}

#[tokio::test]
async fn a_credential_is_asked_about_and_then_stored() {
    let (engine, world) = world(Setting::manual());
    let body = r#"{"type":"api","key":"s3cret-key"}"#;
    let put = || world.send(world.client("PUT", "W/opencode/auth/openai"), body);
    let (denied, item) = tokio::join!(put(), reply(&world, "deny"));
    assert_eq!(denied.code(), refused(403, "write_denied"));
    assert_eq!(engine.lines(), [""; 0]);
    assert_eq!(item["action"], "engine.call");
    assert_eq!(item["level"], "high");
    assert_eq!(
        item["summary"],
        "Store a credential of a provider: PUT /auth/openai"
    );
    let risk = item["risk"].as_array().unwrap();
    assert_eq!(risk[1], "Sends the engine values of: type, key");
    assert!(!item.to_string().contains("s3cret-key"));
    let (allowed, _) = tokio::join!(put(), reply(&world, "allow"));
    assert_eq!(allowed.status, 200);
    let seen = engine.seen();
    assert_eq!(engine.lines(), [format!("PUT /auth/openai?{QUERY}")]);
    assert_eq!(seen[0].body, body.as_bytes());
    let entries = world.store.entries();
    assert_eq!(entries[0].action, "engine.call");
    assert_eq!(
        entries[0].summary,
        "Store a credential of a provider: PUT /auth/openai"
    );
}

#[tokio::test]
async fn a_configuration_for_all_workspaces_is_asked_about_with_its_effects() {
    let (engine, world) = world(Setting::manual());
    let body = r#"{"mcp":{"x":{"type":"local","command":["evil","--now"]}}}"#;
    let patch = world.send(world.client("PATCH", "W/opencode/global/config"), body);
    let (answer, item) = tokio::join!(patch, reply(&world, "allow"));
    assert_eq!(answer.status, 200);
    let effects = item["effects"].as_array().unwrap();
    let runs = |effect: &Value| effect["command"] == "evil --now";
    assert!(effects.iter().any(runs), "{effects:#?}");
    let interrupts = |effect: &Value| effect["kind"] == "interrupts";
    assert!(effects.iter().any(interrupts));
    assert_eq!(engine.lines(), [format!("PATCH /global/config?{QUERY}")]);
    let patch = world.client("PATCH", "W/opencode/global/config");
    let wrong = world.send(patch, r#"{"model":7}"#).await;
    assert_eq!(wrong.code(), refused(422, "invalid_config_value"));
}

#[tokio::test]
async fn what_a_person_cannot_read_to_its_end_is_not_asked_about() {
    let (engine, world) = world(Setting::manual());
    let body = json!({ "username": "x".repeat(20_000) }).to_string();
    let patch = world.client("PATCH", "W/opencode/global/config");
    let answer = world.send(patch, body).await;
    assert_eq!(answer.code(), refused(413, "payload_too_large"));
    assert_eq!(engine.lines(), [""; 0]);
}

#[tokio::test]
async fn a_workspace_without_an_engine_says_so() {
    let world = World::new();
    let answer = world.get("W/opencode/session").await;
    assert_eq!(answer.code(), refused(400, "opencode_unconfigured"));
    let details = json!({ "workspaceId": world.id, "workspaceType": "local" });
    assert_eq!(answer.json()["details"], details);
    let unknown = world.get("/workspace/ws_none/opencode/session").await;
    assert_eq!(unknown.code(), refused(404, "workspace_not_found"));
}
