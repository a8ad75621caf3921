//! One setting before and after, and as it is shown.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde_json::{Map, Value};

use openwork_jsonc::same_value;
use openwork_model::mask::mask_text;

/// The keys that lead to a setting.
#[derive(Debug, Clone, Copy)]
pub(in crate::effect) struct SettingPath<'p> {
    parent: Option<&'p SettingPath<'p>>,
    /// The last key, as it is.
    pub(in crate::effect) key: &'p str,
    /// The last key, as it is shown.
    pub(in crate::effect) name: &'p str,
}

impl<'p> SettingPath<'p> {
    /// All keys, the last first.
    pub(in crate::effect) fn keys(&self) -> impl Iterator<Item = &'p str> {
        self.self_and_parents().map(|path| path.key)
    }

    /// The same as they are shown.
    pub(in crate::effect) fn names(&self) -> impl Iterator<Item = &'p str> {
        self.self_and_parents().map(|path| path.name)
    }

    fn self_and_parents(&self) -> impl Iterator<Item = SettingPath<'p>> {
        std::iter::successors(Some(*self), |path| path.parent.copied())
    }
}

/// The keys as they are shown, with dots between them.
impl fmt::Display for SettingPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            write!(f, "{parent}.")?;
        }
        f.write_str(self.name)
    }
}

/// A value and the same with its secrets masked.
#[derive(Debug, Clone, Copy)]
pub(in crate::effect) struct SettingSide<'v> {
    pub(in crate::effect) value: &'v Value,
    pub(in crate::effect) shown: &'v Value,
}

impl SettingSide<'_> {
    /// The value for people.
    pub(in crate::effect) fn text(self) -> String {
        text(self.shown)
    }
}

/// A value for people: texts without quotes.
pub(in crate::effect) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A setting that is not the same before and after.
#[derive(Debug, Clone, Copy)]
pub(in crate::effect) struct ChangedSetting<'v> {
    pub(in crate::effect) path: SettingPath<'v>,
    pub(in crate::effect) before: Option<SettingSide<'v>>,
    pub(in crate::effect) after: Option<SettingSide<'v>>,
}

impl<'v> ChangedSetting<'v> {
    /// What it was, for people.
    pub(in crate::effect) fn from(&self) -> String {
        shown(self.before)
    }

    /// What it will be, for people.
    pub(in crate::effect) fn to(&self) -> String {
        shown(self.after)
    }

    /// The value before.
    pub(in crate::effect) fn old_value(&self) -> Option<&'v Value> {
        self.before.map(|side| side.value)
    }

    /// The value after.
    pub(in crate::effect) fn new_value(&self) -> Option<&'v Value> {
        self.after.map(|side| side.value)
    }

    /// The members or items that differ: those that are there in their order,
    /// then those that are no longer there.
    pub(in crate::effect) fn each_differing(&self, mut visit: impl FnMut(&ChangedSetting<'_>)) {
        each_differing(Some(&self.path), self.before, self.after, &mut visit);
    }

    /// The keys that are there before and after, in both orders, if these
    /// are not the same.
    pub(in crate::effect) fn reordered(&self) -> Option<[String; 2]> {
        let (before, after) = (object(self.old_value())?, object(self.new_value())?);
        // Only keys on both sides: one that comes or goes is reported as such and would
        // make each addition look like a new order.
        let old = before.keys().filter(|key| after.contains_key(*key));
        let new = after.keys().filter(|key| before.contains_key(*key));
        if old.clone().eq(new.clone()) {
            return None;
        }
        let listed = |keys: Vec<&String>| {
            let keys: Vec<&str> = keys.into_iter().map(String::as_str).collect();
            mask_text(&keys.join(", ")).into_owned()
        };
        Some([listed(old.collect()), listed(new.collect())])
    }
}

/// The same below some keys, or of all settings.
pub(in crate::effect) fn each_differing(
    parent: Option<&SettingPath<'_>>,
    before: Option<SettingSide<'_>>,
    after: Option<SettingSide<'_>>,
    visit: &mut dyn FnMut(&ChangedSetting<'_>),
) {
    let (before, after) = (members(before), members(after));
    // A map, as objects of thousands of keys are compared. The order of visits is
    // still that of the file.
    let mut gone: HashMap<&str, SettingSide<'_>> = before
        .iter()
        .map(|member| (member.key.as_ref(), member.side))
        .collect();
    for member in &after {
        let before = gone.remove(member.key.as_ref());
        member.compare(parent, before, Some(member.side), visit);
    }
    for member in &before {
        if let Some(before) = gone.remove(member.key.as_ref()) {
            member.compare(parent, Some(before), None, visit);
        }
    }
}

fn shown(side: Option<SettingSide<'_>>) -> String {
    side.map_or_else(|| "unset".to_owned(), SettingSide::text)
}

fn object(value: Option<&Value>) -> Option<&Map<String, Value>> {
    value.and_then(Value::as_object)
}

/// A member of an object, or an item of a list by its number.
struct SettingMember<'v> {
    key: Cow<'v, str>,
    name: Cow<'v, str>,
    side: SettingSide<'v>,
}

impl SettingMember<'_> {
    /// Visits the member if it differs.
    fn compare(
        &self,
        parent: Option<&SettingPath<'_>>,
        before: Option<SettingSide<'_>>,
        after: Option<SettingSide<'_>>,
        visit: &mut dyn FnMut(&ChangedSetting<'_>),
    ) {
        if let (Some(before), Some(after)) = (before, after)
            // By value: `1.0` for `1` sets nothing off.
            && same_value(before.value, after.value)
        {
            return;
        }
        let path = SettingPath {
            parent,
            key: &self.key,
            name: &self.name,
        };
        visit(&ChangedSetting {
            path,
            before,
            after,
        });
    }
}

fn members(side: Option<SettingSide<'_>>) -> Vec<SettingMember<'_>> {
    match side.map(|side| (side.value, side.shown)) {
        Some((Value::Object(values), Value::Object(shown))) => values
            .iter()
            // Masking keeps order and shape, so a value and its masked form are walked side
            // by side instead of being looked up by keys that may be masked.
            .zip(shown)
            .map(|((key, value), (name, shown))| SettingMember {
                key: key.into(),
                name: name.into(),
                side: SettingSide { value, shown },
            })
            .collect(),
        Some((Value::Array(values), Value::Array(shown))) => values
            .iter()
            .zip(shown)
            .enumerate()
            .map(|(index, (value, shown))| SettingMember {
                key: index.to_string().into(),
                name: index.to_string().into(),
                side: SettingSide { value, shown },
            })
            .collect(),
        _ => Vec::new(),
    }
}
