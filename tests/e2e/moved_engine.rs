//! An engine that is killed, and comes back on another port.

use openwork_testkit::fake_engine::{FakeEngine, answer};
use openwork_testkit::http::Request;
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{HOST_TOKEN, Server, ServerLaunch};
use serde_json::{Value, json};

fn engine() -> FakeEngine {
    FakeEngine::start(|_, stream| answer(stream, "200 OK", "[]")).unwrap()
}

fn start(sandbox: &Sandbox, engine: &FakeEngine) -> Server {
    ServerLaunch::new(env!("CARGO_BIN_EXE_openwork-server"), sandbox)
        .env("OPENWORK_OPENCODE_BASE_URL", engine.url())
        .start()
        .unwrap()
}

/// A token that outlives the server.
fn token(server: &Server) -> String {
    let request = Request::new("POST", "/tokens")
        .header("X-OpenWork-Host-Token", HOST_TOKEN)
        .json(&json!({ "scope": "collaborator", "label": "phone" }));
    let made: Value = server.send(&request).unwrap().json().unwrap();
    made["token"].as_str().unwrap().to_owned()
}

fn sessions(server: &Server, token: &str) -> (u16, Value) {
    let path = server.at_workspace("opencode/session");
    let request = Request::new("GET", &path).header("Authorization", &format!("Bearer {token}"));
    let answer = server.send(&request).unwrap();
    (answer.status, answer.json().unwrap())
}

#[test]
fn a_client_finds_it_once_the_server_is_started_with_its_new_address() {
    let sandbox = Sandbox::new().unwrap();
    let first = engine();
    let server = start(&sandbox, &first);
    let token = token(&server);
    assert_eq!(sessions(&server, &token), (200, json!([])));
    first.kill();
    let second = engine();
    let (status, told) = sessions(&server, &token);
    assert_eq!(
        (status, &told["code"]),
        (502, &json!("opencode_unreachable"))
    );
    let message = told["message"].as_str().unwrap();
    assert!(
        message.contains("restart the server with that as the workspace's base URL"),
        "{message}"
    );
    assert_eq!(second.lines(), [""; 0]);
    server.stop().unwrap();
    let server = start(&sandbox, &second);
    assert_eq!(sessions(&server, &token), (200, json!([])));
}
