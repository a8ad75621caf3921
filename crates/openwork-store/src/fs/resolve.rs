//! Following a path by hand, from handle to handle, links included.
//!
//! A [`ResolvedPath`] is the chain of open directories from the top of the file
//! system down to one directory. Links are read and followed step by step, so
//! what is reached in the end is an open handle and the list of directories
//! that it truly lies in. Nothing is checked by name and opened afterwards.

use std::collections::VecDeque;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::fs::disk::{Disk, DiskDir, FileKind, FileStat, NodeId};

mod known;

pub(crate) use known::KnownTrails;

/// As many links as Linux itself follows (`path_resolution(7)`).
const MAX_LINKS: usize = 40;

/// An open directory and all directories that it lies in.
#[derive(Debug, Clone)]
pub(crate) struct ResolvedPath {
    top: PathBuf,
    steps: Vec<PathStep>,
}

#[derive(Debug, Clone)]
struct PathStep {
    name: String,
    dir: Arc<dyn DiskDir>,
    id: NodeId,
}

/// What following a path came to.
#[derive(Debug)]
pub(crate) struct FoundEntry {
    /// Where the path leads.
    pub(crate) end: Resolution,
    /// Whether a link was followed on the way.
    pub(crate) linked: bool,
}

/// Where a path leads.
#[derive(Debug)]
pub(crate) enum Resolution {
    /// To a directory.
    Dir(ResolvedPath),
    /// To something else in a directory.
    Leaf(ResolvedPath, String, FileStat),
    /// To nothing: to a name that is not there in a directory.
    Absent(ResolvedPath, String),
}

impl ResolvedPath {
    /// Follows an absolute path to a directory. `None` if there is none.
    pub(crate) fn to(disk: &dyn Disk, path: &Path) -> io::Result<Option<Self>> {
        match Self::find(disk, path)?.end {
            Resolution::Dir(resolved) => Ok(Some(resolved)),
            Resolution::Leaf(..) | Resolution::Absent(..) => Ok(None),
        }
    }

    /// Follows an absolute path.
    pub(crate) fn find(disk: &dyn Disk, path: &Path) -> io::Result<FoundEntry> {
        let dir = disk.top(path)?;
        let id = dir.stat_self()?.id;
        let is_top = |c: &Component<'_>| matches!(c, Component::Prefix(_) | Component::RootDir);
        let top = path.components().take_while(is_top).collect();
        let resolved = Self {
            top,
            steps: vec![PathStep {
                name: String::new(),
                dir,
                id,
            }],
        };
        let below: PathBuf = path.components().skip_while(is_top).collect();
        resolved.follow(&below)
    }

    /// Whether every name of the path still leads to the directory that is held
    /// open for it.
    fn still_leads(&self) -> bool {
        let mut steps = self.steps.iter().zip(self.steps.iter().skip(1));
        steps.all(|(above, step)| {
            let found = above.dir.stat(&step.name);
            found.is_ok_and(|stat| stat.kind == FileKind::Dir && stat.id == step.id)
        })
    }

    /// Follows a path from this directory.
    pub(crate) fn follow(self, path: &Path) -> io::Result<FoundEntry> {
        let mut resolver = PathResolver {
            resolved: self,
            remaining: VecDeque::new(),
            links_followed: 0,
        };
        resolver.prepend(path)?;
        let end = resolver.run()?;
        Ok(FoundEntry {
            end,
            linked: resolver.links_followed > 0,
        })
    }

    /// The directory at the end.
    pub(crate) fn dir(&self) -> io::Result<&Arc<dyn DiskDir>> {
        self.last().map(|step| &step.dir)
    }

    /// Which directory that is.
    pub(crate) fn id(&self) -> io::Result<NodeId> {
        self.last().map(|step| step.id)
    }

    /// Whether the directory is, or lies in, another one.
    pub(crate) fn is_in(&self, other: NodeId) -> bool {
        self.steps.iter().any(|step| step.id == other)
    }

