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
//! | [`ChangeRequest`], [`ReloadRequest`] | what an approver of a server is asked |
//! | [`change`] | changes as values, and what is shown of them |
//! | [`Error`] | what can go wrong here |
//!
//! The layers themselves are [`approval`], [`host`], [`http`], [`model`],
//! [`store`] and what [`change`] has besides; each begins with a map of its own.
//!
//! # Three programs
//!
//! Changes are looked at, and then made:
//!
//! ```
//! use openwork::Actor;
//! use openwork::change::Change;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let directory = tempfile::tempdir()?;
//! # std::env::set_current_dir(directory.path())?;
//! # std::fs::create_dir("ws")?;
//! let workspace = openwork::Workspace::open("ws")?;            // relative paths work, a missing directory fails here
//! for skill in workspace.skills()? { println!("{}", skill.name); }
//! let proposed = workspace.propose(Change::add_plugin("opencode-foo@1.2.0")?)?;
//! print!("{proposed}");                                        // summary, effects, unified diff
//! proposed.commit(Actor::local("me"))?;                        // bound to what was shown; a stale one fails
//! # assert_eq!(workspace.plugins()?[0].spec, "opencode-foo@1.2.0");
//! # Ok(())
//! # }
//! ```
//!
//! A server decides by itself what may be changed:
//!
//! ```
//! use openwork::Workspace;
//! use openwork::approval::Reply;
//! use openwork::change::Change;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let directory = tempfile::tempdir()?;
//! # let (dir, client, host) = (directory.path(), "client-token", "host-token");
//! let server = openwork::Server::builder()
//!     .workspace(Workspace::open(dir)?)
//!     .tokens(client, host)
//!     .approver(|request| match request.change() {             // sees the change and its effects, not English text
//!         Change::AddPlugin(spec) if spec.registry_name() == Some("safe-one") => Reply::allow(),
//!         _ => Reply::deny("only safe-one"),
//!     })
//!     .bind("127.0.0.1:0").await?;
//! println!("{}", server.local_addr());
//! server.shut_down().await?;                                   // both stops, in order
//! # Ok(())
//! # }
//! ```
//!
//! A gate asks about anything, not only files:
//!
//! ```
//! use openwork::approval::Ask;
//! # use std::time::Duration;
//! # use openwork::approval::{Reply, Request};
//! # fn secs(seconds: u64) -> Duration { Duration::from_secs(seconds) }
//! # fn ask_on_stdin(_: &Request<&'static str>) -> Reply { Reply::allow() }
//! # async fn run(_: &str) -> std::io::Result<()> { Ok(()) }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let command = "terraform apply -auto-approve";
//! let gate = openwork::approval::Gate::builder().timeout(secs(300)).build();   // anything, not only files
//! tokio::spawn(gate.clone().approve_with(|request| ask_on_stdin(request)));    // survives lag, ends with the gate
//! let permit = gate.ask(Ask::new("infra", "terraform apply", command).by("ci")).await?;
//! permit.settle(run(&command).await);
//! # Ok(())
//! # }
//! ```

pub mod change;
pub mod model;

mod approver;
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
pub use request::{ChangeRequest, ReloadRequest};
pub use server::{Server, ServerBuilder};
pub use workspace::Workspace;
