//! Reads changes from the bodies of requests: one function for each write of
//! the API that has a body.
//!
//! What is only a name in a path is made by [`Change`] itself, as
//! [`Change::remove_plugin`] is.

use super::{
    AgentDraft, Change, CommandDraft, ConfigPatch, ConfigText, Fields, FileDraft, ImportBundle,
    JsonObject, McpDraft, SkillDraft,
};
use openwork_model::authorized_folders::AuthorizedFolder;
use openwork_model::default_model::ModelName;
use openwork_model::invalid::Invalid;
use openwork_model::name::PluginSpec;

/// How many folders may be opened at once: each is a sentence for whoever is asked.
const MOST_FOLDERS: usize = 100;

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

/// Reads `POST opencode-config` of a workspace's own file.
///
/// # Errors
///
/// Those of [`ConfigText::from_fields`].
pub fn write_config(body: &Fields) -> Result<Change, Invalid> {
    Ok(Change::WriteConfig(ConfigText::from_fields(body)?))
}

/// Reads `PUT default-model`: `{ model: { providerID, modelID } }`, or `null` for
/// none.
///
/// # Errors
///
/// No model, one that cannot be called so, or one with a variant: the engine's
/// setting has none, and what is not kept must not look as if it were.
pub fn set_default_model(body: &Fields) -> Result<Change, Invalid> {
    let body = JsonObject::new(body);
    if body.is_null("model") {
        return Ok(Change::SetDefaultModel(None));
    }
    let model = body.object("model")?.ok_or(Invalid::ModelName)?;
    if model.value("variant").is_some() {
        return Err(Invalid::ModelVariant);
    }
    let part = |key| model.text(key).map(|text| text.unwrap_or(""));
    let name = ModelName::new(part("providerID")?, part("modelID")?)?;
    Ok(Change::SetDefaultModel(Some(name)))
}

/// Reads `PUT authorized-folders`: `{ folders }`, each named once.
///
/// # Errors
///
/// No list, or something in it that can be no folder.
pub fn set_authorized_folders(body: &Fields) -> Result<Change, Invalid> {
    let wrong = || Invalid::WrongType {
        field: "folders".to_owned(),
        expected: "a list of texts",
    };
    let list = JsonObject::new(body).list("folders")?.ok_or_else(wrong)?;
    if list.len() > MOST_FOLDERS {
        return Err(Invalid::TooManyFolders {
            limit: MOST_FOLDERS,
        });
    }
    let mut folders = Vec::new();
    for folder in list {
        let folder = AuthorizedFolder::parse(folder.as_str().ok_or_else(wrong)?)?;
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    Ok(Change::SetAuthorizedFolders(folders))
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

/// Reads `POST files/content`: `{ path, content, baseUpdatedAt?, force? }`.
///
/// # Errors
///
/// Those of [`FileDraft::new`], no content, or a time that is none.
pub fn write_text(body: &Fields) -> Result<Change, Invalid> {
    Ok(Change::WriteFile(FileDraft::text_from_fields(body)?))
}

/// Reads `POST files/raw`: `{ path, dataBase64, baseUpdatedAt?, force? }`.
///
/// # Errors
///
/// Those of [`write_text`].
pub fn write_bytes(body: &Fields) -> Result<Change, Invalid> {
    Ok(Change::WriteFile(FileDraft::bytes_from_fields(body)?))
}

/// Reads `POST import`.
///
/// # Errors
///
/// Those of [`ImportBundle::from_fields`].
pub fn import(body: &Fields) -> Result<Change, Invalid> {
    Ok(Change::Import(Box::new(ImportBundle::from_fields(body)?)))
}
