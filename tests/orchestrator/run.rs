//! One run of the orchestrator, in a sandbox.

use std::error::Error;
use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use openwork_testkit::http::{Request, send};
use openwork_testkit::port::free_port;
use openwork_testkit::process::{Launch, Process, poll};
use openwork_testkit::sandbox::Sandbox;
use serde_json::Value;

use crate::programs::Programs;

pub(crate) const CLIENT: &str = "client-token-of-the-run";
pub(crate) const HOST: &str = "host-token-of-the-run";

/// How often a run begins anew because the engine was late: the orchestrator gives it ten seconds,
/// which is not enough on a busy machine.
const ATTEMPTS: usize = 5;
/// How long a request or a command may take.
const LIMIT: Duration = Duration::from_secs(30);
/// How long the engine and the server may take to start.
const START_LIMIT: Duration = Duration::from_secs(60);

/// A run whose services are up.
pub(crate) struct Run<'p> {
    programs: &'p Programs,
    pub(crate) process: Process,
    pub(crate) address: SocketAddr,
    sandbox: Sandbox,
}

impl<'p> Run<'p> {
    /// Starts `openwork serve` and waits until it says that it is ready.
    pub(crate) fn start(
        programs: &'p Programs,
        arguments: &[&str],
    ) -> Result<Self, Box<dyn Error>> {
        let mut output = String::new();
        for _ in 0..ATTEMPTS {
            let mut run = Self::attempt(programs, arguments)?;
            if run.is_ready()? {
                return Ok(run);
            }
            output = run.output();
            if output.contains("OpenWork server listening on") {
                break;
            }
        }
        Err(format!("the orchestrator is not ready:\n{output}").into())
    }

    fn attempt(programs: &'p Programs, arguments: &[&str]) -> Result<Self, Box<dyn Error>> {
        let sandbox = Sandbox::new()?;
        // It asks the engine for its version first and gives it four seconds.
        let engine = sandbox.path("opencode");
        let program = programs
            .engine
            .to_str()
            .ok_or("the engine's path is no text")?;
        let script = format!(
            "#!/bin/sh\n[ \"$1\" = --version ] && exec echo 1.17.11\nexec '{program}' \"$@\"\n"
        );
        fs::write(&engine, script)?;
        make_executable(&engine)?;
        // The orchestrator does not take 0.
        let port = free_port()?;
        let process = launch(programs, &sandbox)
            .args(["serve", "--allow-external", "--log-format", "json"])
            .args(["--sidecar-source", "external", "--openwork-server-bin"])
            .arg(env!("CARGO_BIN_EXE_openwork-server"))
            .args(["--opencode-source", "external", "--opencode-bin"])
            .arg(&engine)
            .arg("--workspace")
            .arg(sandbox.workspace())
            .args(["--openwork-port", &port.to_string()])
            .args(["--openwork-token", CLIENT, "--openwork-host-token", HOST])
            .args(arguments)
            .start()?;
        Ok(Self {
            programs,
            process,
            address: (Ipv4Addr::LOCALHOST, port).into(),
            sandbox,
        })
    }

    /// Whether it came so far, once that can be told.
    fn is_ready(&mut self) -> io::Result<bool> {
        let told = poll(START_LIMIT, || {
            // Looked at in this order: what ends has said all that it will.
            let has_ended = self.process.exit_status()?.is_some();
            let is_ready = self.output().contains("\"body\":\"Ready\"");
            Ok::<_, io::Error>((is_ready || has_ended).then_some(is_ready))
        });
        Ok(told?.unwrap_or(false))
    }

    /// All that it wrote.
    pub(crate) fn output(&self) -> String {
        format!("{}{}", self.process.stdout(), self.process.stderr())
    }

    /// Where our server is.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What another command of the orchestrator answers.
    pub(crate) fn command(&self, arguments: &[&str]) -> Result<Value, Box<dyn Error>> {
        let mut process = launch(self.programs, &self.sandbox)
            .args(arguments)
            .start()?;
        let status = process.wait(LIMIT)?.ok_or("a command goes on")?;
        let answer = process.stdout();
        if !status.success() {
            return Err(format!("{arguments:?} failed:\n{answer}{}", process.stderr()).into());
        }
        Ok(serde_json::from_str(&answer)?)
    }

    /// The id of the request that waits, as `openwork approvals list` shows it.
    pub(crate) fn waiting(&self, host: &[&str]) -> Result<String, Box<dyn Error>> {
        let arguments = [&["approvals", "list"], host].concat();
        let listed = poll(LIMIT, || {
            let list = self.command(&arguments)?;
            Ok::<_, Box<dyn Error>>(list["items"][0]["id"].as_str().map(str::to_owned))
        });
        listed?.ok_or_else(|| "nothing waits".into())
    }
}

/// What a server answers, in JSON.
pub(crate) fn answer(server: SocketAddr, request: Request) -> io::Result<Value> {
    let answer = send(server, &request.within(LIMIT)).map_err(io::Error::other)?;
    let document = answer.json().filter(|_| answer.status == 200);
    document.ok_or_else(|| io::Error::other(answer.summary()))
}

fn launch(programs: &Programs, sandbox: &Sandbox) -> Launch {
    let home = sandbox.home();
    let below = |path: &str| home.join(Path::new(path));
    Launch::new(&programs.orchestrator, sandbox.root())
        .env("HOME", &home)
        .env("XDG_CONFIG_HOME", below(".config"))
        .env("XDG_DATA_HOME", below(".local/share"))
        .env("XDG_STATE_HOME", below(".local/state"))
        .env("XDG_CACHE_HOME", below(".cache"))
        .env("OPENCODE_DISABLE_AUTOUPDATE", "1")
        .env("OPENCODE_DISABLE_DEFAULT_PLUGINS", "1")
        .env("OPENCODE_DISABLE_MODELS_FETCH", "1")
        .env("npm_config_offline", "true")
}

#[cfg(unix)]
fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

/// The script is one of a shell that other systems lack; the orchestrator is not looked for there.
#[cfg(not(unix))]
fn make_executable(_path: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
