//! Removing ranges so that no ragged lines are left.

use std::ops::Range;

use super::lines::{LineIndex, after_blanks, before_blanks};
use super::splice::TextSplice;

const BLANKS: [char; 2] = [' ', '\t'];

/// A range to remove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ErasedRegion {
    pub(super) range: Range<usize>,
    /// Whether it begins with the comma of an entry that stays.
    pub(super) comma: bool,
    /// Whether it holds an entry.
    pub(super) entry: bool,
    /// Whether that is the last entry of its container.
    pub(super) last: bool,
    /// Where the line before ends, if the line break may go too.
    pub(super) line_before: Option<usize>,
}

impl ErasedRegion {
    /// Returns the region of a lone comma, which belongs to an entry that stays or goes.
    pub(super) fn comma(at: usize, stays: bool) -> Self {
        Self {
            range: at..at + 1,
            comma: stays,
            entry: false,
            last: false,
            line_before: None,
        }
    }
}

/// Returns the splices that remove the regions, which are in order.
pub(super) fn erase(lines: &LineIndex<'_>, regions: Vec<ErasedRegion>) -> Vec<TextSplice> {
    let mut ranges: Vec<Range<usize>> = Vec::with_capacity(regions.len());
    for region in joined(lines.text(), regions) {
        let range = widened(lines, &region);
        match ranges.last_mut() {
            // Both took the line break between them.
            Some(last) if range.start < last.end => last.end = range.end.max(last.end),
            _ => ranges.push(range),
        }
    }
    ranges
        .into_iter()
        .map(|range| TextSplice::new(range, ""))
        .collect()
}

/// Joins regions with nothing but blanks between them.
fn joined(text: &str, regions: Vec<ErasedRegion>) -> Vec<ErasedRegion> {
    let mut joined: Vec<ErasedRegion> = Vec::with_capacity(regions.len());
    for region in regions {
        match joined.last_mut() {
            // Two entries that go side by side leave one hole. Widened one by one, each
            // would take the line break of the other for its own.
            Some(last) if is_blank(text, last.range.end..region.range.start) => {
                last.range.end = region.range.end;
                last.entry |= region.entry;
                last.last |= region.last;
            }
            _ => joined.push(region),
        }
    }
    joined
}

/// Takes the lines along that would be left empty, or else the blanks on one side.
fn widened(lines: &LineIndex<'_>, region: &ErasedRegion) -> Range<usize> {
    let text = lines.text();
    let Range { start, end } = region.range;
    let first_on_line = is_blank(text, lines.start(start)..start);
    let last_on_line = is_blank(text, end..lines.end(end));
    match (first_on_line, last_on_line) {
        (true, false) if region.last => region.line_before.unwrap_or(start)..end,
        (true, true) => lines.start(start)..lines.next(end),
        (false, true) => before_blanks(text, start)..end,
        (false, false) if region.entry && (region.comma || region.last) => {
            before_blanks(text, start)..end
        }
        (_, false) if region.entry => start..after_blanks(text, end),
        (_, false) => start..end,
    }
}

fn is_blank(text: &str, range: Range<usize>) -> bool {
    text.get(range)
        .is_some_and(|between| between.trim_matches(BLANKS).is_empty())
}
