//! The port to what the server keeps for itself, outside of workspaces.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

mod document;
mod lines;

pub use document::StateDocument;
pub use lines::{append_lines, newest_lines};

/// A file of the server's own, such as its tokens: read whole, and replaced
/// whole by one writer at a time, also where several servers share it.
///
/// All methods may block.
pub trait StateFile: Send + Sync {
    /// What people call it, such as the name of the file.
    fn name(&self) -> String;

    /// What it holds; [`StateReading::Unchanged`] where it is certainly as it
    /// was at `known`.
    ///
    /// # Errors
    ///
    /// [`StateError`] if it cannot be read.
    fn read(&self, known: Option<StateStamp>) -> Result<StateReading, StateError>;

    /// Gives what it holds to `edit` and puts what that makes of it in its
    /// place, durably; `None` leaves all as it is. Nobody else writes meanwhile.
    ///
    /// # Errors
    ///
    /// What `edit` fails with, and [`StateError`] if it cannot be read or
    /// written; it is then as it was.
    fn update(&self, edit: &mut StateEdit<'_>) -> Result<(), StateError>;
}

/// From what a file holds, `None` if it is not there, to what it is to hold.
pub type StateEdit<'e> = dyn FnMut(Option<&[u8]>) -> Result<Option<Vec<u8>>, StateError> + 'e;

/// Tells what a file holds from what it held at another time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateStamp(pub [u64; 4]);

/// What reading a file gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateReading {
    /// It is as it was.
    Unchanged,
    /// It holds this.
    Read {
        /// Which contents these are; none if that cannot be told from others
        /// that come right after.
        stamp: Option<StateStamp>,
        /// The contents; `None` if there is no file.
        bytes: Option<Vec<u8>>,
    },
}

/// Why what the server keeps could not be read or written.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StateError {
    /// Nobody has said where it is kept.
    #[error("there is no place to keep it")]
    NoPlace,
    /// What is there says nothing that counts. It is not overwritten.
    #[error("{name} cannot be read: {reason}")]
    Unreadable {
        /// What people call the file.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Another server is writing it, for too long.
    #[error("another server is writing {name}")]
    Busy {
        /// What people call the file.
        name: String,
    },
    /// The disk did not do it.
    #[error("{name}: {source}")]
    Io {
        /// What people call the file.
        name: String,
        /// What the system says.
        source: Arc<io::Error>,
    },
}

/// State that is kept nowhere: nothing is there, and nothing can be written.
pub(crate) struct NoState;

impl StateFile for NoState {
    fn name(&self) -> String {
        "nothing".to_owned()
    }

    fn read(&self, _: Option<StateStamp>) -> Result<StateReading, StateError> {
        Err(StateError::NoPlace)
    }

    fn update(&self, _: &mut StateEdit<'_>) -> Result<(), StateError> {
        Err(StateError::NoPlace)
    }
}

/// State that lives as long as the process, for programs that keep none.
#[derive(Debug, Default)]
pub struct VolatileState(Mutex<(u64, Option<Vec<u8>>)>);

impl VolatileState {
    /// State that holds this, as if it had been read.
    pub fn holding(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Mutex::new((1, Some(bytes.into()))))
    }

    /// What it holds.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        self.lock().1.clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, (u64, Option<Vec<u8>>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StateFile for VolatileState {
    fn name(&self) -> String {
        "memory".to_owned()
    }

    fn read(&self, known: Option<StateStamp>) -> Result<StateReading, StateError> {
        let held = self.lock();
        let stamp = Some(StateStamp([held.0; 4]));
        if known == stamp {
            return Ok(StateReading::Unchanged);
        }
        Ok(StateReading::Read {
            stamp,
            bytes: held.1.clone(),
        })
    }

    fn update(&self, edit: &mut StateEdit<'_>) -> Result<(), StateError> {
        let mut held = self.lock();
        if let Some(bytes) = edit(held.1.as_deref())? {
            *held = (held.0 + 1, Some(bytes));
        }
        Ok(())
    }
}
