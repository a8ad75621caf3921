//! What is not listed.

use std::borrow::Cow;

use openwork_model::skip::SkippedItem;
use serde::{Deserialize, Serialize};

/// What looks like a skill, a command or an agent and is none, or is not
/// offered as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SkippedResponse<'a> {
    /// What it would be called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Cow<'a, str>>,
    /// The file.
    pub path: Cow<'a, str>,
    /// Whose it is.
    pub scope: Cow<'a, str>,
    /// The rule that leaves it out, as a word.
    pub rule: Cow<'a, str>,
    /// The same for people.
    pub message: Cow<'a, str>,
    /// Whether the engine loads it all the same.
    pub loaded: bool,
}

impl<'a, S: AsRef<str>, R: AsRef<str>> From<&'a SkippedItem<S, R>> for SkippedResponse<'a> {
    fn from(skipped: &'a SkippedItem<S, R>) -> Self {
        Self {
            name: skipped.name.as_deref().map(Cow::Borrowed),
            path: skipped.path.to_string_lossy(),
            scope: skipped.scope.as_ref().into(),
            rule: skipped.rule.as_ref().into(),
            message: skipped.message.as_str().into(),
            loaded: skipped.loaded,
        }
    }
}
