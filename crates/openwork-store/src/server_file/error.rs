//! What can go wrong with a file of the server's own.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// Why a file of the server could not be read or written.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ServerFileError {
    /// The path names no file, or is not absolute.
    #[error("{} is no absolute path of a file", path.display())]
    Path {
        /// The path as it was given.
        path: PathBuf,
    },
    /// Something else than a regular file stands there.
    #[error("{} is not a regular file", path.display())]
    NotRegular {
        /// The file's path.
        path: PathBuf,
    },
    /// Others than its owner may write it, so it says nothing that counts. On
    /// Windows nobody else may use it at all.
    #[error("others than its owner may {others_may} {}", path.display())]
    Exposed {
        /// The file's path.
        path: PathBuf,
        /// What they may do, as a verb.
        others_may: &'static str,
    },
    /// It is longer than such a file can be.
    #[error("{} is longer than {limit} bytes", path.display())]
    TooLarge {
        /// The file's path.
        path: PathBuf,
        /// The most bytes that are read.
        limit: u64,
    },
    /// Another server kept the lock for too long.
    #[error("another program is writing {}", path.display())]
    Busy {
        /// The file's path.
        path: PathBuf,
    },
    /// The disk did not do it.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file's path.
        path: PathBuf,
        /// What the system says.
        source: Arc<io::Error>,
    },
}
