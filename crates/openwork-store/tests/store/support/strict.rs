//! A disk with the habits of Windows, on any system: names ignore case, an open
//! directory is not removed, directories have no locks.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use openwork_model::file_name::NameRules;
use openwork_store::disk::{
    Disk, DiskDir, DiskFile, DiskLock, FileAccess, FileKind, FileStat, NativeDisk, NodeId,
};

#[derive(Debug, Clone, Default)]
pub(crate) struct StrictDisk(Arc<Mutex<Shared>>);

#[derive(Debug, Default)]
struct Shared {
    open: HashMap<NodeId, usize>,
    locks: Vec<NodeId>,
    /// Whether names differ only in case, as the disk is asked.
    is_exact: bool,
    /// Whether no file can be made any more.
    is_full: bool,
    /// The marks of where files came from that were set.
    marks: Vec<Vec<u8>>,
}

/// The mark of every file that is there.
pub(crate) const MARK: &[u8] = b"0081;downloaded";

impl StrictDisk {
    /// The same with names that are told apart by case.
    pub(crate) fn exact() -> Self {
        let disk = Self::default();
        disk.shared().is_exact = true;
        disk
    }

    /// Lets no file be made any more.
    pub(crate) fn fill(&self) {
        self.shared().is_full = true;
    }

    /// The marks of where files came from that were set.
    pub(crate) fn marks(&self) -> Vec<Vec<u8>> {
        self.shared().marks.clone()
    }

    /// How many handles there are on what is not among these.
    pub(crate) fn open_besides(&self, ids: &[NodeId]) -> usize {
        let shared = self.shared();
        let others = shared.open.iter().filter(|(id, _)| !ids.contains(id));
        others.map(|(_, count)| count).sum()
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.0.lock().unwrap()
    }

    fn opened(&self, id: NodeId) -> Handle {
        *self.shared().open.entry(id).or_default() += 1;
        Handle {
            disk: self.clone(),
            id,
        }
    }

    fn dir(&self, inner: Arc<dyn DiskDir>) -> io::Result<Arc<dyn DiskDir>> {
        let handle = self.opened(inner.stat_self()?.id);
        Ok(Arc::new(StrictDir { inner, handle }))
    }
}

impl Disk for StrictDisk {
    fn top(&self, path: &Path) -> io::Result<Arc<dyn DiskDir>> {
        self.dir(NativeDisk.top(path)?)
    }

    fn stat(&self, path: &Path) -> io::Result<FileStat> {
        NativeDisk.stat(path)
    }

    fn name_rules(&self) -> NameRules {
        NameRules::WINDOWS
    }

    fn open_holds_what_is_above(&self) -> bool {
        true
    }
}

/// Counted for as long as it is there.
#[derive(Debug)]
struct Handle {
    disk: StrictDisk,
    id: NodeId,
}

impl Drop for Handle {
    fn drop(&mut self) {
        let mut shared = self.disk.shared();
        match shared.open.get_mut(&self.id) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(shared.open.remove(&self.id)),
        }
    }
}

#[derive(Debug)]
struct StrictDir {
    inner: Arc<dyn DiskDir>,
    handle: Handle,
}

impl StrictDir {
    /// A path in the spelling that is there.
    fn spelt(&self, path: &str) -> String {
        if self.handle.disk.shared().is_exact {
            return path.to_owned();
        }
        let mut spelt = Vec::new();
        for name in path.split('/') {
            let dir = match spelt.join("/").as_str() {
                "" => Ok(Arc::clone(&self.inner)),
                above => self.inner.open_dir(above),
            };
            let names = dir.and_then(|dir| dir.list()).unwrap_or_default();
            let mut names = names.into_iter().map(|(name, _)| name);
            let known = names.find(|known| NameRules::WINDOWS.is_same(known, name));
            spelt.push(known.unwrap_or_else(|| name.to_owned()));
        }
        spelt.join("/")
    }

    fn file(&self, inner: Box<dyn DiskFile>) -> io::Result<Box<dyn DiskFile>> {
        let handle = self.handle.disk.opened(inner.stat()?.id);
        Ok(Box::new(StrictFile { inner, handle }))
    }
}

