//! All that the engine is told around a workspace, as texts with paths.

use serde_json::Value;

use super::{InboxTarget, PathUse};
use crate::command::CommandRule;
use crate::config::{ReadError, openwork_contents};
use crate::files::{CONFIG_LIMIT, FileError, Files, Location};
use crate::layer::{ConfigDirectory, ConfigFile, ConfigScope, ConfigSources};
use crate::layout::FolderContent;
use crate::path::RelPath;
use crate::prompt_files::{PromptDepth, PromptFiles};
use crate::skill::skills_with_text;

/// Keys whose texts are for agents.
const PROSE: &[&str] = &["description", "prompt", "system", "template"];
/// First keys whose values are places that are read or loaded.
const PLACES: &[&str] = &[
    "instructions",
    "plugin",
    "plugins",
    "reference",
    "references",
    "skills",
];
/// A first key whose paths are only looked at for changes.
const WATCHED: &str = "watcher";

/// Whether the settings around a workspace, its commands, agents or skills name a
/// file that clients bring, or a directory that it lies in: then the engine or
/// another program reads it by itself. `file` lies below the folder.
///
/// # Errors
///
/// What cannot be read.
pub fn is_named(file: &RelPath, files: &dyn Files) -> Result<bool, ReadError> {
    let workspace = files.absolute(&Location::workspace(RelPath::root()));
    let target = InboxTarget {
        file: Some(file.as_str().to_lowercase()),
        workspace: super::plain(&workspace.to_string_lossy()),
    };
    let sources = ConfigSources::read(files, ConfigScope::All)?;
    for layer in sources.layers() {
        if is_named_in_layer(&target, layer, files)? {
            return Ok(true);
        }
    }
    if let Some(own) = openwork_contents(files)? {
        let own = String::from_utf8_lossy(&own);
        if target.is_named_by(&own, PathUse::Words) {
            return Ok(true);
        }
    }
    for directory in sources.directories() {
        if is_named_in_prompts(&target, directory, files)? {
            return Ok(true);
        }
    }
    let skills = skills_with_text(files)?;
    Ok(skills
        .iter()
        .any(|skill| target.is_named_by(&skill.text, PathUse::Prose)))
}

fn is_named_in_layer(
    target: &InboxTarget,
    layer: &ConfigFile,
    files: &dyn Files,
) -> Result<bool, FileError> {
    if let Ok(fields) = &layer.content {
        let mut members = fields.iter();
        return Ok(members.any(|(key, value)| is_named_in_first(target, key, value)));
    }
    // Another version of the engine may make something of it.
    let text = files.read(&layer.at, CONFIG_LIMIT)?;
    let text = text.as_deref().map(String::from_utf8_lossy);
    Ok(text.is_some_and(|text| target.is_named_by(&text, PathUse::Words)))
}

/// The texts of a setting with this first key that lead to a file which clients
/// may bring.
pub fn leading_texts<'v>(key: &str, value: &'v Value) -> Vec<&'v str> {
    let target = InboxTarget::any();
    let mut found = Vec::new();
    each_text(key, value, &mut |text, taken| {
        if target.is_named_by(text, taken) {
            found.push(text);
        }
    });
    found
}

fn is_named_in_first(target: &InboxTarget, key: &str, value: &Value) -> bool {
    let mut is_named = false;
    each_text(key, value, &mut |text, taken| {
        is_named = is_named || target.is_named_by(text, taken);
    });
    is_named
}

/// Visits the texts of a setting, with how their paths are taken.
fn each_text<'v>(key: &str, value: &'v Value, visit: &mut dyn FnMut(&'v str, PathUse)) {
    match key {
        WATCHED => {}
        key if PLACES.contains(&key) => each_text_of(value, PathUse::Place, visit),
        _ => each_text_of(value, PathUse::Words, visit),
    }
}

fn each_text_of<'v>(value: &'v Value, taken: PathUse, visit: &mut dyn FnMut(&'v str, PathUse)) {
    match value {
        Value::String(text) => visit(text, taken),
        Value::Array(items) => {
            for item in items {
                // Options beside the place, which need not be paths.
                let taken = if item.is_object() {
                    PathUse::Words
                } else {
                    taken
                };
                each_text_of(item, taken, visit);
            }
        }
        Value::Object(members) => {
            for (key, value) in members {
                let is_text = PROSE.contains(&key.as_str()) && value.is_string();
                let taken = if is_text { PathUse::Prose } else { taken };
                each_text_of(value, taken, visit);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Whether a command or an agent names it that has a file of its own.
fn is_named_in_prompts(
    target: &InboxTarget,
    directory: &ConfigDirectory,
    files: &dyn Files,
) -> Result<bool, FileError> {
    let contents = [
        FolderContent::Commands,
        FolderContent::Agents,
        FolderContent::Modes,
    ];
    for content in contents {
        let found =
            PromptFiles::<CommandRule>::in_directory(files, directory, content, PromptDepth::Any)?;
        let mut texts = found.files.iter().map(|file| file.text.as_str());
        if texts.any(|text| target.is_named_by(text, PathUse::Prose)) {
            return Ok(true);
        }
    }
    Ok(false)
}
