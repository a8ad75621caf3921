//! What the operator wants: defaults, `server.json`, environment and flags,
//! layered with figment; a later source wins, a whole list over a whole list.
//!
//! Every source checks its own values against the table of [`table`], so that a
//! problem is told with the flag, the variable or the line it comes from, and
//! all problems are told at once. What is left after merging cannot fail.

pub(crate) mod document;
pub(crate) mod file;
pub(crate) mod flags;
pub(crate) mod key;
pub(crate) mod kind;
pub(crate) mod layer;
pub(crate) mod merged;
pub(crate) mod origin;
pub(crate) mod paths;
mod place;
pub(crate) mod reach;
pub(crate) mod records;
pub(crate) mod secret;
pub(crate) mod sources;
pub(crate) mod spelling;
pub(crate) mod strength;
pub(crate) mod table;
pub(crate) mod variables;
pub(crate) mod warning;
pub(crate) mod workspaces;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use openwork_model::workspace::WorkspaceId;
use serde::Deserialize;

use self::layer::SettingSource;
pub(crate) use self::reach::{NotifyFormat, ReachSettings};
pub(crate) use self::records::{AuditLocation, RecordSettings};
use self::secret::{GivenToken, SecretText};
use self::sources::ReadSources;
pub(crate) use self::warning::SettingsWarning;
use crate::args::GivenFlags;
use crate::environment::Environment;
use crate::problem::StartFailure;

/// All settings of a server, checked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Settings {
    /// The address to listen on, as configured.
    pub(crate) host: String,
    /// The port; 0 takes a free one.
    pub(crate) port: u16,
    /// The clients' token.
    pub(crate) token: GivenToken,
    /// The host's token.
    pub(crate) host_token: GivenToken,
    /// Names that the Host header may carry, besides the usual ones.
    pub(crate) allowed_hosts: Vec<String>,
    /// Origins that browsers may call from.
    pub(crate) cors_origins: Vec<String>,
    /// The workspaces in their order; the first is the active one.
    pub(crate) workspaces: Vec<WorkspaceSettings>,
    /// What may be served: absolute and normal.
    pub(crate) authorized_roots: Vec<PathBuf>,
    /// The file that keeps tokens which are made for others, absolute.
    pub(crate) token_store: Option<PathBuf>,
    /// The files with what it speaks HTTPS with, absolute.
    pub(crate) tls: TlsFiles,
    /// The file that keeps environment variables, absolute.
    pub(crate) env_store: Option<PathBuf>,
    /// Whether every write is refused.
    pub(crate) read_only: bool,
    /// How writes are approved.
    pub(crate) approval: ApprovalSettings,
    /// What is recorded of changes, and where.
    pub(crate) records: RecordSettings,
    /// How people are told of what waits who watch nothing.
    pub(crate) reach: ReachSettings,
    /// Whether owners may have the engine do what is not bound to a workspace.
    pub(crate) proxy_machine: bool,
    /// Who may open the approvals page.
    pub(crate) console: Console,
    /// Who may read the numbers.
    pub(crate) metrics: MetricsSetting,
    /// How engines let us in whose workspaces say nothing else.
    pub(crate) engine: EngineCredentials,
    /// What is logged, and how.
    pub(crate) log: LogSettings,
    /// Whether a file tells the commands where this server is.
    pub(crate) run_file: bool,
    /// What ends the process besides a signal.
    pub(crate) exit: ExitSettings,
    /// The file that was read, if there was one.
    pub(crate) file: Option<PathBuf>,
    /// Which source each setting came from, by its key.
    pub(crate) sources: BTreeMap<&'static str, SettingSource>,
    /// What the operator should know, though the start goes on.
    pub(crate) warnings: Vec<SettingsWarning>,
}

/// The files of a certificate and its key; neither, or both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TlsFiles {
    /// The certificate, with those that vouch for it.
    pub(crate) cert: Option<PathBuf>,
    /// Its key.
    pub(crate) key: Option<PathBuf>,
}

