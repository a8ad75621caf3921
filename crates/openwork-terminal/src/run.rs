//! Does a command from its search for a server to its exit code.

use crate::approvals;
use crate::client::Client;
use crate::command::Command;
use crate::console;
use crate::error::Result;
use crate::exit::Exit;
use crate::pair;
use crate::screen::Terminal;
use crate::server::Search;

/// Does a command, and tells how it went: what was asked for on the terminal's
/// output, what went wrong on its error output or, with [`Form::Json`], as
/// `{"error": {"code", "message", "help"?}}` on its output.
///
/// [`Form::Json`]: crate::Form::Json
pub async fn run(command: &Command, search: &Search, terminal: &mut Terminal<'_>) -> Exit {
    match attempt(command, search, terminal).await {
        Ok(exit) => exit,
        Err(error) => {
            terminal.screen.fail(&error);
            error.exit()
        }
    }
}

async fn attempt(command: &Command, search: &Search, terminal: &mut Terminal<'_>) -> Result<Exit> {
    let client = Client::new(search.find()?);
    match command {
        Command::Approvals(command) => approvals::run(command, &client, terminal).await,
        Command::Console { open } => {
            console::run(&client, *open, &search.run_directories, terminal).await
        }
        Command::Pair { qr } => pair::run(&client, *qr, &mut terminal.screen).await,
    }
}
