//! Agents that are set up in the configuration.

use super::leaf::{self, SettingMeaning};
use super::setting::ChangedSetting;
use super::{command, harmless, permission, weigh_members};
use crate::effect::findings::Findings;
use crate::effect::{Effect, EffectKind, Level};

/// The agents that the engine has by itself.
pub(super) const BUILT_IN: [&str; 7] = [
    "build",
    "compaction",
    "explore",
    "general",
    "plan",
    "summary",
    "title",
];

/// Notes what changes of each agent.
pub(super) fn weigh(findings: &mut Findings, setting: &ChangedSetting<'_>) {
    weigh_members(findings, setting, weigh_agent);
}

fn weigh_agent(findings: &mut Findings, agent: &ChangedSetting<'_>) {
    let name = agent.path.name;
    if agent.before.is_none() && !BUILT_IN.contains(&agent.path.key) {
        note_new(findings, agent);
    }
    weigh_members(findings, agent, |findings, field| match field.path.key {
        "permission" | "permissions" | "tools" => {
            permission::weigh(findings, field, &format!("the agent `{name}`"));
        }
        "prompt" | "system" => {
            command::weigh_text(
                findings,
                field,
                &format!("the prompt of the agent `{name}`"),
            );
        }
        "description" => {
            command::weigh_text(
                findings,
                field,
                &format!("the description of the agent `{name}`"),
            );
        }
        key => leaf::weigh(findings, field, harmless::ENGINE, meaning(key)),
    });
}

/// A new agent is not bound by the rules that others have for themselves.
fn note_new(findings: &mut Findings, agent: &ChangedSetting<'_>) {
    let (path, name) = (agent.path.to_string(), agent.path.name);
    let text =
        format!("Sets up the agent `{name}`, bound by no rules but its own and those for all.");
    let effect =
        Effect::new(EffectKind::Permission, Level::High, text).changing("unset", agent.to());
    findings.add(format!("Set up the agent {name}"), effect.at(path));
}

/// What a field means unless its end says more.
fn meaning(key: &str) -> SettingMeaning {
    match key {
        "model" | "variant" => SettingMeaning {
            kind: EffectKind::SendsData,
            does: "which decides where its conversations go",
        },
        "mode" | "disable" | "hidden" | "enabled" => SettingMeaning {
            kind: EffectKind::Permission,
            does: "which decides who may use it, and for what",
        },
        "steps" | "maxSteps" => SettingMeaning {
            kind: EffectKind::Permission,
            does: "which decides when it stops by itself",
        },
        _ => leaf::UNKNOWN,
    }
}
