//! What an embedder decides about the server.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use openwork_api::server::ConsoleAccess;
pub use openwork_api::status::{TokenSource, TokenSources};
use openwork_change::bundle::{IMPORT_BODY, IMPORT_VALUES};
use openwork_host::StateFile;
use openwork_model::clock::{Clock, SystemClock};
use openwork_notify::AnswerDesk;
use tokio::time::Instant;

use crate::engine::{EngineOptions, HttpEngine};
use crate::metrics::{MetricsAccess, SyncCounts};
#[cfg(feature = "tls")]
use crate::tls::TlsIdentity;

pub use crate::auth::{KeySource, random_key};
pub use crate::later::LaterOptions;

/// How the server behaves. Holds secrets, so it is neither shown nor logged.
#[derive(Clone)]
pub struct HttpOptions {
    /// What clients present as a bearer token. An empty token lets nobody in.
    pub client_token: String,
    /// What the host presents in `X-OpenWork-Host-Token`. An empty token
    /// lets nobody in.
    pub host_token: String,
    /// Gives the key under which the host token's hash is recorded. A new one
    /// for each run, unless the embedder keeps it.
    pub token_key: KeySource,
    /// The origins whose pages may call the server; `*` stands for all.
    ///
    /// Default: `*`.
    pub cors_origins: Vec<String>,
    /// Names in the `Host` header that are served beside loopback names, IP
    /// literals and `*.local`. The name of the machine belongs here.
    ///
    /// Default: none.
    pub allowed_hosts: Vec<String>,
    /// What one client may cost.
    pub limits: HttpLimits,
    /// What `GET /health` says the version is.
    pub version: String,
    /// When the server was started, for its uptime.
    pub started: Instant,
    /// Where the times in answers come from.
    pub clock: Arc<dyn Clock>,
    /// What `GET /status` tells of the server.
    pub facts: ServerFacts,
    /// How engines are called for clients. Clones share their connections, so this
    /// had better be one of that which the host reloads engines with.
    pub engine: HttpEngine,
    /// Whether owners may have the engine do what is not bound to a workspace: run
    /// programs, open terminals, upgrade itself.
    ///
    /// Default: no.
    pub proxy_machine: bool,
    /// With what the server speaks HTTPS.
    ///
    /// Default: nothing, and so plain HTTP.
    #[cfg(feature = "tls")]
    pub tls: Option<TlsIdentity>,
    /// The file that requests which have ended are recorded in, by an
    /// [`ApprovalRecorder`](crate::ApprovalRecorder); they are listed after those that
    /// the host remembers.
    ///
    /// Default: none, and only the last 200 are listed.
    pub approval_log: Option<Arc<dyn StateFile>>,
    /// How requests are kept whose clients come back for the answer (`Prefer:
    /// respond-async`).
    ///
    /// Default: not at all, and every client waits.
    pub later: Option<LaterOptions>,
    /// Where answers were signed that notifications carry.
    ///
    /// Default: nowhere, and so none is taken.
    pub answers: Option<Arc<AnswerDesk>>,
    /// The push services that devices may be told by, beside those of the usual
    /// browsers: origins such as `https://push.example.org`.
    ///
    /// Default: none.
    pub push_services: Vec<String>,
    /// Who is served the approvals page.
    ///
    /// Default: [`ConsoleAccess::Local`].
    pub console: ConsoleAccess,
    /// Who may read the numbers at `GET /metrics`.
    ///
    /// Default: [`MetricsAccess::Host`].
    pub metrics: MetricsAccess,
    /// Says how often the disk was waited for; it is asked when somebody asks for the
    /// numbers.
    ///
    /// Default: nothing, and the numbers do not tell.
    pub syncs: Option<fn() -> SyncCounts>,
    /// Whether every request leaves a line in the log.
    ///
    /// Default: no.
    pub log_requests: bool,
}

