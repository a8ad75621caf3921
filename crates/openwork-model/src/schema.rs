//! Which values the engine's configuration takes, as data.
//!
//! The engine (1.18) refuses a whole workspace over one value of a wrong type
//! and stays so until it is restarted; a faulty MCP entry it drops without a
//! word. So a value is checked before anyone is asked. Keys that the engine
//! does not know pass: it ignores them, and they may be another program's.
//!
//! The rules are a part of JSON Schema. They are derived from what a running
//! engine says of itself and corrected where its loader does otherwise;
//! `docs/engine-schema.md` tells how they are refreshed.
//!
//! ```
//! use openwork_model::schema;
//! use serde_json::json;
//!
//! let config = json!({ "tools": { "deny": ["bash"] } });
//! let fault = schema::check(config.as_object().ok_or("no object")?).unwrap_err();
//! assert_eq!(fault.to_string(), "/tools/deny: found a list, expected true or false");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | module | what it does |
//! | --- | --- |
//! | `rule` | the rules, as they are in the data |
//! | `check` | a value against a rule |
//! | `mismatch` | where a value and a rule part; of several mismatches the most telling |
//! | `place` | where in the configuration a value is |
//! | `words` | values and rules for people |

use std::sync::LazyLock;

use serde_json::Value;

use crate::fields::Fields;

mod check;
mod mismatch;
mod place;
mod rule;
mod words;

#[cfg(test)]
mod tests;

use self::check::SchemaChecker;
use self::rule::Schema;

static ENGINE: LazyLock<Schema> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "it is part of the program, and tested")]
    serde_json::from_str(include_str!("schema/engine.json")).expect("the embedded schema parses")
});

/// A value that the engine would refuse or lose.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: found {found}, expected {expected}")]
pub struct SchemaFault {
    /// Where, as a JSON pointer (RFC 6901) into the configuration.
    pub pointer: String,
    /// What is there. Texts are not repeated: they may be secret.
    pub found: String,
    /// What the engine takes there.
    pub expected: String,
}

/// The version of the engine whose rules these are.
pub fn version() -> &'static str {
    &ENGINE.version
}

/// Whether the engine takes a value as one of its definitions, with or without
/// what it leaves out of it.
pub(crate) fn fits(definition: &str, value: &Value) -> bool {
    SchemaChecker::lenient(&ENGINE).fits(definition, value)
}

/// Whether the engine's configuration has a setting of this name at the top.
pub(crate) fn has_setting(key: &str) -> bool {
    ENGINE
        .root()
        .is_some_and(|root| root.properties.contains_key(key))
}

/// Checks settings of the engine's configuration; there need not be all.
pub fn check(settings: &Fields) -> Result<(), SchemaFault> {
    let found = SchemaChecker::new(&ENGINE, 1).settings(settings);
    found
        .first()
        .map_or(Ok(()), |mismatch| Err(mismatch.into()))
}

/// What is wrong with settings of the engine's configuration, in the order in
/// which they stand, but no more than so much.
///
/// ```
/// use openwork_model::schema;
/// use serde_json::json;
///
/// let config = json!({ "instructions": "a", "share": "no", "model": "a/b", "snapshot": 1 });
/// let faults = schema::faults(config.as_object().ok_or("no object")?, 20);
/// let places: Vec<&str> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
/// assert_eq!(places, ["/instructions", "/share", "/snapshot"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn faults(settings: &Fields, most: usize) -> Vec<SchemaFault> {
    let found = SchemaChecker::new(&ENGINE, most).settings(settings);
    found.into_faults(most)
}

impl SchemaFault {
    /// Whether something is there where the engine takes nothing at all.
    pub fn is_excess(&self) -> bool {
        self.expected == words::NOTHING
    }

    /// Whether nothing is there where the engine needs something.
    pub fn is_gap(&self) -> bool {
        self.found == words::NOTHING
    }
}
