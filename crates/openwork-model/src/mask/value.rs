//! Masks in JSON values.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::scope::MaskScope;
use super::splice::splice;
use super::{MASK, mask_text};

/// Replaces the secrets in a value by [`MASK`]; keys, order and shape stay.
///
/// ```
/// use openwork_model::mask::mask;
/// use serde_json::json;
///
/// let entry = json!({ "command": ["x", "--token=abc"], "environment": { "A_KEY": "b", "C": "c" } });
/// assert_eq!(
///     mask(&entry),
///     json!({ "command": ["x", "--token=••••••"], "environment": { "A_KEY": "••••••", "C": "c" } }),
/// );
/// ```
pub fn mask(value: &Value) -> Value {
    masked(MaskScope::default(), value)
}

fn masked(scope: MaskScope, value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(splice(text, scope.secrets(text), MASK)),
        Value::Number(_) if scope.hides_number() => Value::String(MASK.to_owned()),
        Value::Array(items) => Value::Array(masked_items(scope, items)),
        Value::Object(members) => {
            let keys = masked_keys(members.keys().map(String::as_str));
            let shown = keys.into_iter().zip(members).map(|(shown, (key, value))| {
                (shown, masked(scope.member(key, value.is_object()), value))
            });
            Value::Object(shown.collect())
        }
        other => other.clone(),
    }
}

fn masked_items(scope: MaskScope, items: &[Value]) -> Vec<Value> {
    let mut scope = scope.first_item();
    let mask = |item: &Value| {
        let shown = masked(scope, item);
        scope = scope.after_item(item.as_str());
        shown
    };
    items.iter().map(mask).collect()
}

/// Keys hold credentials where they are URLs. Two that look the same masked
/// are told apart by a number, so that none gets lost.
pub(super) fn masked_keys<'k>(keys: impl Iterator<Item = &'k str> + Clone) -> Vec<String> {
    // Keys that hold the mask already must keep their names, or one would be
    // written over by a key that is masked to the same text.
    let plain: HashSet<&str> = keys.clone().filter(|key| key.contains(MASK)).collect();
    let mut numbers = HashMap::new();
    let unique = |key| {
        let shown = mask_text(key);
        if shown == key {
            return key.to_owned();
        }
        let number: &mut usize = numbers.entry(shown.to_string()).or_insert(0);
        numbered(&shown, number, &plain)
    };
    keys.map(unique).collect()
}

/// The next numbered form of a key that no other key has.
fn numbered(shown: &str, number: &mut usize, taken: &HashSet<&str>) -> String {
    loop {
        *number += 1;
        let name = if *number == 1 {
            shown.to_owned()
        } else {
            format!("{shown} ({number})")
        };
        if !taken.contains(name.as_str()) {
            return name;
        }
    }
}
