//! What clients are told when a workspace has changed.

use std::borrow::Cow;

use openwork_change::event::{EventAction, EventTrigger, WorkspaceEvent};
use openwork_model::workspace::Workspace;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// `GET /workspace/:id/events`, without a stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EventsResponse<'a> {
    /// The changes, oldest first.
    pub items: Vec<ChangeItem<'a>>,
    /// The number of the last change that there was, to go on from.
    pub cursor: u64,
    /// The workspace.
    pub workspace_id: Cow<'a, str>,
    /// Whether changes that others make go unnoticed.
    pub disabled: bool,
}

/// One change, listed or as the data of a message of the stream. The message's
/// id is `seq`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ChangeItem<'a> {
    /// Its own id.
    pub id: Uuid,
    /// Its place among all changes of the workspace.
    pub seq: u64,
    /// The workspace.
    pub workspace_id: Cow<'a, str>,
    /// Which part changed, such as `skills`.
    // Text, as a later server may watch over a part that is new.
    pub reason: Cow<'a, str>,
    /// What gave rise to it.
    pub trigger: TriggerItem<'a>,
    /// When it was noticed, in ms since 1970.
    pub timestamp: u64,
}

/// What gave rise to a change. Several things of one part that changed
/// together have neither name nor path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TriggerItem<'a> {
    /// What it is, such as `skill`.
    #[serde(rename = "type")]
    pub kind: Cow<'a, str>,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Cow<'a, str>>,
    /// What was done to it: `added`, `updated` or `removed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Cow<'a, str>>,
    /// The file that changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<Cow<'a, str>>,
}

impl<'a> ChangeItem<'a> {
    /// A change of a workspace.
    pub fn new(event: &'a WorkspaceEvent, workspace: &'a Workspace) -> Self {
        Self {
            id: event.id,
            seq: event.seq,
            workspace_id: workspace.id.as_str().into(),
            reason: event.trigger.reason.as_str().into(),
            trigger: TriggerItem::new(&event.trigger, workspace),
            timestamp: event.timestamp,
        }
    }
}

impl<'a> TriggerItem<'a> {
    fn new(trigger: &'a EventTrigger, workspace: &Workspace) -> Self {
        let action = trigger.action.map(EventAction::as_str);
        let path = trigger.path.as_ref();
        let absolute = path.map(|path| path.below(&workspace.path));
        Self {
            kind: trigger.reason.kind().into(),
            name: trigger.name.as_deref().map(Cow::Borrowed),
            action: action.map(Cow::Borrowed),
            path: absolute.map(|path| path.to_string_lossy().into_owned().into()),
        }
    }
}
