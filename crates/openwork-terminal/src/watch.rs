//! `approvals watch`: requests as they come.

use crate::client::Client;
use crate::error::Result;
use crate::escape;
use crate::prompt;
use crate::screen::{Form, Screen, Terminal};

mod feed;

pub(crate) use feed::{Feed, Told};

/// Asks the person at a terminal; elsewhere writes each event as a JSON object
/// on a line of its own.
pub(crate) async fn run(client: &Client, terminal: &mut Terminal<'_>) -> Result<()> {
    let feed = Feed::open(client).await?;
    if terminal.interactive && terminal.screen.form == Form::Text {
        prompt::run(client, feed, terminal).await
    } else {
        copy(feed, &mut terminal.screen).await
    }
}

async fn copy(mut feed: Feed<'_>, screen: &mut Screen<'_>) -> Result<()> {
    loop {
        // A lost connection shows as a further snapshot once it is back.
        if let Told::Event(event) = feed.next().await? {
            screen.line(escape::json(&event.line))?;
        }
    }
}
