//! The model that conversations of a workspace begin with.

use std::fmt;

use serde_json::Value;

use crate::config::{self, ReadError};
use crate::files::Files;
use crate::invalid::Invalid;

/// The setting that says it.
pub const MODEL: &str = "model";
/// The most bytes of either part of a name, as in the OpenWork API.
const MOST: usize = 200;

/// The name of a model: its provider, and what that calls it.
///
/// ```
/// use openwork_model::default_model::ModelName;
///
/// let name = ModelName::read("openrouter/meta/llama").ok_or("no name")?;
/// assert_eq!((name.provider(), name.model()), ("openrouter", "meta/llama"));
/// assert!(ModelName::new("a/b", "c").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ModelName {
    provider: String,
    model: String,
}

impl ModelName {
    /// A model of a provider.
    ///
    /// # Errors
    ///
    /// A part that is empty, longer than 200 bytes or has control characters, or
    /// a provider with a `/`: the engine takes what follows the first one for the
    /// model.
    pub fn new(provider: &str, model: &str) -> Result<Self, Invalid> {
        let [provider, model] = [provider.trim(), model.trim()];
        let is_part = |part: &str| {
            !part.is_empty() && part.len() <= MOST && !part.chars().any(char::is_control)
        };
        if !is_part(provider) || !is_part(model) || provider.contains('/') {
            return Err(Invalid::ModelName);
        }
        Ok(Self {
            provider: provider.to_owned(),
            model: model.to_owned(),
        })
    }

    /// The name as settings have it; `None` if it is none.
    pub fn read(text: &str) -> Option<Self> {
        let (provider, model) = text.split_once('/')?;
        Self::new(provider, model).ok()
    }

    /// The provider.
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// What the provider calls it.
    pub fn model(&self) -> &str {
        &self.model
    }
}

impl fmt::Display for ModelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.provider, self.model)
    }
}

/// What the files of a workspace say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultModelView {
    /// The model; `None` if they name none.
    pub model: Option<ModelName>,
    /// When the newest audit entry was written, in ms since 1970.
    pub updated_at: Option<u64>,
}

/// Reads the model that a workspace's own files name.
///
/// # Errors
///
/// A [`ReadError`] if the main file cannot be read.
pub fn default_model(files: &dyn Files) -> Result<DefaultModelView, ReadError> {
    let settings = config::own_settings(files)?;
    let model = settings.get(MODEL).and_then(Value::as_str);
    Ok(DefaultModelView {
        model: model.and_then(ModelName::read),
        updated_at: files.last_write()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::MemoryFiles;

    fn model(files: &MemoryFiles) -> Option<String> {
        let view = default_model(files).ok()?;
        view.model.map(|model| model.to_string())
    }

    #[test]
    fn the_file_that_the_engine_reads_last_decides() {
        let files = MemoryFiles::new().with("opencode.json", r#"{ "model": "a/b" }"#);
        assert_eq!(model(&files).as_deref(), Some("a/b"));
        let files = files.with(".opencode/opencode.json", r#"{ "model": "c/d/e" }"#);
        assert_eq!(model(&files).as_deref(), Some("c/d/e"));
    }

    #[test]
    fn what_names_no_model_is_none() {
        for text in [
            "{}",
            r#"{ "model": 1 }"#,
            r#"{ "model": "gpt" }"#,
            r#"{ "model": "/x" }"#,
        ] {
            assert_eq!(
                model(&MemoryFiles::new().with("opencode.json", text)),
                None,
                "{text}"
            );
        }
    }

    #[test]
    fn a_name_has_two_parts_of_plain_characters() {
        assert_eq!(
            ModelName::new(" a ", "b")
                .map(|name| name.to_string())
                .as_deref(),
            Ok("a/b")
        );
        let long = "x".repeat(MOST + 1);
        for (provider, model) in [
            ("", "b"),
            ("a", " "),
            ("a/b", "c"),
            ("a", "b\n c"),
            ("a", &long),
        ] {
            assert_eq!(
                ModelName::new(provider, model),
                Err(Invalid::ModelName),
                "{provider} {model}"
            );
        }
    }
}
