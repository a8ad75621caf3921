//! The layer of the command line.

use std::ffi::{OsStr, OsString};

use super::key::SettingKey;
use super::kind::SettingKind;
use super::layer::{SettingSource, SettingsLayer};
use super::table::KEYS;
use crate::args::{GivenArguments, GivenFlags};
use crate::problem::{StartProblem, quote};

/// Reads the flags that were given.
pub(crate) fn read(flags: &GivenFlags, problems: &mut Vec<StartProblem>) -> SettingsLayer {
    let mut layer = SettingsLayer::new(SettingSource::Flag);
    for key in KEYS {
        match flags.given(key) {
            None => {}
            Some(GivenArguments::Switch(on)) => layer.set(key, (*on).into()),
            Some(GivenArguments::Values(values)) => read_values(key, values, &mut layer, problems),
        }
    }
    layer
}

fn read_values(
    key: &SettingKey,
    values: &[OsString],
    layer: &mut SettingsLayer,
    problems: &mut Vec<StartProblem>,
) {
    let flag = key.flag.unwrap_or(key.path);
    let value = texts(key, flag, values).and_then(|texts| {
        key.kind.read_flag(&texts).map_err(|misfit| {
            StartProblem::new(format!("invalid value for `--{flag}`: {misfit}"))
                .help(key.flag_help(flag))
        })
    });
    match value {
        Ok(value) => layer.set(key, value),
        Err(problem) => problems.push(problem),
    }
}

fn texts<'a>(
    key: &SettingKey,
    flag: &str,
    values: &'a [OsString],
) -> Result<Vec<&'a str>, StartProblem> {
    let text = |value: &'a OsString| {
        value
            .to_str()
            .ok_or_else(|| not_unicode(key, &format!("--{flag}"), value))
    };
    values.iter().map(text).collect()
}

/// The problem of a value that is no text.
pub(crate) fn not_unicode(key: &SettingKey, name: &str, value: &OsStr) -> StartProblem {
    let found = match key.kind {
        SettingKind::Secret => String::new(),
        _ => format!(", found {}", quote(&value.to_string_lossy())),
    };
    StartProblem::new(format!(
        "invalid value for `{name}`: expected UTF-8 text{found}"
    ))
}
