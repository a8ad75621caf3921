//! What our server accepts loads in the engine with the same meaning, and what it refuses the
//! engine refuses or loses.
//!
//! The table, `values.json`, is the one by which the unit tests try our own rules. What it says of
//! the engine comes from the engines: with `OPENWORK_UPDATE_VALUES` set it is written anew, first of
//! the latest, then of the earlier one (`earlier/values/derived`).

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use openwork_model::forms::{self, EarlierReading};
use openwork_testkit::engine::View;
use serde_json::{Value, json};

use crate::trial::{Bench, Check, Verdict, refuses, write};

pub(crate) const CHECKS: &[(&str, Check)] = &[
    ("values/derived", derived),
    ("values/accepted_on_the_first_load", accepted_at_first),
    ("values/accepted_after_a_reload", accepted_after_a_reload),
    ("values/refused", refused),
    (
        "values/differences_are_newer_forms",
        differences_are_newer_forms,
    ),
];

const VARIABLE: &str = "OPENWORK_UPDATE_VALUES";
const TABLE: &str = include_str!("values.json");
/// Where a row says what the earlier engine does, if that is not the same.
const EARLIER: &str = "earlier";
/// What is said of a workspace that the engine refuses.
const FATAL: &str = "fatal";

/// Writes what the engine does with each row into the table, if that is asked for.
fn derived(bench: &Bench<'_>) -> Verdict {
    if std::env::var_os(VARIABLE).is_none() {
        return Ok(());
    }
    let mut table: Value = serde_json::from_str(&fs::read_to_string(path())?)?;
    for section in Section::ALL {
        let rows = table.get_mut(section.key()).and_then(Value::as_array_mut);
        for (index, row) in rows
            .ok_or("the table has no such rows")?
            .iter_mut()
            .enumerate()
        {
            let folder = format!("derived-{}-{index}", section.key());
            let engine = bench.engine_with(&folder, &row["config"])?;
            let outcome = section.outcome(&engine, &row["config"])?;
            section.note(bench, row, outcome)?;
        }
    }
    let sections = Section::ALL.map(|section| {
        let rows = table[section.key()].as_array().into_iter().flatten();
        let rows: Vec<String> = rows
            .map(|row| format!("    {}", in_one_line(row)))
            .collect();
        format!("  \"{}\": [\n{}\n  ]", section.key(), rows.join(",\n"))
    });
    Ok(fs::write(
        path(),
        format!("{{\n{}\n}}\n", sections.join(",\n")),
    )?)
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/engine/values.json")
}

/// What our server does with the values of a row.
#[derive(Clone, Copy, PartialEq)]
enum Section {
    Accepted,
    Refused,
}

impl Section {
    const ALL: [Self; 2] = [Self::Accepted, Self::Refused];

    fn key(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
        }
    }

    /// Where a row says what the latest engine does.
    fn field(self) -> &'static str {
        match self {
            Self::Accepted => "differs",
            Self::Refused => "fate",
        }
    }

    /// What an engine does with a configuration: `fatal`, `lost` or `loaded`; for one that our
    /// server accepts the places that the engine has otherwise, or `fatal`.
    fn outcome(self, engine: &View<'_>, config: &Value) -> Result<Value, Box<dyn Error>> {
        if refuses(engine)? {
            return Ok(FATAL.into());
        }
        let shown = engine.get("/config")?;
        Ok(match self {
            Self::Accepted => json!(differing(&as_loaded(config), &shown)),
            Self::Refused if differing(config, &shown).is_empty() => "loaded".into(),
            Self::Refused => "lost".into(),
        })
    }

    /// What a row says of the latest engine.
    fn latest(self, row: &Value) -> Value {
        let said = row.get(self.field()).cloned();
        said.unwrap_or_else(|| json!([]))
    }

    /// What a row says of the engine of a bench.
    fn expected(self, bench: &Bench<'_>, row: &Value) -> Value {
        let earlier = row.get(EARLIER).filter(|_| !bench.reads_newer_forms());
        earlier.cloned().unwrap_or_else(|| self.latest(row))
    }

    fn note(self, bench: &Bench<'_>, row: &mut Value, outcome: Value) -> Verdict {
        let latest = self.latest(row);
        let row = row.as_object_mut().ok_or("a row is no object")?;
        let (field, usual) = if bench.reads_newer_forms() {
            (self.field(), json!([]))
        } else {
            (EARLIER, latest)
        };
        if outcome == usual {
            row.shift_remove(field);
        } else {
            row.insert(field.to_owned(), outcome);
        }
        Ok(())
    }
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
    every(Section::Accepted, |index, row| {
        let engine = bench.engine_with(&format!("accepted-{index}"), &row["config"])?;
        shows(bench, &engine, row)
    })
}

