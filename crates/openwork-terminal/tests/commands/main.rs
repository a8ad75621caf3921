//! Every command against a server that says what the tests want: outputs in
//! both forms, errors and exit codes.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod agent;
mod answer;
mod audit;
mod candidates;
mod console;
mod devices;
mod fake;
mod finding;
mod item;
mod keys;
mod list;
mod pair;
mod rules;
mod served;
mod session;
mod show;
mod watch;
mod watch_agents;
mod watch_keys;
