//! `approvals deny`: at once, whatever else waits.

use crate::client::Client;
use crate::error::Result;
use crate::exit::Exit;
use crate::screen::Screen;

use super::answer::{self, Answer};
use super::target;

/// Denies several requests, and tells the clients why.
pub(super) async fn deny(
    client: &Client,
    ids: &[String],
    message: Option<&str>,
    screen: &mut Screen<'_>,
) -> Result<Exit> {
    let targets = target::find_all(client, ids).await?;
    let reply = Answer::Deny {
        message: message.map(str::to_owned),
    };
    answer::all(client, targets, &reply, screen).await
}
