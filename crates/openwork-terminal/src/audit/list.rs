//! `audit list`: the changes that were made, the last one first.

use super::entry::{LoggedChange, WorkspaceLog, changes, undone};
use crate::error::Result;
use crate::id;
use crate::origin;
use crate::screen::{OutputForm, Screen};
use crate::span;
use crate::table::TextTable;

/// Lists the newest changes.
pub(super) async fn list(log: WorkspaceLog<'_>, limit: u16, screen: &mut Screen<'_>) -> Result<()> {
    let answer = log.client.audit(log.workspace, limit).await?;
    let entries = changes(&answer.body.items);
    match screen.form {
        OutputForm::Json => screen.json(&answer.document),
        OutputForm::Text if entries.is_empty() => screen.line("Nothing was changed yet."),
        OutputForm::Text => screen.table(&rows(&entries, screen.now())),
    }
}

fn rows(entries: &[LoggedChange], now: u64) -> TextTable {
    let length = id::shown_length(entries.iter().map(|one| &*one.id));
    let undone = undone(entries);
    let row = |one: &LoggedChange| {
        let state = match (undone.contains(&*one.id), one.undoable) {
            (true, _) => "undone",
            (false, true) => "can be undone",
            (false, false) => "",
        };
        [
            id::short(&one.id, length).to_owned(),
            span::ago(now, one.timestamp),
            state.to_owned(),
            one.action.clone(),
            origin::of_actor(&one.actor),
            one.summary.clone(),
        ]
    };
    let rows: Vec<_> = entries.iter().map(row).collect();
    TextTable::new(["ID", "WHEN", "UNDO", "ACTION", "BY", "CHANGE"], &rows)
}
