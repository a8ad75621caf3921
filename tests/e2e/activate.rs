//! The active workspace, from one start to the next.

use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use openwork_testkit::http::{Request, send};
use openwork_testkit::process::{Launch, Process};
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{HOST_TOKEN, TOKEN, listening};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_openwork-server");
const START_LIMIT: Duration = Duration::from_secs(30);

/// A server that has its workspaces of the file alone.
fn start(sandbox: &Sandbox) -> (Process, SocketAddr) {
    start_with(sandbox, &[])
}

fn start_with(sandbox: &Sandbox, arguments: &[&str]) -> (Process, SocketAddr) {
    let tokens = ["--token", TOKEN, "--host-token", HOST_TOKEN];
    let launch = Launch::new(PROGRAM, sandbox.root()).env("HOME", sandbox.home());
    let launch = launch.args(["--port", "0"]).args(tokens).args(arguments);
    let mut process = launch.start().unwrap();
    let address = listening(&mut process, START_LIMIT).unwrap();
    (process, address)
}

fn answer(server: SocketAddr, request: &Request) -> Value {
    let answer = send(server, request).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.summary());
    answer.json().unwrap()
}

fn active(server: SocketAddr) -> Value {
    let list = Request::new("GET", "/workspaces");
    let list = list.header("Authorization", &format!("Bearer {TOKEN}"));
    answer(server, &list)["activeId"].clone()
}

#[test]
fn the_active_workspace_is_the_first_of_the_file() {
    let sandbox = Sandbox::new().unwrap();
    let file = sandbox.home().join(".config/openwork/server.json");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let text = r#"{
  "workspaces": [
    // the first
    { "path": "WS", "id": "one" },
    // the second
    { "path": ".", "id": "two" }, // beside
  ],
}
"#;
    let text = text.replace("WS", sandbox.workspace().to_str().unwrap());
    fs::write(&file, &text).unwrap();
    let (_first, server) = start(&sandbox);
    assert_eq!(active(server), "one");
    let activate = Request::new("POST", "/workspaces/two/activate?persist=true");
    let activated = answer(
        server,
        &activate.header("X-OpenWork-Host-Token", HOST_TOKEN),
    );
    assert_eq!(activated["persisted"], true);
    assert_eq!(activated["warnings"], Value::Null);
    assert_eq!(active(server), "two");
    // The entry was moved with its comments, and nothing else was touched.
    let first = text.find("    // the first").unwrap();
    let second = text.find("    // the second").unwrap();
    let end = text.find("  ],").unwrap();
    let expected = [
        &text[..first],
        &text[second..end],
        &text[first..second],
        &text[end..],
    ];
    assert_eq!(fs::read_to_string(&file).unwrap(), expected.concat());
    let (_second, server) = start(&sandbox);
    assert_eq!(active(server), "two");
}

#[test]
fn the_order_is_kept_only_where_that_is_asked_for() {
    let sandbox = Sandbox::new().unwrap();
    let file = sandbox.home().join(".config/openwork/server.json");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let workspaces = json!([
        { "id": "one", "path": sandbox.workspace() },
        { "id": "two", "path": sandbox.home() },
    ]);
    fs::write(&file, json!({ "workspaces": workspaces }).to_string()).unwrap();
    let (_process, server) = start(&sandbox);
    let kept = || {
        let text = fs::read_to_string(&file).unwrap();
        let file: Value = serde_json::from_str(&text).unwrap();
        [0, 1].map(|n| file["workspaces"][n]["id"].clone())
    };
    for (path, body, persisted, order) in [
        ("two/activate?persist=true", None, true, ["two", "one"]),
        ("one/activate", None, false, ["two", "one"]),
        (
            "one/activate",
            Some(json!({ "persist": true })),
            true,
            ["one", "two"],
        ),
    ] {
        let request = Request::new("POST", &format!("/workspaces/{path}"));
        let request = request.header("X-OpenWork-Host-Token", HOST_TOKEN);
        let request = match &body {
            Some(body) => request.json(body),
            None => request,
        };
        let activated = answer(server, &request);
        assert_eq!(activated["persisted"], persisted, "{path} {body:?}");
        assert_eq!(active(server), activated["activeId"]);
        assert_eq!(kept(), order, "{path} {body:?}");
    }
}

