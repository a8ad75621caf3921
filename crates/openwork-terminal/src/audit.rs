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

pub(crate) use workspace::served;

/// A change that was made, in short.
pub(crate) struct ChangeSummary {
    pub(crate) id: String,
    pub(crate) summary: String,
    /// Whether it can be undone, and is not.
    pub(crate) can_be_undone: bool,
}

/// The newest changes of a workspace, newest first.
pub(crate) async fn summaries(
    client: &ApiClient,
    workspace: Option<&str>,
) -> Result<Vec<ChangeSummary>> {
    let workspace = workspace::find(client, workspace).await?;
    let log = entry::WorkspaceLog {
        client,
        workspace: &workspace,
    };
    let newest = log.newest().await?;
    let undone = entry::undone(&newest);
    let short = |one: &entry::LoggedChange| ChangeSummary {
        can_be_undone: one.undoable && !undone.contains(&*one.id),
        id: one.id.clone(),
        summary: one.summary.clone(),
    };
    Ok(newest.iter().map(short).collect())
}

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
