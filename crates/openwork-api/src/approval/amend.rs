//! What the host leaves out of a request, or words differently, before allowing it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::omit;

/// What is to be left out of a request, and what is to say something else: the body
/// of `POST /approvals/:id/amend`, and `amend` of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AmendRequest<'a> {
    /// The parts that are left out, such as `skills/audit` or `mcp/notion`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<Cow<'a, str>>,
    /// The texts that take the place of those of the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<AmendedText<'a>>,
}

/// Another text of a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AmendedText<'a> {
    /// The part: a skill, a command or an agent.
    pub part: Cow<'a, str>,
    /// The whole text of its file.
    pub text: Cow<'a, str>,
}

/// `GET /approvals/:id/amend`: the parts of a request.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PartsResponse<'a> {
    /// The parts; none of a request that can only be allowed or denied as it is.
    #[serde(default)]
    pub items: Vec<AmendablePart<'a>>,
}

/// A part of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AmendablePart<'a> {
    /// Its name.
    pub part: Cow<'a, str>,
    /// Whether it has a text that can be edited.
    #[serde(default, skip_serializing_if = "omit::if_false")]
    pub is_text: bool,
    /// That text, its secrets included; absent where there was no room for it. It is
    /// there with `?part=` and the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Cow<'a, str>>,
}
