//! Secrets on command lines: `--token=abc`, `--api-key abc`, `TOKEN=abc`.
//!
//! A command line is shown so that a person can see what will run. So a mask
//! never reaches over what a shell would run as another command.

use std::ops::Range;

use super::is_secret_key;
use super::reference::{around, around_in};

/// What one word of a command says of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Before {
    /// Nothing.
    #[default]
    Nothing,
    /// It is the value of a secret flag.
    Secret,
    /// It is a header or a variable: a name and a secret value.
    Pair,
}

impl Before {
    /// What a word says of the next one.
    pub(super) fn of(word: &str) -> Self {
        let name = word.trim_start_matches('-');
        match name {
            _ if name.len() == word.len() || word.contains('=') => Self::Nothing,
            "H" | "header" | "headers" | "env" => Self::Pair,
            _ if is_secret_key(name) => Self::Secret,
            _ => Self::Nothing,
        }
    }
}

/// Where the secrets of one word of a command stand, or of a whole command line.
pub(super) fn secrets(before: Before, word: &str) -> Vec<Range<usize>> {
    match before {
        // A flag follows its like: the secret one had no value here.
        Before::Secret if !word.starts_with('-') => around(word),
        Before::Pair => pair(word)
            .into_iter()
            .flat_map(|value| around_in(word, value))
            .collect(),
        _ => assignments(word)
            .into_iter()
            .flat_map(|value| around_in(word, value))
            .collect(),
    }
}

/// The value of `X-Tenant: abc` and `NAME=abc`, whatever the name is.
fn pair(word: &str) -> Option<Range<usize>> {
    let (_, value) = word.split_once([':', '='])?;
    Some(word.len() - value.trim_start().len()..word.len())
}

/// Where the values of secret names stand.
fn assignments(line: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(start) = word_start(line, at) {
        let name = name_at(line, start);
        at = name.end.max(start + 1);
        if let Some(value) = value(line, &name) {
            at = value.end.max(at);
            found.push(value);
        }
    }
    found
}

/// The next byte from `at` on where a name may begin.
fn word_start(line: &str, at: usize) -> Option<usize> {
    let rest = line.get(at..)?;
    let mut before = line.get(..at)?.chars().next_back();
    for (offset, c) in rest.char_indices() {
        let starts = before.is_none_or(|before| !is_name(before));
        if starts && is_name(c) {
            return Some(at + offset);
        }
        before = Some(c);
    }
    None
}

fn name_at(line: &str, start: usize) -> Range<usize> {
    let rest = line.get(start..).unwrap_or_default();
    start..start + rest.find(|c| !is_name(c)).unwrap_or(rest.len())
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// The value that a secret name is given, if it is given one.
fn value(line: &str, name: &Range<usize>) -> Option<Range<usize>> {
    let text = line.get(name.clone())?;
    if !is_secret_key(text) {
        return None;
    }
    let flag = text.starts_with('-');
    // A flag that is a word of its own has all of the word for its value.
    let spaced = flag && name.start == 0;
    let rest = line.get(name.end..)?;
    let next = rest.chars().next()?;
    let lead = rest.len()
        - rest
            .get(next.len_utf8()..)?
            .trim_start_matches([' ', '\t'])
            .len();
    let (start, spaced) = match next {
        '=' => (name.end + 1, spaced),
        ':' if !rest.starts_with("://") => (name.end + lead, true),
        ' ' | '\t' if flag => (name.end + lead, false),
        _ => return None,
    };
    let end = value_end(line, start, spaced);
    let value = line.get(start..end)?;
    let flags = next.is_whitespace() && value.starts_with('-');
    (!flags && !value.trim_matches(['"', '\'']).is_empty()).then_some(start..end)
}

/// Where a value ends: with its quotes, or before what a shell would run next.
fn value_end(line: &str, start: usize, spaced: bool) -> usize {
    let rest = line.get(start..).unwrap_or_default();
    if let Some(quote @ ('"' | '\'')) = rest.chars().next()
        && let Some(end) = rest.get(1..).and_then(|inner| inner.find(quote))
        && !rest.get(..end).unwrap_or_default().contains(['`', '$'])
    {
        return start + end + 2;
    }
    let ends = |(at, c): (usize, char)| match c {
        ';' | '|' | '&' | '`' | '\n' | '\r' => true,
        '$' => rest.get(at + 1..).is_some_and(|rest| rest.starts_with('(')),
        '"' | '\'' => at > 0,
        _ => !spaced && c.is_whitespace(),
    };
    let end = rest
        .char_indices()
        .find(|&item| ends(item))
        .map_or(rest.len(), |(at, _)| at);
    start + end
}

#[cfg(test)]
mod tests {
    use super::super::splice::splice;
    use super::*;

    fn masked(words: &[&str]) -> String {
        let mut before = Before::Nothing;
        let shown = words.iter().map(|word| {
            let shown = splice(word, secrets(before, word), "*");
            before = Before::of(word);
            shown
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn secrets_of_command_lines_are_masked() {
        for (words, expected) in [
            (&["npx", "-y", "notion"][..], "npx -y notion"),
            (&["x", "--token=abc"], "x --token=*"),
            (&["x", "--token=a b"], "x --token=*"),
            (&["x", "--api-key", "abc", "d"], "x --api-key * d"),
            (&["x", "--api-key", "--verbose"], "x --api-key --verbose"),
            (&["x", "--api-key={env:KEY}"], "x --api-key={env:KEY}"),
            (
                &["docker", "run", "-e", "GITHUB_TOKEN=abc"],
                "docker run -e GITHUB_TOKEN=*",
            ),
            (
                &["docker", "run", "--env", "LEVEL=abc"],
                "docker run --env LEVEL=*",
            ),
            (
                &["x", "--header", "Authorization: Bearer abc"],
                "x --header Authorization: *",
            ),
            (&["x", "-H", "Cookie: a=b; c=d"], "x -H Cookie: *"),
            (
                &["x", "Authorization: Bearer {env:X}"],
                "x Authorization: Bearer {env:X}",
            ),
            (
                &["x", "--tokenizer", "abc", "--keyboard=us"],
                "x --tokenizer abc --keyboard=us",
            ),
            (&["x --api-key abc --n 1"], "x --api-key * --n 1"),
            (&["x --password='a b' c"], "x --password=* c"),
            (&["x", "--token="], "x --token="),
        ] {
            assert_eq!(masked(words), expected);
        }
    }

    #[test]
    fn what_a_shell_runs_is_never_masked() {
        for (script, expected) in [
            ("TOKEN=x evil --now", "TOKEN=* evil --now"),
            ("TOKEN=x; evil", "TOKEN=*; evil"),
            ("TOKEN=x&&evil", "TOKEN=*&&evil"),
            ("TOKEN=$(evil)", "TOKEN=$(evil)"),
            ("TOKEN=\"$(evil)\" run", "TOKEN=\"$(evil)\" run"),
            ("TOKEN=`evil`", "TOKEN=`evil`"),
            ("--token=x; evil", "--token=*; evil"),
            ("token: x; evil", "token: *; evil"),
            ("run --token\nevil", "run --token\nevil"),
        ] {
            assert_eq!(masked(&[script]), expected);
        }
    }
}