impl HttpOptions {
    /// Options with these tokens and everything else as it usually is.
    pub fn new(client_token: impl Into<String>, host_token: impl Into<String>) -> Self {
        Self {
            client_token: client_token.into(),
            host_token: host_token.into(),
            token_key: KeySource::random(),
            cors_origins: vec!["*".to_owned()],
            allowed_hosts: Vec::new(),
            limits: HttpLimits::default(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started: Instant::now(),
            clock: Arc::new(SystemClock),
            facts: ServerFacts::default(),
            engine: HttpEngine::new(&EngineOptions::default()),
            proxy_machine: false,
            #[cfg(feature = "tls")]
            tls: None,
            approval_log: None,
            later: None,
            answers: None,
            push_services: Vec::new(),
            console: ConsoleAccess::default(),
            metrics: MetricsAccess::default(),
            syncs: None,
            log_requests: false,
        }
    }
}

/// What a server was set up with, as far as it is only told.
#[derive(Debug, Clone, Default)]
pub struct ServerFacts {
    /// The address that it listens on, as it stands in the settings.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The configuration file, if there is one.
    pub config_path: Option<PathBuf>,
    /// The directories that workspaces may lie in.
    pub authorized_roots: Vec<PathBuf>,
    /// Where the two tokens come from.
    pub tokens: TokenSources,
}

/// What one client may cost.
#[derive(Debug, Clone)]
pub struct HttpLimits {
    /// Open connections in all. When there are as many, a new one takes the
    /// place of the oldest that has shown no valid token.
    ///
    /// Default: 2048.
    pub connections: usize,
    /// Of them, those of one address (of one network, for IPv6), this machine
    /// not counted.
    ///
    /// Default: 1024.
    pub connections_per_address: usize,
    /// Of them, those that clients leave to the host and to newcomers. Half of
    /// them are this machine's and the host's alone.
    ///
    /// Default: 256.
    pub kept_connections: usize,
    /// How long a connection may be idle that has shown no valid token.
    ///
    /// Default: 5 seconds.
    pub idle_without_token: Duration,
    /// Bytes of a request's head.
    ///
    /// Default: 32 KiB.
    pub head: usize,
    /// Header fields of a request. More than 100 are refused in any case.
    ///
    /// Default: 100.
    pub fields: usize,
    /// Bytes of a request's target.
    ///
    /// Default: 8 KiB.
    pub target: usize,
    /// How long a head may take, and a connection be idle.
    ///
    /// Default: 10 seconds.
    pub head_deadline: Duration,
    /// Bytes of a request's body.
    ///
    /// Default: 1 MiB.
    pub body: usize,
    /// Bytes of an import's body.
    ///
    /// Default: 12 MiB, what an export takes at most.
    pub import: usize,
    /// Bytes of all bodies together that are arriving, beyond the first 16 KiB
    /// of each. A body that finds none left waits.
    ///
    /// Default: 16 MiB.
    pub bodies: usize,
    /// Of them, those of bodies that do not declare their length.
    ///
    /// Default: 12 MiB.
    pub undeclared: usize,
    /// Values in a body (list entries, names and values of object members, the
    /// lists and objects themselves), as each takes more memory than its text.
    ///
    /// Default: 40,000.
    pub values: usize,
    /// Values in an import's body.
    ///
    /// Default: 40,000.
    pub import_values: usize,
    /// Bytes that all bodies may take together from when they have arrived, by
    /// estimate, until what they ask for is planned. A body that finds none left waits.
    ///
    /// Default: 8 MiB.
    pub parsed: usize,
    /// How long a body may take.
    ///
    /// Default: 30 seconds.
    pub body_deadline: Duration,
    /// How long a peer may read nothing of what it is sent.
    ///
    /// Default: 30 seconds.
    pub write_deadline: Duration,
    /// Event streams of all clients, the engine's included. One takes some
    /// tens of kB.
    ///
    /// Default: 1024.
    pub streams: usize,
    /// Of them, those of one address (of one network, for IPv6). Behind a proxy
    /// all clients come from one.
    ///
    /// Default: 512.
    pub streams_per_address: usize,
    /// Event streams of the host, whose allowance is its own.
    ///
    /// Default: 32.
    pub host_streams: usize,
    /// How long a stopping server waits for what is under way.
    ///
    /// Default: 3 seconds.
    pub drain_deadline: Duration,
    /// How often an event stream shows that it is alive.
    ///
    /// Default: 10 seconds.
    pub heartbeat: Duration,
    /// How long the answer to a reply waits to say what came of it.
    ///
    /// Default: 2 seconds.
    pub applied_deadline: Duration,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            connections: 2048,
            connections_per_address: 1024,
            kept_connections: 256,
            idle_without_token: Duration::from_secs(5),
            head: 32 << 10,
            fields: 100,
            target: 8 << 10,
            head_deadline: Duration::from_secs(10),
            body: 1 << 20,
            import: IMPORT_BODY,
            bodies: 16 << 20,
            undeclared: 12 << 20,
            values: 40_000,
            import_values: IMPORT_VALUES,
            parsed: 8 << 20,
            body_deadline: Duration::from_secs(30),
            write_deadline: Duration::from_secs(30),
            streams: 1024,
            streams_per_address: 512,
            host_streams: 32,
            drain_deadline: Duration::from_secs(3),
            heartbeat: Duration::from_secs(10),
            applied_deadline: Duration::from_secs(2),
        }
    }
}
