//! The syntax errors that the scanner lets pass and the engine does not.

use std::ops::Range;

use super::fault::SyntaxFault;

/// Refuses exotic white space, and whatever else JSON has no use for outside of strings.
pub(super) fn symbols(text: &str, range: Range<usize>) -> Result<(), SyntaxFault> {
    let start = range.start;
    let bytes = text.as_bytes().get(range).unwrap_or(&[]);
    let is_stray = |byte: &u8| !matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
    match bytes.iter().position(is_stray) {
        None => Ok(()),
        Some(at) => Err(unexpected_symbol(text, start + at)),
    }
}

fn unexpected_symbol(text: &str, at: usize) -> SyntaxFault {
    let character = text.get(at..).and_then(|rest| rest.chars().next());
    let length = character.map_or(1, char::len_utf8);
    SyntaxFault::new(
        at..at + length,
        "InvalidSymbol",
        "This character is no JSON",
    )
}

/// Refuses control characters in the string that begins at a byte. One that does not end is the
/// scanner's to refuse.
pub(super) fn string(text: &str, start: usize) -> Result<(), SyntaxFault> {
    let bytes = text.as_bytes();
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return Ok(()),
            b'\\' if bytes.get(at + 1).is_some_and(|escaped| *escaped >= b' ') => at += 2,
            b'\n' | b'\r' => {
                let message = "A text ends with its line";
                return Err(SyntaxFault::new(
                    start..at,
                    "UnexpectedEndOfString",
                    message,
                ));
            }
            0..b' ' => {
                let message = "A control character has to be escaped";
                return Err(SyntaxFault::new(at..at + 1, "InvalidCharacter", message));
            }
            _ => at += 1,
        }
    }
    Ok(())
}
