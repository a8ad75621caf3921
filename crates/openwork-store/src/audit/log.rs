//! The end of the audit log: append-only, one line a record.

use std::io;
use std::sync::Arc;

use super::home::RecordHome;
use super::{line, open_batch, segments};
use crate::fs::disk::{DiskDir, DiskFile, FileAccess, FileKind, NodeId, write_all};
use crate::fs::tree::MadeEntry;
use crate::layout;

/// The end of the log, for the one who holds the workspace's lock.
#[derive(Debug)]
pub(crate) struct AuditLog {
    home: RecordHome,
    segment_size: u64,
    open: Option<OpenLog>,
}

#[derive(Debug)]
struct OpenLog {
    dir: Arc<dyn DiskDir>,
    file: Box<dyn DiskFile>,
    id: NodeId,
    /// How long the file was when this store last looked or wrote.
    size: u64,
    /// Whether its end was looked at, or written by this store.
    known: bool,
    /// Whether it ends within a line.
    torn: bool,
    made: Vec<MadeEntry>,
}

impl AuditLog {
    pub(crate) fn new(home: RecordHome, segment_size: u64) -> Self {
        Self {
            home,
            segment_size,
            open: None,
        }
    }

    /// Opens the log if it is there.
    pub(crate) fn find(&mut self, root: &Arc<dyn DiskDir>) -> io::Result<()> {
        let found = match self.home.find(root)? {
            Some(dir) => or_none(dir.stat(layout::AUDIT_LOG))?.map(|stat| (dir, stat)),
            None => None,
        };
        match (&mut self.open, found) {
            (_, Some((_, stat))) if stat.kind != FileKind::File => return Err(not_a_file()),
            (Some(open), Some((dir, stat))) if open.id == stat.id => {
                // Somebody else wrote to it since.
                open.known &= open.size == stat.size;
                open.size = stat.size;
                open.dir = dir;
            }
            (open, Some((dir, _))) => *open = Some(OpenLog::new(dir, Vec::new(), false)?),
            (open, None) => *open = None,
        }
        Ok(())
    }

    /// Makes the log, unless it was [found](Self::find), and a new segment
    /// if the newest one is full.
    pub(crate) fn make(&mut self, root: &Arc<dyn DiskDir>) -> io::Result<()> {
        match &self.open {
            Some(open) if open.known && open.size >= self.segment_size => {
                // Here, where something is about to be written, and not when
                // the log is found: a plan that changes nothing leaves no
                // trace.
                segments::rotate(&open.dir)?;
            }
            Some(_) => return Ok(()),
            None => {}
        }
        let (dir, made) = self.home.make(root)?;
        self.open = Some(OpenLog::new(dir, made, true)?);
        Ok(())
    }

    /// Lets go of the files, so that nothing of the workspace is open. The end
    /// of the log has to be looked at again afterwards.
    pub(crate) fn release(&mut self) {
        self.open = None;
    }

    /// The directory that it lies in, if it is open.
    pub(crate) fn dir(&self) -> Option<&Arc<dyn DiskDir>> {
        self.open.as_ref().map(|open| &open.dir)
    }

    /// The intents at the end that have no outcome; none if this store wrote
    /// the end itself.
    pub(crate) fn unsettled(&mut self) -> io::Result<Vec<line::ChangeIntent>> {
        let Some(open) = self.open.as_mut().filter(|open| !open.known) else {
            return Ok(Vec::new());
        };
        let found = open_batch::find(&*open.file, open.size)?;
        open.torn = found.torn;
        Ok(found.intents)
    }

    /// Says that the end of the log is as it should be.
    pub(crate) fn settled(&mut self) {
        if let Some(open) = &mut self.open {
            open.known = true;
        }
    }

    /// Says that the end of the log has to be looked at again.
    pub(crate) fn forget(&mut self) {
        if let Some(open) = &mut self.open {
            open.known = false;
        }
    }

    /// Appends whole lines in one call.
    pub(crate) fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        let open = self.open.as_mut().ok_or(io::ErrorKind::NotFound)?;
        // Until the write has succeeded nobody knows how the log ends.
        let known = std::mem::replace(&mut open.known, false);
        if open.torn {
            // Half a line of a crash is ended and left: the log is only ever
            // appended to, and readers pass over what they cannot read.
            write_all(&mut *open.file, &[b"\n", lines].concat())?;
            open.size += 1;
        } else {
            write_all(&mut *open.file, lines)?;
        }
        open.size += lines.len() as u64;
        (open.torn, open.known) = (false, known);
        Ok(())
    }

    /// Makes a start with what [`sync`](Self::sync) finishes.
    pub(crate) fn start_sync(&self) {
        if let Some(open) = &self.open {
            open.file.start_sync();
        }
    }

    /// Makes everything appended so far durable.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        let open = self.open.as_mut().ok_or(io::ErrorKind::NotFound)?;
        open.file.sync_data()?;
        // A new file outlives a power loss only together with its name.
        for made in &open.made {
            made.parent.sync()?;
        }
        open.made.clear();
        Ok(())
    }
}

impl OpenLog {
    fn new(dir: Arc<dyn DiskDir>, mut made: Vec<MadeEntry>, is_new: bool) -> io::Result<Self> {
        let file = dir.append(layout::AUDIT_LOG, FileAccess::Private)?;
        let stat = file.stat()?;
        if stat.kind != FileKind::File {
            return Err(not_a_file());
        }
        if is_new {
            made.push(MadeEntry {
                parent: Arc::clone(&dir),
                name: layout::AUDIT_LOG.to_owned(),
            });
        }
        let known = stat.size == 0;
        Ok(Self {
            dir,
            file,
            id: stat.id,
            size: stat.size,
            known,
            torn: false,
            made,
        })
    }
}

fn or_none<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        found => found.map(Some),
    }
}

/// What is no file cannot be a log.
pub(crate) fn not_a_file() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "the log is not a regular file")
}
