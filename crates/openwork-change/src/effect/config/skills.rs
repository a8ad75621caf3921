//! Where the engine looks for more skills.

use super::leaf::AddressUse;
use super::setting::ChangedSetting;
use super::{added, leaf};
use crate::effect::findings::Findings;
use crate::effect::{Effect, EffectKind, Level};
use openwork_model::mask::mask_text;
use openwork_model::web_address::is_like_address;

const FETCHING: AddressUse = AddressUse(
    "Has agents take skills from",
    "Have agents take skills from",
);

/// Notes the places that come: `skills.paths`, `skills.urls`, or a list.
pub(super) fn weigh(findings: &mut Findings, setting: &ChangedSetting<'_>) {
    if setting.new_value().is_none_or(serde_json::Value::is_array) {
        return weigh_places(findings, setting);
    }
    setting.each_differing(|part| match part.path.key {
        "paths" | "urls" => weigh_places(findings, part),
        _ => leaf::weigh_unknown(findings, part),
    });
}

fn weigh_places(findings: &mut Findings, setting: &ChangedSetting<'_>) {
    let added = added(setting);
    for place in &added {
        leaf::weigh_references_in(findings, place.value);
        match place.value.as_str() {
            Some(text) if is_like_address(text) => leaf::send(findings, setting, text, FETCHING),
            Some(path) => note(findings, setting, path),
            None => leaf::weigh_item(findings, setting, *place),
        }
    }
    if added.is_empty() {
        leaf::weigh_unknown(findings, setting);
    }
}

fn note(findings: &mut Findings, setting: &ChangedSetting<'_>, path: &str) {
    let shown = mask_text(path);
    let text =
        format!("Agents will read every skill below `{shown}`, and such skills can be deleted.");
    let effect = Effect::new(EffectKind::Instructions, Level::High, text)
        .at(setting.path.to_string())
        .about(shown.clone());
    findings.add(format!("Take skills from {shown}"), effect);
}
