//! A unified diff on the screen.

use crate::escape;
use crate::style::{TerminalStyle, TextTone};

/// The lines of a diff, each with its sign, hidden characters escaped.
pub(crate) fn render(diff: &str, style: TerminalStyle) -> Vec<String> {
    diff.split_terminator('\n')
        .map(|line| painted(line, style))
        .collect()
}

fn painted(line: &str, style: TerminalStyle) -> String {
    let text = escape::source(line);
    match line.as_bytes().first() {
        Some(b'+') => style.paint(TextTone::Added, &text),
        Some(b'-') => style.paint(TextTone::Removed, &text),
        Some(b'@' | b'\\') => style.paint(TextTone::Faint, &text),
        _ => text.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIFF: &str = "@@ -1 +1,2 @@\n \ta\n-b\r\n+\u{1b}[2Jc\n\\ No newline at end of file\n";

    #[test]
    fn signs_stay_and_nothing_hidden_does() {
        insta::assert_snapshot!(render(DIFF, TerminalStyle::new(false)).join("\n"), @r"
        @@ -1 +1,2 @@
         	a
        -b\u{d}
        +\u{1b}[2Jc
        \ No newline at end of file
        ");
    }

    #[test]
    fn colour_is_added_around_whole_lines() {
        let lines = render(DIFF, TerminalStyle::new(true));
        assert_eq!(lines[1], " \ta");
        assert_eq!(lines[2], "\u{1b}[31m-b\\u{d}\u{1b}[0m");
        assert_eq!(lines[3], "\u{1b}[32m+\\u{1b}[2Jc\u{1b}[0m");
    }
}