/// Written by our server, one after another, and seen by an engine that is told to read again;
/// the last also by an engine that was started later. An engine that refuses a workspace does not
/// read it again, so what it refuses is left out.
fn accepted_after_a_reload(bench: &Bench<'_>) -> Verdict {
    let server = bench.server()?;
    let engine = bench.engine()?;
    let mut last = None;
    every(Section::Accepted, |_, row| {
        if Section::Accepted.expected(bench, row) == FATAL {
            return Ok(());
        }
        let import = json!({ "mode": { "opencode": "replace" }, "opencode": row["config"] });
        write(&server, "POST", "import", &import)?;
        engine.dispose()?;
        last = Some(row.clone());
        shows(bench, &engine, row)
    })?;
    shows(
        bench,
        &bench.engine_started_later()?,
        &last.ok_or("no rows")?,
    )
}

fn refused(bench: &Bench<'_>) -> Verdict {
    every(Section::Refused, |index, row| {
        let engine = bench.engine_with(&format!("refused-{index}"), &row["config"])?;
        has_outcome(Section::Refused, bench, &engine, row)
    })
}

/// Where the engine does otherwise than the latest one, the table of newer forms says so, and the
/// answer to a write warns.
fn differences_are_newer_forms(bench: &Bench<'_>) -> Verdict {
    let health = bench.engine()?.get("/global/health")?;
    let version = health["version"].as_str().ok_or("no version")?;
    every(Section::Accepted, |_, row| {
        let config = row["config"].as_object().ok_or("no settings")?;
        let readings: Vec<EarlierReading> = forms::newer_in(config)
            .iter()
            .filter_map(|form| form.read_by(version))
            .collect();
        let is_fatal = readings.iter().any(|reading| {
            matches!(
                reading,
                EarlierReading::Refused | EarlierReading::RefusedUnless(_)
            )
        });
        let may_be_fatal = is_fatal || readings.contains(&EarlierReading::EntryLost);
        let expected = Section::Accepted.expected(bench, row);
        let is_as_said = match (expected == FATAL, readings.is_empty()) {
            (true, _) => may_be_fatal,
            (false, true) => expected == Section::Accepted.latest(row),
            (false, false) => !is_fatal && expected != Section::Accepted.latest(row),
        };
        if is_as_said {
            Ok(())
        } else {
            Err(format!("the table of newer forms has {readings:?}").into())
        }
    })
}

/// A configuration with its newer forms as the older ones: so the engine reports them.
fn as_loaded(config: &Value) -> Value {
    match config {
        Value::Object(settings) => forms::loaded(settings).into_owned().into(),
        other => other.clone(),
    }
}

/// Goes through all rows and tells of all that fail.
fn every(section: Section, mut check: impl FnMut(usize, &Value) -> Verdict) -> Verdict {
    let table: Value = serde_json::from_str(TABLE)?;
    let rows = table[section.key()]
        .as_array()
        .ok_or("the table has no such rows")?;
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

/// Passes if the engine has the values, but for those of which the table says otherwise.
fn shows(bench: &Bench<'_>, engine: &View<'_>, row: &Value) -> Verdict {
    has_outcome(Section::Accepted, bench, engine, row)
}

fn has_outcome(section: Section, bench: &Bench<'_>, engine: &View<'_>, row: &Value) -> Verdict {
    let found = section.outcome(engine, &row["config"])?;
    if found == section.expected(bench, row) {
        Ok(())
    } else {
        Err(format!("the engine: {found}").into())
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
