//! Files and addresses that agents read as instructions in every
//! conversation.

use super::leaf::AddressUse;
use super::setting::ChangedSetting;
use super::{added, items, leaf};
use crate::effect::findings::Findings;
use crate::effect::outside::FileReach;
use crate::effect::{Effect, EffectKind, Level};
use openwork_model::mask::mask_text;
use openwork_model::web_address::is_like_address;

const FETCHING: AddressUse = AddressUse(
    "Has agents read instructions from",
    "Have agents read instructions from",
);

/// Notes what agents read from now on, and what no longer.
pub(super) fn weigh(findings: &mut Findings, setting: &ChangedSetting<'_>) {
    let added = added(setting);
    for item in &added {
        leaf::weigh_references_in(findings, item.value);
        match item.value.as_str() {
            Some(text) if is_like_address(text) => leaf::send(findings, setting, text, FETCHING),
            Some(path) => note(findings, setting, path),
            None => leaf::weigh_item(findings, setting, *item),
        }
    }
    let count = items(setting.after).len();
    // What is only moved or dropped changes what agents read as well. It is told
    // once for the list and not for each file.
    if added.is_empty() && count <= items(setting.before).len() {
        let path = setting.path.to_string();
        let text = format!("Changes which files agents read as instructions (`{path}`).");
        let effect = Effect::new(EffectKind::Instructions, Level::Medium, text)
            .at(path)
            .changing(setting.from(), setting.to());
        findings.add("Change what agents read as instructions", effect);
    }
}

fn note(findings: &mut Findings, setting: &ChangedSetting<'_>, path: &str) {
    let shown = mask_text(path);
    let (kind, level, text, title) = match FileReach::of_pattern(path) {
        FileReach::Outside => (
            EffectKind::ReadsFile,
            Level::High,
            format!(
                "Reads the file `{shown}` of this machine and sends it to the model in every conversation."
            ),
            format!("Read the file {shown} of this machine"),
        ),
        FileReach::Secret => (
            EffectKind::ReadsFile,
            Level::High,
            format!(
                "Reads `{shown}`, which may hold secrets, and sends it to the model in every conversation."
            ),
            format!("Send {shown}, which may hold secrets, to the model"),
        ),
        FileReach::Workspace => (
            EffectKind::Instructions,
            Level::Medium,
            format!("Agents will read `{shown}` as instructions in every conversation."),
            format!("Have agents read {shown} as instructions"),
        ),
    };
    let effect = Effect::new(kind, level, text).at(setting.path.to_string());
    findings.add(title, effect.about(shown));
}
