//! `approvals show ID` of a request that has ended: what the history keeps of it.

use openwork_api::client::ApiClient;

use super::history;
use crate::details;
use crate::error::{Result, TerminalError};
use crate::screen::{OutputForm, Screen};

/// Shows how a request ended, and what it was.
pub(super) async fn show(client: &ApiClient, given: &str, screen: &mut Screen<'_>) -> Result<()> {
    let found = history::find(client, given, true).await?;
    let found = found.ok_or_else(|| TerminalError::NoRequest {
        id: given.to_owned(),
    })?;
    if screen.form == OutputForm::Json {
        return screen.json(&found.document);
    }
    let end = history::end(&found.item, screen.now());
    screen.lines(details::ended(&found.item.item, &end, screen.style()))
}
