//! Commands.

use openwork_model::command::CommandItem;
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
