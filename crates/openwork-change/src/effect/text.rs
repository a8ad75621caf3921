//! Texts that agents read: skills, commands and agents in files of their own.

use super::findings::Findings;
use super::header::{self, TextKind};
use super::{Effect, EffectKind, Level, agent, template};
use openwork_model::path::RelPath;

/// A text file before and after.
#[derive(Debug, Clone, Copy)]
pub(super) struct WrittenText<'t> {
    pub(super) path: &'t RelPath,
    pub(super) before: &'t str,
    pub(super) after: &'t str,
}

/// Weighs the text of a skill.
pub(super) fn weigh_skill(findings: &mut Findings, name: &str, written: &WrittenText<'_>) {
    weigh(
        findings,
        TextKind::Skill,
        &format!("the skill `{name}`"),
        written,
    );
}

/// Weighs the text of a command.
pub(super) fn weigh_command(findings: &mut Findings, name: &str, written: &WrittenText<'_>) {
    weigh(
        findings,
        TextKind::Command,
        &format!("the command `{name}`"),
        written,
    );
}

/// Weighs the text of an agent: its prompt is instructions, and its header what the
/// configuration would say of it.
pub(super) fn weigh_agent(findings: &mut Findings, name: &str, written: &WrittenText<'_>) {
    weigh_text(findings, &format!("the agent `{name}`"), written);
    agent::weigh(findings, name, written);
}

fn weigh(findings: &mut Findings, kind: TextKind, subject: &str, written: &WrittenText<'_>) {
    weigh_text(findings, subject, written);
    header::weigh(findings, kind, subject, written);
}

fn weigh_text(findings: &mut Findings, subject: &str, written: &WrittenText<'_>) {
    let (title, effect) = instructions(subject, written.before.is_empty());
    findings.add(title, effect.about(written.path.as_str()));
    // The header is looked at as well: one that is broken is a part of the text.
    template::weigh(
        findings,
        template::TextOrigin::File,
        subject,
        written.before,
        written.after,
    );
}

/// What it is that agents read a text, and what a change of it is called.
pub(super) fn instructions(subject: &str, is_new: bool) -> (String, Effect) {
    let text = format!("Agents will read {subject} as instructions.");
    let effect = Effect::new(EffectKind::Instructions, Level::Medium, text);
    let verb = if is_new { "Write" } else { "Change" };
    (format!("{verb} {}", subject.replace('`', "")), effect)
}
