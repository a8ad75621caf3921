//! Writing contents under their digests.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;

use openwork_model::digest::Digest;
use uuid::Uuid;

use crate::fs::disk::{DiskDir, DiskFile, FileAccess, FileKind, write_all};
use crate::fs::tree::{self, MadeEntry};
use crate::layout;

/// How many files are open at once, written and not yet synced.
const UNSYNCED: usize = 64;

/// Keeps git, and searches that heed such files, away from what lies beside them.
const IGNORED: &[u8] = b"*\n";

/// Contents that are being written. What is not finished when this is dropped is
/// removed again.
#[derive(Debug)]
pub(crate) struct HistoryWriting {
    dir: Arc<dyn DiskDir>,
    made: Vec<MadeEntry>,
    known: HashSet<Digest>,
    written: Vec<WrittenContents>,
    /// How many bytes came.
    bytes: u64,
}

#[derive(Debug)]
struct WrittenContents {
    temporary: String,
    name: String,
    file: Option<Box<dyn DiskFile>>,
}

impl HistoryWriting {
    /// Begins in the directory of the audit log.
    pub(crate) fn begin(home: &Arc<dyn DiskDir>, next_id: &dyn Fn() -> Uuid) -> io::Result<Self> {
        let (dir, made) = tree::open_or_make(home, &layout::history())?;
        let mut writing = Self {
            dir,
            made,
            known: HashSet::new(),
            written: Vec::new(),
            bytes: 0,
        };
        for name in layout::IGNORE_FILES {
            if writing.find(name)?.is_none() {
                writing.write(name, IGNORED, next_id())?;
            }
        }
        Ok(writing)
    }

    /// Keeps contents, unless they are kept.
    pub(crate) fn add(
        &mut self,
        digest: Digest,
        contents: &[u8],
        next_id: &dyn Fn() -> Uuid,
    ) -> io::Result<()> {
        if !self.known.insert(digest) {
            return Ok(());
        }
        let name = digest.to_string();
        if let Some(file) = self.find(&name)? {
            // They are used once more, and so among the last to go.
            return file.touch();
        }
        self.bytes += layout::on_disk(contents.len() as u64);
        self.write(&name, contents, next_id())
    }

    /// Makes all of it durable; how many bytes came.
    pub(crate) fn finish(mut self) -> io::Result<u64> {
        self.settle()?;
        // Also where nothing was written: whoever wrote it may have been killed
        // before that was durable.
        self.dir.sync()?;
        self.made
            .drain(..)
            .try_for_each(|made| made.parent.sync())?;
        Ok(self.bytes)
    }

    fn write(&mut self, name: &str, contents: &[u8], id: Uuid) -> io::Result<()> {
        let temporary = layout::temporary(id);
        let mut file = self.dir.create(&temporary, FileAccess::Private)?;
        // Noted before anything is in it, so that a failure cleans up.
        self.written.push(WrittenContents {
            temporary,
            name: name.to_owned(),
            file: None,
        });
        write_all(&mut *file, contents)?;
        file.start_sync();
        if let Some(last) = self.written.last_mut() {
            last.file = Some(file);
        }
        if self.written.len() < UNSYNCED {
            return Ok(());
        }
        self.settle()
    }

    /// Puts what was written in place: what has a digest for a name is whole.
    fn settle(&mut self) -> io::Result<()> {
        for written in &mut self.written {
            if let Some(file) = written.file.take() {
                file.sync()?;
            }
        }
        while let Some(written) = self.written.last() {
            self.dir.rename(&written.temporary, &written.name)?;
            self.written.pop();
        }
        Ok(())
    }

    fn find(&self, name: &str) -> io::Result<Option<Box<dyn DiskFile>>> {
        match self.dir.stat(name) {
            Ok(stat) if stat.kind == FileKind::File => self.dir.open_file(name).map(Some),
            Ok(_) => Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "what is kept of files is no regular file",
            )),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Drop for HistoryWriting {
    fn drop(&mut self) {
        for written in self.written.drain(..) {
            drop(written.file);
            // One that cannot be removed now is swept by the next writer.
            let _ = self.dir.remove_file(&written.temporary);
        }
    }
}
