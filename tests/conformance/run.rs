//! One case, from its first file to its last step.

use std::collections::HashMap;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::mpsc::Receiver;

use openwork_testkit::http::{Answer, ExchangeError};
use openwork_testkit::leak::leaks;
use openwork_testkit::port::free_port;
use openwork_testkit::process::Process;
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::tree::Tree;

use crate::case::{Case, PortFrom};
use crate::fault::Fault;
use crate::scope::Scope;
use crate::{fixture, launch, steps};

/// A case under way.
pub(crate) struct Run<'c> {
    program: &'c Path,
    case: &'c Case,
    pub(crate) scope: Scope,
    pub(crate) process: Process,
    pub(crate) address: SocketAddr,
    /// What the directory held at the start.
    pub(crate) before: Tree,
    /// Requests whose answers are awaited later.
    pub(crate) background: HashMap<String, Receiver<Result<Answer, ExchangeError>>>,
    pub(crate) sandbox: Sandbox,
    _occupied: Option<TcpListener>,
}

/// Runs a case; the error is a report.
pub(crate) fn run(program: &Path, case: &Case) -> Result<(), String> {
    let mut run = Run::start(program, case).map_err(|fault| format!("start: {fault}"))?;
    match run.settle() {
        Ok(Settled::Ready) => {}
        Ok(Settled::Ended) => {
            return run.end().map_err(|fault| run.report("end", &fault));
        }
        Err(fault) => return Err(run.report("start", &fault)),
    }
    for (number, step) in case.steps.iter().enumerate() {
        steps::take(&mut run, step)
            .map_err(|fault| run.report(&format!("step {}", number + 1), &fault))?;
    }
    run.end().map_err(|fault| run.report("end", &fault))
}

/// What became of the start.
enum Settled {
    /// The server answers.
    Ready,
    /// The server ended as it should, so there is nothing more to ask.
    Ended,
}

impl<'c> Run<'c> {
    fn start(program: &'c Path, case: &'c Case) -> Result<Self, Fault> {
        let spec = &case.server;
        let sandbox = Sandbox::bare()?;
        let mut scope = Scope::new(sandbox.root(), spec);
        let port = free_port()?;
        let shown = if spec.port == Some(PortFrom::Zero) {
            0
        } else {
            port
        };
        scope.set("PORT", shown.into());
        fixture::lay_out(&sandbox, &scope, case)?;
        let occupied = spec.occupied.then(|| launch::occupy(port)).transpose()?;
        let before = Tree::read(sandbox.root())?;
        let process = launch::start(program, &sandbox, &scope, spec, port)?;
        Ok(Self {
            program,
            case,
            scope,
            process,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            before,
            background: HashMap::new(),
            sandbox,
            _occupied: occupied,
        })
    }

    fn settle(&mut self) -> Result<Settled, Fault> {
        let spec = &self.case.server;
        if let Some(expect) = &spec.expect_exit {
            let port = (!spec.occupied).then(|| self.address.port());
            launch::check_exit(&mut self.process, &self.scope, expect, port)?;
            return Ok(Settled::Ended);
        }
        match self.wait_ready() {
            Err(_) if self.has_refused()? => Ok(Settled::Ended),
            other => other.map(|()| Settled::Ready),
        }
    }

    fn wait_ready(&mut self) -> Result<(), Fault> {
        let port = self.address.port();
        self.address = launch::wait_ready(&mut self.process, &self.case.server, port)?;
        self.scope.set("PORT", self.address.port().into());
        Ok(())
    }

    /// Judges whether the server ended with a refusal that the case accepts instead of its steps.
    fn has_refused(&mut self) -> Result<bool, Fault> {
        let status = self.process.exit_status()?;
        let Some(pattern) = &self.case.server.may_refuse else {
            return Ok(false);
        };
        let refused = status
            .and_then(|status| status.code())
            .is_some_and(|code| code != 0);
        let output = format!("{}\n{}", self.process.stdout(), self.process.stderr());
        Ok(refused && launch::says(&output, &self.scope.text(pattern)?)?)
    }

    /// Stops the server and starts it again on the same port.
    pub(crate) fn restart(&mut self) -> Result<(), Fault> {
        self.end()?;
        let (spec, port) = (&self.case.server, self.address.port());
        self.process = launch::start(self.program, &self.sandbox, &self.scope, spec, port)?;
        self.wait_ready()
    }

    /// Stops the server. No token may be in what it printed and logged.
    fn end(&mut self) -> Result<(), Fault> {
        self.process.stop()?;
        Fault::unless_empty(leaks(&self.process, &self.case.server.tokens()))
    }

    fn report(&mut self, place: &str, fault: &Fault) -> String {
        let mut report = format!("{place}: {fault}");
        if let Ok(Some(status)) = self.process.exit_status() {
            report.push_str("\nthe server has ended: ");
            report.push_str(&status.to_string());
        }
        let errors = self.process.stderr();
        let lines: Vec<&str> = errors
            .lines()
            .filter(|line| !line.trim().is_empty())
            .collect();
        for line in lines.iter().rev().take(8).rev() {
            report.push_str("\n  stderr: ");
            report.push_str(line);
        }
        report
    }
}
