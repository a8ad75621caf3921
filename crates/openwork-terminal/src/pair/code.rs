//! A code that a device exchanges for a token of its own.

use openwork_api::client::ApiClient;
use openwork_api::pairing::{MakePairingRequest, PairingMadeResponse};
use openwork_api::server::ConsoleAccess;
use serde_json::{Value, json};

use super::public_url::PublicUrl;
use super::{ONLY_HERE, public_urls, qr};
use crate::command::PairTerms;
use crate::error::{Result, TerminalError};
use crate::escape;
use crate::screen::{OutputForm, Screen};
use crate::server::ServerAddress;
use crate::span;

const PLAIN_HTTP: &str = "warning: plain HTTP: whoever is on that network can read what is sent
  help: use `tailscale serve` or a proxy with TLS, and say with `--at` where it is";

/// Makes a code, and says all that the device needs.
pub(super) async fn make(
    client: &ApiClient,
    server: &ServerAddress,
    terms: &PairTerms,
    screen: &mut Screen<'_>,
) -> Result<()> {
    let urls = match &terms.at {
        Some(url) => vec![url.clone()],
        None => public_urls(server),
    };
    let is_named = terms.at.is_some() || server.public_url.is_some();
    let console = client.pairing().await?.body.console;
    if terms.qr {
        // Before the code is made, which would end the one that is open.
        is_drawable(server, &urls, console, is_named)?;
    }
    let request = MakePairingRequest {
        scope: terms.scope,
        label: terms.label.as_deref().map(Into::into),
    };
    let made = client.make_pairing(&request).await?;
    let link = urls.first().filter(|_| reaches_page(console, is_named));
    let link = link.map(|url| page_link(url, &made.body.code));
    if screen.form == OutputForm::Json {
        return screen.json(&document(made.document, &urls, link.as_deref(), terms));
    }
    text(server, &urls, link.as_deref(), &made.body, screen)?;
    if let Some(link) = link.filter(|_| terms.qr) {
        screen.line("")?;
        screen.lines(qr::render(&link, screen.style()))?;
    }
    Ok(())
}

/// The link to the page at which a device is paired. The code is in the
/// fragment, which browsers send to nobody.
fn page_link(url: &PublicUrl, code: &str) -> String {
    format!("{url}/console#pair={code}")
}

/// Whether the device is served the page. A proxy that is named is taken to run
/// on this machine, as `tailscale serve` does.
fn reaches_page(console: ConsoleAccess, is_named: bool) -> bool {
    match console {
        ConsoleAccess::Lan => true,
        ConsoleAccess::Local => is_named,
        ConsoleAccess::Off => false,
    }
}

fn is_drawable(
    server: &ServerAddress,
    urls: &[PublicUrl],
    console: ConsoleAccess,
    is_named: bool,
) -> Result<()> {
    let url = server.url.to_string();
    if urls.is_empty() {
        Err(TerminalError::OnlyHere { url })
    } else if console == ConsoleAccess::Off {
        Err(TerminalError::NoConsole { url })
    } else if !reaches_page(console, is_named) {
        Err(TerminalError::ConsoleOnlyHere { url })
    } else {
        Ok(())
    }
}

fn document(made: Value, urls: &[PublicUrl], link: Option<&str>, terms: &PairTerms) -> Value {
    let urls: Vec<String> = urls.iter().map(ToString::to_string).collect();
    let mut document = made;
    if let Some(fields) = document.as_object_mut() {
        fields.insert("grants".to_owned(), json!(terms.scope.grants()));
        fields.insert("urls".to_owned(), json!(urls));
        fields.insert("link".to_owned(), json!(link));
    }
    document
}

fn text(
    server: &ServerAddress,
    urls: &[PublicUrl],
    link: Option<&str>,
    made: &PairingMadeResponse<'_>,
    screen: &mut Screen<'_>,
) -> Result<()> {
    for url in urls {
        screen.line(format!("Server URL  {url}"))?;
    }
    if urls.is_empty() {
        screen.line(format!("Server URL  {} (this machine only)", server.url))?;
    }
    if let Some(link) = link {
        screen.line(format!("Page        {}", escape::line(link)))?;
    }
    screen.line(format!("Code        {}", escape::line(&made.code)))?;
    let left = span::words(made.expires_at.saturating_sub(made.created_at));
    screen.line(format!(
        "Ends        in {left}, after one use or five wrong tries"
    ))?;
    screen.line(format!(
        "Grants      {}: {}",
        made.scope,
        made.scope.grants()
    ))?;
    if urls.is_empty() {
        screen.warn(ONLY_HERE)?;
    } else if !urls.iter().all(PublicUrl::is_secure) {
        screen.warn(PLAIN_HTTP)?;
    }
    Ok(())
}
