//! `tokens`: what lets others in.

use openwork_api::Scope;
use openwork_api::client::ApiClient;
use openwork_api::token::{MakeTokenRequest, TokenItem};
use serde_json::json;

use crate::error::{Result, TerminalError};
use crate::escape;
use crate::exit::ExitStatus;
use crate::id;
use crate::screen::{OutputForm, Screen};
use crate::span;
use crate::table::TextTable;

/// What is asked of the tokens that are made for others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokensCommand {
    /// Lists them.
    List,
    /// Makes one.
    Create {
        /// What its holder may do.
        scope: Scope,
        /// What it is called.
        label: Option<String>,
        /// For how long it lets its holder in, in ms; none for ever.
        lifetime_ms: Option<u64>,
    },
    /// Ends one.
    Revoke {
        /// Its id, or the beginning of it.
        id: String,
    },
}

/// Does one of the commands.
pub(crate) async fn run(
    command: &TokensCommand,
    client: &ApiClient,
    screen: &mut Screen<'_>,
) -> Result<ExitStatus> {
    match command {
        TokensCommand::List => list(client, screen).await?,
        TokensCommand::Create {
            scope,
            label,
            lifetime_ms,
        } => {
            let request = MakeTokenRequest {
                scope: *scope,
                label: label.as_deref().map(Into::into),
                expires_in_ms: *lifetime_ms,
            };
            create(client, &request, screen).await?;
        }
        TokensCommand::Revoke { id } => revoke(client, id, screen).await?,
    }
    Ok(ExitStatus::Done)
}

async fn list(client: &ApiClient, screen: &mut Screen<'_>) -> Result<()> {
    let answer = client.tokens().await?;
    let items = answer.body.items;
    match screen.form {
        OutputForm::Json => screen.json(&answer.document),
        OutputForm::Text if items.is_empty() => {
            screen.line("No tokens were made: only the two of the server let anybody in.")
        }
        OutputForm::Text => screen.table(&rows(&items, screen.now())),
    }
}

async fn create(
    client: &ApiClient,
    request: &MakeTokenRequest<'_>,
    screen: &mut Screen<'_>,
) -> Result<()> {
    let answer = client.make_token(request).await?;
    if screen.form == OutputForm::Json {
        return screen.json(&answer.document);
    }
    let made = answer.body;
    screen.line(format!("Token  {}", escape::line(&made.token)))?;
    screen.line(format!("Id     {}", escape::line(&made.item.id)))?;
    screen.line(format!("Ends   {}", end(&made.item, screen.now())))?;
    // Beside the output, so that a script reads nothing but the token.
    screen.warn("The token is told this once; whoever has it is let in.")
}

async fn revoke(client: &ApiClient, given: &str, screen: &mut Screen<'_>) -> Result<()> {
    let items = client.tokens().await?.body.items;
    let unknown = || TerminalError::NoToken {
        id: given.to_owned(),
    };
    let token = id::find(&items, |item| &item.id, given)?.ok_or_else(unknown)?;
    match client.end_token(&token.id).await {
        // It ended between the list and the call.
        Err(error) if error.is_not_found() => return Err(unknown()),
        other => other?,
    }
    match screen.form {
        OutputForm::Json => screen.json(&json!({ "ok": true, "id": token.id })),
        OutputForm::Text => screen.line(format!(
            "{} ended: {} lets nobody in any more",
            escape::line(id::alone(&token.id)),
            token.label.as_deref().map_or_else(
                || "it".to_owned(),
                |label| format!("\"{}\"", escape::line(label))
            ),
        )),
    }
}

fn rows(items: &[TokenItem<'_>], now: u64) -> TextTable {
    let length = id::shown_length(items.iter().map(|item| &*item.id));
    let row = |item: &TokenItem<'_>| {
        [
            id::short(&item.id, length).to_owned(),
            item.scope.to_string(),
            span::ago(now, item.created_at),
            item.last_used_at
                .map_or_else(|| "never".to_owned(), |used| span::ago(now, used)),
            end(item, now),
            item.label.as_deref().unwrap_or("").to_owned(),
        ]
    };
    let rows: Vec<_> = items.iter().map(row).collect();
    TextTable::new(["ID", "SCOPE", "MADE", "USED", "ENDS", "LABEL"], &rows)
}

/// When a token ends.
fn end(item: &TokenItem<'_>, now: u64) -> String {
    match item.expires_at {
        None => "never".to_owned(),
        Some(end) if end <= now => "ended".to_owned(),
        Some(end) => format!("in {}", span::words(end - now)),
    }
}
