//! What is sent: the only types of this crate that are serialised.

use openwork_model::workspace::Workspace;
use serde::Serialize;
use serde_json::Value;

mod view;
mod warning;

pub(crate) mod approval;
pub(crate) mod change;

pub(crate) use view::{ExportHead, SkillBody, masked, view};
pub(crate) use warning::WarningList;

/// `GET /health`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HealthResponse<'s> {
    pub(crate) ok: bool,
    pub(crate) version: &'s str,
    pub(crate) uptime_ms: u64,
}

/// `GET /capabilities`: what can be done, and what was added to the OpenWork API,
/// so that a client need not try.
#[derive(Serialize)]
pub(crate) struct CapabilitiesResponse {
    skills: SkillCapability,
    plugins: Capability,
    mcp: McpCapability,
    commands: CommandCapability,
    config: ConfigCapability,
    events: EventCapability,
    engine: EngineCapability,
    approvals: ApprovalCapability,
}

#[derive(Serialize, Clone, Copy)]
struct Capability {
    read: bool,
    write: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SkillCapability {
    #[serde(flatten)]
    seed: Capability,
    source: &'static str,
    by_name: bool,
    skipped: bool,
    delete: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct McpCapability {
    #[serde(flatten)]
    seed: Capability,
    include_global: bool,
    enable: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CommandCapability {
    #[serde(flatten)]
    seed: Capability,
    by_name: bool,
    skipped: bool,
}

#[derive(Serialize)]
struct ConfigCapability {
    #[serde(flatten)]
    seed: Capability,
    layers: bool,
}

#[derive(Serialize)]
struct EventCapability {
    read: bool,
    stream: bool,
}

#[derive(Serialize)]
struct EngineCapability {
    reload: bool,
}

#[derive(Serialize)]
struct ApprovalCapability {
    events: bool,
    console: bool,
}

impl CapabilitiesResponse {
    pub(crate) fn new(write: bool, console: bool) -> Self {
        let seed = Capability { read: true, write };
        Self {
            skills: SkillCapability {
                seed,
                source: "openwork",
                by_name: true,
                skipped: true,
                delete: write,
            },
            plugins: seed,
            mcp: McpCapability {
                seed,
                include_global: true,
                enable: write,
            },
            commands: CommandCapability {
                seed,
                by_name: true,
                skipped: true,
            },
            config: ConfigCapability { seed, layers: true },
            events: EventCapability {
                read: true,
                stream: true,
            },
            engine: EngineCapability { reload: write },
            approvals: ApprovalCapability {
                events: true,
                console,
            },
        }
    }
}

/// `GET /workspaces`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WorkspacesResponse<'w> {
    #[serde(skip_serializing_if = "Option::is_none")]
    active_id: Option<&'w str>,
    items: Vec<WorkspaceItem<'w>>,
}

/// A workspace.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WorkspaceItem<'w> {
    id: &'w str,
    name: &'w str,
    path: String,
    workspace_type: &'static str,
    #[serde(flatten)]
    engine: EngineAddress<'w>,
    #[serde(skip_serializing_if = "Option::is_none")]
    opencode: Option<EngineAddress<'w>>,
}

#[derive(Serialize, Clone, Copy)]
#[serde(rename_all = "camelCase")]
struct EngineAddress<'w> {
    #[serde(skip_serializing_if = "Option::is_none")]
    base_url: Option<&'w str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    directory: Option<&'w str>,
}

impl<'w> WorkspacesResponse<'w> {
    pub(crate) fn new(workspaces: impl Iterator<Item = &'w Workspace>) -> Self {
        let items: Vec<_> = workspaces.map(WorkspaceItem::from).collect();
        Self {
            active_id: items.first().map(|item| item.id),
            items,
        }
    }
}

impl<'w> From<&'w Workspace> for WorkspaceItem<'w> {
    fn from(workspace: &'w Workspace) -> Self {
        let engine = EngineAddress {
            base_url: workspace.base_url.as_deref(),
            directory: workspace.directory.as_deref(),
        };
        let is_known = engine.base_url.is_some() || engine.directory.is_some();
        Self {
            id: workspace.id.as_str(),
            name: &workspace.name,
            path: workspace.path.to_string_lossy().into_owned(),
            workspace_type: workspace.workspace_type.as_str(),
            engine,
            opencode: is_known.then_some(engine),
        }
    }
}

/// A list.
#[derive(Serialize)]
pub(crate) struct ItemList<T> {
    pub(crate) items: T,
}

/// The receipt of a change that has nothing else to say.
#[derive(Serialize)]
pub(crate) struct DoneResponse {
    pub(crate) ok: bool,
}

/// The receipt of a change whose list could not be made.
#[derive(Serialize)]
pub(crate) struct CommittedResponse {
    pub(crate) ok: bool,
    pub(crate) committed: bool,
}

/// The receipt of a changed configuration.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdatedResponse {
    pub(crate) updated_at: u64,
}

/// The receipt of a deleted skill.
#[derive(Serialize)]
pub(crate) struct SkillDeleted {
    pub(crate) ok: bool,
    pub(crate) name: String,
    pub(crate) path: String,
}

/// A failure.
#[derive(Serialize)]
pub(crate) struct ErrorBody<'e> {
    pub(crate) code: &'e str,
    pub(crate) message: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) details: Option<&'e Value>,
}
