//! Programs of this machine that are told of what waits, on every system.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use openwork_testkit::process::poll;
use openwork_testkit::sandbox::Sandbox;
use serde_json::{Value, json};

use super::{LIMIT, PUBLIC, asked_and_allowed, launch, logged, skill};

/// Names the file that the told program writes.
const FILE: &str = "TOLD_FILE";

/// Not a test: the program that is told. It writes its variables and what it was told.
#[test]
#[ignore = "it is a process of `a_program_is_told_and_holds_nothing_of_ours`"]
fn a_told_program() {
    let Some(file) = std::env::var_os(FILE).map(PathBuf::from) else {
        return;
    };
    let variables: Vec<String> = std::env::vars_os()
        .map(|(name, value)| format!("{}={}", name.display(), value.display()))
        .collect();
    fs::write(file.with_extension("env"), variables.join("\n")).unwrap();
    let mut told = String::new();
    io::stdin().read_to_string(&mut told).unwrap();
    fs::write(file.with_extension("new"), told).unwrap();
    fs::rename(file.with_extension("new"), file).unwrap();
}

/// A setting that names a program and its arguments.
fn program(parts: &[&str]) -> String {
    json!(parts).to_string()
}

fn read(path: &Path) -> String {
    let text = poll(LIMIT, || match fs::read_to_string(path) {
        Ok(text) if text.ends_with('\n') => Ok(Some(text)),
        _ => Ok::<_, io::Error>(None),
    });
    text.unwrap().unwrap_or_default()
}

#[test]
fn a_program_is_told_and_holds_nothing_of_ours() {
    let sandbox = Sandbox::new().unwrap();
    let file = sandbox.path("told");
    let tests = std::env::current_exe().unwrap();
    let command = program(&[
        tests.to_str().unwrap(),
        "--ignored",
        "--exact",
        "hooks::programs::a_told_program",
    ]);
    let launch = launch(&sandbox)
        .env("OPENWORK_NOTIFY_COMMAND", command)
        .env(FILE, &file);
    let server = launch.args(["--public-url", PUBLIC]).start().unwrap();
    let asked = skill(&server, "kind");
    let told: Value = serde_json::from_str(&read(&file)).unwrap();
    let waiting = server.approver().wait_for(1).unwrap();
    let id = waiting[0]["id"].as_str().unwrap();
    let expected = json!({
        "event": "approval.asked", "id": id, "title": told["title"], "level": "medium",
        "workspace": told["workspace"], "who": "127.0.0.1",
        "link": format!("{PUBLIC}/console#request={id}"), "expiresAt": told["expiresAt"],
    });
    assert_eq!(told, expected);
    let environment = fs::read_to_string(sandbox.path("told.env")).unwrap();
    let home = if cfg!(windows) {
        "USERPROFILE="
    } else {
        "HOME="
    };
    assert!(environment.contains(home), "{environment}");
    assert!(!environment.contains("OPENWORK_"), "{environment}");
    server.approver().reply(id, "deny").unwrap();
    asked.join().unwrap();
}

/// How long a program may take, in milliseconds, and what is said of one that takes longer.
/// Under Wine a program needs some hundred to start.
const PATIENCE: &str = if cfg!(windows) { "3000" } else { "500" };
const TOO_LONG: &str = if cfg!(windows) {
    "it took longer than 3000 ms and was ended"
} else {
    "it took longer than 500 ms and was ended"
};

/// Programs that do not do what they should, and what is said of it.
#[cfg(unix)]
const FAILING: [(&[&str], &str); 4] = [
    (
        &["/nowhere/program"],
        "the program cannot be run: No such file",
    ),
    (&["sleep", "600"], TOO_LONG),
    (&["sh", "-c", "yes; exit 7"], TOO_LONG),
    (
        &["sh", "-c", "yes | head -c 9000000; exit 7"],
        "the program ended with exit code 7",
    ),
];

#[cfg(windows)]
const FAILING: [(&[&str], &str); 3] = [
    (&["C:\\nowhere\\program.exe"], "the program cannot be run: "),
    (&["ping", "-n", "600", "127.0.0.1"], TOO_LONG),
    (
        &["cmd", "/c", "exit 7"],
        "the program ended with exit code 7",
    ),
];

#[test]
fn programs_that_hang_or_are_missing_keep_nobody_waiting() {
    for (parts, expected) in FAILING {
        let sandbox = Sandbox::new().unwrap();
        let launch = launch(&sandbox).env("OPENWORK_NOTIFY_COMMAND", program(parts));
        let mut server = launch
            .env("OPENWORK_NOTIFY_TIMEOUT_MS", PATIENCE)
            .start()
            .unwrap();
        asked_and_allowed(&server);
        let log = logged(&mut server, expected);
        assert!(log.contains(expected), "{expected}: {log}");
    }
}
