//! The lines of a file.

use std::ops::{Index, Range};

/// The lines of a text with their ends; they are found once and not copied.
pub(super) struct SideLines<'t> {
    bytes: &'t [u8],
    /// Where each line ends. Files may have millions.
    ends: Vec<u32>,
}

impl<'t> SideLines<'t> {
    /// Splits a text after each line feed; `None` if it is larger than any file
    /// that is read.
    pub(super) fn of(text: &'t str) -> Option<Self> {
        let bytes = text.as_bytes();
        // Half of what `usize` would take, for a number for each line of a file.
        let length = u32::try_from(bytes.len()).ok()?;
        let feeds = memchr::memchr_iter(b'\n', bytes).filter_map(|at| u32::try_from(at + 1).ok());
        let mut ends: Vec<u32> = feeds.collect();
        if ends.last().copied().unwrap_or(0) < length {
            ends.push(length);
        }
        Some(Self { bytes, ends })
    }

    /// Takes all bytes for one line. It is as long as it is, so its end need
    /// not be kept exactly.
    pub(super) fn whole(bytes: &'t [u8]) -> Self {
        Self {
            bytes,
            ends: vec![u32::MAX],
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Where a line stands.
    pub(super) fn range(&self, line: usize) -> Range<usize> {
        let end = |line: usize| self.ends.get(line).map_or(0, |&end| at(end));
        let start = line.checked_sub(1).map_or(0, end);
        let whole = self.ends.len() == 1;
        let end = if whole { self.bytes.len() } else { end(line) };
        start..end.max(start)
    }

    /// Where several lines stand.
    pub(super) fn stretch(&self, lines: &Range<usize>) -> Range<usize> {
        match lines.end.checked_sub(1) {
            Some(last) if last >= lines.start => {
                self.range(lines.start).start..self.range(last).end
            }
            _ => 0..0,
        }
    }

    /// All lines.
    pub(super) fn iter(&self) -> impl Iterator<Item = &'t [u8]> {
        (0..self.len()).map(|line| self.bytes.get(self.range(line)).unwrap_or(&[]))
    }
}

impl Index<usize> for SideLines<'_> {
    type Output = [u8];

    fn index(&self, line: usize) -> &[u8] {
        self.bytes.get(self.range(line)).unwrap_or(&[])
    }
}

/// A place in a text. No place is beyond what 32 bits count.
fn at(end: u32) -> usize {
    usize::try_from(end).unwrap_or(usize::MAX)
}
