//! OpenWork's store on a disk: confined reads, atomic commits, an audit log.
//!
//! [`FsStore`] implements [`openwork_change::store::Store`] for one workspace.
//! What a change means is the model's business; this crate sees to it that
//! nothing outside of the workspace is touched, that every change is whole or
//! not there, that what was answered survives a power loss, and that all of it
//! is recorded.
//!
//! # Reading
//!
//! The workspace's directory is opened once, and everything below it is reached
//! through open directories, refusing links. A link is followed by hand, from
//! handle to handle, and what it leads to is read only if it lies in an
//! authorised root. No path is checked and then opened by name. An answer is
//! kept with the files and directories that it depends on, and given again only
//! after all of them were found unchanged.
//!
//! # Writing
//!
//! One writer at a time holds the workspace's lock. Orders that wait together
//! are planned one after another in memory; then
//!
//! 1. their intents are appended to the audit log,
//! 2. the new contents are written beside the files, and those of before and after
//!    into the history; all of it is synced, then the log,
//! 3. the files are compared with what the plan saw,
//! 4. the new contents are renamed into place and the directories synced; for
//!    a change of several files a journal says first what is to be done,
//! 5. the outcomes are appended to the audit log, and the callers are answered.
//!
//! Whoever opens the workspace next finishes the journal and settles intents
//! without outcome, by comparing what is on disk with both sides of the change.
//!
//! # Map
//!
//! | module | what it is |
//! | --- | --- |
//! | `store`, [`FsOptions`] | the port, and what it is opened with |
//! | [`disk`] | every system call that is made, as a port |
//! | `fs` | the workspace's directory; following paths from handle to handle; confined reading |
//! | `cache` | answers that still hold: what they rest on, and whether it is the same |
//! | `commit` | from orders to files: batch, stage, replace, journal; what a crash has left |
//! | `audit` | lines, segments, the tail, what is unsettled; requests that came to nothing |
//! | `history` | what files were before and after each change |
//! | `layout` | where the store keeps what is its own |
//! | [`ServerFile`] | what the server keeps for itself, outside of workspaces |
//! | `watch` | noticing that others change files (feature `watch`, on by default) |
//!
//! # Systems
//!
//! On Linux paths are opened with `openat2`, on other Unixes one component at a
//! time; macOS keeps the mark of downloaded files and flushes the drive's cache.
//! On Windows files are opened below a handle as well. Directories have no lock
//! there, so `.opencode/openwork/lock` is locked for them; nothing but the
//! workspace's own directory stays open between calls, or nobody could rename
//! it; answers are kept on NTFS; of modes there is whether a file may be written
//! to. Where a file system takes two spellings for one name, the second is
//! refused. Of Windows Wine was tried, macOS was never run. The access control
//! list of a replaced file is kept on Windows alone, and of its other attributes
//! the mark of macOS.
//!
//! # Example
//!
//! ```
//! use std::sync::Arc;
//!
//! use openwork_model::actor::{Actor, ActorKind, TokenHash};
//! use openwork_model::audit::ApprovedBy;
//! use openwork_change::change::Change;
//! use openwork_model::name::PluginSpec;
//! use openwork_change::store::{Order, Store as _};
//! use openwork_store::{FsOptions, FsStore};
//!
//! let directory = tempfile::tempdir()?;
//! let store = FsStore::open(FsOptions::at(directory.path())?)?;
//!
//! let change = Change::AddPlugin(PluginSpec::parse("notion")?);
//! let actor = Actor { kind: ActorKind::Host, client_id: None, token_hash: TokenHash::of("secret") };
//! let order = Order { proposal: Arc::new(change.into()), shown: None, actor, approval: ApprovedBy::Host.into() };
//! for answer in store.commit(vec![order]) {
//!     assert_eq!(answer?.plan.audit.summary, "Added notion");
//! }
//! assert_eq!(store.audit(10)?.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod audit;
mod cache;
mod commit;
mod fs;
mod history;
mod layout;
mod options;
mod server_file;
mod store;
#[cfg(feature = "watch")]
mod watch;

pub use self::fs::disk;
pub use history::HistoryBounds;
pub use options::{AUDIT_SEGMENT, FsOptions, HELD_DIRECTORIES, RecordPlace};
pub use server_file::{
    ServerFile, ServerFileContent, ServerFileError, ServerFileHold, ServerFileVersion,
};
pub use store::{FsStore, READY_LIMIT};
