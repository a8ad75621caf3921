//! `pair`: what another device needs to connect.

use openwork_api::client::{ApiClient, BaseUrl};
use percent_encoding::utf8_percent_encode;
use serde_json::json;

use crate::address;
use crate::console::COMPONENT;
use crate::error::{Result, TerminalError};
use crate::escape;
use crate::exit::ExitStatus;
use crate::screen::{OutputForm, Screen};
use crate::server::ServerAddress;

mod qr;

const ONLY_HERE: &str = "warning: other devices cannot reach this server
  help: start it with `--host 0.0.0.0`, and connect this machine to their network";

/// Prints the server's URLs and the client token, and perhaps a QR code.
pub(crate) async fn run(
    client: &ApiClient,
    server: &ServerAddress,
    qr: bool,
    screen: &mut Screen<'_>,
) -> Result<ExitStatus> {
    // Any answer will do. What is printed comes from the run file, which does
    // not show whether the server can be reached.
    let _is_well = client.serves("/health").await?;
    let unknown = || TerminalError::NoClientToken {
        url: server.url.to_string(),
    };
    let token = server.client_token.as_deref().ok_or_else(unknown)?;
    let urls = urls(server);
    let link = urls.first().map(|url| link(url, token));
    if screen.form == OutputForm::Json {
        let urls: Vec<String> = urls.iter().map(BaseUrl::to_string).collect();
        screen.json(&json!({ "urls": urls, "clientToken": token, "link": link }))?;
        return Ok(ExitStatus::Done);
    }
    text(server, &urls, token, screen)?;
    if let Some(link) = link.filter(|_| qr) {
        screen.line("")?;
        screen.lines(qr::render(&link, screen.style()))?;
    }
    Ok(ExitStatus::Done)
}

fn text(
    server: &ServerAddress,
    urls: &[BaseUrl],
    token: &str,
    screen: &mut Screen<'_>,
) -> Result<()> {
    for url in urls {
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

/// The URLs by which other devices reach the server.
fn urls(server: &ServerAddress) -> Vec<BaseUrl> {
    match server.listen {
        Some(listener) => address::reachable(listener),
        None if server.url.is_local() => Vec::new(),
        None => vec![server.url.clone()],
    }
}

/// The app's link for connecting to a server.
fn link(url: &BaseUrl, token: &str) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, COMPONENT).to_string();
    format!(
        "openwork://connect-remote?openworkHostUrl={}&openworkToken={}",
        encoded(&url.to_string()),
        encoded(token),
    )
}
