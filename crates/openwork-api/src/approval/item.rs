//! One request.

use std::borrow::Cow;

use openwork_change::effect::Effect;
use openwork_model::audit::AmendedPart;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::RiskLevel;
use crate::omit;

/// A request that waits for the host.
///
/// A list sends as much of it as was asked for: at least what the OpenWork API
/// has, then what was weighed, then the files. So most fields may be absent, and
/// an absent one says nothing: it is neither an empty one nor a harmless one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApprovalItem<'a> {
    /// Its id.
    pub id: Cow<'a, str>,
    /// The workspace that changes.
    // What the OpenWork API has may be absent when it is read: a list with a
    // strange item in it still has to be shown to the person who is asked. Only
    // without these three is there nothing to show: an id to answer, what kind
    // of change it is, and what it says of itself.
    #[serde(default)]
    pub workspace_id: Cow<'a, str>,
    /// What kind of change, such as `skills.upsert`.
    pub action: Cow<'a, str>,
    /// The change in a few words.
    pub summary: Cow<'a, str>,
    /// The files that change.
    #[serde(default)]
    pub paths: Vec<Cow<'a, str>>,
    /// How many more there are.
    #[serde(default, skip_serializing_if = "omit::if_zero")]
    pub more_paths: u64,
    /// Since when it waits, in ms since 1970.
    #[serde(default)]
    pub created_at: u64,
    /// Who asks.
    #[serde(default)]
    pub actor: ApprovalActor<'a>,
    /// Until when it waits, in ms since 1970.
    // From here on nothing is sent to clients of the OpenWork API, which ask for
    // no more and get the bytes that they always got.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<u64>,
    /// Whether its client comes back for the answer instead of waiting for it.
    #[serde(default, skip_serializing_if = "omit::if_false")]
    pub answers_later: bool,
    /// What the host has changed of what was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amended: Vec<AmendedPart>,
    /// Tells what would be written from what anything else would write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Cow<'a, str>>,
    /// What people call the workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace_name: Option<Cow<'a, str>>,
    /// The gravest of what it sets off, in plain words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Cow<'a, str>>,
    /// How much is at stake.
    // Not a plain level with a default: that one is sent as `high`, and the
    // short form of a request has no level at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<RiskLevel>,
    /// What it sets off, the gravest first. None from a server that only knows
    /// risks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effects: Option<Vec<EffectItem<'a>>>,
    /// The sentences of the effects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<Vec<Cow<'a, str>>>,
    /// How many more effects there are.
    #[serde(default, skip_serializing_if = "omit::if_zero")]
    pub more_effects: u64,
    /// Whether an answer may hold for requests like it, for a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rememberable: Option<bool>,
    /// What such an answer would cover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covers: Option<Cow<'a, str>>,
    /// What would be written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Vec<ProposedFile<'a>>>,
    /// How many more files there are.
    #[serde(default, skip_serializing_if = "omit::if_zero")]
    pub more_changes: u64,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "camelCase")]
pub struct ApprovalActor<'a> {
    /// `remote`, or `host` for whoever carries the host token.
    #[serde(rename = "type")]
    pub kind: Cow<'a, str>,
    /// What the client calls itself; anyone may call itself anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<Cow<'a, str>>,
    /// Which token was used, as a hash.
    pub token_hash: Cow<'a, str>,
    /// From where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Cow<'a, str>>,
}

/// One thing that a request sets off.
// A type of its own beside `openwork_change::effect::Effect`, whose kinds are an
// enum: what a server weighs is closed, what a client shows is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EffectItem<'a> {
    /// What kind of thing, such as `command`.
    #[serde(default)]
    pub kind: Cow<'a, str>,
    /// How much is at stake.
    #[serde(default)]
    pub level: RiskLevel,
    /// It in one plain sentence.
    pub text: Cow<'a, str>,
    /// The setting that sets it off, with dots between the keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<Cow<'a, str>>,
    /// What was there, where something takes its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Cow<'a, str>>,
    /// What takes its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Cow<'a, str>>,
    /// The whole command that runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<Cow<'a, str>>,
    /// The host that is sent something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<Cow<'a, str>>,
    /// The file that is read, or that is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Cow<'a, str>>,
}

