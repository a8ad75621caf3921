//! A list.

use serde::{Deserialize, Serialize};

use crate::omit;

/// `{ "items": [...] }`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "{T}List")
)]
#[serde(rename_all = "camelCase", expecting = "a list of items")]
pub struct ItemList<T> {
    /// What is listed.
    pub items: Vec<T>,
    /// How many more there are, for which the list has no room.
    // Most lists have room for all of it and never had this key in the OpenWork
    // API, so it is left out rather than sent as 0.
    #[serde(default, skip_serializing_if = "omit::if_zero")]
    pub more_items: u64,
}

impl<T> From<Vec<T>> for ItemList<T> {
    fn from(items: Vec<T>) -> Self {
        Self {
            items,
            more_items: 0,
        }
    }
}
