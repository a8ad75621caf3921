//! What watchers of requests are told.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{AgentInbox, ApprovalItem};
use crate::omit;
use crate::workspace::WorkspaceItem;

/// What a message of `GET /approvals/events` says:
/// `{ "type", "properties" }`, in the engine's style.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", content = "properties")]
#[non_exhaustive]
pub enum ApprovalEvent<'a> {
    /// What a stream begins with.
    // Boxed, as these two are many times as large as the others.
    #[serde(rename = "snapshot")]
    Snapshot(Box<ApprovalSnapshot<'a>>),
    /// A request waits.
    #[serde(rename = "approval.asked")]
    Asked(Box<ApprovalItem<'a>>),
    /// A request was answered.
    #[serde(rename = "approval.replied")]
    Replied {
        /// The request.
        #[serde(default)]
        id: Cow<'a, str>,
        /// Whether it was allowed.
        #[serde(default)]
        allowed: bool,
        /// By whom or by what.
        #[serde(default)]
        by: Cow<'a, str>,
        /// What the host said to the client.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<Cow<'a, str>>,
        /// Whether what was allowed is not quite what was asked: parts were left out,
        /// or changed. `GET /approvals/history` says which.
        #[serde(default, skip_serializing_if = "omit::if_false")]
        amended: bool,
    },
    /// A request waits longer or less long than it was to: somebody has come to
    /// answer or has left, or needs longer.
    #[serde(rename = "approval.rescheduled", rename_all = "camelCase")]
    Rescheduled {
        /// The request.
        #[serde(default)]
        id: Cow<'a, str>,
        /// When it expires by now, in ms since 1970.
        expires_at: u64,
    },
    /// Nobody answered in time.
    #[serde(rename = "approval.expired")]
    Expired {
        /// The request.
        #[serde(default)]
        id: Cow<'a, str>,
    },
    /// The client left.
    #[serde(rename = "approval.withdrawn")]
    Withdrawn {
        /// The request.
        #[serde(default)]
        id: Cow<'a, str>,
    },
    /// The server stopped.
    #[serde(rename = "approval.aborted")]
    Aborted {
        /// The request.
        #[serde(default)]
        id: Cow<'a, str>,
    },
    /// What was allowed is written.
    #[serde(rename = "approval.applied")]
    Applied {
        /// The request.
        #[serde(default)]
        id: Cow<'a, str>,
    },
    /// What was allowed is not written, as the files had changed.
    #[serde(rename = "approval.conflicted")]
    Conflicted {
        /// The request.
        #[serde(default)]
        id: Cow<'a, str>,
    },
    /// What was allowed could not be written.
    #[serde(rename = "approval.failed")]
    Failed {
        /// The request.
        #[serde(default)]
        id: Cow<'a, str>,
        /// Why.
        #[serde(default)]
        message: Cow<'a, str>,
    },
    /// An allowance came or went.
    // With braces: of a unit variant serde leaves `properties` out, which every
    // event of the engine has.
    #[serde(rename = "rules.changed")]
    RulesChanged {},
    /// What agents wait for by now, all of it; with `?include=engine` only.
    #[serde(rename = "agent.requests")]
    AgentRequests(Box<AgentInbox<'a>>),
    /// The server is there.
    #[serde(rename = "server.heartbeat")]
    Heartbeat {},
}

impl ApprovalEvent<'_> {
    /// The `type` of each event that this version knows.
    // serde can tell an unknown variant only by failing, which would also hide
    // a known event of the wrong form.
    pub const KINDS: &'static [&'static str] = &[
        "snapshot",
        "approval.asked",
        "approval.replied",
        "approval.rescheduled",
        "approval.expired",
        "approval.withdrawn",
        "approval.aborted",
        "approval.applied",
        "approval.conflicted",
        "approval.failed",
        "rules.changed",
        "agent.requests",
        "server.heartbeat",
    ];
}

/// What a stream begins with: all there is to know, so that who was away
/// needs nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApprovalSnapshot<'a> {
    /// The server's time, in ms since 1970.
    pub now: u64,
    /// The server's version.
    #[serde(default)]
    pub version: Cow<'a, str>,
    /// `manual`, or `auto` where nobody is asked.
    #[serde(default)]
    pub mode: Cow<'a, str>,
    /// For how long a request waits while nobody watches, in ms.
    #[serde(default)]
    pub timeout_ms: u64,
    /// For how long it waits while somebody does, as whoever reads this, in ms.
    #[serde(default)]
    pub watched_timeout_ms: u64,
    /// Whether the server takes no changes at all.
    #[serde(default)]
    pub read_only: bool,
    /// The workspaces that are served.
    #[serde(default)]
    pub workspaces: Vec<WorkspaceItem<'a>>,
    /// The requests that wait.
    #[serde(default)]
    pub items: Vec<ApprovalItem<'a>>,
    /// How many more there are, for which the message has no room.
    #[serde(default, skip_serializing_if = "omit::if_zero")]
    pub more_items: u64,
}
