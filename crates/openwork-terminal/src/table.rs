//! Columns of text.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::escape;

/// The widest that a cell is shown, so that a hostile name cannot push the
/// other columns off the screen.
const WIDEST: usize = 60;
const GAP: &str = "  ";

/// Lays rows out under their headings. Cells are escaped here, and cut where
/// they are too wide; the last column is not padded.
pub(crate) fn render<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> Vec<String> {
    let shown: Vec<[String; N]> = rows
        .iter()
        .map(|row| row.each_ref().map(|text| cell(text)))
        .collect();
    let mut widths = headings.map(UnicodeWidthStr::width);
    for row in &shown {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let headings = headings.map(str::to_owned);
    std::iter::once(&headings)
        .chain(&shown)
        .map(|row| line(row, &widths))
        .collect()
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

fn line(cells: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        line.push_str(cell);
        line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width())));
        line.push_str(GAP);
    }
    // Lines that end in spaces wrap on a narrow terminal for no reason.
    line.truncate(line.trim_end().len());
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_what_is_seen() {
        let rows = [["日本", "a"], ["b\u{7}", "c\n"]].map(|row| row.map(str::to_owned));
        insta::assert_snapshot!(render(["ID", "SUMMARY"], &rows).join("\n"), @r"
        ID      SUMMARY
        日本    a
        b\u{7}  c\u{a}
        ");
    }

    #[test]
    fn a_wide_cell_is_cut() {
        let rows = [["x".repeat(61)], ["y".repeat(60)]];
        let lines = render(["A"], &rows);
        assert_eq!(lines[1], format!("{}…", "x".repeat(59)));
        assert_eq!(lines[2], "y".repeat(60));
    }
}
