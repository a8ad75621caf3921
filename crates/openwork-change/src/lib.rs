//! A change as a value, from what a client wants to what a person is shown.
//!
//! A program hands this crate a [`change`] and a look at some files, and gets
//! back a [`plan`]: which files change, from which bytes to which, what to tell
//! the person who is asked, and what to record. Or it hands over a [`query`]
//! and gets a view. All of it is pure and synchronous.
//!
//! # Map
//!
//! | module | what it is |
//! | --- | --- |
//! | [`change`] | what clients want, parsed |
//! | [`plan`] | `(Proposal, Files) → Plan` |
//! | [`effect`] | what a plan sets off, and how grave that is |
//! | [`preview`] | what the host is shown before consent, without secrets |
//! | [`overlay`] | files as they will be once some edits are carried out |
//! | [`query`], [`bundle`] | `(Query, Files) → View`; all that an import takes |
//! | [`event`] | what clients are told when a workspace has changed |
//! | [`store`] | the port that plans are committed through |
//!
//! # Example
//!
//! ```
//! use openwork_change::change::Change;
//! use openwork_change::plan::plan;
//! use openwork_change::preview::preview;
//! use openwork_model::files::MemoryFiles;
//! use openwork_model::name::PluginSpec;
//!
//! let files = MemoryFiles::new().with("opencode.json", "{}\n");
//! let change = Change::AddPlugin(PluginSpec::parse("notion")?);
//! let plan = plan(&change.clone().into(), &files)?;
//! let preview = preview(&change, &plan);
//! assert_eq!(preview.title, "Run a plugin: notion");
//! assert_eq!(preview.level.as_str(), "high");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

pub mod bundle;
pub mod change;
pub mod effect;
pub mod event;
pub mod overlay;
pub mod plan;
pub mod preview;
pub mod query;
pub mod store;
