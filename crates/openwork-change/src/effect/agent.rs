//! The headers of agents in files of their own, weighed as the same agents in the configuration.

use serde_json::{Value, json};

use super::config::{self, setting};
use super::findings::Findings;
use super::text::WrittenText;
use super::{Effect, EffectKind, Level};
use openwork_model::agent::AgentText;
use openwork_model::mask::mask;

/// Notes what the fields of a header set off that are new or changed.
pub(super) fn weigh(findings: &mut Findings, name: &str, written: &WrittenText<'_>) {
    let closed = openwork_frontmatter::close_header(written.after);
    let after = closed.as_deref().unwrap_or(written.after);
    let bare = after.trim_start_matches('\u{feff}');
    let has_header = openwork_frontmatter::parse(after).is_ok_and(|text| text.has_header());
    let Ok(text) = AgentText::parse(after) else {
        return unknown(findings, name, written);
    };
    // The engine takes `---yaml` and the like for headers too.
    if !has_header && bare.starts_with("---") {
        return unknown(findings, name, written);
    }
    // What the engine has by itself is no new agent.
    let is_there = !written.before.is_empty() || config::is_built_in_agent(name);
    let before = is_there.then(|| AgentText::read(written.before));
    let before = before.map(|text| setting(name, &text));
    let after = setting(name, &text);
    let masked = [before.as_ref().map(mask), Some(mask(&after))];
    let side = |value, shown| Some(setting::SettingSide { value, shown });
    let before = before.as_ref().zip(masked[0].as_ref());
    setting::each_differing(
        None,
        before.and_then(|(value, shown)| side(value, shown)),
        masked[1].as_ref().and_then(|shown| side(&after, shown)),
        &mut |setting| config::weigh_agents(findings, setting),
    );
}

/// The agent as the configuration would have it. Its prompt is weighed as a text.
fn setting(name: &str, text: &AgentText) -> Value {
    json!({ "agent": { name: text.fields } })
}

fn unknown(findings: &mut Findings, name: &str, written: &WrittenText<'_>) {
    let text = format!(
        "The header of the agent `{name}` is written in a way that this server cannot read."
    );
    let effect = Effect::new(EffectKind::Unknown, Level::High, text);
    findings.add(
        format!("Change the agent {name}"),
        effect.about(written.path.as_str()),
    );
}
