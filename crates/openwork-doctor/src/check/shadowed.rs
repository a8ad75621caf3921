//! Two definitions of one setting, and which of them counts.

use std::path::{Path, PathBuf};

use openwork_model::files::Files;
use openwork_model::layer::{ConfigLayer, LayerScope, ShadowedSetting, read_layers};

use super::{DoctorCheck, once};
use crate::facts::DoctorFacts;
use crate::finding::DoctorFinding;
use crate::line;

pub(super) const CHECK: DoctorCheck = DoctorCheck {
    name: "shadowed",
    title: "no setting is decided by another file than it seems",
    is_quick: false,
    run,
};

/// Settings below which stands what the engine runs or loads.
const RUN: [&str; 5] = ["mcp", "plugin", "lsp", "formatter", "command"];

fn run(facts: &DoctorFacts<'_>) -> Vec<DoctorFinding> {
    once(facts.readable().flat_map(|(_, files)| {
        let layers = read_layers(files).map(|view| view.layers);
        let layers = layers.unwrap_or_default();
        let findings = layers.iter().flat_map(|layer| of_layer(layer, files));
        findings.collect::<Vec<_>>()
    }))
}

/// One finding for each file that decides something of this one.
fn of_layer(layer: &ConfigLayer, files: &dyn Files) -> Vec<DoctorFinding> {
    // That a project says otherwise than the user's own files is what those are
    // for; but who put a program of his own in the place of the user's should be known.
    let is_own = matches!(layer.scope, LayerScope::Project | LayerScope::Dir);
    let told = |setting: &&ShadowedSetting| is_own || is_run(setting);
    let mut by: Vec<(PathBuf, Vec<&ShadowedSetting>)> = Vec::new();
    for setting in layer.shadowed.iter().filter(told) {
        match by.iter_mut().find(|(path, _)| *path == setting.by) {
            Some((_, settings)) => settings.push(setting),
            None => by.push((setting.by.clone(), vec![setting])),
        }
    }
    let findings = by.iter();
    findings
        .filter_map(|(by, settings)| finding(layer, by, settings, files))
        .collect()
}

fn is_run(setting: &ShadowedSetting) -> bool {
    let section = setting.key.split('.').next().unwrap_or_default();
    RUN.contains(&section)
}

fn finding(
    layer: &ConfigLayer,
    by: &Path,
    settings: &[&ShadowedSetting],
    files: &dyn Files,
) -> Option<DoctorFinding> {
    let first = settings.first()?;
    let (by, what) = (by.display(), named(settings));
    let runs = settings.iter().any(|setting| is_run(setting));
    let (rule, why) = if runs {
        (
            "shadowed.code",
            "what the engine runs or loads is what the other file says",
        )
    } else {
        (
            "shadowed.setting",
            "a change of it in this file has no effect",
        )
    };
    let line = line::of_setting(files, &layer.path, &first.pointer);
    Some(
        DoctorFinding::warning(rule, format!("{what}, but {by} says otherwise and counts"))
            .at(&layer.path, line)
            .why(why)
            .fix(format!(
                "keep it in one of the two files; where both are needed, change {by}"
            )),
    )
}

fn named(settings: &[&ShadowedSetting]) -> String {
    const MOST: usize = 3;
    let named = settings.iter().take(MOST);
    let named: Vec<String> = named.map(|setting| format!("`{}`", setting.key)).collect();
    let named = named.join(", ");
    match settings.len().saturating_sub(MOST) {
        0 if settings.len() == 1 => format!("{named} is set here"),
        0 => format!("{named} are set here"),
        more => format!("{named} and {more} more are set here"),
    }
}
