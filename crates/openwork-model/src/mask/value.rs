//! Masks in JSON values, and taking them back.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::scope::Scope;
use super::splice::splice;
use super::{MASK, mask_text};

/// A masked value that is not known and cannot be left out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the value at `{pointer}` is masked, and there is none yet that could be kept")]
pub struct MaskedError {
    /// Where the mask is (RFC 6901).
    pub pointer: String,
}

/// Replaces the secrets in a value by [`MASK`]; keys, order and shape stay.
///
/// ```
/// use openwork_model::mask::mask;
/// use serde_json::json;
///
/// let entry = json!({ "command": ["x", "--token=abc"], "environment": { "A": "b", "C": "{env:C}" } });
/// assert_eq!(
///     mask(&entry),
///     json!({ "command": ["x", "--token=••••••"], "environment": { "A": "••••••", "C": "{env:C}" } }),
/// );
/// ```
pub fn mask(value: &Value) -> Value {
    masked(Scope::default(), value)
}

fn masked(scope: Scope, value: &Value) -> Value {
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

fn masked_items(scope: Scope, items: &[Value]) -> Vec<Value> {
    let previous = std::iter::once(None).chain(items.iter().map(Value::as_str));
    items
        .iter()
        .zip(previous)
        .map(|(item, previous)| masked(scope.item(previous), item))
        .collect()
}

/// Keys hold credentials where they are URLs. Two that look the same masked
/// are told apart by a number, so that none gets lost.
pub(super) fn masked_keys<'k>(keys: impl Iterator<Item = &'k str> + Clone) -> Vec<String> {
    let plain: HashSet<&str> = keys.clone().filter(|key| key.contains(MASK)).collect();
    let mut numbers = HashMap::new();
    let unique = |key| {
        let shown = mask_text(key);
        if shown == key {
            return key.to_owned();
        }
        let number: &mut usize = numbers.entry(shown.to_string()).or_default();
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

/// Takes a masked value back: where `existing` has a secret at the same place
/// that looks like the masked one, it is kept. The mask itself is never kept.
///
/// A field that is nothing but a mask is left out if no secret is there to
/// keep, so that an export can be brought into an empty workspace. Where
/// leaving it out would change what the rest means, in a list or within a
/// longer text such as a URL, the value is refused.
///
/// ```
/// use openwork_model::mask::unmask;
/// use serde_json::json;
///
/// let existing = json!({ "apiKey": "abc", "model": "a" });
/// let sent = json!({ "apiKey": "••••••", "model": "b", "password": "••••••" });
/// assert_eq!(unmask(&sent, &existing)?, json!({ "apiKey": "abc", "model": "b" }));
/// assert!(unmask(&json!(["--token=••••••"]), &existing).is_err());
/// # Ok::<(), openwork_model::mask::MaskedError>(())
/// ```
pub fn unmask(value: &Value, existing: &Value) -> Result<Value, MaskedError> {
    if !is_masked(value) {
        return Ok(value.clone());
    }
    let place = Place {
        existing: Some(existing),
        shown: Some(&mask(existing)),
        pointer: None,
    };
    place.value(value)?.ok_or_else(|| place.refuse())
}

/// Whether a mask is anywhere in a value. Most values are sent without, and
/// then what is there already need not be looked at.
pub(crate) fn is_masked(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(MASK),
        Value::Array(items) => items.iter().any(is_masked),
        Value::Object(members) => members
            .iter()
            .any(|(key, value)| key.contains(MASK) || is_masked(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A place in a value that is taken back, and what is there already.
#[derive(Clone, Copy)]
struct Place<'a> {
    existing: Option<&'a Value>,
    /// The same masked.
    shown: Option<&'a Value>,
    /// The last step here and the place before.
    pointer: Option<(&'a Place<'a>, &'a str)>,
}

impl Place<'_> {
    /// The value without masks; `None` if it was only a mask.
    fn value(&self, value: &Value) -> Result<Option<Value>, MaskedError> {
        match value {
            Value::String(text) if text.contains(MASK) => self.text(value, text),
            Value::Array(items) => self.items(items).map(Some),
            Value::Object(members) => self.members(members).map(Some),
            other => Ok(Some(other.clone())),
        }
    }

    fn text(&self, value: &Value, text: &str) -> Result<Option<Value>, MaskedError> {
        match self.existing {
            Some(existing) if self.shown == Some(value) => Ok(Some(existing.clone())),
            _ if text == MASK => Ok(None),
            _ => Err(self.refuse()),
        }
    }

    fn items(&self, items: &[Value]) -> Result<Value, MaskedError> {
        let item = |(index, item): (usize, &Value)| {
            let step = index.to_string();
            let place = Place {
                existing: self.existing.and_then(|existing| existing.get(index)),
                shown: self.shown.and_then(|shown| shown.get(index)),
                pointer: Some((self, &step)),
            };
            place.value(item)?.ok_or_else(|| place.refuse())
        };
        items.iter().enumerate().map(item).collect()
    }

    fn members(&self, members: &Map<String, Value>) -> Result<Value, MaskedError> {
        let mut kept = Map::new();
        for (key, value) in members {
            let place = Place {
                existing: self.original(key).map(|(_, existing)| existing),
                shown: self.shown.and_then(|shown| shown.get(key)),
                pointer: Some((self, key)),
            };
            let name = match self.original(key) {
                Some((name, _)) => name,
                None if key.contains(MASK) => return Err(place.refuse()),
                None => key,
            };
            if let Some(value) = place.value(value)? {
                kept.insert(name.clone(), value);
            }
        }
        Ok(Value::Object(kept))
    }

    /// The member that is shown under a key.
    fn original(&self, key: &str) -> Option<(&String, &Value)> {
        let (existing, shown) = (self.existing?.as_object()?, self.shown?.as_object()?);
        if !key.contains(MASK) {
            return existing.get_key_value(key);
        }
        let index = shown.keys().position(|shown| shown == key)?;
        existing.iter().nth(index)
    }

    fn refuse(&self) -> MaskedError {
        MaskedError {
            pointer: self.pointer(),
        }
    }

    fn pointer(&self) -> String {
        self.pointer.map_or_else(String::new, |(parent, step)| {
            format!("{}/{}", parent.pointer(), escape(step))
        })
    }
}

/// A step of a JSON pointer (RFC 6901, 3).
pub(super) fn escape(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}
