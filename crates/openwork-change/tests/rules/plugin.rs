use openwork_change::change::{Change, read};
use openwork_change::query::{Query, View, answer};
use openwork_model::files::{FileRoot, MemoryFiles};
use openwork_model::plugin::PluginItem;
use serde_json::{Value, json};

use crate::outcome::{fields, outcome};

fn add(config: &str, spec: Value) -> String {
    let files = MemoryFiles::new().with("opencode.json", config);
    outcome(&files, read::add_plugin(&fields(json!({ "spec": spec }))))
}

fn remove(config: &str, name: &str) -> String {
    let files = MemoryFiles::new().with("opencode.json", config);
    outcome(&files, Change::remove_plugin(name))
}

fn listed(files: &MemoryFiles, include_global: bool) -> Vec<String> {
    let line = |item: &PluginItem| {
        let path = item.path.as_deref().unwrap_or("-");
        format!(
            "{} {} {} {path}",
            item.spec,
            item.source.as_str(),
            item.scope.as_str()
        )
    };
    match answer(&Query::Plugins { include_global }, files).unwrap() {
        View::Plugins(view) => view.items.iter().map(line).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_plugin_is_appended() {
    insta::assert_snapshot!(add("{\n  \"plugin\": [\n    \"a@1\" // pinned\n  ]\n}\n", json!("b@2")), @r#"
plugins.add: Add plugin b@2
shows opencode.json
holds opencode.json: no plugin b
records opencode.json: Added b@2
answers Plugins
writes opencode.json
  | {
  |   "plugin": [
  |     "a@1", // pinned
  |     "b@2"
  |   ]
  | }
"#);
}

#[test]
fn a_missing_list_or_file_is_created() {
    insta::assert_snapshot!(add("{}", json!("b")), @r#"
plugins.add: Add plugin b
shows opencode.json
holds opencode.json: no plugin b
records opencode.json: Added b
answers Plugins
writes opencode.json
  | {
  |   "plugin": [
  |     "b"
  |   ]
  | }
"#);
    insta::assert_snapshot!(
        outcome(&MemoryFiles::new(), read::add_plugin(&fields(json!({ "spec": "b" })))), @r#"
plugins.add: Add plugin b
shows opencode.jsonc
holds opencode.jsonc: no plugin b
records opencode.json: Added b
answers Plugins
writes opencode.jsonc
  | {
  |   "$schema": "https://opencode.ai/config.json",
  |   "plugin": [
  |     "b"
  |   ]
  | }
"#
    );
}

#[test]
fn a_lone_text_becomes_a_list() {
    insta::assert_snapshot!(add("{ \"plugin\": \"solo\" }\n", json!("next")), @r#"
plugins.add: Add plugin next
shows opencode.json
holds opencode.json: no plugin next
records opencode.json: Added next
answers Plugins
writes opencode.json
  | { "plugin": ["solo", "next"] }
"#);
}

#[test]
fn a_plugin_whose_name_is_there_is_not_added_again() {
    for (config, held) in [
        (r#"{ "plugin": ["b@1"] } // as it is"#, r#"["b@1"]"#),
        (r#"{ "plugin": "b" }"#, r#"["b"]"#),
        (
            r#"{ "plugin": ["a", ["b@1", { "level": 3 }]] }"#,
            r#"[["b@1",{"level":3}]]"#,
        ),
    ] {
        for spec in ["b", " b "] {
            assert_eq!(
                add(config, json!(spec)),
                format!(
                    "plugins.add: Add plugin {spec}\n\
                     shows opencode.json\n\
                     holds opencode.json: plugin b = {held}\n\
                     records opencode.json: Added {spec}\n\
                     answers Plugins\n"
                ),
                "{config} {spec}"
            );
        }
    }
}

#[test]
fn a_setting_of_another_shape_is_not_overwritten() {
    for setting in ["{ \"a\": true }", "null", "1"] {
        assert_eq!(
            add(&format!("{{ \"plugin\": {setting} }}"), json!("b")),
            "refused: The setting `plugin` is not a list; correct it first\n"
        );
    }
}

#[test]
fn a_spec_is_a_text_with_something_in_it() {
    for (spec, message) in [
        (json!(null), "Plugin spec is required"),
        (json!(""), "Plugin spec is required"),
        (json!(" \t"), "Plugin spec is required"),
        (
            json!("a\u{1b}[2J"),
            "Plugin spec must be at most 2048 bytes without control characters",
        ),
        (
            json!("x".repeat(2049)),
            "Plugin spec must be at most 2048 bytes without control characters",
        ),
        (json!(["a"]), "spec must be a text"),
        (json!(true), "spec must be a text"),
    ] {
        assert_eq!(add("{}", spec), format!("invalid: {message}\n"));
    }
}

#[test]
fn every_entry_of_the_name_goes() {
    let config = "{\n  \"plugin\": [\n    \"a\", // about a\n    \"b@1\",\n    [\"b\", {}],\n    // about c\n    \"c\"\n  ]\n}\n";
    insta::assert_snapshot!(remove(config, "b@9"), @r#"
plugins.remove: Remove plugin b@9
shows opencode.json
holds opencode.json: plugin b = ["b@1",["b",{}]]
records opencode.json: Removed b@9
answers Plugins
writes opencode.json
  | {
  |   "plugin": [
  |     "a", // about a
  |     // about c
  |     "c"
  |   ]
  | }
"#);
    insta::assert_snapshot!(remove("{ \"plugin\": \"solo\" }\n", "solo"), @r#"
plugins.remove: Remove plugin solo
shows opencode.json
holds opencode.json: plugin solo = ["solo"]
records opencode.json: Removed solo
answers Plugins
writes opencode.json
  | {}
"#);
}

#[test]
fn removing_what_is_not_there_changes_nothing() {
    for config in [
        "{ \"plugin\": [\"a\", /* b */ [\"c\"]] }",
        "{}",
        "{ \"plugin\": {} }",
    ] {
        assert_eq!(
            remove(config, "b"),
            "plugins.remove: Remove plugin b\n\
             shows opencode.json\n\
             holds opencode.json: no plugin b\n\
             records opencode.json: Removed b\n\
             answers Plugins\n",
            "{config}"
        );
    }
    insta::assert_snapshot!(outcome(&MemoryFiles::new(), Change::remove_plugin("b")), @r#"
plugins.remove: Remove plugin b
shows opencode.jsonc
holds opencode.jsonc: no plugin b
records opencode.json: Removed b
answers Plugins
"#);
}

#[test]
fn the_setting_is_listed_before_files_by_name() {
    let files = MemoryFiles::new()
        .with(
            "opencode.jsonc",
            r#"{ "plugin": ["z@1", ["pair", {}], 5, "file:///p.js"] }"#,
        )
        .with(".opencode/plugins/b.ts", "")
        .with(".opencode/plugins/a.js", "")
        .with(".opencode/plugins/a.mjs", "")
        .with(".opencode/plugins/sub/c.js", "")
        .with(".opencode/plugins/linked.js", "")
        .with_link(".opencode/plugins/linked.js")
        .with_refused(".opencode/plugins/out.js")
        .with_at(FileRoot::Global, "plugins/g.js", "");
    insta::assert_snapshot!(listed(&files, true).join("\n"), @r#"
z@1 config project -
pair config project -
file:///p.js config project -
file:///w/s/ws/.opencode/plugins/a.js dir.project project .opencode/plugins/a.js
file:///w/s/ws/.opencode/plugins/b.ts dir.project project .opencode/plugins/b.ts
file:///w/s/ws/.opencode/plugins/linked.js dir.project project .opencode/plugins/linked.js
file:///home/.config/opencode/plugins/g.js dir.global global /home/.config/opencode/plugins/g.js
"#);
    assert_eq!(listed(&files, false), listed(&files, true)[..6]);
}

#[test]
fn a_lone_text_is_listed_as_one() {
    let files = MemoryFiles::new().with("opencode.json", r#"{ "plugin": "solo" }"#);
    assert_eq!(listed(&files, false), ["solo config project -"]);
}

#[test]
fn credentials_are_written_and_shown_nowhere_else() {
    let spec = "https://anna:s3cret@host/p.tgz?token=t0p";
    let added = add("{}", json!(spec));
    let removed = remove(&format!("{{\"plugin\": [\"{spec}\"]}}"), spec);
    let shown = "https://••••••@host/p.tgz?token=••••••";
    for (record, written) in [(&added, true), (&removed, false)] {
        let (record, file) = record.split_once("writes opencode.json").unwrap();
        // What is held is compared, and never told.
        let record: String = record
            .lines()
            .filter(|line| !line.starts_with("holds"))
            .collect();
        assert!(
            !record.contains("s3cret") && !record.contains("t0p"),
            "{record}"
        );
        assert_eq!(record.matches(shown).count(), 2, "{record}");
        assert_eq!(file.contains(spec), written, "{file}");
    }
}
