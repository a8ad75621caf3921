//! When something was recorded, wherever that is.

use std::io;

use super::ConfinedReader;
use crate::audit::home::RecordHome;
use crate::fs::disk::FileStat;

impl ConfinedReader<'_> {
    /// When the newest entry of all logs was written. What lies outside of the
    /// workspace is not watched, so no answer that says this is kept.
    pub(super) fn last_write_anywhere(&self) -> Option<u64> {
        self.recorder.borrow_mut().mark_uncacheable();
        let records = &self.context.records;
        let homes = [Some(&records.current), records.former.as_ref()];
        let written = |home: &RecordHome| match self.last_write_in(home) {
            Ok(found) => found.and_then(|(_, newest)| newest),
            Err(error) => {
                tracing::warn!(%error, "the audit log cannot be read");
                None
            }
        };
        homes.into_iter().flatten().filter_map(written).max()
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
