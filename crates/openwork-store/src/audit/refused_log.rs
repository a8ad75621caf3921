//! The log of requests that were refused, expired or withdrawn.
//!
//! Anybody who may ask can fill it, so it is bounded, and apart from the log of
//! changes. Nothing rests on it: it is not synced, and does not wait for the
//! workspace's lock. Two servers that start it anew at the same moment may lose
//! some of its lines.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use crate::audit::log::not_a_file;
use crate::fs::disk::{DiskDir, DiskFile, FileAccess, FileKind, write_all};
use crate::fs::tree;
use crate::layout::{self, OLD_REFUSED_LOG, REFUSED_LOG};

/// The most bytes that it grows to. As much may lie in the file before it.
const LIMIT: u64 = 1 << 20;

/// The refused requests of one workspace.
#[derive(Debug, Default)]
pub(crate) struct RefusedLog(Mutex<()>);

impl RefusedLog {
    /// Appends a line.
    pub(crate) fn append(&self, root: &Arc<dyn DiskDir>, line: &[u8]) -> io::Result<()> {
        let _one_at_a_time = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (dir, _) = tree::open_or_make(root, &layout::home())?;
        let (mut file, mut size) = open(&dir)?;
        if size > 0 && size + line.len() as u64 > LIMIT {
            // One file of before and no more: whoever floods the log displaces
            // what it wrote itself, and fills no disk.
            dir.rename(REFUSED_LOG, OLD_REFUSED_LOG)?;
            (file, size) = open(&dir)?;
        }
        if is_torn(&*file, size)? {
            return write_all(&mut *file, &[b"\n", line].concat());
        }
        write_all(&mut *file, line)
    }
}

fn open(dir: &Arc<dyn DiskDir>) -> io::Result<(Box<dyn DiskFile>, u64)> {
    let file = dir.append(REFUSED_LOG, FileAccess::Private)?;
    let stat = file.stat()?;
    if stat.kind == FileKind::File {
        Ok((file, stat.size))
    } else {
        Err(not_a_file())
    }
}

/// Whether a file of so many bytes ends within a line.
fn is_torn(file: &dyn DiskFile, size: u64) -> io::Result<bool> {
    let mut last = [b'\n'];
    if let Some(offset) = size.checked_sub(1) {
        file.read_at(&mut last, offset)?;
    }
    Ok(last != [b'\n'])
}
