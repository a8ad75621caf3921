//! What is known about a value from the keys that lead to it.

use std::ops::Range;

use super::key::{is_command, is_count};
use super::reference::around;
use super::words::{self, Before};
use super::{is_secret_key, url};

/// Settings whose keys are names that people give, not names of fields.
///
/// Without them a client could hide what an entry does by calling it `token`.
const NAMED: &[&str] = &["agent", "command", "formatter", "lsp", "mcp", "mode", "models", "provider"];

/// How the values at one place are shown.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scope {
    /// All below is secret.
    secret: bool,
    /// Numbers below only count tokens.
    count: bool,
    /// The keys are names that people give.
    named: bool,
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
        let own_name = self.named && is_object;
        let secret = !own_name && is_secret_key(key);
        Self {
            secret: self.secret || secret,
            count: secret && is_count(key),
            named: is_object && NAMED.contains(&key),
            permission: self.permission || key == "permission",
            command: is_command(key),
            before: Before::Nothing,
        }
    }

    /// The scope of an item that follows another in a list.
    pub(super) fn item(self, previous: Option<&str>) -> Self {
        let before = previous.filter(|_| self.command).map(Before::of).unwrap_or_default();
        Self { named: false, before, ..self }
    }

    /// Where the secrets of a text stand.
    pub(super) fn secrets(self, text: &str) -> Vec<Range<usize>> {
        if self.permission && matches!(text, "allow" | "ask" | "deny") {
            return Vec::new();
        }
        if self.secret {
            return around(text);
        }
        let words = if self.command { words::secrets(self.before, text) } else { Vec::new() };
        merged(words, url::secrets(text))
    }

    /// Whether a number is hidden. Truth values and null keep no secret.
    pub(super) fn hides_number(self) -> bool {
        self.secret && !self.count || self.before == Before::Secret
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
