//! Commands.

use openwork_model::command::CommandItem;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Command<'v> {
    name: &'v str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'v str>,
    template: &'v str,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<&'v str>,
    #[serde(skip_serializing_if = "Model::is_absent")]
    model: Model<'v>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subtask: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'static str>,
}

/// The model of a command without one is `null` in lists, as in the seed API,
/// and absent in exports.
#[derive(Serialize)]
#[serde(untagged)]
enum Model<'v> {
    Named(&'v str),
    Null(()),
    Absent,
}

impl Model<'_> {
    fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl<'v> Command<'v> {
    pub(super) fn listed(item: &'v CommandItem) -> Self {
        Self {
            model: item.model.as_deref().map_or(Model::Null(()), Model::Named),
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
            model: item.model.as_deref().map_or(Model::Absent, Model::Named),
            subtask: item.subtask,
            scope: None,
        }
    }
}

/// One command, as it is listed.
#[derive(Serialize)]
pub(super) struct One<'v> {
    item: Command<'v>,
}

impl<'v> From<&'v CommandItem> for One<'v> {
    fn from(item: &'v CommandItem) -> Self {
        Self {
            item: Command::listed(item),
        }
    }
}
