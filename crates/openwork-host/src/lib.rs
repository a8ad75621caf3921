//! The one path of every OpenWork request.
//!
//! A [`Host`] serves some workspaces. It answers queries from their stores and
//! leads every change along the same way, in this order:
//!
//! 1. **access**: [`Host::writable`] is the only maker of a [`Writable`], so no
//!    change skips the questions "read-only?", "known?" and "authorised?";
//! 2. **plan**: the store plans the change on the files as they are; what
//!    cannot be carried out is refused here, before anyone is asked, and what
//!    changes nothing is answered at once;
//! 3. **ask**: the gate asks a person; a caller that goes away withdraws;
//! 4. **commit**: from here on nothing can be cancelled: the change is handed
//!    to the workspace's writer, which commits all that wait for it together.
//!
//! # Map
//!
//! | module | its single job |
//! | --- | --- |
//! | `registry` | which workspaces are served |
//! | `access` | who may read or write which of them |
//! | `activate` | which of them is the active one |
//! | `serving` | workspaces that come, are renamed and go while the server runs |
//! | `server_log` | the audit log of what is done to the server itself |
//! | `grant` | who asks, and what they may do |
//! | `state` | the port to what the server keeps for itself |
//! | `tokens` | tokens that were made for somebody |
//! | `pairing` | codes that devices get a token by |
//! | `push` | devices that want to be told while their page is closed |
//! | `env` | environment variables that are kept for the programs of this machine |
//! | `global_config` | the user's own configuration file of the engine |
//! | `drops` | files that clients bring, and files that agents have made for them |
//! | `query` | the reads |
//! | `submit` | the way of a change |
//! | `undo` | taking back a change that was made |
//! | `consent` | asking a person, and the yes that comes of it |
//! | `later` | the port to what keeps requests that are answered later |
//! | `amend` | allowing less than was asked, or in other words |
//! | `review` | more of what waits for an answer: pages, secrets |
//! | `writer` | one writer per workspace, committing in groups |
//! | `changes` | the events that clients get when a workspace has changed |
//! | `engine`, `reload` | the port to the engine, and having it read the files again |
//! | `proxy` | what may be asked of an engine through the server, and asking about it |
//! | `pool` | blocking work: bounded, with deadlines |
//! | `threads` | the threads that it runs on |
//! | `subject` | what a person is asked about, and what is kept of it |
//! | `record` | the record of requests that came to nothing |
//! | `counts` | what was done so far, in numbers |
//! | `shutdown` | stop, settle, wait |
//!
//! # Example
//!
//! ```
//! use std::sync::Arc;
//! use openwork_approval::{ApprovalMode, GateOptions};
//! use openwork_host::{
//!     Grant, Host, HostOptions, Requester, ServedWorkspace, Submission, WriteAnswer,
//! };
//! use openwork_model::actor::TokenHash;
//! use openwork_change::change::Change;
//! use openwork_model::files::MemoryFiles;
//! use openwork_model::name::PluginSpec;
//! use openwork_model::scope::Scope;
//! use openwork_model::workspace::Workspace;
//! use openwork_testkit::memory_store::MemoryStore;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let workspace = Workspace::at("/srv/finance".as_ref());
//! let id = workspace.id.clone();
//! let served = ServedWorkspace { workspace, store: Arc::new(MemoryStore::new(MemoryFiles::new())) };
//! let options = HostOptions {
//!     gate: GateOptions { mode: ApprovalMode::Auto, ..GateOptions::default() },
//!     ..HostOptions::default()
//! };
//! let host = Host::new(options, vec![served])?;
//!
//! let submission = Submission {
//!     requester: Requester::new(Grant::of(Scope::Collaborator), TokenHash::of("t")),
//!     proposal: Change::AddPlugin(PluginSpec::parse("notion")?).into(),
//! };
//! let writable = host.writable(id.as_str()).await?;
//! let outcome = host.submit(writable, submission).await?;
//! assert!(matches!(outcome.answer, WriteAnswer::List(_)));
//! # Ok(())
//! # }
//! ```

mod access;
mod activate;
mod amend;
mod changes;
mod consent;
mod counts;
mod drops;
mod engine;
mod env;
mod error;
mod global_config;
mod grant;
mod host;
mod later;
mod pairing;
mod pool;
mod proxy;
mod push;
mod query;
mod record;
mod registry;
mod reload;
mod review;
mod server_log;
mod serving;
mod shutdown;
mod state;
mod subject;
mod submit;
mod threads;
mod tokens;
mod undo;
mod writer;

pub use access::{Readable, Writable};
pub use activate::{ActivateError, Activated};
pub use amend::{AmendRefusal, AskedChange};
pub use changes::{EventPage, Subscription};
pub use counts::{CommitCounts, WatchCounts};
pub use drops::{DropBox, DropError, MOST_UPLOAD, OpenedFile, Upload};
pub use engine::{Engine, EngineCall, EngineError, VersionCall};
pub use env::{EnvEntry, EnvError, EnvVariable};
pub use error::{HostError, HostSetupError, ReloadError, SubmitError};
pub use global_config::{GlobalConfigError, GlobalConfigFile};
pub use grant::{Grant, GrantedToken, Permission, Requester};
pub use host::{Host, HostOptions, HostWrites};
pub use later::{KeepCall, LaterAnswer, LaterKeeper};
pub use pairing::{
    MadePairing, NewPairing, NoPairingCode, OpenPairing, PairingCode, PairingError, UnpairedDevice,
};
pub use pool::PoolOptions;
pub use proxy::{
    AskedCall, BeyondTalk, EngineAsk, EngineChange, EngineMatch, EngineRoute, EngineRule,
    engine_route, engine_routes,
};
pub use push::{PushDevice, PushState};
pub use registry::ServedWorkspace;
pub use review::{PageReview, RevealedChanges, ReviewError};
pub use server_log::{ServerAction, ServerLogError};
pub use serving::{
    ListOutcome, NewWorkspace, OpenError, Removal, ServeError, Served, WorkspaceList,
    WorkspaceOpener,
};
pub use state::{
    StateDocument, StateEdit, StateError, StateFile, StateReading, StateStamp, VolatileState,
    append_lines, newest_lines,
};
pub use subject::{LeftOut, ShownPlan, Subject};
pub use submit::{Submission, WriteAnswer, WriteOutcome};
pub use threads::{LostWork, WorkThreads};
pub use tokens::{FoundToken, MadeToken, NewToken, TokenError, TokenLease, TokenRecord};
pub use undo::{UndoError, UndoPlanPreview, UndoProspect};
