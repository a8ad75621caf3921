//! A host and what it is made of.

use std::sync::Arc;

use openwork_approval::{Gate, GateOptions};
use openwork_model::clock::{Clock, SystemClock};
use tokio::sync::Semaphore;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use crate::access::Readable;
use crate::counts::CommitTally;
use crate::drops;
use crate::engine::Engine;
use crate::error::HostSetupError;
use crate::global_config::GlobalConfigFile;
use crate::pairing::PairingDesk;
use crate::pool::{PoolOptions, WorkPool, WorkspaceLimiter};
use crate::push::PushBook;
use crate::record::BurstRecords;
use crate::registry::{self, ServedWorkspace, WorkspaceHandle, WorkspaceRegistry};
use crate::server_log::ServerLog;
use crate::serving::{WorkspaceList, WorkspaceOpener};
use crate::state::{NoState, StateFile};
use crate::subject::Subject;
use crate::threads::WorkThreads;
use crate::tokens::TokenBook;

/// Whether the host's own changes are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HostWrites {
    /// They are made without asking: the host would only answer itself.
    #[default]
    Allow,
    /// They are asked about like any other.
    Ask,
}

/// How a host behaves.
#[derive(Clone)]
pub struct HostOptions {
    /// Take no changes at all. Not so by default.
    pub read_only: bool,
    /// Whether the host's own changes are asked about:
    /// [`HostWrites::Allow`] by default.
    pub host_writes: HostWrites,
    /// How people are asked.
    pub gate: GateOptions,
    /// How much blocking work there may be.
    pub pool: PoolOptions,
    /// How engines are reached; `None`, the default, says not at all.
    pub engine: Option<Arc<dyn Engine>>,
    /// Where tokens are kept that are made for somebody; `None`, the default,
    /// says that none can be made.
    pub tokens: Option<Arc<dyn StateFile>>,
    /// Where it is kept which workspaces are served, and which is the active
    /// one; `None`, the default, says nowhere.
    pub workspace_list: Option<Arc<dyn WorkspaceList>>,
    /// Where environment variables are kept; `None`, the default, says nowhere.
    pub env: Option<Arc<dyn StateFile>>,
    /// Where it is kept which devices want to be told while their page is closed;
    /// `None`, the default, says nowhere.
    pub push: Option<Arc<dyn StateFile>>,
    /// The files that the user's own configuration of the engine may stand in, the
    /// one that would be created first; none, the default, says that it is not
    /// served.
    pub global_config: Vec<GlobalConfigFile>,
    /// How the directory of a further workspace is opened; `None`, the
    /// default, says that none can be added.
    pub workspace_opener: Option<Arc<dyn WorkspaceOpener>>,
    /// The audit log of what is done to the server itself; `None`, the
    /// default, says that there is none.
    pub server_log: Option<Arc<dyn StateFile>>,
    /// Where the time of answers comes from: the system, by default.
    pub clock: Arc<dyn Clock>,
}

impl Default for HostOptions {
    fn default() -> Self {
        Self {
            read_only: false,
            host_writes: HostWrites::default(),
            gate: GateOptions::default(),
            pool: PoolOptions::default(),
            engine: None,
            tokens: None,
            workspace_list: None,
            env: None,
            push: None,
            global_config: Vec::new(),
            workspace_opener: None,
            server_log: None,
            clock: Arc::new(SystemClock),
        }
    }
}

/// Serves workspaces: answers queries and carries out changes.
pub struct Host {
    pub(crate) options: HostOptions,
    pub(crate) registry: Arc<WorkspaceRegistry>,
    pub(crate) gate: Gate<Subject>,
    pub(crate) pool: Arc<WorkPool>,
    pub(crate) tokens: Arc<TokenBook>,
    pub(crate) pairing: PairingDesk,
    pub(crate) push: PushBook,
    /// For files of the server's own, beside those of tokens.
    pub(crate) own_files: Arc<WorkspaceLimiter>,
    /// How many files may be brought at once.
    pub(crate) uploads: Arc<Semaphore>,
    pub(crate) server_log: ServerLog,
    /// Held while the list of workspaces changes: one change at a time.
    pub(crate) serving: Arc<tokio::sync::Mutex<()>>,
    pub(crate) records: Arc<BurstRecords>,
    pub(crate) commits: TaskTracker,
    pub(crate) tally: Arc<CommitTally>,
    /// Cancelled when nothing is to be done any more for its own sake.
    pub(crate) stopping: CancellationToken,
    _stop_when_dropped: DropGuard,
}

impl Host {
    /// A host for these workspaces; the first is the active one.
    ///
    /// # Errors
    ///
    /// [`HostSetupError`] if a workspace is there twice, or comes with the store
    /// of another one.
    pub fn new(options: HostOptions, served: Vec<ServedWorkspace>) -> Result<Self, HostSetupError> {
        registry::check(&served)?;
        let pool = Arc::new(WorkPool::new(options.pool.clone()));
        let now = options.clock.now_ms();
        let handles = served.into_iter();
        let handles = handles.map(|served| WorkspaceHandle::new(served, &pool, now, false));
        let registry = Arc::new(WorkspaceRegistry::new(handles.collect()));
        let gate = Gate::builder()
            .options(options.gate.clone())
            .summary(Subject::summary)
            .build();
        let stopping = CancellationToken::new();
        let kept = options.tokens.clone();
        let kept = kept.unwrap_or_else(|| Arc::new(NoState));
        let tokens = TokenBook::new(kept, Arc::clone(&options.clock), &pool);
        let own_files = Arc::new(pool.limiter());
        let server_log = ServerLog::new(options.server_log.clone(), &pool, &own_files);
        Ok(Self {
            options,
            tokens,
            pairing: PairingDesk::default(),
            push: PushBook::default(),
            own_files,
            uploads: Arc::new(Semaphore::new(drops::AT_ONCE)),
            server_log,
            serving: Arc::default(),
            registry,
            gate,
            pool,
            records: Arc::default(),
            commits: TaskTracker::new(),
            tally: Arc::default(),
            _stop_when_dropped: stopping.clone().drop_guard(),
            stopping,
        })
    }

    /// The workspaces, the active one first.
    pub fn workspaces(&self) -> Vec<Readable> {
        self.registry.all().into_iter().map(Readable).collect()
    }

    /// Whether changes are refused altogether.
    pub fn is_read_only(&self) -> bool {
        self.options.read_only
    }

    /// Where blocking work of requests is done, for a transport to do its own there.
    pub fn threads(&self) -> &WorkThreads {
        self.pool.threads()
    }

    /// Where people see and answer what is asked.
    pub fn gate(&self) -> &Gate<Subject> {
        &self.gate
    }
}
