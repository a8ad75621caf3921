//! Lines as a screen of some width shows them.

use unicode_width::UnicodeWidthChar;

/// Where a tab leads to.
const TAB: usize = 8;
const RESET: &str = "\u{1b}[0m";

/// The rows that a painted line takes. Colour is the only control sequence that
/// lines hold: all others were escaped, as they are not ours.
pub(crate) fn rows(line: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let (mut rows, mut row, mut column) = (Vec::new(), String::new(), 0);
    let mut colour = String::new();
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            let sequence = sequence(&mut characters);
            row.push_str(&sequence);
            colour = if sequence == RESET {
                String::new()
            } else {
                sequence
            };
            continue;
        }
        let width = match character {
            '\t' => TAB - column % TAB,
            other => other.width().unwrap_or(0),
        };
        if column > 0 && column + width > columns {
            if !colour.is_empty() {
                row.push_str(RESET);
            }
            // The colour goes on in the next row.
            rows.push(std::mem::replace(&mut row, colour.clone()));
            column = 0;
        }
        row.push(character);
        column += width;
    }
    rows.push(row);
    rows
}

/// How many rows lines take.
pub(crate) fn height<'l>(lines: impl IntoIterator<Item = &'l String>, columns: usize) -> usize {
    let lines = lines.into_iter();
    lines.map(|line| rows(line, columns).len()).sum()
}

/// The rest of a control sequence, with its escape.
fn sequence(characters: &mut std::str::Chars<'_>) -> String {
    let mut sequence = String::from('\u{1b}');
    for character in characters {
        sequence.push(character);
        if character.is_ascii_alphabetic() {
            break;
        }
    }
    sequence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_no_wider_than_the_screen() {
        assert_eq!(rows("", 4), [""]);
        assert_eq!(rows("abcd", 4), ["abcd"]);
        assert_eq!(rows("abcde", 4), ["abcd", "e"]);
        // A wide character is not cut in two.
        assert_eq!(rows("abc日本", 4), ["abc", "日本"]);
        assert_eq!(rows("a\tb", 4), ["a", "\t", "b"]);
        assert_eq!(height(&["abcde".to_owned(), String::new()], 4), 3);
    }

    #[test]
    fn colour_goes_on_in_the_next_row() {
        let line = "\u{1b}[32m+abcd\u{1b}[0m ef";
        assert_eq!(
            rows(line, 4),
            ["\u{1b}[32m+abc\u{1b}[0m", "\u{1b}[32md\u{1b}[0m ef"]
        );
    }
}
