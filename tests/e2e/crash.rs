//! The server is killed while clients write, half of the time just as the file changes; the next
//! one has everything that was acknowledged, and a log that agrees with the files.

use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt;
use std::thread;
use std::time::{Duration, Instant};

use openwork_testkit::http::{Request, send};
use openwork_testkit::process::Signal;
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{Server, ServerLaunch, TOKEN};
use serde_json::{Value, json};

use crate::counts::count;

const PROGRAM: &str = env!("CARGO_BIN_EXE_openwork-server");
const CONFIG: &str = "ws/opencode.jsonc";

fn start(sandbox: &Sandbox) -> Server {
    let launch = ServerLaunch::new(PROGRAM, sandbox).args(["--approval", "auto"]);
    launch.start().unwrap()
}

/// Adds plugins one after another until the server is gone; says which were acknowledged. While
/// another server holds the workspace for too long, the answer is 409 and the client tries again.
fn write(address: SocketAddr, path: &str, name: &str, most: usize) -> Vec<String> {
    let specs = (0..most).map(|n| format!("{name}-{n}"));
    let acknowledged = |spec: &String| {
        let request = Request::new("POST", path)
            .header("Authorization", &format!("Bearer {TOKEN}"))
            .json(&json!({ "spec": spec }));
        loop {
            match send(address, &request).map(|answer| answer.status) {
                Ok(409) => {}
                answered => return answered.is_ok_and(|status| status == 200),
            }
        }
    };
    specs.take_while(acknowledged).collect()
}

fn listed(sandbox: &Sandbox) -> Vec<String> {
    let Ok(text) = sandbox.read(CONFIG) else {
        return Vec::new();
    };
    let config: Value = serde_json::from_str(&text).unwrap();
    let plugins = config["plugin"].as_array().unwrap().iter();
    plugins
        .map(|spec| spec.as_str().unwrap().to_owned())
        .collect()
}

/// The plugins that the audit log says were added, in its order.
fn recorded(sandbox: &Sandbox) -> Vec<String> {
    let log = sandbox
        .read("ws/.opencode/openwork/audit.jsonl")
        .unwrap_or_default();
    let entries = log
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let summary = |entry: Value| {
        let is_entry = entry.get("record").is_none();
        let summary = entry["summary"].as_str()?.strip_prefix("Added ")?;
        is_entry.then(|| summary.to_owned())
    };
    entries.filter_map(summary).collect()
}

fn leftovers(sandbox: &Sandbox) -> Vec<String> {
    let places = ["ws", "ws/.opencode", "ws/.opencode/openwork"];
    let entries = places
        .iter()
        .flat_map(|place| std::fs::read_dir(sandbox.path(place)).into_iter().flatten());
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let is_left = |name: &String| {
        name == "journal.json" || std::path::Path::new(name).extension() == Some("tmp".as_ref())
    };
    names.filter(is_left).collect()
}

#[test]
fn a_killed_server_leaves_what_it_acknowledged_and_a_true_log() {
    for round in 0..count("OPENWORK_SERVER_KILLS", 8) {
        let sandbox = Sandbox::new().unwrap();
        let mut server = start(&sandbox);
        let (address, path) = (server.address(), server.at_workspace("plugins"));
        let acknowledged: Vec<String> = thread::scope(|scope| {
            let path = &path;
            let writers: Vec<_> = (0..3)
                .map(|writer| scope.spawn(move || write(address, path, &format!("w{writer}"), 200)))
                .collect();
            wait_for_the_moment(&sandbox, round);
            server.process().signal(Signal::Kill).unwrap();
            let writers = writers.into_iter();
            writers.flat_map(|writer| writer.join().unwrap()).collect()
        });
        drop(server);
        let next = start(&sandbox);
        let plugins = listed(&sandbox);
        for spec in &acknowledged {
            assert!(plugins.contains(spec), "round {round}: {spec} is lost");
        }
        assert_eq!(recorded(&sandbox), plugins, "round {round}");
        assert_eq!(leftovers(&sandbox), [""; 0], "round {round}");
        drop(next);
    }
}

/// Waits for some changes, and in every other round for the instant of one more.
fn wait_for_the_moment(sandbox: &Sandbox, round: usize) {
    let inode = || {
        sandbox
            .path(CONFIG)
            .metadata()
            .map(|found| found.ino())
            .ok()
    };
    let until_it_changes = || {
        let (before, end) = (inode(), Instant::now() + Duration::from_secs(5));
        while inode() == before && Instant::now() < end {}
    };
    for _ in 0..=round % 4 {
        until_it_changes();
    }
    if round % 2 == 1 {
        thread::sleep(Duration::from_micros(113 * (round as u64 * 31 % 97)));
    }
}

#[test]
fn two_servers_of_one_workspace_lose_nothing() {
    let sandbox = Sandbox::new().unwrap();
    let servers = [start(&sandbox), start(&sandbox)];
    let each = count("OPENWORK_TWO_SERVER_WRITES", 60) / 2;
    let mut acknowledged: Vec<String> = thread::scope(|scope| {
        let writers = servers.iter().enumerate().map(|(n, server)| {
            let (address, path) = (server.address(), server.at_workspace("plugins"));
            scope.spawn(move || write(address, &path, &format!("s{n}"), each))
        });
        let writers: Vec<_> = writers.collect();
        let writers = writers.into_iter();
        writers.flat_map(|writer| writer.join().unwrap()).collect()
    });
    assert_eq!(acknowledged.len(), each * 2, "some were refused");
    assert_eq!(recorded(&sandbox), listed(&sandbox));
    let mut plugins = listed(&sandbox);
    plugins.sort_unstable();
    acknowledged.sort_unstable();
    assert_eq!(plugins, acknowledged);
}
