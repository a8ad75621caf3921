//! Commands.

use std::borrow::Cow;

use openwork_change::bundle::CommandExport;
use openwork_model::command::{CommandItem, CommandsView};
use serde::{Deserialize, Serialize};

use super::SkippedResponse;

/// `GET /workspace/:id/commands`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CommandsResponse<'a> {
    /// Those that the engine offers.
    pub items: Vec<CommandResponse<'a>>,
    /// Those that it does not, if that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<Vec<SkippedResponse<'a>>>,
}

/// `GET /workspace/:id/commands/:name`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OneCommandResponse<'a> {
    /// The command, as it is listed.
    pub item: CommandResponse<'a>,
}

/// A command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CommandResponse<'a> {
    /// What people type after the slash.
    pub name: Cow<'a, str>,
    /// What it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Cow<'a, str>>,
    /// What the model is told.
    pub template: Cow<'a, str>,
    /// The agent that is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<Cow<'a, str>>,
    /// The model that is told.
    #[serde(default, skip_serializing_if = "CommandModel::is_absent")]
    pub model: CommandModel<'a>,
    /// The variant of that model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<Cow<'a, str>>,
    /// Whether a task of its own is started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtask: Option<bool>,
    /// The whole text of its file; only in exports, and there where it has more
    /// than the other fields say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Cow<'a, str>>,
    /// Whose it is: `workspace` or `global`; absent in exports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Cow<'a, str>>,
}

/// The model of a command. One without is `null` in lists, as in the OpenWork
/// API, and absent in exports.
// Not an `Option<Option<_>>`: serde reads `null` as the outer `None`, and the
// two ways of having no model could not be told apart.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum CommandModel<'a> {
    /// The command names one.
    Named(Cow<'a, str>),
    /// The command names none, and the list says so.
    Null(()),
    /// The command names none, and nothing is said.
    #[default]
    Absent,
}

impl CommandModel<'_> {
    fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl<'a> CommandResponse<'a> {
    /// A command in a list.
    pub fn listed(item: &'a CommandItem) -> Self {
        Self {
            model: item
                .model
                .as_deref()
                .map_or(CommandModel::Null(()), |model| {
                    CommandModel::Named(model.into())
                }),
            scope: Some(item.scope.as_str().into()),
            ..Self::of_item(item)
        }
    }

    /// A command in an export.
    pub fn exported(command: &'a CommandExport) -> Self {
        Self {
            content: command.content.as_deref().map(Cow::Borrowed),
            ..Self::of_item(&command.item)
        }
    }

    fn of_item(item: &'a CommandItem) -> Self {
        Self {
            name: item.name.as_str().into(),
            description: item.description.as_deref().map(Cow::Borrowed),
            template: item.template.as_str().into(),
            agent: item.agent.as_deref().map(Cow::Borrowed),
            model: item.model.as_deref().map_or(CommandModel::Absent, |model| {
                CommandModel::Named(model.into())
            }),
            variant: item.variant.as_deref().map(Cow::Borrowed),
            subtask: item.subtask,
            content: None,
            scope: None,
        }
    }
}

impl<'a> From<&'a CommandsView> for CommandsResponse<'a> {
    fn from(view: &'a CommandsView) -> Self {
        let skipped = view.skipped.as_ref();
        let skipped = skipped.map(|all| all.iter().map(SkippedResponse::from).collect());
        Self {
            items: view.items.iter().map(CommandResponse::listed).collect(),
            skipped,
        }
    }
}

impl<'a> From<&'a CommandItem> for OneCommandResponse<'a> {
    fn from(item: &'a CommandItem) -> Self {
        Self {
            item: CommandResponse::listed(item),
        }
    }
}
