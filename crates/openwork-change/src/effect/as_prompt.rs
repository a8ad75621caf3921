//! Texts of a workspace that the engine may read as a command, an agent or a skill.
//!
//! A path does not tell what a text is: the engine finds commands through links,
//! and a workspace may lie in a directory of the engine or hold one. So every text
//! is weighed as all of them. Only what is grave is told, since the rest is what
//! any text may do.

use super::findings::Findings;
use super::header::{self, TextKind};
use super::outside::is_system_name;
use super::template::{self, TextOrigin};
use super::text::WrittenText;
use super::{Effect, EffectKind, Level, agent};

/// Notes what a text would set off as a command, an agent or a skill.
pub(super) fn weigh(findings: &mut Findings, written: &WrittenText<'_>) {
    weigh_template(findings, written);
    weigh_header(findings, TextKind::Command, "a command", written);
    weigh_header(findings, TextKind::Skill, "a skill", written);
    weigh_agent(findings, written);
}

fn weigh_template(findings: &mut Findings, written: &WrittenText<'_>) {
    let subject = subject(written, "a command, an agent or a skill");
    let mut found = Findings::default();
    template::weigh(
        &mut found,
        TextOrigin::File,
        &subject,
        written.before,
        written.after,
    );
    // `@media` and `@home` stand in many texts, and would send no more than the
    // names in a directory.
    let is_word = |effect: &Effect| effect.file.as_deref().is_some_and(is_system_name);
    add_grave(findings, found, |effect| {
        (!is_word(&effect)).then_some(effect)
    });
}

fn weigh_header(findings: &mut Findings, kind: TextKind, reading: &str, written: &WrittenText<'_>) {
    let mut found = Findings::default();
    header::weigh(&mut found, kind, &subject(written, reading), written);
    add_grave(findings, found, Some);
}

fn weigh_agent(findings: &mut Findings, written: &WrittenText<'_>) {
    let name = written.path.file_name().unwrap_or("");
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut found = Findings::default();
    agent::weigh_fields(&mut found, name, written);
    add_grave(findings, found, |mut effect| {
        let path = written.path;
        effect.text = format!("`{path}` may be read as an agent: {}", effect.text);
        Some(effect)
    });
}

fn subject(written: &WrittenText<'_>, reading: &str) -> String {
    format!("`{}` (which may be read as {reading})", written.path)
}

fn add_grave(findings: &mut Findings, found: Findings, told: impl Fn(Effect) -> Option<Effect>) {
    // Headers of ordinary texts have fields that nobody knows here, such as `title`. The
    // engine passes those of commands and skills over, and sends an agent's to its model.
    let is_grave =
        |effect: &Effect| effect.level == Level::High && effect.kind != EffectKind::Unknown;
    for finding in found.into_parts().found {
        let effect = Some(finding.effect).filter(is_grave);
        if let Some(effect) = effect.and_then(&told) {
            findings.add(finding.title, effect);
        }
    }
}
