//! The one published program that starts this server, `openwork-orchestrator`, with our binary
//! and the engine that it pins.
//!
//! Both are taken from where npm puts them in `tests/`. Where one is absent the tests are skipped.
#![allow(
    clippy::disallowed_methods,
    reason = "the tests read the environment and lay out workspaces themselves"
)]
#![allow(clippy::print_stdout, reason = "a skip has to be seen")]

mod programs;
mod run;

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use openwork_testkit::http::Request;
use serde_json::{Value, json};

use crate::programs::Programs;
use crate::run::{CLIENT, HOST, Run, answer};

/// How long a part of a run may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

type Verdict = Result<(), Box<dyn Error>>;
/// A check, run as a test of its own name.
type Check = fn(&Programs) -> Verdict;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Each starts an engine, which the orchestrator gives ten seconds for that.
    arguments.test_threads = Some(1);
    let programs = Programs::find().map(Arc::new);
    if programs.is_none() {
        println!("skipped: no openwork-orchestrator or no engine; see tests/README.md");
    }
    let checks: [(&str, Check); 2] = [
        ("its_own_checks_pass", its_own_checks_pass),
        ("its_commands_work", its_commands_work),
    ];
    let trials = checks.into_iter().map(|(name, check)| {
        let own = programs.clone();
        let run = move || match own {
            Some(programs) => check(&programs).map_err(|error| Failed::from(error.to_string())),
            None => Ok(()),
        };
        Trial::test(name, run).with_ignored_flag(programs.is_none())
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// `openwork serve --check --check-events` ends with exit code 0, and what our server logs passes
/// through it as what it is.
fn its_own_checks_pass(programs: &Programs) -> Verdict {
    let arguments = ["--check", "--check-events", "--approval", "auto"];
    let mut run = Run::start(programs, &arguments)?;
    let status = run.process.wait(PATIENCE)?.ok_or("it goes on")?;
    let output = run.output();
    expect(status.code() == Some(0), "its exit code is 0", &output)?;
    expect(output.contains("Checks ok"), "the checks pass", &output)?;
    let made = records(&output).find(|record| record["body"] == "a token was made");
    let made = made.ok_or_else(|| format!("no token was made:\n{output}"))?;
    expect(made["severityText"] == "INFO", "it is no error", &output)?;
    let service = &made["resource"]["service.name"];
    expect(service == "openwork-server", "it is our record", &output)
}

/// `openwork status`, `approvals list` and `approvals reply` work, and a signal ends all.
fn its_commands_work(programs: &Programs) -> Verdict {
    let mut run = Run::start(programs, &["--approval", "manual"])?;
    let (url, server) = (run.url(), run.address);
    let status = run.command(&["status", "--json", "--openwork-url", &url])?;
    let expected = json!({ "openwork": { "ok": true, "url": url } });
    expect(
        status == expected,
        "the server is well",
        &status.to_string(),
    )?;

    let list = answer(server, by_client("GET", "/workspaces"))?;
    let id = list["activeId"].as_str().ok_or("no workspace")?;
    let wanted = by_client("POST", &format!("/workspace/{id}/plugins"));
    let wanted = wanted.json(&json!({ "spec": "opencode-notion" }));
    let asked = thread::spawn(move || answer(server, wanted));
    let host = ["--openwork-url", &url, "--host-token", HOST];
    let waiting = run.waiting(&host)?;
    let reply = [&["approvals", "reply", &waiting, "--allow"], &host[..]].concat();
    let replied = run.command(&reply)?;
    let is_allowed = replied["allowed"] == true;
    expect(is_allowed, "it is allowed", &replied.to_string())?;
    let written = asked.join().map_err(|_| "the request panicked")??;
    let spec = &written["items"][0]["spec"];
    let is_there = spec == "opencode-notion";
    expect(is_there, "the plugin is there", &written.to_string())?;

    let status = run.process.stop()?;
    expect(status.code() == Some(0), "it stops well", &run.output())?;
    let gone = answer(server, Request::new("GET", "/health"));
    expect(gone.is_err(), "our server has ended", &run.output())
}

fn by_client(method: &str, path: &str) -> Request {
    Request::new(method, path).header("Authorization", &format!("Bearer {CLIENT}"))
}

fn expect(holds: bool, what: &str, found: &str) -> Verdict {
    if holds {
        Ok(())
    } else {
        Err(format!("{what}, but found\n{found}").into())
    }
}

/// The lines of an output that are JSON.
fn records(output: &str) -> impl Iterator<Item = Value> {
    let lines = output.lines();
    lines.filter_map(|line| serde_json::from_str(line).ok())
}
