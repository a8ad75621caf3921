//! `approvals history`: the requests that have ended.

use openwork_api::approval::{EndedItem, HistoryQuery};
use openwork_api::client::ApiClient;

use crate::command::HistoryFilter;
use crate::error::Result;
use crate::id;
use crate::level;
use crate::origin;
use crate::screen::{OutputForm, Screen};
use crate::span;
use crate::table;

/// As many as the server gives at once.
const ALL: u16 = 200;

/// Lists the requests that have ended, the last one first.
pub(super) async fn history(
    client: &ApiClient,
    limit: u16,
    filter: &HistoryFilter,
    screen: &mut Screen<'_>,
) -> Result<()> {
    let wanted = |text: &Option<String>| text.clone().map(Into::into);
    let query = HistoryQuery {
        limit: Some(limit),
        workspace: wanted(&filter.workspace),
        client: wanted(&filter.client),
        level: wanted(&filter.level),
        outcome: wanted(&filter.outcome),
        cursor: None,
    };
    let answer = client.history(&query).await?;
    let items = answer.body.items;
    match screen.form {
        OutputForm::Json => screen.json(&answer.document),
        OutputForm::Text if items.is_empty() && *filter != HistoryFilter::default() => {
            screen.line("No such request has ended.")
        }
        OutputForm::Text if items.is_empty() => screen.line("No request has ended yet."),
        OutputForm::Text => screen.lines(rows(&items, screen.now())),
    }
}

/// All ended requests that the server remembers.
pub(super) async fn ended(client: &ApiClient) -> Result<Vec<EndedItem<'static>>> {
    let query = HistoryQuery {
        limit: Some(ALL),
        ..HistoryQuery::default()
    };
    Ok(client.history(&query).await?.body.items)
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

fn rows(items: &[EndedItem<'_>], now: u64) -> Vec<String> {
    let length = id::shown_length(items.iter().map(|one| &*one.item.id));
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

fn row(one: &EndedItem<'_>, length: usize, now: u64) -> [String; 8] {
    [
        id::short(&one.item.id, length).to_owned(),
        level::label(one.item.risk_level()).to_owned(),
        span::ago(now, one.ended_at),
        outcome(one),
        one.item.action.clone().into_owned(),
        one.item.workspace().to_owned(),
        origin::of_actor(&one.item.actor),
        one.item.heading().to_owned(),
    ]
}

fn outcome(one: &EndedItem<'_>) -> String {
    let words = words(&one.outcome);
    match one.remark() {
        Some(remark) => format!("{words}: {remark}"),
        None => words,
    }
}
