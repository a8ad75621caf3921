//! A person answers with single keys.

use std::time::Duration;

use openwork_api::client::ApiClient;
use tokio::time::{MissedTickBehavior, interval};

use super::key_state::KeyState;
use super::line_input::{LineInput, LinePurpose, LineStep};
use super::status::StatusLine;
use super::{ERASED, OnScreen, PromptDialog, paging};
use crate::details;
use crate::error::Result;
use crate::keyboard::{KeyInput, KeyPress, Keyboard, ScreenSize};
use crate::screen::Screen;
use crate::style::TextTone;
use crate::watch::ApprovalFeed;

/// From when on the time that is left looks like the end of it, in ms.
const LAST_SECONDS: u64 = 10_000;
const SECOND: Duration = Duration::from_secs(1);

const EARLY: &str =
    "That came before this could be read, and answers nothing. Wait a moment and press it again.";
const BURST: &str = "Several keys came at once, and answer nothing.";

/// What a key leads to outside of the dialog.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum KeyStep {
    /// Nothing.
    Stay,
    /// All of the request is to be shown.
    Page,
    /// The person has enough.
    Quit,
}

/// Shows each request and asks, until the person has enough.
pub(super) async fn run(
    client: &ApiClient,
    mut feed: ApprovalFeed<'_>,
    screen: &mut Screen<'_>,
    keyboard: &mut dyn Keyboard,
) -> Result<()> {
    keyboard.open()?;
    let mut dialog = PromptDialog::new(client, screen);
    dialog.keys = Some(KeyState::new(keyboard.size()));
    let ended = converse(&mut dialog, &mut feed, keyboard).await;
    let left = dialog.leave_prompt();
    // Before anything else is said: what comes is for a terminal as it was.
    keyboard.close();
    ended.and(left)
}

async fn converse(
    dialog: &mut PromptDialog<'_, '_>,
    feed: &mut ApprovalFeed<'_>,
    keyboard: &mut dyn Keyboard,
) -> Result<()> {
    let mut second = interval(SECOND);
    second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let step = tokio::select! {
            news = feed.next() => {
                dialog.handle(news?)?;
                KeyStep::Stay
            }
            input = keyboard.next() => dialog.take_input(input?).await?,
            _ = second.tick() => KeyStep::Stay,
        };
        match step {
            KeyStep::Stay => {}
            KeyStep::Page => paging::show_all(dialog, feed, keyboard).await?,
            KeyStep::Quit => return Ok(()),
        }
        dialog.set_size(keyboard.size());
        dialog.ask().await?;
        if dialog.keys.as_mut().is_some_and(KeyState::take_new) {
            keyboard.forget()?;
        }
    }
}

impl PromptDialog<'_, '_> {
    async fn take_input(&mut self, input: KeyInput) -> Result<KeyStep> {
        match input {
            KeyInput::Closed => Ok(KeyStep::Quit),
            KeyInput::Redraw => {
                if let Some(keys) = &mut self.keys {
                    keys.drawn = None;
                }
                Ok(KeyStep::Stay)
            }
            KeyInput::Keys(keys) => match keys.as_slice() {
                [] => Ok(KeyStep::Stay),
                [key] => self.press(*key).await,
                several => self.take_burst(several),
            },
        }
    }

    /// Keys that came at once were pasted, or typed while nobody listened.
    fn take_burst(&mut self, several: &[KeyPress]) -> Result<KeyStep> {
        let Some(keys) = &mut self.keys else {
            return Ok(KeyStep::Stay);
        };
        if let Some(line) = &mut keys.typing {
            line.paste(several);
            return Ok(KeyStep::Stay);
        }
        keys.note_burst();
        if self.asked.is_some() && keys.is_to_be_told() {
            self.say(BURST)?;
        }
        Ok(KeyStep::Stay)
    }

    async fn press(&mut self, key: KeyPress) -> Result<KeyStep> {
        if let Some(line) = self.keys.as_mut().and_then(|keys| keys.typing.as_mut()) {
            return match line.press(key) {
                LineStep::More => Ok(KeyStep::Stay),
                LineStep::Complete => self.complete_line().await,
                LineStep::Cancelled => self.cancel_line(),
            };
        }
        match (key, &self.asked) {
            (KeyPress::Character('q') | KeyPress::EndOfInput, _) => Ok(KeyStep::Quit),
            (KeyPress::Character(character), Some(OnScreen::Change(_))) => {
                self.press_at_change(character).await
            }
            (KeyPress::Character(character), Some(OnScreen::Agent(_))) => {
                self.press_at_agent(character).await
            }
            (KeyPress::Character('?'), None) => {
                self.say("q ends. Requests appear here as they come.")?;
                Ok(KeyStep::Stay)
            }
            _ => Ok(KeyStep::Stay),
        }
    }

