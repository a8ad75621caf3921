//! What was recorded, wherever that is.

use std::io;

use openwork_model::files::{FileError, Location};

use super::ConfinedReader;
use crate::audit::home::RecordHome;
use crate::audit::newest::newest;
use crate::fs::disk::FileStat;
use crate::layout;

impl ConfinedReader<'_> {
    /// When the newest entry of all logs was written. What lies outside of the
    /// workspace is not watched, so no answer that says this is kept.
    pub(super) fn last_write_anywhere(&self) -> Option<u64> {
        self.recorder.borrow_mut().mark_uncacheable();
        let written = |home: &RecordHome| match self.last_write_in(home) {
            Ok(found) => found.and_then(|(_, newest)| newest),
            Err(error) => {
                tracing::warn!(%error, "the audit log cannot be read");
                None
            }
        };
        self.context.records.all().filter_map(written).max()
    }

    /// Why the logs of several places cannot be read, at the path of the one that is at fault.
    pub(super) fn unreadable_anywhere(&self, limit: usize, source: io::Error) -> FileError {
        let is_at_fault = |home: &&RecordHome| {
            let found = home.find(&self.held.dir);
            found.and_then(|dir| newest(dir.as_slice(), limit)).is_err()
        };
        match self.context.records.all().find(is_at_fault) {
            Some(RecordHome::Elsewhere { path, .. }) => {
                FileError::io(path.join(layout::AUDIT_LOG), source)
            }
            Some(RecordHome::Workspace) | None => {
                self.unreadable(&Location::workspace(layout::audit_log()), source)
            }
        }
    }

    pub(super) fn last_write_in(
        &self,
        home: &RecordHome,
    ) -> io::Result<Option<(FileStat, Option<u64>)>> {
        match home.find(&self.held.dir)? {
            Some(dir) => self.context.last_write.find(&dir),
            None => Ok(None),
        }
    }
}
