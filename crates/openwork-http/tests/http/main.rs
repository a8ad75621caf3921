//! The service in process over a store without a disk, and the server on a
//! real socket.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod agents;
mod amended;
mod approvals;
mod auth;
mod bodies;
mod changes;
mod client;
mod commands;
mod cors;
mod documented;
mod drops;
mod ended;
mod engine;
mod engine_mcp;
mod env;
mod events;
mod exports;
mod files;
mod following;
mod general;
mod later;
mod limits;
mod logs;
mod metrics;
mod openwork_proxy;
mod pairing;
mod properties;
mod proxy;
mod proxy_faults;
mod reads;
mod seats;
mod serving;
mod settings;
mod signed;
mod sockets;
mod speech;
mod streams;
#[cfg(feature = "tls")]
mod tls;
mod tokens;
mod undo;
mod waiting;
mod wire;
mod workspaces;
mod world;
mod writes;
