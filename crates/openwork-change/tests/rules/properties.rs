//! What holds of every change.

use openwork_change::change::{Change, read};
use openwork_change::plan::plan;
use openwork_change::query::ExportView;
use openwork_model::files::MemoryFiles;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::import::{export, exported};
use crate::outcome::{applied, fields};

/// A configuration whose every other byte has to survive: comments, odd
/// blanks, escapes and spellings of numbers.
const ODD: &str = "// head\n{\n  \"a\" :1.50, /* one */\n  \"plugin\": [\n    \"p@1\", // pinned\n    [\"q\", {\"x\":1e3}]\n  ],\n  \"mcp\": {\"m\": {\"type\":\"remote\",  \"url\": \"http:\\/\\/m\"}}, // m\n  \"last\": \"\\u00e9\"\n}\n// tail\n";

fn text() -> impl Strategy<Value = String> {
    "[ -~äß日\u{1f600}\n\t]{1,40}"
}

/// What may follow the host of a web address.
fn path() -> impl Strategy<Value = String> {
    "[!-\\[\\]-~äß日\u{1f600}]{1,40}"
}

/// None that some system keeps for a device, such as `aux`.
fn word() -> impl Strategy<Value = String> {
    "w[a-z0-9]{1,7}"
}

fn changes() -> impl Strategy<Value = Value> {
    prop_oneof![
        word().prop_map(|name| json!({ "kind": "plugin", "spec": name })),
        (word(), path()).prop_map(|(name, path)| json!({
            "kind": "mcp", "name": name, "config": { "type": "remote", "url": format!("https://m/{path}") },
        })),
        (word(), text()).prop_map(|(name, template)| json!({
            "kind": "command", "name": name, "template": format!("x{template}"), "description": template,
        })),
        (word(), text()).prop_map(|(name, content)| json!({
            "kind": "skill", "name": name, "description": content, "content": format!("x{content}"),
        })),
        (word(), text()).prop_map(|(key, value)| json!({
            "kind": "patch", "opencode": { key: value }, "openwork": { "k": value },
        })),
    ]
}

fn change(body: &Value) -> Change {
    let fields = fields(body.clone());
    match body["kind"].as_str() {
        Some("plugin") => read::add_plugin(&fields),
        Some("mcp") => read::add_mcp(&fields),
        Some("command") => read::upsert_command(&fields),
        Some("skill") => read::upsert_skill(&fields),
        _ => read::patch_config(&fields),
    }
    .unwrap()
}

fn carried_out(files: &MemoryFiles, change: Change) -> MemoryFiles {
    let plan = plan(&change.into(), files).unwrap();
    applied(files, &plan)
}

/// An export without what an import adds by itself.
fn lists(files: &MemoryFiles) -> ExportView {
    let mut view = export(files);
    view.opencode.shift_remove("$schema");
    view.skills
        .iter_mut()
        .for_each(|skill| skill.item.path.clear());
    view
}

proptest! {
    #[test]
    fn planning_on_the_result_changes_nothing(bodies in prop::collection::vec(changes(), 1..6)) {
        let mut files = MemoryFiles::new().with("opencode.jsonc", ODD);
        for body in &bodies {
            files = carried_out(&files, change(body));
            let again = plan(&change(body).into(), &files).unwrap();
            prop_assert_eq!(again.edits, vec![]);
        }
    }

    #[test]
    fn every_file_that_changes_is_shown(bodies in prop::collection::vec(changes(), 1..6)) {
        let mut files = MemoryFiles::new().with("opencode.jsonc", ODD);
        for body in &bodies {
            let plan = plan(&change(body).into(), &files).unwrap();
            for edit in &plan.edits {
                prop_assert!(plan.paths.contains(&edit.path), "{}", edit.path);
                prop_assert!(plan.preconditions.iter().any(|held| held.path == edit.path), "{}", edit.path);
            }
            files = applied(&files, &plan);
        }
    }

    #[test]
    fn all_lines_survive_what_is_added(key in "new[a-z]{0,5}", value in text()) {
        let files = MemoryFiles::new().with("opencode.jsonc", ODD);
        let files = carried_out(&files, read::add_plugin(&fields(json!({ "spec": key }))).unwrap());
        let patch = fields(json!({ "opencode": { key: { "k": value } } }));
        let text = carried_out(&files, read::patch_config(&patch).unwrap()).text("opencode.jsonc");
        let text = text.unwrap_or_default();
        let mut lines = text.lines();
        for odd in ODD.lines() {
            let kept = |line: &str| line == odd || line.strip_suffix(',') == Some(odd);
            prop_assert!(lines.any(kept), "{odd} is not where it was in {text}");
        }
    }

    #[test]
    fn what_is_added_and_removed_leaves_no_trace(name in "new[a-z]{0,5}") {
        let files = MemoryFiles::new().with("opencode.jsonc", ODD);
        let entry = json!({ "name": name, "config": { "type": "local", "command": ["x"] } });
        let added = carried_out(&files, read::add_plugin(&fields(json!({ "spec": name }))).unwrap());
        let added = carried_out(&added, read::add_mcp(&fields(entry)).unwrap());
        prop_assert_ne!(added.text("opencode.jsonc"), files.text("opencode.jsonc"));
        let removed = carried_out(&added, Change::remove_mcp(&name).unwrap());
        let removed = carried_out(&removed, Change::remove_plugin(&name).unwrap());
        prop_assert_eq!(removed.text("opencode.jsonc"), files.text("opencode.jsonc"));
    }

    #[test]
    fn an_import_of_an_export_restores_it(bodies in prop::collection::vec(changes(), 0..8)) {
        let files = bodies.iter().fold(MemoryFiles::new(), |files, body| carried_out(&files, change(body)));
        let body = fields(exported(&export(&files)));
        let restored = carried_out(&MemoryFiles::new(), read::import(&body).unwrap());
        prop_assert_eq!(lists(&restored), lists(&files));
    }
}
