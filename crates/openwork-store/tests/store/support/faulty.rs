//! A disk on which one call fails.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use openwork_model::file_name::NameRules;
use openwork_store::disk::{
    Disk, DiskDir, DiskFile, DiskLock, FileAccess, FileKind, FileStat, NativeDisk,
};

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// No space is left, even for what was there a moment ago.
    NoSpace,
    /// The device does not answer.
    InputOutput,
    /// A signal came.
    Interrupted,
    /// Less is written than was given; other calls work.
    ShortWrite,
    /// Half of it is written, then no space is left.
    HalfWrite,
}

pub(crate) const FAULTS: [Fault; 5] = [
    Fault::NoSpace,
    Fault::InputOutput,
    Fault::Interrupted,
    Fault::ShortWrite,
    Fault::HalfWrite,
];

impl Fault {
    fn error(self) -> Option<io::Error> {
        let code = match (self, cfg!(windows)) {
            (Self::NoSpace, false) => 28,
            (Self::NoSpace, true) => 112,
            (Self::InputOutput, false) => 5,
            (Self::InputOutput, true) => 1117,
            (Self::Interrupted, false) => 4,
            (Self::Interrupted, true) => 10_004,
            (Self::ShortWrite | Self::HalfWrite, _) => return None,
        };
        Some(io::Error::from_raw_os_error(code))
    }
}

/// Fails the n-th call after it was armed, and on demand all that follow.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    left: AtomicU64,
    armed: AtomicBool,
    fault: Mutex<Option<Fault>>,
    lasting: AtomicBool,
    /// How many calls there were.
    calls: AtomicU64,
    /// What was called when it failed.
    pub(crate) hit: Mutex<Option<&'static str>>,
}

impl Plan {
    pub(crate) fn arm(&self, after: u64, fault: Fault, lasting: bool) {
        self.left.store(after, Ordering::SeqCst);
        *self.fault.lock().unwrap() = Some(fault);
        *self.hit.lock().unwrap() = None;
        self.lasting.store(lasting, Ordering::SeqCst);
        self.armed.store(true, Ordering::SeqCst);
    }

    /// Lets the next call fail as well.
    fn then(&self, fault: Fault) {
        *self.fault.lock().unwrap() = Some(fault);
        self.armed.store(true, Ordering::SeqCst);
    }

    pub(crate) fn disarm(&self) -> Option<&'static str> {
        self.armed.store(false, Ordering::SeqCst);
        *self.hit.lock().unwrap()
    }

    /// The fault of this call, if it is its turn. Faults of writing count
    /// calls that write only.
    fn turn(&self, call: &'static str) -> Option<Fault> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let fault = (*self.fault.lock().unwrap())?;
        let concerns = fault.error().is_some() || call == "write";
        if !concerns || !self.armed.load(Ordering::SeqCst) {
            return None;
        }
        if self.left.load(Ordering::SeqCst) > 0 {
            self.left.fetch_sub(1, Ordering::SeqCst);
            return None;
        }
        let lasts = self.lasting.load(Ordering::SeqCst);
        self.armed.store(lasts, Ordering::SeqCst);
        self.hit.lock().unwrap().get_or_insert(call);
        Some(fault)
    }

    #[cfg(unix)]
    /// How many calls were made while something was done.
    pub(crate) fn counted<T>(&self, act: impl FnOnce() -> T) -> (T, u64) {
        let before = self.calls.load(Ordering::SeqCst);
        let done = act();
        (done, self.calls.load(Ordering::SeqCst) - before)
    }

    fn check(&self, call: &'static str) -> io::Result<()> {
        self.turn(call).and_then(Fault::error).map_or(Ok(()), Err)
    }
}

/// The native disk with a plan of failures.
#[derive(Debug)]
pub(crate) struct FaultyDisk(pub(crate) Arc<Plan>);

impl Disk for FaultyDisk {
    fn top(&self, path: &Path) -> io::Result<Arc<dyn DiskDir>> {
        self.0.check("top")?;
        Ok(Arc::new(FaultyDir(
            NativeDisk.top(path)?,
            Arc::clone(&self.0),
        )))
    }

    fn stat(&self, path: &Path) -> io::Result<FileStat> {
        self.0.check("stat")?;
        NativeDisk.stat(path)
    }

    fn name_rules(&self) -> NameRules {
        NativeDisk.name_rules()
    }

    fn open_holds_what_is_above(&self) -> bool {
        NativeDisk.open_holds_what_is_above()
    }
}

