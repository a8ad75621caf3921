//! What is sent to change a workspace.
//!
//! A server reads these fields one by one, so that it can name the one that is
//! wrong; the types are for clients, and for tests that both sides agree.

use std::borrow::Cow;

use crate::view::{ExportedAgent, ModelReference};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::omit;
use crate::view::{OmittedEntry, SkillFileText};

/// The body of `PATCH /workspace/:id/config`: keys to merge; `null` in
/// `opencode` removes one. At least one of the two is needed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PatchConfigRequest<'a> {
    /// For the engine's configuration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opencode: Option<Cow<'a, Map<String, Value>>>,
    /// For OpenWork's own settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub openwork: Option<Cow<'a, Map<String, Value>>>,
}

/// The body of `POST /workspace/:id/opencode-config`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WriteConfigRequest<'a> {
    /// Whose file: `project` or, for owners, `global`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Cow<'a, str>>,
    /// All that the file will hold.
    pub content: Cow<'a, str>,
}

/// The body of `PUT /workspace/:id/default-model`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SetDefaultModelRequest<'a> {
    /// The model; `null` takes away what is there.
    pub model: Option<ModelReference<'a>>,
}

/// The body of `PUT /workspace/:id/authorized-folders`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SetAuthorizedFoldersRequest<'a> {
    /// All folders that agents may work in, absolute.
    pub folders: Vec<Cow<'a, str>>,
}

/// The body of `POST /workspace/:id/plugins`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AddPluginRequest<'a> {
    /// The package, the URL or the file.
    pub spec: Cow<'a, str>,
    /// Whether it takes the place of another version that is there.
    #[serde(default, skip_serializing_if = "omit::if_false")]
    pub replace: bool,
}

/// The body of `POST /workspace/:id/skills`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpsertSkillRequest<'a> {
    /// The skill's name.
    pub name: Cow<'a, str>,
    /// The text, with a header or without.
    pub content: Cow<'a, str>,
    /// When it is of use, if the text has no header that says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Cow<'a, str>>,
    /// Other files of its folder; those that are not named stay.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<SkillFileRequest<'a>>,
    /// What an export has left out, and an import that replaces leaves alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub omitted: Vec<OmittedEntry<'a>>,
}

/// A file of a skill's folder that is to be written or removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SkillFileRequest<'a> {
    /// Where, below the skill's folder.
    pub path: Cow<'a, str>,
    /// What it will hold.
    #[serde(flatten)]
    pub change: SkillFileChange<'a>,
    /// Whether it may be run as a program; none leaves that as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executable: Option<bool>,
}

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum SkillFileChange<'a> {
    /// It is written.
    Write(SkillFileText<'a>),
    /// It is removed.
    Remove {
        /// Always `null`.
        content: (),
    },
}

/// The body of `POST /workspace/:id/mcp`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AddMcpRequest<'a> {
    /// The name of the MCP server.
    pub name: Cow<'a, str>,
    /// Its entry, with `type` and `command` or `url`.
    pub config: Cow<'a, Map<String, Value>>,
}

/// The body of `POST /workspace/:id/mcp/:name/enabled`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EnableMcpRequest {
    /// On or off.
    pub enabled: bool,
}

/// The body of `POST /workspace/:id/commands`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpsertCommandRequest<'a> {
    /// What people type after the slash.
    pub name: Cow<'a, str>,
    /// What the model is told.
    pub template: Cow<'a, str>,
    /// What the command does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Cow<'a, str>>,
    /// The agent that is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<Cow<'a, str>>,
    /// The model that is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<Cow<'a, str>>,
    /// The variant of that model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<Cow<'a, str>>,
    /// Whether a task of its own is started. None is not false: it leaves that
    /// to the agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtask: Option<bool>,
    /// The whole text of the command's file; only read in imports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Cow<'a, str>>,
}

/// The body of `POST /workspace/:id/import`: an
/// [export](crate::view::ExportResponse), or parts of one.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportRequest<'a> {
    /// What becomes of what is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<ImportModes>,
    /// The engine's configuration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opencode: Option<Cow<'a, Map<String, Value>>>,
    /// OpenWork's own settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub openwork: Option<Cow<'a, Map<String, Value>>>,
    /// Skills.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<UpsertSkillRequest<'a>>,
    /// Commands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<UpsertCommandRequest<'a>>,
    /// Agents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agents: Vec<ExportedAgent<'a>>,
}

/// What becomes of what is there, for each part of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ImportModes {
    /// Of the engine's configuration.
    pub opencode: SectionMode,
    /// Of OpenWork's own settings.
    pub openwork: SectionMode,
    /// Of skills.
    pub skills: SectionMode,
    /// Of commands.
    pub commands: SectionMode,
    /// Of agents.
    pub agents: SectionMode,
}

/// What becomes of what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum SectionMode {
    /// What is not imported stays.
    #[default]
    Merge,
    /// What is not imported goes.
    Replace,
}
