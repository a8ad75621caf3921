//! What the engine reads: the types that the front door's signatures show, and
//! those that a store of your own needs.
//!
//! Who acts is at the top, as [`Actor`](crate::Actor). All else is in the crate
//! `openwork-model`.

pub use openwork_model::{
    audit, clock, command, config, digest, files, invalid, mcp, name, path, plugin, skill,
    workspace,
};
