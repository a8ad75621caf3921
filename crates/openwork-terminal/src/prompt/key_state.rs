//! What is kept of a person who answers with single keys.

use tokio::time::Instant;

use super::READING;
use super::line_input::LineInput;
use crate::keyboard::ScreenSize;

/// How far a person has come.
#[derive(Debug)]
pub(super) struct KeyState {
    pub(super) size: ScreenSize,
    /// The line that is being typed.
    pub(super) typing: Option<LineInput>,
    /// What the last line of the screen says; none if it is free.
    pub(super) drawn: Option<String>,
    /// Whether something new is on the screen since the keyboard was last emptied.
    is_new: bool,
    /// Since when nothing new was shown and no answer came too early.
    quiet_since: Instant,
    /// Whether the person was told that a key came too early.
    was_told: bool,
}

impl KeyState {
    /// One who has not been asked anything yet.
    pub(super) fn new(size: ScreenSize) -> Self {
        Self {
            size,
            typing: None,
            drawn: None,
            is_new: false,
            quiet_since: Instant::now(),
            was_told: false,
        }
    }

    /// Something new is on the screen.
    pub(super) fn begin(&mut self) {
        self.typing = None;
        self.is_new = true;
        self.was_told = false;
        self.quiet_since = Instant::now();
    }

    /// Whether the keyboard is to be emptied, as something new is on the screen.
    pub(super) fn take_new(&mut self) -> bool {
        std::mem::take(&mut self.is_new)
    }

    /// Whether an answer comes too early to be one to what is on the screen. Then
    /// the time to read begins anew, so that a key that is held down or a paste
    /// that comes in parts does not answer once that time is over.
    pub(super) fn is_early(&mut self) -> bool {
        let is_early = self.quiet_since.elapsed() < READING;
        if is_early {
            self.quiet_since = Instant::now();
        }
        is_early
    }

    /// Several keys came at once.
    pub(super) fn note_burst(&mut self) {
        self.quiet_since = Instant::now();
    }

    /// Whether the person is to be told of it: once for what is on the screen.
    pub(super) fn is_to_be_told(&mut self) -> bool {
        !std::mem::replace(&mut self.was_told, true)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_key_that_is_held_down_never_answers() {
        let mut state = KeyState::new(ScreenSize::default());
        for _ in 0..100 {
            tokio::time::advance(Duration::from_millis(33)).await;
            assert!(state.is_early());
        }
        tokio::time::advance(READING).await;
        assert!(!state.is_early());
        state.note_burst();
        assert!(state.is_early());
        assert!(state.is_to_be_told());
        assert!(!state.is_to_be_told());
        state.begin();
        assert!(state.is_to_be_told());
        assert!(state.take_new());
        assert!(!state.take_new());
    }
}
