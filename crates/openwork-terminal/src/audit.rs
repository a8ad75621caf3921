//! `audit`: the changes that were made, and undoing them.

use openwork_api::client::ApiClient;

use crate::command::AuditCommand;
use crate::error::Result;
use crate::exit::ExitStatus;
use crate::screen::Terminal;

mod entry;
mod list;
mod show;
mod undo;
mod workspace;

/// Does one of the commands.
pub(crate) async fn run(
    command: &AuditCommand,
    workspace: Option<&str>,
    client: &ApiClient,
    terminal: &mut Terminal<'_>,
) -> Result<ExitStatus> {
    let workspace = workspace::find(client, workspace).await?;
    let log = entry::WorkspaceLog {
        client,
        workspace: &workspace,
    };
    match command {
        AuditCommand::List { limit } => list::list(log, *limit, &mut terminal.screen).await?,
        AuditCommand::Show { id } => show::show(log, id, &mut terminal.screen).await?,
        AuditCommand::Undo { target, yes } => undo::undo(log, target, *yes, terminal).await?,
    }
    Ok(ExitStatus::Done)
}
