//! Requests that wait for the host, and what came of them.

use std::borrow::Cow;
use std::net::IpAddr;

use openwork_approval::{Ended, EndedBy, Outcome, Request, RequestId, Rule, Settlement};
use openwork_host::Subject;
use openwork_model::actor::{ActorKind, TokenHash};
use openwork_model::effect::{Effect, Level};
use openwork_model::preview::FileChange;
use serde::Serialize;

mod event;

pub(crate) use event::{Snapshot, Typed, mode};

/// How much of a request is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// The keys of the seed API, and no others.
    Seed,
    /// Also who asks from where, and what is risky about it.
    Summary,
    /// Also what would be written.
    Changes,
    /// The same, secrets included.
    Revealed,
}

/// A request.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Item<'r> {
    id: RequestId,
    workspace_id: &'r str,
    action: &'static str,
    summary: &'r str,
    paths: Vec<Cow<'r, str>>,
    created_at: u64,
    actor: Actor<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workspace_name: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<Level>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effects: Option<&'r [Effect]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    risk: Option<&'r [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rememberable: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Vec<Change<'r>>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Actor<'r> {
    #[serde(rename = "type")]
    kind: ActorKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'r str>,
    token_hash: &'r TokenHash,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<IpAddr>,
}

#[derive(Serialize)]
struct Change<'r> {
    path: &'r str,
    kind: &'static str,
    added: usize,
    removed: usize,
    diff: &'r str,
    truncated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<&'r str>,
    masked: &'r [String],
}

impl<'r> Item<'r> {
    pub(crate) fn new(request: &'r Request<Subject>, detail: Detail) -> Self {
        let subject = &request.subject;
        let summarised = detail != Detail::Seed;
        Self {
            id: request.id,
            workspace_id: subject.workspace.as_str(),
            action: subject.action,
            summary: &subject.summary,
            paths: subject
                .paths
                .iter()
                .map(|path| path.to_string_lossy())
                .collect(),
            created_at: request.created_at,
            actor: Actor {
                kind: subject.actor.kind,
                client_id: subject.actor.client_id.as_deref(),
                token_hash: &subject.actor.token_hash,
                address: subject.address.filter(|_| summarised),
            },
            expires_at: summarised.then_some(request.expires_at),
            workspace_name: summarised.then_some(&subject.workspace_name),
            title: summarised.then_some(&subject.preview.title),
            level: summarised.then_some(subject.preview.level),
            effects: summarised.then_some(&subject.preview.effects),
            risk: summarised.then_some(&subject.preview.risk),
            rememberable: summarised.then_some(request.rememberable),
            changes: changes(subject, detail),
        }
    }
}

fn changes(subject: &Subject, detail: Detail) -> Option<Vec<Change<'_>>> {
    let shown = |masked| match detail {
        Detail::Revealed => Change::from(revealed(subject, masked)),
        Detail::Seed | Detail::Summary | Detail::Changes => Change::from(masked),
    };
    match detail {
        Detail::Seed | Detail::Summary => None,
        Detail::Changes | Detail::Revealed => {
            Some(subject.preview.changes.iter().map(shown).collect())
        }
    }
}

fn revealed<'s>(subject: &'s Subject, masked: &'s FileChange) -> &'s FileChange {
    let mut revealed = subject.revealed.iter();
    revealed
        .find(|revealed| revealed.path == masked.path)
        .unwrap_or(masked)
}

impl<'r> From<&'r FileChange> for Change<'r> {
    fn from(change: &'r FileChange) -> Self {
        Self {
            path: change.path.as_str(),
            kind: change.kind.as_str(),
            added: change.added,
            removed: change.removed,
            diff: &change.diff,
            truncated: change.truncated,
            digest: change.digest.as_deref(),
            masked: &change.masked,
        }
    }
}

/// A request that has ended.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EndedItem<'r> {
    #[serde(flatten)]
    item: Item<'r>,
    outcome: &'static str,
    ended_at: u64,
    by: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'r str>,
}

impl<'r> EndedItem<'r> {
    pub(crate) fn new(ended: &'r Ended<Subject>, detail: Detail) -> Self {
        Self {
            item: Item::new(&ended.request, detail),
            outcome: ended.outcome.as_str(),
            ended_at: ended.ended_at,
            by: by(ended.by),
            message: ended.message.as_deref(),
            error: match &ended.outcome {
                Outcome::Failed(error) => Some(error),
                Outcome::Allowed
                | Outcome::Applied
                | Outcome::Conflicted
                | Outcome::Denied
                | Outcome::Expired
                | Outcome::Withdrawn
                | Outcome::Aborted => None,
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
        Self {
            id: rule.id.to_string(),
            action: &rule.kind,
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

/// The receipt of a reply, and what came of it as far as that is known.
#[derive(Serialize)]
pub(crate) struct Replied {
    ok: bool,
    allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    applied: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Unapplied>,
}

#[derive(Serialize)]
struct Unapplied {
    code: &'static str,
    message: String,
}

impl Replied {
    pub(crate) fn new(allowed: bool, settlement: Option<Settlement>) -> Self {
        let (applied, error) = match settlement {
            None => (None, None),
            Some(Settlement::Applied) => (Some(true), None),
            Some(Settlement::Conflicted) => {
                let message =
                    "The file changed while the request waited; nothing was written".to_owned();
                (
                    Some(false),
                    Some(Unapplied {
                        code: "conflict",
                        message,
                    }),
                )
            }
            Some(Settlement::Failed(message)) => (
                Some(false),
                Some(Unapplied {
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
