//! The layer of the environment.

use std::ffi::OsStr;

use figment::value::Value;

use super::flags::not_unicode;
use super::key::SettingKey;
use super::layer::{SettingSource, SettingsLayer};
use super::table::KEYS;
use crate::environment::Environment;
use crate::problem::StartProblem;

/// Reads the variables that are set; an empty one is not.
pub(crate) fn read(environment: &Environment, problems: &mut Vec<StartProblem>) -> SettingsLayer {
    let mut layer = SettingsLayer::new(SettingSource::Environment);
    for key in KEYS {
        let Some(variable) = key.variable else {
            continue;
        };
        let Some(value) = environment.variable(variable) else {
            continue;
        };
        match read_value(key, variable, value) {
            Ok(value) => layer.set(key, value),
            Err(problem) => problems.push(problem),
        }
    }
    layer
}

fn read_value(key: &SettingKey, variable: &str, value: &OsStr) -> Result<Value, StartProblem> {
    let text = value
        .to_str()
        .ok_or_else(|| not_unicode(key, variable, value))?;
    key.kind.read_text(text).map_err(|misfit| {
        StartProblem::new(format!("invalid value for `{variable}`: {misfit}"))
            .help(key.variable_help(variable))
    })
}
