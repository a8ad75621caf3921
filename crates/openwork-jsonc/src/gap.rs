//! What stands between two entries: blanks, line breaks, comments and a comma.

use std::ops::Range;

/// A kind of text between entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GapPiece {
    Blank,
    Break,
    LineComment,
    BlockComment,
    Comma,
}

/// The text between one entry, or the opening bracket, and the next, or the closing one.
#[derive(Debug)]
pub(super) struct EntryGap {
    range: Range<usize>,
    pieces: Vec<(GapPiece, Range<usize>)>,
}

impl EntryGap {
    /// Reads the text of a range between two tokens.
    pub(super) fn read(text: &str, range: Range<usize>) -> Self {
        let bytes = text.as_bytes().get(range.clone()).unwrap_or(&[]);
        let mut pieces = Vec::new();
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let (piece, length) = first(rest);
            let start = range.start + at;
            pieces.push((piece, start..start + length));
            at += length;
        }
        Self { range, pieces }
    }

    /// Returns where the comma is.
    pub(super) fn comma(&self) -> Option<usize> {
        let mut commas = self
            .pieces
            .iter()
            .filter(|(piece, _)| *piece == GapPiece::Comma);
        commas.next().map(|(_, range)| range.start)
    }

    /// Tells whether a line ends in the gap.
    pub(super) fn has_break(&self) -> bool {
        self.pieces
            .iter()
            .any(|(piece, _)| *piece == GapPiece::Break)
    }

    /// Tells whether there is nothing but the comma, not even a blank.
    pub(super) fn is_tight(&self) -> bool {
        self.pieces
            .iter()
            .all(|(piece, _)| *piece == GapPiece::Comma)
    }

    /// Returns where the last comment ends.
    pub(super) fn comments_end(&self) -> Option<usize> {
        self.pieces
            .iter()
            .rfind(|(piece, _)| piece.is_comment())
            .map(|(_, range)| range.end)
    }

    /// Tells whether an entry put at a byte has to go on a line of its own: it would become part of
    /// a line comment, or take over a comment that stands after the comma of the entry before.
    pub(super) fn must_break(&self, at: usize) -> bool {
        let after_comma = self.comma().is_some_and(|comma| comma < at);
        self.pieces.iter().any(|(piece, range)| {
            range.end == at
                && (*piece == GapPiece::LineComment
                    || after_comma && *piece == GapPiece::BlockComment)
        })
    }

    /// Returns where that ends which belongs to the token before: its comma, and the comments on
    /// its line unless something else follows on that line.
    pub(super) fn tail_end(&self, is_last: bool) -> usize {
        let line = || {
            self.pieces
                .iter()
                .take_while(|(piece, _)| *piece != GapPiece::Break)
        };
        let comma = line().find(|(piece, _)| *piece == GapPiece::Comma);
        // On one line a comment after the comma could belong to either side; it stays
        // with the entry that follows.
        let found = if self.has_break() || is_last && comma.is_none() {
            line().filter(|(piece, _)| *piece != GapPiece::Blank).last()
        } else {
            comma
        };
        found.map_or(self.range.start, |(_, range)| range.end)
    }

    /// Returns where an entry can be put right after the one before and all that belongs to it.
    pub(super) fn append_at(&self, is_last: bool) -> usize {
        let tail = self.tail_end(is_last);
        match self.comma() {
            // On a line of its own the comma has a tail of its own.
            // Some people write the comma at the beginning of the next line.
            Some(comma) if comma >= tail => self.from(comma).tail_end(is_last),
            _ => tail,
        }
    }

    fn from(&self, start: usize) -> Self {
        let pieces = self.pieces.iter().filter(|(_, range)| range.start >= start);
        Self {
            range: start..self.range.end,
            pieces: pieces.cloned().collect(),
        }
    }

    /// Returns where that starts which belongs to the entry after: the comments right before it,
    /// without a blank line between, that are not the tail of the token before.
    pub(super) fn lead_start(&self) -> usize {
        let bound = self.append_at(false);
        let mut start = self.range.end;
        let mut breaks = 0;
        for (piece, range) in self
            .pieces
            .iter()
            .rev()
            .take_while(|(_, range)| range.start >= bound)
        {
            match piece {
                GapPiece::Blank => {}
                GapPiece::Break => breaks += 1,
                GapPiece::LineComment | GapPiece::BlockComment => {
                    start = range.start;
                    breaks = 0;
                }
                GapPiece::Comma => break,
            }
            // A blank line above a comment ends what belongs to the entry: such comments
            // head a section.
            if breaks > 1 {
                break;
            }
        }
        start
    }
}

