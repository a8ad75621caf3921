//! Reads headers of ordinary lines: `key: value` with a bare, quoted or missing value, comments
//! and blank lines. It gives up on the first line that could mean anything else.

use std::borrow::Cow;
use std::ops::Range;

use super::scalar::{is_reserved_word, resolve};
use super::{Entry, Field};

/// Returns the entries of an ordinary header; `None` when a YAML parser has to look.
pub(super) fn entries(header: &str) -> Option<Vec<Entry<'_>>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut at = 0;
    for whole in header.split_inclusive('\n') {
        let line = whole.strip_suffix('\n').unwrap_or(whole);
        let line = line.strip_suffix('\r').unwrap_or(line);
        if !line.is_empty() && !is_comment(line) {
            let found = entry(line, at)?;
            if entries.iter().any(|earlier| earlier.key == found.key) {
                return None;
            }
            entries.push(found);
        }
        at += whole.len();
    }
    Some(entries)
}

fn is_comment(line: &str) -> bool {
    line.starts_with('#') && line.chars().all(is_ordinary)
}

fn entry(line: &str, at: usize) -> Option<Entry<'_>> {
    let (key, rest) = line.split_once(':')?;
    let value = rest.trim_end_matches(' ');
    let range = at + key.len() + 1..at + key.len() + 1 + value.len();
    let scalar = value.trim_start_matches(' ');
    let separated = scalar.is_empty() || scalar.len() < value.len();
    if !(is_key(key) && separated && scalar.chars().all(is_ordinary)) {
        return None;
    }
    Some(entry_of(key, field(scalar)?, range))
}

fn entry_of(key: &str, field: Field, value: Range<usize>) -> Entry<'_> {
    Entry {
        key: Cow::Borrowed(key),
        field,
        value: Some(value),
    }
}

fn is_key(key: &str) -> bool {
    key.starts_with(|first: char| first.is_ascii_alphabetic())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
        && !is_reserved_word(key)
}

fn field(scalar: &str) -> Option<Field> {
    let first = scalar.chars().next();
    match first {
        None => Some(Field::Null),
        Some(quote @ ('"' | '\'')) => {
            let inner = scalar.strip_prefix(quote)?.strip_suffix(quote)?;
            (!inner.contains([quote, '\\'])).then(|| Field::Text(inner.to_owned()))
        }
        Some(first) if first.is_alphabetic() && is_one_scalar(scalar) => Some(resolve(scalar)),
        Some(_) => None,
    }
}

/// Tells whether no key, and no comment, begins within a bare scalar.
fn is_one_scalar(scalar: &str) -> bool {
    !(scalar.contains(": ") || scalar.contains(" #") || scalar.ends_with(':'))
}

/// Leaves out tabs, control characters and all that any reader might take for white space.
fn is_ordinary(character: char) -> bool {
    match character {
        ' '..='~' => true,
        '\u{feff}' | '\u{fffe}' | '\u{ffff}' => false,
        other => !other.is_ascii() && !other.is_control() && !other.is_whitespace(),
    }
}
