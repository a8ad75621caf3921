//! Asking about requests to change what agents can do.

use openwork_api::approval::{ApprovalEvent, ApprovalItem};

use super::asked::{AskedRequest, YesStep};
use super::typed::TypedAnswer;
use super::{OnScreen, PromptDialog};
use crate::approvals::{self, AnswerTarget, OperatorAnswer};
use crate::details;
use crate::error::{Result, TerminalError};
use crate::exit::ExitStatus;
use crate::pages::PageSource;
use crate::wrap;

impl PromptDialog<'_, '_> {
    /// Whether this request is on the screen.
    pub(super) fn asks_for_change(&self, id: &str) -> bool {
        matches!(&self.asked, Some(OnScreen::Change(asked)) if asked.item.id == id)
    }

    /// Puts a request on the screen.
    pub(super) async fn show_change(&mut self, item: ApprovalItem<'static>) -> Result<()> {
        let item = self.with_all_effects(item).await?;
        self.leave_prompt()?;
        self.screen.line("")?;
        self.show_item(&item)?;
        self.asked = Some(OnScreen::Change(AskedRequest::new(item)));
        self.begin_question();
        Ok(())
    }

    /// Shows a request, and what it comes down to once more if that has left the
    /// screen.
    pub(super) fn show_item(&mut self, item: &ApprovalItem<'_>) -> Result<()> {
        let mut lines = self.head(item);
        lines.extend(details::files(item, self.screen.style()));
        self.screen.lines(&lines)?;
        let size = self.size();
        if wrap::height(&lines, size.columns) >= size.rows {
            self.sum_up(item)?;
        }
        Ok(())
    }

    /// Shows again what a request comes down to.
    pub(super) fn sum_up(&mut self, item: &ApprovalItem<'_>) -> Result<()> {
        let lines = self.head(item);
        self.screen.line("")?;
        self.screen.lines(lines)
    }

    /// What a request comes down to, as wide as the screen is.
    fn head(&self, item: &ApprovalItem<'_>) -> Vec<String> {
        let columns = self.size().columns;
        let lines = details::head(item, self.now(), self.screen.style());
        let rows = lines.iter().flat_map(|line| wrap::words(line, columns));
        rows.collect()
    }

