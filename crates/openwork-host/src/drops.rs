//! Files that clients bring, and files that agents have made for them.
//!
//! What is brought lands in one folder, from which nothing is loaded, so nobody is
//! asked about it; it is bounded and recorded. Where settings say otherwise, what
//! they name is not taken. What agents have made lies in another, and is only read.
//! Neither is ever held whole.

use std::sync::{Arc, PoisonError};

use openwork_change::change::Action;
use openwork_change::plan::PlanError;
use openwork_change::store::{
    FileFacts, FileReading, FileStreams, FileWriting, Store, StoreError, StreamedFile,
};
use openwork_model::audit::{ApprovedBy, AuditNote};
use openwork_model::files::{EntryKind, Files};
use openwork_model::inbox;
use openwork_model::invalid::Invalid;
use openwork_model::layout::WorkspacePlace;
use openwork_model::path::RelPath;
use openwork_model::workspace_file::ReservedFile;
use tokio::sync::OwnedSemaphorePermit;

use crate::access::{Readable, Writable};
use crate::error::HostError;
use crate::grant::Requester;
use crate::host::Host;
use crate::pool::WorkPool;
use crate::registry::WorkspaceHandle;

/// The most bytes of a file that is brought: 250 MB.
pub const MOST_UPLOAD: u64 = 250_000_000;
/// The most bytes of all that lie in the folder.
const MOST_BYTES: u64 = 4 * MOST_UPLOAD;
/// The most files that lie in it.
const MOST_FILES: usize = 5_000;
/// How many are brought at once.
pub(crate) const AT_ONCE: usize = 4;
/// How much is read at a time.
const PIECE: usize = 64 << 10;

/// One of the two folders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DropBox {
    /// What clients bring.
    Inbox,
    /// What agents have made.
    Outbox,
}

impl DropBox {
    /// The folder, below the workspace.
    pub fn path(self) -> RelPath {
        match self {
            Self::Inbox => WorkspacePlace::Inbox.path(),
            Self::Outbox => WorkspacePlace::Outbox.path(),
        }
    }
}

/// Why a file was not brought or fetched.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DropError {
    /// The workspace could not be read or written.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The store of the workspace has no such files.
    #[error("the workspace keeps no such files")]
    Unsupported,
    /// It is larger than a file may be.
    #[error("the file is larger than {limit} bytes")]
    TooLarge {
        /// The most bytes.
        limit: u64,
        /// How many there are, or have come so far.
        size: u64,
    },
    /// There is no room left in the folder.
    #[error("the folder holds as much as it may")]
    Full,
}

impl From<StoreError> for DropError {
    fn from(error: StoreError) -> Self {
        Self::Host(error.into())
    }
}

/// A file that is being fetched, in pieces.
pub struct OpenedFile {
    file: Arc<dyn FileReading>,
    handle: Arc<WorkspaceHandle>,
    pool: Arc<WorkPool>,
    offset: u64,
}

/// A file that is being brought.
pub struct Upload {
    writing: Option<Box<dyn FileWriting>>,
    handle: Arc<WorkspaceHandle>,
    pool: Arc<WorkPool>,
    size: u64,
    /// How many bytes the folder has room for.
    room: u64,
    _turn: OwnedSemaphorePermit,
}

impl Host {
    /// The files of a folder, those that changed last first.
    ///
    /// # Errors
    ///
    /// A [`DropError`] if it cannot be read.
    pub async fn dropped_files(
        &self,
        at: &Readable,
        folder: DropBox,
    ) -> Result<Vec<StreamedFile>, DropError> {
        let store = Arc::clone(&at.0.store);
        let list = move || Ok::<_, DropError>(streams(&*store)?.list(&folder.path())?);
        let listed = self.pool.run(&at.0.limiter, list).await?;
        let mut files = listed?;
        files.sort_by(|one, other| {
            let newest = other.facts.modified.cmp(&one.facts.modified);
            newest.then_with(|| one.path.cmp(&other.path))
        });
        Ok(files)
    }

    /// What stands at a path of the workspace; `None` for nothing.
    ///
    /// # Errors
    ///
    /// A [`DropError`] if a link stands there or on the way, or it cannot be looked
    /// at.
    pub async fn file_facts(
        &self,
        at: &Readable,
        path: RelPath,
    ) -> Result<Option<FileFacts>, DropError> {
        let store = Arc::clone(&at.0.store);
        let look = move || Ok::<_, DropError>(streams(&*store)?.facts(&path)?);
        self.pool.run(&at.0.limiter, look).await?
    }

    /// Opens a file of the workspace; `None` if no regular file is there.
    ///
    /// # Errors
    ///
    /// A [`DropError`] if a link stands there or on the way, or it cannot be read.
    pub async fn open_file(
        &self,
        at: &Readable,
        path: RelPath,
    ) -> Result<Option<OpenedFile>, DropError> {
        let store = Arc::clone(&at.0.store);
        let open = move || {
            let streams = streams(&*store)?;
            let is_file = |facts: FileFacts| facts.kind == EntryKind::File;
            if !streams.facts(&path)?.is_some_and(is_file) {
                return Ok::<_, DropError>(None);
            }
            Ok(streams.open(&path)?)
        };
        let file = self.pool.run(&at.0.limiter, open).await??;
        Ok(file.map(|file| OpenedFile {
            file: file.into(),
            handle: Arc::clone(&at.0),
            pool: Arc::clone(&self.pool),
            offset: 0,
        }))
    }

