//! Plugins that one list names twice.

use openwork_model::files::Files;
use openwork_model::layer::{ConfigFile, ConfigScope, ConfigSources};
use openwork_model::mask::mask_text;
use openwork_model::plugin::declared_plugins;

use crate::finding::DoctorFinding;
use crate::line;

/// How many plugins of one file are told.
const MOST: usize = 20;

/// The plugins of all configuration files that are named twice.
pub(super) fn doubles(files: &dyn Files) -> Vec<DoctorFinding> {
    let Ok(sources) = ConfigSources::read(files, ConfigScope::All) else {
        return Vec::new();
    };
    let layers = sources.layers().iter();
    layers
        .flat_map(|layer| of_layer(layer, &sources, files))
        .collect()
}

fn of_layer(layer: &ConfigFile, sources: &ConfigSources, files: &dyn Files) -> Vec<DoctorFinding> {
    let declared = declared_plugins(layer, sources, files);
    let named: Vec<(String, &str)> = declared
        .iter()
        .map(|plugin| (plugin.identity(), plugin.spec()))
        .collect();
    let doubles = named
        .iter()
        .enumerate()
        .filter_map(|(index, (identity, spec))| {
            let behind = named.get(index + 1..)?;
            let (_, last) = behind.iter().rfind(|(other, _)| other == identity)?;
            let pointer = format!("/plugin/{index}");
            let line = line::of_setting(files, &layer.path, &pointer);
            Some(finding(spec, last).at(&layer.path, line))
        });
    doubles.take(MOST).collect()
}

fn finding(spec: &str, last: &str) -> DoctorFinding {
    let (spec, last) = (mask_text(spec), mask_text(last));
    let what =
        format!("the plugin `{spec}` is named again further down, as `{last}`, which counts");
    DoctorFinding::warning("doubles.plugin", what)
        .why("the engine loads each plugin once, as its last entry says")
        .fix("keep one of the two entries")
}
