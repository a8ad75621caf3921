//! Places at which a store gives and takes nothing, whoever asks.
//!
//! They are told apart by the directory that they truly lie in and not by how a
//! path is written: a link or another way of writing a name leads to the same.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use openwork_model::path::RelPath;

use crate::fs::disk::{Disk, DiskDir, FileKind, NodeId};
use crate::fs::resolve::{Resolution, ResolvedPath};

/// The paths of these places, as they were configured.
#[derive(Debug)]
pub(crate) struct WithheldPaths {
    paths: Vec<PathBuf>,
    /// Whether the workspace holds any, once that was asked.
    are_inside: OnceLock<bool>,
}

/// Where they were when they were looked for.
#[derive(Debug, Default)]
pub(crate) struct WithheldPlaces(Vec<WithheldPlace>);

#[derive(Debug)]
struct WithheldPlace {
    /// The directory itself, or the nearest one above that is there.
    directory: NodeId,
    /// The names below it, in small letters, as some file systems take both for one.
    names: Vec<String>,
    /// The file, if one is there: it may have other names.
    file: Option<NodeId>,
    /// Whether it lies in the directory that was asked for.
    is_inside: bool,
}

impl WithheldPaths {
    pub(crate) fn new(paths: Vec<PathBuf>) -> Self {
        Self {
            paths,
            are_inside: OnceLock::new(),
        }
    }

    /// The places that a path in a workspace may lead to without any link: mostly
    /// none.
    pub(crate) fn inside(&self, disk: &dyn Disk, workspace: NodeId) -> WithheldPlaces {
        // Asked once: most workspaces hold none, and then no file that is read has to
        // wait until all of them are looked for.
        let are_inside = || {
            self.anywhere(disk, workspace)
                .0
                .iter()
                .any(|place| place.is_inside)
        };
        if self.paths.is_empty() || !self.are_inside.get_or_init(are_inside) {
            return WithheldPlaces::default();
        }
        self.anywhere(disk, workspace)
    }

    /// All places, wherever they are.
    pub(crate) fn anywhere(&self, disk: &dyn Disk, workspace: NodeId) -> WithheldPlaces {
        let paths = self.paths.iter();
        WithheldPlaces(
            paths
                .flat_map(|path| places(disk, path, workspace))
                .collect(),
        )
    }
}

impl WithheldPlaces {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a path below an open directory leads to or into one of them.
    pub(crate) fn cover(&self, root: &Arc<dyn DiskDir>, path: &RelPath) -> io::Result<bool> {
        if self.is_empty() {
            return Ok(false);
        }
        let names: Vec<&str> = path.components().collect();
        let (mut here, mut id) = (Arc::clone(root), root.stat_self()?.id);
        for (depth, name) in names.iter().enumerate() {
            if self.take(id, names.get(depth..).unwrap_or(&[])) {
                return Ok(true);
            }
            let stat = match here.stat(name) {
                Ok(stat) => stat,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
                Err(error) => return Err(error),
            };
            if stat.kind != FileKind::Dir {
                return Ok(self.have(stat.id));
            }
            here = here.open_dir(name)?;
            id = here.stat_self()?.id;
        }
        Ok(self.take(id, &[]))
    }

    /// Whether what was found by following links is or lies in one of them.
    pub(crate) fn cover_found(&self, found: &Resolution) -> bool {
        let (resolved, name, file) = match found {
            Resolution::Dir(resolved) => (resolved, None, None),
            Resolution::Leaf(resolved, name, stat) => (resolved, Some(name), Some(stat.id)),
            Resolution::Absent(resolved, name) => (resolved, Some(name), None),
        };
        let (ids, mut names) = resolved.trail();
        names.extend(name.map(String::as_str));
        let mut ids = ids.into_iter().enumerate();
        file.is_some_and(|file| self.have(file))
            || ids.any(|(depth, id)| self.take(id, names.get(depth..).unwrap_or(&[])))
    }

    /// Whether an entry of a directory is one of them.
    pub(crate) fn cover_entry(&self, directory: NodeId, name: &str) -> bool {
        self.take(directory, &[name])
    }

    fn take(&self, directory: NodeId, names: &[&str]) -> bool {
        let mut here = self.0.iter().filter(|place| place.directory == directory);
        here.any(|place| place.takes(names))
    }

    fn have(&self, file: NodeId) -> bool {
        self.0.iter().any(|place| place.file == Some(file))
    }
}

impl WithheldPlace {
    fn takes(&self, names: &[&str]) -> bool {
        let last = self.names.len();
        let is_this = |(at, (name, own)): (usize, (&&str, &String))| {
            let name = name.to_lowercase();
            // What is written beside a file before it takes its place, and its lock.
            let is_beside = || at + 1 == last && name.starts_with(&format!(".{own}."));
            name == *own || is_beside()
        };
        names.len() >= last && names.iter().zip(&self.names).enumerate().all(is_this)
    }
}

/// Where a path leads, and where its name stands if that is a link.
fn places(disk: &dyn Disk, path: &Path, workspace: NodeId) -> Vec<WithheldPlace> {
    let followed = ResolvedPath::find(disk, path).ok().map(|found| found.end);
    let followed = followed.and_then(|end| match end {
        Resolution::Dir(resolved) => place(&resolved, &[], None, workspace),
        Resolution::Leaf(resolved, name, stat) => {
            place(&resolved, &[name], Some(stat.id), workspace)
        }
        Resolution::Absent(..) => None,
    });
    let named = path.ancestors().skip(1).find_map(|above| {
        let resolved = ResolvedPath::to(disk, above).ok()??;
        let names = path.strip_prefix(above).ok()?.components();
        let names = names.map(|name| name.as_os_str().to_string_lossy().into_owned());
        let names: Vec<String> = names.collect();
        place(&resolved, &names, None, workspace)
    });
    followed.into_iter().chain(named).collect()
}

fn place(
    resolved: &ResolvedPath,
    names: &[String],
    file: Option<NodeId>,
    workspace: NodeId,
) -> Option<WithheldPlace> {
    Some(WithheldPlace {
        directory: resolved.id().ok()?,
        names: names.iter().map(|name| name.to_lowercase()).collect(),
        file,
        is_inside: resolved.is_in(workspace),
    })
}
