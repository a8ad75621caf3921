//! A line that a person types key by key.

use crate::keyboard::KeyPress;

/// As many characters as the server takes of a message.
const LONGEST: usize = 200;

/// What a line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LinePurpose {
    /// The word that allows what is rated high.
    Confirm,
    /// What the client of a denied request is told.
    Message,
    /// The word that allows an agent more than it asks for.
    Always,
    /// What a rejected agent is told.
    AgentMessage,
    /// An answer to an agent in words of one's own.
    Words,
    /// The numbers of the choices.
    Choices,
}

impl LinePurpose {
    /// What is asked for.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Confirm => "type `allow` to allow it",
            Self::Message => "message to the client",
            Self::Always => "type `always` to allow the like as well",
            Self::AgentMessage => "message to the agent",
            Self::Words => "your answer",
            Self::Choices => "numbers, with spaces between them",
        }
    }
}

/// A line, as far as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LineInput {
    pub(super) purpose: LinePurpose,
    pub(super) text: String,
}

/// What a key leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineStep {
    /// The line goes on.
    More,
    /// It is complete.
    Complete,
    /// It is not meant.
    Cancelled,
}

impl LineInput {
    /// An empty line.
    pub(super) fn new(purpose: LinePurpose) -> Self {
        Self {
            purpose,
            text: String::new(),
        }
    }

    /// Takes a key.
    pub(super) fn press(&mut self, key: KeyPress) -> LineStep {
        match key {
            KeyPress::Enter => return LineStep::Complete,
            KeyPress::Escape | KeyPress::EndOfInput => return LineStep::Cancelled,
            KeyPress::Character(character) => self.push(character),
            KeyPress::Backspace => drop(self.text.pop()),
            KeyPress::EraseLine => self.text.clear(),
            KeyPress::Other => {}
        }
        LineStep::More
    }

    /// Takes keys that came at once. What was pasted does not end the line: that
    /// takes a key of its own.
    pub(super) fn paste(&mut self, keys: &[KeyPress]) {
        for key in keys {
            match key {
                KeyPress::Character(character) => self.push(*character),
                KeyPress::Enter => self.push(' '),
                KeyPress::Backspace => drop(self.text.pop()),
                _ => {}
            }
        }
    }

    fn push(&mut self, character: char) {
        if self.text.chars().count() < LONGEST {
            self.text.push(character);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_typed_and_mended() {
        let mut line = LineInput::new(LinePurpose::Message);
        for key in [
            KeyPress::Character('n'),
            KeyPress::Other,
            KeyPress::Character('é'),
            KeyPress::Backspace,
            KeyPress::Character('o'),
        ] {
            assert_eq!(line.press(key), LineStep::More);
        }
        assert_eq!(line.text, "no");
        assert_eq!(line.press(KeyPress::Enter), LineStep::Complete);
        assert_eq!(line.press(KeyPress::EraseLine), LineStep::More);
        assert_eq!(line.text, "");
        assert_eq!(line.press(KeyPress::Escape), LineStep::Cancelled);
    }

    #[test]
    fn a_paste_neither_ends_nor_floods_the_line() {
        let mut line = LineInput::new(LinePurpose::Confirm);
        line.paste(&[KeyPress::Character('a'), KeyPress::Enter, KeyPress::Escape]);
        assert_eq!(line.text, "a ");
        line.paste(&[KeyPress::Character('x'); 300]);
        assert_eq!(line.text.len(), LONGEST);
    }
}
