//! Taking back a change that was made.

use openwork_model::audit::AuditLine;
use openwork_model::digest::Digest;
use openwork_model::files::FileContents;
use openwork_model::layout::WorkspacePlace;
use openwork_model::path::RelPath;
use uuid::Uuid;

use super::Action;

/// A change that was made, as a store keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedChange {
    /// Its entry in the audit log.
    pub entry: Uuid,
    /// The same as it stands there.
    pub line: AuditLine,
    /// What was done, as [`Action::as_str`] names it.
    pub action: String,
    /// The change in a few words.
    pub summary: String,
    /// The files that it changed; `None` if that was not kept.
    pub files: Option<Vec<RecordedFile>>,
    /// The entry that took it back, if it is taken back.
    pub undone_by: Option<Uuid>,
}

/// One file before and after a change that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedFile {
    /// Where, below the workspace.
    pub path: RelPath,
    /// What was there.
    pub before: KeptContents,
    /// What was put there.
    pub after: KeptContents,
    /// Whether it was a program before, where the change took that away or changed it.
    pub was_executable: Option<bool>,
}

/// What a file held at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptContents {
    /// There was no file.
    Absent,
    /// These bytes.
    Kept(FileContents),
    /// Bytes of this digest, which are no longer kept.
    Gone(Digest),
}

impl KeptContents {
    /// Whether a file that holds this is as it was then.
    pub fn is(&self, now: Option<&[u8]>) -> bool {
        match (self, now) {
            (Self::Absent, None) => true,
            (Self::Kept(then), Some(now)) => **then == *now,
            (Self::Gone(digest), Some(now)) => *digest == Digest::of(now),
            (Self::Absent, Some(_)) | (Self::Kept(_) | Self::Gone(_), None) => false,
        }
    }

    fn weight(&self) -> usize {
        match self {
            Self::Kept(contents) => contents.len(),
            Self::Absent | Self::Gone(_) => 0,
        }
    }
}

/// A change that is to be taken back, and can be as far as the record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoDraft {
    entry: Uuid,
    action: String,
    summary: String,
    files: Vec<RecordedFile>,
}

/// Why a change cannot be taken back, whatever the files hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UndoRefusal {
    /// It is taken back already.
    #[error("It is undone already")]
    AlreadyUndone {
        /// The entry that took it back.
        by: Uuid,
    },
    /// What the files were is not kept.
    #[error(
        "It cannot be undone: what its files were is not kept, or it changed none of this workspace"
    )]
    NotKept,
}

impl UndoDraft {
    /// What takes this change back.
    ///
    /// # Errors
    ///
    /// [`UndoRefusal`] if it is taken back already, or not enough is kept.
    pub fn of(change: RecordedChange) -> Result<Self, UndoRefusal> {
        if let Some(by) = change.undone_by {
            return Err(UndoRefusal::AlreadyUndone { by });
        }
        let files = change.files.ok_or(UndoRefusal::NotKept)?;
        // A repository may bring a log of its own, and no change was ever made there.
        if files.is_empty() || files.iter().any(|file| is_out_of_bounds(&file.path)) {
            return Err(UndoRefusal::NotKept);
        }
        Ok(Self {
            entry: change.entry,
            action: change.action,
            summary: change.summary,
            files,
        })
    }

    /// The entry of the change that is taken back.
    pub fn entry(&self) -> Uuid {
        self.entry
    }

    /// The files of the change.
    pub fn files(&self) -> &[RecordedFile] {
        &self.files
    }

    /// The undo in a few words, for the one who is asked.
    pub fn request(&self) -> String {
        format!("Undo “{}”", self.summary)
    }

    /// The undo in a few words, for the record. To take back what took something
    /// back is to do it again, however often that goes on.
    pub fn record(&self) -> String {
        let is_undo = self.action == Action::AuditUndo.as_str();
        let inner = self.summary.split_once(' ').filter(|_| is_undo);
        match inner {
            Some(("Undid", quoted)) => format!("Redid {quoted}"),
            Some(("Redid", quoted)) => format!("Undid {quoted}"),
            _ => format!("Undid “{}”", self.summary),
        }
    }

    /// About how many bytes it holds.
    pub(super) fn weight(&self) -> usize {
        let of_file = |file: &RecordedFile| {
            let contents = file.before.weight() + file.after.weight();
            size_of::<RecordedFile>() + file.path.as_str().len() + contents
        };
        self.summary.len() + self.files.iter().map(of_file).sum::<usize>()
    }
}

fn is_out_of_bounds(path: &RelPath) -> bool {
    let is_git = |name: &str| name.eq_ignore_ascii_case(".git");
    let own = WorkspacePlace::Openwork.path();
    let lowered = RelPath::new(&path.as_str().to_ascii_lowercase());
    let is_own = lowered.map_or(true, |lowered| lowered.is_below(&own));
    path.is_root() || is_own || path.components().any(is_git)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(action: &str, summary: &str, path: &str) -> RecordedChange {
        let line = serde_json::value::RawValue::from_string("{}".to_owned()).unwrap();
        RecordedChange {
            entry: Uuid::from_u128(1),
            line: line.into(),
            action: action.to_owned(),
            summary: summary.to_owned(),
            files: Some(vec![RecordedFile {
                path: RelPath::new(path).unwrap(),
                before: KeptContents::Absent,
                after: KeptContents::Absent,
                was_executable: None,
            }]),
            undone_by: None,
        }
    }

    #[test]
    fn an_undo_of_an_undo_is_called_what_it_is() {
        let record = |action: &str, summary: &str| {
            let draft = UndoDraft::of(change(action, summary, "opencode.json"));
            draft.unwrap().record()
        };
        assert_eq!(record("plugins.add", "Added a"), "Undid “Added a”");
        assert_eq!(record("audit.undo", "Undid “Added a”"), "Redid “Added a”");
        assert_eq!(record("audit.undo", "Redid “Added a”"), "Undid “Added a”");
        // Somebody's own words are not taken for ours.
        assert_eq!(record("plugins.add", "Undid it"), "Undid “Undid it”");
    }

    #[test]
    fn what_no_change_may_touch_is_not_taken_back_either() {
        for path in [
            ".git/hooks/pre-commit",
            "a/.GIT/config",
            ".opencode/openwork/audit.jsonl",
            ".OpenCode/openwork/history/x",
        ] {
            let refused = UndoDraft::of(change("plugins.add", "x", path));
            assert_eq!(refused.unwrap_err(), UndoRefusal::NotKept, "{path}");
        }
        let mut none = change("engine.reload", "Reloaded", "a");
        none.files = None;
        assert_eq!(UndoDraft::of(none).unwrap_err(), UndoRefusal::NotKept);
    }

    #[test]
    fn what_is_undone_is_not_undone_twice() {
        let by = Uuid::from_u128(2);
        let mut done = change("plugins.add", "Added a", "opencode.json");
        done.undone_by = Some(by);
        assert_eq!(
            UndoDraft::of(done).unwrap_err(),
            UndoRefusal::AlreadyUndone { by }
        );
    }
}
