//! What a patch makes of the settings of one file.

use serde_json::{Map, Value};

use crate::change::{Fields, PatchKind};

/// Keys of which single members are patched where one of them is `null`, as
/// later clients expect.
const MERGED: &str = "provider";

/// What is wanted of one key.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted<'p> {
    /// That it is gone.
    Gone,
    /// That it is this value.
    Is(&'p Value),
    /// That these members replace those of their names, or remove them.
    Members(&'p Fields),
    /// That it is merged with this (RFC 7396).
    Merged(&'p Fields),
}

impl<'p> Wanted<'p> {
    pub(super) fn of(key: &str, value: &'p Value, kind: PatchKind) -> Self {
        match (value, kind) {
            (Value::Null, _) => Self::Gone,
            (Value::Object(members), PatchKind::Merge) => Self::Merged(members),
            (Value::Object(members), PatchKind::Keys)
                if key == MERGED && members.values().any(Value::is_null) =>
            {
                Self::Members(members)
            }
            _ => Self::Is(value),
        }
    }
}

/// What becomes of the keys of one file.
#[derive(Debug, Default)]
pub(super) struct FilePatch {
    /// Values that the patch says, which the engine has to take.
    pub(super) said: Fields,
    /// Values of which only something was removed.
    pub(super) rest: Fields,
    /// Keys that go.
    pub(super) gone: Vec<String>,
}

impl FilePatch {
    /// Adds what a patch makes of a key. What it removes goes from every file;
    /// what it says goes to the one that decides the key.
    pub(super) fn add(
        &mut self,
        key: &str,
        before: Option<Value>,
        wanted: Wanted<'_>,
        is_decided_here: bool,
    ) {
        let after = match wanted {
            Wanted::Gone => {
                self.gone.extend(before.map(|_| key.to_owned()));
                return;
            }
            Wanted::Is(value) => is_decided_here.then(|| value.clone()),
            Wanted::Members(members) if is_decided_here => with_members(before.as_ref(), members),
            Wanted::Merged(members) if is_decided_here => {
                let mut after = before.unwrap_or(Value::Null);
                merge(&mut after, members);
                Some(after)
            }
            Wanted::Members(members) | Wanted::Merged(members) => {
                if let Some(rest) = before.and_then(|before| without(&before, members)) {
                    self.rest.insert(key.to_owned(), rest);
                }
                return;
            }
        };
        if let Some(after) = after {
            self.said.insert(key.to_owned(), after);
        }
    }
}

/// Merges members into an object, as RFC 7396 says.
pub(super) fn merge_members(target: &mut Fields, patch: &Fields) {
    for (key, value) in patch {
        match value {
            Value::Null => drop(target.shift_remove(key)),
            Value::Object(members) => merge(
                target
                    .entry(key.clone())
                    .or_insert_with(|| Value::Object(Map::new())),
                members,
            ),
            value => drop(target.insert(key.clone(), value.clone())),
        }
    }
}

fn merge(target: &mut Value, patch: &Fields) {
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    if let Value::Object(target) = target {
        merge_members(target, patch);
    }
}

/// An object with members in place of those of their names; `None` if there is
/// nothing and nothing comes.
fn with_members(before: Option<&Value>, members: &Fields) -> Option<Value> {
    let said = members.iter().filter(|(_, value)| !value.is_null());
    let mut after = before.and_then(Value::as_object).cloned();
    if after.is_none() && members.values().all(Value::is_null) {
        return None;
    }
    let after = after.get_or_insert_with(Map::new);
    after.retain(|key, _| members.get(key) != Some(&Value::Null));
    after.extend(said.map(|(key, value)| (key.clone(), value.clone())));
    Some(Value::Object(after.clone()))
}

/// An object without what a patch removes; `None` if it stays as it is.
fn without(before: &Value, patch: &Fields) -> Option<Value> {
    let mut after = before.as_object()?.clone();
    for (key, value) in patch {
        let Some(own) = after.get_mut(key) else {
            continue;
        };
        match value {
            Value::Null => drop(after.shift_remove(key)),
            Value::Object(members) => {
                if let Some(rest) = without(own, members) {
                    *own = rest;
                }
            }
            _ => {}
        }
    }
    let after = Value::Object(after);
    (after != *before).then_some(after)
}
