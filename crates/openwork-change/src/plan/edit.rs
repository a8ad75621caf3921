//! One file before and after a change.

use openwork_model::digest::FileDigest;
use openwork_model::files::FileContents;
use openwork_model::path::RelPath;

/// One file before and after. Without `after` it is removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEdit {
    /// Where, below the workspace.
    pub path: RelPath,
    /// What is there; `None` for nothing.
    pub before: Option<OldContents>,
    /// What will be there; `None` for nothing.
    pub after: Option<FileContents>,
    /// Whether it will be a program, where that is to be another than it is.
    pub executable: Option<bool>,
}

/// What a file holds before a change.
// Not `non_exhaustive`: whoever removes a file decides by this how it is
// compared with what was shown, and must not overlook a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OldContents {
    /// These bytes.
    Held(FileContents),
    /// Bytes that nobody holds, and so nobody can show: the file is only to be
    /// removed, and is too large to be kept in memory until it is.
    Unread(FileDigest),
}

impl FileEdit {
    /// The bytes that are there, as far as they are held: none where nothing
    /// is there, and none of a file that was not read.
    pub fn held(&self) -> Option<&[u8]> {
        self.before.as_ref().and_then(OldContents::held)
    }

    /// Whether anything is another afterwards.
    pub fn is_change(&self) -> bool {
        match (&self.before, &self.after) {
            (None, None) => false,
            // Compared by contents: writing what is there already is no change, and asks
            // nobody.
            (Some(before), Some(after)) => self.executable.is_some() || !before.is(after),
            (Some(_), None) | (None, Some(_)) => true,
        }
    }
}

impl OldContents {
    /// The bytes, if they are held.
    pub fn held(&self) -> Option<&[u8]> {
        match self {
            Self::Held(contents) => Some(contents),
            Self::Unread(_) => None,
        }
    }

    /// Which contents these are.
    pub fn digest(&self) -> FileDigest {
        match self {
            Self::Held(contents) => FileDigest::of(contents),
            Self::Unread(digest) => *digest,
        }
    }

    /// Whether these are the same contents.
    pub fn is(&self, contents: &[u8]) -> bool {
        match self {
            Self::Held(held) => **held == *contents,
            Self::Unread(digest) => *digest == FileDigest::of(contents),
        }
    }
}

impl From<FileContents> for OldContents {
    fn from(contents: FileContents) -> Self {
        Self::Held(contents)
    }
}

impl From<&[u8]> for OldContents {
    fn from(contents: &[u8]) -> Self {
        Self::Held(contents.into())
    }
}
