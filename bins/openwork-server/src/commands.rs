//! The commands of the host's operator, on the terminal of this process.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use openwork_terminal::{Screen, ServerSearch, Terminal, TerminalCommand, WorkspacesCommand};
use terminal_size::terminal_size_of;
use tokio::io::BufReader;
use tokio::runtime::{Builder, Runtime};

use crate::args::CommandLine;
use crate::environment::Environment;
use crate::problem::{StartFailure, StartProblem};
use crate::run_file;
use crate::settings::paths;

mod browser;
#[cfg(unix)]
mod keyboard;
#[cfg(unix)]
mod pager;
#[cfg(unix)]
mod tty_modes;

/// Does a command; its exit code is the terminal crate's.
pub(crate) fn run(line: CommandLine) -> Result<ExitCode, StartFailure> {
    let environment = Environment::of_this_process()?;
    let runtime = runtime().map_err(StartFailure::Start)?;
    let exit = runtime.block_on(attempt(line, &environment));
    // The thread that reads standard input may wait for a line for ever.
    runtime.shutdown_background();
    Ok(ExitCode::from(exit.code()))
}

async fn attempt(line: CommandLine, environment: &Environment) -> openwork_terminal::ExitStatus {
    let (mut out, mut err, mut input) = (
        io::stdout(),
        io::stderr(),
        BufReader::new(tokio::io::stdin()),
    );
    let is_terminal = out.is_terminal();
    let interactive = is_terminal && io::stdin().is_terminal();
    #[cfg(unix)]
    let mut keyboard = interactive.then(|| keyboard::of(environment)).flatten();
    #[cfg(unix)]
    let keyboard = keyboard
        .as_mut()
        .map(|keyboard| keyboard as &mut dyn openwork_terminal::Keyboard);
    // Elsewhere a person answers in lines.
    #[cfg(not(unix))]
    let keyboard = None;
    let mut terminal = Terminal {
        screen: Screen {
            form: line.form,
            colour: is_terminal && environment.allows_colour(),
            columns: terminal_size_of(io::stdout()).map(|(columns, _)| columns.0.into()),
            clock: now,
            out: &mut out,
            err: &mut err,
        },
        input: &mut input,
        interactive,
        keyboard,
        open: &browser::open,
    };
    let search = search(environment, line.url, line.host_token, line.client_token);
    let command = absolute(line.command, &environment.cwd);
    openwork_terminal::run(&command, &search, &mut terminal).await
}

/// Where to look for a server, from what was given and from the environment.
pub(crate) fn search(
    environment: &Environment,
    url: Option<String>,
    host_token: Option<String>,
    client_token: Option<String>,
) -> ServerSearch {
    ServerSearch {
        url,
        host_token,
        client_token: client_token.or_else(|| text(environment, "OPENWORK_TOKEN")),
        default_url: text(environment, "OPENWORK_URL"),
        default_host_token: text(environment, "OPENWORK_HOST_TOKEN"),
        run_directories: run_file::directories(environment),
    }
}

/// The same, with a path as the server has to be told it.
fn absolute(command: TerminalCommand, cwd: &Path) -> TerminalCommand {
    match command {
        TerminalCommand::Workspaces(WorkspacesCommand::Add { path, name }) => {
            let path = paths::absolute(cwd, &path).to_string_lossy().into_owned();
            TerminalCommand::Workspaces(WorkspacesCommand::Add { path, name })
        }
        other => other,
    }
}

fn text(environment: &Environment, name: &str) -> Option<String> {
    environment
        .variable(name)
        .map(|value| value.to_string_lossy().into_owned())
}

/// The time in milliseconds since 1970.
fn now() -> u64 {
    // A clock before 1970 is not set; then everything looks as if it just came.
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}

/// What the commands run on.
pub(crate) fn runtime() -> Result<Runtime, StartProblem> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|cause| StartProblem::new(format!("no threads to run on: {cause}")))
}
