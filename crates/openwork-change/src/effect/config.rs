//! What the engine's settings do.
//!
//! Settings are compared by what they say, old and new forms alike. What
//! differs is weighed by the rules of its first key; what no rule knows is
//! grave. The engine fills in references before it parses the text, so these
//! are looked for in the text as well.
//!
//! | module | what it knows |
//! | --- | --- |
//! | `setting`, `leaves` | what differs, and the ends of all keys |
//! | `rules` | by which rules a first key is weighed |
//! | `harmless` | the written list of harmless settings |
//! | `inbox` | what names files that clients bring unasked |
//! | `leaf` | commands, addresses and variables, wherever they stand |
//! | `permission`, `mcp`, `plugin`, `instruction`, `skills`, `agent`, `command` | the rules of one setting each |

use serde_json::Value;

use super::findings::Findings;
use super::{Effect, EffectKind, Level, reference};
use openwork_jsonc::JsoncDocument;
use openwork_model::mask::mask;
use openwork_model::path::RelPath;

mod agent;
mod command;
pub(super) mod harmless;
mod inbox;
mod instruction;
pub(super) mod leaf;
mod leaves;
mod mcp;
mod permission;
mod plugin;
mod rules;
pub(super) mod setting;
mod skills;

use self::setting::{ChangedSetting, SettingSide, each_differing};

/// Weighs the settings that differ, and what the text of the file reads.
pub(super) fn weigh(
    findings: &mut Findings,
    path: &RelPath,
    before: Option<&[u8]>,
    after: Option<&[u8]>,
) {
    let text = |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or(&[])).into_owned();
    // On the text and not on values: the engine fills in references before it
    // parses, so one may begin in one value and end in another.
    reference::weigh_new(findings, &text(before), &text(after));
    differing(findings, path, before, after, |findings, setting| {
        rules::weigh(findings, setting);
        inbox::weigh(findings, setting);
    });
}

/// Whether the engine has an agent of a name by itself.
pub(super) fn is_built_in_agent(name: &str) -> bool {
    agent::BUILT_IN.contains(&name)
}

/// Weighs the setting `agent`, wherever it is said.
pub(super) fn weigh_agents(findings: &mut Findings, setting: &ChangedSetting<'_>) {
    findings.guard(
        |findings| agent::weigh(findings, setting),
        || unknown(setting),
    );
}

/// Has each setting weighed that is not the same in two texts of a file.
pub(super) fn differing(
    findings: &mut Findings,
    path: &RelPath,
    before: Option<&[u8]>,
    after: Option<&[u8]>,
    weigh: impl Fn(&mut Findings, &ChangedSetting<'_>),
) {
    let (Some(old), Some(new)) = (read(before), read(after)) else {
        let text = format!("`{path}` cannot be read, so what changes in it is not known.");
        let effect = Effect::new(EffectKind::Unknown, Level::High, text).about(path.as_str());
        findings.add(format!("Replace {path}, which cannot be read"), effect);
        if after.is_some() && read(after).is_some() {
            differing(findings, path, None, after, weigh);
        }
        return;
    };
    let sides = [Value::from(old.unlike(&new)), Value::from(new.unlike(&old))];
    let masked = [mask(&sides[0]), mask(&sides[1])];
    let [before, after] = [0, 1].map(|side| {
        let (value, shown) = (sides.get(side)?, masked.get(side)?);
        Some(SettingSide { value, shown })
    });
    let mut is_same = true;
    each_differing(None, before, after, &mut |setting| {
        is_same = false;
        findings.guard(|findings| weigh(findings, setting), || unknown(setting));
    });
    if is_same {
        let text = format!("Writes `{path}` in another form; what it says stays the same.");
        let effect = Effect::new(EffectKind::Setting, Level::Low, text).about(path.as_str());
        findings.add(format!("Write {path} in another form"), effect);
    }
}

/// What a text says; `None` if that is not known.
fn read(bytes: Option<&[u8]>) -> Option<JsoncDocument> {
    bytes.map_or_else(
        || Some(JsoncDocument::default()),
        |bytes| JsoncDocument::parse(bytes).ok(),
    )
}

/// What is said of a setting that nobody has anything to say of.
fn unknown(setting: &ChangedSetting<'_>) -> (String, Effect) {
    let path = setting.path.to_string();
    let text = format!("Changes `{path}`, and this server does not know what that does.");
    let effect =
        Effect::new(EffectKind::Unknown, Level::High, text).changing(setting.from(), setting.to());
    (format!("Change {path}"), effect.at(path))
}

/// Weighs each member of a setting that differs, and its order.
fn weigh_members(
    findings: &mut Findings,
    setting: &ChangedSetting<'_>,
    weigh: impl Fn(&mut Findings, &ChangedSetting<'_>),
) {
    if setting.new_value().is_some_and(|value| !value.is_object()) {
        return leaf::weigh_unknown(findings, setting);
    }
    setting.each_differing(|member| {
        findings.guard(|findings| weigh(findings, member), || unknown(member));
    });
    leaf::weigh_places(findings, setting, leaf::UNKNOWN);
}

/// The items of a list, or a single value, that were not there before.
fn added<'v>(setting: &ChangedSetting<'v>) -> Vec<SettingSide<'v>> {
    let known: std::collections::HashSet<String> = items(setting.before)
        .into_iter()
        .map(|item| item.value.to_string())
        .collect();
    let items = items(setting.after).into_iter();
    items
        .filter(|item| !known.contains(&item.value.to_string()))
        .collect()
}

/// The items of a list, or a single value.
fn items(side: Option<SettingSide<'_>>) -> Vec<SettingSide<'_>> {
    match side.map(|side| (side.value, side.shown)) {
        Some((Value::Array(values), Value::Array(shown))) => values
            .iter()
            .zip(shown)
            .map(|(value, shown)| SettingSide { value, shown })
            .collect(),
        _ => side.into_iter().collect(),
    }
}
