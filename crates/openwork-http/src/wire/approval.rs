//! Requests that wait for the host, and what came of them.

use std::borrow::Cow;

use openwork_api::approval::{EndedItem, ReplyResponse, RiskLevel, RuleItem, UnappliedReason};
use openwork_approval::{AnswerMeans, EndedBy, EndedRequest, RequestOutcome, Rule, Settlement};
use openwork_host::Subject;

mod bounds;
mod event;
mod item;
mod page;

pub(crate) use bounds::{BoundedItem, ItemBounds, shares};
pub(crate) use event::{approval_event, mode};
pub(crate) use item::{ItemDetail, amended_item, approval_item, revealed_item};
pub(crate) use page::diff_page;

/// A request that has ended.
pub(crate) fn ended_item(
    ended: &EndedRequest<Subject>,
    detail: ItemDetail,
    bounds: ItemBounds,
) -> BoundedItem<EndedItem<'_>> {
    approval_item(&ended.request, detail, bounds).map(|item| EndedItem {
        item,
        outcome: ended.outcome.as_str().into(),
        ended_at: ended.ended_at,
        by: by(ended.by).into(),
        via: via(ended.by).map(Into::into),
        answered_from: match ended.by {
            EndedBy::Host(answerer) => answerer.address.map(|address| address.to_string().into()),
            _ => None,
        },
        rule_id: match ended.by {
            EndedBy::Rule(rule) => Some(rule.to_string().into()),
            _ => None,
        },
        message: ended.message.as_deref().map(Into::into),
        error: match &ended.outcome {
            RequestOutcome::Failed(error) => Some(error.as_str().into()),
            RequestOutcome::Allowed
            | RequestOutcome::Applied
            | RequestOutcome::Conflicted
            | RequestOutcome::Denied
            | RequestOutcome::Expired
            | RequestOutcome::Withdrawn
            | RequestOutcome::Aborted => None,
        },
    })
}

fn via(by: EndedBy) -> Option<&'static str> {
    let EndedBy::Host(answerer) = by else {
        return None;
    };
    Some(match answerer.means {
        AnswerMeans::Page => "page",
        AnswerMeans::Terminal => "terminal",
        AnswerMeans::Notification => "notification",
        AnswerMeans::Unsaid => "api",
    })
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
pub(crate) fn rule_item<'r>(rule: &'r Rule, workspace_name: Option<&'r str>) -> RuleItem<'r> {
    RuleItem {
        id: rule.id.to_string().into(),
        action: rule.kind.as_str().into(),
        level: level_of(&rule.covers),
        covers: covered(&rule.covers).into(),
        workspace_id: rule.scope.as_str().into(),
        workspace_name: workspace_name.map(Into::into),
        client_id: rule.asker.client_id.as_deref().map(Into::into),
        address: rule.asker.address.map(|address| address.to_string().into()),
        minutes: rule.remember.minutes(),
        created_at: rule.created_at,
        expires_at: rule.expires_at,
        uses: rule.uses,
    }
}

/// The level that begins what an allowance covers.
fn level_of(covers: &str) -> Option<RiskLevel> {
    // The level is the beginning of the text, as an allowance must not cover what
    // is graver and is compared by that text alone.
    let (level, _) = covers.split_once(": ")?;
    Some(RiskLevel::from_word(level))
}

/// What an allowance covers, without the level that begins it.
fn covered(covers: &str) -> &str {
    covers
        .split_once(": ")
        .map_or(covers, |(_, covered)| covered)
}

/// The receipt of a reply.
pub(crate) fn reply_response(
    allowed: bool,
    settlement: Option<Settlement>,
) -> ReplyResponse<'static> {
    let (applied, error) = match settlement {
        None => (None, None),
        Some(Settlement::Applied) => (Some(true), None),
        Some(Settlement::Conflicted) => {
            let message = "The file changed while the request waited; nothing was written";
            (Some(false), Some(unapplied("conflict", message.into())))
        }
        Some(Settlement::Failed(message)) => {
            (Some(false), Some(unapplied("failed", message.into())))
        }
    };
    ReplyResponse {
        ok: true,
        allowed,
        applied,
        error,
    }
}

fn unapplied(code: &'static str, message: Cow<'static, str>) -> UnappliedReason<'static> {
    UnappliedReason::Coded {
        code: code.into(),
        message,
    }
}

/// A count on the wire.
// The numbers of the wire do not depend on the machine's word; none of these
// counts can be lost on the way.
pub(crate) fn count(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
