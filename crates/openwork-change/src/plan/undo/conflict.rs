//! What keeps a change from being taken back.

use std::fmt;

use openwork_model::path::RelPath;

/// How many conflicts one sentence names.
const NAMED: usize = 3;

/// One place where others have changed what a change had made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoConflict {
    /// The file.
    pub path: RelPath,
    /// Where in its settings, as a JSON pointer; `None` if all of it is concerned.
    pub pointer: Option<String>,
    /// What is in the way.
    pub fault: UndoFault,
}

/// What is in the way of taking a change back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UndoFault {
    /// The same was changed since.
    Changed,
    /// The file was removed since.
    Removed,
    /// A file was removed by the change, and another one is there since.
    Recreated,
    /// It was changed since, and what the change wrote is no longer kept, so the
    /// two cannot be told apart.
    Unkept,
    /// It was changed since so that the engine would refuse what would come of it.
    Refused,
}

impl UndoFault {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Removed => "removed",
            Self::Recreated => "recreated",
            Self::Unkept => "unkept",
            Self::Refused => "refused",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Changed => "was changed since",
            Self::Removed => "was removed since",
            Self::Recreated => "was made anew since",
            Self::Unkept => "was changed since, and what the change wrote to it is no longer kept",
            Self::Refused => {
                "was changed since, and the engine would refuse what would come of both"
            }
        }
    }
}

impl UndoConflict {
    pub(super) fn of(path: &RelPath, fault: UndoFault) -> Self {
        Self {
            path: path.clone(),
            pointer: None,
            fault,
        }
    }

    pub(super) fn at(path: &RelPath, pointer: String) -> Self {
        Self {
            pointer: Some(pointer),
            ..Self::of(path, UndoFault::Changed)
        }
    }

    /// Some conflicts in a sentence.
    pub(crate) fn sentence(conflicts: &[Self]) -> String {
        let named = conflicts.iter().take(NAMED).map(Self::to_string);
        let named = named.collect::<Vec<_>>().join("; ");
        match conflicts.len().saturating_sub(NAMED) {
            0 => named,
            more => format!("{named}; and {more} more"),
        }
    }
}

impl fmt::Display for UndoConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            pointer,
            fault,
        } = self;
        match pointer {
            Some(pointer) => write!(f, "{pointer} of {path} {}", fault.words()),
            None => write!(f, "{path} {}", fault.words()),
        }
    }
}
