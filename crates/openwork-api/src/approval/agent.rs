//! What the agents themselves ask: whether they may use a tool, and what
//! somebody wants. Requests that change what agents can do are another thing.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ApprovalItem;
use crate::omit;

/// What agents wait for, with `?include=engine`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AgentInbox<'a> {
    /// What they ask, by workspace.
    pub items: Vec<AgentRequest<'a>>,
    /// How many more there are, which are not told.
    #[serde(default, skip_serializing_if = "omit::if_zero")]
    pub more_items: u64,
    /// The ids of workspaces whose engines did not say what their agents ask.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unreachable: Vec<Cow<'a, str>>,
}

/// `GET /approvals?include=engine`.
// Not by way of a list that is flattened: serde would no longer say what is wrong
// with an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", expecting = "a list of items")]
pub struct ApprovalsWithAgents<'a> {
    /// The requests to change what agents can do.
    pub items: Vec<ApprovalItem<'a>>,
    /// How many more of them there are, for which the list has no room.
    #[serde(default, skip_serializing_if = "omit::if_zero")]
    pub more_items: u64,
    /// What the agents themselves wait for.
    #[serde(default)]
    pub agents: AgentInbox<'a>,
}

/// One thing that an agent waits for. All texts are the engine's, and so may be
/// the agent's own: nobody vouches for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AgentRequest<'a> {
    /// The engine's id of it.
    pub id: Cow<'a, str>,
    /// The workspace that the agent works in.
    pub workspace_id: Cow<'a, str>,
    /// What that is called.
    #[serde(default)]
    pub workspace_name: Cow<'a, str>,
    /// The session that waits.
    #[serde(default)]
    pub session_id: Cow<'a, str>,
    /// The SHA-256 of what is asked: an answer names it, and so counts for
    /// nothing else.
    pub digest: Cow<'a, str>,
    /// Whether something is left out because it is too long. Then it can only be
    /// rejected here.
    #[serde(default, skip_serializing_if = "omit::if_false")]
    pub truncated: bool,
    /// What is asked.
    #[serde(flatten)]
    pub ask: AgentAsk<'a>,
}

/// What an agent asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum AgentAsk<'a> {
    /// Whether it may use a tool.
    Permission {
        /// The engine's name of what it wants to do, such as `bash`.
        permission: Cow<'a, str>,
        /// What exactly, such as the commands.
        #[serde(default)]
        patterns: Vec<Cow<'a, str>>,
        /// What it may do without asking afterwards, if the answer is `always`.
        #[serde(default)]
        always: Vec<Cow<'a, str>>,
        /// What the tool says besides, such as a diff.
        #[serde(default, skip_serializing_if = "Value::is_null")]
        metadata: Value,
    },
    /// What somebody wants.
    Question {
        /// The questions, in their order.
        questions: Vec<AgentQuestion<'a>>,
    },
}

/// One question of an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AgentQuestion<'a> {
    /// The whole question.
    #[serde(default)]
    pub question: Cow<'a, str>,
    /// It in a few words.
    #[serde(default)]
    pub header: Cow<'a, str>,
    /// What can be chosen.
    #[serde(default)]
    pub options: Vec<AgentOption<'a>>,
    /// Whether several may be chosen.
    #[serde(default)]
    pub multiple: bool,
    /// Whether an answer may be in words of one's own; engines take that as true
    /// unless they say otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom: Option<bool>,
}

/// Something that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AgentOption<'a> {
    /// What it is called, and sent back as.
    #[serde(default)]
    pub label: Cow<'a, str>,
    /// What it means.
    #[serde(default)]
    pub description: Cow<'a, str>,
}

/// The body of `POST /approvals/agent/:workspace/:id`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AgentReplyRequest<'a> {
    /// `once`, `always` or `reject` to a permission, `reject` to a question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Cow<'a, str>>,
    /// The answers to a question: the labels chosen, for each in its order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<Vec<Vec<Cow<'a, str>>>>,
    /// The digest of what was shown; only a `reject` does without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Cow<'a, str>>,
    /// What the agent is told with a `reject`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Cow<'a, str>>,
    /// `page` or `terminal`, for the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Cow<'a, str>>,
}

impl AgentRequest<'_> {
    /// What the agent wants, in one sentence. It holds the engine's words.
    pub fn heading(&self) -> String {
        match &self.ask {
            AgentAsk::Permission {
                permission,
                patterns,
                ..
            } => {
                let what = patterns.join(", ");
                match &**permission {
                    "bash" => format!("The agent wants to run `{what}`"),
                    "edit" => format!("The agent wants to edit {what}"),
                    "read" => format!("The agent wants to read {what}"),
                    "webfetch" => format!("The agent wants to fetch {what}"),
                    "external_directory" => {
                        format!("The agent wants to work outside of the workspace, in {what}")
                    }
                    other => format!("The agent wants to use {other}: {what}"),
                }
            }
            AgentAsk::Question { questions } => {
                let asked: Vec<&str> = questions.iter().map(|one| &*one.question).collect();
                format!("The agent asks: {}", asked.join(" "))
            }
        }
    }
}
