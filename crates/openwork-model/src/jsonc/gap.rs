//! What stands between two entries: blanks, line breaks, comments and a comma.

use std::ops::Range;

/// A kind of text between entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Blank,
    Break,
    LineComment,
    BlockComment,
    Comma,
}

/// The text between one entry, or the opening bracket, and the next, or the closing one.
#[derive(Debug)]
pub(super) struct Gap {
    range: Range<usize>,
    pieces: Vec<(Piece, Range<usize>)>,
}

impl Gap {
    /// Reads the text of a range between two tokens.
    pub(super) fn read(text: &str, range: Range<usize>) -> Self {
        let bytes = text.as_bytes().get(range.clone()).unwrap_or_default();
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
            .filter(|(piece, _)| *piece == Piece::Comma);
        commas.next().map(|(_, range)| range.start)
    }

    /// Tells whether a line ends in the gap.
    pub(super) fn has_break(&self) -> bool {
        self.pieces.iter().any(|(piece, _)| *piece == Piece::Break)
    }

    /// Tells whether there is nothing but the comma, not even a blank.
    pub(super) fn is_tight(&self) -> bool {
        self.pieces.iter().all(|(piece, _)| *piece == Piece::Comma)
    }

    /// Returns where the last comment ends.
    pub(super) fn comments_end(&self) -> Option<usize> {
        self.pieces
            .iter()
            .rfind(|(piece, _)| piece.is_comment())
            .map(|(_, range)| range.end)
    }

    /// Tells whether text put at a byte would become part of a line comment.
    pub(super) fn in_line_comment(&self, at: usize) -> bool {
        self.pieces
            .iter()
            .any(|(piece, range)| *piece == Piece::LineComment && range.end == at)
    }

    /// Returns where that ends which belongs to the token before: its comma, and the comments on
    /// its line unless another entry follows on that line.
    pub(super) fn tail_end(&self, is_last: bool) -> usize {
        let line = || {
            self.pieces
                .iter()
                .take_while(|(piece, _)| *piece != Piece::Break)
        };
        let own = |piece: Piece| piece.is_comment() || piece == Piece::Comma;
        let found = if self.has_break() || is_last {
            line().filter(|(piece, _)| own(*piece)).last()
        } else {
            line().find(|(piece, _)| *piece == Piece::Comma)
        };
        found.map_or(self.range.start, |(_, range)| range.end)
    }

    /// Returns where that starts which belongs to the entry after: the comments right before it,
    /// without a blank line between, that are not the tail of the token before.
    pub(super) fn lead_start(&self) -> usize {
        let bound = self.tail_end(false);
        let mut start = self.range.end;
        let mut breaks = 0;
        for (piece, range) in self
            .pieces
            .iter()
            .rev()
            .take_while(|(_, range)| range.start >= bound)
        {
            match piece {
                Piece::Blank => {}
                Piece::Break => breaks += 1,
                Piece::LineComment | Piece::BlockComment => {
                    start = range.start;
                    breaks = 0;
                }
                Piece::Comma => break,
            }
            if breaks > 1 {
                break;
            }
        }
        start
    }
}

impl Piece {
    fn is_comment(self) -> bool {
        matches!(self, Self::LineComment | Self::BlockComment)
    }
}

fn first(bytes: &[u8]) -> (Piece, usize) {
    let while_not = |end: fn(&u8) -> bool| bytes.iter().position(end).unwrap_or(bytes.len());
    match bytes {
        [b'\r', b'\n', ..] => (Piece::Break, 2),
        [b'\r' | b'\n', ..] => (Piece::Break, 1),
        [b',', ..] => (Piece::Comma, 1),
        [b'/', b'/', ..] => (
            Piece::LineComment,
            while_not(|byte| matches!(byte, b'\r' | b'\n')),
        ),
        [b'/', b'*', inner @ ..] => {
            let end = inner
                .windows(2)
                .position(|pair| pair == b"*/")
                .unwrap_or(inner.len());
            (Piece::BlockComment, (end + 4).min(bytes.len()))
        }
        _ => {
            let blanks = while_not(|byte| !matches!(byte, b' ' | b'\t'));
            (Piece::Blank, blanks.max(1))
        }
    }
}
