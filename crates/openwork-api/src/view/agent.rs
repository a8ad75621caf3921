//! Agents.

use std::borrow::Cow;

use openwork_change::bundle::AgentExport;
use openwork_model::agent::{AgentItem, AgentView, AgentsView};
use serde::{Deserialize, Serialize};

use super::SkippedResponse;

/// `GET /workspace/:id/agents`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AgentsResponse<'a> {
    /// Those that the engine loads, by name.
    pub items: Vec<AgentBody<'a>>,
    /// Those that it does not, if that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<Vec<SkippedResponse<'a>>>,
}

/// `GET /workspace/:id/agents/:name`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AgentResponse<'a> {
    /// The agent, as it is listed.
    pub item: AgentBody<'a>,
    /// The whole file; of an agent of the configuration that which it would have.
    pub content: Cow<'a, str>,
}

/// An agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AgentBody<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Cow<'a, str>>,
    /// Who uses it: `subagent`, `primary` or `all`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Cow<'a, str>>,
    /// The model that it runs on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<Cow<'a, str>>,
    /// What has the last word on it: a `file` of its own or the `config`.
    pub source: Cow<'a, str>,
    /// Whose that is: `workspace` or `global`.
    pub scope: Cow<'a, str>,
    /// The file.
    pub path: Cow<'a, str>,
}

/// An agent in an export, in the body of an import, and of `POST /workspace/:id/agents`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExportedAgent<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// The whole file.
    pub content: Cow<'a, str>,
    /// `modes` for one that is primary by its folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<Cow<'a, str>>,
}

impl<'a> From<&'a AgentView> for AgentResponse<'a> {
    fn from(view: &'a AgentView) -> Self {
        Self {
            item: (&view.item).into(),
            content: view.text.as_str().into(),
        }
    }
}

impl<'a> From<&'a AgentItem> for AgentBody<'a> {
    fn from(item: &'a AgentItem) -> Self {
        Self {
            name: item.name.as_str().into(),
            description: item.description.as_deref().map(Cow::Borrowed),
            mode: Some(item.mode.as_str().into()),
            model: item.model.as_deref().map(Cow::Borrowed),
            source: item.source.as_str().into(),
            scope: item.scope.as_str().into(),
            path: item.path.to_string_lossy(),
        }
    }
}

impl<'a> From<&'a AgentsView> for AgentsResponse<'a> {
    fn from(view: &'a AgentsView) -> Self {
        let skipped = view.skipped.as_ref();
        let skipped = skipped.map(|all| all.iter().map(SkippedResponse::from).collect());
        Self {
            items: view.items.iter().map(AgentBody::from).collect(),
            skipped,
        }
    }
}

impl<'a> From<&'a AgentExport> for ExportedAgent<'a> {
    fn from(agent: &'a AgentExport) -> Self {
        Self {
            name: agent.name.as_str().into(),
            content: agent.content.as_str().into(),
            folder: agent.is_mode.then_some("modes".into()),
        }
    }
}
