//! Settings as they come and go.

use serde_json::{Map, Value};

/// A JSON object, its keys in their order.
pub type Fields = Map<String, Value>;
