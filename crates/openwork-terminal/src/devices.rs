//! `devices`: who holds a token of its own, what it is called, and its end.

use openwork_api::client::ApiClient;
use openwork_api::token::{RenameTokenRequest, TokenItem};
use serde_json::json;

use crate::command::DevicesCommand;
use crate::error::{Result, TerminalError};
use crate::escape;
use crate::exit::ExitStatus;
use crate::id;
use crate::screen::{OutputForm, Screen};
use crate::span;
use crate::table::TextTable;

/// Does one of the commands.
pub(crate) async fn run(
    command: &DevicesCommand,
    client: &ApiClient,
    screen: &mut Screen<'_>,
) -> Result<ExitStatus> {
    match command {
        DevicesCommand::List => list(client, screen).await?,
        DevicesCommand::Rename { id, name } => rename(client, id, name, screen).await?,
        DevicesCommand::Revoke { id } => revoke(client, id, screen).await?,
    }
    Ok(ExitStatus::Done)
}

async fn list(client: &ApiClient, screen: &mut Screen<'_>) -> Result<()> {
    let answer = client.tokens().await?;
    let items = answer.body.items;
    match screen.form {
        OutputForm::Json => screen.json(&answer.document),
        OutputForm::Text if items.is_empty() => {
            screen.line("No devices: nobody has a token of its own.")
        }
        OutputForm::Text => screen.table(&rows(&items, screen.now())),
    }
}

async fn rename(
    client: &ApiClient,
    given: &str,
    name: &str,
    screen: &mut Screen<'_>,
) -> Result<()> {
    let device = find(client, given).await?;
    let request = RenameTokenRequest { label: name.into() };
    let answer = client.rename_token(&device.id, &request).await;
    let answer = answer.map_err(|error| gone_or(error, given))?;
    match screen.form {
        OutputForm::Json => screen.json(&answer.document),
        OutputForm::Text => screen.line(format!(
            "{} is called {} now",
            escape::line(id::alone(&device.id)),
            called(&answer.body),
        )),
    }
}

async fn revoke(client: &ApiClient, given: &str, screen: &mut Screen<'_>) -> Result<()> {
    let device = find(client, given).await?;
    let ended = client.end_token(&device.id).await;
    ended.map_err(|error| gone_or(error, given))?;
    match screen.form {
        OutputForm::Json => screen.json(&json!({ "ok": true, "id": device.id })),
        OutputForm::Text => screen.line(format!(
            "{} revoked: {}, {}, is let in no more",
            escape::line(id::alone(&device.id)),
            called(&device),
            device.scope,
        )),
    }
}

async fn find(client: &ApiClient, given: &str) -> Result<TokenItem<'static>> {
    let items = client.tokens().await?.body.items;
    let found = id::find(&items, |device| &device.id, given)?;
    found.cloned().ok_or_else(|| no_device(given))
}

/// It may have been revoked between the list and the call.
fn gone_or(error: openwork_api::client::ClientError, given: &str) -> TerminalError {
    if error.is_not_found() {
        no_device(given)
    } else {
        error.into()
    }
}

fn no_device(given: &str) -> TerminalError {
    TerminalError::NoDevice {
        id: given.to_owned(),
    }
}

fn called(device: &TokenItem<'_>) -> String {
    match &device.label {
        Some(label) => format!("\"{}\"", escape::line(label)),
        None => "without a name".to_owned(),
    }
}

fn rows(items: &[TokenItem<'_>], now: u64) -> TextTable {
    let length = id::shown_length(items.iter().map(|device| &*device.id));
    let rows: Vec<_> = items
        .iter()
        .map(|device| row(device, length, now))
        .collect();
    TextTable::new(["ID", "SCOPE", "MADE", "USED", "ENDS", "NAME"], &rows)
}

fn row(device: &TokenItem<'_>, length: usize, now: u64) -> [String; 6] {
    let never = || "never".to_owned();
    let used = device.last_used_at.map(|used| span::ago(now, used));
    let end = device.expires_at;
    let end = end.map(|end| format!("in {}", span::words(end.saturating_sub(now))));
    [
        id::short(&device.id, length).to_owned(),
        device.scope.to_string(),
        span::ago(now, device.created_at),
        used.unwrap_or_else(never),
        end.unwrap_or_else(never),
        device.label.as_deref().unwrap_or("").to_owned(),
    ]
}
