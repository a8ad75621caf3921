//! Where a byte of a text is.

/// Where a byte of a text is, for people.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TextPlace {
    /// Characters before it.
    pub(super) offset: usize,
    /// Line, from 1.
    pub(super) line: usize,
    /// Character in the line, from 1.
    pub(super) column: usize,
}

impl TextPlace {
    /// Counts lines and characters up to a byte; a lone carriage return ends a line too.
    pub(super) fn of(text: &str, byte: usize) -> Self {
        let before = text.get(..byte).unwrap_or(text);
        let mut place = Self {
            offset: 0,
            line: 1,
            column: 1,
        };
        let mut previous = ' ';
        for character in before.chars() {
            place.offset += 1;
            match (previous, character) {
                ('\r', '\n') => {}
                (_, '\n' | '\r') => {
                    place.line += 1;
                    place.column = 1;
                }
                _ => place.column += 1,
            }
            previous = character;
        }
        place
    }
}
