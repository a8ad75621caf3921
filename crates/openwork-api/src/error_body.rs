//! The body of an answer that reports a failure.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ErrorCode;

/// `{ "code", "message", "details"? }`, with any status from 400 on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ErrorBody<'a> {
    /// The code as a word. A newer server may send one that this version does
    /// not know.
    pub code: Cow<'a, str>,
    /// What went wrong, for people. Nothing in it is secret.
    pub message: Cow<'a, str>,
    /// What a program needs to know beyond the code; its form depends on it.
    // Any JSON: its forms belong to single codes, and most clients look at none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Cow<'a, Value>>,
}

impl<'a> ErrorBody<'a> {
    /// A failure without details.
    pub fn new(code: ErrorCode, message: impl Into<Cow<'a, str>>) -> Self {
        Self {
            code: code.as_str().into(),
            message: message.into(),
            details: None,
        }
    }
}
