//! What is known about a value from the keys that lead to it.

use std::ops::Range;

use super::key::{CommandKey, is_count, is_environment, is_headers};
use super::reference::around;
use super::variables::{self, ShownVariable};
use super::words::CommandWords;
use super::{is_secret_key, url};

/// Settings whose keys are names that people give, not names of fields. Such
/// a name never makes what is below it secret, or a client could hide an
/// entry by calling it `token`.
const NAMED: &[&str] = &[
    "agent",
    "agents",
    "command",
    "commands",
    "file_edited",
    "formatter",
    "keybinds",
    "lsp",
    "mcp",
    "mode",
    "models",
    "modes",
    "reference",
    "references",
    "variants",
];

/// Settings that name providers. Their entries list the variables that the
/// engine hands to the provider, by name: whoever is asked has to see which.
const PROVIDERS: &[&str] = &["provider", "providers"];

/// Settings below which all keys are patterns of tools, paths and commands.
const PATTERNS: &[&str] = &["permission", "permissions", "tools"];

/// What runs, loads, sends and says. It is shown even below a key that looks
/// like a secret's, as nobody knows what else takes names from people.
const ACTING: &[&str] = &[
    "api",
    "baseURL",
    "cwd",
    "description",
    "enabled",
    "extensions",
    "model",
    "npm",
    "package",
    "plugin",
    "prompt",
    "system",
    "template",
    "timeout",
    "type",
    "url",
];

/// What the keys of an object are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum MaskKeys {
    /// Names of fields.
    #[default]
    Fields,
    /// Names that people give to entries.
    Names,
    /// The same, or names of fields: `mcp.servers` may be a map of entries or
    /// an entry of that name.
    NamesOrFields,
    /// Names that people give to providers.
    Providers,
    /// Names of a provider's fields.
    ProviderFields,
    /// Patterns, at every depth.
    Patterns,
    /// Names of environment variables.
    Variables,
}

/// What the keys say of all values below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
enum Secrecy {
    /// They are code: nothing is secret, not even credentials of addresses.
    Code,
    /// Nothing.
    #[default]
    Open,
    /// Texts are secret; numbers count tokens.
    Texts,
    /// All is secret but what acts.
    All,
    /// They are headers: all is secret, whatever it is called.
    Headers,
}

/// How the values at one place are shown.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct MaskScope {
    secrecy: Secrecy,
    keys: MaskKeys,
    /// What the words before say, where texts are words of a command or whole
    /// command lines.
    words: Option<CommandWords>,
}

impl MaskScope {
    /// The scope of the value of a key.
    pub(super) fn member(self, key: &str, is_object: bool) -> Self {
        match self.keys {
            MaskKeys::Patterns => self,
            MaskKeys::Names => self.entry(key),
            MaskKeys::Providers => Self {
                keys: MaskKeys::ProviderFields,
                ..self.entry(key)
            },
            MaskKeys::ProviderFields if key == "env" && !is_object => Self {
                secrecy: Secrecy::Code,
                ..Self::default()
            },
            MaskKeys::NamesOrFields if is_object && !is_headers(key) => self.entry(key),
            MaskKeys::NamesOrFields => Self {
                // `mcp.servers` may be a map of entries or an entry itself; as headers it would
                // hide what runs in either.
                secrecy: self.field(key).secrecy.min(Secrecy::All),
                ..self.field(key)
            },
            MaskKeys::Variables => Self {
                secrecy: match variables::shown(key) {
                    ShownVariable::Masked => self.secrecy.max(Secrecy::All),
                    ShownVariable::Addresses => self.secrecy,
                    ShownVariable::Whole => Secrecy::Code,
                },
                ..Self::default()
            },
            MaskKeys::Fields | MaskKeys::ProviderFields => self.field(key),
        }
    }

    /// Whether the keys here are names that people give to entries.
    pub(super) fn has_entries(self) -> bool {
        matches!(
            self.keys,
            MaskKeys::Names | MaskKeys::NamesOrFields | MaskKeys::Providers
        )
    }

    fn entry(self, name: &str) -> Self {
        let keys = match name {
            "servers" => MaskKeys::NamesOrFields,
            _ => MaskKeys::Fields,
        };
        Self {
            keys,
            words: None,
            ..self
        }
    }

    fn field(self, key: &str) -> Self {
        let keys = match key {
            _ if NAMED.contains(&key) => MaskKeys::Names,
            _ if PROVIDERS.contains(&key) => MaskKeys::Providers,
            _ if PATTERNS.contains(&key) => MaskKeys::Patterns,
            _ if is_environment(key) => MaskKeys::Variables,
            _ => MaskKeys::Fields,
        };
        let words = match CommandKey::of(key) {
            Some(CommandKey::Line) => Some(CommandWords::default()),
            Some(CommandKey::Arguments) => Some(CommandWords::arguments()),
            // A list of variables reads like arguments: `NAME=value`.
            None => (keys == MaskKeys::Variables).then(CommandWords::arguments),
        };
        let acts = keys != MaskKeys::Fields || words.is_some() || ACTING.contains(&key);
        Self {
            secrecy: self.secrecy_of(key, acts),
            keys,
            words,
        }
    }

    fn secrecy_of(self, key: &str, acts: bool) -> Secrecy {
        match self.secrecy {
            Secrecy::Headers => Secrecy::Headers,
            _ if is_headers(key) => Secrecy::Headers,
            // Below a key such as `secrets` a client could put a command. It is shown
            // wherever it stands.
            _ if acts => Secrecy::Open,
            above if !is_secret_key(key) => above,
            // `maxTokens: 4096` is a limit. A text of that name may still be a token.
            above if is_count(key) => above.max(Secrecy::Texts),
            above => above.max(Secrecy::All),
        }
    }

    /// The scope of the first item of a list.
    pub(super) fn first_item(self) -> Self {
        let keys = match self.keys {
            MaskKeys::Patterns => MaskKeys::Patterns,
            _ => MaskKeys::Fields,
        };
        Self { keys, ..self }
    }

    /// Whether an item says something of the next one.
    pub(super) fn has_words(self) -> bool {
        self.words.is_some()
    }

    /// The scope of the item after one that is this text, or no text.
    pub(super) fn after_item(self, text: Option<&str>) -> Self {
        let words = self.words.map(|words| words.after(text.unwrap_or("")));
        Self { words, ..self }
    }

    /// Where the secrets of a text stand.
    pub(super) fn secrets(self, text: &str) -> Vec<Range<usize>> {
        match (self.secrecy, self.words) {
            (Secrecy::Code, _) => Vec::new(),
            (Secrecy::Open, None) => url::secrets(text),
            (Secrecy::Open, Some(words)) if words.is_code(text) => Vec::new(),
            (Secrecy::Open, Some(words)) => merged(words.secrets(text), url::secrets_in_code(text)),
            _ => around(text),
        }
    }

    /// Whether a number is hidden. Truth values and null keep no secret.
    pub(super) fn hides_number(self) -> bool {
        self.secrecy >= Secrecy::All || self.words.is_some_and(CommandWords::is_secret)
    }
}

/// Both lists in order, without the ranges of the second that touch the first.
pub(super) fn merged(mut first: Vec<Range<usize>>, second: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let apart = |range: &Range<usize>| {
        // Binary search, as a file may have as many secrets as lines.
        let after = first.partition_point(|own| own.end <= range.start);
        first.get(after).is_none_or(|own| range.end <= own.start)
    };
    let second: Vec<_> = second.into_iter().filter(apart).collect();
    first.extend(second);
    first.sort_by_key(|range| range.start);
    first
}
