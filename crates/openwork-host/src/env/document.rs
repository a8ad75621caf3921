//! The form in which variables are kept.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{EnvEntry, EnvVariable};

/// The form that this version reads and writes.
const VERSION: u32 = 1;

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

impl EnvDocument {
    /// Reads what is kept; nothing is an empty list.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words that hold none of its values.
    pub(super) fn read(bytes: Option<&[u8]>) -> Result<Self, String> {
        let Some(bytes) = bytes else {
            return Ok(Self {
                schema_version: VERSION,
                updated_at: 0,
                variables: Vec::new(),
                rest: Map::new(),
            });
        };
        // Only the place: the message of the parser may quote a secret.
        let document = serde_json::from_slice::<Self>(bytes);
        let document = document.map_err(|error| {
            let (line, column) = (error.line(), error.column());
            format!("it is no list of variables at line {line}, column {column}")
        })?;
        if document.schema_version == VERSION {
            Ok(document)
        } else {
            let version = document.schema_version;
            Err(format!(
                "its form {version} is not known here, only {VERSION}"
            ))
        }
    }

    /// What is to be kept, as of now.
    ///
    /// # Errors
    ///
    /// What cannot be written, in words.
    pub(super) fn write(&mut self, now: u64) -> Result<Vec<u8>, String> {
        self.updated_at = now;
        let mut bytes = serde_json::to_vec_pretty(self).map_err(|error| error.to_string())?;
        bytes.push(b'\n');
        Ok(bytes)
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
