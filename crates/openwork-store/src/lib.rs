//! OpenWork files on disk: confined reads, atomic commits, audit log.

mod anchor;
mod audit_log;
mod batch;
mod cache;
mod commit;
mod digest;
pub mod disk;
mod failure;
mod journal;
mod layout;
mod lock;
mod look;
mod options;
mod recover;
mod replace;
mod stage;
mod state;
mod store;
mod trail;
mod tree;

pub use options::{AUDIT_SEGMENT, FsOptions};
pub use store::{FsStore, WARM_LIMIT};
