//! Requests whose clients come back for the answer (RFC 7240, `respond-async`).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How such a request stands: the answer to the request itself, and to
/// `GET /workspace/:id/requests/:request`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LaterRequest<'a> {
    /// Its id.
    pub id: Cow<'a, str>,
    /// The workspace that changes.
    pub workspace_id: Cow<'a, str>,
    /// `waiting` for the host, `working` once it is allowed, or how it ended:
    /// `applied`, `denied`, `expired`, `withdrawn`, `conflicted`, `failed`, or
    /// `interrupted` where the server ended before it was known what came of it.
    pub state: Cow<'a, str>,
    /// When it was made, in ms since 1970.
    pub created_at: u64,
    /// When it expires if nobody answers, in ms since 1970.
    pub expires_at: u64,
    /// When it ended, in ms since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<u64>,
    /// What the client would have been answered if it had waited; absent while it
    /// is not known, or where the server ended before it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<LaterAnswerBody>,
}

/// What a client would have been answered if it had waited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LaterAnswerBody {
    /// The status.
    pub status: u16,
    /// The body; absent if it was too large to be kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
}
