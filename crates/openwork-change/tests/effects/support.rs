//! Changes from JSON, and effects in one line each.

use std::fmt::Write;

use openwork_change::change::{Change, Fields, read};
use openwork_change::effect::{Effect, Weight, weigh};
use openwork_change::plan::{FileEdit, Plan, plan};
use openwork_change::preview::{Preview, preview};
use openwork_model::files::MemoryFiles;
use openwork_model::path::RelPath;
use serde_json::{Value, json};

pub(crate) fn fields(value: &Value) -> Fields {
    value.as_object().unwrap().clone()
}

pub(crate) fn patch(opencode: &Value) -> Change {
    read::patch_config(&fields(&json!({ "opencode": opencode }))).unwrap()
}

pub(crate) fn mcp(name: &str, config: &Value) -> Change {
    read::add_mcp(&fields(&json!({ "name": name, "config": config }))).unwrap()
}

pub(crate) fn command(template: &str) -> Change {
    let body = json!({ "name": "daily", "template": template });
    read::upsert_command(&fields(&body)).unwrap()
}

/// A skill that an import brings: its header may have fields that are refused
/// where a skill is written alone.
pub(crate) fn skill(content: &str) -> Change {
    let skill = json!({ "name": "audit", "description": "Audits", "content": content });
    import(&json!({ "skills": [skill] }))
}

pub(crate) fn import(bundle: &Value) -> Change {
    read::import(&fields(bundle)).unwrap()
}

/// A workspace whose configuration says this.
pub(crate) fn opencode(settings: &Value) -> MemoryFiles {
    let text = serde_json::to_string_pretty(settings).unwrap();
    MemoryFiles::new().with("opencode.json", &(text + "\n"))
}

pub(crate) fn planned(files: &MemoryFiles, change: &Change) -> Plan {
    plan(&change.clone().into(), files).unwrap()
}

pub(crate) fn weight(files: &MemoryFiles, change: &Change) -> Weight {
    weigh(change, &planned(files, change))
}

pub(crate) fn shown(files: &MemoryFiles, change: &Change) -> Preview {
    preview(change, &planned(files, change))
}

/// The effects of a change, one a line, without their sentences.
pub(crate) fn effects(files: &MemoryFiles, change: &Change) -> Vec<String> {
    lines(&weight(files, change))
}

/// The effects of settings in place of others, by whatever request: a patch
/// and an import say the same.
pub(crate) fn changed(before: &Value, after: &Value) -> Vec<String> {
    let files = opencode(before);
    let patched = effects(&files, &patch(after));
    let imported = effects(&files, &import(&json!({ "opencode": after })));
    assert_eq!(patched, imported, "{after}");
    patched
}

/// The effects of settings in a workspace that has none.
pub(crate) fn set(after: &Value) -> Vec<String> {
    changed(&json!({}), after)
}

fn line(effect: &Effect) -> String {
    let mut line = format!("{} {}", effect.level, effect.kind);
    if let Some(path) = &effect.path {
        write!(line, " {path}").unwrap();
    }
    if let (Some(from), Some(to)) = (&effect.from, &effect.to) {
        write!(line, " ({from} → {to})").unwrap();
    }
    if let Some(command) = &effect.command {
        write!(line, " $ {command}").unwrap();
    }
    if let Some(host) = &effect.host {
        write!(line, " @ {host}").unwrap();
    }
    if let Some(file) = &effect.file {
        write!(line, " < {file}").unwrap();
    }
    line
}

/// The weight of one text of the configuration in place of another. No
/// request may write some of these, but a file may hold them.
pub(crate) fn written(before: &str, after: &str) -> Weight {
    let change = patch(&json!({}));
    let plan = Plan {
        edits: vec![FileEdit {
            path: RelPath::new("opencode.json").unwrap(),
            before: Some(before.as_bytes().into()),
            after: Some(after.as_bytes().into()),
            executable: None,
        }],
        ..planned(&MemoryFiles::new(), &change)
    };
    weigh(&change, &plan)
}

/// Effects, one a line, without their sentences.
pub(crate) fn lines(weight: &Weight) -> Vec<String> {
    weight.effects.iter().map(line).collect()
}

/// Whether the answer to a change may be remembered.
pub(crate) fn is_rememberable(files: &MemoryFiles, change: &Change) -> bool {
    shown(files, change).rememberable
}

/// Rows of settings and the effects that they have in an empty workspace.
pub(crate) fn check(rows: &[(Value, &[&str])]) {
    for (settings, expected) in rows {
        assert_eq!(set(settings), *expected, "{settings}");
        let is_high = expected.iter().any(|line| line.starts_with("high"));
        let is_remembered = is_rememberable(&opencode(&json!({})), &patch(settings));
        assert_eq!(is_remembered, !is_high, "{settings}");
    }
}
