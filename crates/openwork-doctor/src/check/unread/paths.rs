//! Directories that `skills.paths` names and that are not there.

use std::path::PathBuf;

use openwork_model::files::{FileError, FileRoot, Files};
use openwork_model::forms;
use openwork_model::layer::{ConfigLayer, read_layers};
use openwork_model::workspace::normalise;
use serde_json::Value;

use crate::finding::DoctorFinding;
use crate::line;
use crate::text::{directory, locate_anywhere};

/// A directory of skills that the configuration names.
pub(super) struct ConfiguredPath {
    /// Where it is.
    pub(super) path: PathBuf,
    /// How it is written.
    text: String,
    /// The file that names it.
    file: PathBuf,
    /// Where in the file, as a JSON pointer (RFC 6901).
    pointer: String,
}

/// The directories that count: of several layers that name some, the highest
/// decides.
pub(super) fn configured(files: &dyn Files) -> Vec<ConfiguredPath> {
    let layers = read_layers(files).map(|view| view.layers);
    let layers = layers.unwrap_or_default();
    // As the engine merges it: a list replaces the list of the layer below.
    let named = layers.iter().rev().map(|layer| named_by(layer, files));
    named
        .into_iter()
        .find(|paths| !paths.is_empty())
        .unwrap_or_default()
}

/// The directories that are certainly not there.
pub(super) fn unread(files: &dyn Files) -> Vec<DoctorFinding> {
    let configured = configured(files).into_iter();
    let missing = configured.filter(|configured| is_missing(configured, files));
    missing
        .map(|configured| finding(&configured, files))
        .collect()
}

fn named_by(layer: &ConfigLayer, files: &dyn Files) -> Vec<ConfiguredPath> {
    let Ok(written) = &layer.content else {
        return Vec::new();
    };
    let loaded = forms::loaded(written);
    let paths = loaded.get("skills").and_then(|skills| skills.get("paths"));
    let paths = paths.and_then(Value::as_array).into_iter().flatten();
    let paths = paths.filter_map(Value::as_str);
    paths
        .map(|text| ConfiguredPath {
            path: absolute(text, files),
            text: text.to_owned(),
            file: layer.path.clone(),
            pointer: pointer_to(written.get("skills"), text),
        })
        .collect()
}

/// Relative paths are meant from the workspace, whichever file has them.
fn absolute(text: &str, files: &dyn Files) -> PathBuf {
    normalise(&match text.strip_prefix("~/") {
        Some(rest) => directory(files, FileRoot::Home).join(rest),
        None => directory(files, FileRoot::Workspace).join(text),
    })
}

/// In the newer form the list is the setting itself.
fn pointer_to(skills: Option<&Value>, text: &str) -> String {
    let (list, above) = match skills {
        Some(Value::Array(list)) => (Some(list), "/skills"),
        Some(skills) => (
            skills.get("paths").and_then(Value::as_array),
            "/skills/paths",
        ),
        None => (None, "/skills"),
    };
    let index = list.and_then(|list| list.iter().position(|item| item.as_str() == Some(text)));
    index.map_or_else(|| above.to_owned(), |index| format!("{above}/{index}"))
}

fn is_missing(configured: &ConfiguredPath, files: &dyn Files) -> bool {
    // What lies where this server may not look is nobody's to call missing.
    let Some(at) = locate_anywhere(files, &configured.path) else {
        return false;
    };
    matches!(
        files.list(&at),
        Ok(None) | Err(FileError::NotRegular { .. })
    )
}

fn finding(configured: &ConfiguredPath, files: &dyn Files) -> DoctorFinding {
    let ConfiguredPath {
        path,
        text,
        file,
        pointer,
    } = configured;
    let what = format!("skills are to be read from `{text}`, and there is no such directory");
    DoctorFinding::warning("unread.path", what)
        .at(file, line::of_setting(files, file, pointer))
        .why("agents do not get the skills that are meant, and nobody is told")
        .fix(format!(
            "make {}, or correct the path, which is meant from the workspace",
            path.display()
        ))
}
