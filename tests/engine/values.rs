//! What our server accepts loads in the engine with the same meaning, and what it refuses the
//! engine refuses or loses.
//!
//! The table, `values.json`, is the one by which the unit tests try our own rules.

use std::error::Error;

use openwork_testkit::engine::View;
use serde_json::{Value, json};

use crate::trial::{Bench, Check, Verdict, write};

pub(crate) const CHECKS: &[(&str, Check)] = &[
    ("values/accepted_on_the_first_load", accepted_at_first),
    ("values/accepted_after_a_reload", accepted_after_a_reload),
    ("values/refused", refused),
];

const TABLE: &str = include_str!("values.json");

fn accepted_at_first(bench: &Bench<'_>) -> Verdict {
    every("accepted", |index, row| {
        let engine = laid_out(bench, &format!("accepted-{index}"), &row["config"])?;
        shows(&engine, row)
    })
}

/// Written by our server, one after another, and seen by an engine that is told to read again;
/// the last also by an engine that was started later.
fn accepted_after_a_reload(bench: &Bench<'_>) -> Verdict {
    let server = bench.server()?;
    let engine = bench.engine()?;
    every("accepted", |_, row| {
        let import = json!({ "mode": { "opencode": "replace" }, "opencode": row["config"] });
        write(&server, "POST", "import", &import)?;
        engine.dispose()?;
        shows(&engine, row)
    })?;
    let table: Value = serde_json::from_str(TABLE)?;
    let last = table["accepted"].as_array().and_then(|rows| rows.last());
    shows(&bench.engine_started_later()?, last.ok_or("no rows")?)
}

fn refused(bench: &Bench<'_>) -> Verdict {
    every("refused", |index, row| {
        let engine = laid_out(bench, &format!("refused-{index}"), &row["config"])?;
        let fate = match engine.get("/config") {
            Err(refusal) if refusal.to_string().contains("400") => "fatal",
            Err(trouble) => return Err(trouble.into()),
            Ok(shown) if differing(&row["config"], &shown).is_empty() => "loaded",
            Ok(_) => "lost",
        };
        if row["fate"] == fate {
            Ok(())
        } else {
            Err(format!("it is {fate}").into())
        }
    })
}

/// Goes through all rows and tells of all that fail.
fn every(key: &str, check: impl Fn(usize, &Value) -> Verdict) -> Verdict {
    let table: Value = serde_json::from_str(TABLE)?;
    let rows = table[key].as_array().ok_or("the table has no such rows")?;
    let failures: Vec<String> = rows
        .iter()
        .enumerate()
        .filter_map(|(index, row)| Some(format!("{row}: {}", check(index, row).err()?)))
        .collect();
    if failures.is_empty() {
        Ok(())
    } else {
        Err(failures.join("\n").into())
    }
}

/// How the engine sees a directory of its own with this configuration.
fn laid_out<'e>(
    bench: &Bench<'e>,
    folder: &str,
    config: &Value,
) -> Result<View<'e>, Box<dyn Error>> {
    bench
        .sandbox
        .write(&format!("{folder}/opencode.json"), config.to_string())?;
    Ok(bench.engine_at(folder)?)
}

/// Passes if the engine has the values, but for those of which the table says otherwise.
fn shows(engine: &View<'_>, row: &Value) -> Verdict {
    let found = differing(&row["config"], &engine.get("/config")?);
    let expected = row.get("differs").cloned().unwrap_or_else(|| json!([]));
    if expected == json!(found) {
        Ok(())
    } else {
        Err(format!("differs at {found:?}").into())
    }
}

/// The places, as JSON pointers, where the engine has another value than the file.
fn differing(file: &Value, engine: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare(file, Some(engine), "", &mut found);
    found
}

fn compare(file: &Value, engine: Option<&Value>, at: &str, found: &mut Vec<String>) {
    match (file, engine) {
        (Value::Object(members), Some(engine @ Value::Object(_))) => {
            for (key, value) in members {
                compare(value, engine.get(key), &format!("{at}/{key}"), found);
            }
        }
        (Value::Number(file), Some(Value::Number(engine))) if file.as_f64() == engine.as_f64() => {}
        (file, Some(engine)) if file == engine => {}
        _ => found.push(at.to_owned()),
    }
}
