//! What changes set off: one row for each thing that somebody could try.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod addresses;
mod bounds;
mod files;
mod harmless;
mod inbox;
mod mcp;
mod powers;
mod properties;
mod settings;
mod support;
mod texts;
mod titles;
mod written;
