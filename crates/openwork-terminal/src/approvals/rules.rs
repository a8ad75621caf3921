//! `approvals rules`: what is allowed for a time.

use serde_json::json;

use crate::client::{ApiClient, segment};
use crate::error::{Result, TerminalError};
use crate::escape;
use crate::id;
use crate::level::RiskLevel;
use crate::screen::{OutputForm, Screen};
use crate::span;
use crate::table;
use crate::wire::{RemoteList, RemoteRule};

/// Lists the allowances.
pub(super) async fn list(client: &ApiClient, screen: &mut Screen<'_>) -> Result<()> {
    let document = client.get("/approvals/rules").await?;
    let RemoteList { items } = client.read::<RemoteList<RemoteRule>>(&document)?;
    match screen.form {
        OutputForm::Json => screen.json(&document),
        OutputForm::Text if items.is_empty() => {
            screen.line("No rules: every request is asked about.")
        }
        OutputForm::Text => screen.lines(rows(&items, screen.now())),
    }
}

/// Ends an allowance.
pub(super) async fn revoke(client: &ApiClient, given: &str, screen: &mut Screen<'_>) -> Result<()> {
    let document = client.get("/approvals/rules").await?;
    let RemoteList { items } = client.read::<RemoteList<RemoteRule>>(&document)?;
    let unknown = || TerminalError::NoRule {
        id: given.to_owned(),
    };
    let rule = id::find(&items, |rule| &rule.id, given)?.ok_or_else(unknown)?;
    let path = format!("/approvals/rules/{}", segment(&rule.id));
    match client.delete(&path).await {
        Err(TerminalError::Refused { status: 404, .. }) => return Err(unknown()),
        other => other?,
    };
    match screen.form {
        OutputForm::Json => screen.json(&json!({ "ok": true, "id": rule.id })),
        OutputForm::Text => screen.line(format!(
            "{} ended: {} in {} from {} is asked about again",
            escape::line(id::alone(&rule.id)),
            escape::line(&rule.action),
            escape::line(rule.workspace()),
            rule.origin(),
        )),
    }
}

fn rows(items: &[RemoteRule], now: u64) -> Vec<String> {
    let length = id::shown_length(items.iter().map(|rule| rule.id.as_str()));
    let rows: Vec<_> = items.iter().map(|rule| row(rule, length, now)).collect();
    table::render(
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

fn row(rule: &RemoteRule, length: usize, now: u64) -> [String; 8] {
    [
        id::short(&rule.id, length).to_owned(),
        rule.level
            .map(RiskLevel::label)
            .unwrap_or_default()
            .to_owned(),
        span::words(rule.expires_at.saturating_sub(now)),
        rule.action.clone(),
        rule.workspace().to_owned(),
        rule.origin(),
        rule.uses.to_string(),
        rule.covers.clone(),
    ]
}
