//! `approvals list`: the requests that wait.

use openwork_api::approval::ApprovalItem;
use openwork_api::client::ApiClient;
use serde_json::{Value, json};

use crate::error::{Result, TerminalError};
use crate::id;
use crate::level;
use crate::origin;
use crate::screen::{OutputForm, Screen};
use crate::span;
use crate::table::TextTable;

use super::{agent, history};

/// Lists the requests that wait.
pub(super) async fn list(client: &ApiClient, screen: &mut Screen<'_>) -> Result<()> {
    let mut answer = client.approvals_and_agents().await?;
    let items = answer.body.items;
    match screen.form {
        OutputForm::Json => {
            add_times(&mut answer.document, &items, screen.now());
            return screen.json(&answer.document);
        }
        OutputForm::Text if items.is_empty() => screen.line("No requests are waiting."),
        OutputForm::Text => screen.table(&rows(&items, screen.now())),
    }?;
    screen.lines(agent::section(&answer.body.agents, screen.columns))
}

/// Adds to the server's own document what a program would have to reckon: how long
/// each request has waited, and how long it still does.
fn add_times(document: &mut Value, items: &[ApprovalItem<'_>], now: u64) {
    let listed = document.get_mut("items").and_then(Value::as_array_mut);
    for (listed, item) in listed.into_iter().flatten().zip(items) {
        let Some(listed) = listed.as_object_mut() else {
            continue;
        };
        listed.insert(
            "ageMs".to_owned(),
            json!(now.saturating_sub(item.created_at)),
        );
        if let Some(end) = item.expires_at {
            listed.insert("leftMs".to_owned(), json!(end.saturating_sub(now)));
        }
    }
}

/// Why a request is not waiting: it may have ended.
pub(super) async fn missing(client: &ApiClient, given: &str) -> TerminalError {
    let unknown = TerminalError::NoRequest {
        id: given.to_owned(),
    };
    // That there is no such request is what was asked; why the history cannot
    // be read would only hide it.
    match history::find(client, given, false).await {
        Err(TerminalError::Client(_)) => unknown,
        Ok(Some(history::FoundEnd { item, .. })) => TerminalError::RequestEnded {
            id: id::alone(&item.item.id).to_owned(),
            outcome: history::words(&item.outcome),
        },
        _ if agent::waits_under(client, given).await => TerminalError::AgentWaits {
            id: given.to_owned(),
        },
        _ => unknown,
    }
}

fn rows(items: &[ApprovalItem<'_>], now: u64) -> TextTable {
    let length = id::shown_length(items.iter().map(|item| &*item.id));
    let rows: Vec<_> = items.iter().map(|item| row(item, length, now)).collect();
    TextTable::new(
        [
            "ID",
            "LEVEL",
            "AGE",
            "LEFT",
            "ACTION",
            "WORKSPACE",
            "FROM",
            "REQUEST",
        ],
        &rows,
    )
}

fn row(item: &ApprovalItem<'_>, length: usize, now: u64) -> [String; 8] {
    [
        id::short(&item.id, length).to_owned(),
        level::label(item.risk_level()).to_owned(),
        span::words(now.saturating_sub(item.created_at)),
        // A server that does not say until when it waits leaves the column empty.
        item.expires_at.map_or_else(String::new, |end| {
            let left = span::words(end.saturating_sub(now));
            if item.answers_later {
                format!("{left}, answers later")
            } else {
                left
            }
        }),
        item.action.clone().into_owned(),
        item.workspace().to_owned(),
        origin::of_actor(&item.actor),
        item.heading().to_owned(),
    ]
}
