//! How much is at stake, as people see it.

use serde::Deserialize;
use serde_json::Value;

use crate::style::TextTone;

/// How much is at stake. A level that is missing or unknown is the highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(from = "Value")]
pub(crate) enum RiskLevel {
    /// Harmless, or easily undone.
    Low,
    /// Text that agents read as instructions.
    Medium,
    /// Code may run, safeguards may go, data may leave, or nobody knows.
    #[default]
    High,
}

impl From<Value> for RiskLevel {
    fn from(value: Value) -> Self {
        match value.as_str() {
            Some("low") => Self::Low,
            Some("medium") => Self::Medium,
            _ => Self::High,
        }
    }
}

impl RiskLevel {
    /// Its sign and its word: it is never told by colour alone.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Low => "○ low",
            Self::Medium => "● medium",
            Self::High => "▲ high",
        }
    }

    /// How it is painted.
    pub(crate) fn tone(self) -> TextTone {
        match self {
            Self::Low => TextTone::Faint,
            Self::Medium => TextTone::Warning,
            Self::High => TextTone::Danger,
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
}
