//! The written list of settings that are harmless.

use serde_json::Value;

use super::setting::ChangedSetting;
use crate::effect::findings::Findings;
use crate::effect::{Effect, EffectKind, Level, reference};
use openwork_model::web_address::is_like_address;

/// Which values are harmless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::effect) enum HarmlessValues {
    /// Texts that lead nowhere.
    Text,
    /// Numbers.
    Number,
    /// True or false.
    Flag,
    /// Any of these.
    Single,
    /// This text alone.
    Only(&'static str),
}

/// A setting that can neither run, send, read nor grant.
#[derive(Debug, Clone, Copy)]
pub(in crate::effect) struct HarmlessSetting {
    /// The keys that lead to it; `*` is any one key.
    pub(in crate::effect) keys: &'static [&'static str],
    pub(in crate::effect) values: HarmlessValues,
    /// Why it is on the list.
    pub(in crate::effect) reason: &'static str,
}

const fn line(
    keys: &'static [&'static str],
    values: HarmlessValues,
    reason: &'static str,
) -> HarmlessSetting {
    HarmlessSetting {
        keys,
        values,
        reason,
    }
}

/// The settings of the engine. What is not here is grave.
pub(in crate::effect) const ENGINE: &[HarmlessSetting] = &[
    line(
        &["$schema"],
        HarmlessValues::Only("https://opencode.ai/config.json"),
        "the engine writes it itself; editors complete keys by it",
    ),
    line(
        &["theme"],
        HarmlessValues::Text,
        "the colours of the terminal",
    ),
    line(
        &["username"],
        HarmlessValues::Text,
        "the name beside a person's messages",
    ),
    line(
        &["layout"],
        HarmlessValues::Text,
        "ignored since the layout is always stretched",
    ),
    line(
        &["keybinds", "*"],
        HarmlessValues::Text,
        "which key does what a person can do anyway",
    ),
    line(
        &["tui", "scroll_speed"],
        HarmlessValues::Number,
        "how fast the terminal scrolls",
    ),
    line(
        &["tui", "scroll_acceleration", "enabled"],
        HarmlessValues::Flag,
        "how the terminal scrolls",
    ),
    line(
        &["tui", "diff_style"],
        HarmlessValues::Text,
        "how the terminal lays out changes",
    ),
    line(
        &["agent", "*", "color"],
        HarmlessValues::Text,
        "the colour of an agent's name",
    ),
    line(
        &["agents", "*", "color"],
        HarmlessValues::Text,
        "the colour of an agent's name",
    ),
    line(
        &["mode", "*", "color"],
        HarmlessValues::Text,
        "the colour of an agent's name",
    ),
    line(
        &["agent", "*", "temperature"],
        HarmlessValues::Number,
        "how varied answers are",
    ),
    line(
        &["agents", "*", "temperature"],
        HarmlessValues::Number,
        "how varied answers are",
    ),
    line(
        &["mode", "*", "temperature"],
        HarmlessValues::Number,
        "how varied answers are",
    ),
    line(
        &["agent", "*", "top_p"],
        HarmlessValues::Number,
        "how varied answers are",
    ),
    line(
        &["agents", "*", "top_p"],
        HarmlessValues::Number,
        "how varied answers are",
    ),
    line(
        &["mode", "*", "top_p"],
        HarmlessValues::Number,
        "how varied answers are",
    ),
];

/// The settings of OpenWork.
pub(in crate::effect) const OPENWORK: &[HarmlessSetting] = &[
    line(
        &["version"],
        HarmlessValues::Single,
        "which version wrote the file",
    ),
    line(
        &["workspace", "name"],
        HarmlessValues::Text,
        "what the workspace is called",
    ),
    line(
        &["workspace", "createdAt"],
        HarmlessValues::Single,
        "when it was made",
    ),
    line(
        &["workspace", "preset"],
        HarmlessValues::Text,
        "what it was made from, once",
    ),
];

/// Notes a setting of a list; false if it is not on it.
pub(in crate::effect) fn weigh(
    findings: &mut Findings,
    list: &[HarmlessSetting],
    setting: &ChangedSetting<'_>,
) -> bool {
    let takes = |line: &&HarmlessSetting| {
        setting
            .new_value()
            .is_none_or(|value| line.values.take(value))
    };
    let listed = list.iter().find(|line| line.is_for(setting));
    let Some(line) = listed.filter(takes) else {
        return false;
    };
    let (path, from, to) = (setting.path.to_string(), setting.from(), setting.to());
    let text = match setting.after {
        Some(_) => format!("Sets `{path}` to `{to}`: {}.", line.reason),
        None => format!("Takes away `{path}`, which was `{from}`: {}.", line.reason),
    };
    let title = format!("Change the {}", words(&path));
    let effect = Effect::new(EffectKind::Setting, Level::Low, text);
    findings.add(title, effect.at(path).changing(from, to));
    true
}

impl HarmlessSetting {
    fn is_for(&self, setting: &ChangedSetting<'_>) -> bool {
        let mut keys = setting.path.keys();
        let is_each = self.keys.iter().rev().all(|known| {
            keys.next()
                .is_some_and(|key| *known == "*" || *known == key)
        });
        is_each && keys.next().is_none()
    }
}

impl HarmlessValues {
    fn take(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Text | Self::Single, Value::String(text)) => is_plain(text),
            (Self::Only(only), Value::String(text)) => only == text,
            (Self::Number | Self::Single, Value::Number(_))
            | (Self::Flag | Self::Single, Value::Bool(_)) => true,
            _ => false,
        }
    }
}

/// Whether a text leads nowhere: no reference, no address, no second line.
fn is_plain(text: &str) -> bool {
    text.len() <= 256
        && !text.contains(char::is_control)
        && !text.contains(['{', '}'])
        && !reference::is_reading(text)
        && !is_like_address(text)
}

/// `keybinds.leader` as `keybinds leader`.
fn words(path: &str) -> String {
    path.replace(['.', '_', '$'], " ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_has_a_reason_and_is_there_once() {
        for list in [ENGINE, OPENWORK] {
            for (index, line) in list.iter().enumerate() {
                assert!(line.reason.len() > 10, "{:?}", line.keys);
                let again = list
                    .iter()
                    .skip(index + 1)
                    .any(|other| other.keys == line.keys);
                assert!(!again, "{:?}", line.keys);
            }
        }
    }
}
