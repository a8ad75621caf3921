//! Opening the directories of workspaces, at the start and later on.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use openwork_host::{NewWorkspace, OpenError, ServedWorkspace, WorkspaceOpener};
use openwork_model::workspace::{Workspace, normalise};
use openwork_store::{FsOptions, FsStore, HistoryBounds, RecordPlace};

use crate::environment::Environment;
use crate::settings::{AuditLocation, Settings};
use crate::{run_file, state};

/// Where the records of workspaces lie that are kept outside of them, by their ids.
const RECORDS: &str = "workspaces";

/// What is said of a workspace with files of the server.
const HOLDS: &str = "the workspace holds files of the server itself: no client gets them, but agents that work there may read them, tokens among them; serve a folder of its own instead";

/// What is the same for the stores of all workspaces.
#[derive(Clone)]
pub(crate) struct WorkspaceStores {
    /// What the server keeps for itself: no directory that is added may hold it, and
    /// nothing of it is given to clients of one that does.
    own_files: Vec<PathBuf>,
    global: Option<PathBuf>,
    custom: Option<PathBuf>,
    home: Option<PathBuf>,
    held_directories: usize,
    records: RecordPlace,
    /// Below which each workspace may have a directory of its own.
    record_directories: Option<PathBuf>,
    history: HistoryBounds,
}

impl WorkspaceStores {
    /// The stores of a server with these settings, each of which may hold so
    /// many directories open for one answer.
    pub(crate) fn new(
        settings: &Settings,
        environment: &Environment,
        held_directories: usize,
    ) -> Self {
        let state = environment.state_directory();
        let records = settings.records;
        Self {
            records: match records.location {
                AuditLocation::Workspace => RecordPlace::Workspace,
                AuditLocation::State => RecordPlace::Elsewhere,
            },
            record_directories: state.as_ref().map(|state| state.join(RECORDS)),
            history: HistoryBounds {
                max_bytes: records.max_bytes,
                max_age: records.max_age,
            },
            own_files: own_files(settings, environment),
            global: environment.engine_directory(),
            custom: environment.engine_custom_directory(),
            home: environment.home.clone(),
            held_directories,
        }
    }

    /// Opens a workspace that has to lie in one of these roots.
    pub(crate) fn open(&self, workspace: Workspace, roots: Vec<PathBuf>) -> ServedWorkspace {
        let options = self.options(&workspace, roots);
        ServedWorkspace {
            workspace,
            store: Arc::new(FsStore::open_deferred(options)),
        }
    }

    /// What the store of such a workspace is opened with.
    pub(crate) fn options(&self, workspace: &Workspace, roots: Vec<PathBuf>) -> FsOptions {
        let id = workspace.id.as_str();
        FsOptions {
            records: self.records,
            record_directory: self.record_directories.as_ref().map(|all| all.join(id)),
            history: self.history,
            authorized_roots: roots,
            global: self.global.clone(),
            custom: self.custom.clone(),
            home: self.home.clone(),
            withheld: self.own_files.clone(),
            held_directories: self.held_directories,
            ..FsOptions::new(workspace.clone())
        }
    }

    /// Warns of a directory that is served and holds what the server keeps for itself.
    pub(crate) fn warn_of_own_files(&self, directory: &Path) {
        if let Some(file) = self.own_file_in(directory) {
            let (workspace, file) = (directory.display(), file.display());
            tracing::warn!(%workspace, %file, "{HOLDS}");
        }
    }

    /// What the server keeps for itself in a directory, if anything: whoever may work
    /// in it could take tokens from there, or let himself in.
    fn own_file_in(&self, directory: &Path) -> Option<&Path> {
        let top = resolved(directory);
        let is_in =
            |file: &&PathBuf| file.starts_with(directory) || resolved(file).starts_with(&top);
        self.own_files.iter().find(is_in).map(PathBuf::as_path)
    }
}

impl WorkspaceOpener for WorkspaceStores {
    fn open(
        &self,
        wanted: &NewWorkspace,
        beside: Option<&Workspace>,
    ) -> Result<ServedWorkspace, OpenError> {
        let path = directory(&wanted.path)?;
        if self.own_file_in(&path).is_some() {
            return Err(OpenError::HoldsServer);
        }
        let usual = Workspace::at(&path);
        let workspace = Workspace {
            name: wanted.name.clone().unwrap_or(usual.name),
            preset: wanted.preset.clone().unwrap_or(usual.preset),
            // One engine works in any directory; which one, each call says.
            base_url: beside.and_then(|beside| beside.base_url.clone()),
            login: beside
                .map(|beside| beside.login.clone())
                .unwrap_or(usual.login),
            ..Workspace::at(&path)
        };
        Ok(Self::open(self, workspace, vec![path]))
    }
}

/// The files and directories of a server with these settings. Those with tokens come
/// first, as the first is the one that is warned of.
fn own_files(settings: &Settings, environment: &Environment) -> Vec<PathBuf> {
    let tokens = settings.token_store.as_deref();
    let named = [
        settings.file.as_deref(),
        tokens,
        settings.env_store.as_deref(),
        settings.tls.key.as_deref(),
    ];
    let beside = tokens.into_iter().flat_map(state::beside);
    let named = named
        .into_iter()
        .flatten()
        .map(Path::to_owned)
        .chain(beside);
    let directories = run_file::directories(environment).into_iter();
    named
        .chain(directories)
        .chain(environment.state_directory())
        .collect()
}

/// The directory at a path as it was sent, if there is one.
fn directory(path: &str) -> Result<PathBuf, OpenError> {
    let path = Path::new(path);
    if !path.is_absolute() {
        return Err(OpenError::Relative);
    }
    let path = normalise(path);
    match fs::metadata(&path) {
        Ok(found) if found.is_dir() => Ok(path),
        Ok(_) => Err(OpenError::Missing),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Err(OpenError::Missing),
        Err(cause) => Err(OpenError::Io {
            path,
            source: Arc::new(cause),
        }),
    }
}

