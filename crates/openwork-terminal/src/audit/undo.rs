//! `audit undo`: shows what an undo would write, asks, and undoes.

use openwork_api::audit::{UndoOutlook, UndoneResponse};
use serde::Deserialize;
use tokio::io::AsyncBufReadExt;

use super::entry::{self, LoggedChange, WorkspaceLog};
use super::show;
use crate::command::UndoTarget;
use crate::error::{Result, TerminalError};
use crate::escape;
use crate::id;
use crate::screen::{OutputForm, Terminal};
use crate::style::TextTone;

/// Undoes a change.
pub(super) async fn undo(
    log: WorkspaceLog<'_>,
    target: &UndoTarget,
    is_meant: bool,
    terminal: &mut Terminal<'_>,
) -> Result<()> {
    let found = match target {
        UndoTarget::Id(given) => log.find(given).await?,
        UndoTarget::Last => {
            let newest = log.newest().await?;
            let last = entry::last(&newest).ok_or(TerminalError::NothingToUndo)?;
            log.show(&last.id).await?
        }
    };
    let item = LoggedChange::deserialize(&found.body.item);
    let id = item.map_err(|error| TerminalError::UnreadableEntry {
        cause: error.to_string(),
    })?;
    confirm(&id.id, &found.body.undo, is_meant, terminal).await?;
    // What was shown may have moved since; the server then says so, and writes
    // nothing that nobody has seen the like of.
    let answer = log.client.undo(log.workspace, &id.id).await?;
    match terminal.screen.form {
        OutputForm::Json => terminal.screen.json(&answer.document),
        OutputForm::Text => terminal.screen.line(told(&answer.body)),
    }
}

/// Shows what would be written, and has the person say that it is meant.
async fn confirm(
    id: &str,
    undo: &UndoOutlook<'_>,
    is_meant: bool,
    terminal: &mut Terminal<'_>,
) -> Result<()> {
    let id = || id::alone(id).to_owned();
    if !undo.possible {
        let why = undo
            .message
            .as_deref()
            .unwrap_or("the server does not say why");
        return Err(TerminalError::NotUndoable {
            id: id(),
            code: undo.code.as_deref().unwrap_or("not_undoable").to_owned(),
            // The error begins so itself.
            message: why
                .strip_prefix("It cannot be undone: ")
                .unwrap_or(why)
                .to_owned(),
            details: undo.details.clone().map(Box::new),
        });
    }
    let is_asked = terminal.interactive && terminal.screen.form == OutputForm::Text;
    if is_meant {
        return Ok(());
    }
    // A script has nobody to ask, and has to say beforehand what it means.
    if !is_asked {
        return Err(TerminalError::UndoNotMeant { id: id() });
    }
    let screen = &mut terminal.screen;
    screen.lines(show::outlook(undo, screen.style()))?;
    let question = screen.paint(TextTone::Strong, "Type `yes` to undo it:");
    screen.begin(&format!("{question} "))?;
    let mut line = String::new();
    terminal.input.read_line(&mut line).await?;
    if line.trim() == "yes" {
        Ok(())
    } else {
        Err(TerminalError::NotUndone { id: id() })
    }
}

fn told(answer: &UndoneResponse<'_>) -> String {
    let undone = escape::line(id::alone(&answer.undone)).into_owned();
    match &answer.entry {
        Some(entry) => {
            let files: Vec<_> = answer.files.iter().map(|path| escape::line(path)).collect();
            let entry = escape::line(id::alone(entry)).into_owned();
            format!(
                "{undone} undone, in {}; take that back with: openwork-server audit undo {entry}",
                files.join(", ")
            )
        }
        None => format!("{undone}: everything was as before it already, nothing was written"),
    }
}
