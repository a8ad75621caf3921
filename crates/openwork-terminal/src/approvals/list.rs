//! `approvals list`: the requests that wait.

use crate::client::Client;
use crate::error::{Error, Result};
use crate::id;
use crate::screen::{Form, Screen};
use crate::span;
use crate::table;
use crate::wire::{EndedItem, Item, Items};

use super::history;

/// Lists the requests that wait.
pub(super) async fn list(client: &Client, screen: &mut Screen<'_>) -> Result<()> {
    let document = client.get("/approvals?include=changes").await?;
    let Items { items } = client.read::<Items<Item>>(&document)?;
    match screen.form {
        Form::Json => screen.json(&document),
        Form::Text if items.is_empty() => screen.line("No requests are waiting."),
        Form::Text => screen.lines(rows(&items, screen.now())),
    }
}

/// Why a request is not waiting: it may have ended.
pub(super) async fn missing(client: &Client, given: &str) -> Error {
    let unknown = Error::NoRequest {
        id: given.to_owned(),
    };
    let Ok(ended) = history::ended(client).await else {
        return unknown;
    };
    match id::find(&ended, |one: &EndedItem| &one.item.id, given) {
        Ok(Some(one)) => Error::Ended {
            id: id::alone(&one.item.id).to_owned(),
            outcome: history::words(&one.outcome),
        },
        _ => unknown,
    }
}

fn rows(items: &[Item], now: u64) -> Vec<String> {
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

fn row(item: &Item, length: usize, now: u64) -> [String; 7] {
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