/// Where a path leads; as it is, if it leads nowhere yet.
#[expect(
    clippy::disallowed_methods,
    reason = "files of the server belong to no workspace"
)]
fn resolved(path: &Path) -> PathBuf {
    let nearest = path.ancestors().find_map(|above| {
        let rest = path.strip_prefix(above).ok()?;
        Some(fs::canonicalize(above).ok()?.join(rest))
    });
    nearest.unwrap_or_else(|| path.to_owned())
}

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "tests lay out and look at files themselves"
)]
mod tests {
    use openwork_model::path::RelPath;

    use super::*;
    use crate::args::{Invocation, parse};
    use crate::settings::sources::ReadSources;

    fn stores(own_files: Vec<PathBuf>) -> WorkspaceStores {
        WorkspaceStores {
            own_files,
            global: None,
            custom: None,
            home: None,
            held_directories: 8,
            records: RecordPlace::Workspace,
            record_directories: None,
            history: HistoryBounds::default(),
        }
    }

    /// The settings of a start without flags.
    fn settings(environment: &Environment) -> Settings {
        let Ok(Invocation::Serve(flags)) = parse(["openwork-server".into()]) else {
            panic!("not served")
        };
        let sources = ReadSources::read(&flags, environment).unwrap();
        sources.settings(environment).unwrap()
    }

    fn wanted(path: &Path) -> NewWorkspace {
        NewWorkspace {
            path: path.to_str().unwrap().to_owned(),
            name: Some("B".to_owned()),
            preset: None,
        }
    }

    #[test]
    fn a_directory_is_opened_with_the_engine_beside_it_and_left_empty() {
        let root = tempfile::tempdir().unwrap();
        let beside = Workspace {
            base_url: Some("http://127.0.0.1:4096".to_owned()),
            directory: Some("/elsewhere".to_owned()),
            ..Workspace::at("/w/a".as_ref())
        };
        let opener: &dyn WorkspaceOpener = &stores(Vec::new());
        let served = opener.open(&wanted(root.path()), Some(&beside)).unwrap();
        let expected = Workspace {
            name: "B".to_owned(),
            base_url: beside.base_url.clone(),
            ..Workspace::at(root.path())
        };
        assert_eq!(served.workspace, expected);
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
    }

    #[test]
    fn only_directories_without_files_of_the_server_are_opened() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("config/tokens.json");
        fs::create_dir_all(root.path().join("config")).unwrap();
        fs::write(&file, "{}").unwrap();
        let opener: &dyn WorkspaceOpener = &stores(vec![file.clone()]);
        let refused = |path: &Path| opener.open(&wanted(path), None).err().unwrap();
        assert!(matches!(refused("b".as_ref()), OpenError::Relative));
        assert!(matches!(
            refused(&root.path().join("gone")),
            OpenError::Missing
        ));
        assert!(matches!(refused(&file), OpenError::Missing));
        assert!(matches!(refused(root.path()), OpenError::HoldsServer));
        #[cfg(unix)]
        {
            let link = root.path().join("link");
            std::os::unix::fs::symlink(root.path().join("config"), &link).unwrap();
            assert!(matches!(refused(&link), OpenError::HoldsServer));
        }
    }

    #[test]
    fn clients_of_a_directory_that_is_served_get_nothing_of_the_server() {
        let root = tempfile::tempdir().unwrap();
        let environment = Environment {
            home: Some(root.path().to_owned()),
            cwd: root.path().to_owned(),
            ..Environment::default()
        };
        let settings = settings(&environment);
        let stores = WorkspaceStores::new(&settings, &environment, 8);
        let own = stores.own_file_in(root.path()).unwrap();
        assert!(own.starts_with(root.path()), "{own:?}");
        assert_eq!(stores.own_file_in(&root.path().join("project")), None);
        let served = stores.open(Workspace::at(root.path()), vec![root.path().to_owned()]);
        let streams = served.store.streams().unwrap();
        for file in [
            ".config/openwork/tokens.json",
            ".config/openwork/requests.json",
            ".config/openwork/env.json",
            ".local/state/openwork/token-key",
            ".local/state/openwork/run/1.json",
        ] {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "s3cret").unwrap();
            let opened = streams.open(&RelPath::new(file).unwrap());
            let refused = opened.map(drop).unwrap_err().to_string();
            assert!(
                refused.contains("belongs to the server itself"),
                "{refused}"
            );
        }
        fs::write(root.path().join("a.md"), "seen").unwrap();
        assert!(
            streams
                .open(&RelPath::new("a.md").unwrap())
                .unwrap()
                .is_some()
        );
    }

    #[test]
    fn files_that_settings_name_are_the_servers_own() {
        let root = tempfile::tempdir().unwrap();
        let named = ["OPENWORK_TOKEN_STORE", "OPENWORK_ENV_STORE"];
        for (variable, directory) in named.iter().zip(["tokens", "env"]) {
            fs::create_dir(root.path().join(directory)).unwrap();
            let file = root.path().join(directory).join("kept.json");
            let environment = Environment {
                vars: [((*variable).into(), file.into())].into(),
                cwd: root.path().to_owned(),
                ..Environment::default()
            };
            let settings = settings(&environment);
            let stores: &dyn WorkspaceOpener = &WorkspaceStores::new(&settings, &environment, 8);
            let opened = stores.open(&wanted(&root.path().join(directory)), None);
            assert!(matches!(opened, Err(OpenError::HoldsServer)), "{variable}");
        }
    }
}
