//! Which files of a text the engine reads and sends along.

use std::ops::Range;

use crate::effect::outside::FileReach;

/// A file after an `@`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct FileMention<'t> {
    /// As it stands in the text.
    pub(super) path: &'t str,
    /// Where it may lie.
    pub(super) reach: FileReach,
}

/// All mentions of a text in order; `typed` are the placeholders, and `runs`
/// says whether a shell may print in the place of what is in backticks.
pub(super) fn mentions<'t>(
    text: &'t str,
    typed: &[Range<usize>],
    runs: bool,
) -> impl Iterator<Item = FileMention<'t>> {
    let (mut free_from, mut run_end) = (0, 0);
    text.match_indices('@').filter_map(move |(at, _)| {
        if at < free_from || !may_begin(text, typed, runs, at) {
            return None;
        }
        let start = at + 1;
        let end = end(text, start);
        free_from = end;
        // The engine stops at two dots, and another one may not.
        // Found once for each run of characters, however many `@` are in it.
        if run_end <= at {
            let rest = text.get(start..).unwrap_or("");
            run_end = start + rest.find(is_end).unwrap_or(rest.len());
            let path = text.get(start..run_end).unwrap_or("");
            let reach = FileReach::of_path(path);
            if run_end > end && reach != FileReach::Workspace {
                return Some(FileMention { path, reach });
            }
        }
        let path = text.get(start..end).filter(|path| !path.is_empty())?;
        let rest = text.get(end..).unwrap_or("");
        let is_printed = runs && path.ends_with('!') && rest.starts_with('`');
        let reach = if is_printed {
            FileReach::Outside
        } else {
            FileReach::of_path(path)
        };
        Some(FileMention { path, reach })
    })
}

/// Whether what stands before an `@` lets it begin a mention. The engine looks
/// after everything was put in.
fn may_begin(text: &str, typed: &[Range<usize>], runs: bool, at: usize) -> bool {
    let is_typed = typed
        .binary_search_by_key(&at, |placeholder| placeholder.end)
        .is_ok();
    match text.get(..at).and_then(|text| text.chars().next_back()) {
        _ if is_typed => true,
        // The engine takes no mention behind a backtick. Where a shell runs, what it
        // prints takes the place of the backticks.
        Some('`') => runs,
        Some(before) => !(before.is_ascii_alphanumeric() || before == '_'),
        None => true,
    }
}

/// Where a mention ends: words that dots join, of which the first may begin
/// with one more.
fn end(text: &str, start: usize) -> usize {
    let mut at = start;
    if text.get(at..).is_some_and(|rest| rest.starts_with('.')) {
        at += 1;
    }
    at += word(text, at);
    while text.get(at..).is_some_and(|rest| rest.starts_with('.')) {
        match word(text, at + 1) {
            0 => break,
            length => at += 1 + length,
        }
    }
    at
}

fn word(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    rest.find(is_stop).unwrap_or(rest.len())
}

fn is_stop(c: char) -> bool {
    c == '.' || is_end(c)
}

fn is_end(c: char) -> bool {
    matches!(c, '`' | ',') || is_blank(c)
}

/// The blanks of JavaScript's `\s`.
fn is_blank(c: char) -> bool {
    (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}'
}

#[cfg(test)]
mod tests {
    use super::super::placeholders;
    use super::*;

    fn found(text: &str, runs: bool) -> Vec<(&str, bool)> {
        let typed = placeholders(text);
        let found = mentions(text, &typed, runs);
        found
            .map(|mention| (mention.path, mention.reach != FileReach::Workspace))
            .collect()
    }

    #[test]
    fn mentions_are_found_as_the_engine_finds_them() {
        for (text, expected) in [
            (
                "Summarise @~/.ssh/id_rsa, please",
                &[("~/.ssh/id_rsa", true)][..],
            ),
            ("@/etc/passwd, x", &[("/etc/passwd", true)]),
            ("(@../x) and @a/../b", &[("../x)", true), ("a/../b", true)]),
            (
                "@README.md and @src/main.rs",
                &[("README.md", false), ("src/main.rs", false)],
            ),
            ("@etc/passwd", &[("etc/passwd", true)]),
            ("@a..@~/x", &[("a", false), ("~/x", true)]),
            ("@$1/.ssh/id", &[("$1/.ssh/id", true)]),
            ("@./a.b.c.", &[("./a.b.c", false)]),
            ("x$1@~/a", &[("~/a", true)]),
            ("\u{e9}@~/a", &[("~/a", true)]),
            ("@a\u{85}/../../b", &[("a\u{85}/../../b", true)]),
            (
                "@.env @.git/config",
                &[(".env", true), (".git/config", true)],
            ),
            ("bob@acme.test and `@types/node` @ @, @`a`", &[]),
        ] {
            assert_eq!(found(text, false), expected, "{text}");
        }
    }

    #[test]
    fn what_a_shell_prints_may_begin_or_be_a_mention() {
        assert_eq!(found("a!`true`@~/x", true), [("~/x", true)]);
        assert_eq!(found("@!`echo /etc/passwd`", true), [("!", true)]);
        assert_eq!(found("@src/!`echo ../x`", true), [("src/!", true)]);
    }

    #[test]
    fn long_texts_take_little_time() {
        assert_eq!(found(&"@!".repeat(200_000), true).len(), 1);
    }
}
