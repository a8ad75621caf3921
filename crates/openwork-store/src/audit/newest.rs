//! Reading the newest entries.

use std::cmp::Reverse;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use openwork_model::audit::AuditLine;
use serde_json::value::RawValue;

use super::line::{LineKind, RECORD, kind_of};
use super::segments::{self, LogSegment};
use super::tail::LogTail;
use crate::cache::validators::FileVersion;
use crate::fs::disk::{DiskDir, FileStat};

/// The newest entries, newest first.
#[derive(Default)]
pub(crate) struct NewestEntries {
    pub(crate) entries: Vec<AuditLine>,
    /// The file that has them all, unless there are several or none.
    pub(crate) within: Option<FileStat>,
}

/// Reads the newest entries of the logs of these directories.
pub(crate) fn newest(homes: &[Arc<dyn DiskDir>], limit: usize) -> io::Result<NewestEntries> {
    match homes {
        [] => Ok(NewestEntries::default()),
        [dir] => newest_in(dir, limit),
        several => {
            let each = several.iter().map(|dir| newest_in(dir, limit));
            let each = each.collect::<io::Result<Vec<_>>>()?;
            let mut entries: Vec<_> = each.into_iter().flat_map(|found| found.entries).collect();
            // Each log has its entries in order, which stays where times are the same.
            entries.sort_by_key(|line| Reverse(time_of(line)));
            entries.truncate(limit);
            Ok(NewestEntries {
                entries,
                within: None,
            })
        }
    }
}

fn time_of(line: &AuditLine) -> Option<u64> {
    match kind_of(line.get().as_bytes())? {
        LineKind::Entry { timestamp, .. } => Some(timestamp),
        _ => None,
    }
}

fn newest_in(dir: &Arc<dyn DiskDir>, limit: usize) -> io::Result<NewestEntries> {
    // One segment is all that most logs have, and mostly enough; and an answer
    // from one file can be cached, as one version stands for it.
    if let Some(current) = segments::open(dir, 0)? {
        let entries = collect(std::slice::from_ref(&current), limit)?;
        if entries.len() >= limit {
            let within = Some(current.stat);
            return Ok(NewestEntries { entries, within });
        }
    }
    let segments = segments::open_all(dir)?;
    let entries = collect(&segments, limit)?;
    let within = match segments.as_slice() {
        [only] => Some(only.stat),
        _ => None,
    };
    Ok(NewestEntries { entries, within })
}

fn collect(segments: &[LogSegment], limit: usize) -> io::Result<Vec<AuditLine>> {
    let mut entries = Vec::new();
    for segment in segments {
        let mut tail = LogTail::new(&*segment.file, segment.stat.size);
        while entries.len() < limit {
            let Some(line) = tail.before()? else { break };
            entries.extend(entry(line));
        }
    }
    Ok(entries)
}

fn entry(line: Vec<u8>) -> Option<AuditLine> {
    // Half of the lines are intents, which need not be read to be passed over.
    if line.starts_with(RECORD) {
        return None;
    }
    match kind_of(&line)? {
        LineKind::Entry { .. } => {
            let line = RawValue::from_string(String::from_utf8(line).ok()?).ok()?;
            Some(line.into())
        }
        _ => None,
    }
}

/// When the newest entry was written, remembered for as long as the log is
/// the same.
#[derive(Debug, Default)]
pub(crate) struct LastWrite(Mutex<Option<(FileVersion, Option<u64>)>>);

impl LastWrite {
    /// The state of a directory's log and the time of its newest entry; `None` without a log.
    pub(crate) fn find(
        &self,
        dir: &Arc<dyn DiskDir>,
    ) -> io::Result<Option<(FileStat, Option<u64>)>> {
        let Some(current) = segments::open(dir, 0)? else {
            return Ok(None);
        };
        let stat = current.stat;
        let version = FileVersion::from(stat);
        // Each answer about the configuration names this time, and most come
        // between two changes.
        let known = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, newest)) = known.filter(|(known, _)| *known == version) {
            return Ok(Some((stat, newest)));
        }
        let newest = match newest_time(&current)? {
            None => time_in_any(dir)?,
            found => found,
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, newest));
        Ok(Some((stat, newest)))
    }
}

fn time_in_any(dir: &Arc<dyn DiskDir>) -> io::Result<Option<u64>> {
    for segment in segments::open_all(dir)? {
        if let Some(time) = newest_time(&segment)? {
            return Ok(Some(time));
        }
    }
    Ok(None)
}

fn newest_time(segment: &LogSegment) -> io::Result<Option<u64>> {
    let mut tail = LogTail::new(&*segment.file, segment.stat.size);
    while let Some(line) = tail.before()? {
        if let Some(LineKind::Entry { timestamp, .. }) = kind_of(&line) {
            return Ok(Some(timestamp));
        }
    }
    Ok(None)
}