#[derive(Debug)]
struct FaultyDir(Arc<dyn DiskDir>, Arc<Plan>);

impl FaultyDir {
    fn file(&self, file: Box<dyn DiskFile>) -> Box<dyn DiskFile> {
        Box::new(FaultyFile(file, Arc::clone(&self.1)))
    }
}

impl DiskDir for FaultyDir {
    fn open_dir(&self, path: &str) -> io::Result<Arc<dyn DiskDir>> {
        self.1.check("open_dir")?;
        Ok(Arc::new(Self(self.0.open_dir(path)?, Arc::clone(&self.1))))
    }

    fn open_file(&self, path: &str) -> io::Result<Box<dyn DiskFile>> {
        self.1.check("open_file")?;
        Ok(self.file(self.0.open_file(path)?))
    }

    fn stat_self(&self) -> io::Result<FileStat> {
        self.1.check("stat_self")?;
        self.0.stat_self()
    }

    fn stat(&self, path: &str) -> io::Result<FileStat> {
        self.1.check("stat")?;
        self.0.stat(path)
    }

    fn read_link(&self, name: &str) -> io::Result<PathBuf> {
        self.1.check("read_link")?;
        self.0.read_link(name)
    }

    fn list(&self) -> io::Result<Vec<(String, FileKind)>> {
        self.1.check("list")?;
        self.0.list()
    }

    fn access_list(&self, name: &str) -> io::Result<Option<String>> {
        self.1.check("access_list")?;
        self.0.access_list(name)
    }

    fn create(&self, name: &str, access: FileAccess) -> io::Result<Box<dyn DiskFile>> {
        self.1.check("create")?;
        Ok(self.file(self.0.create(name, access)?))
    }

    fn append(&self, name: &str, access: FileAccess) -> io::Result<Box<dyn DiskFile>> {
        self.1.check("append")?;
        Ok(self.file(self.0.append(name, access)?))
    }

    fn make_dir(&self, name: &str) -> io::Result<()> {
        self.1.check("make_dir")?;
        self.0.make_dir(name)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.1.check("rename")?;
        self.0.rename(from, to)
    }

    fn remove_file(&self, name: &str) -> io::Result<()> {
        self.1.check("remove_file")?;
        self.0.remove_file(name)
    }

    fn remove_dir(&self, name: &str) -> io::Result<()> {
        self.1.check("remove_dir")?;
        self.0.remove_dir(name)
    }

    fn sync(&self) -> io::Result<()> {
        self.1.check("sync dir")?;
        self.0.sync()
    }

    fn try_lock(&self, file: &str) -> io::Result<DiskLock> {
        self.1.check("lock")?;
        self.0.try_lock(file)
    }

    fn unlock(&self) -> io::Result<()> {
        self.0.unlock()
    }

    fn is_local(&self) -> bool {
        self.0.is_local()
    }
}

#[derive(Debug)]
struct FaultyFile(Box<dyn DiskFile>, Arc<Plan>);

impl DiskFile for FaultyFile {
    fn stat(&self) -> io::Result<FileStat> {
        self.1.check("stat file")?;
        self.0.stat()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.1.check("read")?;
        self.0.read_at(buffer, offset)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.1.turn("write") {
            None => self.0.write(bytes),
            Some(Fault::ShortWrite) => self.0.write(&bytes[..bytes.len().div_ceil(2)]),
            Some(Fault::HalfWrite) => {
                let written = self.0.write(&bytes[..bytes.len() / 2])?;
                self.1.then(Fault::NoSpace);
                Ok(written)
            }
            Some(fault) => fault.error().map_or(Ok(0), Err),
        }
    }

    fn adopt(&self, other: &FileStat) -> io::Result<()> {
        self.1.check("adopt")?;
        self.0.adopt(other)
    }

    fn set_access_list(&mut self, list: &str) -> io::Result<()> {
        self.1.check("set_access_list")?;
        self.0.set_access_list(list)
    }

    fn others_may(&self) -> io::Result<Option<&'static str>> {
        self.1.check("others_may")?;
        self.0.others_may()
    }

    fn set_executable(&self, executable: bool) -> io::Result<()> {
        self.1.check("set_executable")?;
        self.0.set_executable(executable)
    }

    fn touch(&self) -> io::Result<()> {
        self.1.check("touch")?;
        self.0.touch()
    }

    fn sync(&self) -> io::Result<()> {
        self.1.check("sync")?;
        self.0.sync()
    }

    fn sync_data(&self) -> io::Result<()> {
        self.1.check("sync data")?;
        self.0.sync_data()
    }
}
