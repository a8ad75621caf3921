//! Requests that have ended, a page at a time.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::omit;

/// `GET /approvals/history`: requests that have ended, the last one first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "{T}Page")
)]
#[serde(rename_all = "camelCase")]
pub struct HistoryPage<T> {
    /// The requests.
    pub items: Vec<T>,
    /// How many more there are, for which the answer has no room.
    #[serde(default, skip_serializing_if = "omit::if_zero")]
    pub more_items: u64,
    /// The `cursor` of the page that follows; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Which of the requests that have ended are wanted; what is not said is any.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HistoryQuery<'a> {
    /// How many at most; 200 unless it is said, which is also the most.
    pub limit: Option<u16>,
    /// Of this workspace, by its id.
    pub workspace: Option<Cow<'a, str>>,
    /// Of this client, by what it calls itself or its address.
    pub client: Option<Cow<'a, str>>,
    /// Of this level.
    pub level: Option<Cow<'a, str>>,
    /// With one of these outcomes, commas between them.
    pub outcome: Option<Cow<'a, str>>,
    /// After the one of this id.
    pub cursor: Option<Cow<'a, str>>,
    /// With the files that each was to change.
    pub changes: bool,
}
