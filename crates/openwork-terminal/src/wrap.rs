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

/// The rows of a painted line of prose, which ends at a blank where it can. Each
/// but the first stands deeper than the line begins, and as deep as no line of
/// its own does: what goes on is never taken for another effect or command. A
/// command stays in one piece, as each of its blanks may matter.
pub(crate) fn words(line: &str, columns: usize) -> Vec<String> {
    if line.trim_start().starts_with("$ ") {
        return vec![line.to_owned()];
    }
    let indent = indentation(line) + 2;
    let (mut rows, mut row, mut column) = (Vec::new(), String::new(), 0);
    let mut colour = String::new();
    for (index, word) in line.split(' ').enumerate() {
        let before = colour.clone();
        let width = measure(word, &mut colour);
        if index > 0 && column > indent && column + 1 + width > columns {
            if !before.is_empty() {
                row.push_str(RESET);
            }
            rows.push(std::mem::replace(&mut row, " ".repeat(indent) + &before));
            column = indent;
        } else if index > 0 {
            row.push(' ');
            column += 1;
        }
        row.push_str(word);
        column += width;
    }
    rows.push(row);
    rows
}

/// How many blanks a painted line begins with.
fn indentation(line: &str) -> usize {
    let mut characters = line.chars();
    let mut blanks = 0;
    loop {
        match characters.next() {
            Some('\u{1b}') => drop(sequence(&mut characters)),
            Some(' ') => blanks += 1,
            _ => return blanks,
        }
    }
}

/// How wide a word is, and the colour that is on after it.
fn measure(word: &str, colour: &mut String) -> usize {
    let mut width = 0;
    let mut characters = word.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            let sequence = sequence(&mut characters);
            *colour = if sequence == RESET {
                String::new()
            } else {
                sequence
            };
        } else {
            width += character.width().unwrap_or(0);
        }
    }
    width
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
    fn prose_is_not_cut_inside_words() {
        assert_eq!(words("", 4), [""]);
        assert_eq!(words("  a b", 9), ["  a b"]);
        assert_eq!(words("  one two  three", 9), ["  one two", "     three"]);
        // What is wider than a row is left to the terminal.
        assert_eq!(
            words("  one abcdefghij b", 8),
            ["  one", "    abcdefghij", "    b"]
        );
        assert_eq!(words("日本 日本", 6), ["日本", "  日本"]);
        let painted = "\u{1b}[31m  one two\u{1b}[0m six";
        let rows = [
            "\u{1b}[31m  one\u{1b}[0m",
            "    \u{1b}[31mtwo\u{1b}[0m",
            "    six",
        ];
        assert_eq!(words(painted, 7), rows);
        assert_eq!(words("      $ echo  a", 9), ["      $ echo  a"]);
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
