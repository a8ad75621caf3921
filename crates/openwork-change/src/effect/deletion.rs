//! Files that go.

use super::edit::{FileRole, role};
use super::findings::Findings;
use super::{Effect, EffectKind, Level};
use crate::change::Action;
use crate::plan::Plan;
use openwork_model::layout::{FolderContent, FolderFile};
use openwork_model::path::RelPath;

/// Counts what is deleted; an import that deletes does so before it writes.
///
/// Only skills, commands and agents are deleted by requests. Where anything else goes
/// with them, such as the sources around a `SKILL.md`, each file is named.
pub(super) fn weigh(findings: &mut Findings, plan: &Plan) {
    let mut gone = GoneFiles::default();
    for edit in plan.edits.iter().filter(|edit| edit.after.is_none()) {
        match role(&edit.path) {
            FileRole::Config | FileRole::Openwork => {}
            FileRole::Skill(_) => gone.skills.push(&edit.path),
            FileRole::Command(_) => gone.commands.push(&edit.path),
            FileRole::Agent(_) if is_agent_file(&edit.path) => gone.agents.push(&edit.path),
            FileRole::SkillFile => gone.files.push(&edit.path),
            // Replacing all commands empties their folder, whatever else lies in it.
            FileRole::Agent(_) | FileRole::Other if is_command_file(&edit.path) => {
                gone.files.push(&edit.path);
            }
            FileRole::Agent(_) | FileRole::Other => note_unexpected(findings, &edit.path),
        }
    }
    if let Some(all) = gone.counted() {
        let first = if plan.action == Action::ConfigImport {
            " first"
        } else {
            ""
        };
        let text = format!("Deletes {all}{first}.");
        let mut effect = Effect::new(EffectKind::Deletes, Level::Low, text);
        effect.file = gone.only().map(|path| path.as_str().to_owned());
        findings.add(format!("Delete {all}"), effect);
    }
}

/// What goes and can be brought back.
#[derive(Default)]
struct GoneFiles<'p> {
    skills: Vec<&'p RelPath>,
    commands: Vec<&'p RelPath>,
    agents: Vec<&'p RelPath>,
    files: Vec<&'p RelPath>,
}

impl GoneFiles<'_> {
    /// All of it for people; `None` for nothing.
    fn counted(&self) -> Option<String> {
        let counted = [
            (self.skills.len(), "skill"),
            (self.commands.len(), "command"),
            (self.agents.len(), "agent"),
            (self.files.len(), "further file"),
        ];
        let counted: Vec<String> = counted
            .into_iter()
            .filter_map(|(count, name)| some(count, name))
            .collect();
        let (last, others) = counted.split_last()?;
        if others.is_empty() {
            return Some(last.clone());
        }
        Some(format!("{} and {last}", others.join(", ")))
    }

    /// The file, if there is no more than one.
    fn only(&self) -> Option<&RelPath> {
        let all = self.skills.iter().chain(&self.commands);
        let mut all = all.chain(&self.agents).chain(&self.files);
        let only = all.next().copied();
        only.filter(|_| all.next().is_none())
    }
}

fn note_unexpected(findings: &mut Findings, path: &RelPath) {
    let text = format!("Deletes `{path}`, which is in no folder of skills or commands.");
    let effect = Effect::new(EffectKind::Deletes, Level::High, text).about(path.as_str());
    findings.add(format!("Delete the file {path}"), effect);
}

/// Whether a file lies in a folder of commands: all in them may go with the
/// commands.
fn is_command_file(path: &RelPath) -> bool {
    FolderFile::of_path(path).is_some_and(|file| file.folder.content == FolderContent::Commands)
}

/// Whether a file lies in a folder of agents or modes.
fn is_agent_file(path: &RelPath) -> bool {
    FolderFile::of_path(path).is_some_and(|file| {
        matches!(
            file.folder.content,
            FolderContent::Agents | FolderContent::Modes
        )
    })
}

fn some(count: usize, name: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {name}")),
        _ => Some(format!("{count} {name}s")),
    }
}
