//! How much is at stake, as people see it.

use serde::Deserialize;
use serde_json::Value;

use crate::style::Tone;

/// How much is at stake. A level that is missing or unknown is the highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(from = "Value")]
pub(crate) enum Level {
    /// Harmless, or easily undone.
    Low,
    /// Text that agents read as instructions.
    Medium,
    /// Code may run, safeguards may go, data may leave, or nobody knows.
    #[default]
    High,
}

impl From<Value> for Level {
    fn from(value: Value) -> Self {
        match value.as_str() {
            Some("low") => Self::Low,
            Some("medium") => Self::Medium,
            _ => Self::High,
        }
    }
}

impl Level {
    /// Its sign and its word: it is never told by colour alone.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Low => "○ low",
            Self::Medium => "● medium",
            Self::High => "▲ high",
        }
    }

    /// How it is painted.
    pub(crate) fn tone(self) -> Tone {
        match self {
            Self::Low => Tone::Faint,
            Self::Medium => Tone::Warning,
            Self::High => Tone::Danger,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_unknown_is_high() {
        for (given, expected) in [
            (json!("low"), Level::Low),
            (json!("medium"), Level::Medium),
            (json!("high"), Level::High),
            (json!("harmless"), Level::High),
            (json!("LOW"), Level::High),
            (json!(0), Level::High),
            (json!(null), Level::High),
        ] {
            assert_eq!(Level::from(given.clone()), expected, "{given}");
        }
        assert_eq!(Level::default(), Level::High);
    }
}
