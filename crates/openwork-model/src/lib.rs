//! What an OpenWork change means, without touching a disk or a network.
//!
//! A program hands this crate a [`change`] and a look at some [`files`] and
//! gets back a [`plan`]: which files change, from which bytes to which, what
//! to tell the person who is asked, and what to record. Or it hands over a
//! [`query`] and gets a view. All of it is pure and synchronous.
//!
//! # Map
//!
//! | module | what it is |
//! | --- | --- |
//! | [`name`], [`path`], [`workspace`], [`actor`] | values that were checked once |
//! | [`change`], [`invalid`] | what clients want, parsed, and what can be wrong with it |
//! | [`files`] | the read-only port through which files are seen |
//! | [`plan`] | `(Proposal, Files) → Plan` |
//! | [`query`] | `(Query, Files) → View` |
//! | [`layer`] | the files that the engine lays over each other |
//! | [`config`], [`plugin`], [`mcp`], [`skill`], [`command`], [`bundle`] | the rules of one concept each |
//! | [`plain_json`] | text-to-text edits that keep what they need not change |
//! | [`schema`] | which values the engine's configuration takes, as data |
//! | [`preview`], [`mask`] | what the host is shown before consent, without secrets |
//! | [`hidden`] | characters that cannot be seen |
//! | [`effect`], [`web_address`] | what a change sets off, and how grave that is |
//! | [`event`] | what clients are told when a workspace has changed |
//! | [`audit`], [`clock`], [`digest`] | records, time and ids, contents told apart |
//! | [`store`] | the port that plans are committed through |
//!
//! # Example
//!
//! ```
//! use openwork_model::files::MemoryFiles;
//! use openwork_change::query::{Query, View, answer};
//!
//! let files = MemoryFiles::new().with("opencode.json", r#"{ "plugin": ["notion@1"] }"#);
//! let View::Plugins(plugins) = answer(&Query::Plugins { include_global: false }, &files)? else {
//!     unreachable!("a query for plugins is answered with plugins")
//! };
//! assert_eq!(plugins.items[0].spec, "notion@1");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod actor;
pub mod audit;
pub mod clock;
pub mod command;
pub mod config;
pub mod digest;
pub mod fields;
pub mod files;
pub mod hidden;
pub mod invalid;
pub mod layer;
pub mod mask;
pub mod mcp;
pub mod name;
pub mod path;
pub mod plain_json;
pub mod plugin;
pub mod schema;
pub mod skill;
pub mod unclosed;
pub mod web_address;
pub mod workspace;
