//! The service in process over a store without a disk, and the server on a
//! real socket.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod agents;
mod approvals;
mod auth;
mod bodies;
mod changes;
mod commands;
mod cors;
mod documented;
mod engine;
mod events;
mod general;
mod limits;
mod logs;
mod properties;
mod proxy;
mod proxy_faults;
mod reads;
mod seats;
mod serving;
mod sockets;
mod streams;
mod tokens;
mod waiting;
mod wire;
mod workspaces;
mod world;
mod writes;
