//! Commands that are set up in the configuration, and the texts of settings.

use super::leaf::{self, SettingMeaning};
use super::setting::ChangedSetting;
use super::{harmless, weigh_members};
use crate::effect::findings::Findings;
use crate::effect::{Effect, EffectKind, Level, template, text};

/// Notes what changes of each command.
pub(super) fn weigh(findings: &mut Findings, setting: &ChangedSetting<'_>) {
    if setting.after.is_some() {
        return weigh_members(findings, setting, weigh_command);
    }
    setting.each_differing(|command| note_deleted(findings, command));
}

fn weigh_command(findings: &mut Findings, command: &ChangedSetting<'_>) {
    if command.after.is_none() {
        return note_deleted(findings, command);
    }
    let subject = format!("the command `{}`", command.path.name);
    weigh_members(findings, command, |findings, field| match field.path.key {
        "template" => weigh_text(findings, field, &subject),
        "description" => {
            weigh_text(findings, field, &format!("the description of {subject}"));
        }
        "subtask" if field.new_value().is_some_and(serde_json::Value::is_boolean) => {
            note_subtask(findings, field, &subject);
        }
        key => leaf::weigh(findings, field, harmless::ENGINE, meaning(key)),
    });
}

/// Weighs a text that agents read; `subject` is what it belongs to.
pub(super) fn weigh_text(findings: &mut Findings, field: &ChangedSetting<'_>, subject: &str) {
    let before = field.old_value().and_then(serde_json::Value::as_str);
    let after = match field.new_value() {
        None => "",
        Some(serde_json::Value::String(after)) => after,
        Some(_) => return leaf::weigh_unknown(findings, field),
    };
    let (title, effect) = text::instructions(subject, before.is_none());
    findings.add(title, effect.at(field.path.to_string()));
    template::weigh(
        findings,
        template::TextOrigin::Config,
        subject,
        before.unwrap_or(""),
        after,
    );
    if let Some(value) = field.new_value() {
        leaf::weigh_references_in(findings, value);
    }
}

fn note_subtask(findings: &mut Findings, field: &ChangedSetting<'_>, subject: &str) {
    let (path, from, to) = (field.path.to_string(), field.from(), field.to());
    let text = format!("Changes whether {subject} runs beside the conversation: {from} → {to}.");
    let effect = Effect::new(EffectKind::Setting, Level::Medium, text);
    let title = format!("Change how {} runs", subject.replace('`', ""));
    findings.add(title, effect.at(path).changing(from, to));
}

fn note_deleted(findings: &mut Findings, command: &ChangedSetting<'_>) {
    let text = format!(
        "Deletes the command `{}` of the configuration.",
        command.path.name
    );
    let effect = Effect::new(EffectKind::Deletes, Level::Low, text);
    let title = format!("Delete the command {}", command.path.name);
    findings.add(title, effect.at(command.path.to_string()));
}

/// What a field means unless its end says more.
fn meaning(key: &str) -> SettingMeaning {
    match key {
        "agent" => SettingMeaning {
            kind: EffectKind::Permission,
            does: "by whose permissions it runs",
        },
        "model" | "variant" => SettingMeaning {
            kind: EffectKind::SendsData,
            does: "which decides where its conversations go",
        },
        _ => leaf::UNKNOWN,
    }
}
