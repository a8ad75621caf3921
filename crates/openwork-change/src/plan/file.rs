//! Plans for files of the workspace as they are.

use super::draft::PlanDraft;
use super::{Plan, PlanError, PlanReceipt};
use crate::change::{Action, FileDraft, MOST_FILE};
use openwork_model::files::{Files, Location};
use openwork_model::invalid::Invalid;
use openwork_model::workspace_file::{ReservedFile, is_named_in_settings};

/// Writes a file, unless the engine reads it or it is not the one that was meant.
pub(super) fn write(file: &FileDraft, files: &dyn Files) -> Result<Plan, PlanError> {
    let path = file.path();
    if is_named_in_settings(path, files)? {
        return Err(PlanError::Invalid(Invalid::ReservedFile {
            path: path.to_string(),
            whose: ReservedFile::Engine,
        }));
    }
    let at = Location::workspace(path.clone());
    // Here, under the lock of whoever commits, and not when it was asked for.
    if let (Some(base), Some(current)) = (file.base(), files.modified(&at)?)
        && base != current
    {
        return Err(PlanError::Moved { base, current });
    }
    let mut draft = PlanDraft::new(files);
    draft.show(path);
    draft.note_prompts(path)?;
    draft.write(path, file.contents().to_vec(), MOST_FILE)?;
    // What is a program stays one, and is told as one.
    draft.make_executable(path, None)?;
    let note = draft.note(path, format!("Wrote {path}"));
    Ok(draft.finish(
        Action::FileWrite,
        format!("Write {path}"),
        note,
        PlanReceipt::Done,
    ))
}
