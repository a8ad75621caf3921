//! Fixtures and fakes for the tests of the OpenWork crates.
//!
//! Nothing here is part of the product. The crate starts programs, speaks HTTP to them, lays out
//! workspaces and compares what came back, so that a test says only what it is about.
//!
//! | Module | Gives |
//! | --- | --- |
//! | [`sandbox`] | a directory of its own for one test: a workspace, a home, a repository |
//! | [`process`] | a program with its output caught, a deadline on everything, ended by its id |
//! | [`server`] | the server binary on a free port, with known tokens |
//! | [`leak`] | tokens in what a server printed and logged, where none may be |
//! | [`engine`] | the real engine that reads what the server writes |
//! | [`fake_engine`] | an engine that answers as a test wants it to |
//! | [`http`] | a blocking HTTP/1.1 client that can also misbehave |
//! | [`approval`] | waiting for approvals and answering them |
//! | [`expect`] | a small language for JSON that is only partly known beforehand |
//! | [`jsonc`], [`frontmatter`] | readers that share no code with the product |
//! | [`memory_store`] | a store without a disk, that fails or hangs where a test wants it to |
//! | [`port`] | a port for a program that has to be told one |
//! | [`private`] | who may use a file |
//! | [`tree`] | what a directory holds, and what changed in it |
//!
//! ```
//! use openwork_testkit::expect::{Expected, Strictness};
//! use serde_json::json;
//!
//! let expected = Expected::parse(&json!({ "id": "<uuid>", "items": { "$length": 2 } }))?;
//! let found = json!({ "id": "8f14e45f-ceea-467f-ab5e-2f1d9c1a2b3c", "items": ["a"] });
//! assert_eq!(
//!     expected.differences(Some(&found), Strictness::Exact),
//!     ["$.items: the length: expected 2, found 1"],
//! );
//! # Ok::<(), openwork_testkit::expect::ParseError>(())
//! ```
#![allow(
    clippy::disallowed_methods,
    reason = "test fixtures are made outside of the product's store"
)]

pub mod approval;
pub mod engine;
pub mod expect;
pub mod fake_engine;
pub mod frontmatter;
pub mod http;
pub mod jsonc;
pub mod leak;
pub mod memory_store;
pub mod port;
pub mod private;
pub mod process;
pub mod sandbox;
pub mod server;
pub mod tree;
