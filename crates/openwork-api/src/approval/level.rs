//! How much is at stake.

use std::fmt;

use openwork_change::effect::Level;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How much is at stake. A level that is missing or unknown is the highest.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase", from = "Value")]
pub enum RiskLevel {
    /// Harmless, or easily undone.
    Low,
    /// Text that agents read as instructions.
    Medium,
    /// Code may run, safeguards may go, data may leave, or nobody knows.
    #[default]
    High,
}

impl RiskLevel {
    /// The level of a word; the highest for a word that is none.
    pub fn from_word(word: &str) -> Self {
        match word {
            "low" => Self::Low,
            "medium" => Self::Medium,
            _ => Self::High,
        }
    }

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl fmt::Display for RiskLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<Level> for RiskLevel {
    fn from(level: Level) -> Self {
        match level {
            Level::Low => Self::Low,
            Level::Medium => Self::Medium,
            Level::High => Self::High,
        }
    }
}

// Any JSON value is read, not only the three words: a client that meets a level
// of a later version must show the request, and must not show it as harmless.
impl From<Value> for RiskLevel {
    fn from(value: Value) -> Self {
        value.as_str().map_or(Self::High, Self::from_word)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_unknown_is_high() {
        for (given, expected) in [
            (json!("low"), RiskLevel::Low),
            (json!("medium"), RiskLevel::Medium),
            (json!("high"), RiskLevel::High),
            (json!("harmless"), RiskLevel::High),
            (json!("LOW"), RiskLevel::High),
            (json!(0), RiskLevel::High),
            (json!(null), RiskLevel::High),
        ] {
            assert_eq!(RiskLevel::from(given.clone()), expected, "{given}");
        }
        assert_eq!(RiskLevel::default(), RiskLevel::High);
    }

    #[test]
    fn the_words_are_those_of_effects() {
        for level in [Level::Low, Level::Medium, Level::High] {
            let own = RiskLevel::from(level);
            assert_eq!(own.as_str(), level.as_str());
            assert_eq!(serde_json::to_value(own).unwrap(), json!(level.as_str()));
        }
    }
}
