//! What watchers are told.

use std::borrow::Cow;

use openwork_api::approval::ApprovalEvent;
use openwork_approval::{ApprovalMode, Event, RequestId};
use openwork_host::Subject;

use super::{ItemBounds, ItemDetail, approval_item, by};

/// The most bytes that are told of one request.
const ASKED: usize = 250_000;

/// The word for a mode, as the settings have it.
pub(crate) fn mode(mode: ApprovalMode) -> &'static str {
    match mode {
        ApprovalMode::Manual => "manual",
        ApprovalMode::Auto => "auto",
    }
}

/// One thing that happened to a request or to the rules.
pub(crate) fn approval_event(event: &Event<Subject>) -> ApprovalEvent<'_> {
    match event {
        Event::Asked(request) => {
            let bounds = ItemBounds::listed(ASKED);
            let bounded = approval_item(request, ItemDetail::Changes, bounds);
            ApprovalEvent::Asked(Box::new(bounded.item))
        }
        Event::Replied {
            id,
            allowed,
            message,
            by: who,
            amended,
        } => ApprovalEvent::Replied {
            id: text(id),
            allowed: *allowed,
            by: by(*who).into(),
            message: message.as_deref().map(Cow::Borrowed),
            amended: amended.is_some(),
        },
        Event::Rescheduled { id, expires_at } => ApprovalEvent::Rescheduled {
            id: text(id),
            expires_at: *expires_at,
        },
        Event::Expired { id, .. } => ApprovalEvent::Expired { id: text(id) },
        Event::Withdrawn { id } => ApprovalEvent::Withdrawn { id: text(id) },
        Event::Aborted { id } => ApprovalEvent::Aborted { id: text(id) },
        Event::Applied { id } => ApprovalEvent::Applied { id: text(id) },
        Event::Conflicted { id } => ApprovalEvent::Conflicted { id: text(id) },
        Event::Failed { id, message } => ApprovalEvent::Failed {
            id: text(id),
            message: message.as_str().into(),
        },
        Event::RulesChanged => ApprovalEvent::RulesChanged {},
    }
}

fn text(id: &RequestId) -> Cow<'static, str> {
    id.to_string().into()
}