/// What happens to one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProposedFile<'a> {
    /// Where, below the workspace.
    pub path: Cow<'a, str>,
    /// `create`, `modify` or `delete`.
    #[serde(default)]
    pub kind: Cow<'a, str>,
    /// How much is at stake in it alone. None from a server that does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<RiskLevel>,
    /// How many lines come, those not shown included.
    #[serde(default)]
    pub added: u64,
    /// How many lines go, those not shown included.
    #[serde(default)]
    pub removed: u64,
    /// Unified hunks without file headers; secrets are masked.
    #[serde(default)]
    pub diff: Cow<'a, str>,
    /// Whether `diff` is only the beginning, or left out.
    #[serde(default)]
    pub truncated: bool,
    /// The digest of the whole diff, as its pages say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Cow<'a, str>>,
    /// What is masked in the lines that come or go.
    // Labels are made once for each request that waits, and borrowed as a slice.
    #[serde(default)]
    pub masked: Cow<'a, [String]>,
    /// The path of the first page of the whole diff, where this is not all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full: Option<Cow<'a, str>>,
}

/// A request that has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EndedItem<'a> {
    /// The request.
    #[serde(flatten)]
    pub item: ApprovalItem<'a>,
    /// How it ended, as a word such as `applied`.
    pub outcome: Cow<'a, str>,
    /// When, in ms since 1970.
    pub ended_at: u64,
    /// By whom or by what.
    pub by: Cow<'a, str>,
    /// By what means a person answered: `page`, `terminal`, `notification`, or
    /// `api`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<Cow<'a, str>>,
    /// From where a person answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_from: Option<Cow<'a, str>>,
    /// The allowance that answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_id: Option<Cow<'a, str>>,
    /// What the host said to the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Cow<'a, str>>,
    /// Why the write failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Cow<'a, str>>,
}

impl<'de> Deserialize<'de> for EndedItem<'_> {
    // serde reads flattened fields through a buffer, and with it every type of
    // a request once more: another 100 KB of code in a program. The parts are
    // read from one value instead.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let item = ApprovalItem::deserialize(&value).map_err(D::Error::custom)?;
        let end = RequestEnd::deserialize(&value).map_err(D::Error::custom)?;
        Ok(Self {
            item,
            outcome: end.outcome,
            ended_at: end.ended_at,
            by: end.by,
            via: end.via,
            answered_from: end.answered_from,
            rule_id: end.rule_id,
            message: end.message,
            error: end.error,
        })
    }
}

/// What an [`EndedItem`] has besides the request.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RequestEnd<'a> {
    outcome: Cow<'a, str>,
    ended_at: u64,
    by: Cow<'a, str>,
    via: Option<Cow<'a, str>>,
    answered_from: Option<Cow<'a, str>>,
    rule_id: Option<Cow<'a, str>>,
    message: Option<Cow<'a, str>>,
    error: Option<Cow<'a, str>>,
}

impl ApprovalItem<'_> {
    /// What it does, in plain words: the title, else the summary.
    pub fn heading(&self) -> &str {
        match self.title.as_deref() {
            // A server without titles may send an empty one.
            None | Some("") => &self.summary,
            Some(title) => title,
        }
    }

    /// How much is at stake. What nobody has weighed is high.
    pub fn risk_level(&self) -> RiskLevel {
        self.level.unwrap_or(RiskLevel::High)
    }

    /// The files that are listed.
    pub fn files(&self) -> &[ProposedFile<'_>] {
        self.changes.as_deref().unwrap_or(&[])
    }

    /// Whether the server left something out that one may want to see first.
    pub fn has_rest(&self) -> bool {
        let is_shortened = self.files().iter().any(|file| file.truncated);
        is_shortened || self.more_changes > 0 || self.more_effects > 0
    }

    /// The workspace, as people call it.
    pub fn workspace(&self) -> &str {
        self.workspace_name.as_deref().unwrap_or(&self.workspace_id)
    }
}

impl EndedItem<'_> {
    /// What was said about the end, by the server or by the host.
    pub fn remark(&self) -> Option<&str> {
        self.error.as_deref().or(self.message.as_deref())
    }
}

impl<'a> From<&'a Effect> for EffectItem<'a> {
    fn from(effect: &'a Effect) -> Self {
        let optional = |text: &'a Option<String>| text.as_deref().map(Cow::Borrowed);
        Self {
            kind: effect.kind.as_str().into(),
            level: effect.level.into(),
            text: effect.text.as_str().into(),
            path: optional(&effect.path),
            from: optional(&effect.from),
            to: optional(&effect.to),
            command: optional(&effect.command),
            host: optional(&effect.host),
            file: optional(&effect.file),
        }
    }
}
