//! Other programs change files, and clients are told.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use openwork_testkit::http::Request;
use openwork_testkit::process::poll;
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{Server, ServerLaunch};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_openwork-server");
/// Long enough for a busy machine; files settle for a quarter of a second.
const SOON: Duration = Duration::from_secs(15);

fn launch(sandbox: &Sandbox) -> ServerLaunch {
    ServerLaunch::new(PROGRAM, sandbox).args(["--approval", "auto"])
}

fn start(sandbox: &Sandbox) -> Server {
    launch(sandbox).start().unwrap()
}

fn events(server: &Server, since: u64) -> Value {
    let path = server.at_workspace(&format!("events?since={since}"));
    server.json(Request::new("GET", &path)).unwrap()
}

/// Waits for events after one.
fn next(server: &Server, since: u64) -> Value {
    let happened = || {
        let happened = events(server, since);
        Ok::<_, std::io::Error>((happened["items"] != json!([])).then_some(happened))
    };
    let told = poll(SOON, happened).unwrap();
    assert!(told.is_some(), "nothing was told in time");
    told.unwrap()
}

#[test]
fn what_other_programs_change_is_told() {
    let sandbox = Sandbox::new().unwrap();
    let server = start(&sandbox);
    let first = events(&server, 0);
    assert_eq!(first["disabled"], false);
    let mut cursor = first["cursor"].as_u64().unwrap();
    // The folders are new to the server, the second time they are not.
    for action in ["added", "updated"] {
        let text = format!("---\nname: audit\ndescription: {action}\n---\n");
        sandbox
            .write("ws/.opencode/skills/audit/SKILL.md", &text)
            .unwrap();
        let told = next(&server, cursor);
        let item = &told["items"][0];
        assert_eq!(item["reason"], "skills");
        let names = [".opencode", "skills", "audit", "SKILL.md"];
        let path = sandbox.workspace().join(names.iter().collect::<PathBuf>());
        let trigger = json!({ "type": "skill", "name": "audit", "action": action, "path": path });
        assert_eq!(item["trigger"], trigger);
        cursor = told["cursor"].as_u64().unwrap();
    }
    std::fs::remove_dir_all(sandbox.path("ws/.opencode/skills")).unwrap();
    let told = next(&server, cursor);
    assert_eq!(told["items"][0]["trigger"]["action"], "removed");
}

#[test]
fn a_write_through_the_server_is_told_once() {
    let sandbox = Sandbox::new().unwrap();
    let server = start(&sandbox);
    let cursor = events(&server, 0)["cursor"].as_u64().unwrap();
    let body = json!({ "spec": "opencode-notion" });
    let add = Request::new("POST", &server.at_workspace("plugins")).json(&body);
    server.json(add).unwrap();
    let command = sandbox.path("ws/.opencode/commands");
    std::fs::create_dir_all(&command).unwrap();
    // Once this is told, the watch has seen the plugin's file as well.
    std::fs::write(command.join("daily.md"), "Do it\n").unwrap();
    let has_both = || {
        let told = events(&server, cursor);
        let count = told["items"].as_array().map_or(0, Vec::len);
        Ok::<_, std::io::Error>((count > 1).then_some(told))
    };
    let told = poll(SOON, has_both).unwrap().expect("two events");
    let items = told["items"].as_array().unwrap();
    let reasons: Vec<_> = items.iter().map(|item| &item["reason"]).collect();
    assert_eq!(reasons, ["plugins", "commands"]);
}

#[test]
fn a_reload_reaches_the_engine_with_its_credentials() {
    let engine = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", engine.local_addr().unwrap());
    let answering = thread::spawn(move || {
        let (mut stream, _) = engine.accept().unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrue";
        stream.write_all(answer).unwrap();
        String::from_utf8(head).unwrap()
    });
    let sandbox = Sandbox::new().unwrap();
    let server = launch(&sandbox)
        .env("OPENWORK_OPENCODE_BASE_URL", &url)
        .env("OPENWORK_OPENCODE_USERNAME", "anna")
        .env("OPENWORK_OPENCODE_PASSWORD", "secret")
        .start()
        .unwrap();
    let reload = Request::new("POST", &server.at_workspace("engine/reload"));
    let answer = server.json(reload).unwrap();
    assert_eq!(answer["ok"], true);
    assert!(answer["reloadedAt"].is_u64());
    let head = answering.join().unwrap().to_lowercase();
    let root = if cfg!(windows) { "c%3a%5c" } else { "%2f" };
    let path = format!("post /instance/dispose?directory={root}");
    assert!(head.starts_with(&path), "{head}");
    assert!(head.contains("\r\nauthorization: basic yw5uytpzzwnyzxq=\r\n"));
    let audit = Request::new("GET", &server.at_workspace("audit"));
    let audit = server.json(audit).unwrap();
    assert_eq!(audit["items"][0]["action"], "engine.reload");
}
