//! OpenWork over HTTP: hyper, authentication, CORS, JSON.

pub mod options;
pub mod route;

mod auth;
mod body;
mod condition;
mod cors;
mod error;
mod events;
mod host_check;
mod query;
mod reply;
mod server;
mod service;
mod wire;

pub use options::{ConsoleAccess, HttpOptions, Limits};
pub use reply::Body;
pub use server::Server;
pub use service::Service;
