//! What every change does to a workspace and what every query shows of it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![expect(
    clippy::needless_pass_by_value,
    reason = "`json!` literals read best where they are used"
)]

mod command;
mod config;
mod import;
mod mcp;
mod outcome;
mod plugin;
mod properties;
mod skill;
