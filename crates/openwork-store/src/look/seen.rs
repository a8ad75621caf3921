//! What one operation has looked at so far.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use openwork_model::files::Location;

use super::proof::{Expect, Proof, Spot, Stamp};
use crate::disk::{Dir, Kind, NodeId, Stat};

/// Collects the proof of an answer while the answer is made.
#[derive(Debug)]
pub(super) struct Seen {
    started: i64,
    /// How many directories may be held open: each is a handle for as long as
    /// the answer is kept.
    room: usize,
    proof: Option<Proof>,
    /// Directories that were listed and are held open: names directly below them are covered by
    /// their own stamp.
    listed: BTreeMap<Location, Arc<dyn Dir>>,
    passed: BTreeSet<Location>,
    read: BTreeMap<Location, Stamp>,
}

impl Seen {
    pub(super) fn new(provable: bool, room: usize) -> Self {
        Self {
            started: now(),
            room,
            proof: provable.then(Proof::default),
            listed: BTreeMap::new(),
            passed: BTreeSet::new(),
            read: BTreeMap::new(),
        }
    }

    /// Says that the answer rests on something that no later look can prove.
    pub(super) fn spoil(&mut self) {
        self.proof = None;
    }

    pub(super) fn into_proof(self) -> Option<Proof> {
        self.proof
    }

    pub(super) fn absent(&mut self, spot: Spot) {
        self.note(spot, Expect::Absent);
    }

    pub(super) fn is(&mut self, spot: Spot, id: NodeId) {
        self.note(spot, Expect::Is(id));
    }

    /// Notes a state; one that is too young to be told from the next spoils
    /// the proof, as git has it with racily clean entries.
    pub(super) fn same(&mut self, spot: Spot, stat: Stat) {
        let stamp = Stamp::from(stat);
        if stamp.is_settled(self.started) {
            self.note(spot, Expect::Same(stamp));
        } else {
            self.spoil();
        }
    }

    /// Remembers the state in which a file was read.
    pub(super) fn read(&mut self, at: &Location, stat: Stat) {
        let stamp = Stamp::from(stat);
        if stamp.is_settled(self.started) {
            self.read.insert(at.clone(), stamp);
        }
    }

    /// The state in which a file was read, if it can be told from all others.
    pub(super) fn stamp(&self, at: &Location) -> Option<Stamp> {
        self.read.get(at).copied()
    }

    /// Whether one more directory may be held open.
    pub(super) fn may_hold(&self) -> bool {
        self.listed.len() < self.room
    }

    /// Holds a directory that was listed, so that what is in it can be reached
    /// without a way.
    pub(super) fn hold(&mut self, at: &Location, dir: Arc<dyn Dir>) {
        self.listed.insert(at.clone(), dir);
    }

    /// The nearest directory above a path that was listed, with the rest.
    pub(super) fn nearest(&self, at: &Location) -> Option<(Arc<dyn Dir>, String)> {
        let mut above = at.path.parent();
        while let Some(path) = above {
            let rest = at
                .path
                .as_str()
                .get(path.as_str().len()..)
                .unwrap_or_default();
            above = path.parent();
            if let Some(dir) = self.listed.get(&Location::new(at.root, path)) {
                return Some((Arc::clone(dir), rest.trim_start_matches('/').to_owned()));
            }
        }
        None
    }

    /// Notes the directories on the way to a path, each once.
    pub(super) fn pass(&mut self, at: &Location, base: &Arc<dyn Dir>, rest: &str, covered: usize) {
        let slashes = rest.match_indices('/').map(|(end, _)| end).skip(covered);
        for way in slashes.filter_map(|end| rest.get(..end)) {
            let depth = rest.len() - way.len();
            let whole = at
                .path
                .as_str()
                .get(..at.path.as_str().len() - depth)
                .unwrap_or_default();
            let Ok(path) = openwork_model::path::RelPath::new(whole) else {
                return self.spoil();
            };
            if !self.passed.insert(Location::new(at.root, path)) {
                continue;
            }
            let spot = Spot::Below(Arc::clone(base), way.to_owned());
            match base.stat(way) {
                Ok(stat) if stat.kind == Kind::Dir => self.is(spot, stat.id),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return self.absent(spot),
                _ => return self.spoil(),
            }
        }
    }

    fn note(&mut self, spot: Spot, expect: Expect) {
        if let Some(proof) = &mut self.proof {
            proof.add(spot, expect);
        }
    }
}

fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}
