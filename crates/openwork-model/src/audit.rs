//! What the audit log says of a change.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::actor::Actor;

/// One entry of the audit log: a change that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// The entry's own id.
    pub id: Uuid,
    /// The workspace that changed.
    pub workspace_id: String,
    /// Who changed it.
    pub actor: Actor,
    /// What was done, as [`Action::as_str`](crate::change::Action::as_str) names it.
    pub action: String,
    /// What it was done to.
    pub target: String,
    /// The change in a few words.
    pub summary: String,
    /// When, in ms since 1970.
    pub timestamp: u64,
}

/// One entry as it stands in the log: what other programs wrote stays as it is.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct AuditLine(Box<RawValue>);

impl AuditLine {
    /// The JSON text.
    pub fn get(&self) -> &str {
        self.0.get()
    }
}

impl From<Box<RawValue>> for AuditLine {
    fn from(line: Box<RawValue>) -> Self {
        Self(line)
    }
}

impl PartialEq for AuditLine {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

/// How a plan wants to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditNote {
    /// What is changed: a path, or a fixed text of the seed API.
    pub target: String,
    /// The change in a few words, in the past tense.
    pub summary: String,
}
