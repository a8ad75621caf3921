//! Changes of several files that happen all or not at all.
//!
//! Once the new contents of all files are durable beside them, a manifest is
//! put in place: the point of no return. Then the files are replaced and the
//! manifest is removed. Whoever finds a manifest finishes what it says, as
//! often as that is needed; a file that another program changed meanwhile is
//! left to that program.

use std::io;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::audit::line::FileNote;
use crate::commit::file_state::{self, StoreState};
use crate::fs::disk::{DiskDir, FileAccess, read_to, write_all};
use crate::fs::tree;
use crate::layout;

/// More than the manifest of the largest import.
const LIMIT: u64 = 64 << 20;

/// What is to be done to which files.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct JournalManifest {
    /// The form of this file.
    version: u32,
    pub(crate) files: Vec<FileNote>,
}

impl JournalManifest {
    pub(crate) fn new(files: Vec<FileNote>) -> Self {
        Self { version: 1, files }
    }

    /// Puts the manifest in place, durably.
    pub(crate) fn publish(&self, root: &Arc<dyn DiskDir>, id: Uuid) -> io::Result<()> {
        // Here also where the log lies elsewhere: whoever serves the workspace next
        // has to find it, whatever its settings say.
        let (home, made) = tree::open_or_make(root, &layout::home())?;
        let temporary = layout::temporary(id);
        let written = self.write(&home, &temporary);
        if written.is_err() {
            let _ = home.remove_file(&temporary);
        }
        written.and_then(|()| made.iter().try_for_each(|made| made.parent.sync()))
    }

    fn write(&self, home: &Arc<dyn DiskDir>, temporary: &str) -> io::Result<()> {
        let mut file = home.create(temporary, FileAccess::Private)?;
        write_all(&mut *file, &serde_json::to_vec(self)?)?;
        file.sync()?;
        // Renamed into place, so that a manifest that is there is a whole one.
        home.rename(temporary, layout::JOURNAL)?;
        home.sync()
    }

    /// The manifest that a crash has left, if any.
    pub(crate) fn find(root: &Arc<dyn DiskDir>) -> io::Result<Option<Self>> {
        let path = layout::journal();
        let file = match root.open_file(path.as_str()) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let bytes = read_to(&*file, file.stat()?.size.min(LIMIT), LIMIT)?;
        match serde_json::from_slice(&bytes) {
            Ok(manifest) => Ok(Some(manifest)),
            Err(error) => {
                // It was put in place whole, so this is not the store's own.
                tracing::warn!(%error, "a journal that nobody can read is removed");
                remove(root)?;
                Ok(None)
            }
        }
    }

    /// Finishes what the manifest says and removes it.
    pub(crate) fn finish(&self, root: &Arc<dyn DiskDir>) -> io::Result<()> {
        for note in &self.files {
            finish_one(root, note)?;
        }
        remove(root)
    }
}

/// Takes the manifest away: all is done, or nothing is to be.
pub(crate) fn remove(root: &Arc<dyn DiskDir>) -> io::Result<()> {
    let home = match tree::open(root, &layout::home()) {
        Ok(home) => home,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    match home.remove_file(layout::JOURNAL) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => home.sync(),
    }
}

fn finish_one(root: &Arc<dyn DiskDir>, note: &FileNote) -> io::Result<()> {
    let Some(path) = note.path() else {
        return Ok(());
    };
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return Ok(());
    };
    let dir = match tree::open(root, &parent) {
        Ok(dir) => dir,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    // Each step looks first at what is there: finishing may itself be cut
    // short, and then begins again from the top.
    match (file_state::of(&dir, name, note)?, &note.temporary) {
        (StoreState::Before, Some(temporary)) if note.after.is_some() => {
            unless_gone(dir.rename(temporary, name))?;
        }
        (StoreState::Before, _) => file_state::remove_if_there(&dir, name)?,
        (StoreState::After | StoreState::Other, Some(temporary)) => {
            file_state::remove_if_there(&dir, temporary)?;
        }
        (StoreState::After | StoreState::Other, None) => {}
    }
    dir.sync()?;
    if note.after.is_none() {
        let changed = layout::pruned_below(&path).map(|top| tree::prune(root, &parent, &top));
        changed.iter().flatten().try_for_each(|dir| dir.sync())?;
    }
    Ok(())
}

/// New contents that are gone were in place once: another program has put the
/// old ones back.
fn unless_gone(renamed: io::Result<()>) -> io::Result<()> {
    renamed.or_else(|error| {
        if error.kind() == io::ErrorKind::NotFound {
            Ok(())
        } else {
            Err(error)
        }
    })
}
