//! What one operation has looked at so far.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use openwork_model::files::{FileRoot, Location};

use crate::cache::validators::{Dependency, ExpectedState, FileVersion, Validators};
use crate::fs::disk::{DiskDir, FileKind, FileStat, NodeId};

/// Collects the proof of an answer while the answer is made.
#[derive(Debug)]
pub(crate) struct DependencyRecorder {
    started: i64,
    /// How many directories may be held open: each is a handle for as long as
    /// the answer is kept.
    room: usize,
    proof: Option<Validators>,
    /// Directories that were listed and are held open, by root and length of
    /// their path: names directly below them are covered by their own stamp.
    listed: BTreeMap<(FileRoot, usize), HashMap<String, Arc<dyn DiskDir>>>,
    held: usize,
    passed: HashMap<FileRoot, HashSet<String>>,
    read: BTreeMap<Location, FileVersion>,
}

impl DependencyRecorder {
    pub(crate) fn new(provable: bool, room: usize) -> Self {
        Self {
            started: now(),
            room,
            proof: provable.then(Validators::default),
            listed: BTreeMap::new(),
            held: 0,
            passed: HashMap::new(),
            read: BTreeMap::new(),
        }
    }

    /// Says that the answer rests on something that no later look can prove.
    pub(crate) fn spoil(&mut self) {
        self.proof = None;
    }

    pub(crate) fn into_proof(self) -> Option<Validators> {
        self.proof
    }

    pub(crate) fn absent(&mut self, spot: Dependency) {
        self.note(spot, ExpectedState::Absent);
    }

    pub(crate) fn is(&mut self, spot: Dependency, id: NodeId) {
        self.note(spot, ExpectedState::Is(id));
    }

    /// Notes a state; one that is too young to be told from the next spoils
    /// the proof, as git has it with racily clean entries.
    pub(crate) fn same(&mut self, spot: Dependency, stat: FileStat) {
        let stamp = FileVersion::from(stat);
        if stamp.is_settled(self.started) {
            self.note(spot, ExpectedState::Same(stamp));
        } else {
            self.spoil();
        }
    }

    /// Remembers the state in which a file was read.
    pub(crate) fn read(&mut self, at: &Location, stat: FileStat) {
        let stamp = FileVersion::from(stat);
        if stamp.is_settled(self.started) {
            self.read.insert(at.clone(), stamp);
        }
    }

    /// The state in which a file was read, if it can be told from all others.
    pub(crate) fn stamp(&self, at: &Location) -> Option<FileVersion> {
        self.read.get(at).copied()
    }

    /// Whether one more directory may be held open.
    pub(crate) fn may_hold(&self) -> bool {
        self.held < self.room
    }

    /// Holds a directory that was listed, so that what is in it can be reached
    /// without a way.
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
            let (above, rest) = parted(path, *length)?;
            Some((Arc::clone(listed.get(above)?), rest.to_owned()))
        })
    }

    /// Notes the directories on the way to a path, each once; `covered` of them
    /// are known from the base.
    ///
    /// Looks from the path upwards and no further than to what is noted: what
    /// is above that was noted with it. So a tree costs as much as it has
    /// directories, however deep they are.
    pub(crate) fn pass(
        &mut self,
        at: &Location,
        base: &Arc<dyn DiskDir>,
        rest: &str,
        covered: usize,
    ) {
        let whole = at.path.as_str();
        let prefix = whole.len() - rest.len();
        let ways = rest.match_indices('/').count();
        let passed = self.passed.entry(at.root).or_default();
        let mut fresh: Vec<&str> = rest
            .rmatch_indices('/')
            .map(|(end, _)| &rest[..end])
            .take(ways.saturating_sub(covered))
            .take_while(|way| !passed.contains(&whole[..prefix + way.len()]))
            .collect();
        fresh.reverse();
        for way in fresh {
            let passed = self.passed.entry(at.root).or_default();
            passed.insert(whole[..prefix + way.len()].to_owned());
            let spot = Dependency::Below(Arc::clone(base), way.to_owned());
            match base.stat(way) {
                Ok(stat) if stat.kind == FileKind::Dir => self.is(spot, stat.id),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return self.absent(spot),
                _ => return self.spoil(),
            }
        }
    }

    fn note(&mut self, spot: Dependency, expect: ExpectedState) {
        if let Some(proof) = &mut self.proof {
            proof.add(spot, expect);
        }
    }
}

/// A path up to a length and what follows, if it is a directory that ends there.
fn parted(path: &str, length: usize) -> Option<(&str, &str)> {
    let (above, rest) = path.split_at_checked(length)?;
    let rest = if above.is_empty() {
        Some(rest)
    } else {
        rest.strip_prefix('/')
    };
    Some((above, rest?))
}

fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}
