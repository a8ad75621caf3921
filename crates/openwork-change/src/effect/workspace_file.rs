//! What files of a workspace do that clients write as they are.

use super::edit::{self, FileRole, lossy, role};
use super::findings::Findings;
use super::text::WrittenText;
use super::{Effect, EffectKind, Level, as_prompt};
use crate::plan::{FileEdit, GuardedPart, Plan};
use openwork_model::path::RelPath;

/// Texts for people. Agents may read them as instructions.
const TEXTS: &[&str] = &["csv", "log", "markdown", "md", "rst", "tsv", "txt"];
/// Pictures that hold nothing but a picture.
const PICTURES: &[&str] = &["gif", "jpeg", "jpg", "png", "webp"];

/// Weighs what is written. What is no text for people and no picture may be run
/// or loaded by some program, whatever it looks like.
pub(super) fn weigh(findings: &mut Findings, plan: &Plan, edit: &FileEdit) {
    if role(&edit.path) != FileRole::Other {
        return edit::weigh(findings, edit);
    }
    let path = &edit.path;
    let verb = if edit.before.is_some() {
        "Replaces"
    } else {
        "Creates"
    };
    let is_program = is_program(plan, path) || is_script(edit);
    let (kind, level, text) = match ending(path).as_deref() {
        Some(ending) if !is_program && PICTURES.contains(&ending) => (
            EffectKind::Setting,
            Level::Low,
            format!("{verb} the picture `{path}`."),
        ),
        Some(ending) if !is_program && TEXTS.contains(&ending) => (
            EffectKind::Instructions,
            Level::Medium,
            format!("{verb} `{path}`, which agents may read as instructions."),
        ),
        _ => (
            EffectKind::LoadsCode,
            Level::High,
            format!("{verb} `{path}`, which programs of this machine may run or load."),
        ),
    };
    let title = format!("Write the file {path}");
    findings.add(title, Effect::new(kind, level, text).about(path.as_str()));
    if is_text(path) {
        weigh_as_prompt(findings, edit);
    }
}

/// Weighs a text as what a link could make of it, whatever its ending: the name of
/// the link counts for the engine, not that of the file.
fn weigh_as_prompt(findings: &mut Findings, edit: &FileEdit) {
    let written = WrittenText {
        path: &edit.path,
        before: &lossy(edit.held()),
        after: &lossy(edit.after.as_deref()),
    };
    as_prompt::weigh(findings, &written);
}

fn is_text(path: &RelPath) -> bool {
    ending(path).is_some_and(|ending| TEXTS.contains(&ending.as_str()))
}

fn ending(path: &RelPath) -> Option<String> {
    let (_, ending) = path.file_name()?.rsplit_once('.')?;
    Some(ending.to_ascii_lowercase())
}

fn is_program(plan: &Plan, path: &RelPath) -> bool {
    let held = &plan.preconditions;
    held.iter()
        .any(|held| held.path == *path && held.part == GuardedPart::Executable(true))
}

/// Whether a text says by which program it is run.
fn is_script(edit: &FileEdit) -> bool {
    let after = edit.after.as_deref();
    after.is_some_and(|after| after.starts_with(b"#!"))
}
