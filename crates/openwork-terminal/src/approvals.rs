//! `approvals`: what waits, what has ended, what is allowed for a time.

use crate::client::Client;
use crate::command::Approvals;
use crate::error::Result;
use crate::exit::Exit;
use crate::screen::Terminal;
use crate::watch;

mod allow;
mod answer;
mod deny;
mod history;
mod list;
mod rules;
mod show;
mod target;

use allow::Terms;
use show::Extent;

pub(crate) use answer::{Answer, answer, sentence};
pub(crate) use target::{Target, fetch};

/// Does one of the commands.
pub(crate) async fn run(
    command: &Approvals,
    client: &Client,
    terminal: &mut Terminal<'_>,
) -> Result<Exit> {
    let screen = &mut terminal.screen;
    match command {
        Approvals::List => list::list(client, screen).await?,
        Approvals::Show { id, reveal, full } => {
            let (reveal, full) = (*reveal, *full);
            show::show(client, id, Extent { reveal, full }, screen).await?;
        }
        Approvals::Watch => watch::run(client, terminal).await?,
        Approvals::Allow {
            ids,
            span,
            high,
            all_seen,
        } => {
            let terms = Terms {
                span: *span,
                high: *high,
                all_seen: *all_seen,
            };
            return allow::allow(client, ids, terms, terminal).await;
        }
        Approvals::Deny { ids, message } => {
            return deny::deny(client, ids, message.as_deref(), screen).await;
        }
        Approvals::History { limit } => history::history(client, *limit, screen).await?,
        Approvals::Rules => rules::list(client, screen).await?,
        Approvals::Revoke { id } => rules::revoke(client, id, screen).await?,
    }
    Ok(Exit::Done)
}
