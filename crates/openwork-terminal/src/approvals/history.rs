//! `approvals history`: the requests that have ended.

use openwork_api::approval::{EndedItem, HistoryQuery};
use openwork_api::client::ApiClient;
use serde_json::Value;

use crate::command::HistoryFilter;
use crate::error::Result;
use crate::escape;
use crate::id;
use crate::level;
use crate::origin;
use crate::screen::{OutputForm, Screen};
use crate::span;
use crate::table::TextTable;

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
        // A table has no room for them.
        changes: screen.form == OutputForm::Json,
    };
    let answer = client.history(&query).await?;
    let items = answer.body.items;
    match screen.form {
        OutputForm::Json => screen.json(&answer.document),
        OutputForm::Text if items.is_empty() && *filter != HistoryFilter::default() => {
            screen.line("No such request has ended.")
        }
        OutputForm::Text if items.is_empty() => screen.line("No request has ended yet."),
        OutputForm::Text => screen.table(&rows(&items, screen.now())),
    }
}

/// A request that has ended, and what the server says of it.
pub(super) struct FoundEnd {
    pub(super) item: EndedItem<'static>,
    pub(super) document: Value,
}

/// The last ended request that an id, or the beginning of one, means.
pub(super) async fn find(
    client: &ApiClient,
    given: &str,
    changes: bool,
) -> Result<Option<FoundEnd>> {
    let mut query = HistoryQuery {
        limit: Some(ALL),
        changes,
        ..HistoryQuery::default()
    };
    loop {
        let answer = client.history(&query).await?;
        let items = answer.body.items;
        if let Some(item) = id::find(&items, |one| &one.item.id, given)? {
            let documents = answer.document.get("items").and_then(Value::as_array);
            let mut documents = documents.into_iter().flatten();
            let is_it =
                |one: &&Value| one.get("id").and_then(Value::as_str) == Some(&*item.item.id);
            return Ok(documents.find(is_it).map(|document| FoundEnd {
                item: item.clone(),
                document: document.clone(),
            }));
        }
        let Some(next) = answer.body.next else {
            return Ok(None);
        };
        query.cursor = Some(next.into());
    }
}

/// How a request ended, when and by whom, in a line that is safe to print.
pub(super) fn end(one: &EndedItem<'_>, now: u64) -> String {
    let ago = span::ago(now, one.ended_at);
    let answered = match &*one.by {
        "host" | "rule" => format!("; answered by {}", answerer(one)),
        _ => String::new(),
    };
    let line = format!("{}, {ago}{answered}", outcome(one));
    escape::line(&line).into_owned()
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

fn rows(items: &[EndedItem<'_>], now: u64) -> TextTable {
    let length = id::shown_length(items.iter().map(|one| &*one.item.id));
    let rows: Vec<_> = items.iter().map(|one| row(one, length, now)).collect();
    TextTable::new(
        [
            "ID",
            "LEVEL",
            "ENDED",
            "OUTCOME",
            "BY",
            "ACTION",
            "WORKSPACE",
            "FROM",
            "REQUEST",
        ],
        &rows,
    )
}

fn row(one: &EndedItem<'_>, length: usize, now: u64) -> [String; 9] {
    [
        id::short(&one.item.id, length).to_owned(),
        level::label(one.item.risk_level()).to_owned(),
        span::ago(now, one.ended_at),
        outcome(one),
        answerer(one),
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

/// Who or what answered, by what means, and from where.
fn answerer(one: &EndedItem<'_>) -> String {
    let who = match (&*one.by, one.via.as_deref()) {
        ("host", Some(means)) => format!("host, {means}"),
        ("timeout", _) => "nobody".to_owned(),
        (by, _) => by.to_owned(),
    };
    match one.answered_from.as_deref() {
        Some(address) => format!("{who} at {address}"),
        None => who,
    }
}
