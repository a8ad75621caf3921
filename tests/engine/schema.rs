//! The rules by which our server accepts values are those of the engine.
//!
//! They are derived from what a running engine says of its configuration at `/doc`, with the
//! differences of its loader in `loader.json` laid over that. With `OPENWORK_UPDATE_SCHEMA` set
//! the embedded rules are written anew, otherwise they are compared. What the earlier engine says
//! otherwise stands in `earlier_schema.json`; each has a row in the table of newer forms.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::trial::{Bench, Check, Verdict};

pub(crate) const CHECKS: &[(&str, Check)] = &[("schema/is_that_of_the_engine", check)];

const VARIABLE: &str = "OPENWORK_UPDATE_SCHEMA";
const LOADER: &str = include_str!("loader.json");
const EARLIER: &str = include_str!("earlier_schema.json");
/// The root of the derived rules.
const ROOT: &str = "Config";

fn check(bench: &Bench<'_>) -> Verdict {
    let engine = bench.engine()?;
    let version = engine.get("/global/health")?["version"].clone();
    let derived = derived(&engine.get("/doc")?, &version)?;
    if !bench.reads_newer_forms() {
        return is_as_recorded(&derived);
    }
    let text = serde_json::to_string_pretty(&derived)? + "\n";
    if std::env::var_os(VARIABLE).is_some() {
        std::fs::write(embedded(), text)?;
        return Ok(());
    }
    if text == std::fs::read_to_string(embedded())? {
        Ok(())
    } else {
        Err("the engine says something else than the embedded rules; run `just schema`".into())
    }
}

/// The rules of the earlier engine are the embedded ones, but for the recorded differences.
fn is_as_recorded(derived: &Value) -> Verdict {
    let mut expected: Value = serde_json::from_str(&std::fs::read_to_string(embedded())?)?;
    let mut earlier: Map<String, Value> = serde_json::from_str(EARLIER)?;
    earlier.shift_remove("$comment");
    merge(&mut expected, &Value::Object(earlier));
    if *derived == expected {
        return Ok(());
    }
    let mut found = Vec::new();
    differences(&expected, derived, "", &mut found);
    Err(format!("the earlier engine says something else at {found:?}").into())
}

/// The places, as JSON pointers, where two values part.
fn differences(expected: &Value, found: &Value, at: &str, places: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            let keys = expected.keys().chain(found.keys());
            for key in keys.collect::<BTreeSet<_>>() {
                let value = |members: &Map<String, Value>| members.get(key).cloned();
                let (expected, found) = (value(expected), value(found));
                if let (Some(expected), Some(found)) = (&expected, &found) {
                    differences(expected, found, &format!("{at}/{key}"), places);
                } else {
                    places.push(format!("{at}/{key}"));
                }
            }
        }
        (expected, found) if expected == found => {}
        _ => places.push(at.to_owned()),
    }
}

fn embedded() -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates");
    crates.join("openwork-model/src/schema/engine.json")
}

fn derived(document: &Value, version: &Value) -> Result<Value, Box<dyn Error>> {
    let schemas = &document["components"]["schemas"];
    let mut found = BTreeMap::new();
    collect(ROOT, schemas, &mut found)?;
    let definitions: Map<String, Value> = found.into_iter().collect();
    let mut derived = json!({
        "$comment": "Derived from what the engine says of itself; docs/engine-schema.md tells how.",
        "version": version,
        "$ref": format!("#/$defs/{ROOT}"),
        "$defs": definitions,
    });
    let mut loader: Map<String, Value> = serde_json::from_str(LOADER)?;
    loader.shift_remove("$comment");
    merge(&mut derived, &Value::Object(loader));
    if let Some(Value::Object(definitions)) = derived.get_mut("$defs") {
        definitions.sort_keys();
    }
    Ok(derived)
}

/// Collects a schema and those that it refers to.
fn collect(
    name: &str,
    schemas: &Value,
    found: &mut BTreeMap<String, Value>,
) -> Result<(), Box<dyn Error>> {
    if found.contains_key(name) {
        return Ok(());
    }
    let schema = schemas
        .get(name)
        .ok_or_else(|| format!("no schema {name}"))?;
    found.insert(name.to_owned(), plain(schema));
    let mut names = Vec::new();
    references(schema, &mut names);
    names
        .into_iter()
        .try_for_each(|name| collect(name, schemas, found))
}

fn references<'v>(schema: &'v Value, names: &mut Vec<&'v str>) {
    match schema {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            names.extend(own.and_then(|reference| reference.rsplit('/').next()));
            members.values().for_each(|value| references(value, names));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, names)),
        _ => {}
    }
}

/// A schema without what our checker has no use for: the loader takes unknown keys everywhere.
fn plain(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let kept = members
                .iter()
                .filter(|(key, value)| !is_useless(key, value));
            kept.map(|(key, value)| (key.clone(), member(key, value)))
                .collect()
        }
        Value::Array(items) => items.iter().map(plain).collect(),
        other => other.clone(),
    }
}

fn is_useless(key: &str, value: &Value) -> bool {
    match key {
        "description" => value.is_string(),
        "additionalProperties" => *value == json!(false) || *value == json!({}),
        _ => false,
    }
}

fn member(key: &str, value: &Value) -> Value {
    match value.as_str().filter(|_| key == "$ref") {
        Some(reference) => {
            let name = reference.rsplit('/').next().unwrap_or_default();
            format!("#/$defs/{name}").into()
        }
        None => plain(value),
    }
}

/// Lays a merge patch (RFC 7396) over a value.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        target.clone_from(patch);
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let Value::Object(target) = target else {
        return;
    };
    for (key, value) in patch {
        if value.is_null() {
            target.shift_remove(key);
        } else {
            merge(target.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}
