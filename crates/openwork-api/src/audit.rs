//! A change that was made, and undoing it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::approval::{EffectItem, ProposedFile, RiskLevel};
use crate::omit;

/// A change that was made, and what it would be to undo it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditEntryResponse<'a> {
    /// Its entry, as it stands in the log.
    // Not an `AuditEntry`: other programs may have written it.
    pub item: Value,
    /// The files that it changed; none where that is not kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<ChangedFile<'a>>,
    /// What it would be to undo it.
    pub undo: UndoOutlook<'a>,
}

/// A file before and after a change, by digests (SHA-256).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangedFile<'a> {
    /// Where, below the workspace.
    pub path: Cow<'a, str>,
    /// What was there; absent if there was no file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Cow<'a, str>>,
    /// What was put there; absent if there was no file afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Cow<'a, str>>,
}

/// What it would be to undo a change now: what would be written, or why it cannot be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UndoOutlook<'a> {
    /// Whether it can be undone.
    pub possible: bool,
    /// Why not, as a word: the code that an undo would fail with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Cow<'a, str>>,
    /// The same for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Cow<'a, str>>,
    /// What else there is to know of that, such as where the conflicts are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
    /// What an undo would write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<UndoPreview<'a>>,
}

/// What an undo would write and set off, secrets masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UndoPreview<'a> {
    /// The undo in a few words.
    pub summary: Cow<'a, str>,
    /// The gravest of what it sets off, in plain words.
    pub title: Cow<'a, str>,
    /// How much is at stake.
    pub level: RiskLevel,
    /// What it sets off, the gravest first.
    pub effects: Vec<EffectItem<'a>>,
    /// How many more effects there are.
    #[serde(default, skip_serializing_if = "omit::if_zero")]
    pub more_effects: u64,
    /// The files; none if everything is as it was before the change.
    pub changes: Vec<ProposedFile<'a>>,
    /// How many more files there are.
    #[serde(default, skip_serializing_if = "omit::if_zero")]
    pub more_changes: u64,
}

/// The receipt of an undo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UndoneResponse<'a> {
    /// Always true.
    pub ok: bool,
    /// The entry of the change that is undone.
    pub undone: Cow<'a, str>,
    /// The entry of the undo, by which it can be undone; absent if everything was
    /// as before the change already, and nothing was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<Cow<'a, str>>,
    /// The files that were written, below the workspace.
    pub files: Vec<Cow<'a, str>>,
}
