//! The host's commands against the real server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod keys;
mod pty;
mod tmux;
mod watching;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use openwork_testkit::http::{Answer, Request, send};
use openwork_testkit::process::{Launch, Process, Signal, poll};
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{HOST_TOKEN, Server, ServerLaunch, TOKEN};
use serde_json::{Value, json};

use pty::Pty;

const PROGRAM: &str = env!("CARGO_BIN_EXE_openwork-server");
const LIMIT: Duration = Duration::from_secs(10);
const RUN_FILES: &str = "home/.local/state/openwork/run";

/// A server in manual mode and the terminal of its host.
struct World {
    server: Server,
    sandbox: Sandbox,
}

/// What a command did.
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Ran {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

impl World {
    fn new() -> Self {
        Self::with(&["--approval", "manual"])
    }

    fn with(args: &[&str]) -> Self {
        let sandbox = Sandbox::new().unwrap();
        let server = ServerLaunch::new(PROGRAM, &sandbox)
            .args(args)
            .start()
            .unwrap();
        Self { server, sandbox }
    }

    /// Runs a command as the user who started the server.
    fn run(&self, args: &str) -> Ran {
        run(launch(&self.sandbox).args(args.split_whitespace()))
    }

    fn pty(&self, args: &str) -> Pty {
        Pty::start(command(&self.sandbox).args(args.split_whitespace())).unwrap()
    }

    /// A client asks for a change, and waits for the answer.
    fn ask(&self, path: &str, body: &Value) -> JoinHandle<Answer> {
        let request = Request::new("POST", &self.server.at_workspace(path))
            .header("Authorization", &format!("Bearer {TOKEN}"))
            .header("X-OpenWork-Client-Id", "annas-phone")
            .json(body);
        let address = self.server.address();
        thread::spawn(move || send(address, &request).unwrap())
    }

    fn ask_for_a_plugin(&self) -> (JoinHandle<Answer>, String) {
        let client = self.ask("plugins", &json!({ "spec": "opencode-notion" }));
        (client, self.only_id())
    }

    fn ask_for_a_skill(&self, name: &str) -> JoinHandle<Answer> {
        let content = "Audit.\n";
        self.ask(
            "skills",
            &json!({ "name": name, "content": content, "description": "Audits" }),
        )
    }

    /// The last entry of the audit log.
    fn last_recorded(&self) -> Value {
        let request = Request::new("GET", &self.server.at_workspace("audit?limit=1"));
        let answer = self.server.as_client(request).unwrap();
        answer.json().unwrap()["items"][0].clone()
    }

    fn only_id(&self) -> String {
        let waiting = self.server.approver().wait_for(1).unwrap();
        waiting[0]["id"].as_str().unwrap().to_owned()
    }
}

fn launch(sandbox: &Sandbox) -> Launch {
    Launch::new(PROGRAM, sandbox.root()).home(sandbox.home())
}

fn command(sandbox: &Sandbox) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .current_dir(sandbox.root())
        .env_clear()
        .env("HOME", sandbox.home());
    command
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("NO_COLOR", "1");
    command
}

fn run(launch: Launch) -> Ran {
    let mut process = launch.start().unwrap();
    let status = process.wait(LIMIT).unwrap().expect("it has not ended");
    Ran {
        code: status.code(),
        out: process.stdout(),
        err: process.stderr(),
    }
}

