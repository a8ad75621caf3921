//! A disk that records what is done, so that states after a power loss can be
//! made: everything that was synced, and any part of what was not.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use openwork_model::file_name::NameRules;
use openwork_store::disk::{
    Disk, DiskDir, DiskFile, DiskLock, FileAccess, FileKind, FileStat, NativeDisk, NodeId,
};

use super::system::{is_program, make_program};

type DirId = usize;
type FileId = usize;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Node {
    Dir(DirId),
    File(FileId),
}

/// One thing that was done.
#[derive(Debug, Clone)]
pub(crate) enum Op {
    /// A name was given to something new or something that had another.
    Name {
        dir: DirId,
        name: String,
        node: Node,
        from: Option<String>,
    },
    /// A name was taken away.
    Unname { dir: DirId, name: String },
    /// Bytes were put at the end of a file.
    Write { file: FileId, bytes: Vec<u8> },
    /// A file became a program, or none.
    Mark { file: FileId, executable: bool },
    /// A file's contents were made durable.
    SyncFile(FileId),
    /// A directory's names were made durable.
    SyncDir(DirId),
}

/// A tree of files: what a disk holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tree {
    pub(crate) names: HashMap<(DirId, String), Node>,
    pub(crate) files: HashMap<FileId, Vec<u8>>,
    programs: HashSet<FileId>,
}

/// The top directory's number.
pub(crate) const TOP: DirId = 0;

#[derive(Debug, Default)]
struct State {
    /// Which directory is the top: paths to it are written in several ways.
    root: Option<NodeId>,
    now: Tree,
    ops: Vec<Op>,
    next: usize,
}

/// What was done below one directory.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trace(Arc<Mutex<State>>);

impl Trace {
    /// Starts with what is below a directory now, all of it durable.
    pub(crate) fn of(root: &Path) -> Self {
        let trace = Self::default();
        {
            let mut state = trace.state();
            state.root = Some(NativeDisk.stat(root).unwrap().id);
            state.next = TOP + 1;
            state.load(TOP, root);
        }
        trace
    }

    pub(crate) fn disk(&self) -> Arc<dyn Disk> {
        Arc::new(TraceDisk(self.clone()))
    }

    /// What is there as the programs see it.
    pub(crate) fn tree(&self) -> Tree {
        self.state().now.clone()
    }

    pub(crate) fn ops(&self) -> Vec<Op> {
        self.state().ops.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn done(&self, op: Op) {
        let mut state = self.state();
        state.now.apply(&op);
        state.ops.push(op);
    }

    fn new_id(&self) -> usize {
        let mut state = self.state();
        state.next += 1;
        state.next
    }

    fn node(&self, dir: Option<DirId>, path: &str) -> Option<Node> {
        let state = self.state();
        path.split('/')
            .try_fold(Node::Dir(dir?), |node, name| match node {
                Node::Dir(dir) => state.now.names.get(&(dir, name.to_owned())).copied(),
                Node::File(_) => None,
            })
    }
}

impl State {
    fn load(&mut self, dir: DirId, path: &Path) {
        for entry in std::fs::read_dir(path).unwrap() {
            let entry = entry.unwrap();
            self.next += 1;
            let id = self.next;
            let node = if entry.file_type().unwrap().is_dir() {
                self.load(id, &entry.path());
                Node::Dir(id)
            } else {
                self.now
                    .files
                    .insert(id, std::fs::read(entry.path()).unwrap());
                if is_program(&entry.path()) {
                    self.now.programs.insert(id);
                }
                Node::File(id)
            };
            self.now
                .names
                .insert((dir, entry.file_name().into_string().unwrap()), node);
        }
    }
}

impl Tree {
    pub(crate) fn apply(&mut self, op: &Op) {
        match op {
            Op::Name {
                dir,
                name,
                node,
                from,
            } => {
                let from = from.as_ref().map(|from| (*dir, from.clone()));
                if let Some(from) = from.filter(|from| self.names.get(from) == Some(node)) {
                    self.names.remove(&from);
                }
                self.names.insert((*dir, name.clone()), *node);
            }
            Op::Unname { dir, name } => drop(self.names.remove(&(*dir, name.clone()))),
            Op::Write { file, bytes } => self.files.entry(*file).or_default().extend(bytes),
            Op::Mark { file, executable } => {
                self.programs.remove(file);
                self.programs.extend(executable.then_some(*file));
            }
            Op::SyncFile(_) | Op::SyncDir(_) => {}
        }
    }

    /// Puts the tree on a real disk.
    pub(crate) fn write_to(&self, path: &Path) {
        self.write_dir(TOP, path);
    }

    fn write_dir(&self, dir: DirId, path: &Path) {
        std::fs::create_dir_all(path).unwrap();
        for ((_, name), node) in self.names.iter().filter(|((parent, _), _)| *parent == dir) {
            match node {
                Node::Dir(id) => self.write_dir(*id, &path.join(name)),
                Node::File(id) => {
                    let empty = Vec::new();
                    let bytes = self.files.get(id).unwrap_or(&empty);
                    std::fs::write(path.join(name), bytes).unwrap();
                    if self.programs.contains(id) {
                        make_program(&path.join(name));
                    }
                }
            }
        }
    }
}

#[derive(Debug)]
struct TraceDisk(Trace);

impl Disk for TraceDisk {
    fn top(&self, path: &Path) -> io::Result<Arc<dyn DiskDir>> {
        Ok(TraceDir::wrap(NativeDisk.top(path)?, None, &self.0))
    }

    fn stat(&self, path: &Path) -> io::Result<FileStat> {
        NativeDisk.stat(path)
    }

    fn name_rules(&self) -> NameRules {
        NativeDisk.name_rules()
    }

