//! What watchers are told.

use openwork_approval::{Event, Mode, Request, RequestId};
use openwork_host::Subject;
use serde::Serialize;

use super::{Bounds, Detail, Item, Listed, by};
use crate::wire::WorkspaceItem;

/// An event in the engine's style.
#[derive(Serialize)]
pub(crate) struct Typed<T> {
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) properties: T,
}

/// What a stream begins with: all there is to know, so that who was away
/// needs nothing else.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Snapshot<'s> {
    pub(crate) now: u64,
    pub(crate) version: &'s str,
    pub(crate) mode: &'static str,
    pub(crate) timeout_ms: u64,
    pub(crate) read_only: bool,
    pub(crate) workspaces: Vec<WorkspaceItem<'s>>,
    #[serde(flatten)]
    pub(crate) items: Listed<Item<'s>>,
}

/// The word for a mode, as the settings have it.
pub(crate) fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Manual => "manual",
        Mode::Auto => "auto",
    }
}

/// One thing that happened to a request or to the rules.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Happened<'e> {
    Asked(Box<Item<'e>>),
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

impl<'e> From<&'e Event<Subject>> for Typed<Happened<'e>> {
    fn from(event: &'e Event<Subject>) -> Self {
        let ended = |kind, id: &RequestId| Typed {
            kind,
            properties: Happened::Ended { id: *id },
        };
        match event {
            Event::Asked(request) => Typed {
                kind: "approval.asked",
                properties: asked(request),
            },
            Event::Replied {
                id,
                allowed,
                message,
                by: who,
            } => Typed {
                kind: "approval.replied",
                properties: Happened::Replied {
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
            Event::Failed { id, message } => Typed {
                kind: "approval.failed",
                properties: Happened::Failed { id: *id, message },
            },
            Event::RulesChanged => Typed {
                kind: "rules.changed",
                properties: Happened::Nothing {},
            },
        }
    }
}

/// The most bytes that are told of one request.
const ASKED: usize = 250_000;

fn asked(request: &Request<Subject>) -> Happened<'_> {
    let bounds = Bounds::listed(ASKED);
    Happened::Asked(Box::new(Item::new(request, Detail::Changes, bounds)))
}