    /// Begins to take a file. Dropped before [`Upload::finish`], nothing of it is
    /// left.
    ///
    /// # Errors
    ///
    /// [`DropError::Full`] if there is no room, [`HostError::Overloaded`] if many
    /// are brought at once, and what the store fails with.
    pub async fn begin_upload(&self, at: &Writable) -> Result<Upload, DropError> {
        let turn = Arc::clone(&self.uploads).try_acquire_owned();
        let turn = turn.map_err(|_| HostError::Overloaded)?;
        let store = Arc::clone(&at.handle.store);
        let begin = move || {
            let room = room(&*store)?;
            Ok::<_, DropError>((streams(&*store)?.create(&DropBox::Inbox.path())?, room))
        };
        let (writing, room) = self.pool.run(&at.handle.limiter, begin).await??;
        Ok(Upload {
            writing: Some(writing),
            handle: Arc::clone(&at.handle),
            pool: Arc::clone(&self.pool),
            size: 0,
            room,
            _turn: turn,
        })
    }
}

impl OpenedFile {
    /// What is known of it.
    pub fn facts(&self) -> FileFacts {
        self.file.facts()
    }

    /// The next piece; empty at the end.
    ///
    /// # Errors
    ///
    /// A [`HostError`] if it cannot be read, or not in time.
    pub async fn next(&mut self) -> Result<Vec<u8>, HostError> {
        let left = self.file.facts().size.saturating_sub(self.offset);
        let (file, offset) = (Arc::clone(&self.file), self.offset);
        let wanted = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
        // No more than was told of it, however it grows.
        let read = move || {
            let mut piece = vec![0; wanted];
            let read = file.read_at(&mut piece, offset)?;
            piece.truncate(read);
            Ok::<_, StoreError>(piece)
        };
        let piece = self.pool.run(&self.handle.limiter, read).await??;
        self.offset += piece.len() as u64;
        Ok(piece)
    }
}

impl Upload {
    /// Takes what follows.
    ///
    /// # Errors
    ///
    /// [`DropError::TooLarge`] and [`DropError::Full`], and what the store fails
    /// with.
    pub async fn write(
        &mut self,
        bytes: impl AsRef<[u8]> + Send + 'static,
    ) -> Result<(), DropError> {
        self.size += bytes.as_ref().len() as u64;
        if self.size > MOST_UPLOAD {
            return Err(DropError::TooLarge {
                limit: MOST_UPLOAD,
                size: self.size,
            });
        }
        if self.size > self.room {
            return Err(DropError::Full);
        }
        let Some(mut writing) = self.writing.take() else {
            return Err(HostError::Lost.into());
        };
        let write = move || {
            let written = writing.write(bytes.as_ref());
            (writing, written)
        };
        let (writing, written) = self.pool.run_unbounded(&self.handle.limiter, write).await?;
        self.writing = Some(writing);
        Ok(written?)
    }

    /// Records the file and puts it where it belongs, durably; gives its size.
    ///
    /// # Errors
    ///
    /// What the store fails with; then it is not there.
    pub async fn finish(mut self, path: RelPath, requester: &Requester) -> Result<u64, DropError> {
        let Some(writing) = self.writing.take() else {
            return Err(HostError::Lost.into());
        };
        let (store, actor) = (Arc::clone(&self.handle.store), requester.actor());
        let (placing, size) = (Arc::clone(&self.handle.placing), self.size);
        let finish = move || {
            let check = || unless_named(&*store, &path);
            // Before it is recorded, and again right before it is there: settings may
            // change meanwhile.
            drop(check()?);
            // Others may have taken the room since this one began: each was told
            // of all that was left.
            let _alone = placing.lock().unwrap_or_else(PoisonError::into_inner);
            if size > room(&*store)? {
                return Err(DropError::Full);
            }
            let note = AuditNote {
                target: DropBox::Inbox.path().join_path(&path).to_string(),
                summary: format!("Uploaded {path} to inbox"),
            };
            // What cannot be recorded is not done.
            store.note(&actor, Action::InboxUpload, &note, ApprovedBy::Auto.into())?;
            Ok(writing.place(&path, &check)?)
        };
        let placed = self.pool.run_unbounded(&self.handle.limiter, finish);
        placed.await??;
        Ok(self.size)
    }
}

/// The files of a workspace, unless its settings name what is brought: nobody was
/// asked whether it may be loaded.
fn unless_named<'s>(
    store: &'s dyn Store,
    path: &RelPath,
) -> Result<Box<dyn Files + 's>, StoreError> {
    let files = store.files()?;
    if !inbox::is_named(path, &*files)? {
        return Ok(files);
    }
    let reserved = Invalid::ReservedFile {
        path: DropBox::Inbox.path().join_path(path).to_string(),
        whose: ReservedFile::Named,
    };
    Err(PlanError::Invalid(reserved).into())
}

/// How many bytes the folder of what is brought has room for: at least one.
fn room(store: &dyn Store) -> Result<u64, DropError> {
    let files = streams(store)?.list(&DropBox::Inbox.path())?;
    let bytes: u64 = files.iter().map(|file| file.facts.size).sum();
    let room = MOST_BYTES.saturating_sub(bytes);
    if files.len() >= MOST_FILES || room == 0 {
        return Err(DropError::Full);
    }
    Ok(room)
}

fn streams(store: &dyn Store) -> Result<&dyn FileStreams, DropError> {
    store.streams().ok_or(DropError::Unsupported)
}