#[test]
fn a_request_is_listed_shown_and_allowed() {
    let world = World::new();
    let (client, id) = world.ask_for_a_plugin();
    let short = &id[..8];

    let listed = world.run("approvals list");
    assert_eq!((listed.code, listed.err.as_str()), (Some(0), ""));
    let row = listed.out.lines().nth(1).unwrap();
    assert!(
        row.starts_with(short) && row.contains("  plugins.add  ws  "),
        "{row}"
    );
    assert!(
        row.contains("  ▲ high  ") && row.contains("  \"annas-phone\" at 127.0.0.1  "),
        "{row}"
    );
    assert!(row.ends_with("opencode-notion"), "{row}");

    let shown = world.run(&format!("approvals show {}", &id[..4]));
    assert_eq!(shown.code, Some(0));
    let heading = shown.out.lines().next().unwrap();
    assert!(
        heading.starts_with("▲ high  ") && heading.ends_with("opencode-notion"),
        "{heading}"
    );
    assert!(shown.out.contains("\n+  \"plugin\": [\n"), "{}", shown.out);
    let document = world.run(&format!("approvals show {id} --json")).json();
    assert_eq!(document["id"], json!(id));
    assert_eq!(document["changes"][0]["kind"], "create");

    // A plugin is rated high, so that it takes more than its id.
    let refused = world.run(&format!("approvals allow {id}"));
    assert_eq!((refused.code, refused.out.as_str()), (Some(2), ""));
    assert!(refused.err.contains("add `--high`"), "{}", refused.err);
    assert_eq!(world.server.approver().pending().unwrap().len(), 1);
    let allowed = world.run(&format!("approvals allow {} --high", &id[..5]));
    assert_eq!((allowed.code, allowed.err.as_str()), (Some(0), ""));
    assert_eq!(
        allowed.out,
        format!("{short} allowed and written: Add plugin opencode-notion\n")
    );
    assert_eq!(client.join().unwrap().status, 200);
    assert!(
        world
            .sandbox
            .read("ws/opencode.jsonc")
            .unwrap()
            .contains("opencode-notion")
    );

    let late = world.run(&format!("approvals deny {id}"));
    assert_eq!(late.code, Some(5));
    assert!(
        late.err.starts_with(&format!(
            "error: request {short} has ended: allowed and written\n"
        )),
        "{}",
        late.err
    );
    let history = world.run("approvals history --json").json();
    assert_eq!(history["items"][0]["outcome"], "applied");
    assert_eq!(world.last_recorded()["approval"]["by"], "terminal");
}

#[test]
fn a_denial_reaches_the_client_with_its_message() {
    let world = World::new();
    let (client, id) = world.ask_for_a_plugin();
    let mut launch = launch(&world.sandbox).args(["approvals", "deny", &id, "--json", "-m"]);
    launch = launch.arg("not today");
    let denied = run(launch);
    assert_eq!(denied.code, Some(0), "{}", denied.err);
    assert_eq!(
        denied.json(),
        json!({ "items": [{ "id": id, "ok": true, "allowed": false }] })
    );
    let answer = client.join().unwrap();
    assert_eq!(answer.status, 403);
    assert!(
        answer.json().unwrap()["message"]
            .as_str()
            .unwrap()
            .contains("not today")
    );
    assert!(world.sandbox.read("ws/opencode.jsonc").is_err());
}

#[test]
fn an_allowance_is_listed_counted_and_revoked() {
    let world = World::new();
    let first = world.ask_for_a_skill("one");
    let id = world.only_id();
    let allowed = world.run(&format!("approvals allow {id} --for 10m"));
    assert_eq!(allowed.code, Some(0), "{}", allowed.err);
    assert_eq!(first.join().unwrap().status, 200);
    assert_eq!(world.ask_for_a_skill("two").join().unwrap().status, 200);

    let rules = world.run("approvals rules --json").json();
    assert_eq!(rules["items"][0]["action"], "skills.upsert");
    assert_eq!(rules["items"][0]["uses"], 1);
    let rule = rules["items"][0]["id"].as_str().unwrap();
    let revoked = world.run(&format!("approvals rules revoke {}", &rule[..6]));
    assert_eq!(revoked.code, Some(0), "{}", revoked.err);
    assert_eq!(
        world.run("approvals rules").out,
        "No rules: every request is asked about.\n"
    );

    let (_, plugin) = world.ask_for_a_plugin();
    let refused = world.run(&format!("approvals allow {plugin} --for 5m --high"));
    assert_eq!(refused.code, Some(1));
    assert_eq!(world.server.approver().pending().unwrap().len(), 1);
}

