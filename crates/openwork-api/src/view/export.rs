//! Exports.

use std::borrow::Cow;

use openwork_change::query::{ExportView, SkillExport};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{CommandResponse, ExportedAgent, ExportedFile, OmittedEntry};

/// `GET /workspace/:id/export`.
///
/// It has two parts. A server keeps the second as bytes for as long as the
/// files are the same, and puts a fresh first part before it.
// The parts are flattened, so that the document is one object for a client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExportResponse<'a> {
    /// The part that differs each time.
    #[serde(flatten)]
    pub head: ExportHead<'a>,
    /// The part that is the same while the files are.
    #[serde(flatten)]
    pub workspace: ExportedWorkspace<'a>,
}

/// The part of an export that differs each time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ExportHead<'a> {
    /// The workspace that was exported.
    pub workspace_id: Cow<'a, str>,
    /// When, in ms since 1970.
    pub exported_at: u64,
}

/// The part of an export that is the same while the files are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExportedWorkspace<'a> {
    /// The engine's configuration.
    pub opencode: Cow<'a, Map<String, Value>>,
    /// OpenWork's own settings.
    pub openwork: Cow<'a, Map<String, Value>>,
    /// The workspace's own skills.
    pub skills: Vec<ExportedSkill<'a>>,
    /// The workspace's own commands.
    pub commands: Vec<CommandResponse<'a>>,
    /// The workspace's own agents.
    // Older servers have none.
    #[serde(default)]
    pub agents: Vec<ExportedAgent<'a>>,
    /// The configuration files of the workspace whose settings are left out, and
    /// why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub omitted: Vec<OmittedEntry<'a>>,
}

/// A skill in an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExportedSkill<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// When it is of use.
    pub description: Cow<'a, str>,
    /// The whole file.
    pub content: Cow<'a, str>,
    /// The other files of its folder.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<ExportedFile<'a>>,
    /// What is left out of its folder, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub omitted: Vec<OmittedEntry<'a>>,
}

/// A place of an export that has secrets, as the details of
/// `workspace_export_requires_decision` name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExportWarning<'a> {
    /// One for each place.
    pub id: Cow<'a, str>,
    /// What people call it.
    pub label: Cow<'a, str>,
    /// What is there.
    pub detail: Cow<'a, str>,
}

impl<'a> From<&'a ExportView> for ExportedWorkspace<'a> {
    fn from(view: &'a ExportView) -> Self {
        let commands = view.commands.iter();
        Self {
            opencode: Cow::Borrowed(&view.opencode),
            openwork: Cow::Borrowed(&view.openwork),
            skills: view.skills.iter().map(ExportedSkill::from).collect(),
            commands: commands.map(CommandResponse::exported).collect(),
            agents: view.agents.iter().map(ExportedAgent::from).collect(),
            omitted: view.omitted.iter().map(OmittedEntry::from).collect(),
        }
    }
}

impl<'a> From<&'a SkillExport> for ExportedSkill<'a> {
    fn from(skill: &'a SkillExport) -> Self {
        Self {
            name: skill.item.name.as_str().into(),
            description: skill.item.description.as_str().into(),
            content: skill.text.as_str().into(),
            files: skill.files.iter().map(ExportedFile::from).collect(),
            omitted: skill.omitted.iter().map(OmittedEntry::from).collect(),
        }
    }
}
