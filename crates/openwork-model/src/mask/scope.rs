//! What is known about a value from the keys that lead to it.

use std::ops::Range;

use super::key::{is_command, is_count};
use super::reference::around;
use super::words::{self, Before};
use super::{is_secret_key, url};

/// Settings whose keys are names that people give, not names of fields.
const NAMED: &[&str] = &[
    "agent",
    "command",
    "formatter",
    "lsp",
    "mcp",
    "mode",
    "models",
    "provider",
];

/// What entries of those settings run, send and say. Whatever the entry is
/// called, this is shown, or a client could hide it by calling it `token`.
const ACTING: &[&str] = &[
    "agent",
    "api",
    "command",
    "cwd",
    "description",
    "enabled",
    "environment",
    "extensions",
    "headers",
    "mode",
    "model",
    "models",
    "npm",
    "oauth",
    "options",
    "permission",
    "prompt",
    "template",
    "timeout",
    "tools",
    "type",
    "url",
];

/// What the keys of an object are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Keys {
    /// Names of fields.
    #[default]
    Fields,
    /// Names that people give to entries.
    Names,
    /// Names of fields, in an entry whose own name looks like a secret's.
    Suspect,
}

/// What the keys say of all values below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
enum Secrecy {
    /// Nothing.
    #[default]
    Open,
    /// Texts are secret; numbers count tokens.
    Texts,
    /// All is secret.
    All,
}

/// How the values at one place are shown.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scope {
    secrecy: Secrecy,
    keys: Keys,
    /// The verdicts of the engine's permission rules stand below.
    permission: bool,
    /// The texts are command lines.
    command: bool,
    /// What the item before says of this one.
    before: Before,
}

impl Scope {
    /// The scope of the value of a key.
    pub(super) fn member(self, key: &str, is_object: bool) -> Self {
        Self {
            secrecy: self.secrecy.max(self.secrecy_of(key, is_object)),
            keys: match self.keys {
                Keys::Names if is_secret_key(key) => Keys::Suspect,
                Keys::Names => Keys::Fields,
                _ if NAMED.contains(&key) => Keys::Names,
                _ => Keys::Fields,
            },
            permission: self.permission || key == "permission",
            command: is_command(key),
            before: Before::Nothing,
        }
    }

    fn secrecy_of(self, key: &str, is_object: bool) -> Secrecy {
        match self.keys {
            Keys::Names if is_object => Secrecy::Open,
            Keys::Suspect if !ACTING.contains(&key) => Secrecy::All,
            _ if !is_secret_key(key) => Secrecy::Open,
            _ if is_count(key) => Secrecy::Texts,
            _ => Secrecy::All,
        }
    }

    /// The scope of an item that follows another in a list.
    pub(super) fn item(self, previous: Option<&str>) -> Self {
        let before = previous
            .filter(|_| self.command)
            .map(Before::of)
            .unwrap_or_default();
        Self {
            keys: Keys::Fields,
            before,
            ..self
        }
    }

    /// Where the secrets of a text stand.
    pub(super) fn secrets(self, text: &str) -> Vec<Range<usize>> {
        if self.permission && matches!(text, "allow" | "ask" | "deny") {
            return Vec::new();
        }
        if self.secrecy > Secrecy::Open {
            return around(text);
        }
        let words = if self.command {
            words::secrets(self.before, text)
        } else {
            Vec::new()
        };
        merged(words, url::secrets(text))
    }

    /// Whether a number is hidden. Truth values and null keep no secret.
    pub(super) fn hides_number(self) -> bool {
        self.secrecy == Secrecy::All || self.before == Before::Secret
    }
}

/// Both lists in order, without the ranges of the second that touch the first.
pub(super) fn merged(mut first: Vec<Range<usize>>, second: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let apart = |range: &Range<usize>| {
        let after = first.partition_point(|own| own.end <= range.start);
        first.get(after).is_none_or(|own| range.end <= own.start)
    };
    let second: Vec<_> = second.into_iter().filter(apart).collect();
    first.extend(second);
    first.sort_by_key(|range| range.start);
    first
}
