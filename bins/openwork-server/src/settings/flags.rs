//! The layer of the command line.

use std::ffi::{OsStr, OsString};

use super::key::Key;
use super::kind::Kind;
use super::layer::{Layer, Source};
use super::table::KEYS;
use crate::args::{Flags, Given};
use crate::problem::{Problem, quote};

/// Reads the flags that were given.
pub(crate) fn read(flags: &Flags, problems: &mut Vec<Problem>) -> Layer {
    let mut layer = Layer::new(Source::Flag);
    for key in KEYS {
        match flags.given(key) {
            None => {}
            Some(Given::Switch(on)) => layer.set(key, (*on).into()),
            Some(Given::Values(values)) => read_values(key, values, &mut layer, problems),
        }
    }
    layer
}

fn read_values(key: &Key, values: &[OsString], layer: &mut Layer, problems: &mut Vec<Problem>) {
    let flag = key.flag.unwrap_or(key.path);
    let value = texts(key, flag, values).and_then(|texts| {
        key.kind.read_flag(&texts).map_err(|misfit| {
            Problem::new(format!("invalid value for `--{flag}`: {misfit}"))
                .help(key.flag_help(flag))
        })
    });
    match value {
        Ok(value) => layer.set(key, value),
        Err(problem) => problems.push(problem),
    }
}

fn texts<'a>(key: &Key, flag: &str, values: &'a [OsString]) -> Result<Vec<&'a str>, Problem> {
    let text = |value: &'a OsString| {
        value
            .to_str()
            .ok_or_else(|| not_unicode(key, &format!("--{flag}"), value))
    };
    values.iter().map(text).collect()
}

/// The problem of a value that is no text.
pub(crate) fn not_unicode(key: &Key, name: &str, value: &OsStr) -> Problem {
    let found = match key.kind {
        Kind::Secret => String::new(),
        _ => format!(", found {}", quote(&value.to_string_lossy())),
    };
    Problem::new(format!(
        "invalid value for `{name}`: expected UTF-8 text{found}"
    ))
}