impl EntryGap {
    /// Returns where the comments start that stand right before the entry after, on its line.
    pub(super) fn line_lead_start(&self) -> usize {
        let line = self.pieces.iter().rev();
        let line = line.take_while(|(piece, _)| *piece != GapPiece::Break);
        let lead = self.lead_start();
        let comments = line.filter(|(piece, range)| piece.is_comment() && range.start >= lead);
        comments
            .last()
            .map_or(self.range.end, |(_, range)| range.start)
    }

    /// Tells whether a comment belongs to the entry after.
    pub(super) fn has_lead(&self) -> bool {
        self.lead_start() < self.range.end
    }

    /// Tells whether one of these comments ends on a line above the entry.
    pub(super) fn has_comment_above(&self) -> bool {
        self.lead_start() < self.line_lead_start()
    }

    /// Tells whether a line in the gap has nothing on it.
    pub(super) fn has_blank_line(&self) -> bool {
        let mut breaks = 0;
        self.pieces.iter().any(|(piece, _)| {
            match piece {
                GapPiece::Break => breaks += 1,
                GapPiece::Blank => {}
                _ => breaks = 0,
            }
            breaks > 1
        })
    }

    /// Returns where the line ends above the one on which a byte of the gap is the first; `None`
    /// when that line has to end because of its comment.
    pub(super) fn line_before(&self, at: usize) -> Option<usize> {
        let above = self
            .pieces
            .iter()
            .rev()
            .skip_while(|(_, range)| range.end > at);
        let mut above = above.skip_while(|(piece, _)| *piece == GapPiece::Blank);
        let (_, line_break) = above
            .next()
            .filter(|(piece, _)| *piece == GapPiece::Break)?;
        match above.find(|(piece, _)| *piece != GapPiece::Blank) {
            Some((GapPiece::LineComment, _)) => None,
            Some((_, range)) => Some(range.end),
            None => Some(self.range.start.min(line_break.start)),
        }
    }
}

impl GapPiece {
    fn is_comment(self) -> bool {
        matches!(self, Self::LineComment | Self::BlockComment)
    }
}

fn first(bytes: &[u8]) -> (GapPiece, usize) {
    let while_not = |end: fn(&u8) -> bool| bytes.iter().position(end).unwrap_or(bytes.len());
    match bytes {
        // One break, or each line of a file from Windows would count as blank.
        [b'\r', b'\n', ..] => (GapPiece::Break, 2),
        [b'\r' | b'\n', ..] => (GapPiece::Break, 1),
        [b',', ..] => (GapPiece::Comma, 1),
        [b'/', b'/', ..] => (
            GapPiece::LineComment,
            while_not(|byte| matches!(byte, b'\r' | b'\n')),
        ),
        [b'/', b'*', inner @ ..] => {
            let end = inner
                .windows(2)
                .position(|pair| pair == b"*/")
                .unwrap_or(inner.len());
            (GapPiece::BlockComment, (end + 4).min(bytes.len()))
        }
        _ => {
            let blanks = while_not(|byte| !matches!(byte, b' ' | b'\t'));
            (GapPiece::Blank, blanks.max(1))
        }
    }
}
