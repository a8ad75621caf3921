//! A plan in the making.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use serde_json::Value;

use super::{
    FileEdit, GuardedPart, OldContents, Plan, PlanError, PlanReceipt, Precondition, Warning,
    WarningCode, WrittenKeys,
};
use crate::change::{Action, Fields};
use openwork_jsonc::JsoncDocument;
use openwork_model::agent::AgentName;
use openwork_model::audit::AuditNote;
use openwork_model::digest::Digest;
use openwork_model::files::{
    EntryKind, FileContents, FileError, Files, Location, TEXT_LIMIT, WalkSight, walk,
};
use openwork_model::forms::{EntryForm, EntrySection};
use openwork_model::name::{CommandName, SkillName};
use openwork_model::path::RelPath;
use openwork_model::workspace_file::is_named_in_prompts;

/// The most bytes that the files which a plan removes are held with: enough
/// to show what goes where skills and commands are texts.
const HELD: u64 = 4 << 20;

/// Collects what a change does, so that the paths shown, the edits and the
/// guarded parts of a plan agree.
pub(super) struct PlanDraft<'f> {
    files: &'f dyn Files,
    paths: Vec<RelPath>,
    shown: HashSet<RelPath>,
    edits: BTreeMap<RelPath, FileEdit>,
    preconditions: Vec<Precondition>,
    named_in_prompts: Vec<RelPath>,
    written: WrittenKeys,
    /// How many bytes of removed files may still be held.
    room: u64,
}

impl<'f> PlanDraft<'f> {
    pub(super) fn new(files: &'f dyn Files) -> Self {
        Self {
            files,
            paths: Vec::new(),
            shown: HashSet::new(),
            edits: BTreeMap::new(),
            preconditions: Vec::new(),
            named_in_prompts: Vec::new(),
            written: WrittenKeys::default(),
            room: HELD,
        }
    }

