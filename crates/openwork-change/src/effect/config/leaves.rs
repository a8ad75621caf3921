//! The ends of all keys of a setting.

use serde_json::{Map, Value};

use super::setting::{ChangedSetting, SettingSide};

/// Visits everything below a setting that differs and has no parts of its own,
/// and every object whose keys only change places.
pub(in crate::effect) fn each_leaf(
    setting: &ChangedSetting<'_>,
    visit: &mut dyn FnMut(SettingLeaf<'_, '_>),
) {
    let is_split = |side: Option<SettingSide<'_>>| side.is_some_and(|side| has_parts(side.value));
    let (before, after) = (is_split(setting.before), is_split(setting.after));
    if !before && !after {
        visit(SettingLeaf::Value(setting));
        return;
    }
    // A single value that gives way to parts, or takes their place.
    // A text that becomes an object differs twice: it goes, and the parts come.
    // Told as one change, the parts would hide in it.
    let single = ChangedSetting {
        before: setting
            .before
            .filter(|side| !before && !is_empty(side.value)),
        after: setting.after.filter(|side| !after && !is_empty(side.value)),
        ..*setting
    };
    if single.before.is_some() || single.after.is_some() {
        visit(SettingLeaf::Value(&single));
    }
    let parts = ChangedSetting {
        before: setting.before.filter(|side| before || is_empty(side.value)),
        after: setting.after.filter(|side| after || is_empty(side.value)),
        ..*setting
    };
    parts.each_differing(|part| each_leaf(part, visit));
    if let Some([from, to]) = setting.reordered() {
        visit(SettingLeaf::Order(setting, from, to));
    }
}

/// What is found at the end of all keys.
pub(in crate::effect) enum SettingLeaf<'s, 'v> {
    /// A value that differs.
    Value(&'s ChangedSetting<'v>),
    /// The order of an object's keys, before and after.
    Order(&'s ChangedSetting<'v>, String, String),
}

/// Whether a value is looked into. A list of single values counts as one.
fn has_parts(value: &Value) -> bool {
    match value {
        Value::Object(members) => !members.is_empty(),
        // `["npx", "-y", "x"]` is one command to a person. Word by word it would be
        // three changes.
        Value::Array(items) => items.iter().any(|item| item.is_object() || item.is_array()),
        _ => false,
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty)
}
