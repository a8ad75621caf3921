//! What other layers do to settings.

use std::path::PathBuf;

use super::{Warning, WarningCode};
use crate::change::Fields;
use crate::overlay::Overlay;
use crate::plan::FileEdit;
use openwork_model::files::{Files, Location};
use openwork_model::layer::{ConfigFile, ConfigScope, ConfigSources, LayerError, ShadowedSetting};
use openwork_model::layout::WorkspacePlace;
use openwork_model::mask::mask_text;
use openwork_model::path::RelPath;

/// The lists of which the engine keeps single entries.
const PLUGINS: &str = "plugin.";

/// What the other layers do to settings that are written to files of the
/// workspace.
pub(super) fn of_all(written: &[(RelPath, Fields)], files: &dyn Files) -> Vec<Warning> {
    let mut warnings: Vec<Warning> = Vec::new();
    for (path, settings) in written.iter().filter(|(_, settings)| !settings.is_empty()) {
        for warning in of_settings(path, settings, files) {
            // A broken layer is found for each file.
            if !warnings.contains(&warning) {
                warnings.push(warning);
            }
        }
    }
    warnings
}

fn of_settings(path: &RelPath, settings: &Fields, files: &dyn Files) -> Vec<Warning> {
    // As the files will be: whether a setting is shadowed depends on what is
    // written, not on what was there.
    let mut written = Overlay::new(files);
    written.apply(&alone(path, settings));
    let Ok(sources) = ConfigSources::read(&written, ConfigScope::All) else {
        return Vec::new();
    };
    let shadowed = sources.shadowed(&Location::workspace(path.clone()), &written);
    let broken = sources.layers().iter().filter_map(broken);
    broken.chain(grouped(&shadowed)).collect()
}

/// Leaves the file nothing but what is written: of a large one the rest need
/// not be read. The one beside it says nothing to the contrary any more.
fn alone(path: &RelPath, settings: &Fields) -> Vec<FileEdit> {
    let places = WorkspacePlace::CONFIGURATION.into_iter();
    let is_inner = |path: &RelPath| path.as_str().contains('/');
    let beside = places
        .map(WorkspacePlace::path)
        .filter(|other| is_inner(other) == is_inner(path));
    let edit = |own: RelPath| FileEdit {
        after: (own == *path).then(|| openwork_jsonc::create(settings).into()),
        path: own,
        before: None,
        executable: None,
    };
    beside.map(edit).collect()
}

fn broken(layer: &ConfigFile) -> Option<Warning> {
    let error = match layer.content.as_ref().err()? {
        // The engine may be able to read it: it runs as the user, without our
        // confinement.
        LayerError::Unreadable(_) => return None,
        error => error,
    };
    Some(Warning {
        code: WarningCode::Broken,
        message: format!(
            "The engine refuses this workspace until {} is corrected: {error}",
            layer.path.display()
        ),
        path: layer.path.clone(),
    })
}

/// One warning for each file that decides settings, with all of them.
fn grouped(shadowed: &[ShadowedSetting]) -> Vec<Warning> {
    let mut files: Vec<&PathBuf> = Vec::new();
    for one in shadowed {
        if !files.contains(&&one.by) {
            files.push(&one.by);
        }
    }
    let warning = |by: &PathBuf| {
        let mut keys: Vec<String> = Vec::new();
        for key in shadowed.iter().filter(|one| one.by == *by).map(named) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        Warning {
            code: WarningCode::Shadowed,
            message: format!(
                "The engine takes {} from {} instead, which it reads later",
                keys.join(", "),
                by.display()
            ),
            path: by.clone(),
        }
    };
    files.into_iter().map(warning).collect()
}

fn named(shadowed: &ShadowedSetting) -> String {
    if shadowed.key.starts_with(PLUGINS) {
        return "the plugin".to_owned();
    }
    format!("`{}`", mask_text(&shadowed.key))
}
