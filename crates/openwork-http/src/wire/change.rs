//! What clients are told when a workspace has changed.

use openwork_change::event::{EventTrigger, WorkspaceEvent};
use openwork_host::EventPage;
use openwork_model::workspace::Workspace;
use serde::Serialize;
use uuid::Uuid;

/// `GET /workspace/:id/events`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventsResponse<'e> {
    items: Vec<ChangeItem<'e>>,
    cursor: u64,
    workspace_id: &'e str,
    disabled: bool,
}

/// One change.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangeItem<'e> {
    id: Uuid,
    seq: u64,
    workspace_id: &'e str,
    reason: &'static str,
    trigger: TriggerItem<'e>,
    timestamp: u64,
}

#[derive(Serialize)]
struct TriggerItem<'e> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
}

/// The receipt of a reload.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReloadResponse {
    pub(crate) ok: bool,
    pub(crate) reloaded_at: u64,
}

impl<'e> EventsResponse<'e> {
    pub(crate) fn new(happened: &'e EventPage, workspace: &'e Workspace) -> Self {
        let items = happened.items.iter();
        Self {
            items: items
                .map(|event| ChangeItem::new(event, workspace))
                .collect(),
            cursor: happened.cursor,
            workspace_id: workspace.id.as_str(),
            disabled: happened.disabled,
        }
    }
}

impl<'e> ChangeItem<'e> {
    pub(crate) fn new(event: &'e WorkspaceEvent, workspace: &'e Workspace) -> Self {
        Self {
            id: event.id,
            seq: event.seq,
            workspace_id: workspace.id.as_str(),
            reason: event.trigger.reason.as_str(),
            trigger: TriggerItem::new(&event.trigger, workspace),
            timestamp: event.timestamp,
        }
    }
}

impl<'e> TriggerItem<'e> {
    fn new(trigger: &'e EventTrigger, workspace: &Workspace) -> Self {
        let path = trigger.path.as_ref();
        let absolute = path.map(|path| path.below(&workspace.path));
        Self {
            kind: trigger.reason.kind(),
            name: trigger.name.as_deref(),
            action: trigger
                .action
                .map(openwork_change::event::EventAction::as_str),
            path: absolute.map(|path| path.to_string_lossy().into_owned()),
        }
    }
}
