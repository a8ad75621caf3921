//! The whole text of a configuration file that a client wants written.

use super::{Fields, JsonObject, address};
use openwork_model::invalid::Invalid;

/// The engine's configuration file as a text, comments and all.
///
/// What the text says is read when the change is planned, as then also the
/// place of a mistake in it can be named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigText {
    text: String,
}

impl ConfigText {
    /// A text that a file will hold, with a line feed at its end.
    ///
    /// ```
    /// use openwork_change::change::ConfigText;
    ///
    /// assert_eq!(ConfigText::new("{} // mine").as_str(), "{} // mine\n");
    /// ```
    pub fn new(text: &str) -> Self {
        let end = if text.ends_with('\n') { "" } else { "\n" };
        Self {
            text: format!("{text}{end}"),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Reads the `content` of `POST opencode-config`.
    ///
    /// # Errors
    ///
    /// There is none, or it is no text.
    pub fn from_fields(fields: &Fields) -> Result<Self, Invalid> {
        let content = JsonObject::new(fields).text("content")?;
        let content = content.ok_or_else(|| Invalid::WrongType {
            field: "content".to_owned(),
            expected: "a text",
        })?;
        Ok(Self::new(content))
    }
}

/// Fails at an address of settings that people and the engine read differently.
pub(crate) fn check_addresses(settings: &Fields) -> Result<(), Invalid> {
    address::check_settings(settings)
}
