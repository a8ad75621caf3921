//! What the engine reads of a workspace, without touching a disk or a network.
//!
//! A program lends this crate a look at some [`files`] and learns what OpenCode
//! makes of them: settings laid over each other, plugins, MCP servers, skills,
//! commands and agents, each with the reason where something is left out. All of it is
//! pure and synchronous.
//!
//! # Map
//!
//! | module | what it is |
//! | --- | --- |
//! | [`name`], [`path`], [`client_path`], [`file_name`], [`env_name`], [`workspace`], [`actor`], [`scope`], [`device_scope`], [`invalid`] | values that were checked once, and what can be wrong with them |
//! | [`files`] | the read-only port through which files are seen |
//! | [`layout`] | where the engine looks: the one table of its files and folders |
//! | [`layer`] | the files that the engine lays over each other |
//! | [`config`], [`plugin`], [`mcp`], [`skill`], [`command`], [`agent`], [`default_model`], [`authorized_folders`], [`workspace_file`], [`inbox`] | the rules of one concept each |
//! | [`skip`], [`prompt_faults`] | what is left out of the lists, and why; what the engine refuses in the headers of commands and agents |
//! | [`forms`] | the newer forms of settings, and the older ones that they stand for |
//! | [`schema`], [`fields`], [`plain_json`] | which values the engine's configuration takes, as data; settings as they come and go |
//! | [`mask`], [`hidden`], [`web_address`] | what of a text is shown: secrets, characters that cannot be seen, where an address leads |
//! | [`audit`], [`clock`], [`time_span`], [`digest`], [`hex`] | records, time and ids, spans of time, digests of contents |
//!
//! # Example
//!
//! ```
//! use openwork_model::files::MemoryFiles;
//! use openwork_model::plugin;
//!
//! let files = MemoryFiles::new().with("opencode.json", r#"{ "plugin": ["notion@1"] }"#);
//! let plugins = plugin::list_plugins(&files, false)?;
//! assert_eq!(plugins.items[0].spec, "notion@1");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

pub mod actor;
pub mod agent;
pub mod audit;
pub mod authorized_folders;
pub mod client_path;
pub mod clock;
pub mod command;
pub mod config;
pub mod default_model;
pub mod device_scope;
pub mod digest;
pub mod env_name;
pub mod fields;
pub mod file_name;
pub mod files;
pub mod forms;
pub mod hex;
pub mod hidden;
pub mod inbox;
pub mod invalid;
pub mod layer;
pub mod layout;
pub mod mask;
pub mod mcp;
pub mod name;
pub mod path;
pub mod plain_json;
pub mod plugin;
pub mod prompt_faults;
pub mod schema;
pub mod scope;
pub mod skill;
pub mod skip;
pub mod time_span;
pub mod web_address;
pub mod workspace;
pub mod workspace_file;

mod prompt_files;
mod prompt_header;
mod wildcard;
