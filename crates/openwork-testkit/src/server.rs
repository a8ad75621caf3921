//! The server binary, started for one test.

use std::ffi::OsStr;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::approval::Approver;
use crate::http::{Answer, Request, send};
use crate::leak::{VERBOSE, leaks};
use crate::process::{Launch, Process, poll};
use crate::sandbox::{Sandbox, workspace_id};

/// The client token of every server that a test starts.
pub const TOKEN: &str = "client-token-7f3a";
/// The host token of every server that a test starts.
pub const HOST_TOKEN: &str = "host-token-91bc";

const START_LIMIT: Duration = Duration::from_secs(10);

/// A server that is about to start on a sandbox.
#[derive(Debug)]
pub struct ServerLaunch {
    launch: Launch,
    workspace: PathBuf,
}

impl ServerLaunch {
    /// Describes a server on a free port that serves the sandbox's workspace. It logs the most it
    /// can.
    pub fn new(program: impl AsRef<Path>, sandbox: &Sandbox) -> Self {
        let workspace = sandbox.workspace();
        let launch = Launch::new(program.as_ref(), sandbox.root())
            .home(sandbox.home())
            .args([
                "--port",
                "0",
                "--token",
                TOKEN,
                "--host-token",
                HOST_TOKEN,
                "--workspace",
            ])
            .arg(&workspace);
        let launch = Self { launch, workspace };
        VERBOSE
            .iter()
            .fold(launch, |launch, (name, value)| launch.env(name, value))
    }

    /// Logs as little as a server usually does, where the log would be in the way of measuring.
    #[must_use]
    pub fn quiet(self) -> Self {
        VERBOSE
            .iter()
            .fold(self, |launch, (name, _)| launch.env(name, ""))
    }

    /// Adds arguments.
    #[must_use]
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.launch = self.launch.args(arguments);
        self
    }

    /// Sets a variable of the server's environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.launch = self.launch.env(name, value);
        self
    }

    /// Starts the server and waits until it says where it listens.
    pub fn start(self) -> io::Result<Server> {
        let mut process = self.launch.start()?;
        let address = listening(&mut process, START_LIMIT)?;
        Ok(Server {
            process,
            address,
            workspace: self.workspace,
        })
    }
}

/// A running server; stopped when dropped, and then no token may be in what it printed and logged.
#[derive(Debug)]
pub struct Server {
    process: Process,
    address: SocketAddr,
    workspace: PathBuf,
}

impl Server {
    /// Returns the address that the server listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the process, to signal it or to read its output.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Returns the path of a workspace endpoint, such as `/workspace/ws_…/skills`.
    pub fn at_workspace(&self, rest: &str) -> String {
        format!("/workspace/{}/{rest}", workspace_id(&self.workspace))
    }

    /// Sends a request as it is.
    pub fn send(&self, request: &Request) -> io::Result<Answer> {
        send(self.address, request).map_err(io::Error::other)
    }

    /// Sends a request with the client token.
    pub fn as_client(&self, request: Request) -> io::Result<Answer> {
        self.send(&request.header("Authorization", &format!("Bearer {TOKEN}")))
    }

    /// Returns the person who answers the approvals.
    pub fn approver(&self) -> Approver {
        Approver::new(self.address, HOST_TOKEN)
    }

    /// Sends a client's request and takes a 200 with JSON for granted.
    pub fn json(&self, request: Request) -> io::Result<Value> {
        let answer = self.as_client(request)?;
        let document = answer.json().filter(|_| answer.status == 200);
        document.ok_or_else(|| io::Error::other(answer.summary()))
    }

    /// Asks the server to end and returns how it did.
    pub fn stop(mut self) -> io::Result<ExitStatus> {
        self.process.stop()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _already_ended = self.process.stop();
        if !thread::panicking() {
            assert_eq!(leaks(&self.process, &[TOKEN, HOST_TOKEN]), [""; 0]);
        }
    }
}

/// Waits until a server's first line says on which port it listens.
pub fn listening(process: &mut Process, limit: Duration) -> io::Result<SocketAddr> {
    let address = poll(limit, || match announced(&process.stdout()) {
        Some(address) => Ok(Some(address)),
        None if process.exit_status()?.is_some() => Err(io::Error::other("the server has ended")),
        None => Ok(None),
    });
    let silent = || {
        io::Error::new(
            io::ErrorKind::TimedOut,
            "the server did not say where it listens",
        )
    };
    address
        .and_then(|address| address.ok_or_else(silent))
        .map_err(|error| {
            io::Error::new(
                error.kind(),
                format!("{error}\n{}{}", process.stdout(), process.stderr()),
            )
        })
}

/// Reads the address from the line that announces it; a wildcard host is reached over loopback.
fn announced(output: &str) -> Option<SocketAddr> {
    let (whole_lines, _) = output.rsplit_once('\n')?;
    let line = whole_lines
        .lines()
        .find(|line| line.contains("listening on http://"))?;
    let port = line.rsplit_once(':')?.1.parse().ok()?;
    (port != 0).then(|| SocketAddr::from(([127, 0, 0, 1], port)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_line_announces_an_address() {
        let line = "OpenWork server listening on http://0.0.0.0:4096";
        assert_eq!(announced(line), None);
        assert_eq!(
            announced(&format!("{line}\n")),
            Some(SocketAddr::from(([127, 0, 0, 1], 4096)))
        );
        assert_eq!(announced("OpenWork server listening on http://h:0\n"), None);
        assert_eq!(announced("Workspaces: 1\n"), None);
    }

    #[test]
    fn a_program_that_ends_is_not_waited_for() {
        // Any program that ends without saying where it listens.
        let program = std::env::current_exe().unwrap();
        let directory = std::env::temp_dir();
        let mut process = Launch::new(program, directory)
            .arg("--no-such-flag")
            .start()
            .unwrap();
        let error = listening(&mut process, START_LIMIT)
            .unwrap_err()
            .to_string();
        assert!(error.starts_with("the server has ended\n"), "{error}");
        assert!(error.contains("no-such-flag"), "{error}");
    }
}
