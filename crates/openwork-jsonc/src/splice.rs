//! Replacing byte ranges of a text.

use std::ops::Range;

/// One range and the text that takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TextSplice {
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

impl TextSplice {
    pub(super) fn new(range: Range<usize>, text: impl Into<String>) -> Self {
        Self {
            range,
            text: text.into(),
        }
    }

    pub(super) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self::new(at..at, text)
    }
}

/// Makes all splices at once; `None` when they overlap or leave the text.
///
/// Insertions at one place come in the order given, and before a removal that starts there.
pub(super) fn splice(text: &str, mut splices: Vec<TextSplice>) -> Option<String> {
    splices.sort_by_key(|splice| (splice.range.start, !splice.range.is_empty()));
    let mut new = String::with_capacity(text.len() + 256);
    let mut done = 0;
    for splice in splices {
        new.push_str(text.get(done..splice.range.start)?);
        new.push_str(&splice.text);
        done = splice.range.end;
    }
    new.push_str(text.get(done..)?);
    Some(new)
}
