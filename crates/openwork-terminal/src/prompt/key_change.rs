//! Keys at a request to change what agents can do.

use super::asked::AskedRequest;
use super::keys::KeyStep;
use super::line_input::{LineInput, LinePurpose};
use super::typed::TypedAnswer;
use super::{OnScreen, PromptDialog};
use crate::approvals;
use crate::error::Result;
use crate::exit::ExitStatus;

const KEYS: &[&str] = &[
    "a        allow it; what is rated high takes the whole word besides",
    "d        deny it",
    "m        deny it, and tell the client why",
    "s space  show all of it, to its last line",
    "r        show the values that are masked",
    "e        have it wait 5 minutes longer",
    "n        go on to the next, this one goes on waiting",
    "q        end; what waits goes on waiting",
];

impl PromptDialog<'_, '_> {
    pub(super) async fn press_at_change(&mut self, key: char) -> Result<KeyStep> {
        match key {
            'a' | 'd' if self.is_early()? => {}
            'a' => {
                self.answer_change(TypedAnswer::Allow { in_full: false })
                    .await?;
            }
            'd' => {
                self.answer_change(TypedAnswer::Deny { message: None })
                    .await?;
            }
            'e' => self.answer_change(TypedAnswer::Extend).await?,
            'm' => self.begin_line(LinePurpose::Message),
            's' | 'f' | ' ' => return Ok(KeyStep::Page),
            'r' => self.reveal().await?,
            'n' => self.go_on()?,
            '?' => self.say(&KEYS.join("\n"))?,
            _ => {}
        }
        Ok(KeyStep::Stay)
    }

    async fn answer_change(&mut self, answer: TypedAnswer) -> Result<()> {
        let Some(OnScreen::Change(asked)) = self.asked.take() else {
            return Ok(());
        };
        self.take_for_change(asked, answer).await?;
        match &self.asked {
            Some(OnScreen::Change(asked)) if asked.is_confirming() => {
                self.begin_line(LinePurpose::Confirm);
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes a line that was typed key by key.
    pub(super) async fn take_line_for_change(
        &mut self,
        asked: AskedRequest,
        line: &LineInput,
    ) -> Result<()> {
        let answer = match line.purpose {
            LinePurpose::Confirm => match TypedAnswer::read(&line.text) {
                yes @ TypedAnswer::Allow { in_full: true } => yes,
                // Nothing but the word is an answer here, not even a no.
                _ => TypedAnswer::Nothing,
            },
            LinePurpose::Message if line.text.trim().is_empty() => {
                self.asked = Some(OnScreen::Change(asked));
                return self.say("No message was typed, and nothing denied.");
            }
            _ => TypedAnswer::Deny {
                message: Some(line.text.trim().to_owned()),
            },
        };
        self.asked = Some(OnScreen::Change(asked));
        self.answer_change(answer).await
    }

    /// Shows the request with what is masked in it.
    async fn reveal(&mut self) -> Result<()> {
        let Some(OnScreen::Change(asked)) = &self.asked else {
            return Ok(());
        };
        let is_masked = asked
            .item
            .files()
            .iter()
            .any(|file| !file.masked.is_empty());
        if !is_masked {
            return self.say("Nothing that is shown of it is masked.");
        }
        let shown = approvals::fetch(self.client, &asked.item.id, true).await;
        let mut item = match shown {
            Ok(answer) => answer.body,
            Err(error) if error.exit() == ExitStatus::Token => return Err(error),
            Err(error) => return self.say(&error.text()),
        };
        // It may have been moved while this was under way.
        if let Some(OnScreen::Change(asked)) = &self.asked {
            item.expires_at = asked.item.expires_at;
        }
        self.leave_prompt()?;
        self.screen.line("")?;
        self.show_item(&item)?;
        if let Some(OnScreen::Change(asked)) = &mut self.asked {
            asked.reveal(item);
        }
        self.begin_question();
        Ok(())
    }

    /// What can be pressed at a request, and the same in short.
    pub(super) fn change_keys(asked: &AskedRequest) -> (String, String) {
        let (long, short) = if asked.has_rest() {
            (
                "[s]how all [d]eny [m]essage [e]xtend [n]ext [?]",
                "s d m e n ?",
            )
        } else {
            (
                "[a]llow [d]eny [m]essage [s]how [e]xtend [n]ext [?]",
                "a d m s e n ?",
            )
        };
        (long.to_owned(), short.to_owned())
    }
}
