//! Entries of the audit log, as far as the terminal needs them.

use std::collections::HashSet;

use openwork_api::approval::ApprovalActor;
use openwork_api::audit::AuditEntryResponse;
use openwork_api::client::{ApiAnswer, ApiClient};
use serde::Deserialize;
use serde_json::Value;

use crate::error::{Result, TerminalError};
use crate::id;

/// As many as the server gives at once.
pub(super) const ALL: u16 = 200;

/// The audit log of one workspace.
#[derive(Clone, Copy)]
pub(super) struct WorkspaceLog<'c> {
    pub(super) client: &'c ApiClient,
    pub(super) workspace: &'c str,
}

/// What is shown of an entry. Other programs may have written it, so most of it may
/// be absent.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LoggedChange {
    pub(super) id: String,
    #[serde(default)]
    pub(super) action: String,
    #[serde(default)]
    pub(super) summary: String,
    #[serde(default)]
    pub(super) timestamp: u64,
    #[serde(default)]
    pub(super) actor: ApprovalActor<'static>,
    #[serde(default)]
    pub(super) undoable: bool,
    pub(super) undoes: Option<String>,
}

impl WorkspaceLog<'_> {
    /// The newest entries, newest first.
    pub(super) async fn newest(self) -> Result<Vec<LoggedChange>> {
        let answer = self.client.audit(self.workspace, ALL).await?;
        Ok(changes(&answer.body.items))
    }

    /// One entry by its id, or the beginning of it.
    pub(super) async fn find(self, given: &str) -> Result<ApiAnswer<AuditEntryResponse<'static>>> {
        let newest = self.newest().await?;
        let found = id::find(&newest, |one: &LoggedChange| &one.id, given)?;
        // One that is further back is found by its whole id alone.
        let id = found.map_or(given, |one| &one.id);
        self.show(id).await
    }

    /// One entry by its id.
    pub(super) async fn show(self, id: &str) -> Result<ApiAnswer<AuditEntryResponse<'static>>> {
        match self.client.audit_entry(self.workspace, id).await {
            Err(error) if error.is_not_found() => Err(TerminalError::NoEntry { id: id.to_owned() }),
            other => Ok(other?),
        }
    }
}

/// Those of the log's lines that can be shown.
pub(super) fn changes(items: &[Value]) -> Vec<LoggedChange> {
    let read = |item: &Value| LoggedChange::deserialize(item).ok();
    items.iter().filter_map(read).collect()
}

/// The entries that are taken back, of those from the newest down.
pub(super) fn undone(newest_first: &[LoggedChange]) -> HashSet<&str> {
    let mut undone = HashSet::new();
    for entry in newest_first {
        // What was itself taken back takes nothing back.
        if let Some(undoes) = entry
            .undoes
            .as_deref()
            .filter(|_| !undone.contains(&*entry.id))
        {
            undone.insert(undoes);
        }
    }
    undone
}

/// The last change that can be undone, undos not counted: who undoes the last one
/// twice means the one before it.
pub(super) fn last(newest_first: &[LoggedChange]) -> Option<&LoggedChange> {
    let undone = undone(newest_first);
    let mut changes = newest_first.iter();
    changes.find(|one| one.undoable && one.undoes.is_none() && !undone.contains(&*one.id))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_last_change_is_none_that_was_undone_and_no_undo() {
        let log = |undos: &[(&str, &str)]| {
            let undo = |&(id, undoes): &(&str, &str)| json!({ "id": id, "undoable": true, "undoes": undoes });
            let made = ["c", "b", "a"].map(|id| json!({ "id": id, "undoable": id != "c" }));
            changes(&undos.iter().map(undo).chain(made).collect::<Vec<_>>())
        };
        let found = |undos: &[(&str, &str)]| last(&log(undos)).map(|one| one.id.clone());
        assert_eq!(found(&[]).as_deref(), Some("b"));
        assert_eq!(found(&[("u", "b")]).as_deref(), Some("a"));
        assert_eq!(found(&[("v", "a"), ("u", "b")]), None);
        // Taken back and made again.
        assert_eq!(found(&[("v", "u"), ("u", "b")]).as_deref(), Some("b"));
    }
}
