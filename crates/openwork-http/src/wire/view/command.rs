//! Commands.

use openwork_model::command::{CommandItem, CommandsView, SkippedCommand};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct CommandResponse<'v> {
    name: &'v str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'v str>,
    template: &'v str,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<&'v str>,
    #[serde(skip_serializing_if = "ModelField::is_absent")]
    model: ModelField<'v>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subtask: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'static str>,
}

/// The model of a command without one is `null` in lists, as in the OpenWork API,
/// and absent in exports.
#[derive(Serialize)]
#[serde(untagged)]
enum ModelField<'v> {
    Named(&'v str),
    Null(()),
    Absent,
}

impl ModelField<'_> {
    fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl<'v> CommandResponse<'v> {
    pub(super) fn listed(item: &'v CommandItem) -> Self {
        Self {
            model: item
                .model
                .as_deref()
                .map_or(ModelField::Null(()), ModelField::Named),
            scope: Some(item.scope.as_str()),
            ..Self::exported(item)
        }
    }

    pub(super) fn exported(item: &'v CommandItem) -> Self {
        Self {
            name: &item.name,
            description: item.description.as_deref(),
            template: &item.template,
            agent: item.agent.as_deref(),
            model: item
                .model
                .as_deref()
                .map_or(ModelField::Absent, ModelField::Named),
            subtask: item.subtask,
            scope: None,
        }
    }
}

#[derive(Serialize)]
pub(super) struct CommandsResponse<'v> {
    items: Vec<CommandResponse<'v>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    skipped: Option<Vec<SkippedCommandResponse<'v>>>,
}

#[derive(Serialize)]
struct SkippedCommandResponse<'v> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'v str>,
    path: String,
    scope: &'static str,
    rule: &'static str,
    message: &'v str,
    loaded: bool,
}

impl<'v> From<&'v CommandsView> for CommandsResponse<'v> {
    fn from(view: &'v CommandsView) -> Self {
        let skipped = view.skipped.as_ref();
        Self {
            items: view.items.iter().map(CommandResponse::listed).collect(),
            skipped: skipped
                .map(|skipped| skipped.iter().map(SkippedCommandResponse::from).collect()),
        }
    }
}

impl<'v> From<&'v SkippedCommand> for SkippedCommandResponse<'v> {
    fn from(skipped: &'v SkippedCommand) -> Self {
        Self {
            name: skipped.name.as_deref(),
            path: skipped.path.to_string_lossy().into_owned(),
            scope: skipped.scope.as_str(),
            rule: skipped.rule.as_str(),
            message: &skipped.message,
            loaded: skipped.loaded,
        }
    }
}

/// One command, as it is listed.
#[derive(Serialize)]
pub(super) struct OneCommandResponse<'v> {
    item: CommandResponse<'v>,
}

impl<'v> From<&'v CommandItem> for OneCommandResponse<'v> {
    fn from(item: &'v CommandItem) -> Self {
        Self {
            item: CommandResponse::listed(item),
        }
    }
}
