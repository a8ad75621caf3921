//! The clients' token of the settings, which published desktops are connected by.

use openwork_api::client::ApiClient;
use serde_json::json;

use super::{ONLY_HERE, public_urls};
use crate::error::{Result, TerminalError};
use crate::escape;
use crate::screen::{OutputForm, Screen};
use crate::server::ServerAddress;

/// Prints the server's URLs and the token as text. It is in no link and in no
/// QR code: it lasts, and both are kept by programs that nobody thinks of.
pub(super) async fn show(
    client: &ApiClient,
    server: &ServerAddress,
    screen: &mut Screen<'_>,
) -> Result<()> {
    // Any answer will do. What is printed comes from the run file, which does
    // not show whether the server can be reached.
    let _is_well = client.serves("/health").await?;
    let unknown = || TerminalError::NoClientToken {
        url: server.url.to_string(),
    };
    let token = server.client_token.as_deref().ok_or_else(unknown)?;
    let urls = public_urls(server);
    if screen.form == OutputForm::Json {
        let urls: Vec<String> = urls.iter().map(ToString::to_string).collect();
        return screen.json(&json!({ "urls": urls, "clientToken": token }));
    }
    for url in &urls {
        screen.line(format!("Server URL    {url}"))?;
    }
    if urls.is_empty() {
        screen.line(format!("Server URL    {} (this machine only)", server.url))?;
    }
    screen.line(format!("Client token  {}", escape::line(token)))?;
    if urls.is_empty() {
        screen.warn(ONLY_HERE)?;
    }
    Ok(())
}
