//! Putting one text in the place of several ranges.

use std::ops::Range;

/// Replaces ranges that come in order and do not overlap.
pub(super) fn splice(text: &str, ranges: Vec<Range<usize>>, new: &str) -> String {
    splice_each(text, ranges, |_| new)
}

/// Replaces each range by what `new` makes of its text.
pub(super) fn splice_each<'n>(
    text: &str,
    ranges: impl IntoIterator<Item = Range<usize>>,
    new: impl Fn(&str) -> &'n str,
) -> String {
    let mut spliced = String::with_capacity(text.len());
    let mut from = 0;
    for range in ranges {
        spliced.push_str(text.get(from..range.start).unwrap_or(""));
        from = range.end;
        spliced.push_str(new(text.get(range).unwrap_or("")));
    }
    spliced.push_str(text.get(from..).unwrap_or(""));
    spliced
}
