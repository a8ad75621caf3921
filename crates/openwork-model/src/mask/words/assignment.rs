//! `--token=abc`, `TOKEN=abc`, `token: abc`: names that are given values.

use std::ops::Range;

use super::is_secret_name;

/// Where the values of secret names stand.
pub(super) fn values(line: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(start) = word_start(line, at) {
        let name = name_at(line, start);
        at = name.end.max(start + 1);
        if let Some(value) = value(line, &name) {
            at = value.end.max(at);
            found.push(value);
        }
    }
    found
}

/// The next byte from `at` on where a name may begin.
fn word_start(line: &str, at: usize) -> Option<usize> {
    let rest = line.get(at..)?;
    let mut before = line.get(..at)?.chars().next_back();
    for (offset, c) in rest.char_indices() {
        let starts = before.is_none_or(|before| !is_name(before));
        if starts && is_name(c) {
            return Some(at + offset);
        }
        before = Some(c);
    }
    None
}

fn name_at(line: &str, start: usize) -> Range<usize> {
    let rest = line.get(start..).unwrap_or("");
    start..start + rest.find(|c| !is_name(c)).unwrap_or(rest.len())
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// The value that a secret name is given, if it is given one.
fn value(line: &str, name: &Range<usize>) -> Option<Range<usize>> {
    let text = line.get(name.clone())?;
    if !is_secret_name(text) {
        return None;
    }
    let flag = text.starts_with('-');
    // A flag that is a word of its own has all of the word for its value.
    let spaced = flag && name.start == 0;
    let rest = line.get(name.end..)?;
    let next = rest.chars().next()?;
    let lead = rest.len()
        - rest
            .get(next.len_utf8()..)?
            .trim_start_matches([' ', '\t'])
            .len();
    let (start, spaced) = match next {
        '=' => (name.end + 1, spaced),
        ':' if !rest.starts_with("://") => (name.end + lead, true),
        ' ' | '\t' if flag => (name.end + lead, false),
        _ => return None,
    };
    let end = value_end(line, start, spaced);
    let value = line.get(start..end)?;
    let flags = next.is_whitespace() && value.starts_with('-');
    (!flags && !value.trim_matches(['"', '\'']).is_empty()).then_some(start..end)
}

/// Where a value ends: with its quotes, or before what a shell would run next.
fn value_end(line: &str, start: usize, spaced: bool) -> usize {
    let rest = line.get(start..).unwrap_or("");
    if let Some(quote @ ('"' | '\'')) = rest.chars().next()
        && let Some(end) = rest.get(1..).and_then(|inner| inner.find(quote))
        && !rest.get(..end).unwrap_or("").contains(['`', '$'])
    {
        return start + end + 2;
    }
    let ends = |(at, c): (usize, char)| match c {
        ';' | '|' | '&' | '`' | '\n' | '\r' => true,
        '$' => rest.get(at + 1..).is_some_and(|rest| rest.starts_with('(')),
        '"' | '\'' => at > 0,
        _ => !spaced && c.is_whitespace(),
    };
    let end = rest
        .char_indices()
        .find(|&item| ends(item))
        .map_or(rest.len(), |(at, _)| at);
    start + end
}
