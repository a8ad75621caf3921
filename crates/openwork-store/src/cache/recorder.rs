//! What the answer of one operation depends on.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use openwork_model::files::{FileRoot, Location};

use crate::cache::validators::{Dependency, ExpectedState, FileVersion, Validators};
use crate::fs::disk::{DiskDir, FileKind, FileStat, NodeId};

/// Records the dependencies of an answer while the answer is made.
#[derive(Debug)]
pub(crate) struct DependencyRecorder {
    started: i64,
    /// How many directories may be held open: each is a handle for as long as
    /// the answer is kept.
    max_held: usize,
    validators: Option<Validators>,
    /// Directories that were listed and are held open, by root and length of
    /// their path: names directly below them are covered by their own stamp.
    listed: BTreeMap<(FileRoot, usize), HashMap<String, Arc<dyn DiskDir>>>,
    held: usize,
    passed: HashMap<FileRoot, HashSet<String>>,
    read: BTreeMap<Location, FileVersion>,
}

impl DependencyRecorder {
    pub(crate) fn new(cacheable: bool, max_held: usize) -> Self {
        Self {
            started: now(),
            max_held,
            validators: cacheable.then(Validators::default),
            listed: BTreeMap::new(),
            held: 0,
            passed: HashMap::new(),
            read: BTreeMap::new(),
        }
    }

    /// Says that the answer depends on something that cannot be checked later,
    /// so it is not kept.
    pub(crate) fn mark_uncacheable(&mut self) {
        self.validators = None;
    }

    pub(crate) fn into_validators(self) -> Option<Validators> {
        self.validators
    }

    pub(crate) fn record_absent(&mut self, dependency: Dependency) {
        self.record(dependency, ExpectedState::Absent);
    }

    pub(crate) fn record_identity(&mut self, dependency: Dependency, id: NodeId) {
        self.record(dependency, ExpectedState::Is(id));
    }

    /// Records a state. One that is so young that a further change might not
    /// show makes the answer uncacheable, as with git's racily clean entries.
    pub(crate) fn record_version(&mut self, dependency: Dependency, stat: FileStat) {
        let version = FileVersion::from(stat);
        if version.is_settled(self.started) {
            self.record(dependency, ExpectedState::Same(version));
        } else {
            self.mark_uncacheable();
        }
    }

    /// Remembers the state in which a file was read.
    pub(crate) fn record_read(&mut self, at: &Location, stat: FileStat) {
        let version = FileVersion::from(stat);
        if version.is_settled(self.started) {
            // A file that is too young has no version: before it is replaced
            // its contents are compared instead.
            self.read.insert(at.clone(), version);
        }
    }

    /// The state in which a file was read, if every later change would show.
    pub(crate) fn version_when_read(&self, at: &Location) -> Option<FileVersion> {
        self.read.get(at).copied()
    }

    /// Whether one more directory may be held open.
    pub(crate) fn may_hold(&self) -> bool {
        self.held < self.max_held
    }

    /// Holds a directory that was listed, so that what is in it can be reached
    /// by its name alone.
    pub(crate) fn hold(&mut self, at: &Location, dir: Arc<dyn DiskDir>) {
        let path = at.path.as_str();
        let listed = self.listed.entry((at.root, path.len())).or_default();
        let before = listed.insert(path.to_owned(), dir);
        self.held += usize::from(before.is_none());
    }

    /// The nearest directory above a path that was listed, with the rest.
    pub(crate) fn nearest(&self, at: &Location) -> Option<(Arc<dyn DiskDir>, String)> {
        let path = at.path.as_str();
        let shorter = self.listed.range((at.root, 0)..(at.root, path.len()));
        shorter.rev().find_map(|((_, length), listed)| {
            let (above, rest) = split_below(path, *length)?;
            Some((Arc::clone(listed.get(above)?), rest.to_owned()))
        })
    }

    /// Records the directories above a path, each once; `covered` of them are
    /// known from the base.
    ///
    /// Looks from the path upwards and no further than to what is noted: what
    /// is above that was noted with it. So a tree costs as much as it has
    /// directories, however deep they are.
    pub(crate) fn record_passed(
        &mut self,
        at: &Location,
        base: &Arc<dyn DiskDir>,
        rest: &str,
        covered: usize,
    ) {
        let whole = at.path.as_str();
        let prefix = whole.len() - rest.len();
        let depth = rest.match_indices('/').count();
        let passed = self.passed.entry(at.root).or_default();
        let mut unrecorded: Vec<&str> = rest
            .rmatch_indices('/')
            .map(|(end, _)| &rest[..end])
            .take(depth.saturating_sub(covered))
            .take_while(|path_so_far| !passed.contains(&whole[..prefix + path_so_far.len()]))
            .collect();
        unrecorded.reverse();
        for path_so_far in unrecorded {
            let passed = self.passed.entry(at.root).or_default();
            passed.insert(whole[..prefix + path_so_far.len()].to_owned());
            let dependency = Dependency::Below(Arc::clone(base), path_so_far.to_owned());
            match base.stat(path_so_far) {
                Ok(stat) if stat.kind == FileKind::Dir => self.record_identity(dependency, stat.id),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return self.record_absent(dependency);
                }
                _ => return self.mark_uncacheable(),
            }
        }
    }

    fn record(&mut self, dependency: Dependency, expected: ExpectedState) {
        if let Some(validators) = &mut self.validators {
            validators.add(dependency, expected);
        }
    }
}

/// A path up to a length and what follows, if it is a directory that ends there.
fn split_below(path: &str, length: usize) -> Option<(&str, &str)> {
    let (above, rest) = path.split_at_checked(length)?;
    let rest = if above.is_empty() {
        Some(rest)
    } else {
        rest.strip_prefix('/')
    };
    Some((above, rest?))
}

fn now() -> i64 {
    // A clock before 1970 makes every file too young to be told from a later
    // one, so nothing is kept: slow, and never wrong.
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
    })
}
