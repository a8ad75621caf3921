//! Columns of text.

use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::escape;

/// The widest that a cell is shown, so that a hostile name cannot push the
/// other columns off the screen.
const WIDEST: usize = 60;
const GAP: &str = "  ";

/// Rows under their headings.
pub(crate) struct TextTable {
    /// The headings, then the rows; safe to print, and none wider than [`WIDEST`].
    rows: Vec<Vec<String>>,
    widths: Vec<usize>,
}

impl TextTable {
    /// Escapes the cells, and cuts those that are too wide.
    pub(crate) fn new<const N: usize>(headings: [&str; N], cells: &[[String; N]]) -> Self {
        let mut rows = vec![headings.map(str::to_owned).to_vec()];
        rows.extend(
            cells
                .iter()
                .map(|row| row.iter().map(|text| cell(text)).collect()),
        );
        let width = |column: usize| rows.iter().map(|row| row[column].width()).max();
        let widths = (0..N).map(|column| width(column).unwrap_or(0)).collect();
        Self { rows, widths }
    }

    /// The lines on a screen of so many columns, or of any number. A row that has no
    /// room goes on below, indented: left to the terminal, it would break inside words.
    pub(crate) fn lines(&self, screen: Option<usize>) -> Vec<String> {
        let parts = self.parts(screen.unwrap_or(usize::MAX));
        let mut lines = Vec::new();
        for row in &self.rows {
            for part in &parts {
                let line = self.line(row, part.clone());
                if part.start == 0 || !line.is_empty() {
                    lines.push(line);
                }
            }
        }
        lines
    }

    /// The columns that stand in one line together.
    fn parts(&self, screen: usize) -> Vec<Range<usize>> {
        let (mut parts, mut first, mut end) = (Vec::new(), 0, 0);
        for (column, width) in self.widths.iter().enumerate() {
            if column > first && end + GAP.len() + width > screen {
                parts.push(first..column);
                first = column;
                end = GAP.len();
            } else if column > first {
                end += GAP.len();
            }
            end += width;
        }
        parts.push(first..self.widths.len());
        parts
    }

    fn line(&self, row: &[String], part: Range<usize>) -> String {
        let mut line = if part.start == 0 { "" } else { GAP }.to_owned();
        for (cell, width) in row[part.clone()].iter().zip(&self.widths[part]) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width())));
            line.push_str(GAP);
        }
        // Lines that end in spaces wrap on a narrow terminal for no reason.
        line.truncate(line.trim_end().len());
        line
    }
}

fn cell(text: &str) -> String {
    let text = escape::line(text);
    if text.width() <= WIDEST {
        return text.into_owned();
    }
    let mut width = 0;
    let mut cut: String = text
        .chars()
        // By columns, not by characters: a CJK character takes two of them.
        .take_while(|character| {
            width += character.width().unwrap_or(0);
            width < WIDEST
        })
        .collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table<const N: usize, const R: usize>(
        headings: [&str; N],
        rows: [[&str; N]; R],
        screen: Option<usize>,
    ) -> String {
        let rows = rows.map(|row| row.map(str::to_owned));
        TextTable::new(headings, &rows).lines(screen).join("\n")
    }

    #[test]
    fn columns_are_as_wide_as_what_is_seen() {
        let rows = [["日本", "a"], ["b\u{7}", "c\n"]];
        insta::assert_snapshot!(table(["ID", "SUMMARY"], rows, None), @r"
        ID      SUMMARY
        日本    a
        b\u{7}  c\u{a}
        ");
    }

    #[test]
    fn a_wide_cell_is_cut() {
        let rows = [["x".repeat(61)], ["y".repeat(60)]];
        let lines = TextTable::new(["A"], &rows).lines(None);
        assert_eq!(lines[1], format!("{}…", "x".repeat(59)));
        assert_eq!(lines[2], "y".repeat(60));
    }

    #[test]
    fn columns_without_room_stand_below_those_before_them() {
        let headings = ["ID", "BY", "CHANGE", "IN"];
        let rows = [
            ["1", "someone", "Added a", "ws"],
            ["2", "", "日本 日本 日本", "ws"],
            ["3", "x", "", ""],
        ];
        // All rows break where one of them has to.
        insta::assert_snapshot!(table(headings, rows, Some(20)), @r"
        ID  BY
          CHANGE          IN
        1   someone
          Added a         ws
        2
          日本 日本 日本  ws
        3   x
        ");
        let whole = table(headings, rows, None);
        let widest = whole.lines().map(UnicodeWidthStr::width).max();
        assert_eq!(widest, Some(31));
        assert_eq!(table(headings, rows, Some(31)), whole);
        assert_ne!(table(headings, rows, Some(30)), whole);
        // A column that is wider than the screen is left to the terminal.
        insta::assert_snapshot!(table(["A", "B"], [["1", "long"]], Some(1)), @"
        A
          B
        1
          long
        ");
    }
}
