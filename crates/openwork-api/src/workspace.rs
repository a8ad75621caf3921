//! Which workspaces are served.

use std::borrow::Cow;
use std::fmt;

use openwork_model::workspace::Workspace;
use serde::{Deserialize, Serialize};

/// `GET /workspaces`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WorkspacesResponse<'a> {
    /// The id of the first; none if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_id: Option<Cow<'a, str>>,
    /// All of them, the active one first.
    pub items: Vec<WorkspaceItem<'a>>,
    /// The same once more, as some clients look for them here.
    #[serde(default)]
    pub workspaces: Vec<WorkspaceItem<'a>>,
}

/// The answer to `POST /workspaces/:id/activate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ActivatedResponse<'a> {
    /// The id of the active workspace.
    pub active_id: Cow<'a, str>,
    /// The active workspace.
    pub workspace: WorkspaceItem<'a>,
    /// Whether the next start knows of it.
    pub persisted: bool,
    /// Why it may not, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Cow<'a, str>>,
}

/// The body of `POST /workspaces/local`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AddWorkspaceRequest<'a> {
    /// The directory on the server, absolute; it has to be there.
    pub folder_path: Cow<'a, str>,
    /// What it is called; none as its directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Cow<'a, str>>,
    /// What it is made from; none for the usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<Cow<'a, str>>,
}

/// The body of `PATCH /workspaces/:id/display-name`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RenameWorkspaceRequest<'a> {
    /// What people call it from now on; none as it is called without.
    pub display_name: Option<Cow<'a, str>>,
}

/// The answer to a change of which workspaces are served, or of what one of
/// them is called: all as they are by now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ServedResponse<'a> {
    /// The workspaces, the active one first.
    #[serde(flatten)]
    pub served: WorkspacesResponse<'a>,
    /// Whether the next start knows of it.
    pub persisted: bool,
    /// Why it may not, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Cow<'a, str>>,
}

/// The answer to `DELETE /workspaces/:id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WorkspaceDeletedResponse<'a> {
    /// Always true.
    pub ok: bool,
    /// Always true: one that there is not is an error.
    pub deleted: bool,
    /// What is left.
    #[serde(flatten)]
    pub left: ServedResponse<'a>,
}

/// A workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WorkspaceItem<'a> {
    /// Its id, as it stands in paths.
    pub id: Cow<'a, str>,
    /// What it is called.
    pub name: Cow<'a, str>,
    /// Where it lies on the server.
    pub path: Cow<'a, str>,
    /// What it was made from; empty if that is not said.
    #[serde(default)]
    pub preset: Cow<'a, str>,
    /// Where its engine works: `local` or `remote`.
    pub workspace_type: Cow<'a, str>,
    /// Its engine.
    // Twice on the wire, as in the OpenWork API: here, and below `opencode`.
    #[serde(flatten)]
    pub engine: EngineAddress<'a>,
    /// What people call it instead of its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<Cow<'a, str>>,
    /// Its engine once more, with how it lets one in; none
    /// if nothing is known of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opencode: Option<EngineAccess<'a>>,
}

/// Where an engine is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EngineAddress<'a> {
    /// The URL of its API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<Cow<'a, str>>,
    /// The directory that it works in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory: Option<Cow<'a, str>>,
}

/// Where an engine is, and how it lets one in.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EngineAccess<'a> {
    /// Where it is.
    #[serde(flatten)]
    pub address: EngineAddress<'a>,
    /// The user name; not told to everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<Cow<'a, str>>,
    /// The password; not told to everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Cow<'a, str>>,
}

impl fmt::Debug for EngineAccess<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // By hand, as a derived one would put the password into a log.
        f.debug_struct("EngineAccess")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl<'a> WorkspacesResponse<'a> {
    /// The answer of a server that serves these, the active one first.
    pub fn new(items: Vec<WorkspaceItem<'a>>) -> Self {
        Self {
            active_id: items.first().map(|item| item.id.clone()),
            workspaces: items.clone(),
            items,
        }
    }
}

impl<'a> WorkspaceItem<'a> {
    /// The same, with how the workspace's engine lets one in.
    #[must_use]
    pub fn with_login(self, workspace: &'a Workspace) -> Self {
        let username = workspace.login.username.as_deref();
        let password = workspace.login.password.as_deref();
        if username.is_none() && password.is_none() {
            return self;
        }
        let address = self.engine.clone();
        Self {
            opencode: Some(EngineAccess {
                address,
                username: username.map(Cow::Borrowed),
                password: password.map(Cow::Borrowed),
            }),
            ..self
        }
    }
}

impl<'a> From<&'a Workspace> for WorkspaceItem<'a> {
    /// As everybody may see it.
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
            preset: workspace.preset.as_str().into(),
            workspace_type: workspace.workspace_type.as_str().into(),
            display_name: workspace.display_name.as_deref().map(Cow::Borrowed),
            opencode: is_known.then(|| EngineAccess {
                address: engine.clone(),
                ..EngineAccess::default()
            }),
            engine,
        }
    }
}
