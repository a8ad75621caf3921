//! Agents that are set up in the configuration.

use super::leaf::{self, Meaning};
use super::setting::Setting;
use super::{command, harmless, permission, weigh_members};
use crate::effect::EffectKind;
use crate::effect::findings::Findings;

/// Notes what changes of each agent.
pub(super) fn weigh(findings: &mut Findings, setting: &Setting<'_>) {
    weigh_members(findings, setting, weigh_agent);
}

fn weigh_agent(findings: &mut Findings, agent: &Setting<'_>) {
    let name = agent.path.name;
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

/// What a field means unless its end says more.
fn meaning(key: &str) -> Meaning {
    match key {
        "model" | "variant" => Meaning {
            kind: EffectKind::SendsData,
            does: "which decides where its conversations go",
        },
        "mode" | "disable" | "hidden" | "enabled" => Meaning {
            kind: EffectKind::Permission,
            does: "which decides who may use it, and for what",
        },
        "steps" | "maxSteps" => Meaning {
            kind: EffectKind::Permission,
            does: "which decides when it stops by itself",
        },
        _ => leaf::UNKNOWN,
    }
}
