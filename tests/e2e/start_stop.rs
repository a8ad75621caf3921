//! How the server starts and how it ends.

use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use openwork_testkit::expect::{Expected, Strictness};
use openwork_testkit::http::{Request, send};
use openwork_testkit::process::{Launch, Process, Signal};
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{HOST_TOKEN, ServerLaunch, TOKEN, listening};
use openwork_testkit::tree::Tree;
use serde_json::json;

const PROGRAM: &str = env!("CARGO_BIN_EXE_openwork-server");
const START_LIMIT: Duration = Duration::from_secs(10);
/// A stop takes seconds at most, or the desktop has to kill its sidecar.
const STOP_LIMIT: Duration = Duration::from_secs(5);
/// Whoever starts the server wrongly is told at once.
const REFUSAL_LIMIT: Duration = if cfg!(windows) {
    // Starting any program takes that long under wine.
    Duration::from_secs(10)
} else {
    Duration::from_secs(1)
};

fn bare_launch(sandbox: &Sandbox) -> Launch {
    Launch::new(PROGRAM, sandbox.root()).home(sandbox.home())
}

#[test]
fn given_tokens_stay_out_of_the_boot_lines() {
    let sandbox = Sandbox::new().unwrap();
    let mut server = ServerLaunch::new(PROGRAM, &sandbox).start().unwrap();
    let port = server.address().port();
    assert_eq!(
        server.send(&Request::new("GET", "/health")).unwrap().status,
        200
    );
    let process = server.process();
    assert_eq!(
        process.stdout(),
        format!("OpenWork server listening on http://127.0.0.1:{port}\nWorkspaces: 1\n")
    );
    let errors = process.stderr();
    assert!(
        !errors.contains(TOKEN) && !errors.contains(HOST_TOKEN),
        "{errors}"
    );
}

#[test]
fn generated_tokens_are_printed_and_work() {
    let sandbox = Sandbox::new().unwrap();
    let mut process = bare_launch(&sandbox).args(["--port", "0"]).start().unwrap();
    let address = listening(&mut process, START_LIMIT).unwrap();
    let health = send(address, &Request::new("GET", "/health")).unwrap();
    assert_eq!(health.status, 200);
    let output = process.stdout();
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(
        lines[0],
        format!("OpenWork server listening on http://{address}")
    );
    let token = lines[1].strip_prefix("Client token: ").unwrap();
    let host_token = lines[2].strip_prefix("Host token: ").unwrap();
    assert!(
        lines[3].starts_with("No workspaces configured."),
        "{output}"
    );
    let uuid = Expected::parse(&json!("<uuid>")).unwrap();
    for token in [token, host_token] {
        assert!(
            uuid.differences(Some(&json!(token)), Strictness::Exact)
                .is_empty(),
            "{token}"
        );
    }
    assert_ne!(token, host_token);
    let workspaces =
        Request::new("GET", "/workspaces").header("Authorization", &format!("Bearer {token}"));
    assert_eq!(
        send(address, &workspaces).unwrap().json().unwrap(),
        json!({ "items": [], "workspaces": [] })
    );
    let approvals = Request::new("GET", "/approvals").header("X-OpenWork-Host-Token", host_token);
    assert_eq!(
        send(address, &approvals).unwrap().json().unwrap(),
        json!({ "items": [] })
    );
}

#[test]
fn the_desktop_can_start_it() {
    let sandbox = Sandbox::new().unwrap();
    let mut process = Launch::new(PROGRAM, sandbox.workspace())
        .home(sandbox.home())
        .args(["--host", "127.0.0.1", "--port", "0"])
        .args(["--token", TOKEN, "--host-token", HOST_TOKEN, "--workspace"])
        .arg(sandbox.workspace())
        .args([
            "--cors",
            "http://localhost:5173",
            "--cors",
            "tauri://localhost",
        ])
        .args(["--cors", "http://tauri.localhost"])
        .args([
            "--opencode-base-url",
            "http://127.0.0.1:4096",
            "--opencode-directory",
        ])
        .arg(sandbox.workspace())
        .start()
        .unwrap();
    let address = listening(&mut process, START_LIMIT).unwrap();
    let request = Request::new("GET", "/workspaces")
        .header("Authorization", &format!("Bearer {TOKEN}"))
        .header("Origin", "tauri://localhost");
    let answer = send(address, &request).unwrap();
    assert_eq!(
        answer.header("Access-Control-Allow-Origin").as_deref(),
        Some("tauri://localhost")
    );
    let workspace = sandbox.workspace();
    let found = answer.json().unwrap();
    assert_eq!(found["items"][0]["path"], json!(workspace));
    assert_eq!(
        found["items"][0]["opencode"],
        json!({ "baseUrl": "http://127.0.0.1:4096", "directory": workspace })
    );
}

