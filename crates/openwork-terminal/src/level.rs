//! How a level of risk looks.

use openwork_api::approval::RiskLevel;

use crate::style::TextTone;

/// Its sign and its word: it is never told by colour alone.
pub(crate) fn label(level: RiskLevel) -> &'static str {
    match level {
        RiskLevel::Low => "○ low",
        RiskLevel::Medium => "● medium",
        RiskLevel::High => "▲ high",
    }
}

/// How it is painted.
pub(crate) fn tone(level: RiskLevel) -> TextTone {
    match level {
        RiskLevel::Low => TextTone::Faint,
        RiskLevel::Medium => TextTone::Warning,
        RiskLevel::High => TextTone::Danger,
    }
}
