//! Where the lines of a text begin and end.

use std::cell::OnceCell;

const BLANKS: [char; 2] = [' ', '\t'];

/// How many bytes are looked at before an index is made. A file of a single
/// line is cheap all the same, however many places in it are asked about.
const NEAR: usize = 512;

/// The lines of a text.
#[derive(Debug)]
pub(super) struct LineIndex<'t> {
    text: &'t str,
    /// Where all line breaks are, once that is needed.
    breaks: OnceCell<Vec<usize>>,
}

impl<'t> LineIndex<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self {
            text,
            breaks: OnceCell::new(),
        }
    }

    /// Returns the text itself.
    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// Returns where the line of a byte starts.
    pub(super) fn start(&self, at: usize) -> usize {
        let from = at.saturating_sub(NEAR);
        let near = self
            .bytes(from, at)
            .iter()
            .rposition(|byte| is_break(*byte));
        match near {
            Some(found) => from + found + 1,
            None if from == 0 => 0,
            None => {
                let before = self.index_of(at).checked_sub(1);
                before
                    .and_then(|index| self.breaks().get(index))
                    .map_or(0, |found| found + 1)
            }
        }
    }

    /// Returns where the line of a byte ends, before its line break.
    pub(super) fn end(&self, at: usize) -> usize {
        let to = self.text.len().min(at.saturating_add(NEAR));
        let near = self.bytes(at, to).iter().position(|byte| is_break(*byte));
        match near {
            Some(found) => at + found,
            None if to == self.text.len() => to,
            None => {
                let next = self.breaks().get(self.index_of(at));
                next.copied().unwrap_or(self.text.len())
            }
        }
    }

    /// Returns where the line after that of a byte starts.
    pub(super) fn next(&self, at: usize) -> usize {
        let end = self.end(at);
        let rest = self.text.get(end..).unwrap_or("");
        end + if rest.starts_with("\r\n") {
            2
        } else {
            rest.len().min(1)
        }
    }

    /// Returns the blanks that the line of a byte begins with.
    pub(super) fn indent(&self, at: usize) -> &'t str {
        let line = self.text.get(self.start(at)..at).unwrap_or("");
        let blanks = line.len() - line.trim_start_matches(BLANKS).len();
        line.get(..blanks).unwrap_or("")
    }

    /// Returns the blanks before a byte when nothing else is before it on its line.
    pub(super) fn own_indent(&self, at: usize) -> Option<&'t str> {
        let before = self.text.get(self.start(at)..at)?;
        before
            .trim_start_matches(BLANKS)
            .is_empty()
            .then_some(before)
    }

    fn bytes(&self, from: usize, to: usize) -> &'t [u8] {
        self.text.as_bytes().get(from..to).unwrap_or(&[])
    }

    fn breaks(&self) -> &[usize] {
        self.breaks.get_or_init(|| {
            let bytes = self.text.bytes().enumerate();
            bytes
                .filter(|(_, byte)| is_break(*byte))
                .map(|(at, _)| at)
                .collect()
        })
    }

    /// The index of the first line break at a byte or after it.
    fn index_of(&self, at: usize) -> usize {
        self.breaks().partition_point(|found| *found < at)
    }
}

/// Returns where the blanks that end at a byte begin.
pub(super) fn before_blanks(text: &str, at: usize) -> usize {
    text.get(..at)
        .map_or(at, |before| before.trim_end_matches(BLANKS).len())
}

/// Returns where the blanks that begin at a byte end.
pub(super) fn after_blanks(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    at + rest.len() - rest.trim_start_matches(BLANKS).len()
}

fn is_break(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn long_lines_are_found_like_short_ones(
            lengths in proptest::collection::vec(0..3 * NEAR, 0..4),
            place in 0_usize..1 << 16,
        ) {
            let lines: Vec<String> = lengths.iter().map(|length| "x".repeat(*length)).collect();
            let text = lines.join("\n");
            let at = place % (text.len() + 1);
            let start = text[..at].rfind('\n').map_or(0, |found| found + 1);
            let end = text[at..].find('\n').map_or(text.len(), |found| at + found);
            prop_assert_eq!((LineIndex::of(&text).start(at), LineIndex::of(&text).end(at)), (start, end));
        }
    }
}
