//! Which sessions are a workspace's own.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use openwork_model::workspace::WorkspaceId;

/// How many sessions are remembered; then all are forgotten, and asked for again.
const MOST: usize = 10_000;

/// What is known of sessions. A session never changes its directory by a call
/// that is passed on, so what is known once stays true.
#[derive(Debug, Default)]
pub(crate) struct KnownSessions(Mutex<SessionNotes>);

#[derive(Debug, Default)]
struct SessionNotes {
    own: HashSet<(WorkspaceId, String)>,
    directories: HashMap<WorkspaceId, String>,
}

impl KnownSessions {
    /// Whether a session is known to be the workspace's.
    pub(crate) fn is_own(&self, workspace: &WorkspaceId, session: &str) -> bool {
        let key = (workspace.clone(), session.to_owned());
        self.lock().own.contains(&key)
    }

    /// Remembers that a session is the workspace's.
    pub(crate) fn remember(&self, workspace: &WorkspaceId, session: &str) {
        let mut state = self.lock();
        if state.own.len() >= MOST {
            state.own.clear();
        }
        state.own.insert((workspace.clone(), session.to_owned()));
    }

    /// What the engine calls the workspace's directory, if it has said so.
    pub(crate) fn directory(&self, workspace: &WorkspaceId) -> Option<String> {
        self.lock().directories.get(workspace).cloned()
    }

    /// Remembers what the engine calls the directory.
    pub(crate) fn remember_directory(&self, workspace: &WorkspaceId, directory: &str) {
        let mut state = self.lock();
        let directory = directory.to_owned();
        state.directories.insert(workspace.clone(), directory);
    }

    fn lock(&self) -> MutexGuard<'_, SessionNotes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_known_for_its_workspace_alone() {
        let (a, b) = (
            WorkspaceId::of("/a".as_ref()),
            WorkspaceId::of("/b".as_ref()),
        );
        let known = KnownSessions::default();
        assert!(!known.is_own(&a, "ses_1"));
        known.remember(&a, "ses_1");
        assert!(known.is_own(&a, "ses_1"));
        assert!(!known.is_own(&b, "ses_1"));
        known.remember_directory(&a, "/real/a");
        assert_eq!(known.directory(&a).as_deref(), Some("/real/a"));
        assert_eq!(known.directory(&b), None);
    }

    #[test]
    fn no_more_than_so_many_are_kept() {
        let a = WorkspaceId::of("/a".as_ref());
        let known = KnownSessions::default();
        for n in 0..=MOST {
            known.remember(&a, &n.to_string());
        }
        assert!(!known.is_own(&a, "0"));
        assert!(known.is_own(&a, &MOST.to_string()));
    }
}