#[test]
fn watching_writes_the_events_as_lines() {
    let mut world = World::new();
    let mut watch = launch(&world.sandbox)
        .args(["approvals", "watch", "--json"])
        .start()
        .unwrap();
    wait_for_lines(&watch, 1);
    let (client, id) = world.ask_for_a_plugin();
    wait_for_lines(&watch, 2);
    world.run(&format!("approvals allow {id} --high"));
    client.join().unwrap();
    let lines = wait_for_lines(&watch, 4);
    let events: Vec<Value> = lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let kinds: Vec<_> = events
        .iter()
        .map(|event| event["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "snapshot",
            "approval.asked",
            "approval.replied",
            "approval.applied"
        ]
    );
    assert_eq!(events[1]["properties"]["id"], json!(id));
    assert!(events[1]["properties"]["changes"].is_array());
    assert_eq!(watch.exit_status().unwrap(), None);
    // Not Ctrl-C, which whoever runs the tests in the background has switched off
    // for all that they start.
    watch.signal(Signal::Term).unwrap();
    assert!(watch.wait(LIMIT).unwrap().is_some());
    // Somebody watched, so that nothing had to be logged.
    let logged = world.server.process().stderr();
    assert!(!logged.contains("approval needed"), "{logged}");
}

/// The lines of events, but for what agents ask, which comes when it is known.
fn wait_for_lines(process: &Process, count: usize) -> Vec<String> {
    let lines = || {
        process
            .stdout()
            .lines()
            .filter(|line| !line.contains("\"agent.requests\""))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let found = poll(LIMIT, || {
        Ok::<_, ()>(Some(lines()).filter(|lines| lines.len() >= count))
    });
    found
        .unwrap()
        .unwrap_or_else(|| panic!("no {count} lines: {:?}", lines()))
}

#[test]
fn a_person_is_asked_on_a_terminal() {
    let world = World::new();
    let (client, id) = world.ask_for_a_plugin();
    let mut pty = world.pty("approvals watch");
    let shown = pty.wait_for("[a]llow [d]eny [s]kip (");
    assert!(shown.contains("\n▲ high  "), "{shown}");
    assert!(shown.contains("\n  ▲ high  "), "{shown}");
    assert!(shown.contains("\n+  \"plugin\": [\n"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "{shown:?}");
    thread::sleep(Duration::from_millis(600));
    pty.type_in("a\n");
    pty.wait_for("▲ high  type `allow` to allow it (");
    thread::sleep(Duration::from_millis(600));
    pty.type_in("allow\n");
    pty.wait_for(&format!("{} allowed and written", &id[..8]));
    assert_eq!(client.join().unwrap().status, 200);
    // The end of the input, as a terminal tells it.
    pty.type_in("\u{4}");
    assert_eq!(pty.wait().code(), Some(0));
}

#[test]
fn a_terminal_is_told_of_the_console_at_the_start() {
    let sandbox = Sandbox::new().unwrap();
    let mut command = command(&sandbox);
    let pty = Pty::start(command.args(["--port", "0", "--workspace", "ws"])).unwrap();
    let shown = pty.wait_for("  Approvals  manual, 30 s\n");
    let line = |prefix: &str| {
        shown
            .lines()
            .find_map(|line| line.strip_prefix(prefix))
            .unwrap()
    };
    let (url, token) = (line("OpenWork server listening on "), line("Host token: "));
    assert_eq!(
        line("  Console    "),
        format!("{url}/console#token={token}")
    );

    let console = run(launch(&sandbox).arg("console"));
    assert_eq!(
        console.out,
        format!("{url}/console#token={token}\n"),
        "{}",
        console.err
    );
    let pair = run(launch(&sandbox).args(["pair", "--json"])).json();
    assert_eq!(pair["urls"], json!([]));
    assert_eq!(pair["clientToken"], json!(line("Client token: ")));
}

#[test]
fn a_person_confirms_what_is_rated_high() {
    let world = World::new();
    let (client, id) = world.ask_for_a_plugin();
    let mut pty = world.pty(&format!("approvals allow {id}"));
    pty.wait_for("Type `yes` to allow it: ");
    pty.type_in("no\n");
    assert_eq!(pty.wait().code(), Some(1));
    assert_eq!(world.server.approver().pending().unwrap().len(), 1);
    let mut pty = world.pty(&format!("approvals allow {id}"));
    pty.wait_for("Type `yes` to allow it: ");
    pty.type_in("yes\n");
    assert_eq!(pty.wait().code(), Some(0));
    assert_eq!(client.join().unwrap().status, 200);
}

/// Other users see the arguments of a browser, and may be faster than it.
#[cfg(target_os = "linux")]
#[test]
fn the_page_opens_for_nobody_else() {
    let world = World::new();
    let browser = world.sandbox.path("bin/xdg-open");
    let script = "#!/bin/sh\necho \"$1\" > opened.part && mv opened.part opened\n";
    world.sandbox.write("bin/xdg-open", script).unwrap();
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", browser.parent().unwrap().display());
    let mut console = launch(&world.sandbox)
        .env("PATH", path)
        .args(["console", "--open"])
        .start()
        .unwrap();
    let opened = poll(LIMIT, || Ok::<_, ()>(world.sandbox.read("opened").ok()));
    let opened = opened.unwrap().expect("no browser was started");
    assert!(!opened.contains(HOST_TOKEN), "{opened}");
    if rustix::process::geteuid().is_root() {
        let theirs = fetch_as(65534, opened.trim());
        assert!(theirs.starts_with("HTTP/1.1 403 "), "{theirs}");
        assert!(!theirs.contains(HOST_TOKEN), "{theirs}");
        assert_eq!(console.exit_status().unwrap(), None);
    }
    let ours = fetch_as(rustix::process::geteuid().as_raw(), opened.trim());
    assert!(
        ours.contains(&format!("/console#token={HOST_TOKEN}\r\n")),
        "{ours}"
    );
    assert_eq!(console.wait(LIMIT).unwrap().unwrap().code(), Some(0));
    assert_eq!(console.stdout(), "The page is open in the browser.\n");
}

/// What a user of this machine reads at an address.
#[cfg(target_os = "linux")]
fn fetch_as(user: u32, url: &str) -> String {
    use std::os::unix::process::CommandExt;

    let (authority, path) = url
        .strip_prefix("http://")
        .unwrap()
        .split_once('/')
        .unwrap();
    let (host, port) = authority.split_once(':').unwrap();
    let script = format!(
        "exec 3<>/dev/tcp/{host}/{port}; printf 'GET /{path} HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n' >&3; \
         cat <&3"
    );
    let mut bash = Command::new("bash");
    let output = bash
        .args(["-c", &script])
        .current_dir("/")
        .uid(user)
        .output();
    String::from_utf8(output.unwrap().stdout).unwrap()
}

#[test]
fn the_run_file_is_private_and_goes_with_the_server() {
    let world = World::new();
    let directory = world.sandbox.path(RUN_FILES);
    let files: Vec<_> = fs::read_dir(&directory)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    assert_eq!(files.len(), 1);
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!((mode(&directory), mode(&files[0])), (0o700, 0o600));
    let port = world.server.address().port().to_string();

    let second = run(launch(&world.sandbox).args(["--port", &port]));
    assert_eq!(second.code, Some(1));
    let pid = files[0].file_stem().unwrap().to_str().unwrap();
    let expected = format!(
        "error: port {port} is already in use on 127.0.0.1\n  help: another openwork-server (pid \
         {pid}) is listening; use `--port 0` to pick a free port\n"
    );
    assert_eq!(second.err, expected);

    let World { server, sandbox } = world;
    server.stop().unwrap();
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 0);
    let nobody = run(launch(&sandbox).args(["approvals", "list"]));
    assert_eq!((nobody.code, nobody.out.as_str()), (Some(3), ""));
}

#[test]
fn a_server_without_a_run_file_has_to_be_named() {
    let mut world = World::with(&["--approval", "manual", "--no-run-file"]);
    assert!(!world.sandbox.path(RUN_FILES).exists());
    assert_eq!(world.run("approvals list").code, Some(3));
    let url = format!("http://{}", world.server.address());
    assert_eq!(
        world.run(&format!("approvals list --url {url}")).code,
        Some(4)
    );
    assert_eq!(
        world
            .run(&format!("approvals list --url {url} --host-token wrong"))
            .code,
        Some(4)
    );
    let named = world.run(&format!(
        "approvals list --url {url} --host-token {HOST_TOKEN}"
    ));
    assert_eq!(
        (named.code, named.out.as_str()),
        (Some(0), "No requests are waiting.\n")
    );
    let by_variables = launch(&world.sandbox)
        .env("OPENWORK_URL", &url)
        .env("OPENWORK_HOST_TOKEN", HOST_TOKEN);
    let by_variables = run(by_variables.args(["approvals", "list", "--json"]));
    assert_eq!(
        (by_variables.code, by_variables.json()),
        (Some(0), json!({ "items": [], "agents": { "items": [] } }))
    );
    assert!(!world.server.process().stderr().contains(HOST_TOKEN));
}

#[test]
fn several_servers_are_listed() {
    let world = World::new();
    let other = ServerLaunch::new(PROGRAM, &world.sandbox).start().unwrap();
    let several = world.run("approvals list --json");
    assert_eq!(several.code, Some(2));
    let message = several.json()["error"]["message"]
        .as_str()
        .unwrap()
        .to_owned();
    for address in [world.server.address(), other.address()] {
        assert!(message.contains(&format!("http://{address}")), "{message}");
    }
    let one = world.run(&format!("approvals list --url http://{}", other.address()));
    assert_eq!(one.code, Some(0), "{}", one.err);
}

#[test]
fn a_request_that_nobody_watches_is_logged() {
    let mut world = World::new();
    let _client = world.ask("plugins", &json!({ "spec": "a\u{202e}b" }));
    let id = world.only_id();
    let short = &id[..8];
    let end = format!(
        "a\\u{{202e}}b (plugins.add, ws, from \"annas-phone\" \
         at 127.0.0.1), 30 s left; look at it with: openwork-server approvals show {short}"
    );
    wait_for_log(&mut world, |line| {
        line.contains("approval needed (high): ") && line.ends_with(&end)
    });
    let denied = world.run(&format!("approvals deny {short}"));
    assert_eq!(denied.code, Some(0), "{}", denied.err);
    let began = format!("approval {short} ended (high): denied by the terminal at 127.0.0.1: ");
    wait_for_log(&mut world, |line| {
        line.contains(&began) && line.ends_with("a\\u{202e}b (plugins.add, ws)")
    });
}

/// Waits until a line of the server's log is as it should be.
fn wait_for_log(world: &mut World, is_told: impl Fn(&str) -> bool) {
    let process = world.server.process();
    let found = poll(LIMIT, || {
        Ok::<_, ()>(process.stderr().lines().any(&is_told).then_some(()))
    });
    assert!(found.unwrap().is_some(), "{}", process.stderr());
}

#[test]
fn wrong_usage_ends_with_two() {
    let world = World::new();
    for args in [
        "approvals",
        "approvals lst",
        "approvals allow",
        "approvals show 7d3",
        "pair --open",
    ] {
        let refused = world.run(args);
        assert_eq!(
            (refused.code, refused.out.as_str()),
            (Some(2), ""),
            "{args}"
        );
        assert!(
            refused.err.starts_with("error: "),
            "{args}: {}",
            refused.err
        );
    }
    let gone = world.run("approvals allow ffff --json");
    assert_eq!(gone.code, Some(5));
    assert_eq!(
        gone.json()["items"][0]["error"]["code"],
        "approval_not_found"
    );
}

#[test]
fn a_reader_that_leaves_ends_the_watch() {
    let world = World::new();
    let mut child = command(&world.sandbox)
        .args(["approvals", "watch"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let (_client, _) = world.ask_for_a_plugin();
    let status = poll(LIMIT, || child.try_wait())
        .unwrap()
        .expect("it goes on");
    assert_eq!(status.code(), Some(1));
    let mut told = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut told).unwrap();
    assert_eq!(told, "");
}
