//! `approvals deny`: at once, whatever else waits.

use openwork_api::client::ApiClient;

use crate::error::Result;
use crate::exit::ExitStatus;
use crate::screen::Screen;

use super::answer::{self, OperatorAnswer};
use super::target;

/// Denies several requests, and tells the clients why.
pub(super) async fn deny(
    client: &ApiClient,
    ids: &[String],
    message: Option<&str>,
    screen: &mut Screen<'_>,
) -> Result<ExitStatus> {
    let targets = target::find_all(client, ids).await?;
    let reply = OperatorAnswer::Deny {
        message: message.map(str::to_owned),
    };
    answer::all(client, targets, &reply, screen).await
}
