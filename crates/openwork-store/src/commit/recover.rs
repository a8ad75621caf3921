//! Settling what a crash has left behind.

use std::io;
use std::sync::Arc;

use openwork_model::path::RelPath;

use crate::audit::home::RecordHomes;
use crate::audit::line::{ChangeIntent, FileNote};
use crate::audit::log::AuditLog;
use crate::commit::file_state::{self, StoreState};
use crate::commit::journal::JournalManifest;
use crate::fs::disk::{DiskDir, FileKind};
use crate::fs::tree;
use crate::layout;

/// Whether a workspace may hold something to settle.
pub(crate) fn is_needed(root: &Arc<dyn DiskDir>, records: &RecordHomes) -> bool {
    let homes = records.open(root);
    let has_log = |home: &Arc<dyn DiskDir>| home.stat(layout::AUDIT_LOG).is_ok();
    let has_journal = root.stat(layout::journal().as_str()).is_ok();
    // Of what cannot be opened the next writer learns more.
    has_journal || homes.is_ok_and(|homes| homes.iter().any(has_log))
}

/// Finishes a journal and gives every open intent its outcome. The log is
/// open, and the caller holds the workspace's lock.
pub(crate) fn settle(root: &Arc<dyn DiskDir>, log: &mut AuditLog) -> io::Result<()> {
    // The journal first: only once it is finished do the files say which
    // intents were carried out.
    if let Some(manifest) = JournalManifest::find(root)? {
        tracing::warn!(
            files = manifest.files.len(),
            "a change that was cut short is finished"
        );
        manifest.finish(root)?;
    }
    let open = log.unsettled()?;
    if !open.is_empty() {
        let mut outcomes = Vec::new();
        for intent in &open {
            outcomes.extend(outcome(root, intent)?);
        }
        log.append(&outcomes)?;
        log.sync()?;
    }
    log.settled();
    Ok(())
}

fn outcome(root: &Arc<dyn DiskDir>, intent: &ChangeIntent) -> io::Result<Vec<u8>> {
    let mut was_done = false;
    for note in &intent.notes {
        // One file is enough: with a journal all of them were made or none, and
        // without one each order has a file of its own.
        was_done |= was_made(root, note)?;
    }
    tracing::warn!(id = %intent.entry.id, was_done, "a change without an outcome is settled");
    if was_done {
        intent.done(&[])
    } else {
        intent.aborted("the server stopped before it was made")
    }
}

/// Whether the change of one file was made. Its temporary file goes.
fn was_made(root: &Arc<dyn DiskDir>, note: &FileNote) -> io::Result<bool> {
    let Some(path) = note.path() else {
        return Ok(false);
    };
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return Ok(false);
    };
    let dir = match tree::open(root, &parent) {
        Ok(dir) => dir,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(note.after.is_none()),
        Err(error) => return Err(error),
    };
    let state = file_state::of(&dir, name, note)?;
    let Some(temporary) = &note.temporary else {
        return Ok(state == StoreState::After);
    };
    let waits = dir.stat(temporary).is_ok();
    if waits {
        file_state::remove_if_there(&dir, temporary)?;
    }
    // Contents that are neither tell that another program wrote afterwards;
    // then the temporary file shows how far the change came. New contents
    // still wait there, or an old file was put there.
    let was_moved = waits == note.after.is_none();
    Ok(state == StoreState::After || (state == StoreState::Other && was_moved))
}

/// Removes temporary files that no intent knows of: a power loss may keep
/// them and lose the intent. The caller is the only writer.
pub(crate) fn sweep(root: &Arc<dyn DiskDir>) -> io::Result<()> {
    for (path, below) in layout::swept() {
        sweep_dir(root, &path, below)?;
    }
    Ok(())
}

fn sweep_dir(root: &Arc<dyn DiskDir>, path: &RelPath, levels: usize) -> io::Result<()> {
    // A directory that is missing, or a link by now, holds nothing of ours.
    let Ok(dir) = tree::open(root, path) else {
        return Ok(());
    };
    for (name, kind) in dir.list()? {
        match kind {
            FileKind::File if layout::is_temporary(&name) => {
                file_state::remove_if_there(&dir, &name)?;
            }
            FileKind::Dir if levels > 0 => {
                if let Ok(below) = path.join(&name) {
                    sweep_dir(root, &below, levels - 1)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}
