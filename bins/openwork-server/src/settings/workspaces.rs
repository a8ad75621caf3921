//! The workspaces: their entries, and what other settings say of their engines.

use std::path::PathBuf;

use openwork_model::workspace::WorkspaceId;
use serde::Deserialize;

use super::layer::SettingSource;
use super::secret::SecretText;
use super::{
    EngineCredentials, PathBases, SettingsWarning, WorkspaceSettings, WorkspaceTypeSetting, paths,
};

/// A workspace, as the sources spell it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WorkspaceEntry {
    path: String,
    id: Option<String>,
    name: Option<String>,
    display_name: Option<String>,
    preset: Option<String>,
    #[serde(default)]
    workspace_type: WorkspaceTypeSetting,
    base_url: Option<String>,
    directory: Option<String>,
    opencode_username: Option<String>,
    opencode_password: Option<String>,
}

/// What flags and variables say of the first workspace's engine.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EngineSettings {
    base_url: Option<String>,
    directory: Option<String>,
}

/// What holds for every workspace that says nothing itself.
#[derive(Default, Deserialize)]
pub(super) struct EngineDefaults {
    #[serde(rename = "opencodeBaseUrl")]
    base_url: Option<String>,
    #[serde(rename = "opencodeDirectory")]
    directory: Option<String>,
    #[serde(rename = "opencodeUsername")]
    username: Option<String>,
    #[serde(rename = "opencodePassword")]
    password: Option<String>,
}

/// All that is said of engines outside of the workspaces' entries.
pub(super) struct EngineSources {
    pub(super) first: EngineSettings,
    pub(super) all: EngineDefaults,
}

/// The workspaces, each once.
pub(super) fn merged(
    entries: Vec<WorkspaceEntry>,
    engines: EngineSources,
    bases: &PathBases<'_>,
    warnings: &mut Vec<SettingsWarning>,
) -> Vec<WorkspaceSettings> {
    let mut workspaces: Vec<WorkspaceSettings> = Vec::new();
    for entry in entries {
        let path = paths::absolute(bases.of("workspaces"), &entry.path);
        if workspaces.iter().any(|known| known.path == path) {
            warnings.push(SettingsWarning::RepeatedWorkspace { path });
            continue;
        }
        let workspace = entry.at(path, &workspaces, warnings);
        workspaces.push(workspace);
    }
    let only = workspaces.len() == 1;
    for workspace in &mut workspaces {
        engines.all.fill(workspace, only);
    }
    match workspaces.first_mut() {
        Some(first) => {
            engines.first.overwrite(first);
            engines.all.overwrite_login(first, bases);
        }
        None if engines.first.is_given() => {
            warnings.push(SettingsWarning::UnusedEngine);
        }
        None => {}
    }
    workspaces
}

impl WorkspaceEntry {
    fn at(
        self,
        path: PathBuf,
        known: &[WorkspaceSettings],
        warnings: &mut Vec<SettingsWarning>,
    ) -> WorkspaceSettings {
        let id = self.id.and_then(|id| {
            let given = WorkspaceId::given(&id);
            let is_taken = |id: &WorkspaceId| known.iter().any(|other| other.is_called(id));
            let usable = given.filter(|id| !is_taken(id));
            if usable.is_none() {
                let path = path.clone();
                warnings.push(SettingsWarning::UnusableId { id, path });
            }
            usable
        });
        WorkspaceSettings {
            path,
            id,
            name: self.name,
            display_name: self.display_name,
            preset: self.preset,
            workspace_type: self.workspace_type,
            base_url: self.base_url,
            directory: self.directory,
            login: EngineCredentials {
                username: self.opencode_username,
                password: self.opencode_password.map(SecretText::new),
            },
        }
    }
}

impl WorkspaceSettings {
    fn is_called(&self, id: &WorkspaceId) -> bool {
        match &self.id {
            Some(own) => own == id,
            None => WorkspaceId::of(&self.path) == *id,
        }
    }
}

impl EngineSettings {
    fn is_given(&self) -> bool {
        self.base_url.is_some() || self.directory.is_some()
    }

    /// Overwrites only what was named.
    fn overwrite(self, workspace: &mut WorkspaceSettings) {
        workspace.base_url = self.base_url.or(workspace.base_url.take());
        workspace.directory = self.directory.or(workspace.directory.take());
    }
}

impl EngineDefaults {
    /// How engines let us in whose workspaces say nothing.
    pub(super) fn credentials(&self) -> EngineCredentials {
        EngineCredentials {
            username: self.username.clone(),
            password: self.password.clone().map(SecretText::new),
        }
    }

    /// Says what a workspace does not say itself.
    fn fill(&self, workspace: &mut WorkspaceSettings, is_only: bool) {
        fill(&mut workspace.base_url, self.base_url.as_ref());
        // One directory cannot be that of several workspaces.
        if is_only {
            fill(&mut workspace.directory, self.directory.as_ref());
        }
        let login = &mut workspace.login;
        fill(&mut login.username, self.username.as_ref());
        fill(&mut login.password, self.credentials().password.as_ref());
    }

    /// A flag or a variable wins over the file, for the first workspace as
    /// with its engine's URL.
    fn overwrite_login(self, workspace: &mut WorkspaceSettings, bases: &PathBases<'_>) {
        let is_stronger = |key: &str| {
            let source = bases.sources.get(key);
            source.is_some_and(|source| *source > SettingSource::File)
        };
        let login = &mut workspace.login;
        if is_stronger("opencodeUsername") {
            login.username = self.username;
        }
        if is_stronger("opencodePassword") {
            login.password = self.password.map(SecretText::new);
        }
    }
}

fn fill<T: Clone>(own: &mut Option<T>, default: Option<&T>) {
    if own.is_none() {
        *own = default.cloned();
    }
}
