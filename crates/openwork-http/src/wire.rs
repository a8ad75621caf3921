//! From what the layers below answer to the types of the wire.
//!
//! The types are those of `openwork-api`, where also the simple conversions
//! are. Here is what needs to know of requests that wait.

use std::time::Duration;

mod masked;
mod view;

pub(crate) mod approval;
pub(crate) mod audit;

pub(crate) use masked::{HiddenSecrets, masked};
pub(crate) use view::view;

/// A time as the wire has it. One that is longer than can be said is as good as
/// none.
pub(crate) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