    /// The line that was typed answers what is on the screen.
    async fn complete_line(&mut self) -> Result<KeyStep> {
        let Some(line) = self.keys.as_mut().and_then(|keys| keys.typing.take()) else {
            return Ok(KeyStep::Stay);
        };
        self.leave_prompt()?;
        match self.asked.take() {
            Some(OnScreen::Change(asked)) => self.take_line_for_change(asked, &line).await?,
            Some(OnScreen::Agent(asked)) => self.take_line_for_agent(asked, &line).await?,
            None => {}
        }
        Ok(KeyStep::Stay)
    }

    fn cancel_line(&mut self) -> Result<KeyStep> {
        if let Some(keys) = &mut self.keys {
            keys.typing = None;
        }
        if let Some(OnScreen::Change(asked)) = &mut self.asked
            && asked.take_back()
        {
            self.say("Not allowed. It goes on waiting.")?;
        }
        Ok(KeyStep::Stay)
    }

    /// Begins a line.
    pub(super) fn begin_line(&mut self, purpose: LinePurpose) {
        if let Some(keys) = &mut self.keys {
            keys.typing = Some(LineInput::new(purpose));
        }
    }

    /// Whether an answer comes too early to be one; the person is told so.
    pub(super) fn is_early(&mut self) -> Result<bool> {
        let Some(keys) = &mut self.keys else {
            return Ok(false);
        };
        let is_early = keys.is_early();
        if is_early && keys.is_to_be_told() {
            self.say(EARLY)?;
        }
        Ok(is_early)
    }

    /// Goes on to another request, if there is one.
    pub(super) fn go_on(&mut self) -> Result<()> {
        if self.queue.len() + self.agents.len() < 2 {
            return self.say("No other request waits.");
        }
        match &self.asked {
            Some(OnScreen::Change(asked)) => self.queue.postpone(&asked.item.id),
            Some(OnScreen::Agent(asked)) => self.agents.postpone(&asked.request),
            None => {}
        }
        self.leave_prompt()
    }

    fn set_size(&mut self, size: ScreenSize) {
        if let Some(keys) = &mut self.keys {
            keys.size = size;
        }
    }

    /// Draws the last line of the screen, if it says something else by now.
    pub(super) fn draw(&mut self) -> Result<()> {
        let status = self.status();
        let style = self.screen.style();
        let Some(keys) = &mut self.keys else {
            return Ok(());
        };
        let line = status.render(keys.size.columns, style);
        if keys.drawn.as_ref() == Some(&line) {
            return Ok(());
        }
        self.screen.begin(&format!("{ERASED}{line}"))?;
        keys.drawn = Some(line);
        Ok(())
    }

    /// How long the client of the request on the screen waits, and whether that is
    /// nothing any more for one who reads.
    fn left(&self) -> Option<(String, bool)> {
        let Some(OnScreen::Change(asked)) = &self.asked else {
            return None;
        };
        let (now, end) = (self.now(), asked.item.expires_at);
        let is_urgent = end.is_some_and(|end| end.saturating_sub(now) <= LAST_SECONDS);
        Some((details::left(&asked.item, now), is_urgent))
    }

    fn status(&self) -> StatusLine {
        let typing = self.keys.as_ref().and_then(|keys| keys.typing.as_ref());
        let (question, short) = match (typing, &self.asked) {
            (Some(line), _) => (format!("{}:", line.purpose.label()), ">".to_owned()),
            (None, Some(OnScreen::Change(asked))) => Self::change_keys(asked),
            (None, Some(OnScreen::Agent(asked))) => Self::agent_keys(asked),
            (None, None) => (
                "Waiting for requests. [q]uit [?]".to_owned(),
                "q ?".to_owned(),
            ),
        };
        let is_confirming = typing.is_some_and(|line| line.purpose == LinePurpose::Confirm);
        StatusLine {
            question,
            short,
            tone: match (is_confirming, &self.asked) {
                (true, _) => TextTone::Danger,
                (false, None) => TextTone::Faint,
                (false, Some(_)) => TextTone::Strong,
            },
            left: self.left(),
            more: self.more(),
            typed: typing.map_or_else(String::new, |line| line.text.clone()),
        }
    }
}
