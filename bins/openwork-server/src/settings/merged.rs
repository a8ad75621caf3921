//! The sources merged into one, and what follows from it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use figment::Figment;
use serde::Deserialize;

use super::secret::{GivenToken, SecretText};
use super::{
    ApprovalModeSetting, ApprovalSettings, Console, EngineCredentials, ExitSettings,
    HostWritesSetting, LogFormat, LogLevel, LogSettings, PathBases, Settings, WorkspaceSettings,
    WorkspaceTypeSetting, paths,
};
use crate::problem::{StartProblem, quote};

/// The merged values, as the sources spell them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MergedSettings {
    host: String,
    port: u16,
    token: Option<String>,
    host_token: Option<String>,
    #[serde(default)]
    allowed_hosts: Vec<String>,
    cors_origins: Vec<String>,
    #[serde(default)]
    workspaces: Vec<WorkspaceEntry>,
    #[serde(default)]
    authorized_roots: Vec<String>,
    token_store: Option<String>,
    read_only: bool,
    approval: MergedApproval,
    console: Console,
    #[serde(default)]
    engine: EngineSettings,
    opencode_username: Option<String>,
    opencode_password: Option<String>,
    log_level: LogLevel,
    log_format: LogFormat,
    log_requests: bool,
    run_file: bool,
    exit: MergedExit,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WorkspaceEntry {
    path: String,
    name: Option<String>,
    #[serde(default)]
    workspace_type: WorkspaceTypeSetting,
    base_url: Option<String>,
    directory: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MergedApproval {
    mode: ApprovalModeSetting,
    timeout_ms: u64,
    host_writes: HostWritesSetting,
    max_pending: usize,
    max_pending_per_client: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MergedExit {
    with_parent: bool,
    on_stdin_close: bool,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct EngineSettings {
    base_url: Option<String>,
    directory: Option<String>,
}

impl MergedSettings {
    /// Takes the merged values out of the layers.
    pub(crate) fn extract(figment: &Figment) -> Result<Self, StartProblem> {
        figment.extract().map_err(|error| unreadable(&error))
    }

    /// Resolves paths, fills in what follows from other settings and makes
    /// the tokens that nobody gave.
    pub(crate) fn into_settings(self, bases: &PathBases<'_>) -> Settings {
        let mut warnings = Vec::new();
        let workspaces = workspaces(self.workspaces, self.engine, bases, &mut warnings);
        let authorized_roots = authorized_roots(&self.authorized_roots, &workspaces, bases);
        if self.token.is_some() && self.token == self.host_token {
            warnings
                .push("the clients' token is the host's too: clients can answer approvals".into());
        }
        Settings {
            host: self.host,
            port: self.port,
            token: GivenToken::given_or_generated(self.token),
            host_token: GivenToken::given_or_generated(self.host_token),
            allowed_hosts: self.allowed_hosts,
            cors_origins: self.cors_origins,
            workspaces,
            authorized_roots,
            token_store: self
                .token_store
                .map(|path| paths::absolute(bases.of("tokenStore"), &path)),
            read_only: self.read_only,
            approval: self.approval.into_settings(),
            console: self.console,
            engine: EngineCredentials {
                username: self.opencode_username,
                password: self.opencode_password.map(SecretText::new),
            },
            log: LogSettings {
                level: self.log_level,
                format: self.log_format,
                requests: self.log_requests,
            },
            run_file: self.run_file,
            exit: ExitSettings {
                with_parent: self.exit.with_parent,
                on_stdin_close: self.exit.on_stdin_close,
            },
            file: None,
            sources: BTreeMap::new(),
            warnings,
        }
    }
}

impl MergedApproval {
    fn into_settings(self) -> ApprovalSettings {
        ApprovalSettings {
            mode: self.mode,
            timeout: Duration::from_millis(self.timeout_ms),
            host_writes: self.host_writes,
            max_pending: self.max_pending,
            max_pending_per_client: self.max_pending_per_client,
        }
    }
}

/// The problem of merged values that do not fit. Every source has checked its
/// own, so this names the key only, never a value.
pub(crate) fn unreadable(error: &figment::Error) -> StartProblem {
    StartProblem::new(format!(
        "invalid configuration: key {} is unusable",
        quote(&error.path.join("."))
    ))
}

fn workspaces(
    entries: Vec<WorkspaceEntry>,
    engine: EngineSettings,
    bases: &PathBases<'_>,
    warnings: &mut Vec<String>,
) -> Vec<WorkspaceSettings> {
    let mut workspaces: Vec<WorkspaceSettings> = Vec::new();
    for entry in entries {
        let path = paths::absolute(bases.of("workspaces"), &entry.path);
        if workspaces.iter().any(|known| known.path == path) {
            let path = quote(&path.display().to_string());
            warnings.push(format!(
                "workspace {path} is configured twice, the first entry counts"
            ));
            continue;
        }
        workspaces.push(entry.at(path));
    }
    match workspaces.first_mut() {
        Some(first) => engine.overwrite(first),
        None if engine.is_given() => {
            warnings.push("the engine's URL and directory are unused without a workspace".into());
        }
        None => {}
    }
    workspaces
}

impl WorkspaceEntry {
    fn at(self, path: PathBuf) -> WorkspaceSettings {
        WorkspaceSettings {
            path,
            name: self.name,
            workspace_type: self.workspace_type,
            base_url: self.base_url,
            directory: self.directory,
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

/// The configured roots, or else the workspaces themselves.
fn authorized_roots(
    roots: &[String],
    workspaces: &[WorkspaceSettings],
    bases: &PathBases<'_>,
) -> Vec<PathBuf> {
    if roots.is_empty() {
        return workspaces
            .iter()
            .map(|workspace| workspace.path.clone())
            .collect();
    }
    let base = bases.of("authorizedRoots");
    roots
        .iter()
        .map(|root| paths::absolute(base, root))
        .collect()
}
