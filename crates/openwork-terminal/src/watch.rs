//! `approvals watch`: requests as they come.

use openwork_api::client::ApiClient;

use crate::error::Result;
use crate::escape;
use crate::prompt;
use crate::screen::{OutputForm, Screen, Terminal};

mod feed;

pub(crate) use feed::{ApprovalFeed, FeedNews};

/// Asks the person at a terminal; elsewhere writes each event as a JSON object
/// on a line of its own.
pub(crate) async fn run(client: &ApiClient, terminal: &mut Terminal<'_>) -> Result<()> {
    let feed = ApprovalFeed::open(client).await?;
    if terminal.interactive && terminal.screen.form == OutputForm::Text {
        prompt::run(client, feed, terminal).await
    } else {
        copy(feed, &mut terminal.screen).await
    }
}

async fn copy(mut feed: ApprovalFeed<'_>, screen: &mut Screen<'_>) -> Result<()> {
    loop {
        // A lost connection shows as a further snapshot once it is back.
        if let FeedNews::Event(event) = feed.next().await? {
            screen.line(escape::json(&event.line))?;
        }
    }
}
