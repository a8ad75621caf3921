//! Setting fields in place, and taking them out.

use std::ops::Range;

use super::fence::split;
use super::{FieldValue, FrontmatterError, HeaderEntry, entries, quote, render};

/// Sets fields where they are, or adds them at the header's end; all other bytes stay.
///
/// A value that is already there keeps its spelling. A text without a header gets one.
pub fn with_fields(text: &str, set: &[(&str, FieldValue<'_>)]) -> Result<String, FrontmatterError> {
    let parts = split(text);
    let Some(header) = parts.header else {
        return Ok(format!("{}{}", parts.opening, render(set, parts.body)));
    };
    let mut header = header.to_owned();
    // One after the other, each proven by itself: an edit moves the places of all
    // values behind it.
    for (key, value) in set {
        if let Some(edited) = with_field(&header, key, *value, parts.newline)? {
            header = edited;
        }
    }
    Ok([parts.opening, &header, parts.closing, parts.body].concat())
}

/// Takes fields out, each with its line or lines and what follows it there; all other bytes stay.
///
/// Comments on lines of their own stay: whom they are about is not for a program to tell. A field
/// that is not there is no mistake.
pub fn without_fields(text: &str, keys: &[&str]) -> Result<String, FrontmatterError> {
    let parts = split(text);
    let Some(header) = parts.header else {
        return Ok(text.to_owned());
    };
    let mut header = header.to_owned();
    for key in keys {
        if let Some(edited) = without_field(&header, key)? {
            header = edited;
        }
    }
    Ok([parts.opening, &header, parts.closing, parts.body].concat())
}

/// Returns the header without a field; `None` when it has none.
fn without_field(header: &str, key: &str) -> Result<Option<String>, FrontmatterError> {
    let before = entries(header)?;
    let Some(index) = before.iter().position(|entry| entry.key == key) else {
        return Ok(None);
    };
    let range = before.get(index).and_then(|entry| entry.value.clone());
    range
        .and_then(|range| without_lines(header, range))
        .filter(|edited| proves_removal(&before, index, edited))
        .map(Some)
        .ok_or_else(|| FrontmatterError::NotEditable {
            key: key.to_owned(),
        })
}

/// Takes out the lines from the one with a value's key to the one where it ends.
fn without_lines(header: &str, value: Range<usize>) -> Option<String> {
    let before = header.get(..value.start)?;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let rest = header.get(value.end..)?;
    let end = rest.find('\n').map_or(rest.len(), |end| end + 1);
    Some([header.get(..start)?, rest.get(end..)?].concat())
}

/// Tells whether the edited header says what it said before, but for one field.
fn proves_removal(before: &[HeaderEntry<'_>], gone: usize, edited: &str) -> bool {
    let Ok(after) = entries(edited) else {
        return false;
    };
    let kept = before
        .iter()
        .enumerate()
        .filter(|(index, _)| *index != gone);
    let kept = kept.map(|(_, entry)| (&entry.key, &entry.field));
    kept.eq(after.iter().map(|entry| (&entry.key, &entry.field)))
}

/// Returns the header with one field set; `None` when it is.
fn with_field(
    header: &str,
    key: &str,
    value: FieldValue<'_>,
    newline: &str,
) -> Result<Option<String>, FrontmatterError> {
    let before = entries(header)?;
    let there = before.iter().position(|entry| entry.key == key);
    let edited = match there.and_then(|index| before.get(index)) {
        // Compared by meaning, so that a text keeps the quotes that it has.
        Some(entry) if entry.field == value => return Ok(None),
        Some(entry) => entry
            .value
            .clone()
            .and_then(|range| replaced(header, range, &quote::printed(value))),
        None => Some(appended(header, &before, &quote::line(key, value), newline)),
    };
    edited
        // The new header is read again. Whatever YAML there may be that these lines do
        // not foresee, a wrong edit is refused and not written.
        .filter(|edited| proves(&before, there, (key, value), edited))
        .map(Some)
        .ok_or_else(|| FrontmatterError::NotEditable {
            key: key.to_owned(),
        })
}

fn replaced(header: &str, range: Range<usize>, scalar: &str) -> Option<String> {
    let (before, after) = (header.get(..range.start)?, header.get(range.end..)?);
    Some([before, " ", scalar, after].concat())
}

/// Adds a line, indented as the first key is.
fn appended(header: &str, entries: &[HeaderEntry<'_>], line: &str, newline: &str) -> String {
    let first = entries.first().and_then(|entry| entry.value.as_ref());
    let key_line = first
        .and_then(|value| header.get(..value.start))
        .and_then(|before| before.rsplit('\n').next())
        .unwrap_or("");
    let indent = key_line.len() - key_line.trim_start_matches(' ').len();
    [header, &" ".repeat(indent), line, newline].concat()
}

/// Tells whether the edited header says what it said before, plus the one field.
fn proves(
    before: &[HeaderEntry<'_>],
    there: Option<usize>,
    (key, value): (&str, FieldValue<'_>),
    edited: &str,
) -> bool {
    let Ok(after) = entries(edited) else {
        return false;
    };
    let at = there.unwrap_or(before.len());
    let expected = before.len() + usize::from(there.is_none());
    after.len() == expected
        && after
            .iter()
            .enumerate()
            .all(|(index, entry)| match before.get(index) {
                _ if index == at => entry.key == key && entry.field == value,
                Some(old) => entry.key == old.key && entry.field == old.field,
                None => false,
            })
}
