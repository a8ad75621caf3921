//! The commands of docs/remote.md, as somebody types them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::io;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};

use openwork_testkit::fake_engine::{FakeEngine, SeenRequest, answer};

const PROGRAM: &str = env!("CARGO_BIN_EXE_openwork-server");
const DOCUMENT: &str = include_str!("../../docs/remote.md");

/// What is done with a block of commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Run {
    Not,
    ToItsEnd,
    GoingOn,
}

/// The blocks in their order.
fn blocks() -> Vec<(Run, String)> {
    let mut found = Vec::new();
    let mut next = Run::ToItsEnd;
    let mut block: Option<String> = None;
    for line in DOCUMENT.lines() {
        match &mut block {
            Some(text) if line == "```" => {
                found.push((next, std::mem::take(text)));
                (block, next) = (None, Run::ToItsEnd);
            }
            Some(text) => writeln!(text, "{line}").unwrap(),
            None if line.starts_with("<!-- not run: ") => next = Run::Not,
            None if line == "<!-- goes on -->" => next = Run::GoingOn,
            None if line == "```sh" => block = Some(String::new()),
            None => {}
        }
    }
    found
}

/// All of it as one script, ended by what it began.
fn script() -> String {
    let mut script = "set -eu\nPIDS=\ntrap 'kill $PIDS' EXIT\n".to_owned();
    for (run, block) in blocks() {
        match run {
            Run::Not => {}
            Run::ToItsEnd => script += &block,
            Run::GoingOn => {
                // The last command takes the place of the shell, so that it is ended
                // with it.
                let program = block.replace("openwork-server --", "exec openwork-server --");
                let ready = "until curl -sf http://127.0.0.1:8787/health; do sleep 0.1; done";
                write!(script, "( {program} ) &\nPIDS=\"$PIDS $!\"\n{ready}\n").unwrap();
            }
        }
    }
    script
}

/// An engine with one session of the workspace.
fn engine(request: &SeenRequest, stream: &mut TcpStream) -> io::Result<()> {
    let session = r#"{"id":"ses_1","directory":"/real/notes","title":"From the phone"}"#;
    if request.is("GET /path?") {
        answer(stream, "200 OK", r#"{"directory":"/real/notes"}"#)
    } else if request.is("GET /session?") {
        answer(stream, "200 OK", &format!("[{session}]"))
    } else if request.is("POST /session?") || request.is("GET /session/ses_1?") {
        answer(stream, "200 OK", session)
    } else if request.is("POST /session/ses_1/prompt_async?") {
        answer(stream, "204 No Content", "")
    } else if request.is("GET /session/ses_1/message?") {
        answer(
            stream,
            "200 OK",
            r#"[{"parts":[{"type":"text","text":"A list of notes."}]}]"#,
        )
    } else {
        answer(stream, "404 Not Found", "{}")
    }
}

fn has_curl() -> bool {
    let mut curl = Command::new("curl");
    let version = curl.arg("--version").stdout(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

#[test]
fn a_newcomer_gets_from_a_bare_machine_to_a_phone() {
    if !has_curl() {
        eprintln!("skipped: there is no curl here");
        return;
    }
    let engine = FakeEngine::start(engine).unwrap();
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let script = script()
        .replace("http://127.0.0.1:4096", &engine.url())
        .replace(
            "openwork-server --",
            &format!("openwork-server --port {port} --"),
        )
        .replace(":8787", &format!(":{port}"));
    let home = tempfile::tempdir().unwrap();
    let programs = Path::new(PROGRAM).parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    let ran = Command::new("timeout")
        .args(["100", "sh", "-c", &script])
        .current_dir(home.path())
        .env("HOME", home.path())
        .env("XDG_CONFIG_HOME", home.path().join("config"))
        .env("XDG_RUNTIME_DIR", home.path())
        .env("PATH", format!("{}:{path}", programs.display()))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    let errors = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}\n{errors}");
    for expected in [
        "phone, approver",
        "\"title\":\"From the phone\"",
        "A list of notes.",
        "\"path\":\"list.txt\"",
        "Run a plugin: opencode-notion",
        "\"spec\":\"opencode-notion\"",
    ] {
        assert!(said.contains(expected), "{expected}: {said}\n{errors}");
    }
    let seen = engine.seen();
    let prompt = seen
        .iter()
        .find(|seen| seen.is("POST /session/ses_1/prompt_async?"));
    let prompt = String::from_utf8_lossy(&prompt.unwrap().body).into_owned();
    assert!(prompt.contains("What is in this folder?"), "{prompt}");
    let written = std::fs::read_to_string(home.path().join("notes/opencode.jsonc")).unwrap();
    assert!(written.contains("opencode-notion"), "{written}");
}

#[test]
fn every_block_is_run_or_says_why_not() {
    let kinds: Vec<_> = blocks().into_iter().map(|(run, _)| run).collect();
    let count = |run| kinds.iter().filter(|kind| **kind == run).count();
    assert_eq!(
        (count(Run::Not), count(Run::GoingOn), count(Run::ToItsEnd)),
        (5, 1, 8)
    );
}
