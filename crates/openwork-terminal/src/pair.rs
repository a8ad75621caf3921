//! `pair`: what another device needs to connect.

use openwork_api::client::ApiClient;

use crate::address;
use crate::command::PairCommand;
use crate::error::Result;
use crate::exit::ExitStatus;
use crate::screen::Screen;
use crate::server::ServerAddress;

mod client_token;
mod code;
mod public_url;
mod qr;

pub use public_url::{NoPublicUrl, PublicUrl};

const ONLY_HERE: &str = "warning: other devices cannot reach this server
  help: start it with `--host 0.0.0.0`, and connect this machine to their network; or use `tailscale serve`";

/// Does one of the two.
pub(crate) async fn run(
    command: &PairCommand,
    client: &ApiClient,
    server: &ServerAddress,
    screen: &mut Screen<'_>,
) -> Result<ExitStatus> {
    match command {
        PairCommand::ClientToken => client_token::show(client, server, screen).await?,
        PairCommand::Code(terms) => code::make(client, server, terms, screen).await?,
    }
    Ok(ExitStatus::Done)
}

/// The URLs by which other devices reach the server: the one that its settings name, else
/// all that lead to where it listens.
fn public_urls(server: &ServerAddress) -> Vec<PublicUrl> {
    if let Some(named) = &server.public_url {
        return vec![named.clone()];
    }
    let urls = match server.listen {
        Some(listener) => address::reachable(listener),
        None if server.url.is_local() => Vec::new(),
        None => vec![server.url.clone()],
    };
    let urls = urls.iter();
    urls.map(|url| PublicUrl::direct(url, server.speaks_tls))
        .collect()
}
