//! Texts that stand for anything of a kind.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde_json::Value;

/// How far a time may be from now to count as one that was just taken.
const RECENT: Duration = Duration::from_secs(600);

/// A kind of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// `<any>`: whatever is there.
    Any,
    /// `<uuid>`: a text in the form of a UUID.
    Uuid,
    /// `<string>`: a text.
    Text,
    /// `<nonempty>`: a text that is not empty.
    NonEmpty,
    /// `<number>`: a number.
    Number,
    /// `<integer>`: a whole number.
    Integer,
    /// `<bool>`: true or false.
    Boolean,
    /// `<object>`: an object.
    Object,
    /// `<array>`: an array.
    Array,
    /// `<epoch-ms>`: milliseconds since 1970, about now.
    EpochMillis,
}

impl Word {
    const ALL: [(&'static str, Self); 10] = [
        ("<any>", Self::Any),
        ("<uuid>", Self::Uuid),
        ("<string>", Self::Text),
        ("<nonempty>", Self::NonEmpty),
        ("<number>", Self::Number),
        ("<integer>", Self::Integer),
        ("<bool>", Self::Boolean),
        ("<object>", Self::Object),
        ("<array>", Self::Array),
        ("<epoch-ms>", Self::EpochMillis),
    ];

    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(name, _)| *name == text)
            .map(|(_, word)| *word)
    }

    pub(super) fn admits(self, found: &Value) -> bool {
        match self {
            Self::Any => true,
            Self::Uuid => found.as_str().is_some_and(is_uuid),
            Self::Text => found.is_string(),
            Self::NonEmpty => found.as_str().is_some_and(|text| !text.is_empty()),
            Self::Number => found.is_number(),
            Self::Integer => found.as_f64().is_some_and(|number| number.fract() == 0.0),
            Self::Boolean => found.is_boolean(),
            Self::Object => found.is_object(),
            Self::Array => found.is_array(),
            Self::EpochMillis => found.as_u64().is_some_and(is_recent),
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL
            .iter()
            .find(|(_, word)| word == self)
            .map_or("", |(name, _)| name);
        f.write_str(name)
    }
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

fn is_recent(millis: u64) -> bool {
    let then = SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
    let now = SystemTime::now();
    let apart = now
        .duration_since(then)
        .or_else(|_| then.duration_since(now));
    apart.is_ok_and(|apart| apart < RECENT)
}
