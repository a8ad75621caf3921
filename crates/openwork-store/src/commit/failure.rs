//! Why a change did not happen.

use std::fmt;
use std::io;

use openwork_change::store::StoreError;

use crate::commit::batch::StagedChange;
use crate::fs::reader::ConfinedReader;

/// Why a change did not happen, and whether planning it again may help.
#[derive(Debug, Clone)]
pub(crate) enum CommitFailure {
    /// A file is no longer what the plan was made for.
    Moved(StoreError),
    /// Anything else.
    Store(StoreError),
}

impl CommitFailure {
    pub(crate) fn into_error(self) -> StoreError {
        match self {
            Self::Moved(error) | Self::Store(error) => error,
        }
    }
}

impl fmt::Display for CommitFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Moved(error) | Self::Store(error) => error.fmt(f),
        }
    }
}

impl From<StoreError> for CommitFailure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Names what was being done to which file when the system refused.
pub(crate) fn failed(
    action: &'static str,
    files: &ConfinedReader<'_>,
    change: &StagedChange,
) -> impl Fn(io::Error) -> CommitFailure + use<> {
    let path = files.in_workspace(&change.path);
    move |source| StoreError::io(action, path.clone(), source).into()
}
