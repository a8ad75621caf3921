//! The sources merged into one, and what follows from it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use figment::Figment;
use serde::Deserialize;

use super::secret::{GivenToken, SecretText};
use super::workspaces::{EngineDefaults, EngineSettings, EngineSources, WorkspaceEntry};
use super::{
    ApprovalModeSetting, ApprovalSettings, AuditLocation, Console, ExitSettings, HostWritesSetting,
    LogFormat, LogLevel, LogSettings, MetricsSetting, NotifyFormat, PathBases, ReachSettings,
    RecordSettings, Settings, SettingsWarning, TlsFiles, WorkspaceSettings, paths, workspaces,
};
use crate::problem::{StartProblem, quote};

/// How long a write waits for somebody who watches, unless something else is said.
const WATCHED_TIMEOUT: Duration = Duration::from_secs(5 * 60);
/// From how much patience on somebody who watches is given that much.
const USUAL_TIMEOUT: Duration = Duration::from_secs(30);

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
    public_url: Option<String>,
    notify: MergedNotify,
    token_store: Option<String>,
    #[serde(default)]
    tls: MergedTls,
    env_store: Option<String>,
    read_only: bool,
    approval: MergedApproval,
    audit: MergedAudit,
    history: MergedHistory,
    proxy: MergedProxy,
    console: Console,
    metrics: MetricsSetting,
    #[serde(default)]
    engine: EngineSettings,
    #[serde(flatten)]
    opencode: EngineDefaults,
    log_level: LogLevel,
    log_format: LogFormat,
    log_requests: bool,
    run_file: bool,
    exit: MergedExit,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MergedApproval {
    mode: ApprovalModeSetting,
    timeout_ms: u64,
    watched_timeout_ms: Option<u64>,
    async_timeout_ms: u64,
    host_writes: HostWritesSetting,
    max_pending: usize,
    max_pending_per_client: usize,
}

#[derive(Default, Deserialize)]
struct MergedTls {
    cert: Option<String>,
    key: Option<String>,
}

#[derive(Deserialize)]
struct MergedAudit {
    location: AuditLocation,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MergedHistory {
    max_bytes: u64,
    max_age_ms: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MergedNotify {
    #[serde(default)]
    command: Vec<String>,
    url: Option<String>,
    format: NotifyFormat,
    answers: bool,
    ended: bool,
    #[serde(default)]
    push_services: Vec<String>,
    timeout_ms: u64,
}

#[derive(Deserialize)]
struct MergedProxy {
    machine: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MergedExit {
    with_parent: bool,
    on_stdin_close: bool,
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
        let engines = EngineSources {
            first: self.engine,
            all: self.opencode,
        };
        let engine = engines.all.credentials();
        let workspaces = workspaces::merged(self.workspaces, engines, bases, &mut warnings);
        let authorized_roots = authorized_roots(&self.authorized_roots, &workspaces, bases);
        if self.token.is_some() && self.token == self.host_token {
            warnings.push(SettingsWarning::SharedToken);
        }
        let reach = self.notify.into_settings(self.public_url, bases);
        warnings.extend(reach.warning());
        let absolute =
            |key, path: Option<String>| path.map(|path| paths::absolute(bases.of(key), &path));
        Settings {
            host: self.host,
            port: self.port,
            token: GivenToken::given_or_generated(self.token),
            host_token: GivenToken::given_or_generated(self.host_token),
            allowed_hosts: self.allowed_hosts,
            cors_origins: self.cors_origins,
            workspaces,
            authorized_roots,
            token_store: absolute("tokenStore", self.token_store),
            tls: TlsFiles {
                cert: absolute("tls.cert", self.tls.cert),
                key: absolute("tls.key", self.tls.key),
            },
            env_store: absolute("envStore", self.env_store),
            read_only: self.read_only,
            approval: self.approval.into_settings(),
            records: RecordSettings {
                location: self.audit.location,
                max_bytes: self.history.max_bytes,
                max_age: Duration::from_millis(self.history.max_age_ms),
            },
            reach,
            proxy_machine: self.proxy.machine,
            console: self.console,
            metrics: self.metrics,
            engine,
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
        let timeout = Duration::from_millis(self.timeout_ms);
        ApprovalSettings {
            mode: self.mode,
            timeout,
            watched_timeout: self
                .watched_timeout_ms
                .map_or_else(|| usual_watched(timeout), Duration::from_millis),
            async_timeout: Duration::from_millis(self.async_timeout_ms),
            host_writes: self.host_writes,
            max_pending: self.max_pending,
            max_pending_per_client: self.max_pending_per_client,
        }
    }
}

impl MergedNotify {
    fn into_settings(self, public_url: Option<String>, bases: &PathBases<'_>) -> ReachSettings {
        ReachSettings {
            // Every source has checked its own.
            public_url: public_url.and_then(|url| url.parse().ok()),
            command: located(self.command, bases.of("notify.command")),
            url: self.url.map(SecretText::new),
            format: self.format,
            answers: self.answers,
            ended: self.ended,
            push_services: self.push_services,
            timeout: Duration::from_millis(self.timeout_ms),
        }
    }
}

/// How long a write waits for somebody who watches, where nothing says so.
fn usual_watched(timeout: Duration) -> Duration {
    // Whoever has less than the usual time does not want to wait for minutes.
    if timeout < USUAL_TIMEOUT {
        timeout
    } else {
        timeout.max(WATCHED_TIMEOUT)
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

/// A program with its arguments; one that is named by a path lies where the
/// setting says, whatever directory it is started in. A bare name is looked up
/// in `PATH`.
fn located(mut command: Vec<String>, base: &Path) -> Vec<String> {
    if let Some(program) = command.first_mut().filter(|name| name.contains('/')) {
        *program = paths::absolute(base, program)
            .to_string_lossy()
            .into_owned();
    }
    command
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
