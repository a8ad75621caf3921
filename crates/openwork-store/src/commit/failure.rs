//! Why a change did not happen.

use std::fmt;
use std::io;

use openwork_change::store::StoreError;
use openwork_model::config::ReadError;
use openwork_model::files::FileError;

use crate::commit::batch::StagedChange;
use crate::fs::reader::ConfinedReader;

/// Why a change did not happen, and whether planning it again may help.
#[derive(Debug)]
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

    /// The same error for another order.
    pub(crate) fn repeat(&self) -> StoreError {
        match self {
            Self::Moved(error) | Self::Store(error) => repeat_error(error),
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
    move |source| {
        StoreError::Io {
            action,
            path: path.clone(),
            source,
        }
        .into()
    }
}

/// An error of the system once more, for another order.
pub(crate) fn repeat(error: &io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::new(error.kind(), error.to_string()),
    }
}

/// An error of the whole workspace once more, for another order.
pub(crate) fn repeat_error(error: &StoreError) -> StoreError {
    match error {
        StoreError::Gone { path } => StoreError::Gone { path: path.clone() },
        StoreError::Replaced { path } => StoreError::Replaced { path: path.clone() },
        StoreError::Unauthorized { path } => StoreError::Unauthorized { path: path.clone() },
        StoreError::Conflict { path } => StoreError::Conflict { path: path.clone() },
        StoreError::Busy { path } => StoreError::Busy { path: path.clone() },
        StoreError::Audit { source } => StoreError::Audit {
            source: repeat(source),
        },
        StoreError::Io {
            action,
            path,
            source,
        } => StoreError::Io {
            action,
            path: path.clone(),
            source: repeat(source),
        },
        StoreError::Read(ReadError::File(FileError::Link { path })) => {
            StoreError::Read(FileError::Link { path: path.clone() }.into())
        }
        StoreError::Read(ReadError::File(FileError::NotRegular { path })) => {
            StoreError::Read(FileError::NotRegular { path: path.clone() }.into())
        }
        // Errors of one order's plan are never those of another.
        other @ (StoreError::Plan(_) | StoreError::Read(_)) => StoreError::Audit {
            source: io::Error::other(other.to_string()),
        },
    }
}
