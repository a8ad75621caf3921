//! Plans as text, for snapshots.

use std::fmt::Write;

use openwork_change::change::{Change, Fields};
use openwork_change::plan::{FileEdit, GuardedPart, Plan, Precondition, plan};
use openwork_jsonc::JsoncDocument;
use openwork_model::digest::Digest;
use openwork_model::files::{FileContents, Location, MemoryFiles};
use openwork_model::invalid::Invalid;
use openwork_model::mask::mask_text;
use openwork_model::name::PluginName;
use openwork_model::path::RelPath;
use serde_json::{Value, json};

/// What a change does to these files, or why it is refused.
///
/// Planning it once more on the result has to do nothing.
pub(crate) fn outcome(files: &MemoryFiles, change: Result<Change, Invalid>) -> String {
    let change = match change {
        Ok(change) => change,
        Err(invalid) => return format!("invalid: {invalid}\n"),
    };
    let first = match plan(&change.clone().into(), files) {
        Ok(plan) => plan,
        Err(error) => return format!("refused: {error}\n"),
    };
    let after = applied(files, &first);
    if !matches!(change, Change::DeleteSkill(_)) {
        let second = plan(&change.into(), &after).unwrap();
        assert_eq!(second.edits, [], "planning on the result changes nothing");
    }
    rendered(&first, files)
}

/// The files once a plan is carried out.
pub(crate) fn applied(files: &MemoryFiles, plan: &Plan) -> MemoryFiles {
    let mut files = files.clone();
    for FileEdit { path, after, .. } in &plan.edits {
        let at = Location::workspace(path.clone());
        match after {
            Some(contents) => files.insert(at, contents.clone()),
            None => drop(files.remove(&at)),
        }
    }
    files
}

/// The fields of a literal object.
pub(crate) fn fields(value: Value) -> Fields {
    match value {
        Value::Object(fields) => fields,
        other => panic!("{other} is no object"),
    }
}

fn rendered(plan: &Plan, files: &MemoryFiles) -> String {
    let mut text = format!("{}: {}\n", plan.action.as_str(), plan.summary);
    for path in &plan.paths {
        writeln!(text, "shows {path}").unwrap();
    }
    for Precondition { path, part } in &plan.preconditions {
        writeln!(text, "holds {path}: {}", held(files, path, part)).unwrap();
    }
    writeln!(
        text,
        "records {}: {}",
        plan.audit.target, plan.audit.summary
    )
    .unwrap();
    writeln!(text, "answers {:?}", plan.receipt).unwrap();
    for warning in plan.warnings(files) {
        writeln!(text, "warns {}: {}", warning.code.as_str(), warning.message).unwrap();
    }
    for FileEdit { path, after, .. } in &plan.edits {
        match after {
            Some(contents) => write!(text, "writes {path}\n{}", quoted(contents)).unwrap(),
            None => writeln!(text, "removes {path}").unwrap(),
        }
    }
    text
}

/// What a digest is of, looked up in the files.
fn held(files: &MemoryFiles, path: &RelPath, part: &GuardedPart) -> String {
    let text = files.text(path.as_str()).unwrap_or_default();
    match part {
        GuardedPart::Whole(Some(digest)) => {
            assert_eq!(*digest, Digest::of(text.as_bytes()), "{path}");
            format!("all {} bytes", text.len())
        }
        GuardedPart::Whole(None) => "absent".to_owned(),
        GuardedPart::Value(key, Some(digest)) => {
            let value = value(&text, key);
            assert_eq!(*digest, Digest::of_value(&value), "{path}: {key} = {value}");
            format!("{key} = {value}")
        }
        GuardedPart::Value(key, None) => format!("no {key}"),
        GuardedPart::Executable(true) => "a program".to_owned(),
        GuardedPart::Executable(false) => "no program".to_owned(),
    }
}

/// The value under a key, as plans name them: with a dot between two keys, or
/// `plugin NAME` for all entries of a plugin.
fn value(text: &str, key: &str) -> Value {
    let settings = JsoncDocument::parse(text.as_bytes()).unwrap().into_value();
    if let Some(name) = key.strip_prefix("plugin ") {
        return match settings.get("plugin") {
            Some(Value::Array(entries)) => {
                entries.iter().filter(|e| is_of(e, name)).cloned().collect()
            }
            Some(only) => json!([only]),
            None => Value::Null,
        };
    }
    let keys = key.splitn(2, '.');
    keys.fold(Value::Object(settings), |value, key| value[key].clone())
}

fn is_of(entry: &Value, plugin: &str) -> bool {
    let spec = entry.as_str().or_else(|| entry.get(0)?.as_str());
    spec.is_some_and(|spec| mask_text(PluginName::of(spec).as_str()) == plugin)
}

fn quoted(contents: &FileContents) -> String {
    let text = std::str::from_utf8(contents).unwrap();
    let body = text
        .lines()
        .map(|line| format!("  | {line}\n"))
        .collect::<Vec<_>>()
        .concat();
    if text.ends_with('\n') {
        body
    } else {
        format!("{body}  (no line feed at the end)\n")
    }
}
