//! Which contents a change had, as its intent names them.

use openwork_change::plan::FileEdit;
use openwork_model::digest::Digest;
use openwork_model::files::{FileError, Files, Location};
use openwork_model::path::RelPath;
use serde::{Deserialize, Serialize};

/// One file of one change. Other than a note of the journal it is about this
/// change alone, and not about all that were carried out together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HistoryNote {
    path: String,
    /// `None`: there was no file.
    pub(crate) before: Option<Digest>,
    /// `None`: there was no file afterwards.
    pub(crate) after: Option<Digest>,
    /// Whether it was a program before, where the change took that away or changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) executable: Option<bool>,
}

impl HistoryNote {
    /// Notes an edit of files that are as they were before it.
    pub(crate) fn of(edit: &FileEdit, files: &dyn Files) -> Result<Self, FileError> {
        let executable = match edit.executable {
            Some(becomes) => Some(!becomes),
            None if edit.after.is_none() => {
                let at = Location::workspace(edit.path.clone());
                Some(files.is_executable(&at)?).filter(|was| *was)
            }
            None => None,
        };
        Ok(Self {
            path: edit.path.as_str().to_owned(),
            before: edit.before.as_ref().map(|before| before.digest().digest),
            after: edit.after.as_deref().map(Digest::of),
            executable,
        })
    }

    /// The file below the workspace, if the text is still such a path.
    pub(crate) fn path(&self) -> Option<RelPath> {
        RelPath::new(&self.path).ok()
    }
}
