//! Plans that take back a change which was made.
//!
//! A file that is still as the change left it becomes what it was, byte for
//! byte. Where others have changed it since, their changes stay: of settings
//! exactly the entries that the change made are reversed, of other texts the
//! lines. What both changed is a conflict, and then nothing is taken back.

use super::draft::PlanDraft;
use super::{Plan, PlanError, PlanReceipt};
use crate::change::{Action, KeptContents, RecordedFile, UndoDraft};
use openwork_jsonc::JsoncDocument;
use openwork_model::files::{CONFIG_LIMIT, FileContents, Files, Location};
use openwork_model::layout::{WorkspacePlace, is_config_file};
use openwork_model::path::RelPath;

mod conflict;
mod lines;
mod settings;

pub use conflict::{UndoConflict, UndoFault};

/// The largest file that is put back, in bytes; a store keeps none that is larger.
const LARGEST: u64 = 32 << 20;
/// The most conflicts that are told.
const TOLD: usize = 20;

/// Takes a change back.
pub(super) fn undo(undo: &UndoDraft, files: &dyn Files) -> Result<Plan, PlanError> {
    let mut draft = PlanDraft::new(files);
    let mut conflicts = Vec::new();
    for file in undo.files() {
        let mut reversal = Reversal {
            draft: &mut draft,
            file,
            conflicts: &mut conflicts,
        };
        reversal.plan()?;
        // All of them are told, as far as there is room: whoever mends one wants to
        // know of the next.
        if conflicts.len() >= TOLD {
            break;
        }
    }
    if !conflicts.is_empty() {
        conflicts.truncate(TOLD);
        return Err(PlanError::UndoConflict { conflicts });
    }
    draft.show_edits();
    let place = match undo.files() {
        [only] => only.path.clone(),
        _ => RelPath::root(),
    };
    let note = draft.note(&place, undo.record());
    let entry = undo.entry();
    let receipt = PlanReceipt::Undone { entry };
    Ok(draft.finish(Action::AuditUndo, undo.request(), note, receipt))
}

/// The reversal of what a change did to one file.
struct Reversal<'r, 'f> {
    draft: &'r mut PlanDraft<'f>,
    file: &'r RecordedFile,
    conflicts: &'r mut Vec<UndoConflict>,
}

impl Reversal<'_, '_> {
    fn plan(&mut self) -> Result<(), PlanError> {
        let RecordedFile {
            path,
            before,
            after,
            ..
        } = self.file;
        let at = Location::workspace(path.clone());
        let now = self.draft.files().read(&at, LARGEST)?;
        if before.is(now.as_deref()) {
            return self.restore_mark(now);
        }
        if is_settings(path)
            && let (Some(before), Some(after), Some(now)) = (text(before), text(after), &now)
        {
            return self.reverse_settings(before, after, now);
        }
        if after.is(now.as_deref()) {
            return self.restore();
        }
        let fault = match (before, after, now) {
            // It was made by the change, and others have removed it.
            (KeptContents::Absent, _, None) => return Ok(()),
            (_, _, None) => UndoFault::Removed,
            (_, KeptContents::Absent, Some(_)) => UndoFault::Recreated,
            (KeptContents::Gone(_), ..) => return Err(self.gone()),
            (_, KeptContents::Gone(_), _) => UndoFault::Unkept,
            (KeptContents::Absent, KeptContents::Kept(_), Some(_)) => UndoFault::Changed,
            (KeptContents::Kept(before), KeptContents::Kept(after), Some(now)) => {
                match lines::merged(after, &now, before) {
                    Some(merged) => return self.write(merged),
                    None => UndoFault::Changed,
                }
            }
        };
        self.conflict(fault);
        Ok(())
    }

    /// Puts back what was there, as nobody has changed it since.
    fn restore(&mut self) -> Result<(), PlanError> {
        match &self.file.before {
            KeptContents::Absent => Ok(self.draft.remove(&self.file.path)?),
            KeptContents::Kept(before) => self.write(before.to_vec()),
            KeptContents::Gone(_) => Err(self.gone()),
        }
    }