    fn open_holds_what_is_above(&self) -> bool {
        NativeDisk.open_holds_what_is_above()
    }
}

/// A directory; without a number it lies outside of what is recorded.
#[derive(Debug)]
struct TraceDir {
    inner: Arc<dyn DiskDir>,
    id: Option<DirId>,
    trace: Trace,
}

impl TraceDir {
    fn wrap(inner: Arc<dyn DiskDir>, id: Option<DirId>, trace: &Trace) -> Arc<dyn DiskDir> {
        Arc::new(Self {
            inner,
            id,
            trace: trace.clone(),
        })
    }

    fn done(&self, op: impl FnOnce(DirId) -> Op) {
        if let Some(dir) = self.id {
            self.trace.done(op(dir));
        }
    }

    fn named(&self, name: &str, node: Node, from: Option<&str>) {
        let (name, from) = (name.to_owned(), from.map(str::to_owned));
        self.done(|dir| Op::Name {
            dir,
            name,
            node,
            from,
        });
    }

    fn file(&self, inner: Box<dyn DiskFile>, name: &str) -> Box<dyn DiskFile> {
        let Some(Node::File(id)) = self.trace.node(self.id, name) else {
            return inner;
        };
        Box::new(TraceFile {
            inner,
            id,
            trace: self.trace.clone(),
        })
    }
}

impl DiskDir for TraceDir {
    fn open_dir(&self, path: &str) -> io::Result<Arc<dyn DiskDir>> {
        let inner = self.inner.open_dir(path)?;
        let id = if let Some(Node::Dir(id)) = self.trace.node(self.id, path) {
            Some(id)
        } else {
            let opened = inner.stat_self()?.id;
            (self.trace.state().root == Some(opened)).then_some(TOP)
        };
        Ok(Self::wrap(inner, id, &self.trace))
    }

    fn open_file(&self, path: &str) -> io::Result<Box<dyn DiskFile>> {
        self.inner.open_file(path)
    }

    fn stat_self(&self) -> io::Result<FileStat> {
        self.inner.stat_self()
    }

    fn stat(&self, path: &str) -> io::Result<FileStat> {
        self.inner.stat(path)
    }

    fn read_link(&self, name: &str) -> io::Result<PathBuf> {
        self.inner.read_link(name)
    }

    fn list(&self) -> io::Result<Vec<(String, FileKind)>> {
        self.inner.list()
    }

    fn access_list(&self, name: &str) -> io::Result<Option<String>> {
        self.inner.access_list(name)
    }

    fn create(&self, name: &str, access: FileAccess) -> io::Result<Box<dyn DiskFile>> {
        let file = self.inner.create(name, access)?;
        self.named(name, Node::File(self.trace.new_id()), None);
        Ok(self.file(file, name))
    }

    fn append(&self, name: &str, access: FileAccess) -> io::Result<Box<dyn DiskFile>> {
        let file = self.inner.append(name, access)?;
        if self.trace.node(self.id, name).is_none() {
            self.named(name, Node::File(self.trace.new_id()), None);
        }
        Ok(self.file(file, name))
    }

    fn make_dir(&self, name: &str) -> io::Result<()> {
        self.inner.make_dir(name)?;
        self.named(name, Node::Dir(self.trace.new_id()), None);
        Ok(())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.inner.rename(from, to)?;
        if let Some(node) = self.trace.node(self.id, from) {
            self.named(to, node, Some(from));
        }
        Ok(())
    }

    fn remove_file(&self, name: &str) -> io::Result<()> {
        self.inner.remove_file(name)?;
        self.done(|dir| Op::Unname {
            dir,
            name: name.to_owned(),
        });
        Ok(())
    }

    fn remove_dir(&self, name: &str) -> io::Result<()> {
        self.inner.remove_dir(name)?;
        self.done(|dir| Op::Unname {
            dir,
            name: name.to_owned(),
        });
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        self.done(Op::SyncDir);
        self.inner.sync()
    }

    fn try_lock(&self, file: &str) -> io::Result<DiskLock> {
        self.inner.try_lock(file)
    }

    fn unlock(&self) -> io::Result<()> {
        self.inner.unlock()
    }

    fn is_local(&self) -> bool {
        self.inner.is_local()
    }
}

#[derive(Debug)]
struct TraceFile {
    inner: Box<dyn DiskFile>,
    id: FileId,
    trace: Trace,
}

impl TraceFile {
    fn marked(&self, executable: bool) {
        self.trace.done(Op::Mark {
            file: self.id,
            executable,
        });
    }
}

impl DiskFile for TraceFile {
    fn stat(&self) -> io::Result<FileStat> {
        self.inner.stat()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.inner.read_at(buffer, offset)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.trace.done(Op::Write {
            file: self.id,
            bytes: bytes[..written].to_vec(),
        });
        Ok(written)
    }

    fn adopt(&self, other: &FileStat) -> io::Result<()> {
        self.inner.adopt(other)?;
        if other.is_executable() {
            self.marked(true);
        }
        Ok(())
    }

    fn set_access_list(&mut self, list: &str) -> io::Result<()> {
        self.inner.set_access_list(list)
    }

    fn others_may(&self) -> io::Result<Option<&'static str>> {
        self.inner.others_may()
    }

    fn set_executable(&self, executable: bool) -> io::Result<()> {
        self.inner.set_executable(executable)?;
        self.marked(executable);
        Ok(())
    }

    fn touch(&self) -> io::Result<()> {
        self.inner.touch()
    }

    fn sync(&self) -> io::Result<()> {
        self.trace.done(Op::SyncFile(self.id));
        self.inner.sync()
    }

    fn sync_data(&self) -> io::Result<()> {
        self.sync()
    }
}
