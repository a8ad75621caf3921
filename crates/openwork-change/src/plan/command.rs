//! Plans for commands.

use std::collections::{HashMap, HashSet};

use super::command_setting;
use super::draft::PlanDraft;
use super::elsewhere;
use super::entry_removal::remove_entries;
use super::{Plan, PlanError, PlanReceipt};
use crate::change::{Action, CommandDraft, ImportMode, ImportSection};
use openwork_model::command::{
    self, CommandItem, CommandScope, FoundCommand, WholeCommand, importable_commands, read_command,
};
use openwork_model::files::{FileError, Files, Location, TEXT_LIMIT};
use openwork_model::layout::{FolderFile, WorkspacePlace};
use openwork_model::name::CommandName;
use openwork_model::path::RelPath;

/// The settings that have commands, in both forms.
const KEYS: [&str; 2] = ["command", "commands"];

/// Writes a command where it stands, in place of all that are listed under its
/// name.
pub(super) fn upsert(command: &CommandDraft, files: &dyn Files) -> Result<Plan, PlanError> {
    let mut draft = PlanDraft::new(files);
    let path = write(&mut draft, command, &mut StandingCommands::read(files)?)?;
    let note = draft.note(&path, format!("Upserted command {}", command.name()));
    Ok(draft.finish(
        Action::CommandsUpsert,
        format!("Upsert command {}", command.name()),
        note,
        PlanReceipt::Commands,
    ))
}

/// Adds the writing of a command to a plan, and says where.
pub(super) fn write(
    draft: &mut PlanDraft<'_>,
    command: &CommandDraft,
    standing: &mut StandingCommands,
) -> Result<RelPath, PlanError> {
    draft.note_command(command.name());
    if standing.file(command.name()).is_none()
        && standing.is_setting(command.name())
        && let Some(path) = command_setting::write(draft, command)?
    {
        draft.show(&path);
        return Ok(path);
    }
    let path = standing.place(command.name());
    draft.show(&path);
    // A command of the same name in another file would be laid over this one.
    let others = standing.under(command.name()).iter();
    for other in others.filter(|other| **other != path) {
        remove(draft, other)?;
    }
    let text = text(draft.files(), command, &path)?;
    draft.write(&path, text.into_bytes(), TEXT_LIMIT)?;
    Ok(path)
}

/// What is to stand in a command's file, which may be there.
fn text(files: &dyn Files, command: &CommandDraft, path: &RelPath) -> Result<String, PlanError> {
    let stem = FolderFile::of_path(path).and_then(|file| file.stem());
    let whole = stem.and_then(|stem| command.whole_text(&stem));
    if let Some(whole) = whole.filter(|whole| is_said(command, path, whole)) {
        return Ok(whole);
    }
    let old = files.read(&Location::workspace(path.clone()), TEXT_LIMIT)?;
    let Some(old) = old.as_deref().and_then(|old| str::from_utf8(old).ok()) else {
        return Ok(command.text());
    };
    let edited = command.text_over(old)?;
    // Read again as the engine reads it. What the edit of a header does not
    // foresee must not become another command than the one that was asked for.
    if is_said(command, path, &edited) {
        Ok(edited)
    } else {
        Ok(command.text())
    }
}

/// Whether a file of that text makes this command.
fn is_said(command: &CommandDraft, path: &RelPath, text: &str) -> bool {
    let stem = FolderFile::of_path(path).and_then(|file| file.stem());
    let item = stem.and_then(|stem| read_command(&stem, text, CommandScope::Workspace));
    item.is_some_and(|item| is_same(command, &item))
}

fn is_same(command: &CommandDraft, item: &CommandItem) -> bool {
    item.name == command.name().as_str()
        && item.template == command.template()
        && item.description.as_deref() == command.description()
        && item.agent.as_deref() == command.agent()
        && item.model.as_deref() == command.model()
        && item.variant.as_deref() == command.variant()
        && item.subtask == command.subtask()
}

/// Adds the commands of an import to a plan.
pub(super) fn import(
    draft: &mut PlanDraft<'_>,
    section: &ImportSection<Vec<CommandDraft>>,
) -> Result<(), PlanError> {
    if section.mode == ImportMode::Replace {
        draft.empty(&WorkspacePlace::Commands.path())?;
    }
    // Read once for all commands: for each anew, an import would cost the product
    // of what it brings and what is there.
    let mut standing = StandingCommands::read(draft.files())?;
    let own = importable_commands(draft.files())?;
    let own: HashMap<&str, &WholeCommand> = own
        .iter()
        .map(|own| (own.item.name.as_str(), own))
        .collect();
    let named = section.content.iter().enumerate();
    let last: HashMap<&str, usize> = named
        .map(|(index, command)| (command.name().as_str(), index))
        .collect();
    for (index, command) in section.content.iter().enumerate() {
        // Of one name the last counts.
        if last.get(command.name().as_str()) != Some(&index) {
            continue;
        }
        let there = own.get(command.name().as_str());
        // Of its own export nothing is another afterwards, whatever its files look like.
        if there.is_some_and(|there| is_as_wanted(command, there)) {
            for path in standing.under(command.name()) {
                draft.keep(path);
            }
        } else {
            write(draft, command, &mut standing)?;
        }
    }
    Ok(())
}

