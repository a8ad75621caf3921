//! The front door of OpenWork: its layers in a program of your own.
//!
//! A [`Workspace`] is a directory with the files that make an agent useful. It
//! is read, and it is changed in two steps: what is [proposed](Workspace::propose)
//! can be looked at, and only that is committed. A [`Server`] lets others do
//! so over HTTP, and asks first: people, or a function of yours.
//!
//! # Map
//!
//! | item | what it is |
//! | --- | --- |
//! | [`Workspace`] | a directory, opened: lists, and the way to a change |
//! | [`Proposed`] | a change that was planned and not made yet |
//! | [`Server`], [`ServerBuilder`] | workspaces over HTTP, from start to stop |
//! | [`ChangeRequest`] | what an approver of a server is asked |
//! | [`change`] | changes as values, and short ways to make them |
//! | [`Error`] | what can go wrong here |
//!
//! The layers themselves are [`approval`], [`host`], [`http`], [`model`],
//! [`store`] and what [`change`] has besides; each begins with a map of its own.
//!
//! # Example
//!
//! ```
//! use openwork::{Actor, Workspace, change};
//!
//! # let directory = tempfile::tempdir()?;
//! # let directory = directory.path();
//! let workspace = Workspace::open(directory)?;
//! let proposed = workspace.propose(change::add_plugin("opencode-notion")?)?;
//! print!("{proposed}");
//! proposed.commit(Actor::local("me"))?;
//! assert_eq!(workspace.plugins()?[0].spec, "opencode-notion");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod change;
pub mod model;

mod error;
mod proposed;
mod request;
mod server;
mod workspace;

pub use openwork_approval as approval;
pub use openwork_host as host;
pub use openwork_http as http;
pub use openwork_store as store;

pub use openwork_model::actor::{Actor, ActorKind, TokenHash};

pub use error::Error;
pub use proposed::Proposed;
pub use request::ChangeRequest;
pub use server::{Server, ServerBuilder};
pub use workspace::Workspace;
