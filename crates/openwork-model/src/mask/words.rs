//! Secrets on command lines: `--token=abc`, `--api-key abc`, `TOKEN=abc`.
//!
//! A command line is shown so that a person can see what will run. So nothing
//! is masked that a program may take for code, or for the name of what it is
//! to start: where a word could be both, it is shown.

use std::ops::Range;

use super::reference::{ReferenceFinder, around, around_in};
use super::{code, is_secret_key, variables};

mod assignment;
mod flags;
mod programs;

use self::flags::CommandFlag;
use self::programs::KnownProgram;

/// What the words so far say of the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct CommandWords {
    program: KnownProgram,
    before: WordBefore,
}

/// What the last word says of the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum WordBefore {
    /// Nothing.
    #[default]
    Nothing,
    /// It is the value of a secret flag.
    Secret,
    /// It is a header: a name and a secret value.
    Header,
    /// It names code that is loaded besides.
    Load,
    /// It is what is started.
    Main,
    /// It is run, and so may be all that follows.
    Run,
}

impl CommandWords {
    /// Before the first argument of a program that is named elsewhere.
    pub(super) fn arguments() -> Self {
        Self {
            program: KnownProgram::Launcher,
            before: WordBefore::Nothing,
        }
    }

    /// After one more word.
    pub(super) fn after(self, word: &str) -> Self {
        let program = match self.before {
            WordBefore::Load => self.program,
            WordBefore::Main => self.program.begun(),
            _ => self.program.after(word),
        };
        let before = match self.before {
            WordBefore::Run => WordBefore::Run,
            WordBefore::Load | WordBefore::Main => WordBefore::Nothing,
            _ => match CommandFlag::of(word, self.program) {
                CommandFlag::Run => WordBefore::Run,
                CommandFlag::Main => WordBefore::Main,
                CommandFlag::Load => WordBefore::Load,
                CommandFlag::Header => WordBefore::Header,
                CommandFlag::Secret if self.program.has_begun() => WordBefore::Secret,
                CommandFlag::Secret | CommandFlag::Inline | CommandFlag::None => {
                    WordBefore::Nothing
                }
            },
        };
        Self { program, before }
    }

    /// Whether the next word is a secret, whatever it is.
    pub(super) fn is_secret(self) -> bool {
        self.before == WordBefore::Secret
    }

    /// Whether the next word is code, or names it.
    pub(super) fn is_code(self, word: &str) -> bool {
        matches!(
            self.before,
            WordBefore::Load | WordBefore::Main | WordBefore::Run
        ) || CommandFlag::of(word, self.program) == CommandFlag::Inline
    }

    /// Where the secrets of the next word stand.
    pub(super) fn secrets(self, word: &str) -> Vec<Range<usize>> {
        match self.before {
            _ if self.is_code(word) => Vec::new(),
            // A flag follows its like: the secret one had no value here.
            // A flag that wants a value and is followed by a flag had none.
            WordBefore::Secret if code::names_program(word) => Vec::new(),
            WordBefore::Secret if !word.starts_with('-') => plain(word, around(word)),
            WordBefore::Header => header(word),
            _ => self.assignments(word),
        }
    }

    /// The values of secret names in a word, which may be a whole command line.
    fn assignments(self, word: &str) -> Vec<Range<usize>> {
        if code::has_operator(&without_references(word)) || holds_code(word) {
            return Vec::new();
        }
        let begun = self.begun_at(word);
        let values = assignment::values(word).into_iter();
        values
            .filter(|value| value.start >= begun || !is_of_option(word, value.start))
            .filter(|value| !names_program(word, value))
            .flat_map(|value| around_in(word, value))
            .collect()
    }

    /// From where on in a word, which may be a whole command line, the value of an
    /// unknown option cannot be what is to be started.
    fn begun_at(self, word: &str) -> usize {
        // One word is an argument among others, several begin with a program.
        let mut words = if word.contains(char::is_whitespace) {
            Self::default()
        } else {
            self
        };
        let (mut begun, mut end) = (0, 0);
        for inner in word.split_inclusive(char::is_whitespace) {
            end += inner.len();
            if inner.trim().is_empty() {
                continue;
            }
            if !words.program.has_begun() {
                begun = end;
            }
            words = words.after(inner.trim());
        }
        begun
    }
}

/// Whether a value is that of an option: `--key=a`, `--key a`.
fn is_of_option(line: &str, value: usize) -> bool {
    let before = line.get(..value).unwrap_or("");
    let word = before.rsplit(char::is_whitespace).next().unwrap_or("");
    word.is_empty() || word.starts_with('-')
}

/// Whether a value may name a program, in quotes or without.
fn names_program(line: &str, value: &Range<usize>) -> bool {
    let value = line.get(value.clone()).unwrap_or("");
    code::names_program(value.trim_matches(['"', '\'']))
}

/// Whether one of the words that a word is made of says that code follows.
fn holds_code(word: &str) -> bool {
    // One word runs nothing by itself.
    if !word.contains(char::is_whitespace) {
        return false;
    }
    let mut words = CommandWords::default();
    word.split_whitespace().any(|inner| {
        let is_code = words.is_code(inner);
        words = words.after(inner);
        is_code
    })
}

/// The value of `X-Tenant: abc`, whatever the name is.
fn header(word: &str) -> Vec<Range<usize>> {
    let Some((_, value)) = word.split_once([':', '=']) else {
        return Vec::new();
    };
    let start = word.len() - value.trim_start().len();
    let mut secrets: Vec<Range<usize>> = around_in(word, start..word.len()).collect();
    // Cookies are joined by semicolons.
    secrets.retain(|range| {
        let text = word.get(range.clone()).unwrap_or("");
        // A semicolon joins cookies, but would end a command elsewhere.
        !code::has_operator(&text.replace(';', ""))
    });
    secrets
}

fn plain(word: &str, mut secrets: Vec<Range<usize>>) -> Vec<Range<usize>> {
    secrets.retain(|range| !code::is_code(word.get(range.clone()).unwrap_or("")));
    secrets
}

/// A text without its references, whose braces are no code.
fn without_references(word: &str) -> String {
    let mut finder = ReferenceFinder::new(word);
    let mut left = String::new();
    let mut at = 0;
    while let Some(c) = word.get(at..).and_then(|rest| rest.chars().next()) {
        if let Some((end, _)) = finder.at(at) {
            at = end;
        } else {
            left.push(c);
            at += c.len_utf8();
        }
    }
    left
}

/// Whether a value that a name is given is secret: the name says so, and it
/// is no variable that makes programs load code.
fn is_secret_name(name: &str) -> bool {
    is_secret_key(name) && variables::shown(name) == variables::ShownVariable::Masked
}

#[cfg(test)]
mod tests;
