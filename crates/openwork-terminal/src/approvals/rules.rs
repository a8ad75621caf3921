//! `approvals rules`: what is allowed for a time.

use openwork_api::approval::RuleItem;
use openwork_api::client::ApiClient;
use serde_json::json;

use crate::error::{Result, TerminalError};
use crate::escape;
use crate::id;
use crate::level;
use crate::origin;
use crate::screen::{OutputForm, Screen};
use crate::span;
use crate::table::TextTable;

/// Lists the allowances.
pub(super) async fn list(client: &ApiClient, screen: &mut Screen<'_>) -> Result<()> {
    let answer = client.rules().await?;
    let items = answer.body.items;
    match screen.form {
        OutputForm::Json => screen.json(&answer.document),
        OutputForm::Text if items.is_empty() => {
            screen.line("No rules: every request is asked about.")
        }
        OutputForm::Text => screen.table(&rows(&items, screen.now())),
    }
}

/// Ends an allowance.
pub(super) async fn revoke(client: &ApiClient, given: &str, screen: &mut Screen<'_>) -> Result<()> {
    let items = client.rules().await?.body.items;
    let unknown = || TerminalError::NoRule {
        id: given.to_owned(),
    };
    let rule = id::find(&items, |rule| &rule.id, given)?.ok_or_else(unknown)?;
    match client.revoke(&rule.id).await {
        // It ran out between the list and the call.
        Err(error) if error.is_not_found() => return Err(unknown()),
        other => other?,
    }
    match screen.form {
        OutputForm::Json => screen.json(&json!({ "ok": true, "id": rule.id })),
        OutputForm::Text => screen.line(format!(
            "{} ended: {} in {} from {} is asked about again",
            escape::line(id::alone(&rule.id)),
            escape::line(&rule.action),
            escape::line(rule.workspace()),
            origin::of_rule(rule),
        )),
    }
}

fn rows(items: &[RuleItem<'_>], now: u64) -> TextTable {
    let length = id::shown_length(items.iter().map(|rule| &*rule.id));
    let rows: Vec<_> = items.iter().map(|rule| row(rule, length, now)).collect();
    TextTable::new(
        [
            "ID",
            "LEVEL",
            "LEFT",
            "ACTION",
            "WORKSPACE",
            "FROM",
            "USES",
            "COVERS",
        ],
        &rows,
    )
}

fn row(rule: &RuleItem<'_>, length: usize, now: u64) -> [String; 8] {
    [
        id::short(&rule.id, length).to_owned(),
        // A server that does not weigh leaves the column empty.
        rule.level.map_or("", level::label).to_owned(),
        span::words(rule.expires_at.saturating_sub(now)),
        rule.action.clone().into_owned(),
        rule.workspace().to_owned(),
        origin::of_rule(rule),
        rule.uses.to_string(),
        rule.covers.clone().into_owned(),
    ]
}
