//! The answers to changes that were made.
//!
//! A change of a list is answered with the list; these are the others.

use std::borrow::Cow;
use std::path::Path;

use openwork_change::plan::Warning;
use openwork_model::audit::AmendedPart;
use serde::{Deserialize, Serialize};

/// The receipt of a change that has nothing else to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DoneResponse {
    /// Always true.
    pub ok: bool,
}

/// The receipt of a command that an engine was sent: it is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AcceptedResponse {
    /// Always true.
    pub ok: bool,
    /// Always true: what comes of it is told by the session's events.
    pub accepted: bool,
}

/// The receipt of a change whose list could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CommittedResponse {
    /// Always true.
    pub ok: bool,
    /// Always true: nothing is to be sent again.
    pub committed: bool,
}

/// The receipt of a changed configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UpdatedResponse {
    /// When it was changed, in ms since 1970.
    pub updated_at: u64,
}

/// The receipt of a configuration file that was written as a whole, in the
/// words of a program that was run for it: so the OpenWork API has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConfigWritten<'a> {
    /// Always true.
    pub ok: bool,
    /// Always 0.
    pub status: i32,
    /// What was done, for people.
    pub stdout: Cow<'a, str>,
    /// Always empty.
    pub stderr: Cow<'a, str>,
}

impl ConfigWritten<'_> {
    /// That a file says now what it was to say.
    pub fn new(path: &Path) -> Self {
        Self {
            ok: true,
            status: 0,
            stdout: format!("Wrote {}", path.display()).into(),
            stderr: "".into(),
        }
    }
}

/// The receipt of a deleted skill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SkillDeleted<'a> {
    /// Always true.
    pub ok: bool,
    /// The skill's name.
    pub name: Cow<'a, str>,
    /// The directory that was removed.
    pub path: Cow<'a, str>,
}

/// The receipt of a reload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReloadResponse {
    /// Always true.
    pub ok: bool,
    /// When the engine had reloaded, in ms since 1970.
    pub reloaded_at: u64,
}

/// What a receipt says beside itself; no field where there is nothing to tell.
// A struct of its own, so that it can be flattened into any receipt, and be
// put before a list that is already bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReceiptNotes<'a> {
    /// What may keep the change from having the effect that was wanted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<WarningBody<'a>>,
    /// What the host has changed of what was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amended: Vec<AmendedPart>,
}

/// One thing that may keep a change from having its effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WarningBody<'a> {
    /// What it is, as a word.
    pub code: Cow<'a, str>,
    /// The same for people.
    pub message: Cow<'a, str>,
    /// The file that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<Cow<'a, str>>,
}

/// A receipt, and what else there is to tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Noted{T}")
)]
pub struct NotedResponse<'a, T> {
    /// The receipt.
    #[serde(flatten)]
    pub answer: T,
    /// What else there is to tell.
    #[serde(flatten)]
    pub notes: ReceiptNotes<'a>,
}

impl<'a> ReceiptNotes<'a> {
    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.warnings.is_empty() && self.amended.is_empty()
    }

    /// The same, and that a change was made whose list was not.
    #[must_use]
    pub fn without_list(mut self) -> Self {
        // The change is on the disk: an error would make a client send it again.
        self.warnings.push(WarningBody {
            code: "list_unavailable".into(),
            message: "The change was made, but the list could not be; ask for it again".into(),
            path: None,
        });
        self
    }

    /// The same, and what the host has changed of what was asked for.
    #[must_use]
    pub fn amended(self, amended: &[AmendedPart]) -> Self {
        Self {
            amended: amended.to_vec(),
            ..self
        }
    }

    /// Adds them to a receipt.
    pub fn on<T>(self, answer: T) -> NotedResponse<'a, T> {
        NotedResponse {
            answer,
            notes: self,
        }
    }
}

impl<'a> From<&'a [Warning]> for ReceiptNotes<'a> {
    fn from(warnings: &'a [Warning]) -> Self {
        let body = |warning: &'a Warning| WarningBody {
            code: warning.code.as_str().into(),
            message: warning.message.as_str().into(),
            path: Some(warning.path.to_string_lossy()),
        };
        Self {
            warnings: warnings.iter().map(body).collect(),
            amended: Vec::new(),
        }
    }
}
