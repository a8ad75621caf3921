//! The form in which variables are kept.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{EnvEntry, EnvVariable};
use crate::state::StateDocument;

/// All variables. Fields of later versions stay where they are.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EnvDocument {
    schema_version: u32,
    updated_at: u64,
    variables: Vec<EnvRecord>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct EnvRecord {
    key: String,
    value: String,
    updated_at: u64,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl StateDocument for EnvDocument {
    const WHAT: &'static str = "list of variables";
    const VERSION: u32 = 1;

    fn empty() -> Self {
        Self {
            schema_version: Self::VERSION,
            updated_at: 0,
            variables: Vec::new(),
            rest: Map::new(),
        }
    }

    fn version(&self) -> u32 {
        self.schema_version
    }
}

impl EnvDocument {
    /// Notes when it was changed.
    pub(super) fn changed(&mut self, now: u64) {
        self.updated_at = now;
    }

    /// The variables in their order.
    pub(super) fn variables(&self) -> impl Iterator<Item = EnvVariable> {
        self.variables.iter().map(|record| EnvVariable {
            key: record.key.clone(),
            value: record.value.clone(),
            updated_at: record.updated_at,
        })
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.variables.len()
    }

    /// Whether it says this of a variable already.
    pub(super) fn says(&self, entry: &EnvEntry) -> bool {
        let mut records = self.variables.iter();
        records.any(|record| record.key == entry.name.as_str() && record.value == entry.value)
    }

    /// Sets a variable.
    pub(super) fn set(&mut self, entry: &EnvEntry, now: u64) {
        let name = entry.name.as_str();
        let found = self.variables.iter_mut().find(|record| record.key == name);
        if let Some(record) = found {
            record.value.clone_from(&entry.value);
            record.updated_at = now;
            return;
        }
        self.variables.push(EnvRecord {
            key: name.to_owned(),
            value: entry.value.clone(),
            updated_at: now,
            rest: Map::new(),
        });
        self.variables.sort_by(|one, other| one.key.cmp(&other.key));
    }

    /// Takes a variable away; false if there is none.
    pub(super) fn remove(&mut self, name: &str) -> bool {
        let before = self.variables.len();
        self.variables.retain(|record| record.key != name);
        self.variables.len() < before
    }
}
