//! `approvals allow`: what is rated high, or is longer than it is displayed,
//! is allowed only by who says so.

use openwork_api::approval::{ApprovalItem, RiskLevel};
use openwork_api::client::ApiClient;
use tokio::io::AsyncBufReadExt;

use crate::command::RememberSpan;
use crate::details;
use crate::error::{Result, TerminalError};
use crate::exit::ExitStatus;
use crate::id;
use crate::screen::{OutputForm, Terminal};
use crate::style::TextTone;

use super::answer::{self, OperatorAnswer};
use super::target::{self, MissingTarget};

/// What is allowed, and how far.
#[derive(Debug, Clone, Copy)]
pub(super) struct AllowTerms {
    /// For how long requests like it are allowed.
    pub(super) span: Option<RememberSpan>,
    /// Whether what is rated high is meant.
    pub(super) high: bool,
    /// Whether what lists do not show to its end is meant.
    pub(super) all_seen: bool,
}

/// Allows several requests; none of them if one is not meant. One that has
/// ended does not keep the others from their answers.
pub(super) async fn allow(
    client: &ApiClient,
    ids: &[String],
    terms: AllowTerms,
    terminal: &mut Terminal<'_>,
) -> Result<ExitStatus> {
    // All are checked before the first is answered: whoever is told that one of
    // them needs `--high` must not find the others allowed already.
    let mut meant = Vec::new();
    for item in items(client, ids).await? {
        if let Ok(item) = &item {
            check(item, terms, terminal).await?;
        }
        meant.push(item.map(|item| (&item).into()));
    }
    let reply = OperatorAnswer::Allow { span: terms.span };
    answer::all(client, meant, &reply, &mut terminal.screen).await
}

async fn items(
    client: &ApiClient,
    ids: &[String],
) -> Result<Vec<Result<ApprovalItem<'static>, MissingTarget>>> {
    // Each is read alone: lists bound the effects and files that they carry, and
    // what is beyond the bound may be what makes a request high.
    let mut items = Vec::new();
    for target in target::find_all(client, ids).await? {
        items.push(match target {
            Err(missing) => Err(missing),
            Ok(target) => match target::fetch(client, &target.id, false).await {
                Ok(answer) => Ok(answer.body),
                Err(error) if error.exit() == ExitStatus::Gone => Err(MissingTarget {
                    id: target.id,
                    error,
                }),
                Err(error) => return Err(error),
            },
        });
    }
    Ok(items)
}

pub(super) async fn check(
    item: &ApprovalItem<'_>,
    terms: AllowTerms,
    terminal: &mut Terminal<'_>,
) -> Result<()> {
    let id = || id::alone(&item.id).to_owned();
    if item.has_rest() && !terms.all_seen {
        return Err(TerminalError::NotAllShown { id: id() });
    }
    if item.risk_level() < RiskLevel::High || terms.high {
        return Ok(());
    }
    // A script has nobody to ask, and has to say beforehand what it means.
    if !terminal.interactive || terminal.screen.form == OutputForm::Json {
        let title = item.heading().to_owned();
        return Err(TerminalError::RatedHigh { id: id(), title });
    }
    if is_confirmed(item, terminal).await? {
        Ok(())
    } else {
        Err(TerminalError::NotConfirmed { id: id() })
    }
}

/// Asks the person for a second word.
async fn is_confirmed(item: &ApprovalItem<'_>, terminal: &mut Terminal<'_>) -> Result<bool> {
    let screen = &mut terminal.screen;
    screen.lines(details::head(item, screen.now(), screen.style()))?;
    let question = screen.paint(TextTone::Strong, "Type `yes` to allow it:");
    screen.begin(&format!("{question} "))?;
    let mut line = String::new();
    terminal.input.read_line(&mut line).await?;
    // The whole word: a single letter is easily typed for something else.
    Ok(line.trim() == "yes")
}