    /// Events bound the effects that they list.
    async fn with_all_effects(&self, item: ApprovalItem<'static>) -> Result<ApprovalItem<'static>> {
        if item.more_effects == 0 {
            return Ok(item);
        }
        match approvals::fetch(self.client, &item.id, false).await {
            Ok(answer) => Ok(answer.body),
            Err(error) if error.exit() == ExitStatus::Token => Err(error),
            // It can still be denied.
            Err(_) => Ok(item),
        }
    }

    /// Takes in what was typed at a request.
    pub(super) async fn take_for_change(
        &mut self,
        mut asked: AskedRequest,
        typed: TypedAnswer,
    ) -> Result<()> {
        let target = (&asked.item).into();
        match typed {
            TypedAnswer::Allow { in_full } => match asked.say_yes(in_full) {
                YesStep::Meant => {
                    let allow = OperatorAnswer::Allow { span: None };
                    self.answer(&target, &allow).await?;
                }
                YesStep::Early => {
                    self.say("That came before this request could be read. Answer again.")?;
                }
                YesStep::Unseen if self.keys.is_some() => {
                    self.say("Not all of it was shown. Press s to see the rest.")?;
                }
                YesStep::Unseen => self.say("Not all of it was shown. Type f to see the rest.")?,
                YesStep::Again => {}
            },
            TypedAnswer::Full => self.show_rest(&mut asked).await?,
            TypedAnswer::Deny { message } => {
                self.answer(&target, &OperatorAnswer::Deny { message })
                    .await?;
            }
            TypedAnswer::Extend => self.extend(&mut asked).await?,
            TypedAnswer::Skip => {
                self.queue.skip(&asked.item.id);
                self.report(&asked.item, "skipped, it goes on waiting")?;
            }
            // Anything but the whole word takes a yes back, a bare Enter too.
            TypedAnswer::Nothing | TypedAnswer::Other if asked.take_back() => {
                self.say("Not allowed. It goes on waiting.")?;
            }
            TypedAnswer::Nothing => {}
            TypedAnswer::Other => self.say(&help(&asked))?,
        }
        self.asked = Some(OnScreen::Change(asked));
        Ok(())
    }

    /// Shows what was left out at first.
    async fn show_rest(&mut self, asked: &mut AskedRequest) -> Result<()> {
        if !asked.has_rest() {
            return self.say("All of it is shown.");
        }
        let source = PageSource {
            client: self.client,
            reveal: asked.is_revealed(),
        };
        match source.print_rest(&asked.item, self.screen).await {
            Ok(()) => {
                asked.mark_files_shown();
                self.sum_up(&asked.item)
            }
            Err(error) if error.exit() == ExitStatus::Token || error.is_closed_pipe() => Err(error),
            Err(error) => self.say(&error.text()),
        }
    }

    /// Has a request wait longer for this person.
    async fn extend(&mut self, asked: &mut AskedRequest) -> Result<()> {
        match approvals::keep(self.client, &asked.item.id).await {
            Ok(expires_at) => {
                asked.item.expires_at = Some(expires_at);
                self.queue.reschedule(&asked.item.id, expires_at);
                Ok(())
            }
            Err(error) if error.exit() == ExitStatus::Token || error.is_closed_pipe() => Err(error),
            Err(error) => self.say(&error.text()),
        }
    }

    /// Takes in when a request expires by now.
    pub(super) fn reschedule(&mut self, id: &str, expires_at: u64) {
        self.queue.reschedule(id, expires_at);
        match &mut self.asked {
            Some(OnScreen::Change(asked)) if asked.item.id == id => {
                asked.item.expires_at = Some(expires_at);
            }
            _ => {}
        }
    }

    async fn answer(&mut self, target: &AnswerTarget, answer: &OperatorAnswer) -> Result<()> {
        match approvals::answer(self.client, target, answer).await {
            Ok(reply) => {
                self.queue.remove(&target.id);
                self.say(&approvals::sentence(target, answer, &reply.body))
            }
            Err(error) if matches!(error.exit(), ExitStatus::Token) || error.is_closed_pipe() => {
                Err(error)
            }
            Err(error) => {
                // What was refused or did not arrive can be answered again.
                if matches!(error, TerminalError::NotWritten { .. })
                    || error.exit() == ExitStatus::Gone
                {
                    self.queue.remove(&target.id);
                }
                self.say(&error.text())
            }
        }
    }
}

fn help(asked: &AskedRequest) -> String {
    let letters = if asked.has_rest() { "f" } else { "a" };
    format!(
        "Type {letters}, d, s or e; e has it wait 5 minutes longer, and d may be followed by a message to the client."
    )
}

/// Which request an event ends, and how, in words.
pub(super) fn ending<'e>(event: &'e ApprovalEvent<'_>) -> Option<(&'e str, &'static str)> {
    let (id, ending) = match event {
        ApprovalEvent::Replied {
            id,
            allowed: true,
            amended: true,
            ..
        } => (id, "allowed with changes by someone else"),
        ApprovalEvent::Replied { id, allowed, .. } if *allowed => (id, "allowed by someone else"),
        ApprovalEvent::Replied { id, .. } => (id, "denied by someone else, nothing was written"),
        ApprovalEvent::Expired { id } => (id, "expired, nothing was written"),
        ApprovalEvent::Withdrawn { id } => (id, "withdrawn, the client left: nothing was written"),
        ApprovalEvent::Aborted { id } => (id, "ended with the server, nothing was written"),
        ApprovalEvent::Applied { id } => (id, "allowed and written"),
        ApprovalEvent::Conflicted { id } => (id, "not written, the file had changed"),
        ApprovalEvent::Failed { id, .. } => (id, "allowed, but the write failed"),
        _ => return None,
    };
    Some((id, ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_else_has_answered_is_told_with_what_was_said() {
        let told = |allowed, amended| {
            let replied = ApprovalEvent::Replied {
                id: "7d30".into(),
                allowed,
                by: "host".into(),
                message: None,
                amended,
            };
            ending(&replied).map(|(_, words)| words)
        };
        assert_eq!(told(true, false), Some("allowed by someone else"));
        assert_eq!(
            told(true, true),
            Some("allowed with changes by someone else")
        );
        assert_eq!(
            told(false, false),
            Some("denied by someone else, nothing was written")
        );
    }
}
