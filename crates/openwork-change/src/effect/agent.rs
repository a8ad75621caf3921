//! The headers of agents in files of their own, weighed as the same agents in the configuration.

use serde_json::{Value, json};

use super::config::{self, setting};
use super::findings::Findings;
use super::text::WrittenText;
use super::{Effect, EffectKind, Level};
use openwork_model::agent::AgentText;
use openwork_model::mask::mask;

/// Notes what the fields of a header set off that are new or changed, and that an
/// agent is new.
pub(super) fn weigh(findings: &mut Findings, name: &str, written: &WrittenText<'_>) {
    // What the engine has by itself is no new agent.
    let is_there = !written.before.is_empty() || config::is_built_in_agent(name);
    weigh_header(findings, name, written, is_there);
}

/// Notes what the fields of a header set off, as of an agent that is there already.
pub(super) fn weigh_fields(findings: &mut Findings, name: &str, written: &WrittenText<'_>) {
    weigh_header(findings, name, written, true);
}

fn weigh_header(findings: &mut Findings, name: &str, written: &WrittenText<'_>, is_there: bool) {
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
    let before = is_there.then(|| AgentText::read(written.before));
    let before = before.map(|text| setting(name, &text));
    compare(findings, before.as_ref(), Some(&setting(name, &text)));
}

/// Notes what an agent's header no longer says once its file is gone, as far as that
/// is grave: a rule that forbade something, or what switched an agent of the engine's
/// own off. That the file goes is counted elsewhere.
pub(super) fn weigh_gone(findings: &mut Findings, name: &str, written: &WrittenText<'_>) {
    let mut found = Findings::default();
    let closed = openwork_frontmatter::close_header(written.before);
    match AgentText::parse(closed.as_deref().unwrap_or(written.before)) {
        Ok(text) if text.fields.is_empty() => {}
        Ok(text) => compare(&mut found, Some(&setting(name, &text)), None),
        Err(_) => unknown(&mut found, name, written),
    }
    for finding in found.into_parts().found {
        if finding.effect.level == Level::High {
            findings.add(finding.title, finding.effect);
        }
    }
}

/// Weighs what differs of an agent between two configurations.
fn compare(findings: &mut Findings, before: Option<&Value>, after: Option<&Value>) {
    let masked = [before, after].map(|value| value.map(mask));
    let [before, after] = [(before, &masked[0]), (after, &masked[1])].map(|(value, shown)| {
        let (value, shown) = value.zip(shown.as_ref())?;
        Some(setting::SettingSide { value, shown })
    });
    setting::each_differing(None, before, after, &mut |setting| {
        config::weigh_agents(findings, setting);
    });
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
