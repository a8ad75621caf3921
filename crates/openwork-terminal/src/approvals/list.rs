//! `approvals list`: the requests that wait.

use crate::client::ApiClient;
use crate::error::{Result, TerminalError};
use crate::id;
use crate::screen::{OutputForm, Screen};
use crate::span;
use crate::table;
use crate::wire::{RemoteEnded, RemoteItem, RemoteList};

use super::history;

/// Lists the requests that wait.
pub(super) async fn list(client: &ApiClient, screen: &mut Screen<'_>) -> Result<()> {
    let document = client.get("/approvals?include=changes").await?;
    let RemoteList { items } = client.read::<RemoteList<RemoteItem>>(&document)?;
    match screen.form {
        OutputForm::Json => screen.json(&document),
        OutputForm::Text if items.is_empty() => screen.line("No requests are waiting."),
        OutputForm::Text => screen.lines(rows(&items, screen.now())),
    }
}

/// Why a request is not waiting: it may have ended.
pub(super) async fn missing(client: &ApiClient, given: &str) -> TerminalError {
    let unknown = TerminalError::NoRequest {
        id: given.to_owned(),
    };
    let Ok(ended) = history::ended(client).await else {
        return unknown;
    };
    match id::find(&ended, |one: &RemoteEnded| &one.item.id, given) {
        Ok(Some(one)) => TerminalError::Ended {
            id: id::alone(&one.item.id).to_owned(),
            outcome: history::words(&one.outcome),
        },
        _ => unknown,
    }
}

fn rows(items: &[RemoteItem], now: u64) -> Vec<String> {
    let length = id::shown_length(items.iter().map(|item| item.id.as_str()));
    let rows: Vec<_> = items.iter().map(|item| row(item, length, now)).collect();
    table::render(
        [
            "ID",
            "LEVEL",
            "LEFT",
            "ACTION",
            "WORKSPACE",
            "FROM",
            "REQUEST",
        ],
        &rows,
    )
}

fn row(item: &RemoteItem, length: usize, now: u64) -> [String; 7] {
    [
        id::short(&item.id, length).to_owned(),
        item.level.label().to_owned(),
        item.expires_at
            .map(|end| span::words(end.saturating_sub(now)))
            .unwrap_or_default(),
        item.action.clone(),
        item.workspace().to_owned(),
        item.actor.origin(),
        item.title().to_owned(),
    ]
}
