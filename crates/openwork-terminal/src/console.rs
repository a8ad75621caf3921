//! `console`: the link to the approvals page.

use std::path::PathBuf;

use openwork_api::client::{ApiClient, BaseUrl};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::error::{Result, TerminalError};
use crate::exit::ExitStatus;
use crate::screen::{OutputForm, Terminal};

mod handover;
mod letter;
mod peer;

/// What stays as it is in a component of a URL (RFC 3986, section 2.3).
pub(crate) const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The address of a server's approvals page. The token is in the fragment,
/// which browsers send to nobody.
///
/// ```
/// use openwork_terminal::{BaseUrl, console_link};
///
/// let url = BaseUrl::parse("http://127.0.0.1:8787")?;
/// assert_eq!(console_link(&url, None), "http://127.0.0.1:8787/console");
/// assert_eq!(
///     console_link(&url, Some("7d 30")),
///     "http://127.0.0.1:8787/console#token=7d%2030",
/// );
/// # Ok::<(), openwork_terminal::TerminalError>(())
/// ```
pub fn console_link(url: &BaseUrl, host_token: Option<&str>) -> String {
    match host_token {
        Some(token) => format!(
            "{url}/console#token={}",
            utf8_percent_encode(token, COMPONENT)
        ),
        None => format!("{url}/console"),
    }
}

/// Prints the link, or opens it; for that the user's own directories may be needed.
pub(crate) async fn run(
    client: &ApiClient,
    open: bool,
    directories: &[PathBuf],
    terminal: &mut Terminal<'_>,
) -> Result<ExitStatus> {
    let token = client.host_token()?;
    // The server may be built or started without the page, and a browser would
    // then show its error instead of ours.
    if !client.serves("/console").await? {
        return Err(TerminalError::NoConsole {
            url: client.url().to_string(),
        });
    }
    let link = console_link(client.url(), Some(token));
    if open {
        handover::hand_over(&link, directories, terminal.open).await?;
    }
    match (terminal.screen.form, open) {
        (OutputForm::Json, _) => terminal
            .screen
            .json(&json!({ "url": link, "opened": open }))?,
        (OutputForm::Text, true) => terminal.screen.line("The page is open in the browser.")?,
        (OutputForm::Text, false) => terminal.screen.line(link)?,
    }
    Ok(ExitStatus::Done)
}
