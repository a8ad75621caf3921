//! What an embedder decides about the server.

use std::sync::Arc;
use std::time::Duration;

use openwork_model::clock::{Clock, SystemClock};
use tokio::time::Instant;

/// How the server behaves. Holds secrets, so it is neither shown nor logged.
#[derive(Clone)]
pub struct HttpOptions {
    /// What clients present as a bearer token. An empty token admits nobody.
    pub client_token: String,
    /// What the host presents in `X-OpenWork-Host-Token`. An empty token
    /// admits nobody.
    pub host_token: String,
    /// The origins whose pages may call the server; `*` stands for all.
    pub cors_origins: Vec<String>,
    /// Names in the `Host` header that are served beside loopback names, IP
    /// literals and `*.local`. The name of the machine belongs here.
    pub allowed_hosts: Vec<String>,
    /// What one client may cost.
    pub limits: Limits,
    /// What `GET /health` says the version is.
    pub version: String,
    /// When the server was started, for its uptime.
    pub started: Instant,
    /// Where the times in answers come from.
    pub clock: Arc<dyn Clock>,
    /// Who is served the approvals page.
    pub console: ConsoleAccess,
    /// Whether every request leaves a line in the log.
    pub log_requests: bool,
}

impl HttpOptions {
    /// Options with these tokens and everything else as it usually is.
    pub fn new(client_token: impl Into<String>, host_token: impl Into<String>) -> Self {
        Self {
            client_token: client_token.into(),
            host_token: host_token.into(),
            cors_origins: vec!["*".to_owned()],
            allowed_hosts: Vec::new(),
            limits: Limits::default(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started: Instant::now(),
            clock: Arc::new(SystemClock),
            console: ConsoleAccess::default(),
            log_requests: false,
        }
    }
}

/// Who is served the approvals page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ConsoleAccess {
    /// Programs on this machine: over plain HTTP a neighbour could read the
    /// token.
    #[default]
    Local,
    /// Everybody who can reach the port.
    Lan,
    /// Nobody.
    Off,
}

/// What one client may cost.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Open connections in all.
    pub connections: usize,
    /// Bytes of a request's head.
    pub head: usize,
    /// Header fields of a request. More than 100 are refused in any case.
    pub fields: usize,
    /// Bytes of a request's target.
    pub target: usize,
    /// How long a head may take, and a connection be idle.
    pub head_deadline: Duration,
    /// Bytes of a request's body.
    pub body: usize,
    /// Bytes of an import's body.
    pub import: usize,
    /// Bytes of all bodies together that do not say their length, beyond the
    /// first 32 KiB of each. Who finds no room waits for it.
    pub undeclared: usize,
    /// How long a body may take.
    pub body_deadline: Duration,
    /// How long a stopping server waits for what is under way.
    pub drain_deadline: Duration,
    /// How often an event stream shows that it is alive.
    pub heartbeat: Duration,
    /// How long the answer to a reply waits to say what came of it.
    pub applied_deadline: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 2048,
            head: 32 << 10,
            fields: 100,
            target: 8 << 10,
            head_deadline: Duration::from_secs(10),
            body: 1 << 20,
            import: 8 << 20,
            undeclared: 8 << 20,
            body_deadline: Duration::from_secs(30),
            drain_deadline: Duration::from_secs(3),
            heartbeat: Duration::from_secs(10),
            applied_deadline: Duration::from_secs(2),
        }
    }
}
