//! Settings that name what clients bring without anybody being asked.

use serde_json::Value;

use super::setting::ChangedSetting;
use crate::effect::findings::Findings;
use crate::effect::outside::is_pattern_outside;
use crate::effect::{Effect, EffectKind, Level};
use openwork_model::inbox::leading_texts;
use openwork_model::mask::mask_text;
use openwork_model::web_address::is_like_address;

/// Settings whose texts are weighed as templates, mention by mention.
const TEMPLATES: &[&str] = &["agent", "agents", "mode", "command", "commands"];

/// Notes what a first setting names of it from now on.
pub(super) fn weigh(findings: &mut Findings, setting: &ChangedSetting<'_>) {
    let key = setting.path.key;
    if TEMPLATES.contains(&key) {
        return;
    }
    let texts = |value: Option<&'_ Value>| -> Vec<String> {
        let found = value.map(|value| leading_texts(key, value));
        found.into_iter().flatten().map(str::to_owned).collect()
    };
    let known = texts(setting.old_value());
    for text in texts(setting.new_value()) {
        // What may lie anywhere is told as such, and so is where something is sent.
        let is_elsewhere = is_like_address(&text) || is_pattern_outside(&text);
        let is_told = is_elsewhere && !text.to_lowercase().contains("inbox");
        if !is_told && !known.contains(&text) {
            note(findings, setting, &text);
        }
    }
}

fn note(findings: &mut Findings, setting: &ChangedSetting<'_>, text: &str) {
    let shown = mask_text(text);
    let kind = match setting.path.key {
        "instructions" | "skills" => EffectKind::Instructions,
        "plugin" | "plugins" => EffectKind::LoadsCode,
        _ => EffectKind::RunsCommand,
    };
    let told = format!(
        "Has files used that clients bring: they may change `{shown}` at any time without being asked."
    );
    let effect = Effect::new(kind, Level::High, told).at(setting.path.to_string());
    findings.add(
        format!("Use {shown}, which clients may change at any time"),
        effect.about(shown),
    );
}
