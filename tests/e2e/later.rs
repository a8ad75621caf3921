//! Requests that are answered later outlive the server, however it ends.

use std::fs;
use std::time::{Duration, Instant};

use openwork_testkit::http::{Answer, Request};
use openwork_testkit::private::{is_private, keep_others_out};
use openwork_testkit::process::Signal;
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{HOST_TOKEN, Server, ServerLaunch};
use serde_json::{Value, json};

use crate::counts::count;

const PROGRAM: &str = env!("CARGO_BIN_EXE_openwork-server");
const KEPT: &str = ".config/openwork/requests.json";

fn start(sandbox: &Sandbox) -> Server {
    ServerLaunch::new(PROGRAM, sandbox).start().unwrap()
}

fn as_host(server: &Server, request: Request) -> Answer {
    let request = request.header("X-OpenWork-Host-Token", HOST_TOKEN);
    server.as_client(request).unwrap()
}

/// Asks for a plugin; where its answer will be.
fn accepted(server: &Server, spec: &str) -> String {
    let request = Request::new("POST", &server.at_workspace("plugins"))
        .header("Prefer", "respond-async")
        .json(&json!({ "spec": spec }));
    let answer = server.as_client(request).unwrap();
    assert_eq!(answer.status, 202, "{}", answer.summary());
    let told: Value = answer.json().unwrap();
    server.at_workspace(&format!("requests/{}", told["id"].as_str().unwrap()))
}

fn standing(server: &Server, place: &str, wait: u32) -> Value {
    let request = Request::new("GET", place).header("Prefer", &format!("wait={wait}"));
    server.as_client(request).unwrap().json().unwrap()
}

/// How a request stands once nobody works at it.
fn settled(server: &Server, place: &str, wait: u32) -> Value {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        let now = standing(server, place, wait);
        if now["state"] != "working" {
            return now;
        }
        assert!(Instant::now() < end, "{now}");
    }
}

/// What waits, once something does.
fn waiting(server: &Server) -> Value {
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        let listed = as_host(server, Request::new("GET", "/approvals?include=changes"));
        let listed: Value = listed.json().unwrap();
        if let Some(item) = listed["items"].get(0) {
            return item.clone();
        }
        assert!(Instant::now() < end, "nothing waits");
    }
}

fn allow(server: &Server, id: &Value) -> Answer {
    let request = Request::new("POST", &format!("/approvals/{}", id.as_str().unwrap()));
    as_host(server, request.json(&json!({ "reply": "allow" })))
}

fn kill(mut server: Server) {
    let process = server.process();
    process.signal(Signal::Kill).unwrap();
    process.wait(Duration::from_secs(10)).unwrap();
}

#[test]
fn a_request_waits_through_a_stop_and_a_kill() {
    let sandbox = Sandbox::new().unwrap();
    let server = start(&sandbox);
    let place = accepted(&server, "opencode-notion");
    let first = waiting(&server);
    assert_eq!(first["answersLater"], true);
    assert!(is_private(&sandbox.home().join(KEPT)).unwrap());
    server.stop().unwrap();

    let server = start(&sandbox);
    let second = waiting(&server);
    assert_ne!(first["id"], second["id"]);
    assert_eq!(standing(&server, &place, 0)["state"], "waiting");
    kill(server);

    let server = start(&sandbox);
    let third = waiting(&server);
    assert_eq!(allow(&server, &first["id"]).status, 404);
    assert_eq!(allow(&server, &second["id"]).status, 404);
    assert_eq!(allow(&server, &third["id"]).status, 200);
    let now = standing(&server, &place, 10);
    assert_eq!(
        (&now["state"], &now["answer"]["status"]),
        (&json!("applied"), &json!(200))
    );
    let config = sandbox.read("ws/opencode.jsonc").unwrap();
    assert_eq!(config.matches("opencode-notion").count(), 1);
}

#[test]
fn a_server_killed_right_after_the_yes_made_it_once_or_not_at_all_and_says_which() {
    for round in 0..count("OPENWORK_LATER_KILLS", 6) {
        let sandbox = Sandbox::new().unwrap();
        let server = start(&sandbox);
        let place = accepted(&server, "opencode-notion");
        let asked = waiting(&server);
        let address = server.address();
        let id = asked["id"].clone();
        let yes = std::thread::spawn(move || {
            let request = Request::new("POST", &format!("/approvals/{}", id.as_str().unwrap()))
                .header("X-OpenWork-Host-Token", HOST_TOKEN)
                .json(&json!({ "reply": "allow" }));
            // The server may be gone before it answers.
            let _ = openwork_testkit::http::send(address, &request);
        });
        std::thread::sleep(Duration::from_millis(round as u64));
        kill(server);
        yes.join().unwrap();

        let server = start(&sandbox);
        let mut now = settled(&server, &place, 1);
        if now["state"] == "waiting" {
            // It was not made, and the host is asked anew.
            assert!(
                !sandbox
                    .read("ws/opencode.jsonc")
                    .is_ok_and(|text| text.contains("notion"))
            );
            assert_eq!(allow(&server, &waiting(&server)["id"]).status, 200);
            now = settled(&server, &place, 10);
        }
        assert_eq!(now["state"], "applied", "{now}");
        let config = sandbox.read("ws/opencode.jsonc").unwrap();
        assert_eq!(config.matches("opencode-notion").count(), 1);
        let log = sandbox.read("ws/.opencode/openwork/audit.jsonl").unwrap();
        let made = log.lines().filter(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            line["action"] == "plugins.add" && line.get("record").is_none()
        });
        assert_eq!(made.count(), 1, "{log}");
    }
}

#[test]
fn a_broken_file_is_told_at_the_start_and_stays() {
    let sandbox = Sandbox::new().unwrap();
    let file = sandbox.home().join(KEPT);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "{ broken").unwrap();
    keep_others_out(&file).unwrap();
    let mut server = start(&sandbox);
    let request = Request::new("POST", &server.at_workspace("plugins"))
        .header("Prefer", "respond-async")
        .json(&json!({ "spec": "opencode-notion" }));
    let answer = server.as_client(request).unwrap();
    assert_eq!(answer.status, 409, "{}", answer.summary());
    assert!(
        answer.text().contains("requests.json cannot be read"),
        "{}",
        answer.summary()
    );
    assert!(
        server
            .process()
            .stderr()
            .contains("requests.json cannot be read")
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), "{ broken");
}

#[test]
fn a_second_server_of_the_same_directory_has_its_clients_wait() {
    let sandbox = Sandbox::new().unwrap();
    let first = start(&sandbox);
    let place = accepted(&first, "opencode-notion");
    let second = start(&sandbox);
    assert_eq!(standing_status(&second, &place), 404);
    let listed = as_host(&second, Request::new("GET", "/approvals"));
    assert_eq!(listed.json().unwrap()["items"], json!([]));
    assert_eq!(waiting(&first)["answersLater"], true);
}

fn standing_status(server: &Server, place: &str) -> u16 {
    server.as_client(Request::new("GET", place)).unwrap().status
}
