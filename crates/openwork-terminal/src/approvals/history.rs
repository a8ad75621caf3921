//! `approvals history`: the requests that have ended.

use crate::client::ApiClient;
use crate::error::Result;
use crate::id;
use crate::screen::{OutputForm, Screen};
use crate::span;
use crate::table;
use crate::wire::{RemoteEnded, RemoteList};

/// As many as the server keeps.
const ALL: u16 = 200;

/// Lists the requests that have ended, the last one first.
pub(super) async fn history(client: &ApiClient, limit: u16, screen: &mut Screen<'_>) -> Result<()> {
    let document = client.get(&path(limit)).await?;
    let RemoteList { items } = client.read::<RemoteList<RemoteEnded>>(&document)?;
    match screen.form {
        OutputForm::Json => screen.json(&document),
        OutputForm::Text if items.is_empty() => screen.line("No request has ended yet."),
        OutputForm::Text => screen.lines(rows(&items, screen.now())),
    }
}

/// All ended requests that the server remembers.
pub(super) async fn ended(client: &ApiClient) -> Result<Vec<RemoteEnded>> {
    let document = client.get(&path(ALL)).await?;
    Ok(client.read::<RemoteList<RemoteEnded>>(&document)?.items)
}

/// How a request ended, in words.
pub(crate) fn words(outcome: &str) -> String {
    let words = match outcome {
        "applied" => "allowed and written",
        "withdrawn" => "the client left",
        "aborted" => "the server stopped",
        "conflicted" => "the file had changed",
        "failed" => "the write failed",
        other => other,
    };
    words.to_owned()
}

fn path(limit: u16) -> String {
    format!("/approvals/history?limit={limit}")
}

fn rows(items: &[RemoteEnded], now: u64) -> Vec<String> {
    let length = id::shown_length(items.iter().map(|one| one.item.id.as_str()));
    let rows: Vec<_> = items.iter().map(|one| row(one, length, now)).collect();
    table::render(
        [
            "ID",
            "LEVEL",
            "ENDED",
            "OUTCOME",
            "ACTION",
            "WORKSPACE",
            "FROM",
            "REQUEST",
        ],
        &rows,
    )
}

fn row(one: &RemoteEnded, length: usize, now: u64) -> [String; 8] {
    [
        id::short(&one.item.id, length).to_owned(),
        one.item.level.label().to_owned(),
        span::ago(now, one.ended_at),
        outcome(one),
        one.item.action.clone(),
        one.item.workspace().to_owned(),
        one.item.actor.origin(),
        one.item.title().to_owned(),
    ]
}

fn outcome(one: &RemoteEnded) -> String {
    let words = words(&one.outcome);
    match one.remark() {
        Some(remark) => format!("{words}: {remark}"),
        None => words,
    }
}
