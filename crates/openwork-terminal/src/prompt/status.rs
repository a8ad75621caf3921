//! The last line of the screen: what can be pressed, and how long is left.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::style::{TerminalStyle, TextTone};

/// What the last line says. It has to fit into one row, or it could not be drawn
/// anew each second without scrolling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StatusLine {
    /// What is asked.
    pub(super) question: String,
    /// The same for a narrow screen.
    pub(super) short: String,
    pub(super) tone: TextTone,
    /// How long is left, and whether that is nothing any more for one who reads.
    pub(super) left: Option<(String, bool)>,
    /// What else there is.
    pub(super) more: Option<String>,
    /// What was typed so far.
    pub(super) typed: String,
}

impl StatusLine {
    /// The line for a screen of so many columns.
    pub(super) fn render(&self, columns: usize, style: TerminalStyle) -> String {
        // One column stays free: in some terminals a full row scrolls.
        let room = columns.saturating_sub(1);
        let typed = tail(&self.typed, room / 2);
        let is_fitting = |question: &&String, beside: &[&str]| {
            let beside = beside_text(beside);
            question.width() + beside.width() + typed.width() < room
        };
        let all: Vec<&str> = self.beside().collect();
        let least = all.get(..1).unwrap_or_default();
        let questions = [&self.question, &self.short];
        let shapes = questions.into_iter().flat_map(|question| {
            [
                (question, all.as_slice()),
                (question, least),
                (question, &[]),
            ]
        });
        let mut fitting = shapes.filter(|(question, beside)| is_fitting(question, beside));
        match fitting.next() {
            Some((question, beside)) => self.paint(question, beside, typed, style),
            None => cut(&self.short, room),
        }
    }

    fn beside(&self) -> impl Iterator<Item = &str> {
        let left = self.left.as_ref().map(|(left, _)| left.as_str());
        left.into_iter().chain(self.more.as_deref())
    }

    fn paint(&self, question: &str, beside: &[&str], typed: &str, style: TerminalStyle) -> String {
        let question = style.paint(self.tone, question);
        let is_urgent = self.left.as_ref().is_some_and(|(_, is_urgent)| *is_urgent);
        let mut beside = beside_text(beside);
        if is_urgent {
            beside = style.paint(TextTone::Danger, &beside);
        }
        format!("{question}{beside} {typed}")
    }
}

fn beside_text(parts: &[&str]) -> String {
    if parts.is_empty() {
        return String::new();
    }
    format!(" ({})", parts.join(", "))
}

/// The end of a text that is no wider than this.
fn tail(text: &str, room: usize) -> &str {
    let mut width = 0;
    let is_out = |(_, character): &(usize, char)| {
        width += character.width().unwrap_or(0);
        width > room
    };
    match text.char_indices().rev().find(is_out) {
        Some((at, character)) => text.get(at + character.len_utf8()..).unwrap_or_default(),
        None => text,
    }
}

/// The beginning of a text that is no wider than this.
fn cut(text: &str, room: usize) -> String {
    let mut width = 0;
    let fits = |character: &char| {
        width += character.width().unwrap_or(0);
        width <= room
    };
    text.chars().take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(typed: &str) -> StatusLine {
        StatusLine {
            question: "[a]llow [d]eny".to_owned(),
            short: "a d".to_owned(),
            tone: TextTone::Strong,
            left: Some(("9 s left".to_owned(), true)),
            more: Some("2 more".to_owned()),
            typed: typed.to_owned(),
        }
    }

    fn plain(columns: usize, typed: &str) -> String {
        status(typed).render(columns, TerminalStyle::new(false))
    }

    #[test]
    fn the_line_gets_shorter_with_the_screen() {
        assert_eq!(plain(80, ""), "[a]llow [d]eny (9 s left, 2 more) ");
        assert_eq!(plain(30, ""), "[a]llow [d]eny (9 s left) ");
        assert_eq!(plain(18, ""), "[a]llow [d]eny ");
        assert_eq!(plain(12, ""), "a d ");
        assert_eq!(plain(3, ""), "a ");
        for columns in 1..90 {
            assert!(
                plain(columns, "not today").width() < columns.max(1),
                "{columns}"
            );
        }
    }

    #[test]
    fn the_end_of_what_is_typed_stays_in_sight() {
        assert_eq!(plain(80, "no"), "[a]llow [d]eny (9 s left, 2 more) no");
        assert_eq!(plain(20, "a long message"), "a d g message");
        assert_eq!(tail("日本語", 5), "本語");
    }

    #[test]
    fn the_last_seconds_look_like_it() {
        let line = status("").render(80, TerminalStyle::new(true));
        assert_eq!(
            line,
            "\u{1b}[1m[a]llow [d]eny\u{1b}[0m\u{1b}[1;31m (9 s left, 2 more)\u{1b}[0m "
        );
    }
}
