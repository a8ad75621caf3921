//! Credentials in the URLs of any text.

use std::borrow::Cow;
use std::ops::Range;

use super::reference::{around_in, reference_at};
use super::splice::splice;
use super::{MASK, is_secret_key};

/// Replaces the credentials of all URLs in a text by [`MASK`]: what stands
/// before an `@` in the authority (RFC 3986, 3.2.1), and the values of query
/// and fragment parameters whose names say that they are secret.
///
/// ```
/// use openwork_model::mask::mask_text;
///
/// assert_eq!(
///     mask_text("see https://me:pw@host/p?id=1&token=abc#x"),
///     "see https://••••••@host/p?id=1&token=••••••#x",
/// );
/// assert_eq!(mask_text("https://host/?key={env:KEY}"), "https://host/?key={env:KEY}");
/// ```
pub fn mask_text(text: &str) -> Cow<'_, str> {
    let secrets = secrets(text);
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(splice(text, secrets, MASK))
}

/// Where the secrets of all URLs stand, in their order.
pub(crate) fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text.get(from..).and_then(|rest| rest.find("://")) {
        let authority = authority(text, from + start + 3);
        let end = end(text, authority.end);
        if let Some(at) = text.get(authority.clone()).and_then(|text| text.rfind('@')) {
            found.extend(around_in(text, authority.start..authority.start + at));
        }
        for parameter in parameters(text, authority.end..end) {
            found.extend(around_in(text, parameter));
        }
        from = end;
    }
    found
}

/// Browsers end an authority at a backslash too.
fn authority(text: &str, start: usize) -> Range<usize> {
    start..scan(text, start, |c| {
        is_outside(c) || matches!(c, '/' | '?' | '#' | '\\')
    })
}

fn end(text: &str, start: usize) -> usize {
    scan(text, start, is_outside)
}

/// What ends a URL in running text: RFC 3986 allows none of these in one.
fn is_outside(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '`')
}

/// The first character from `start` on that `stop` picks and no reference holds.
fn scan(text: &str, start: usize, stop: impl Fn(char) -> bool) -> usize {
    let mut at = start;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        at = match reference_at(text, at) {
            Some((end, _)) => end,
            None if stop(c) => return at,
            None => at + c.len_utf8(),
        };
    }
    text.len()
}

/// The values of parameters with secret names, in query and fragment.
fn parameters(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let part = text.get(range.clone()).unwrap_or_default();
    let Some(query) = part.find(['?', '#']) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut at = query + 1;
    while at <= part.len() {
        let length = scan(part, at, |c| matches!(c, '&' | '#' | ';' | '?')) - at;
        let pair = part.get(at..at + length).unwrap_or_default();
        if let Some((name, value)) = pair.split_once('=').filter(|(name, _)| is_secret(name)) {
            let start = range.start + at + name.len() + 1;
            found.push(start..start + value.len());
        }
        at += length + 1;
    }
    found
}

/// Signed URLs carry a secret of their own.
fn is_secret(parameter: &str) -> bool {
    is_secret_key(parameter)
        || parameter
            .rsplit(['-', '_', '.'])
            .next()
            .is_some_and(|word| {
                ["sig", "signature"]
                    .iter()
                    .any(|mark| word.eq_ignore_ascii_case(mark))
            })
}
