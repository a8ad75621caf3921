//! The entries of a container, and what belongs to each.

use std::ops::Range;

use super::erase::ErasedRegion;
use super::gap::EntryGap;
use super::tree::{Node, NodeKind};

/// The entries of a container as ranges; a member's begins with its key.
pub(super) struct ContainerEntries<'n> {
    pub(super) inside: Range<usize>,
    pub(super) ranges: Vec<Range<usize>>,
    pub(super) values: Vec<&'n Node>,
}

impl<'n> ContainerEntries<'n> {
    /// Lists the entries of a container; a scalar has none.
    pub(super) fn of(container: &'n Node) -> Self {
        let (ranges, values) = match &container.kind {
            NodeKind::Object(members) => members
                .iter()
                .map(|member| (member.key.start..member.value.end, &member.value))
                .unzip(),
            NodeKind::Array(items) => items
                .iter()
                .map(|item| (item.start..item.end, item))
                .unzip(),
            NodeKind::Scalar => (Vec::new(), Vec::new()),
        };
        let inside = container.start + 1..container.end.saturating_sub(1);
        Self {
            inside,
            ranges,
            values,
        }
    }

    /// Returns the gap before the entry at an index, or the last gap.
    pub(super) fn gap(&self, text: &str, index: usize) -> EntryGap {
        let before = index
            .checked_sub(1)
            .and_then(|before| self.ranges.get(before));
        let start = before.map_or(self.inside.start, |range| range.end);
        let end = self
            .ranges
            .get(index)
            .map_or(self.inside.end, |range| range.start);
        EntryGap::read(text, start..end)
    }

    /// Returns where an entry ends.
    pub(super) fn end(&self, index: usize) -> usize {
        self.ranges
            .get(index)
            .map_or(self.inside.end, |range| range.end)
    }

    /// Tells whether a comma follows the last entry.
    pub(super) fn trailing_comma(&self, text: &str) -> bool {
        self.gap(text, self.ranges.len()).comma().is_some()
    }

    /// Returns what goes with an entry: its comments, and its comma wherever that is. The comments
    /// above it go too, if no entry that stays is below them.
    pub(super) fn regions(
        &self,
        text: &str,
        index: usize,
        goes: &dyn Fn(usize) -> bool,
    ) -> Vec<ErasedRegion> {
        let (before, after) = (self.gap(text, index), self.gap(text, index + 1));
        let last = index + 1 == self.ranges.len();
        let start = if before.has_comment_above() && !self.headed(text, index).all(goes) {
            before.line_lead_start()
        } else {
            before.lead_start()
        };
        let range = start..after.tail_end(last);
        let line_before = before.line_before(range.start);
        let comma = after.comma().filter(|comma| *comma >= range.end);
        let entry = ErasedRegion {
            range,
            comma: false,
            entry: true,
            last,
            line_before,
        };
        [entry]
            .into_iter()
            .chain(comma.map(|at| ErasedRegion::comma(at, false)))
            .collect()
    }

    /// Returns the entries that a comment above one of them heads: this one and those after it, up
    /// to a blank line or to an entry with a comment of its own.
    fn headed(&self, text: &str, index: usize) -> impl Iterator<Item = usize> {
        let follows = move |next: &usize| {
            let gap = self.gap(text, *next);
            !gap.has_blank_line() && !gap.has_lead()
        };
        [index]
            .into_iter()
            .chain((index + 1..self.ranges.len()).take_while(follows))
    }
}
