//! The layer of the environment.

use std::ffi::OsStr;

use figment::value::Value;

use super::flags::not_unicode;
use super::key::Key;
use super::layer::{Layer, Source};
use super::table::KEYS;
use crate::environment::Environment;
use crate::problem::Problem;

/// Reads the variables that are set; an empty one is not.
pub(crate) fn read(environment: &Environment, problems: &mut Vec<Problem>) -> Layer {
    let mut layer = Layer::new(Source::Environment);
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

fn read_value(key: &Key, variable: &str, value: &OsStr) -> Result<Value, Problem> {
    let text = value
        .to_str()
        .ok_or_else(|| not_unicode(key, variable, value))?;
    key.kind.read_text(text).map_err(|misfit| {
        Problem::new(format!("invalid value for `{variable}`: {misfit}"))
            .help(key.variable_help(variable))
    })
}
