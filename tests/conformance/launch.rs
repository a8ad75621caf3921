//! Starting the server of a case, and watching it end where it must not start.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use openwork_testkit::http::{Request, send};
use openwork_testkit::leak::VERBOSE;
use openwork_testkit::process::{Launch, Process, poll};
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::listening;
use regex_lite::RegexBuilder;
use serde_json::Value;

use crate::case::{ExpectExit, PortFrom, ServerSpec};
use crate::content::Many;
use crate::fault::Fault;
use crate::scope::Scope;

const START_LIMIT: Duration = Duration::from_secs(10);
const EXIT_LIMIT: Duration = Duration::from_secs(8);

/// Starts the server on a port, without waiting for it.
pub(crate) fn start(
    program: &Path,
    sandbox: &Sandbox,
    scope: &Scope,
    spec: &ServerSpec,
    port: u16,
) -> Result<Process, Fault> {
    let mut launch = Launch::new(program, sandbox.root()).home(sandbox.home());
    for (name, value) in VERBOSE {
        launch = launch.env(name, value);
    }
    let port = port.to_string();
    match spec.port {
        Some(PortFrom::Flag) => launch = launch.args(["--port", &port]),
        Some(PortFrom::Env) => launch = launch.env("OPENWORK_PORT", &port),
        Some(PortFrom::Zero) => launch = launch.args(["--port", "0"]),
        None => {}
    }
    for workspace in &spec.workspaces {
        launch = launch.arg("--workspace").arg(sandbox.path(workspace));
    }
    for (flag, value) in flags(spec) {
        launch = launch.args([flag, &value]);
    }
    for argument in &spec.args {
        launch = launch.arg(scope.text(argument)?);
    }
    for (name, value) in &spec.env {
        launch = launch.env(name, environment_text(&scope.fill(value)?));
    }
    Ok(launch.start()?)
}

fn flags(spec: &ServerSpec) -> impl Iterator<Item = (&'static str, String)> {
    [
        ("--token", spec.token.clone()),
        ("--host-token", spec.host_token.clone()),
        ("--approval", spec.approval.clone()),
        (
            "--approval-timeout",
            spec.approval_timeout.map(|timeout| timeout.to_string()),
        ),
    ]
    .into_iter()
    .filter_map(|(flag, value)| Some((flag, value?)))
}

fn environment_text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// Waits until the server answers, and returns where.
pub(crate) fn wait_ready(
    process: &mut Process,
    spec: &ServerSpec,
    port: u16,
) -> Result<SocketAddr, Fault> {
    let address = match spec.port {
        Some(PortFrom::Zero) => listening(process, START_LIMIT)?,
        _ => SocketAddr::from(([127, 0, 0, 1], port)),
    };
    let ready = poll(START_LIMIT, || {
        if let Some(status) = process.exit_status()? {
            return Err(Fault::check(format!(
                "the server ended before it was ready: {status}"
            )));
        }
        Ok(is_healthy(address).then_some(address))
    });
    ready?.ok_or_else(|| Fault::check("GET /health did not answer 200 in time"))
}

fn is_healthy(address: SocketAddr) -> bool {
    let request = Request::new("GET", "/health").within(Duration::from_secs(2));
    send(address, &request).is_ok_and(|answer| answer.status == 200)
}

/// Keeps a port busy, as another program would.
pub(crate) fn occupy(port: u16) -> Result<TcpListener, Fault> {
    Ok(TcpListener::bind(("127.0.0.1", port))?)
}

/// Waits for the server to end by itself and judges how it did.
pub(crate) fn check_exit(
    process: &mut Process,
    scope: &Scope,
    expect: &ExpectExit,
    port: Option<u16>,
) -> Result<(), Fault> {
    let status = wait_exit(process, port)?;
    let (stdout, stderr) = (process.stdout(), process.stderr());
    let both = format!("{stdout}\n{stderr}");
    let mut differences: Vec<String> = exit_difference(status, expect.code).into_iter().collect();
    for (patterns, text, wanted) in [
        (&expect.output, &both, true),
        (&expect.stdout, &stdout, true),
        (&expect.not_output, &both, false),
    ] {
        differences.extend(output_differences(scope, patterns, text, wanted)?);
    }
    Fault::unless_empty(differences)
}

fn wait_exit(process: &mut Process, port: Option<u16>) -> Result<ExitStatus, Fault> {
    let status = poll(EXIT_LIMIT, || {
        let status = process.exit_status()?;
        let started =
            || port.is_some_and(|port| is_healthy(SocketAddr::from(([127, 0, 0, 1], port))));
        if status.is_none() && started() {
            return Err(Fault::check("the server started where it must refuse to"));
        }
        Ok(status)
    });
    status?.ok_or_else(|| Fault::check("the server neither answered nor ended in time"))
}

fn exit_difference(status: ExitStatus, expected: Option<i32>) -> Option<String> {
    let fine = match (expected, status.code()) {
        (Some(expected), Some(code)) => code == expected,
        (None, Some(code)) => code != 0,
        (_, None) => false,
    };
    (!fine).then(|| match expected {
        Some(code) => format!("expected the exit code {code}, found {status}"),
        None => format!("expected an exit code other than 0, found {status}"),
    })
}

fn output_differences(
    scope: &Scope,
    patterns: &Many<String>,
    text: &str,
    wanted: bool,
) -> Result<Vec<String>, Fault> {
    let mut differences = Vec::new();
    for pattern in patterns.iter() {
        if says(text, &scope.text(pattern)?)? != wanted {
            let verb = if wanted {
                "nothing is like"
            } else {
                "nothing should be like"
            };
            differences.push(format!("output: {verb} /{pattern}/"));
        }
    }
    Ok(differences)
}

/// Judges whether an output says something, in capitals or not.
pub(crate) fn says(text: &str, pattern: &str) -> Result<bool, Fault> {
    Ok(RegexBuilder::new(pattern)
        .case_insensitive(true)
        .build()?
        .is_match(text))
}
