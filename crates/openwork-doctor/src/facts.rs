//! What is known before the checks begin.

use std::path::PathBuf;

use openwork_model::files::Files;

use crate::finding::FindingPlace;

/// What a program has found out about a server and what it serves.
#[derive(Default)]
pub struct DoctorFacts<'f> {
    /// The time, in ms since 1970; 0 if that is not known.
    pub now_ms: u64,
    /// The settings.
    pub settings: SettingsFacts,
    /// The port that the server would listen on, where that is known.
    pub port: Option<PortFacts>,
    /// The server's own files that hold secrets.
    pub secret_files: Vec<SecretFile>,
    /// The workspaces, as configured.
    pub workspaces: Vec<WorkspaceFacts<'f>>,
    /// How much room the disks have that are written to.
    pub disks: Vec<DiskRoom>,
}

/// What was found of the settings.
#[derive(Debug, Clone, Default)]
pub struct SettingsFacts {
    /// Whether they could not be read as a whole, so that nothing else is known.
    pub are_unusable: bool,
    /// What stops a start.
    pub problems: Vec<SettingsProblem>,
    /// What is told at a start.
    pub odd: Vec<OddSetting>,
    /// Settings that several sources have.
    pub overridden: Vec<OverriddenSetting>,
    /// Who can reach the server; nothing while the settings cannot be used.
    pub exposure: Option<ExposureFacts>,
}

/// Something that stops a start.
#[derive(Debug, Clone)]
pub struct SettingsProblem {
    /// What is wrong.
    pub message: String,
    /// Where: a line of a file, a flag, a variable.
    pub place: Option<FindingPlace>,
    /// What to do.
    pub help: Option<String>,
}

/// Something that stops no start, and may not do what was meant.
#[derive(Debug, Clone)]
pub struct OddSetting {
    /// What is odd.
    pub message: String,
    /// Where.
    pub place: Option<FindingPlace>,
    /// Why it matters.
    pub why: String,
    /// How to mend it.
    pub fix: String,
}

/// A value of a setting that another source decides.
#[derive(Debug, Clone)]
pub struct OverriddenSetting {
    /// The setting's name.
    pub key: String,
    /// Where the value comes from that counts.
    pub counts: String,
    /// Where this one stands.
    pub place: FindingPlace,
}

/// Who can reach the server, and what he may do.
#[derive(Debug, Clone, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a setting of its own, and a check asks about pairs of them"
)]
pub struct ExposureFacts {
    /// The address that it listens on.
    pub host: String,
    /// Whether only this machine reaches it.
    pub is_loopback: bool,
    /// Whether it speaks HTTPS.
    pub has_tls: bool,
    /// Whether every write is allowed unasked.
    pub allows_all: bool,
    /// Whether every write is refused.
    pub is_read_only: bool,
    /// Whether the approvals page is open to the network.
    pub console_on_network: bool,
    /// How many characters the clients' token has, if somebody chose it.
    pub token_length: Option<usize>,
}

/// The port that the server would listen on.
#[derive(Debug, Clone)]
pub struct PortFacts {
    /// The address with the port.
    pub address: String,
    /// Whether it can be had.
    pub state: PortState,
}

/// Whether a port can be had.
#[derive(Debug, Clone)]
pub enum PortState {
    /// It can.
    Free,
    /// A server of this user listens there.
    Served,
    /// It cannot.
    Closed {
        /// Why.
        message: String,
        /// What to do.
        help: String,
    },
}

/// A file of the server's own that holds secrets.
#[derive(Debug, Clone)]
pub struct SecretFile {
    /// Where it is.
    pub path: PathBuf,
    /// What is in it, such as "tokens".
    pub holds: &'static str,
    /// Whether others can read or write it.
    pub is_open_to_others: bool,
    /// The command that keeps others out.
    pub closing_command: String,
}

/// A workspace as configured, and what is there.
pub struct WorkspaceFacts<'f> {
    /// What it is called.
    pub name: String,
    /// Where it is configured to be.
    pub path: PathBuf,
    /// What is there.
    pub state: WorkspaceState<'f>,
    /// Whether the server may write in it.
    pub is_writable: bool,
    /// Its engine, if it has one.
    pub engine: Option<EngineFacts>,
}

/// What is where a workspace should be.
pub enum WorkspaceState<'f> {
    /// Its directory.
    Readable(&'f dyn Files),
    /// Nothing.
    Missing,
    /// Something that is no directory.
    NoDirectory,
    /// A directory that lies in none of the authorised roots.
    Unauthorized,
    /// Something that cannot be looked at.
    Unreadable {
        /// Why.
        message: String,
    },
}

/// The engine of a workspace.
#[derive(Debug, Clone)]
pub struct EngineFacts {
    /// Where it should be, without what is secret in the address.
    pub url: String,
    /// What it answers.
    pub answer: EngineAnswer,
}

/// What an engine answers when it is asked for its version.
#[derive(Debug, Clone)]
pub enum EngineAnswer {
    /// The version.
    Version(String),
    /// That it does not let us in.
    Refused,
    /// Nothing that is an engine's answer.
    Silent {
        /// Why.
        message: String,
    },
}

/// How much room a disk has.
#[derive(Debug, Clone)]
pub struct DiskRoom {
    /// A directory on it that is written to.
    pub path: PathBuf,
    /// How many bytes this user may still write.
    pub free_bytes: u64,
}

impl<'f> WorkspaceFacts<'f> {
    /// A workspace that may be written to and has no engine.
    pub fn new(
        name: impl Into<String>,
        path: impl Into<PathBuf>,
        state: WorkspaceState<'f>,
    ) -> Self {
        Self {
            name: name.into(),
            path: path.into(),
            state,
            is_writable: true,
            engine: None,
        }
    }
}

impl DoctorFacts<'_> {
    /// The workspaces whose files can be looked at.
    pub(crate) fn readable(&self) -> impl Iterator<Item = (&WorkspaceFacts<'_>, &dyn Files)> {
        let workspaces = self.workspaces.iter();
        workspaces.filter_map(|workspace| match workspace.state {
            WorkspaceState::Readable(files) => Some((workspace, files)),
            _ => None,
        })
    }
}