#[test]
fn what_is_added_is_kept_without_the_engine_of_this_start() {
    let sandbox = Sandbox::new().unwrap();
    let file = sandbox.home().join(".config/openwork/server.json");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let one = json!({ "workspaces": [{ "id": "one", "path": sandbox.workspace() }] });
    fs::write(&file, one.to_string()).unwrap();
    let arguments = [
        "--opencode-base-url",
        "http://127.0.0.1:49999",
        "--opencode-username",
        "somebody",
        "--opencode-password",
        "secret-of-this-start",
    ];
    let (_process, server) = start_with(&sandbox, &arguments);
    let further = sandbox.root().join("further");
    fs::create_dir(&further).unwrap();
    let body = json!({ "folderPath": further, "name": "Further" });
    let add = Request::new("POST", "/workspaces/local");
    let add = add.header("X-OpenWork-Host-Token", HOST_TOKEN).json(&body);
    let added = send(server, &add).unwrap();
    assert_eq!(added.status, 201, "{}", added.summary());
    assert_eq!(added.json().unwrap()["persisted"], true);
    let text = fs::read_to_string(&file).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let entries = file["workspaces"].as_array().unwrap().iter();
    let mut entries = entries.filter(|entry| entry["id"] != "one");
    let entry = entries.next().unwrap().as_object().unwrap();
    assert_eq!(entry["path"], json!(further));
    assert_eq!(entry["name"], "Further");
    for key in [
        "baseUrl",
        "directory",
        "opencodeUsername",
        "opencodePassword",
    ] {
        assert!(!entry.contains_key(key), "{text}");
    }
    assert!(!text.contains("secret-of-this-start"), "{text}");
}

#[test]
fn a_workspace_that_was_added_is_there_at_the_next_start_and_gone_when_removed() {
    let sandbox = Sandbox::new().unwrap();
    let file = sandbox.home().join(".config/openwork/server.json");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let text =
        "{\n  \"workspaces\": [\n    { \"path\": \"WS\", \"id\": \"one\" } // mine\n  ]\n}\n";
    let text = text.replace("WS", sandbox.workspace().to_str().unwrap());
    fs::write(&file, &text).unwrap();
    let further = sandbox.root().join("further");
    fs::create_dir(&further).unwrap();
    let (_first, server) = start(&sandbox);
    let body = json!({ "folderPath": further });
    let host = |method: &str, path: &str| {
        Request::new(method, path).header("X-OpenWork-Host-Token", HOST_TOKEN)
    };
    let added = send(server, &host("POST", "/workspaces/local").json(&body)).unwrap();
    assert_eq!(added.status, 201, "{}", added.summary());
    let added = added.json().unwrap();
    assert_eq!(
        (&added["persisted"], &added["warnings"]),
        (&true.into(), &Value::Null)
    );
    // Nothing lies in it that was not there before.
    assert_eq!(fs::read_dir(&further).unwrap().count(), 0);
    let log = fs::read_to_string(file.with_file_name("audit.jsonl")).unwrap();
    assert!(log.contains("\"action\":\"workspace.create\""), "{log}");
    let (_second, server) = start(&sandbox);
    assert_eq!(active(server), added["activeId"]);
    let id = added["activeId"].as_str().unwrap();
    let removed = answer(server, &host("DELETE", &format!("/workspaces/{id}")));
    assert_eq!(removed["activeId"], "one");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn a_server_without_a_file_says_that_it_keeps_nothing() {
    let sandbox = Sandbox::new().unwrap();
    let workspace = sandbox.workspace();
    let (_process, server) = start_with(&sandbox, &["--workspace", workspace.to_str().unwrap()]);
    let further = sandbox.root().join("further");
    fs::create_dir(&further).unwrap();
    let host = |path: &str| Request::new("POST", path).header("X-OpenWork-Host-Token", HOST_TOKEN);
    let warnings = json!(["there is no configuration file, so the next start knows nothing of it"]);
    let body = json!({ "folderPath": further });
    let added = send(server, &host("/workspaces/local").json(&body)).unwrap();
    let added = added.json().unwrap();
    assert_eq!(
        (&added["persisted"], &added["warnings"]),
        (&json!(false), &warnings)
    );
    let id = added["activeId"].as_str().unwrap();
    let kept = answer(
        server,
        &host(&format!("/workspaces/{id}/activate?persist=true")),
    );
    assert_eq!(
        (&kept["persisted"], &kept["warnings"]),
        (&json!(false), &warnings)
    );
    // Who does not ask for it is not told that it is not done.
    let plain = answer(server, &host(&format!("/workspaces/{id}/activate")));
    assert_eq!(
        (&plain["persisted"], &plain["warnings"]),
        (&json!(false), &Value::Null)
    );
}
