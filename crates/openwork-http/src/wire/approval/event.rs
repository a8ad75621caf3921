//! What watchers are told.

use openwork_approval::{ApprovalMode, Event, Request, RequestId};
use openwork_host::Subject;
use serde::Serialize;

use super::{ApprovalItem, ItemBounds, ItemDetail, ListedItems, by};
use crate::wire::WorkspaceItem;

/// An event in the engine's style.
#[derive(Serialize)]
pub(crate) struct TypedEvent<T> {
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) properties: T,
}

/// What a stream begins with: all there is to know, so that who was away
/// needs nothing else.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApprovalSnapshot<'s> {
    pub(crate) now: u64,
    pub(crate) version: &'s str,
    pub(crate) mode: &'static str,
    pub(crate) timeout_ms: u64,
    pub(crate) read_only: bool,
    pub(crate) workspaces: Vec<WorkspaceItem<'s>>,
    #[serde(flatten)]
    pub(crate) items: ListedItems<ApprovalItem<'s>>,
}

/// The word for a mode, as the settings have it.
pub(crate) fn mode(mode: ApprovalMode) -> &'static str {
    match mode {
        ApprovalMode::Manual => "manual",
        ApprovalMode::Auto => "auto",
    }
}

/// One thing that happened to a request or to the rules.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum EventProperties<'e> {
    Asked(Box<ApprovalItem<'e>>),
    Replied {
        id: RequestId,
        allowed: bool,
        by: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        message: Option<&'e str>,
    },
    Failed {
        id: RequestId,
        message: &'e str,
    },
    Ended {
        id: RequestId,
    },
    Nothing {},
}

impl<'e> From<&'e Event<Subject>> for TypedEvent<EventProperties<'e>> {
    fn from(event: &'e Event<Subject>) -> Self {
        let ended = |kind, id: &RequestId| TypedEvent {
            kind,
            properties: EventProperties::Ended { id: *id },
        };
        match event {
            Event::Asked(request) => TypedEvent {
                kind: "approval.asked",
                properties: asked(request),
            },
            Event::Replied {
                id,
                allowed,
                message,
                by: who,
            } => TypedEvent {
                kind: "approval.replied",
                properties: EventProperties::Replied {
                    id: *id,
                    allowed: *allowed,
                    by: by(*who),
                    message: message.as_deref(),
                },
            },
            Event::Expired { id } => ended("approval.expired", id),
            Event::Withdrawn { id } => ended("approval.withdrawn", id),
            Event::Aborted { id } => ended("approval.aborted", id),
            Event::Applied { id } => ended("approval.applied", id),
            Event::Conflicted { id } => ended("approval.conflicted", id),
            Event::Failed { id, message } => TypedEvent {
                kind: "approval.failed",
                properties: EventProperties::Failed { id: *id, message },
            },
            Event::RulesChanged => TypedEvent {
                kind: "rules.changed",
                properties: EventProperties::Nothing {},
            },
        }
    }
}

/// The most bytes that are told of one request.
const ASKED: usize = 250_000;

fn asked(request: &Request<Subject>) -> EventProperties<'_> {
    let bounds = ItemBounds::listed(ASKED);
    EventProperties::Asked(Box::new(ApprovalItem::new(
        request,
        ItemDetail::Changes,
        bounds,
    )))
}
