//! The host's answer, and what it led to.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::AmendRequest;

/// The body of `POST /approvals/:id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReplyRequest<'a> {
    /// Yes or no.
    pub reply: ReplyVerdict,
    /// By what means the host answers: `page` or `terminal`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Cow<'a, str>>,
    /// Whether a yes holds for requests like it, and for how long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remember: Option<RememberRequest>,
    /// What the client is told, in at most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Cow<'a, str>>,
    /// What is allowed only otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amend: Option<AmendRequest<'a>>,
    /// That of what was shown: an answer counts for nothing else. With `amend` it
    /// has to be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Cow<'a, str>>,
}

/// The answer to `POST /approvals/:id/keep`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct KeepResponse {
    /// Always `true`.
    pub ok: bool,
    /// When the request expires by now, in ms since 1970.
    pub expires_at: u64,
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ReplyVerdict {
    /// The change may be made.
    Allow,
    /// It may not.
    Deny,
}

/// For how long a yes holds for requests like it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RememberRequest {
    /// 5, 10 or 60.
    pub minutes: u64,
}

/// The receipt of a reply, and what came of it as far as that is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReplyResponse<'a> {
    /// Always true.
    #[serde(default)]
    pub ok: bool,
    /// Whether the request was allowed.
    #[serde(default)]
    pub allowed: bool,
    /// Whether the change was made; none while that goes on.
    // Three states: a server answers after two seconds even if the write is not
    // over by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<bool>,
    /// Why it was not made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<UnappliedReason<'a>>,
}

/// Why an allowed change was not made.
// That there is an error is all that counts: one of an unknown form must not be
// taken for success, nor keep the receipt from being read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
#[non_exhaustive]
pub enum UnappliedReason<'a> {
    /// A word and a sentence.
    Coded {
        /// The word: `conflict` or `failed`.
        code: Cow<'a, str>,
        /// The sentence.
        message: Cow<'a, str>,
    },
    /// Something else, from a server of another version.
    Other(Value),
}

impl ReplyResponse<'_> {
    /// Why an allowed change was not made; `None` if it was made or may still
    /// be.
    pub fn failure(&self) -> Option<&str> {
        const UNSAID: &str = "the server does not say why";
        match (&self.error, self.applied) {
            (Some(UnappliedReason::Coded { message, .. }), _) => Some(message),
            (Some(UnappliedReason::Other(Value::String(message))), _) => Some(message),
            (Some(UnappliedReason::Other(error)), _) => {
                let message = error.get("message").and_then(Value::as_str);
                Some(message.unwrap_or(UNSAID))
            }
            (None, Some(false)) => Some(UNSAID),
            (None, _) => None,
        }
    }
}
