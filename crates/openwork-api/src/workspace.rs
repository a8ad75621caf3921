//! Which workspaces are served.

use std::borrow::Cow;

use openwork_model::workspace::Workspace;
use serde::{Deserialize, Serialize};

/// `GET /workspaces`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkspacesResponse<'a> {
    /// The id of the first; none if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_id: Option<Cow<'a, str>>,
    /// All of them, in the order of the server's settings.
    pub items: Vec<WorkspaceItem<'a>>,
}

/// A workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkspaceItem<'a> {
    /// Its id, as it stands in paths.
    pub id: Cow<'a, str>,
    /// What people call it.
    pub name: Cow<'a, str>,
    /// Where it lies on the server.
    pub path: Cow<'a, str>,
    /// Where its engine works: `local` or `remote`.
    pub workspace_type: Cow<'a, str>,
    /// Its engine.
    // Twice on the wire, as in the OpenWork API: here, and below `opencode`.
    #[serde(flatten)]
    pub engine: EngineAddress<'a>,
    /// Its engine once more, as in the OpenWork API; none
    /// if nothing is known of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opencode: Option<EngineAddress<'a>>,
}

/// Where an engine is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EngineAddress<'a> {
    /// The URL of its API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<Cow<'a, str>>,
    /// The directory that it works in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory: Option<Cow<'a, str>>,
}

impl<'a> WorkspacesResponse<'a> {
    /// The answer of a server that serves these.
    pub fn new(workspaces: impl Iterator<Item = &'a Workspace>) -> Self {
        let items: Vec<_> = workspaces.map(WorkspaceItem::from).collect();
        Self {
            active_id: items.first().map(|item| item.id.clone()),
            items,
        }
    }
}

impl<'a> From<&'a Workspace> for WorkspaceItem<'a> {
    fn from(workspace: &'a Workspace) -> Self {
        let engine = EngineAddress {
            base_url: workspace.base_url.as_deref().map(Cow::Borrowed),
            directory: workspace.directory.as_deref().map(Cow::Borrowed),
        };
        let is_known = engine.base_url.is_some() || engine.directory.is_some();
        Self {
            id: workspace.id.as_str().into(),
            name: workspace.name.as_str().into(),
            path: workspace.path.to_string_lossy(),
            workspace_type: workspace.workspace_type.as_str().into(),
            opencode: is_known.then(|| engine.clone()),
            engine,
        }
    }
}
