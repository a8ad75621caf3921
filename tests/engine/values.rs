//! What our server accepts loads in the engine with the same meaning, and what it refuses the
//! engine refuses or loses.
//!
//! The table, `values.json`, is the one by which the unit tests try our own rules. What it says of
//! the engine comes from the engine: with `OPENWORK_UPDATE_VALUES` set it is written anew.

use std::error::Error;
use std::path::Path;

use openwork_model::forms;
use openwork_testkit::engine::View;
use serde_json::{Value, json};

use crate::trial::{Bench, Check, Verdict, write};

pub(crate) const CHECKS: &[(&str, Check)] = &[
    ("values/derived", derived),
    ("values/accepted_on_the_first_load", accepted_at_first),
    ("values/accepted_after_a_reload", accepted_after_a_reload),
    ("values/refused", refused),
];

const VARIABLE: &str = "OPENWORK_UPDATE_VALUES";
const TABLE: &str = include_str!("values.json");

/// Writes what the engine does with each row into the table, if that is asked for.
fn derived(bench: &Bench<'_>) -> Verdict {
    if std::env::var_os(VARIABLE).is_none() {
        return Ok(());
    }
    let mut table: Value = serde_json::from_str(TABLE)?;
    for (index, row) in rows(&mut table, "accepted")?.iter_mut().enumerate() {
        let engine = laid_out(bench, &format!("derived-{index}"), &row["config"])?;
        let differs = differing(&as_loaded(&row["config"]), &engine.get("/config")?);
        let row = row.as_object_mut().ok_or("a row is no object")?;
        row.shift_remove("differs");
        if !differs.is_empty() {
            row.insert("differs".to_owned(), json!(differs));
        }
    }
    for (index, row) in rows(&mut table, "refused")?.iter_mut().enumerate() {
        let engine = laid_out(bench, &format!("derived-refused-{index}"), &row["config"])?;
        row["fate"] = fate(&engine, &row["config"])?.into();
    }
    let sections = ["accepted", "refused"].map(|key| {
        let rows = table[key].as_array().into_iter().flatten();
        let rows: Vec<String> = rows
            .map(|row| format!("    {}", in_one_line(row)))
            .collect();
        format!("  \"{key}\": [\n{}\n  ]", rows.join(",\n"))
    });
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/engine/values.json");
    Ok(std::fs::write(
        path,
        format!("{{\n{}\n}}\n", sections.join(",\n")),
    )?)
}

fn rows<'t>(table: &'t mut Value, key: &str) -> Result<&'t mut Vec<Value>, Box<dyn Error>> {
    let rows = table.get_mut(key).and_then(Value::as_array_mut);
    rows.ok_or_else(|| format!("the table has no {key} rows").into())
}

/// A row of the table, with blanks as people type them.
fn in_one_line(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members = members.iter();
            let members: Vec<String> = members
                .map(|(key, value)| {
                    format!("{}: {}", Value::from(key.as_str()), in_one_line(value))
                })
                .collect();
            format!("{{{}}}", members.join(", "))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(in_one_line).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

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
        let fate = fate(&engine, &row["config"])?;
        if row["fate"] == fate {
            Ok(())
        } else {
            Err(format!("it is {fate}").into())
        }
    })
}

/// What becomes of a configuration that our server refuses.
fn fate(engine: &View<'_>, config: &Value) -> Result<&'static str, Box<dyn Error>> {
    match engine.get("/config") {
        Err(refusal) if refusal.to_string().contains("400") => Ok("fatal"),
        Err(trouble) => Err(trouble.into()),
        Ok(shown) if differing(config, &shown).is_empty() => Ok("loaded"),
        Ok(_) => Ok("lost"),
    }
}

/// A configuration with its newer forms as the older ones: so the engine reports them.
fn as_loaded(config: &Value) -> Value {
    match config {
        Value::Object(settings) => forms::loaded(settings).into_owned().into(),
        other => other.clone(),
    }
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
    let found = differing(&as_loaded(&row["config"]), &engine.get("/config")?);
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
