//! A person's keys, one by one, and what reads them.

use std::io;
use std::pin::Pin;

use openwork_api::hidden::is_hidden;

/// The bracket that begins the parameters of a control sequence.
const SEQUENCE: u8 = b'[';
/// What begins the sequence of one key on some keyboards, such as F1.
const SINGLE_SHIFT: u8 = b'O';
const ESCAPE: u8 = 0x1b;

/// Work on a keyboard that is not done yet.
pub type KeyboardFuture<'k, T> = Pin<Box<dyn Future<Output = io::Result<T>> + 'k>>;

/// A terminal that gives each key as it is pressed and shows none of them.
///
/// Where there is none, as in front of a pipe, a person answers in lines.
pub trait Keyboard {
    /// Begins to give keys one by one.
    ///
    /// # Errors
    ///
    /// Fails if the terminal cannot be switched; then it is as it was.
    fn open(&mut self) -> io::Result<()>;

    /// Puts the terminal back as it was. It may be called again, and has to be,
    /// also by whatever ends the process.
    fn close(&mut self);

    /// Waits for what comes next. Nothing is lost if this is not awaited to its end.
    fn next(&mut self) -> KeyboardFuture<'_, KeyInput>;

    /// Forgets what was typed and not read.
    ///
    /// # Errors
    ///
    /// Fails if the terminal cannot be asked to.
    fn forget(&mut self) -> io::Result<()>;

    /// How much the screen holds.
    fn size(&self) -> ScreenSize;

    /// What shows a long text.
    fn pager(&self) -> PagerChoice;

    /// Shows a text with the person's own program, until they leave it.
    fn page(&mut self, text: String) -> KeyboardFuture<'_, ()>;
}

/// What shows a long text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PagerChoice {
    /// This crate, page by page.
    BuiltIn,
    /// Nothing: it is written as it is.
    Straight,
    /// A program of the person's own.
    Program,
}

/// How much a screen holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScreenSize {
    /// Columns, at least one.
    pub columns: usize,
    /// Rows, at least one.
    pub rows: usize,
}

impl Default for ScreenSize {
    /// That of the oldest terminals, where nobody says.
    fn default() -> Self {
        Self {
            columns: 80,
            rows: 24,
        }
    }
}

/// What comes of a keyboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyInput {
    /// Keys that came at once. Several are no person's who reads and then answers,
    /// but were pasted, or typed while nobody listened.
    Keys(Vec<KeyPress>),
    /// The screen has another size, or shows what another program wrote.
    Redraw,
    /// There will be no more keys.
    Closed,
}

/// A key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPress {
    /// A character that can be seen, or a space.
    Character(char),
    /// Enter.
    Enter,
    /// Backspace, or Delete.
    Backspace,
    /// Ctrl-U: all of the line goes.
    EraseLine,
    /// Escape.
    Escape,
    /// Ctrl-D.
    EndOfInput,
    /// One with no meaning here, such as an arrow.
    Other,
}

/// Reads keys from the bytes that a terminal sends for them.
#[derive(Debug, Default)]
pub struct KeyDecoder {
    /// The beginning of a character of which the rest is still to come.
    rest: Vec<u8>,
}

impl KeyDecoder {
    /// The keys that the next bytes stand for.
    pub fn read(&mut self, bytes: &[u8]) -> Vec<KeyPress> {
        self.rest.extend_from_slice(bytes);
        let given = std::mem::take(&mut self.rest);
        let mut left = given.as_slice();
        let mut keys = Vec::new();
        while let Some((key, length)) = first_key(left) {
            keys.push(key);
            left = left.get(length..).unwrap_or_default();
        }
        self.rest = left.to_vec();
        keys
    }

    /// Forgets the beginning of a character.
    pub fn forget(&mut self) {
        self.rest.clear();
    }
}

/// The first key and how many bytes it has; none if more of them are to come.
fn first_key(bytes: &[u8]) -> Option<(KeyPress, usize)> {
    let key = |key| Some((key, 1));
    match *bytes.first()? {
        b'\r' | b'\n' => key(KeyPress::Enter),
        0x08 | 0x7f => key(KeyPress::Backspace),
        0x15 => key(KeyPress::EraseLine),
        0x04 => key(KeyPress::EndOfInput),
        ESCAPE => Some(after_escape(bytes)),
        0x00..=0x1f => key(KeyPress::Other),
        _ => character(bytes),
    }
}

/// Escape alone, or the sequence of some other key (ECMA-48, section 5.4).
fn after_escape(bytes: &[u8]) -> (KeyPress, usize) {
    match bytes.get(1) {
        None => (KeyPress::Escape, 1),
        Some(&SEQUENCE) => {
            let is_final = |byte: &u8| (0x40..=0x7e).contains(byte);
            let parameters = bytes.iter().skip(2);
            let length = parameters.clone().position(is_final);
            (KeyPress::Other, length.map_or(bytes.len(), |at| at + 3))
        }
        Some(&SINGLE_SHIFT) => (KeyPress::Other, bytes.len().min(3)),
        // A key with Alt, or a person who pressed Escape and then another key.
        Some(_) => (KeyPress::Other, bytes.len().min(2)),
    }
}

fn character(bytes: &[u8]) -> Option<(KeyPress, usize)> {
    let head = bytes.get(..bytes.len().min(4))?;
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        // No more than the beginning of one: the rest is to come.
        Err(error) if error.valid_up_to() == 0 && error.error_len().is_none() => return None,
        Err(error) if error.valid_up_to() == 0 => return Some((KeyPress::Other, 1)),
        Err(error) => std::str::from_utf8(head.get(..error.valid_up_to())?).ok()?,
    };
    let character = valid.chars().next()?;
    let key = if character != ' ' && is_hidden(character) {
        KeyPress::Other
    } else {
        KeyPress::Character(character)
    };
    Some((key, character.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(bytes: &[u8]) -> Vec<KeyPress> {
        KeyDecoder::default().read(bytes)
    }

    #[test]
    fn keys_are_read_as_they_were_pressed() {
        use KeyPress::{Backspace, Character, EndOfInput, Enter, EraseLine, Escape, Other};
        for (bytes, expected) in [
            (&b"a"[..], vec![Character('a')]),
            (
                b"d \xc3\xa9",
                vec![Character('d'), Character(' '), Character('é')],
            ),
            (b"\r\n", vec![Enter, Enter]),
            (
                b"\x7f\x08\x15\x04",
                vec![Backspace, Backspace, EraseLine, EndOfInput],
            ),
            (b"\x1b", vec![Escape]),
            (b"\x1b[A", vec![Other]),
            (b"\x1b[1;5Cq", vec![Other, Character('q')]),
            (b"\x1bOPa", vec![Other, Character('a')]),
            (b"\x1ba", vec![Other]),
            (b"\x1b[", vec![Other]),
            (b"\x00\x01\t", vec![Other, Other, Other]),
            (b"\xffa", vec![Other, Character('a')]),
            ("\u{202e}\u{9b}".as_bytes(), vec![Other, Other]),
        ] {
            assert_eq!(keys(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn a_character_may_come_in_two_parts() {
        let mut decoder = KeyDecoder::default();
        assert_eq!(decoder.read(b"\xe6\x97"), []);
        assert_eq!(decoder.read(b"\xa5"), [KeyPress::Character('日')]);
        assert_eq!(decoder.read(b"\xe6"), []);
        decoder.forget();
        assert_eq!(decoder.read(b"a"), [KeyPress::Character('a')]);
    }
}
