//! What is where each workspace should be.

use std::fs;
use std::io;
use std::path::Path;

use openwork_change::store::{Store as _, StoreError};
use openwork_doctor::{EngineFacts, WorkspaceFacts, WorkspaceState};
use openwork_model::files::Files;
use openwork_model::workspace::Workspace;
use openwork_store::FsStore;

use crate::environment::Environment;
use crate::serve;
use crate::settings::Settings;
use crate::stores::WorkspaceStores;

/// How many directories may be held open for an answer: each is given once.
const HELD: usize = 1;

/// A workspace as configured, and what was found.
pub(super) struct FoundWorkspace {
    pub(super) workspace: Workspace,
    pub(super) engine: Option<EngineFacts>,
    store: Result<FsStore, WorkspaceFault>,
}

/// Why the files of a workspace cannot be looked at.
enum WorkspaceFault {
    Missing,
    NoDirectory,
    Unauthorized,
    Unreadable(String),
}

/// All workspaces of a server, none of them changed.
pub(super) fn all(settings: &Settings, environment: &Environment) -> Vec<FoundWorkspace> {
    let stores = WorkspaceStores::new(settings, environment, HELD);
    let workspaces = settings.workspaces.iter();
    let found = workspaces.map(|configured| {
        let workspace = serve::describe(configured);
        let options = stores.options(&workspace, settings.authorized_roots.clone());
        let opened = is_directory(&workspace.path)
            .and_then(|()| FsStore::open_unsettled(options).map_err(WorkspaceFault::from));
        FoundWorkspace {
            store: opened,
            engine: None,
            workspace,
        }
    });
    found.collect()
}

fn is_directory(path: &Path) -> Result<(), WorkspaceFault> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => Err(WorkspaceFault::NoDirectory),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Err(WorkspaceFault::Missing),
        Err(cause) if cause.kind() == io::ErrorKind::NotADirectory => {
            Err(WorkspaceFault::NoDirectory)
        }
        Err(cause) => Err(WorkspaceFault::Unreadable(cause.to_string())),
    }
}

impl From<StoreError> for WorkspaceFault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Gone { .. } => Self::Missing,
            StoreError::Unauthorized { .. } => Self::Unauthorized,
            other => Self::Unreadable(other.to_string()),
        }
    }
}

impl FoundWorkspace {
    /// A look at its files, if it has any.
    pub(super) fn look(&self) -> Option<Box<dyn Files + '_>> {
        self.store.as_ref().ok()?.files().ok()
    }

    /// The facts of it, with such a look.
    pub(super) fn facts<'f>(&'f self, files: Option<&'f (dyn Files + 'f)>) -> WorkspaceFacts<'f> {
        let state = match (&self.store, files) {
            (Err(WorkspaceFault::Missing), _) => WorkspaceState::Missing,
            (Err(WorkspaceFault::NoDirectory), _) => WorkspaceState::NoDirectory,
            (Err(WorkspaceFault::Unauthorized), _) => WorkspaceState::Unauthorized,
            (Err(WorkspaceFault::Unreadable(cause)), _) => WorkspaceState::Unreadable {
                message: cause.clone(),
            },
            (Ok(_), Some(files)) => WorkspaceState::Readable(files),
            (Ok(_), None) => WorkspaceState::Unreadable {
                message: "it changed while it was looked at".to_owned(),
            },
        };
        let (name, path) = (&self.workspace.name, &self.workspace.path);
        WorkspaceFacts {
            is_writable: is_writable(path),
            engine: self.engine.clone(),
            ..WorkspaceFacts::new(name, path, state)
        }
    }
}

#[cfg(unix)]
fn is_writable(path: &Path) -> bool {
    use rustix::fs::{Access, access};

    access(path, Access::WRITE_OK | Access::EXEC_OK).is_ok()
}

/// Elsewhere only an attempt would tell, and a doctor makes none.
#[cfg(not(unix))]
fn is_writable(_: &Path) -> bool {
    true
}