impl DiskDir for StrictDir {
    fn open_dir(&self, path: &str) -> io::Result<Arc<dyn DiskDir>> {
        self.handle
            .disk
            .dir(self.inner.open_dir(&self.spelt(path))?)
    }

    fn open_file(&self, path: &str) -> io::Result<Box<dyn DiskFile>> {
        self.file(self.inner.open_file(&self.spelt(path))?)
    }

    fn stat_self(&self) -> io::Result<FileStat> {
        self.inner.stat_self()
    }

    fn stat(&self, path: &str) -> io::Result<FileStat> {
        self.inner.stat(&self.spelt(path))
    }

    fn read_link(&self, name: &str) -> io::Result<PathBuf> {
        self.inner.read_link(&self.spelt(name))
    }

    fn list(&self) -> io::Result<Vec<(String, FileKind)>> {
        self.inner.list()
    }

    fn origin_mark(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        self.stat(name).map(|_| Some(MARK.to_vec()))
    }

    fn access_list(&self, name: &str) -> io::Result<Option<String>> {
        self.inner.access_list(&self.spelt(name))
    }

    fn create(&self, name: &str, access: FileAccess) -> io::Result<Box<dyn DiskFile>> {
        if self.handle.disk.shared().is_full {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.file(self.inner.create(&self.spelt(name), access)?)
    }

    fn append(&self, name: &str, access: FileAccess) -> io::Result<Box<dyn DiskFile>> {
        self.file(self.inner.append(&self.spelt(name), access)?)
    }

    fn make_dir(&self, name: &str) -> io::Result<()> {
        self.inner.make_dir(&self.spelt(name))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let replaced = self.spelt(to);
        if replaced != to {
            self.inner.remove_file(&replaced)?;
        }
        self.inner.rename(&self.spelt(from), to)
    }

    fn remove_file(&self, name: &str) -> io::Result<()> {
        self.inner.remove_file(&self.spelt(name))
    }

    fn remove_dir(&self, name: &str) -> io::Result<()> {
        let name = self.spelt(name);
        let id = self.inner.stat(&name)?.id;
        if self.handle.disk.shared().open.contains_key(&id) {
            return Err(io::ErrorKind::ResourceBusy.into());
        }
        self.inner.remove_dir(&name)
    }

    fn sync(&self) -> io::Result<()> {
        self.inner.sync()
    }

    fn try_lock(&self, file: &str) -> io::Result<DiskLock> {
        let (dir, _) = file.rsplit_once('/').unwrap();
        if self.inner.open_dir(dir).is_err() {
            return Ok(DiskLock::Absent);
        }
        let mut shared = self.handle.disk.shared();
        let lock = self.handle.id;
        if shared.locks.contains(&lock) {
            return Ok(DiskLock::Busy);
        }
        shared.locks.push(lock);
        Ok(DiskLock::Taken)
    }

    fn unlock(&self) -> io::Result<()> {
        let lock = self.handle.id;
        self.handle
            .disk
            .shared()
            .locks
            .retain(|taken| *taken != lock);
        Ok(())
    }

    fn is_local(&self) -> bool {
        true
    }
}

#[derive(Debug)]
struct StrictFile {
    inner: Box<dyn DiskFile>,
    handle: Handle,
}

impl DiskFile for StrictFile {
    fn stat(&self) -> io::Result<FileStat> {
        self.inner.stat()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.inner.read_at(buffer, offset)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner.write(bytes)
    }

    fn adopt(&self, other: &FileStat) -> io::Result<()> {
        self.inner.adopt(other)
    }

    fn set_access_list(&mut self, list: &str) -> io::Result<()> {
        self.inner.set_access_list(list)
    }

    fn others_may(&self) -> io::Result<Option<&'static str>> {
        self.inner.others_may()
    }

    fn set_origin_mark(&self, mark: &[u8]) -> io::Result<()> {
        self.handle.disk.shared().marks.push(mark.to_vec());
        Ok(())
    }

    fn set_executable(&self, executable: bool) -> io::Result<()> {
        self.inner.set_executable(executable)
    }

    fn touch(&self) -> io::Result<()> {
        self.inner.touch()
    }

    fn sync(&self) -> io::Result<()> {
        self.inner.sync()
    }

    fn sync_data(&self) -> io::Result<()> {
        self.inner.sync_data()
    }
}
