//! The files that make up the log: one that grows, and those before it.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;

use crate::fs::disk::{DiskDir, DiskFile, FileKind, FileStat};
use crate::layout;

/// How many files the log has at most.
const COUNT: u32 = 5;

/// The name of a segment: 0 is the one that grows, 1 the one before it.
pub(super) fn name(number: u32) -> String {
    match number {
        0 => layout::AUDIT_LOG.to_owned(),
        older => format!("audit.{older}.jsonl"),
    }
}

/// Makes room for a new segment; the oldest goes when there are too many.
///
/// Each step leaves every entry under some name, so a crash between two of
/// them loses nothing.
pub(super) fn rotate(dir: &Arc<dyn DiskDir>) -> io::Result<()> {
    let taken = |number: &u32| match dir.stat(&name(*number)) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    };
    let mut free = COUNT - 1;
    for number in 1..COUNT - 1 {
        if !taken(&number)? {
            free = number;
            break;
        }
    }
    for number in (0..free).rev() {
        dir.rename(&name(number), &name(number + 1))?;
    }
    dir.sync()
}

/// One segment, open for reading.
pub(super) struct LogSegment {
    pub(super) file: Box<dyn DiskFile>,
    pub(super) stat: FileStat,
}

/// Opens a segment; a link or a special file is an error.
pub(super) fn open(dir: &Arc<dyn DiskDir>, number: u32) -> io::Result<Option<LogSegment>> {
    let file = match dir.open_file(&name(number)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let stat = file.stat()?;
    if stat.kind != FileKind::File {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "the audit log is not a regular file",
        ));
    }
    Ok(Some(LogSegment { file, stat }))
}

/// Opens all segments, newest first, each once.
///
/// Segments only ever move to higher numbers, so opening in rising order
/// misses none; that the newest is still the same in the end shows that none
/// came in between.
pub(super) fn open_all(dir: &Arc<dyn DiskDir>) -> io::Result<Vec<LogSegment>> {
    const ATTEMPTS: usize = 100;
    for _ in 0..ATTEMPTS {
        let mut opened = HashSet::new();
        let mut segments = Vec::new();
        for number in 0..COUNT {
            let segment = open(dir, number)?;
            segments.extend(segment.filter(|segment| opened.insert(segment.stat.id)));
        }
        let newest = dir.stat(layout::AUDIT_LOG).map(|stat| stat.id).ok();
        if newest == segments.first().map(|segment| segment.stat.id) || newest.is_none() {
            return Ok(segments);
        }
    }
    Err(io::ErrorKind::ResourceBusy.into())
}
