//! What a host has done so far, in numbers.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::host::Host;

/// Counts what is written.
#[derive(Default)]
pub(crate) struct CommitTally {
    groups: AtomicU64,
    done: AtomicU64,
    failed: AtomicU64,
}

/// How many changes were written, and in how many groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CommitCounts {
    /// Changes that are on the disk.
    pub done: u64,
    /// Changes that were allowed and could not be written.
    pub failed: u64,
    /// Groups that changes were written in: those of one workspace that wait at the
    /// same time share their syncs.
    pub groups: u64,
}

/// How many workspaces there are, by whether it is noticed what other programs
/// change in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WatchCounts {
    /// Nobody has asked for events yet, so nothing is watched.
    pub idle: usize,
    /// It is noticed.
    pub watching: usize,
    /// It is not, or no more, though somebody has asked.
    pub broken: usize,
}

/// Whether it is noticed what other programs change in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WatchState {
    Idle,
    Watching,
    Broken,
}

impl CommitTally {
    /// A group is written.
    pub(crate) fn begin_group(&self) {
        self.groups.fetch_add(1, Ordering::Relaxed);
    }

    /// A change was written, or could not be.
    pub(crate) fn end_commit(&self, is_done: bool) {
        let number = if is_done { &self.done } else { &self.failed };
        number.fetch_add(1, Ordering::Relaxed);
    }
}

impl Host {
    /// How many changes were written since the host was made.
    pub fn commit_counts(&self) -> CommitCounts {
        let load = |number: &AtomicU64| number.load(Ordering::Relaxed);
        CommitCounts {
            done: load(&self.tally.done),
            failed: load(&self.tally.failed),
            groups: load(&self.tally.groups),
        }
    }

    /// How many workspaces are watched for changes of other programs.
    pub fn watch_counts(&self) -> WatchCounts {
        let mut counts = WatchCounts::default();
        for handle in self.registry.all() {
            match handle.changes.watch_state() {
                WatchState::Idle => counts.idle += 1,
                WatchState::Watching => counts.watching += 1,
                WatchState::Broken => counts.broken += 1,
            }
        }
        counts
    }
}
