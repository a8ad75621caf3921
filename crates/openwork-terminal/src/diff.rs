//! A unified diff on the screen.

use crate::escape;
use crate::style::{Style, Tone};

/// The lines of a diff, each with its sign, hidden characters escaped.
pub(crate) fn render(diff: &str, style: Style) -> Vec<String> {
    diff.split_terminator('\n')
        .map(|line| painted(line, style))
        .collect()
}

fn painted(line: &str, style: Style) -> String {
    let text = escape::source(line);
    match line.as_bytes().first() {
        Some(b'+') => style.paint(Tone::Added, &text),
        Some(b'-') => style.paint(Tone::Removed, &text),
        Some(b'@' | b'\\') => style.paint(Tone::Faint, &text),
        _ => text.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIFF: &str = "@@ -1 +1,2 @@\n \ta\n-b\r\n+\u{1b}[2Jc\n\\ No newline at end of file\n";

    #[test]
    fn signs_stay_and_nothing_hidden_does() {
        insta::assert_snapshot!(render(DIFF, Style::new(false)).join("\n"), @r"
        @@ -1 +1,2 @@
         	a
        -b\u{d}
        +\u{1b}[2Jc
        \ No newline at end of file
        ");
    }

    #[test]
    fn colour_is_added_around_whole_lines() {
        let lines = render(DIFF, Style::new(true));
        assert_eq!(lines[1], " \ta");
        assert_eq!(lines[2], "\u{1b}[31m-b\\u{d}\u{1b}[0m");
        assert_eq!(lines[3], "\u{1b}[32m+\\u{1b}[2Jc\u{1b}[0m");
    }
}