    fn write(&mut self, contents: Vec<u8>) -> Result<(), PlanError> {
        let path = &self.file.path;
        self.draft.note_prompts(path)?;
        self.draft.write(path, contents, LARGEST)?;
        // Also where the mark stays: what is a program is told as one.
        let mark = self.file.was_executable;
        Ok(self.draft.make_executable(path, mark)?)
    }

    /// Puts the mark of a program back where the contents are as they were.
    fn restore_mark(&mut self, now: Option<FileContents>) -> Result<(), PlanError> {
        match (now, self.file.was_executable) {
            (Some(now), Some(_)) => self.write(now.to_vec()),
            _ => Ok(()),
        }
    }

    /// Reverses the entries of settings that the change made, and no others.
    fn reverse_settings(
        &mut self,
        before: &[u8],
        after: &[u8],
        now: &[u8],
    ) -> Result<(), PlanError> {
        let parsed = |text: &[u8]| JsoncDocument::parse(text).ok();
        let (Some(was), Some(made), Some(is)) = (parsed(before), parsed(after), parsed(now)) else {
            // A file that was broken, or is: only as a whole.
            return self.reverse_broken(now);
        };
        let reversed = settings::reversed(made.value(), is.value(), was.value());
        if !reversed.conflicts.is_empty() {
            let path = &self.file.path;
            let conflict = |pointer| UndoConflict::at(path, pointer);
            self.conflicts
                .extend(reversed.conflicts.into_iter().map(conflict));
            return Ok(());
        }
        let path = &self.file.path;
        if self.file.after.is(Some(now)) {
            if matches!(self.file.before, KeptContents::Absent) {
                return self.restore();
            }
            self.guard(&reversed.replaced);
            return self.replace(now, before.to_vec());
        }
        if settings::same_fields(&reversed.value, is.value()) {
            // Others have taken back all of it.
            return Ok(());
        }
        if is_config_file(path) && settings::is_refused(is.value(), &reversed.value) {
            self.conflict(UndoFault::Refused);
            return Ok(());
        }
        let text = settings::text(before, after, now, &reversed.value);
        let text = text.map_err(|source| PlanError::Edit {
            path: self.draft.absolute(path),
            source,
        })?;
        self.guard(&reversed.replaced);
        self.replace(now, text)
    }

    fn reverse_broken(&mut self, now: &[u8]) -> Result<(), PlanError> {
        if self.file.after.is(Some(now)) {
            return self.restore();
        }
        self.conflict(UndoFault::Changed);
        Ok(())
    }

    fn replace(&mut self, now: &[u8], text: Vec<u8>) -> Result<(), PlanError> {
        let path = &self.file.path;
        self.draft
            .replace(path, Some(now.into()), text, CONFIG_LIMIT)
    }

    /// Holds the values that are replaced, and so lets others change the rest of
    /// the file while somebody is asked.
    fn guard(&mut self, replaced: &[settings::ReplacedValue]) {
        for part in replaced {
            let key = part.path.join(".");
            self.draft.guard(&self.file.path, key, part.value.as_ref());
        }
    }

    fn conflict(&mut self, fault: UndoFault) {
        let conflict = UndoConflict::of(&self.file.path, fault);
        self.conflicts.push(conflict);
    }

    fn gone(&self) -> PlanError {
        PlanError::HistoryGone {
            path: self.file.path.clone(),
        }
    }
}

/// Whether a file holds settings, entry by entry.
fn is_settings(path: &RelPath) -> bool {
    is_config_file(path) || *path == WorkspacePlace::OpenworkJson.path()
}

/// What settings were, if that is kept: where no file was, nothing was said.
fn text(kept: &KeptContents) -> Option<&[u8]> {
    match kept {
        KeptContents::Absent => Some(&[]),
        KeptContents::Kept(contents) => Some(contents),
        KeptContents::Gone(_) => None,
    }
}
