//! Keys at what an agent waits for. None that says yes to a request to change
//! something says yes here, nor the other way round.

use super::asked_agent::AskedAgent;
use super::keys::KeyStep;
use super::line_input::{LineInput, LinePurpose};
use super::typed_agent::TypedReply;
use super::{OnScreen, PromptDialog};
use crate::error::Result;

const KEYS: &[&str] = &[
    "o        let the agent do it this once",
    "l        let it do the like as well, as its engine says; takes the whole word besides",
    "1 to 9   answer with this choice; several are typed in a line",
    "w        answer in words of your own",
    "r        reject it, or give no answer",
    "m        reject it, and tell the agent why",
    "n        go on to the next, this one goes on waiting",
    "q        end; what waits goes on waiting",
];

impl PromptDialog<'_, '_> {
    pub(super) async fn press_at_agent(&mut self, key: char) -> Result<KeyStep> {
        match key {
            'o' | 'r' | '1'..='9' if self.is_early()? => {}
            'o' => self.answer_at_agent(TypedReply::Once).await?,
            'r' => {
                self.answer_at_agent(TypedReply::Reject { message: None })
                    .await?;
            }
            '1'..='9' => self.choose(key).await?,
            'l' => self.begin_line(LinePurpose::Always),
            'm' => self.begin_line(LinePurpose::AgentMessage),
            'w' => self.begin_line(LinePurpose::Words),
            'n' => self.go_on()?,
            '?' => self.say(&KEYS.join("\n"))?,
            _ => {}
        }
        Ok(KeyStep::Stay)
    }

    /// A choice by its number, unless it may be the first digit of another or the
    /// first of several.
    async fn choose(&mut self, digit: char) -> Result<()> {
        let is_single =
            matches!(&self.asked, Some(OnScreen::Agent(asked)) if asked.is_single_digit());
        match digit.to_digit(10) {
            Some(number) if is_single => {
                let number = number as usize;
                self.answer_at_agent(TypedReply::Choose(vec![number])).await
            }
            _ => {
                self.begin_line(LinePurpose::Choices);
                if let Some(line) = self.keys.as_mut().and_then(|keys| keys.typing.as_mut()) {
                    line.text.push(digit);
                }
                Ok(())
            }
        }
    }

    async fn answer_at_agent(&mut self, reply: TypedReply) -> Result<()> {
        let Some(OnScreen::Agent(asked)) = self.asked.take() else {
            return Ok(());
        };
        self.leave_prompt()?;
        self.take_for_agent(asked, reply).await
    }

    /// Takes a line that was typed key by key.
    pub(super) async fn take_line_for_agent(
        &mut self,
        asked: AskedAgent,
        line: &LineInput,
    ) -> Result<()> {
        let text = line.text.trim();
        let read = TypedReply::read(text);
        let reply = match line.purpose {
            _ if text.is_empty() => TypedReply::Nothing,
            LinePurpose::Always if read == TypedReply::Always => read,
            LinePurpose::Choices if matches!(read, TypedReply::Choose(_)) => read,
            LinePurpose::Words => TypedReply::Say(text.to_owned()),
            LinePurpose::AgentMessage => TypedReply::Reject {
                message: Some(text.to_owned()),
            },
            _ => TypedReply::Other,
        };
        self.take_for_agent(asked, reply).await
    }

    /// What can be pressed at it, and the same in short.
    pub(super) fn agent_keys(asked: &AskedAgent) -> (String, String) {
        let keys = asked.keys();
        let short = "r m n ?".to_owned();
        (format!("{keys}[r]eject [m]essage [n]ext [?]"), short)
    }
}
