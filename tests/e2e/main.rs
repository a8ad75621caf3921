//! Tests of the whole: the server binary from outside, and the rules that the sources keep.
#![allow(
    clippy::disallowed_methods,
    reason = "tests lay out files and read sources beside the server"
)]
#![allow(
    clippy::unwrap_used,
    reason = "what a test is set up with has to be there"
)]

#[cfg(unix)]
mod activate;
// The rules that the sources keep are tried where they are written: there is no
// cargo for the tests under wine.
#[cfg(unix)]
mod arrows;
mod changes;
#[cfg(unix)]
mod completions;
#[cfg(unix)]
mod consent;
#[cfg(unix)]
mod container;
mod counts;
#[cfg(unix)]
mod crash;
#[cfg(target_os = "linux")]
mod crowds;
mod disconnect;
#[cfg(target_os = "linux")]
mod documents;
#[cfg(unix)]
mod forgotten;
#[cfg(target_os = "linux")]
mod full;
mod histories;
mod hooks;
mod later;
#[cfg(target_os = "linux")]
mod lifecycle;
#[cfg(target_os = "linux")]
mod limits;
#[cfg(target_os = "linux")]
mod moved_engine;
#[cfg(unix)]
mod operator;
mod pairing;
mod parent;
#[cfg(target_os = "linux")]
mod peak;
#[cfg(target_os = "linux")]
mod phone;
#[cfg(target_os = "linux")]
mod proxied;
#[cfg(all(unix, feature = "tls"))]
mod push;
#[cfg(target_os = "linux")]
mod remote;
mod renamed;
#[cfg(unix)]
mod repository;
#[cfg(unix)]
mod sources;
mod start_stop;
#[cfg(unix)]
mod terminal;
mod tokens;
#[cfg(target_os = "linux")]
mod waiting;
#[cfg(target_os = "linux")]
mod walk;