    /// The files that the plan is made for.
    pub(super) fn files(&self) -> &'f dyn Files {
        self.files
    }

    /// Names a file to the host.
    pub(super) fn show(&mut self, path: &RelPath) {
        // A set beside the list: the order is that of the change, and a search of the
        // list for each file of an import would take its square.
        if self.shown.insert(path.clone()) {
            self.paths.push(path.clone());
        }
    }

    /// Holds the value under a key as it is now.
    pub(super) fn guard(&mut self, path: &RelPath, key: String, value: Option<&Value>) {
        self.preconditions.push(Precondition {
            path: path.clone(),
            part: GuardedPart::Value(key, value.map(Digest::of_value)),
        });
    }

    /// Notes the settings that the change is about, as they will be.
    pub(super) fn note_settings(&mut self, path: &RelPath, settings: Fields) {
        self.written.settings.push((path.clone(), settings));
    }

    /// Notes something that the client should know, whatever other files say.
    pub(super) fn warn(&mut self, code: WarningCode, path: &RelPath, message: String) {
        let path = self.absolute(path);
        self.written.notes.push(Warning {
            code,
            message,
            path,
        });
    }

    /// Notes where a file comes to have both forms of a kind of entries.
    pub(super) fn note_forms(
        &mut self,
        path: &RelPath,
        before: Option<&[u8]>,
        after: &JsoncDocument,
    ) {
        for kind in EntrySection::ALL {
            // Few files have the newer form, and only those are read as a whole.
            if after.get(kind.container(EntryForm::Newer)).is_none() {
                continue;
            }
            let before = JsoncDocument::parse(before.unwrap_or(&[]));
            let was_mixed = before.is_ok_and(|before| kind.forms_in(before.value()).len() > 1);
            if kind.forms_in(after.value()).len() > 1 && !was_mixed {
                let [older, newer] = EntryForm::ALL.map(|form| kind.container(form).join("."));
                let message = format!(
                    "The file now has entries in `{older}` and in `{newer}`; the engine reads both since 1.18.24, and earlier versions refuse the second"
                );
                self.warn(WarningCode::MixedForms, path, message);
            }
        }
    }

    /// Notes a command that is written.
    pub(super) fn note_command(&mut self, name: &CommandName) {
        self.written.commands.push(name.clone());
    }

    /// Notes an agent that is written.
    pub(super) fn note_agent(&mut self, name: &AgentName) {
        self.written.agents.push(name.clone());
    }

    /// What the plan so far leaves in a file that it writes.
    pub(super) fn pending(&self, path: &RelPath) -> Option<&[u8]> {
        self.edits.get(path)?.after.as_deref()
    }

    /// Notes a skill that is written, and where.
    pub(super) fn note_skill(&mut self, name: &SkillName, path: &RelPath) {
        self.written.skills.push((name.clone(), path.clone()));
    }

    /// Replaces a file of which only some parts are guarded.
    pub(super) fn replace(
        &mut self,
        path: &RelPath,
        before: Option<FileContents>,
        after: Vec<u8>,
        limit: u64,
    ) -> Result<(), PlanError> {
        if after.len() as u64 > limit {
            return Err(PlanError::TooLarge {
                path: self.absolute(path),
                limit,
            });
        }
        let edit = FileEdit {
            path: path.clone(),
            before: before.map(OldContents::Held),
            after: Some(after.into()),
            executable: None,
        };
        self.edits.insert(path.clone(), edit);
        Ok(())
    }

    /// Makes a file that is written by the change a program, or none; `None`
    /// leaves that as it is. Holds what it was in any case: contents that a
    /// person has seen as a text must not become a program on the way.
    pub(super) fn make_executable(
        &mut self,
        path: &RelPath,
        executable: Option<bool>,
    ) -> Result<(), FileError> {
        let at = Location::workspace(path.clone());
        let is_executable = self.files.is_executable(&at)?;
        let Some(edit) = self.edits.get_mut(path) else {
            return Ok(());
        };
        edit.executable = executable.filter(|wanted| *wanted != is_executable);
        let held = Precondition {
            path: path.clone(),
            part: GuardedPart::Executable(is_executable),
        };
        if edit.before.is_some() && !self.preconditions.contains(&held) {
            self.preconditions.push(held);
        }
        Ok(())
    }

    /// Leaves a file or folder alone that the change was about to remove.
    pub(super) fn keep(&mut self, path: &RelPath) {
        self.edits
            .retain(|edited, edit| edit.after.is_some() || !edited.is_below(path));
        self.preconditions
            .retain(|part| self.edits.contains_key(&part.path) || !part.path.is_below(path));
    }

    /// Writes a whole file.
    pub(super) fn write(
        &mut self,
        path: &RelPath,
        after: Vec<u8>,
        limit: u64,
    ) -> Result<(), PlanError> {
        let before = self.files.read(&Location::workspace(path.clone()), limit)?;
        self.write_over(path, before, after, limit)
    }

    /// Holds a file that stays as it is.
    pub(super) fn hold(&mut self, path: &RelPath) -> Result<(), PlanError> {
        let at = Location::workspace(path.clone());
        let contents = self.files.read(&at, TEXT_LIMIT)?;
        self.guard_whole(path, contents.as_deref().map(Digest::of));
        Ok(())
    }

    /// Writes a whole text. One that lacks only its last line feed counts as
    /// written: nobody is asked for that alone.
    pub(super) fn write_text(&mut self, path: &RelPath, text: &str) -> Result<(), PlanError> {
        let there = self
            .files
            .read(&Location::workspace(path.clone()), TEXT_LIMIT)?;
        let text = match there.as_deref() {
            Some(there) if is_text(there, text) => there.to_vec(),
            _ => text.as_bytes().to_vec(),
        };
        self.write_over(path, there, text, TEXT_LIMIT)
    }

    /// Writes a whole file over what it was.
    fn write_over(
        &mut self,
        path: &RelPath,
        before: Option<FileContents>,
        after: Vec<u8>,
        limit: u64,
    ) -> Result<(), PlanError> {
        self.guard_whole(path, before.as_deref().map(Digest::of));
        self.replace(path, before, after, limit)
    }

    /// Removes a file of any size, unless it is written by the same change.
    pub(super) fn remove(&mut self, path: &RelPath) -> Result<(), FileError> {
        let Some(before) = self.old(path)? else {
            return Ok(());
        };
        self.guard_whole(path, Some(before.digest().digest));
        let removal = FileEdit {
            path: path.clone(),
            before: Some(before),
            after: None,
            executable: None,
        };
        // An import that replaces empties a folder and then fills it. What it writes
        // there must not be removed, in whichever order the two come.
        self.edits.entry(path.clone()).or_insert(removal);
        Ok(())
    }

    /// Removes every file below a directory of the workspace. Links stay:
    /// what they lead to is not the workspace's, and lists leave them out. So
    /// does what a [`walk`] does not come to.
    pub(super) fn empty(&mut self, directory: &RelPath) -> Result<(), FileError> {
        let top = Location::workspace(directory.clone());
        let mut found = Vec::new();
        let mut failed = None;
        walk(
            self.files,
            &top,
            // A link may lead to files that are not the workspace's to delete.
            &|entry| !entry.is_link,
            &mut |met| match met {
                WalkSight::Entry { dir, entry, .. }
                    if entry.kind == EntryKind::File && !entry.is_link =>
                {
                    found.extend(dir.path.join(&entry.name));
                }
                WalkSight::Closed {
                    error: error @ FileError::Io { .. },
                    ..
                } => failed = Some(error),
                WalkSight::Entry { .. }
                | WalkSight::Closed { .. }
                | WalkSight::TooDeep { .. }
                | WalkSight::TooMany => {}
            },
        );
        failed.map_or(Ok(()), Err)?;
        found.iter().try_for_each(|path| self.remove(path))
    }

    /// Looks whether the text of a command, an agent or a skill names a file.
    pub(super) fn note_prompts(&mut self, path: &RelPath) -> Result<(), PlanError> {
        if is_named_in_prompts(path, self.files)? {
            self.named_in_prompts.push(path.clone());
        }
        Ok(())
    }

    /// The absolute path of a file of the workspace.
    pub(super) fn absolute(&self, path: &RelPath) -> PathBuf {
        self.files.absolute(&Location::workspace(path.clone()))
    }

    /// A record of what was done to a file or directory of the workspace.
    pub(super) fn note(&self, path: &RelPath, summary: String) -> AuditNote {
        AuditNote {
            target: self.absolute(path).to_string_lossy().into_owned(),
            summary,
        }
    }

    /// Names every file that changes and was not named yet.
    pub(super) fn show_edits(&mut self) {
        let edited: Vec<RelPath> = self.edits.keys().cloned().collect();
        for path in &edited {
            self.show(path);
        }
    }

    /// The plan. Files that would be written as they are already do not
    /// count as changed.
    pub(super) fn finish(
        self,
        action: Action,
        summary: String,
        audit: AuditNote,
        receipt: PlanReceipt,
    ) -> Plan {
        Plan {
            action,
            summary,
            paths: self.paths,
            named_in_prompts: self.named_in_prompts,
            written: self.written,
            edits: self
                .edits
                .into_values()
                // Here and not while they are collected: an edit may be taken back by a later
                // one of the same change.
                .filter(FileEdit::is_change)
                .collect(),
            preconditions: self.preconditions,
            audit,
            receipt,
        }
    }

    /// What a file holds that is removed: its bytes if there is room for them.
    fn old(&mut self, path: &RelPath) -> Result<Option<OldContents>, FileError> {
        let at = Location::workspace(path.clone());
        // Bounded, because a plan waits in memory until somebody answers, and a
        // skill's folder may hold any files.
        match self.files.read(&at, self.room.min(TEXT_LIMIT)) {
            Ok(contents) => {
                let length = contents.as_ref().map_or(0, |contents| contents.len());
                self.room = self.room.saturating_sub(length as u64);
                Ok(contents.map(OldContents::Held))
            }
            Err(FileError::TooLarge { .. }) => Ok(self.files.digest(&at)?.map(OldContents::Unread)),
            Err(error) => Err(error),
        }
    }

    /// Holds a whole file, once.
    fn guard_whole(&mut self, path: &RelPath, contents: Option<Digest>) {
        // Once, however often the change writes it.
        if !self.edits.contains_key(path) {
            self.preconditions.push(Precondition {
                path: path.clone(),
                part: GuardedPart::Whole(contents),
            });
        }
    }
}

/// Whether a file holds a text, but for the last line feed that it may lack.
pub(super) fn is_text(there: &[u8], text: &str) -> bool {
    let unended = text.strip_suffix('\n').map(str::as_bytes);
    there == text.as_bytes() || Some(there) == unended
}
