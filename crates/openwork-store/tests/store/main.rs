//! The store on real directories.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests lay out and look at files themselves, and fail by panicking"
)]

mod basics;
mod faults;
mod support;