#[test]
fn a_port_in_use_is_an_error() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let sandbox = Sandbox::new().unwrap();
    let mut process = bare_launch(&sandbox)
        .args(["--port", &port])
        .start()
        .unwrap();
    assert_eq!(refusal(&mut process), Some(1));
    assert_eq!(process.stdout(), "");
    assert!(process.stderr().contains(&port), "{}", process.stderr());
}

#[test]
fn wrong_usage_is_an_error() {
    for (flag, value) in [
        ("--port", "70000"),
        ("--approval", "Auto"),
        ("--approval-timeout", "soon"),
        ("--token", ""),
        ("--host-token", "seven-7"),
        ("--config", "no-such-file.json"),
        ("--no-such-flag", "x"),
    ] {
        let sandbox = Sandbox::new().unwrap();
        let launch = bare_launch(&sandbox).args(["--port", "0"]);
        let mut process = launch.args([flag, value]).start().unwrap();
        assert_eq!(refusal(&mut process), Some(2), "{flag}");
        assert_eq!(process.stdout(), "", "{flag}");
        assert!(process.stderr().contains(flag), "{}", process.stderr());
    }
}

#[test]
fn what_is_printed_is_utf_8() {
    let sandbox = Sandbox::new().unwrap();
    let launch = bare_launch(&sandbox).args(["--config", "fehlt-ü-日本.json"]);
    let mut process = launch.start().unwrap();
    assert_eq!(refusal(&mut process), Some(2));
    let printed = process.stderr();
    assert!(printed.contains("fehlt-ü-日本.json"), "{printed}");
}

/// Waits for a start that is refused at once, and returns its exit code.
fn refusal(process: &mut Process) -> Option<i32> {
    process.wait(REFUSAL_LIMIT).unwrap().unwrap().code()
}

#[test]
#[cfg_attr(
    windows,
    ignore = "wine sends no event to one program; real Windows does"
)]
fn a_signal_ends_it_in_order() {
    for signal in [Signal::Term, Signal::Int] {
        let sandbox = Sandbox::new().unwrap();
        let mut server = ServerLaunch::new(PROGRAM, &sandbox).start().unwrap();
        assert_eq!(exit_code(server.process(), signal), Some(0), "{signal:?}");
    }
}

#[test]
#[cfg_attr(
    windows,
    ignore = "wine sends no event to one program; real Windows does"
)]
fn a_signal_refuses_what_waits_for_the_host() {
    let sandbox = Sandbox::new().unwrap();
    let mut server = ServerLaunch::new(PROGRAM, &sandbox)
        .args(["--approval", "manual"])
        .start()
        .unwrap();
    let before = Tree::read(sandbox.root()).unwrap();
    let request = Request::new("POST", &server.at_workspace("plugins"))
        .header("Authorization", &format!("Bearer {TOKEN}"))
        .json(&json!({ "spec": "opencode-notion" }));
    let address = server.address();
    let client = thread::spawn(move || send(address, &request));
    server.approver().wait_for(1).unwrap();
    assert_eq!(exit_code(server.process(), Signal::Term), Some(0));
    let answer = client.join().unwrap().unwrap();
    assert_eq!(answer.status, 503, "{}", answer.summary());
    let after = Tree::read(sandbox.root()).unwrap();
    let log = [".opencode/openwork".to_owned()];
    assert_eq!(before.changes(&after, "ws", &log), [""; 0]);
}

fn exit_code(process: &mut Process, signal: Signal) -> Option<i32> {
    process.signal(signal).ok()?;
    process.wait(STOP_LIMIT).ok()??.code()
}