    /// The directory that many levels above, with all that it lies in.
    pub(crate) fn above(&self, levels: usize) -> Option<Self> {
        let kept = self
            .steps
            .len()
            .checked_sub(levels)
            .filter(|kept| *kept > 0)?;
        Some(Self {
            top: self.top.clone(),
            steps: self.steps.iter().take(kept).cloned().collect(),
        })
    }

    /// The path of the directory, free of links.
    pub(crate) fn path(&self) -> PathBuf {
        self.steps
            .iter()
            .skip(1)
            .fold(self.top.clone(), |path, step| path.join(&step.name))
    }

    /// The directories from the top down, and the name of each but the first.
    pub(crate) fn trail(&self) -> (Vec<NodeId>, Vec<&str>) {
        let ids = self.steps.iter().map(|step| step.id);
        let names = self.steps.iter().skip(1).map(|step| step.name.as_str());
        (ids.collect(), names.collect())
    }

    fn last(&self) -> io::Result<&PathStep> {
        // A path starts with the top and never loses it.
        self.steps
            .last()
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn ascend(&mut self) {
        if self.steps.len() > 1 {
            self.steps.pop();
        }
    }
}

struct PathResolver {
    resolved: ResolvedPath,
    remaining: VecDeque<String>,
    links_followed: usize,
}

impl PathResolver {
    fn run(&mut self) -> io::Result<Resolution> {
        while let Some(name) = self.remaining.pop_front() {
            if name == ".." {
                // Back along the handles that led here. The `..` of the system
                // would be that of wherever the directory has been moved
                // meanwhile.
                self.resolved.ascend();
                continue;
            }
            let dir = Arc::clone(self.resolved.dir()?);
            let stat = match dir.stat(&name) {
                Ok(stat) => stat,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Ok(Resolution::Absent(self.resolved.clone(), name));
                }
                Err(error) => return Err(error),
            };
            match stat.kind {
                FileKind::Dir => self.enter(&dir, name)?,
                FileKind::Link => self.follow_link(&dir.read_link(&name)?)?,
                FileKind::File | FileKind::Special if self.remaining.is_empty() => {
                    return Ok(Resolution::Leaf(self.resolved.clone(), name, stat));
                }
                FileKind::File | FileKind::Special => {
                    return Err(io::ErrorKind::NotADirectory.into());
                }
            }
        }
        Ok(Resolution::Dir(self.resolved.clone()))
    }

    fn enter(&mut self, dir: &Arc<dyn DiskDir>, name: String) -> io::Result<()> {
        // Refuses a link: whatever was put here since the look, this is a
        // directory or an error.
        let dir = dir.open_dir(&name)?;
        let id = dir.stat_self()?.id;
        self.resolved.steps.push(PathStep { name, dir, id });
        Ok(())
    }

    fn follow_link(&mut self, target: &Path) -> io::Result<()> {
        self.links_followed += 1;
        if self.links_followed > MAX_LINKS || target.as_os_str().is_empty() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "too many links",
            ));
        }
        self.prepend(target)
    }

    /// Puts a path in front of what is still to be followed.
    fn prepend(&mut self, path: &Path) -> io::Result<()> {
        for component in path.components().rev() {
            match component {
                Component::Normal(name) => {
                    let name = name.to_str().ok_or(io::ErrorKind::InvalidInput)?;
                    self.remaining.push_front(name.to_owned());
                }
                Component::ParentDir => self.remaining.push_front("..".to_owned()),
                Component::CurDir => {}
                // An absolute target begins again at the top, as it does for
                // the system.
                Component::RootDir => self.resolved.steps.truncate(1),
                Component::Prefix(_) if path.starts_with(&self.resolved.top) => {}
                // Another drive is another file system.
                Component::Prefix(_) => return Err(io::ErrorKind::Unsupported.into()),
            }
        }
        Ok(())
    }
}