/// One workspace as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WorkspaceSettings {
    /// Absolute and normal, links not resolved.
    pub(crate) path: PathBuf,
    /// Its id, where one is given.
    pub(crate) id: Option<WorkspaceId>,
    /// Its name, where one is given.
    pub(crate) name: Option<String>,
    /// What people call it instead.
    pub(crate) display_name: Option<String>,
    /// What it was made from.
    pub(crate) preset: Option<String>,
    /// Where its engine runs.
    pub(crate) workspace_type: WorkspaceTypeSetting,
    /// The engine's URL.
    pub(crate) base_url: Option<String>,
    /// The engine's directory.
    pub(crate) directory: Option<String>,
    /// How its engine lets us in.
    pub(crate) login: EngineCredentials,
}

/// Where a workspace's engine runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum WorkspaceTypeSetting {
    /// On this machine.
    #[default]
    Local,
    /// On another one.
    Remote,
}

/// How writes are approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApprovalSettings {
    /// Whether the host is asked.
    pub(crate) mode: ApprovalModeSetting,
    /// How long a write waits for the host while nobody watches.
    pub(crate) timeout: Duration,
    /// How long it waits while somebody does.
    pub(crate) watched_timeout: Duration,
    /// How long it waits if its client comes back for the answer.
    pub(crate) async_timeout: Duration,
    /// What happens to the host's own writes.
    pub(crate) host_writes: HostWritesSetting,
    /// How many writes may wait in all.
    pub(crate) max_pending: usize,
    /// How many writes of one client may wait.
    pub(crate) max_pending_per_client: usize,
}

/// Whether the host is asked before a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ApprovalModeSetting {
    /// Every write waits for an answer.
    Manual,
    /// Every write is allowed at once.
    Auto,
}

/// What happens to a write that carries the host's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum HostWritesSetting {
    /// It is allowed at once.
    Allow,
    /// It waits as any other.
    Ask,
}

/// Who may open the approvals page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Console {
    /// Browsers on this machine.
    Local,
    /// Browsers on the network too.
    Lan,
    /// Nobody.
    Off,
}

/// Who may read the numbers at `/metrics`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MetricsSetting {
    /// Whoever has the host token, or an owner's.
    Host,
    /// Everybody who can reach the port.
    Open,
}

/// What ends the process besides a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ExitSettings {
    /// The end of the process that started this one.
    pub(crate) with_parent: bool,
    /// The end of standard input.
    pub(crate) on_stdin_close: bool,
}

/// How the engine lets us in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct EngineCredentials {
    /// The user name.
    pub(crate) username: Option<String>,
    /// The password.
    pub(crate) password: Option<SecretText>,
}

/// What is logged, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LogSettings {
    /// The least severity.
    pub(crate) level: LogLevel,
    /// The form of an event.
    pub(crate) format: LogFormat,
    /// Whether every request is logged.
    pub(crate) requests: bool,
}

/// The severity of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogLevel {
    /// Something failed.
    Error,
    /// Something is odd.
    Warn,
    /// What an operator wants to know.
    Info,
    /// What a developer wants to know.
    Debug,
    /// Everything.
    Trace,
}

/// The form of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// A line for people, on standard error.
    #[serde(alias = "human", alias = "text")]
    Pretty,
    /// An OpenTelemetry log record per line, on standard output.
    Json,
}

impl Settings {
    /// Reads all sources; says everything that is wrong at once.
    pub(crate) fn load(
        flags: &GivenFlags,
        environment: &Environment,
    ) -> Result<Self, StartFailure> {
        ReadSources::read(flags, environment)?.settings(environment)
    }
}

/// What relative paths are relative to: the file's directory for those in the
/// file, the working directory for all others.
pub(crate) struct PathBases<'a> {
    cwd: &'a Path,
    file: Option<&'a Path>,
    sources: &'a BTreeMap<&'static str, SettingSource>,
}

impl PathBases<'_> {
    /// The base of the paths under a key.
    pub(crate) fn of(&self, key: &str) -> &Path {
        let directory = match self.sources.get(key) {
            // As in every tool with a file of settings: `.` in it is where it lies.
            Some(SettingSource::File) => self.file.and_then(Path::parent),
            _ => None,
        };
        directory.unwrap_or(self.cwd)
    }
}

#[cfg(test)]
mod tests;
