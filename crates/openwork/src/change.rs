//! Changes as values: what `openwork-change` has, and short ways to make some.
//!
//! Each of the functions checks what the HTTP API would check of the same
//! change. [`Change`] and its drafts make all others.

pub use openwork_change::change::*;
pub use openwork_change::{bundle, effect, event, overlay, plan, preview, query, store};

use openwork_model::invalid::Invalid;

/// Adds a plugin: an npm spec, a file or a web address.
///
/// # Errors
///
/// The text cannot be a plugin.
pub fn add_plugin(spec: &str) -> Result<Change, Invalid> {
    Change::add_plugin(&fields([("spec", spec)]))
}

/// Takes a plugin, named with or without version, out of the configuration.
///
/// # Errors
///
/// None today: any name that a file may hold will do.
pub fn remove_plugin(name: &str) -> Result<Change, Invalid> {
    Change::remove_plugin(name)
}

/// Writes a skill: its name, what it is for, and what it says.
///
/// # Errors
///
/// The name, the description or the content's header is no good.
pub fn upsert_skill(name: &str, description: &str, content: &str) -> Result<Change, Invalid> {
    Change::upsert_skill(&fields([
        ("name", name),
        ("description", description),
        ("content", content),
    ]))
}

/// Deletes a skill of the workspace.
///
/// # Errors
///
/// The text cannot be a skill's name.
pub fn delete_skill(name: &str) -> Result<Change, Invalid> {
    Change::delete_skill(name)
}

/// Adds or replaces an MCP entry; `config` is what the configuration will say.
///
/// # Errors
///
/// The name or the entry is no good.
pub fn add_mcp(name: &str, config: Fields) -> Result<Change, Invalid> {
    let mut body = fields([("name", name)]);
    body.insert("config".to_owned(), config.into());
    Change::add_mcp(&body)
}

/// Takes an MCP entry out of the configuration.
///
/// # Errors
///
/// None today: any name that a file may hold will do.
pub fn remove_mcp(name: &str) -> Result<Change, Invalid> {
    Change::remove_mcp(name)
}

fn fields<const N: usize>(texts: [(&str, &str); N]) -> Fields {
    let field = |(name, text): (&str, &str)| (name.to_owned(), text.into());
    texts.into_iter().map(field).collect()
}
