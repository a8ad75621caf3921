//! The store on real directories.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests lay out and look at files themselves, and fail by panicking"
)]

mod access;
mod audit;
mod basics;
mod cases;
mod contract;
#[cfg(unix)]
mod deep;
mod deletion;
mod entries;
mod faults;
mod fresh;
mod history;
mod kill;
#[cfg(unix)]
mod links;
mod power;
mod races;
mod refusals;
mod server_file;
mod streams;
mod strict;
mod support;
mod trees;
mod undo;
#[cfg(windows)]
mod unshown;
mod withheld;
