//! What is written down of every change: append-only logs, one line a record.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`log`] | the end of the audit log, for the one who writes |
//! | [`line`] | what the lines say |
//! | [`changed`] | what an entry says of the files that changed |
//! | [`segments`] | the files of the log, and making room for a new one |
//! | [`tail`] | lines from the end |
//! | [`newest`] | the newest entries |
//! | [`open_batch`] | what a crash left without an outcome |
//! | [`recorded`] | one entry, and what its intent says of its files |
//! | [`home`] | where the log lies |
//! | [`refused_log`] | requests that came to nothing, in a log of their own |

pub(crate) mod changed;
pub(crate) mod home;
pub(crate) mod line;
pub(crate) mod log;
pub(crate) mod newest;
mod open_batch;
pub(crate) mod recorded;
pub(crate) mod refused_log;
mod segments;
mod tail;
