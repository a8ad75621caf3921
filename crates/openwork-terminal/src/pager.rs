//! A long text, page by page.
//!
//! It is written below what is on the screen, as `more` does it, and not in place
//! of it: what was read can be scrolled back to, and there is nothing to clean up
//! however the program ends.

use crate::keyboard::{KeyPress, ScreenSize};
use crate::wrap;

/// A text that is being read.
#[derive(Debug)]
pub(crate) struct TextPager {
    rows: Vec<String>,
    /// The first row that was not shown yet.
    next: usize,
    /// Whether the last row was shown, ever.
    was_at_end: bool,
    page: usize,
}

/// What a key leads to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PagerStep {
    /// These rows come next.
    Rows(Vec<String>),
    /// The person has read enough.
    Done,
    /// Nothing.
    Nothing,
}

impl TextPager {
    /// A text that nothing was shown of.
    pub(crate) fn new(text: &str, size: ScreenSize) -> Self {
        let lines = text.lines();
        let rows = lines
            .flat_map(|line| wrap::rows(line, size.columns))
            .collect();
        Self {
            rows,
            next: 0,
            was_at_end: false,
            // One row is the question's.
            page: size.rows.saturating_sub(1).max(1),
        }
    }

    /// The next page.
    pub(crate) fn page(&mut self) -> Vec<String> {
        self.take(self.page)
    }

    /// Whether all of it was shown.
    pub(crate) fn was_at_end(&self) -> bool {
        self.was_at_end
    }

    /// Takes a key.
    pub(crate) fn press(&mut self, key: KeyPress) -> PagerStep {
        let is_at_end = self.next == self.rows.len();
        match key {
            KeyPress::Character('q') | KeyPress::Escape | KeyPress::EndOfInput => PagerStep::Done,
            KeyPress::Character('b') => {
                let pages = if self.next <= self.page { 1 } else { 2 };
                self.next = self.next.saturating_sub(pages * self.page);
                PagerStep::Rows(self.page())
            }
            KeyPress::Character(' ' | 'f' | 'j' | 'G') | KeyPress::Enter if is_at_end => {
                PagerStep::Done
            }
            KeyPress::Character(' ' | 'f') => PagerStep::Rows(self.page()),
            KeyPress::Character('j') | KeyPress::Enter => PagerStep::Rows(self.take(1)),
            KeyPress::Character('G') => PagerStep::Rows(self.take(self.rows.len())),
            _ => PagerStep::Nothing,
        }
    }

    /// What can be pressed.
    pub(crate) fn question(&self) -> String {
        let (shown, all) = (self.next, self.rows.len());
        if shown == all {
            return format!("all {all} lines shown: [space] done [b]ack");
        }
        format!("{shown} of {all} lines: [space] on [b]ack [G] all [q] done")
    }

    fn take(&mut self, count: usize) -> Vec<String> {
        let end = self.rows.len().min(self.next.saturating_add(count));
        let rows = self.rows.get(self.next..end).unwrap_or_default().to_vec();
        self.next = end;
        self.was_at_end |= end == self.rows.len();
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pager(lines: usize) -> TextPager {
        let text: Vec<String> = (1..=lines).map(|number| number.to_string()).collect();
        let (columns, rows) = (10, 4);
        TextPager::new(&text.join("\n"), ScreenSize { columns, rows })
    }

    fn rows(numbers: std::ops::RangeInclusive<usize>) -> PagerStep {
        PagerStep::Rows(numbers.map(|number| number.to_string()).collect())
    }

    #[test]
    fn pages_go_on_and_back() {
        let mut pager = pager(8);
        let key = KeyPress::Character;
        assert_eq!(PagerStep::Rows(pager.page()), rows(1..=3));
        assert_eq!(
            pager.question(),
            "3 of 8 lines: [space] on [b]ack [G] all [q] done"
        );
        assert_eq!(pager.press(KeyPress::Enter), rows(4..=4));
        assert_eq!(pager.press(key(' ')), rows(5..=7));
        assert!(!pager.was_at_end());
        assert_eq!(pager.press(key('b')), rows(2..=4));
        assert_eq!(pager.press(key('b')), rows(1..=3));
        assert_eq!(pager.press(KeyPress::Other), PagerStep::Nothing);
        assert_eq!(pager.press(key('G')), rows(4..=8));
        assert!(pager.was_at_end());
        assert_eq!(pager.question(), "all 8 lines shown: [space] done [b]ack");
        assert_eq!(pager.press(key(' ')), PagerStep::Done);
        assert_eq!(pager.press(key('q')), PagerStep::Done);
    }

    #[test]
    fn a_short_text_is_one_page() {
        let mut pager = pager(2);
        assert_eq!(PagerStep::Rows(pager.page()), rows(1..=2));
        assert!(pager.was_at_end());
    }
}
