//! The syntax errors that the parser below lets pass and the engine does not.

use std::ops::Range;

use super::{JsoncError, Problem};

/// Where a byte of a text is, for people.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Characters before it.
    pub(super) offset: usize,
    /// Line, from 1.
    pub(super) line: usize,
    /// Character in the line, from 1.
    pub(super) column: usize,
}

impl Place {
    /// Counts lines and characters up to a byte; a lone carriage return ends a line too.
    pub(super) fn of(text: &str, byte: usize) -> Self {
        let before = text.get(..byte).unwrap_or(text);
        let mut place = Self {
            offset: 0,
            line: 1,
            column: 1,
        };
        let mut previous = ' ';
        for character in before.chars() {
            place.offset += 1;
            match (previous, character) {
                ('\r', '\n') => {}
                (_, '\n' | '\r') => {
                    place.line += 1;
                    place.column = 1;
                }
                _ => place.column += 1,
            }
            previous = character;
        }
        place
    }
}

/// Describes one syntax error.
pub(super) fn syntax(
    text: &str,
    code: &'static str,
    range: Range<usize>,
    message: impl Into<String>,
) -> JsoncError {
    let Place {
        offset,
        line,
        column,
    } = Place::of(text, range.start);
    let length = text.get(range).map_or(0, |covered| covered.chars().count());
    let message = message.into();
    JsoncError::Syntax {
        problems: vec![Problem {
            code,
            offset,
            length,
            line,
            column,
            message,
        }],
    }
}

/// Refuses control characters in strings and exotic white space between tokens.
pub(super) fn check(text: &str) -> Result<(), JsoncError> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at = match byte {
            b'"' => string_end(text, at)?,
            b'/' => comment_end(bytes, at),
            b' ' | b'\t' | b'\n' | b'\r' | b'!'..=b'~' => at + 1,
            _ => return Err(stray(text, at)),
        };
    }
    Ok(())
}

/// Returns the byte after the closing quote; a text that ends before it is the parser's to refuse.
fn string_end(text: &str, start: usize) -> Result<usize, JsoncError> {
    let bytes = text.as_bytes();
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return Ok(at + 1),
            b'\\' if bytes.get(at + 1).is_some_and(|escaped| *escaped >= b' ') => at += 2,
            b'\n' | b'\r' => {
                let message = "A text ends with its line";
                return Err(syntax(text, "UnexpectedEndOfString", start..at, message));
            }
            0..b' ' => {
                let message = "A control character has to be escaped";
                return Err(syntax(text, "InvalidCharacter", at..at + 1, message));
            }
            _ => at += 1,
        }
    }
    Ok(at)
}

fn comment_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    let length = match rest.get(1) {
        Some(b'/') => rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')),
        Some(b'*') => rest
            .get(2..)
            .and_then(|inner| inner.windows(2).position(|pair| pair == b"*/"))
            .map(|inner| inner + 4),
        _ => Some(1),
    };
    length.map_or(bytes.len(), |length| start + length)
}

fn stray(text: &str, at: usize) -> JsoncError {
    let length = text
        .get(at..)
        .and_then(|rest| rest.chars().next())
        .map_or(1, char::len_utf8);
    syntax(
        text,
        "InvalidSymbol",
        at..at + length,
        "This character is no JSON",
    )
}
