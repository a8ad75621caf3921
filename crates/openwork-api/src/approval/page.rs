//! Some lines of what would happen to one file.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// `GET /approvals/:id/files/:n`: some lines of the whole diff of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DiffPageResponse<'a> {
    /// Which file of the request, from 0.
    #[serde(default)]
    pub index: u64,
    /// The file.
    pub path: Cow<'a, str>,
    /// `create`, `modify` or `delete`.
    #[serde(default)]
    pub kind: Cow<'a, str>,
    /// How many lines come in all.
    #[serde(default)]
    pub added: u64,
    /// How many lines go in all.
    #[serde(default)]
    pub removed: u64,
    /// The first line of this page, from 0.
    #[serde(default)]
    pub from: u64,
    /// How many lines this page has.
    #[serde(default)]
    pub lines: u64,
    /// How many lines the whole diff has.
    #[serde(default)]
    pub total: u64,
    /// The lines.
    pub diff: Cow<'a, str>,
    /// That of the whole diff, the same on every page. Another one means that
    /// the files have changed in between.
    pub digest: Cow<'a, str>,
    /// The path of the page that follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    // A path and not a number: it keeps what was asked for, such as secrets that
    // are shown, and a client cannot get it wrong.
    pub next: Option<Cow<'a, str>>,
}
