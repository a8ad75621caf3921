//! One case: a sandbox, a server and a script that looks at its page.

use std::collections::BTreeSet;
use std::env;
use std::error::Error;
use std::io;
use std::time::Duration;

use openwork_testkit::port::free_port;
use openwork_testkit::process::{Process, poll};
use openwork_testkit::sandbox::{Sandbox, workspace_id};
use openwork_testkit::server::{HOST_TOKEN, Server, ServerLaunch, TOKEN};
use serde_json::json;

use crate::browser::SharedBrowser;
use crate::cases::{CASES, Case};

/// What a case ends with.
pub(crate) type Verdict = Result<(), Box<dyn Error>>;

const LIMIT: Duration = Duration::from_secs(120);
/// A directory that keeps the pictures; without it none are taken.
const SCREENSHOTS: &str = "OPENWORK_SCREENSHOTS";
/// What a script writes to have the server stopped, and what it then waits for.
const STOP: [&str; 2] = ["stop", "stopped"];
/// The same, to have it started again.
const RESTART: [&str; 2] = ["restart", "restarted"];

const CONFIGURATION: &str = r#"{
  // My plugins
  "plugin": ["opencode-github"],
  "model": "anthropic/claude"
}
"#;

/// A sandbox and the means to look at its server.
pub(crate) struct Bench<'b> {
    sandbox: Sandbox,
    browser: &'b SharedBrowser,
}

impl<'b> Bench<'b> {
    pub(crate) fn new(browser: &'b SharedBrowser) -> io::Result<Self> {
        let sandbox = Sandbox::new()?;
        sandbox.write("ws/opencode.jsonc", CONFIGURATION)?;
        Ok(Self { sandbox, browser })
    }

    /// Runs a case; its script says what is wrong, if anything is.
    pub(crate) fn run(&self, case: &Case) -> Verdict {
        // A server that starts again takes the same port, which nobody else may have been given.
        let port = free_port()?.to_string();
        let mut server = self.start(case, &port)?;
        let mut script = self.script(case, &server)?;
        let ended = poll(LIMIT, || {
            if std::fs::remove_file(self.sandbox.path(STOP[0])).is_ok() {
                server.process().stop()?;
                self.sandbox.write(STOP[1], "")?;
            }
            if std::fs::remove_file(self.sandbox.path(RESTART[0])).is_ok() {
                if server.process().exit_status()?.is_none() {
                    server.process().stop()?;
                }
                server = self.start(case, &port)?;
                self.sandbox.write(RESTART[1], "")?;
            }
            script.exit_status()
        })?;
        match ended {
            Some(status) if status.success() => Ok(()),
            Some(_) => Err(format!("{}{}", script.stdout(), script.stderr()).into()),
            None => Err(format!("not over after {LIMIT:?}\n{}", script.stdout()).into()),
        }
    }

    fn start(&self, case: &Case, port: &str) -> io::Result<Server> {
        let program = env!("CARGO_BIN_EXE_openwork-server");
        ServerLaunch::new(program, &self.sandbox)
            .args(case.arguments)
            .args(["--port", port])
            .start()
    }

    fn script(&self, case: &Case, server: &Server) -> io::Result<Process> {
        let world = json!({
            "case": case.name,
            "browser": self.browser.endpoint()?,
            "base": format!("http://{}", server.address()),
            "token": TOKEN,
            "hostToken": HOST_TOKEN,
            "workspaceId": workspace_id(&self.sandbox.workspace()),
            "directory": self.sandbox.root(),
            "screenshots": env::var_os(SCREENSHOTS).and_then(|path| path.into_string().ok()),
        });
        let programs = &self.browser.programs;
        let script = programs.script("run.mjs", self.sandbox.root());
        script.arg(world.to_string()).start()
    }
}

/// Passes if the scripts hold the cases that are run, and no others.
pub(crate) fn every_case_is_run(browser: &SharedBrowser) -> Verdict {
    let home = Sandbox::new()?;
    let mut list = browser.programs.script("list.mjs", home.root()).start()?;
    list.wait(LIMIT)?;
    let output = list.stdout();
    let written: BTreeSet<&str> = output.lines().collect();
    let run: BTreeSet<&str> = CASES.iter().map(|case| case.name).collect();
    if written == run {
        Ok(())
    } else {
        let differing: Vec<_> = written.symmetric_difference(&run).collect();
        Err(format!("only written or only run: {differing:?}\n{}", list.stderr()).into())
    }
}
