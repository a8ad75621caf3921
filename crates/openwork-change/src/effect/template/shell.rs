//! What of a text may run in a shell.
//!
//! The engine's pattern is `!`, a backtick, at least one other character, a
//! backtick. Every backtick that a `!` may come to stand before begins a
//! command here, be it in the midst of another one.

use std::ops::Range;

/// What may run, as it stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ShellCommand<'t> {
    pub(super) text: &'t str,
    pub(super) cause: RunCause,
}

/// What makes it run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum RunCause {
    /// The text alone, where nothing is typed.
    Text,
    /// Typed text that ends in `!`.
    TypedMark,
    /// Typed text that has a backtick.
    TypedQuote,
}

/// Everything that may run, in order; `typed` are the placeholders.
pub(super) fn commands<'t>(
    text: &'t str,
    typed: &[Range<usize>],
) -> impl Iterator<Item = ShellCommand<'t>> + use<'t> {
    let mut found: Vec<(usize, ShellCommand<'t>)> = quoted(text, typed);
    found.extend(opened_by_typing(text, typed));
    found.sort_by_key(|(start, _)| *start);
    found.into_iter().map(|(_, command)| command)
}

/// What stands after a backtick of the text.
fn quoted<'t>(text: &'t str, typed: &[Range<usize>]) -> Vec<(usize, ShellCommand<'t>)> {
    let ticks: Vec<usize> = text.match_indices('`').map(|(at, _)| at).collect();
    let mut found = Vec::new();
    let mut previous: Option<(usize, RunCause)> = None;
    for (index, tick) in ticks.iter().enumerate() {
        let (before, is_typed) = skip_back(typed, *tick);
        let follows = previous.filter(|(end, _)| *end == before);
        let cause = match text.get(..before).and_then(|text| text.chars().next_back()) {
            Some('!') => Some(RunCause::Text),
            // Several backticks in a row begin what the first one does.
            Some('`') if follows.is_some() => follows.map(|(_, cause)| cause),
            _ if is_typed => Some(RunCause::TypedMark),
            _ => None,
        };
        previous = cause.map(|cause| (tick + 1, cause));
        let Some(cause) = cause else { continue };
        let start = tick + 1;
        let (end, is_closed) = match ticks.get(index + 1) {
            Some(end) => (*end, true),
            // The closing backtick may be typed, so all of the rest may come to run.
            None => (text.len(), false),
        };
        let cause = match cause {
            // Where there is no placeholder, what is typed comes last.
            _ if is_closed => cause,
            RunCause::Text => RunCause::TypedQuote,
            _ if typed.last().is_some_and(|last| last.start >= start) => RunCause::TypedQuote,
            _ => continue,
        };
        push(&mut found, text, start..end, cause);
    }
    found
}

/// What stands after `!` and a placeholder, which may be a backtick.
fn opened_by_typing<'t>(text: &'t str, typed: &[Range<usize>]) -> Vec<(usize, ShellCommand<'t>)> {
    let mut found = Vec::new();
    let mut free_from = 0;
    for (index, placeholder) in typed.iter().enumerate() {
        let start = placeholder.end;
        let next = typed.get(index + 1);
        let (before, _) = skip_back(typed, start);
        // Of several before one backtick the first has what the others have.
        let is_last = next.is_none_or(|next| next.start > start);
        // `!` and then typed text: a person may paste a backtick without meaning it.
        let is_marked = text.get(..before).is_some_and(|text| text.ends_with('!'));
        if !is_last || !is_marked || start < free_from {
            continue;
        }
        let rest = text.get(start..).unwrap_or("");
        let end = match rest.find('`') {
            Some(length) => start + length,
            None if next.is_some() => text.len(),
            None => break,
        };
        // Up to there the command is reported already. Each placeholder anew would cost
        // the square of the text.
        free_from = end;
        push(&mut found, text, start..end, RunCause::TypedQuote);
    }
    found
}

fn push<'t>(
    found: &mut Vec<(usize, ShellCommand<'t>)>,
    text: &'t str,
    range: Range<usize>,
    cause: RunCause,
) {
    let start = range.start;
    // What is typed from beginning to end is the person's own.
    let is_typed = |text: &str| cause == RunCause::TypedQuote && text.trim().is_empty();
    if let Some(text) = text
        .get(range)
        .filter(|text| !text.is_empty() && !is_typed(text))
    {
        found.push((start, ShellCommand { text, cause }));
    }
}

/// The place before all placeholders that end at a byte, and whether there
/// are any.
fn skip_back(typed: &[Range<usize>], at: usize) -> (usize, bool) {
    let mut index = typed.partition_point(|range| range.end <= at);
    let mut start = at;
    while let Some(range) = index.checked_sub(1).and_then(|before| typed.get(before)) {
        if range.end != start {
            break;
        }
        start = range.start;
        index -= 1;
    }
    (start, start != at)
}

#[cfg(test)]
mod tests {
    use super::super::placeholders;
    use super::*;

    fn found(text: &str) -> Vec<(&str, RunCause)> {
        let found = commands(text, &placeholders(text));
        found.map(|command| (command.text, command.cause)).collect()
    }

    #[test]
    fn whatever_may_run_is_found() {
        use RunCause::{Text, TypedMark, TypedQuote};
        for (text, expected) in [
            (
                "Sum up !`git log` and !`curl x`",
                &[("git log", Text), ("curl x", Text)][..],
            ),
            ("Sum: !`evil;#!`", &[("evil;#!", Text)]),
            (
                "!`evil;#!`git status`",
                &[("evil;#!", Text), ("git status", Text)],
            ),
            ("!$1`evil`", &[("evil", Text)]),
            ("!$ARGUMENTS`evil`", &[("evil", Text)]),
            ("!$1$2$ARGUMENTS`evil`", &[("evil", Text)]),
            ("!$AR$1GUMENTS`evil`", &[("evil", Text)]),
            ("!`a\nb`", &[("a\nb", Text)]),
            ("!``evil`", &[("evil", Text)]),
            ("!```sh\nevil\n```", &[("sh\nevil\n", Text)]),
            ("$1`evil`", &[("evil", TypedMark)]),
            ("Compare `$1` with `$2`", &[(" with ", TypedMark)]),
            ("Explain `$1` please", &[]),
            ("!`$1`", &[("$1", Text)]),
            ("!`evil", &[("evil", TypedQuote)]),
            ("!`evil $1", &[("evil $1", TypedQuote)]),
            ("!$1 evil `", &[(" evil ", TypedQuote)]),
            ("!$1 evil $2", &[(" evil $2", TypedQuote)]),
            ("Do it now!$1", &[]),
            ("Wow! `code` and `more`", &[]),
            ("! `a`", &[]),
            ("!``", &[]),
            ("!`a!`\n", &[("a!", Text)]),
            ("!$1 ", &[]),
            ("", &[]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn long_texts_take_little_time() {
        for text in [
            "!$1".repeat(100_000),
            "!`".repeat(100_000),
            "!$1`".repeat(100_000),
        ] {
            let typed = placeholders(&text);
            let bytes: usize = commands(&text, &typed).map(|found| found.text.len()).sum();
            assert!(bytes <= 4 * text.len());
        }
    }
}
