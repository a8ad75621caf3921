//! Taking masked values back.

use serde_json::{Map, Value};

use super::MASK;
use super::scope::MaskScope;
use super::value::mask;
use openwork_jsonc::pointer_below;

mod address;

use self::address::AddressReach;

/// A masked value that cannot be taken back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MaskedError {
    /// It is not known and cannot be left out.
    #[error("the value at `{pointer}` is masked, and there is none yet that could be kept")]
    Unknown {
        /// Where the mask is (RFC 6901).
        pointer: String,
    },
    /// It would go to another address than before.
    #[error(
        "the value at `{pointer}` is masked, and the one that is there belongs to another address"
    )]
    Moved {
        /// Where the mask is (RFC 6901).
        pointer: String,
    },
}

impl MaskedError {
    /// Where the mask is (RFC 6901).
    pub fn pointer(&self) -> &str {
        match self {
            Self::Unknown { pointer } | Self::Moved { pointer } => pointer,
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
/// A secret never goes along to another address: where a URL of the same entry,
/// or one next to or above the mask, leads elsewhere than the one that is
/// there, the value is refused too.
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
    let place = MaskPlace {
        existing: Some(existing),
        shown: Some(&mask(existing)),
        scope: MaskScope::default(),
        moved: false,
        pointer: None,
    };
    place.value(value)?.ok_or_else(|| place.unknown())
}

/// Whether a mask is anywhere in a value. Most values are sent without, and
/// then what is there already need not be looked at.
pub fn is_masked(value: &Value) -> bool {
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
struct MaskPlace<'a> {
    existing: Option<&'a Value>,
    /// The same masked.
    shown: Option<&'a Value>,
    scope: MaskScope,
    /// Whether secrets here would go to another address than before.
    moved: bool,
    /// The last step here and the place before.
    pointer: Option<(&'a MaskPlace<'a>, &'a str)>,
}

impl MaskPlace<'_> {
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
            Some(_) if self.moved => Err(MaskedError::Moved {
                pointer: self.pointer(),
            }),
            Some(existing) if self.shown == Some(value) => Ok(Some(existing.clone())),
            _ if text == MASK => Ok(None),
            _ => Err(self.unknown()),
        }
    }

    fn items(&self, items: &[Value]) -> Result<Value, MaskedError> {
        let item = |(index, item): (usize, &Value)| {
            let key = index.to_string();
            let place = MaskPlace {
                existing: self.existing.and_then(|existing| existing.get(index)),
                shown: self.shown.and_then(|shown| shown.get(index)),
                scope: self.scope.first_item(),
                moved: self.moved,
                pointer: Some((self, &key)),
            };
            place.value(item)?.ok_or_else(|| place.unknown())
        };
        items.iter().enumerate().map(item).collect()
    }

    fn members(&self, members: &Map<String, Value>) -> Result<Value, MaskedError> {
        let moved = self.moved || self.moves(members);
        let mut kept = Map::new();
        for (key, value) in members {
            let place = MaskPlace {
                existing: self.original(key).map(|(_, existing)| existing),
                shown: self.shown.and_then(|shown| shown.get(key)),
                scope: self.scope.member(key, value.is_object()),
                moved,
                pointer: Some((self, key)),
            };
            let name = match self.original(key) {
                Some((name, _)) => name,
                None if key.contains(MASK) => return Err(place.unknown()),
                None => key,
            };
            if let Some(value) = place.value(value)? {
                kept.insert(name.clone(), value);
            }
        }
        Ok(Value::Object(kept))
    }

    /// Whether the addresses of an object lead elsewhere than those that are
    /// there: its own and, if it is an entry, all within it.
    fn moves(&self, members: &Map<String, Value>) -> bool {
        let parent = self.pointer.map(|(parent, _)| parent);
        let is_entry = parent.is_some_and(|parent| {
            let of_root = parent.pointer.is_none() && !self.scope.has_entries();
            parent.scope.has_entries() || of_root
        });
        // An entry of a map belongs to one server. If any address in it moves, none
        // of its secrets may be filled in, or a client could have them sent to itself.
        let reach = if is_entry {
            AddressReach::Whole
        } else {
            AddressReach::Own
        };
        address::moves(members, self.shown, self.existing, reach)
    }

    /// The member that is shown under a key.
    fn original(&self, key: &str) -> Option<(&String, &Value)> {
        let (existing, shown) = (self.existing?.as_object()?, self.shown?.as_object()?);
        // A key that was shown as it is must be found as it is: looking it up by place
        // would take back the value of a neighbour.
        if !key.contains(MASK) {
            return existing.get_key_value(key);
        }
        let index = shown.keys().position(|shown| shown == key)?;
        existing.iter().nth(index)
    }

    fn unknown(&self) -> MaskedError {
        MaskedError::Unknown {
            pointer: self.pointer(),
        }
    }

    fn pointer(&self) -> String {
        self.pointer.map_or_else(String::new, |(parent, key)| {
            pointer_below(&parent.pointer(), key)
        })
    }
}