/// Whether a command is there just as it is wanted.
fn is_as_wanted(command: &CommandDraft, there: &WholeCommand) -> bool {
    let is_text = |content| there.text.as_deref() == Some(content);
    is_same(command, &there.item) && command.content().is_none_or(is_text)
}

/// Removes all that is listed under a name from the workspace, the settings
/// included; there need not be anything.
pub(super) fn delete(name: &CommandName, files: &dyn Files) -> Result<Plan, PlanError> {
    let mut draft = PlanDraft::new(files);
    let standing = StandingCommands::read(files)?;
    if let Some(file) = standing.file(name) {
        draft.show(file);
    }
    for file in standing.under(name) {
        remove(&mut draft, file)?;
    }
    let setting = remove_entries(&mut draft, &KEYS, &[name.as_str()])?;
    let has_file = standing.file(name).is_some();
    if !has_file && setting.is_none() {
        elsewhere::refuse_command(name, files)?;
        draft.show(&name.path());
    }
    let target = setting
        .filter(|_| !has_file)
        .unwrap_or_else(|| WorkspacePlace::Commands.path());
    let note = draft.note(&target, format!("Deleted command {name}"));
    Ok(draft.finish(
        Action::CommandsDelete,
        format!("Delete command {name}"),
        note,
        PlanReceipt::Done,
    ))
}

/// The workspace's command files by the name under which they are listed.
#[derive(Default)]
pub(super) struct StandingCommands {
    named: HashMap<String, Vec<RelPath>>,
    taken: HashSet<RelPath>,
    settings: HashSet<String>,
}

impl StandingCommands {
    pub(super) fn read(files: &dyn Files) -> Result<Self, PlanError> {
        // Read once here: an import would parse the settings for each of its commands.
        let mut standing = Self {
            settings: command_setting::names(files)?,
            ..Self::default()
        };
        for FoundCommand { item, path, .. } in
            command::command_files(files, CommandScope::Workspace)?
        {
            standing.taken.insert(path.clone());
            standing.named.entry(item.name).or_default().push(path);
        }
        for paths in standing.named.values_mut() {
            keep_files(paths, files);
        }
        Ok(standing)
    }

    /// Where a command is to be written: its file, or one that is made for it.
    fn place(&mut self, name: &CommandName) -> RelPath {
        if let Some(there) = self.file(name) {
            return there.clone();
        }
        let path = self.free_path(name);
        self.taken.insert(path.clone());
        let named = self.named.entry(name.to_string()).or_default();
        named.push(path.clone());
        path
    }

    /// The file of a command; of several the one that this server makes, or
    /// else the one that counts.
    fn file(&self, name: &CommandName) -> Option<&RelPath> {
        let (own, under) = (name.path(), self.under(name));
        let made_here = under.iter().find(|path| **path == own);
        made_here.or(under.last())
    }

    /// The path of a new command. A file that is called like it may be another
    /// command, by the name in its header.
    fn free_path(&self, name: &CommandName) -> RelPath {
        let numbered = (2..).map_while(|number| name.numbered_path(number));
        let mut paths = std::iter::once(name.path()).chain(numbered);
        paths
            .find(|path| !self.taken.contains(path))
            .unwrap_or_else(|| name.path())
    }

    fn is_setting(&self, name: &CommandName) -> bool {
        self.settings.contains(name.as_str())
    }

    fn under(&self, name: &CommandName) -> &[RelPath] {
        self.named.get(name.as_str()).map_or(&[], Vec::as_slice)
    }
}

/// Keeps the files that can be written, if there are any: a link that leads to
/// one of them is no second command.
fn keep_files(paths: &mut Vec<RelPath>, files: &dyn Files) {
    let is_file = |path: &RelPath| files.check_target(path).is_ok();
    if paths.len() > 1 && paths.iter().any(is_file) {
        paths.retain(is_file);
    }
}

fn remove(draft: &mut PlanDraft<'_>, path: &RelPath) -> Result<(), FileError> {
    draft.show(path);
    draft.remove(path)
}
