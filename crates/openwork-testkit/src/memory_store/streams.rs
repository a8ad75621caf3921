//! Files in pieces, of a store that has them whole in memory.

use std::sync::Arc;

use openwork_change::store::{
    self, FileFacts, FileReading, FileStreams, FileWriting, PlacingCheck, Store as _, StoreError,
    StreamedFile,
};
use openwork_model::config::ReadError;
use openwork_model::files::{EntryKind, FileContents, FileError, Files, Location, entries};
use openwork_model::path::RelPath;

use super::{FIRST_CHANGE, MemoryStore};

struct MemoryReading(FileContents);

struct MemoryWriting {
    store: Arc<store::MemoryStore>,
    folder: RelPath,
    bytes: Vec<u8>,
}

impl FileStreams for MemoryStore {
    fn list(&self, folder: &RelPath) -> Result<Vec<StreamedFile>, StoreError> {
        let files = self.inner.files()?;
        let (mut found, mut waiting) = (Vec::new(), vec![RelPath::root()]);
        while let Some(below) = waiting.pop() {
            let at = Location::workspace(folder.join_path(&below));
            for entry in entries(&*files, &at).map_err(failed)? {
                let Ok(path) = below.join(&entry.name) else {
                    continue;
                };
                match entry.kind {
                    EntryKind::Dir if !entry.is_link => waiting.push(path),
                    EntryKind::File if !entry.is_link => {
                        let facts = facts(&*files, &folder.join_path(&path))?;
                        found.extend(facts.map(|facts| StreamedFile { path, facts }));
                    }
                    _ => {}
                }
            }
        }
        Ok(found)
    }

    fn facts(&self, path: &RelPath) -> Result<Option<FileFacts>, StoreError> {
        facts(&*self.inner.files()?, path)
    }

    fn open(&self, path: &RelPath) -> Result<Option<Box<dyn FileReading>>, StoreError> {
        let files = self.inner.files()?;
        let contents = files.read(&Location::workspace(path.clone()), u64::MAX);
        let contents = contents.map_err(failed)?;
        Ok(contents.map(|contents| Box::new(MemoryReading(contents)) as _))
    }

    fn create(&self, folder: &RelPath) -> Result<Box<dyn FileWriting>, StoreError> {
        Ok(Box::new(MemoryWriting {
            store: Arc::clone(&self.inner),
            folder: folder.clone(),
            bytes: Vec::new(),
        }))
    }
}

fn facts(files: &dyn Files, path: &RelPath) -> Result<Option<FileFacts>, StoreError> {
    let facts = |kind, size| FileFacts {
        kind,
        size,
        modified: FIRST_CHANGE,
    };
    match files.read(&Location::workspace(path.clone()), u64::MAX) {
        Ok(contents) => Ok(contents.map(|bytes| facts(EntryKind::File, bytes.len() as u64))),
        Err(FileError::NotRegular { .. }) => Ok(Some(facts(EntryKind::Dir, 0))),
        Err(error) => Err(failed(error)),
    }
}

fn failed(error: FileError) -> StoreError {
    ReadError::from(error).into()
}

impl FileReading for MemoryReading {
    fn facts(&self) -> FileFacts {
        FileFacts {
            kind: EntryKind::File,
            size: self.0.len() as u64,
            modified: FIRST_CHANGE,
        }
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize, StoreError> {
        let from = usize::try_from(offset).unwrap_or(usize::MAX);
        let rest = self.0.get(from..).unwrap_or(&[]);
        let read = rest.len().min(buffer.len());
        buffer[..read].copy_from_slice(&rest[..read]);
        Ok(read)
    }
}

impl FileWriting for MemoryWriting {
    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn place(self: Box<Self>, path: &RelPath, check: PlacingCheck<'_>) -> Result<(), StoreError> {
        drop(check()?);
        let Self {
            store,
            folder,
            bytes,
        } = *self;
        let at = Location::workspace(folder.join_path(path));
        store.edit(|files| files.insert(at, bytes.into()));
        Ok(())
    }
}
