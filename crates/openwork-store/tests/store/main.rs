//! The store on real directories.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests lay out and look at files themselves, and fail by panicking"
)]

mod audit;
mod basics;
mod cases;
mod contract;
mod deep;
mod deletion;
mod entries;
mod faults;
mod fresh;
mod kill;
mod links;
mod power;
mod races;
mod refusals;
mod server_file;
mod support;
mod trees;
