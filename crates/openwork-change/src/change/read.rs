//! Reads changes from the bodies of requests: one function for each write of
//! the API that has a body.
//!
//! What is only a name in a path is made by [`Change`] itself, as
//! [`Change::remove_plugin`] is.

use super::{
    AgentDraft, Change, CommandDraft, ConfigPatch, Fields, ImportBundle, JsonObject, McpDraft,
    SkillDraft,
};
use openwork_model::invalid::Invalid;
use openwork_model::name::PluginSpec;

/// Reads `PATCH config`.
///
/// # Errors
///
/// What the API answers to a body that it does not take, here and below.
pub fn patch_config(body: &Fields) -> Result<Change, Invalid> {
    Ok(Change::PatchConfig(ConfigPatch::from_fields(body)?))
}

/// Reads `PATCH config` whose sections are merge patches (RFC 7396).
///
/// # Errors
///
/// Those of [`patch_config`].
pub fn merge_config(body: &Fields) -> Result<Change, Invalid> {
    let patch = ConfigPatch::from_fields(body)?;
    Ok(Change::PatchConfig(patch.into_merge_patch()))
}

/// Reads `POST plugins`.
///
/// # Errors
///
/// No spec, one that cannot be a plugin, or a field of another type.
///
/// ```
/// use openwork_change::change::{Change, Fields, read};
///
/// let body = Fields::from_iter([("spec".to_owned(), "notion".into())]);
/// assert_eq!(read::add_plugin(&body)?, Change::add_plugin("notion")?);
/// # Ok::<(), openwork_model::invalid::Invalid>(())
/// ```
pub fn add_plugin(body: &Fields) -> Result<Change, Invalid> {
    let body = JsonObject::new(body);
    // No spec at all is refused in the same words as an empty one.
    let spec = PluginSpec::parse(body.text("spec")?.unwrap_or(""))?;
    Ok(match body.flag("replace")? {
        Some(true) => Change::ReplacePlugin(spec),
        Some(false) | None => Change::AddPlugin(spec),
    })
}

/// Reads `POST skills`.
///
/// # Errors
///
/// Those of [`SkillDraft::from_fields`].
pub fn upsert_skill(body: &Fields) -> Result<Change, Invalid> {
    Ok(Change::UpsertSkill(SkillDraft::from_fields(body)?))
}

/// Reads `POST mcp`.
///
/// # Errors
///
/// Those of [`McpDraft::from_fields`].
pub fn add_mcp(body: &Fields) -> Result<Change, Invalid> {
    Ok(Change::AddMcp(McpDraft::from_fields(body)?))
}

/// Reads `POST mcp/NAME/enabled`; any name that a file may hold will do.
///
/// # Errors
///
/// The body does not say `enabled`, or not as true or false.
pub fn set_mcp_enabled(name: &str, body: &Fields) -> Result<Change, Invalid> {
    let enabled = JsonObject::new(body)
        .flag("enabled")?
        .ok_or_else(|| Invalid::WrongType {
            field: "enabled".to_owned(),
            expected: "true or false",
        })?;
    Change::set_mcp_enabled(name, enabled)
}

/// Reads `POST commands`.
///
/// # Errors
///
/// Those of [`CommandDraft::from_fields`].
pub fn upsert_command(body: &Fields) -> Result<Change, Invalid> {
    Ok(Change::UpsertCommand(CommandDraft::from_fields(body)?))
}

/// Reads `POST agents`.
///
/// # Errors
///
/// Those of [`AgentDraft::from_fields`].
pub fn upsert_agent(body: &Fields) -> Result<Change, Invalid> {
    Ok(Change::UpsertAgent(AgentDraft::from_fields(body)?))
}

/// Reads `POST import`.
///
/// # Errors
///
/// Those of [`ImportBundle::from_fields`].
pub fn import(body: &Fields) -> Result<Change, Invalid> {
    Ok(Change::Import(Box::new(ImportBundle::from_fields(body)?)))
}
