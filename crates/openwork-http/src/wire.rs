//! From what the layers below answer to the types of the wire.
//!
//! The types are those of `openwork-api`, where also the simple conversions
//! are. Here is what needs to know of requests that wait.

mod masked;
mod view;

pub(crate) mod approval;
pub(crate) mod audit;

pub(crate) use masked::{HiddenSecrets, masked};
pub(crate) use view::view;
