//! What is not listed.

use std::borrow::Cow;

use openwork_model::agent::SkippedAgent;
use openwork_model::command::SkippedCommand;
use openwork_model::skill::SkippedSkill;
use serde::{Deserialize, Serialize};

/// What looks like a skill, a command or an agent and is none, or is not
/// offered as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

impl<'a> From<&'a SkippedSkill> for SkippedResponse<'a> {
    fn from(skipped: &'a SkippedSkill) -> Self {
        Self {
            name: skipped.name.as_deref().map(Cow::Borrowed),
            path: skipped.path.to_string_lossy(),
            scope: skipped.scope.as_str().into(),
            rule: skipped.rule.as_str().into(),
            message: skipped.message.as_str().into(),
            loaded: skipped.loaded,
        }
    }
}

impl<'a> From<&'a SkippedCommand> for SkippedResponse<'a> {
    fn from(skipped: &'a SkippedCommand) -> Self {
        Self {
            name: skipped.name.as_deref().map(Cow::Borrowed),
            path: skipped.path.to_string_lossy(),
            scope: skipped.scope.as_str().into(),
            rule: skipped.rule.as_str().into(),
            message: skipped.message.as_str().into(),
            loaded: skipped.loaded,
        }
    }
}

impl<'a> From<&'a SkippedAgent> for SkippedResponse<'a> {
    fn from(skipped: &'a SkippedAgent) -> Self {
        Self {
            name: skipped.name.as_deref().map(Cow::Borrowed),
            path: skipped.path.to_string_lossy(),
            scope: skipped.scope.as_str().into(),
            rule: skipped.rule.as_str().into(),
            message: skipped.message.as_str().into(),
            loaded: skipped.loaded,
        }
    }
}
