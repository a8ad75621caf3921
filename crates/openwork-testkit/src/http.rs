//! A blocking HTTP/1.1 client: one request on a connection of its own, with one deadline for all.
//!
//! It shares no code with the server under test, and sends what it is told to, even if it is wrong.

mod answer;
mod exchange;
mod generated;
mod request;

pub use answer::Answer;
pub use exchange::{ExchangeError, send};
pub use request::{Body, Request};
