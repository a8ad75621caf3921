//! `approvals`: what waits, what has ended, what is allowed for a time.

use openwork_api::client::ApiClient;

use crate::command::ApprovalsCommand;
use crate::error::Result;
use crate::exit::ExitStatus;
use crate::screen::Terminal;
use crate::watch;

mod agent;
mod allow;
mod amend;
mod answer;
mod deny;
mod ended;
mod history;
mod list;
mod rules;
mod show;
mod target;

use allow::AllowTerms;
use show::ShownExtent;

pub(crate) use agent::{AgentDecision, permission_lines, send as answer_agent};
pub(crate) use answer::{OperatorAnswer, answer, keep, sentence};
pub(crate) use target::{AnswerTarget, fetch};

/// Does one of the commands.
pub(crate) async fn run(
    command: &ApprovalsCommand,
    client: &ApiClient,
    terminal: &mut Terminal<'_>,
) -> Result<ExitStatus> {
    let screen = &mut terminal.screen;
    match command {
        ApprovalsCommand::List => list::list(client, screen).await?,
        ApprovalsCommand::Show { id, reveal, full } => {
            let (reveal, full) = (*reveal, *full);
            show::show(client, id, ShownExtent { reveal, full }, screen).await?;
        }
        ApprovalsCommand::Watch => watch::run(client, terminal).await?,
        ApprovalsCommand::Allow {
            ids,
            span,
            high,
            all_seen,
            without,
        } => {
            let terms = AllowTerms {
                span: *span,
                high: *high,
                all_seen: *all_seen,
            };
            // Several requests are answered, so the exit code is not just done or
            // failed: it is that of the first that failed.
            if !without.is_empty() {
                return amend::allow(client, ids, without, terms, terminal).await;
            }
            return allow::allow(client, ids, terms, terminal).await;
        }
        ApprovalsCommand::Deny { ids, message } => {
            return deny::deny(client, ids, message.as_deref(), screen).await;
        }
        ApprovalsCommand::Answer { id, reply } => agent::answer(client, id, reply, screen).await?,
        ApprovalsCommand::History { limit, filter } => {
            history::history(client, *limit, filter, screen).await?;
        }
        ApprovalsCommand::Rules => rules::list(client, screen).await?,
        ApprovalsCommand::Revoke { id } => rules::revoke(client, id, screen).await?,
    }
    Ok(ExitStatus::Done)
}
