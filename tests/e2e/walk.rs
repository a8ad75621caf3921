//! The commands of a document, as somebody types them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_openwork-server");

/// What is done with a block of commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Run {
    Not,
    ToItsEnd,
    GoingOn,
}

/// The blocks of a document in their order.
pub(crate) fn blocks(document: &str) -> Vec<(Run, String)> {
    let mut found = Vec::new();
    let mut next = Run::ToItsEnd;
    let mut block: Option<String> = None;
    for line in document.lines() {
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

/// All of it as one script, ended by what it began; `after` comes last.
fn script(document: &str, after: &str) -> String {
    // What follows the server ends with it, perhaps before its own turn.
    let mut script =
        "set -eu\nPIDS=\ntrap 'for begun in $PIDS; do kill $begun || true; done' EXIT\n".to_owned();
    for (run, block) in blocks(document) {
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
    script + after
}

/// What the walk has printed, and where it went.
pub(crate) struct Walk {
    said: String,
    pub(crate) home: TempDir,
}

impl Walk {
    /// Runs all commands of a document with a server on this port, which is free,
    /// and other texts in the place of some.
    pub(crate) fn with(document: &str, port: u16, replaced: &[(&str, &str)], after: &str) -> Self {
        let named = format!("openwork-server --port {port} --");
        let script = script(document, after);
        let script = replaced
            .iter()
            .fold(script, |script, (text, other)| script.replace(text, other))
            .replace("openwork-server --", &named)
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
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        let errors = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{said}\n{errors}");
        Self { said, home }
    }

    /// Fails if it has not printed all of these.
    pub(crate) fn has_said(&self, expected: &[&str]) {
        for expected in expected {
            assert!(self.said.contains(expected), "{expected}: {}", self.said);
        }
    }
}

pub(crate) fn has_curl() -> bool {
    let mut curl = Command::new("curl");
    let version = curl.arg("--version").stdout(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}
