//! Does a command from its search for a server to its exit code.

use crate::approvals;
use crate::audit;
use crate::command::TerminalCommand;
use crate::console;
use crate::devices;
use crate::error::Result;
use crate::exit::ExitStatus;
use crate::pair;
use crate::screen::Terminal;
use crate::server::ServerSearch;
use crate::tokens;
use crate::workspaces;

/// Does a command, and tells how it went: what was asked for on the terminal's
/// output, what went wrong on its error output or, with [`OutputForm::Json`], as
/// `{"error": {"code", "message", "help"?}}` on its output.
///
/// [`OutputForm::Json`]: crate::OutputForm::Json
pub async fn run(
    command: &TerminalCommand,
    search: &ServerSearch,
    terminal: &mut Terminal<'_>,
) -> ExitStatus {
    match attempt(command, search, terminal).await {
        Ok(exit) => exit,
        Err(error) => {
            terminal.screen.fail(&error);
            error.exit()
        }
    }
}

async fn attempt(
    command: &TerminalCommand,
    search: &ServerSearch,
    terminal: &mut Terminal<'_>,
) -> Result<ExitStatus> {
    let server = search.find()?;
    let client = server.client();
    match command {
        TerminalCommand::Approvals(command) => approvals::run(command, &client, terminal).await,
        TerminalCommand::Audit { workspace, command } => {
            audit::run(command, workspace.as_deref(), &client, terminal).await
        }
        TerminalCommand::Console { open } => {
            console::run(&client, *open, &search.run_directories, terminal).await
        }
        TerminalCommand::Workspaces(command) => {
            workspaces::run(command, &server, &mut terminal.screen).await
        }
        TerminalCommand::Tokens(command) => {
            tokens::run(command, &client, &mut terminal.screen).await
        }
        TerminalCommand::Pair(command) => {
            pair::run(command, &client, &server, &mut terminal.screen).await
        }
        TerminalCommand::Devices(command) => {
            devices::run(command, &client, &mut terminal.screen).await
        }
    }
}
