//! Requests that wait for the host, and what came of them.

use std::net::IpAddr;

use openwork_approval::{EndedBy, EndedRequest, RequestOutcome, Rule, Settlement};
use openwork_host::Subject;
use serde::Serialize;

mod bounds;
mod event;
mod item;
mod page;

pub(crate) use bounds::{ItemBounds, ListedItems, shares};
pub(crate) use event::{ApprovalSnapshot, TypedEvent, mode};
pub(crate) use item::{ApprovalItem, ItemDetail};
pub(crate) use page::PageBody;

/// A request that has ended.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EndedItem<'r> {
    #[serde(flatten)]
    item: ApprovalItem<'r>,
    outcome: &'static str,
    ended_at: u64,
    by: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'r str>,
}

impl<'r> EndedItem<'r> {
    /// About how many bytes it took.
    pub(crate) fn bytes(&self) -> usize {
        self.item.bytes()
    }

    pub(crate) fn new(
        ended: &'r EndedRequest<Subject>,
        detail: ItemDetail,
        bounds: ItemBounds,
    ) -> Self {
        Self {
            item: ApprovalItem::new(&ended.request, detail, bounds),
            outcome: ended.outcome.as_str(),
            ended_at: ended.ended_at,
            by: by(ended.by),
            message: ended.message.as_deref(),
            error: match &ended.outcome {
                RequestOutcome::Failed(error) => Some(error),
                RequestOutcome::Allowed
                | RequestOutcome::Applied
                | RequestOutcome::Conflicted
                | RequestOutcome::Denied
                | RequestOutcome::Expired
                | RequestOutcome::Withdrawn
                | RequestOutcome::Aborted => None,
            },
        }
    }
}

fn by(by: EndedBy) -> &'static str {
    match by {
        EndedBy::Host(_) => "host",
        EndedBy::Rule(_) => "rule",
        EndedBy::Timeout => "timeout",
        EndedBy::Client => "client",
        EndedBy::Shutdown => "shutdown",
    }
}

/// A timed allowance.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleItem<'r> {
    id: String,
    action: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'r str>,
    covers: &'r str,
    workspace_id: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    workspace_name: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<IpAddr>,
    minutes: u64,
    created_at: u64,
    expires_at: u64,
    uses: u64,
}

impl<'r> RuleItem<'r> {
    pub(crate) fn new(rule: &'r Rule, workspace_name: Option<&'r str>) -> Self {
        let level = rule.covers.split_once(": ").map(|(level, _)| level);
        Self {
            id: rule.id.to_string(),
            action: &rule.kind,
            level,
            covers: covered(&rule.covers),
            workspace_id: &rule.scope,
            workspace_name,
            client_id: rule.asker.client_id.as_deref(),
            address: rule.asker.address,
            minutes: rule.remember.minutes(),
            created_at: rule.created_at,
            expires_at: rule.expires_at,
            uses: rule.uses,
        }
    }
}

/// What an allowance covers, without the level that begins it.
fn covered(covers: &str) -> &str {
    covers
        .split_once(": ")
        .map_or(covers, |(_, covered)| covered)
}

/// The receipt of a reply, and what came of it as far as that is known.
#[derive(Serialize)]
pub(crate) struct ReplyResponse {
    ok: bool,
    allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    applied: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<UnappliedReason>,
}

#[derive(Serialize)]
struct UnappliedReason {
    code: &'static str,
    message: String,
}

impl ReplyResponse {
    pub(crate) fn new(allowed: bool, settlement: Option<Settlement>) -> Self {
        let (applied, error) = match settlement {
            None => (None, None),
            Some(Settlement::Applied) => (Some(true), None),
            Some(Settlement::Conflicted) => {
                let message =
                    "The file changed while the request waited; nothing was written".to_owned();
                (
                    Some(false),
                    Some(UnappliedReason {
                        code: "conflict",
                        message,
                    }),
                )
            }
            Some(Settlement::Failed(message)) => (
                Some(false),
                Some(UnappliedReason {
                    code: "failed",
                    message,
                }),
            ),
        };
        Self {
            ok: true,
            allowed,
            applied,
            error,
        }
    }
}
