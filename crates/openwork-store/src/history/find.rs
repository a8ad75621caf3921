//! A change that was made, with what is kept of its files.

use std::io;
use std::sync::Arc;

use openwork_change::change::{KeptContents, RecordedChange, RecordedFile};
use openwork_model::digest::Digest;
use uuid::Uuid;

use super::LARGEST;
use super::note::HistoryNote;
use crate::audit::recorded::{self, LoggedEntry};
use crate::fs::disk::{DiskDir, FileKind, read_to};
use crate::layout;

/// Finds a change by its entry in one of the logs of these directories.
pub(crate) fn change(
    homes: &[Arc<dyn DiskDir>],
    entry: Uuid,
) -> io::Result<Option<RecordedChange>> {
    let Some(found) = recorded::find(homes, entry)? else {
        return Ok(None);
    };
    let LoggedEntry {
        line,
        action,
        summary,
        history,
        undone_by,
    } = found;
    let file = |note: &HistoryNote| {
        // Paths that are none were written by somebody else.
        let path = note.path().ok_or(io::ErrorKind::InvalidData)?;
        Ok::<_, io::Error>(RecordedFile {
            path,
            before: contents(homes, note.before)?,
            after: contents(homes, note.after)?,
            was_executable: note.executable,
        })
    };
    let files = history.map(|notes| notes.iter().map(file).collect::<io::Result<_>>());
    Ok(Some(RecordedChange {
        entry,
        line,
        action,
        summary,
        files: files.transpose()?,
        undone_by,
    }))
}

fn contents(homes: &[Arc<dyn DiskDir>], digest: Option<Digest>) -> io::Result<KeptContents> {
    let Some(digest) = digest else {
        return Ok(KeptContents::Absent);
    };
    for home in homes {
        if let Some(contents) = read(home, digest)? {
            return Ok(KeptContents::Kept(contents.into()));
        }
    }
    Ok(KeptContents::Gone(digest))
}

/// Contents that are kept in one place, if they are what their name says.
fn read(home: &Arc<dyn DiskDir>, digest: Digest) -> io::Result<Option<Vec<u8>>> {
    let path = format!("{}/{digest}", layout::HISTORY);
    let file = match home.open_file(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let stat = file.stat()?;
    if stat.kind != FileKind::File || stat.size > LARGEST {
        return Ok(None);
    }
    let contents = read_to(&*file, stat.size, LARGEST)?;
    // What somebody has changed is not what the file was.
    Ok((Digest::of(&contents) == digest).then_some(contents))
}
