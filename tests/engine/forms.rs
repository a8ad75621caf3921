//! The table of newer forms says what each version of the engine makes of them.
//!
//! `forms.json` has a configuration for each row of the table, with what the latest engine reports
//! of it (`loaded`) and what the earlier one does (`earlier`; without it, it refuses the
//! workspace). Of the settings of a configuration those that are not reported are gone.

use std::error::Error;

use openwork_model::forms::{EarlierReading, NEWER_FORMS, NewerForm, newer_in};
use serde_json::{Map, Value, json};

use crate::trial::{Bench, Check, Verdict, refuses};

pub(crate) const CHECKS: &[(&str, Check)] = &[
    ("forms/every_row_has_an_example", every_row_has_an_example),
    (
        "forms/are_read_as_the_table_says",
        are_read_as_the_table_says,
    ),
];

const EXAMPLES: &str = include_str!("forms.json");

/// A configuration with one newer form.
struct Example {
    form: &'static NewerForm,
    config: Value,
    /// What the latest engine makes of it.
    loaded: Value,
    /// What the earlier engine makes of it, if it does not refuse it.
    earlier: Option<Value>,
}

fn every_row_has_an_example(_: &Bench<'_>) -> Verdict {
    let examples = examples()?;
    let paths: Vec<&str> = examples.iter().map(|example| example.form.path).collect();
    let rows: Vec<&str> = NEWER_FORMS.iter().map(|form| form.path).collect();
    if paths != rows {
        return Err(format!("the rows are {rows:?}, the examples {paths:?}").into());
    }
    for example in examples {
        let config = example.config.as_object().ok_or("no object")?;
        if newer_in(config) != [example.form] {
            return Err(format!("{} is not found in {}", example.form.path, example.config).into());
        }
    }
    Ok(())
}

fn are_read_as_the_table_says(bench: &Bench<'_>) -> Verdict {
    let health = bench.engine()?.get("/global/health")?;
    let version = health["version"].as_str().ok_or("no version")?;
    let failures: Vec<String> = examples()?
        .iter()
        .enumerate()
        .filter_map(|(index, example)| {
            let fault = is_read(bench, index, version, example).err()?;
            Some(format!("{}: {fault}", example.form.path))
        })
        .collect();
    if failures.is_empty() {
        Ok(())
    } else {
        Err(failures.join("\n").into())
    }
}

fn is_read(bench: &Bench<'_>, index: usize, version: &str, example: &Example) -> Verdict {
    let engine = bench.engine_with(&format!("form-{index}"), &example.config)?;
    let reading = example.form.read_by(version);
    let is_refused = refuses(&engine)?;
    let expected = if bench.reads_newer_forms() {
        if reading.is_some() {
            return Err(format!("the table has it as not read by {version}").into());
        }
        Some(&example.loaded)
    } else {
        example.earlier.as_ref()
    };
    let says_refused = matches!(
        reading,
        Some(EarlierReading::Refused | EarlierReading::RefusedUnless(_))
    );
    if is_refused != expected.is_none() || is_refused != says_refused {
        return Err(format!("refused: {is_refused}, in the table {reading:?}").into());
    }
    match expected {
        Some(expected) => reports(&engine.get("/config")?, &example.config, expected),
        None => Ok(()),
    }
}

/// Passes if the engine reports the expected settings, and of the others that are in the file none.
fn reports(engine: &Value, config: &Value, expected: &Value) -> Verdict {
    let settings = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let (config, expected) = (settings(config), settings(expected));
    let keys = config.keys().chain(expected.keys());
    let found: Map<String, Value> = keys
        .filter_map(|key| Some((key.clone(), engine.get(key)?.clone())))
        .collect();
    if found == expected {
        Ok(())
    } else {
        Err(format!("it reports {}", json!(found)).into())
    }
}

fn examples() -> Result<Vec<Example>, Box<dyn Error>> {
    let rows: Vec<Map<String, Value>> = serde_json::from_str(EXAMPLES)?;
    rows.into_iter().map(Example::read).collect()
}

impl Example {
    fn read(mut row: Map<String, Value>) -> Result<Self, Box<dyn Error>> {
        let mut take = |key: &str| row.shift_remove(key);
        let path = take("path").ok_or("no path")?;
        let form = NEWER_FORMS.iter().find(|form| path == form.path);
        let example = Self {
            form: form.ok_or_else(|| format!("the table has no {path}"))?,
            config: take("config").ok_or("no config")?,
            loaded: take("loaded").ok_or("not said what is loaded")?,
            earlier: take("earlier"),
        };
        match row.keys().next() {
            Some(key) => Err(format!("unknown key {key}").into()),
            None => Ok(example),
        }
    }
}
