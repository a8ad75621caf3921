//! What the audit log says of a change.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::actor::Actor;
use crate::path::RelPath;

/// The most files that one entry names.
pub const NAMED: usize = 100;

/// One entry of the audit log: a change that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// The entry's own id.
    pub id: Uuid,
    /// The workspace that changed.
    pub workspace_id: String,
    /// Who changed it.
    pub actor: Actor,
    /// What was done, such as `skills.upsert`.
    pub action: String,
    /// What it was done to.
    pub target: String,
    /// The change in a few words.
    pub summary: String,
    /// When, in ms since 1970.
    pub timestamp: u64,
    /// How it was allowed; entries of earlier versions do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// Which files of the workspace were changed; entries of earlier versions
    /// do not say.
    #[serde(flatten)]
    pub named: NamedFiles,
    /// The entry whose change was taken back, if that is what was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<Uuid>,
    /// What the host had changed of what was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amended: Vec<AmendedPart>,
}

/// A part of what was asked for that the host allowed only otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AmendedPart {
    /// Which part, such as `skills/audit`.
    pub part: String,
    /// What became of it.
    pub change: AmendKind,
}

/// What became of a part that the host allowed only otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AmendKind {
    /// It was left out.
    LeftOut,
    /// It has another text.
    Edited,
}

/// The files that an entry names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NamedFiles {
    /// Their paths below the workspace, at most 100 ([`NAMED`]).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// How many more there are, if there are more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more_files: Option<usize>,
}

impl NamedFiles {
    /// Names files, as far as there is room.
    pub fn of<'p>(paths: impl IntoIterator<Item = &'p RelPath>) -> Self {
        let mut paths = paths.into_iter();
        let named = paths.by_ref().take(NAMED);
        let files = named.map(|path| path.as_str().to_owned()).collect();
        // Counted and not named: an import may write thousands of files, and an
        // entry is one line of the log.
        let more = paths.count();
        Self {
            files,
            more_files: (more > 0).then_some(more),
        }
    }
}

/// How a change was allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Approval {
    /// By whom or by what.
    pub by: ApprovedBy,
    /// From where the answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// The allowance that covered it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_id: Option<Uuid>,
    /// The request that was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<Uuid>,
    /// When, in ms since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<u64>,
}

/// By whom or by what a change was allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ApprovedBy {
    /// The host, who asked for it or answered by the API.
    Host,
    /// The host, on the page.
    Page,
    /// The host, in a terminal.
    Terminal,
    /// The host, by an answer that a notification carried.
    Notification,
    /// An answer that was given for a time.
    Rule,
    /// Nobody: approvals are off.
    Auto,
}

impl From<ApprovedBy> for Approval {
    fn from(by: ApprovedBy) -> Self {
        Self {
            by,
            address: None,
            rule_id: None,
            request_id: None,
            answered_at: None,
        }
    }
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

impl TryFrom<&AuditEntry> for AuditLine {
    type Error = serde_json::Error;

    fn try_from(entry: &AuditEntry) -> Result<Self, Self::Error> {
        serde_json::value::to_raw_value(entry).map(Self)
    }
}

impl PartialEq for AuditLine {
    fn eq(&self, other: &Self) -> bool {
        // As text: an entry of another program is kept byte for byte, so two that
        // only mean the same are two.
        self.get() == other.get()
    }
}

/// How a plan wants to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditNote {
    /// What is changed: a path, or a fixed text of the OpenWork API.
    pub target: String,
    /// The change in a few words, in the past tense.
    pub summary: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn very_many_files_are_counted() {
        let paths: Vec<RelPath> = (0..NAMED + 2)
            .map(|n| RelPath::new(&format!("{n}.md")).unwrap())
            .collect();
        let json = |paths: &[RelPath]| serde_json::to_value(NamedFiles::of(paths)).unwrap();
        assert_eq!(json(&[]), serde_json::json!({}));
        assert_eq!(json(&paths[..1]), serde_json::json!({ "files": ["0.md"] }));
        let all = json(&paths);
        assert_eq!(all["files"].as_array().map(Vec::len), Some(NAMED));
        assert_eq!(all["moreFiles"], 2);
    }
}
