//! What files of a workspace do that clients write as they are.

use super::edit::{self, FileRole, lossy, role};
use super::findings::Findings;
use super::text::WrittenText;
use super::{Effect, EffectKind, Level, as_prompt};
use crate::plan::{FileEdit, GuardedPart, Plan};
use openwork_model::path::RelPath;

/// Texts for people. Agents may read them as instructions.
const TEXTS: &[&str] = &["csv", "log", "markdown", "md", "rst", "tsv", "txt"];
/// Files that end like texts, and that programs run or load by their names.
const LOADED: &[&str] = &[
    "apt.txt",
    "cmakelists.txt",
    "conanfile.txt",
    "entry_points.txt",
    "meson_options.txt",
    "packages.txt",
    "runtime.txt",
];
/// Words in the names of lists of packages, which are installed and so run:
/// `requirements-dev.txt`, `build-constraints.txt`.
const LISTS: &[&str] = &["constraints", "requirements"];
/// Pictures that hold nothing but a picture.
const PICTURES: &[&str] = &["gif", "jpeg", "jpg", "png", "webp"];

/// Weighs what is written. What is no text for people and no picture may be run
/// or loaded by some program, whatever it looks like.
pub(super) fn weigh(findings: &mut Findings, plan: &Plan, edit: &FileEdit) {
    let is_named = plan.named_in_prompts.contains(&edit.path);
    // A place of the engine's own has rules that know more than an ending tells.
    if role(&edit.path) != FileRole::Other {
        edit::weigh(findings, edit);
        if is_named {
            add(findings, edit, FileUse::Named);
        }
        return;
    }
    add(findings, edit, FileUse::of(plan, edit, is_named));
    if is_text(&edit.path) {
        weigh_as_prompt(findings, edit);
    }
}

/// What a file may be used for, by what is known of it.
#[derive(Debug, Clone, Copy)]
enum FileUse {
    /// People look at it.
    Picture,
    /// Agents read it.
    Text,
    /// Something that agents read names it.
    Named,
    /// Any program may have it.
    Program,
}

impl FileUse {
    fn of(plan: &Plan, edit: &FileEdit, is_named: bool) -> Self {
        let path = &edit.path;
        let is_program = is_program(plan, path) || is_script(edit) || is_loaded(path);
        match ending(path).as_deref() {
            // Before all others: a picture that a command runs is a program.
            _ if is_named => Self::Named,
            Some(ending) if !is_program && PICTURES.contains(&ending) => Self::Picture,
            Some(ending) if !is_program && TEXTS.contains(&ending) => Self::Text,
            _ => Self::Program,
        }
    }
}

fn add(findings: &mut Findings, edit: &FileEdit, used: FileUse) {
    let path = &edit.path;
    let verb = if edit.before.is_some() {
        "Replaces"
    } else {
        "Creates"
    };
    let (kind, level, text) = match used {
        FileUse::Picture => (
            EffectKind::Setting,
            Level::Low,
            format!("{verb} the picture `{path}`."),
        ),
        FileUse::Text => (
            EffectKind::Instructions,
            Level::Medium,
            format!("{verb} `{path}`, which agents may read as instructions."),
        ),
        FileUse::Named => (
            EffectKind::LoadsCode,
            Level::High,
            format!("{verb} `{path}`, which a command, an agent or a skill names and so may run."),
        ),
        FileUse::Program => (
            EffectKind::LoadsCode,
            Level::High,
            format!("{verb} `{path}`, which programs of this machine may run or load."),
        ),
    };
    let title = format!("Write the file {path}");
    findings.add(title, Effect::new(kind, level, text).about(path.as_str()));
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

/// Whether programs know a text by its name, or by that of a list's directory.
fn is_loaded(path: &RelPath) -> bool {
    let is_list = |part: &str| LISTS.iter().any(|word| part.contains(word));
    let lower = path.as_str().to_ascii_lowercase();
    let mut parts = lower.rsplit('/');
    let name = parts.next().unwrap_or("");
    let is_known = LOADED.contains(&name) || is_list(name) || parts.next().is_some_and(is_list);
    is_known && ending(path).as_deref() == Some("txt")
}

fn is_program(plan: &Plan, path: &RelPath) -> bool {
    let held = &plan.preconditions;
    held.iter()
        .any(|held| held.path == *path && held.part == GuardedPart::Executable(true))
}

/// Whether a text says by which program it is run.
fn is_script(edit: &FileEdit) -> bool {
    let after = edit.after.as_deref();
    // Whoever may start it needs no ending for it.
    after.is_some_and(|after| after.starts_with(b"#!"))
}
