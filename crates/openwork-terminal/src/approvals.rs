//! `approvals`: what waits, what has ended, what is allowed for a time.

use crate::client::Client;
use crate::command::Approvals;
use crate::error::Result;
use crate::exit::Exit;
use crate::screen::Terminal;
use crate::watch;

mod answer;
mod history;
mod list;
mod rules;
mod show;

pub(crate) use answer::{Answer, answer, sentence};

/// Does one of the commands.
pub(crate) async fn run(
    command: &Approvals,
    client: &Client,
    terminal: &mut Terminal<'_>,
) -> Result<Exit> {
    let screen = &mut terminal.screen;
    match command {
        Approvals::List => list::list(client, screen).await?,
        Approvals::Show { id, reveal } => show::show(client, id, *reveal, screen).await?,
        Approvals::Watch => watch::run(client, terminal).await?,
        Approvals::Allow { ids, span } => {
            return answer::all(client, ids, &Answer::Allow { span: *span }, screen).await;
        }
        Approvals::Deny { ids, message } => {
            return answer::all(
                client,
                ids,
                &Answer::Deny {
                    message: message.clone(),
                },
                screen,
            )
            .await;
        }
        Approvals::History { limit } => history::history(client, *limit, screen).await?,
        Approvals::Rules => rules::list(client, screen).await?,
        Approvals::Revoke { id } => rules::revoke(client, id, screen).await?,
    }
    Ok(Exit::Done)
}
