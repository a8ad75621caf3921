//! What a crash left without an outcome, found from the end of the log.
//!
//! Whoever appends settles what is open first. So only the last batch can be
//! open, and the search ends where that batch begins.

use std::collections::HashSet;
use std::io;

use uuid::Uuid;

use super::line::{ChangeIntent, LineKind, kind_of};
use super::tail::LogTail;
use crate::fs::disk::DiskFile;

/// The end of a log.
#[derive(Debug, Default)]
pub(super) struct OpenBatch {
    /// Whether the log ends within a line.
    pub(super) torn: bool,
    /// The intents without outcome, oldest first.
    pub(super) intents: Vec<ChangeIntent>,
}

pub(super) fn find(file: &dyn DiskFile, size: u64) -> io::Result<OpenBatch> {
    let mut tail = LogTail::new(file, size);
    let mut found = OpenBatch::default();
    let mut ended = HashSet::new();
    let mut last: Option<Uuid> = None;
    let mut is_end = true;
    while let Some(line) = tail.before()? {
        if std::mem::take(&mut is_end) {
            found.torn = !line.is_empty();
        }
        // A torn or foreign line is no end of a batch; what is before it still
        // counts.
        let Some(kind) = kind_of(&line) else { continue };
        let batch = match &kind {
            LineKind::Entry { batch, .. }
            | LineKind::Intent { batch }
            | LineKind::Aborted { batch, .. } => *batch,
            LineKind::Other => None,
        };
        let Some(batch) = batch.filter(|batch| last.is_none_or(|last| last == *batch)) else {
            break;
        };
        last = Some(batch);
        match kind {
            LineKind::Entry { id, .. } | LineKind::Aborted { id, .. } => drop(ended.insert(id)),
            LineKind::Intent { .. } => found
                .intents
                .extend(serde_json::from_slice::<ChangeIntent>(&line)),
            LineKind::Other => {}
        }
    }
    found
        .intents
        .retain(|intent| !ended.contains(&intent.entry.id.to_string()));
    found.intents.reverse();
    Ok(found)
}
