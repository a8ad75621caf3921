//! What may keep a change from having the effect that was wanted.

use std::path::PathBuf;

use crate::files::Location;
use crate::files::{Files, Overlay};
use crate::layer::{self, Layer, LayerError, Shadowed};
use crate::mask::mask_text;
use crate::path::RelPath;

/// Something that a client should know of a change that was made all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Its kind.
    pub code: WarningCode,
    /// What is the matter, for people.
    pub message: String,
    /// The file that causes it.
    pub path: PathBuf,
}

/// The kinds of warnings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarningCode {
    /// Another file decides what was written.
    Shadowed,
    /// The engine refuses the workspace over a file.
    Broken,
}

impl WarningCode {
    /// The word that clients see.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shadowed => "shadowed",
            Self::Broken => "broken_layer",
        }
    }
}

/// A setting of a file of the workspace that a change is about.
#[derive(Debug)]
pub(super) struct Touched {
    path: RelPath,
    pointer: String,
}

impl Touched {
    pub(super) fn new(path: &RelPath, steps: &[&str]) -> Self {
        let step = |step: &&str| format!("/{}", step.replace('~', "~0").replace('/', "~1"));
        Self {
            path: path.clone(),
            pointer: steps.iter().map(step).collect(),
        }
    }

    /// Whether a setting that another file decides is this one, a part of it
    /// or what it is a part of.
    fn is_met_by(&self, shadowed: &Shadowed) -> bool {
        let within = |inner: &str, outer: &str| {
            let rest = inner.strip_prefix(outer);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        within(&shadowed.pointer, &self.pointer) || within(&self.pointer, &shadowed.pointer)
    }
}

/// What the other layers do to settings once they are written.
pub(super) fn of_settings(touched: &[Touched], after: &Overlay<'_>) -> Vec<Warning> {
    if touched.is_empty() {
        return Vec::new();
    }
    let Ok(view) = layer::view(after) else {
        return Vec::new();
    };
    let mut warnings: Vec<Warning> = view.layers.iter().filter_map(broken).collect();
    for layer in &view.layers {
        let at = |touched: &&Touched| {
            after.absolute(&Location::workspace(touched.path.clone())) == layer.path
        };
        let own: Vec<&Touched> = touched.iter().filter(at).collect();
        let met = |shadowed: &&Shadowed| own.iter().any(|touched| touched.is_met_by(shadowed));
        let met: Vec<&Shadowed> = layer.shadowed.iter().filter(met).collect();
        warnings.extend(grouped(&met));
    }
    warnings
}

fn broken(layer: &Layer) -> Option<Warning> {
    let error = layer.content.as_ref().err()?;
    let message = match error {
        LayerError::Unreadable(_) => return None,
        error => format!(
            "The engine refuses this workspace until {} is corrected: {error}",
            layer.path.display()
        ),
    };
    Some(Warning {
        code: WarningCode::Broken,
        message,
        path: layer.path.clone(),
    })
}

/// One warning for each file that decides settings, with all of them.
fn grouped(shadowed: &[&Shadowed]) -> Vec<Warning> {
    let mut files: Vec<&PathBuf> = Vec::new();
    for one in shadowed {
        if !files.contains(&&one.by) {
            files.push(&one.by);
        }
    }
    let warning = |by: &PathBuf| {
        let keys = shadowed.iter().filter(|one| one.by == *by);
        let keys: Vec<String> = keys
            .map(|one| format!("`{}`", mask_text(&one.key)))
            .collect();
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
