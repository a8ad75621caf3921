use openwork_change::change::{Proposal, read};
use openwork_change::plan::plan;
use openwork_change::query::{Query, View, answer};
use openwork_model::config::ConfigView;
use openwork_model::files::MemoryFiles;
use serde_json::{Value, json};

use crate::outcome::{fields, outcome};

const JSON: &str = "{\n  \"theme\": \"dark\" // mine\n}\n";

fn patch(files: &MemoryFiles, body: Value) -> String {
    outcome(files, read::patch_config(&fields(body)))
}

fn view(files: &MemoryFiles) -> ConfigView {
    match answer(&Query::Config { layers: false }, files).unwrap() {
        View::Config(view) => view,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_patch_edits_the_file_that_is_there() {
    let files = MemoryFiles::new().with("opencode.json", JSON);
    insta::assert_snapshot!(patch(&files, json!({ "opencode": { "model": "a/b", "theme": null } })), @r#"
config.patch: Patch workspace config
shows opencode.json
holds opencode.json: no model
holds opencode.json: theme = "dark"
records opencode.json: Patched workspace config
answers Updated
writes opencode.json
  | {
  |   "model": "a/b"
  | }
"#);
}

#[test]
fn a_new_file_starts_with_its_schema() {
    let files = MemoryFiles::new();
    let body =
        json!({ "opencode": { "model": "a/b", "plugin": ["p"] }, "openwork": { "version": 1 } });
    insta::assert_snapshot!(patch(&files, body), @r#"
config.patch: Patch workspace config
shows opencode.jsonc
shows .opencode/openwork.json
holds opencode.jsonc: no model
holds opencode.jsonc: no plugin
holds .opencode/openwork.json: no version
records opencode.json: Patched workspace config
answers Updated
writes .opencode/openwork.json
  | {
  |   "version": 1
  | }
writes opencode.jsonc
  | {
  |   "$schema": "https://opencode.ai/config.json",
  |   "model": "a/b",
  |   "plugin": [
  |     "p"
  |   ]
  | }
"#);
}

#[test]
fn the_file_with_comments_counts_where_both_are() {
    let files = MemoryFiles::new()
        .with("opencode.jsonc", "{}\n")
        .with("opencode.json", JSON);
    insta::assert_snapshot!(patch(&files, json!({ "opencode": { "a": 1 } })), @r#"
config.patch: Patch workspace config
shows opencode.jsonc
holds opencode.jsonc: no a
holds opencode.json: no a
records opencode.json: Patched workspace config
answers Updated
writes opencode.jsonc
  | {
  |   "a": 1
  | }
"#);
}

#[test]
fn settings_are_merged_by_key() {
    let files = MemoryFiles::new().with(
        ".opencode/openwork.json",
        r#"{"big":18446744073709551615,"a":[1]}"#,
    );
    insta::assert_snapshot!(patch(&files, json!({ "openwork": { "a": [2], "z": null } })), @r#"
config.patch: Patch workspace config
shows .opencode/openwork.json
holds .opencode/openwork.json: a = [1]
holds .opencode/openwork.json: no z
records opencode.json: Patched workspace config
answers Updated
writes .opencode/openwork.json
  | {
  |   "big": 18446744073709551615,
  |   "a": [
  |     2
  |   ],
  |   "z": null
  | }
"#);
}

#[test]
fn what_is_there_already_changes_nothing() {
    let files = MemoryFiles::new()
        .with("opencode.json", JSON)
        .with(".opencode/openwork.json", r#"{"a":[1]}"#);
    insta::assert_snapshot!(patch(&files, json!({ "opencode": { "theme": "dark" }, "openwork": { "a": [1] } })), @r#"
config.patch: Patch workspace config
shows opencode.json
shows .opencode/openwork.json
holds opencode.json: theme = "dark"
holds .opencode/openwork.json: a = [1]
records opencode.json: Patched workspace config
answers Updated
"#);
    insta::assert_snapshot!(patch(&MemoryFiles::new(), json!({ "opencode": {}, "openwork": {} })), @r#"
config.patch: Patch workspace config
shows opencode.jsonc
shows .opencode/openwork.json
records opencode.json: Patched workspace config
answers Updated
"#);
}

#[test]
fn sections_are_objects_and_one_is_needed() {
    let deep = (0..64).fold(json!(1), |inner, _| json!([inner]));
    for (body, message) in [
        (
            json!({}),
            "invalid: opencode or openwork updates required\n",
        ),
        (
            json!({ "other": {} }),
            "invalid: opencode or openwork updates required\n",
        ),
        (
            json!({ "opencode": null, "openwork": null }),
            "invalid: opencode or openwork updates required\n",
        ),
        (
            json!({ "opencode": "abc" }),
            "invalid: opencode must be an object\n",
        ),
        (
            json!({ "opencode": {}, "openwork": [7] }),
            "invalid: openwork must be an object\n",
        ),
        (
            json!({ "openwork": { "k": deep } }),
            "invalid: openwork is nested more than 64 levels deep\n",
        ),
    ] {
        assert_eq!(patch(&MemoryFiles::new(), body), message);
    }
}

#[test]
fn a_broken_file_is_left_alone() {
    let body = json!({ "opencode": { "a": 1 }, "openwork": { "b": 2 } });
    for (files, message) in [
        (
            MemoryFiles::new().with("opencode.json", "{ \"a\": }"),
            "refused: Failed to parse JSONC\n",
        ),
        (
            MemoryFiles::new().with("opencode.json", "[]"),
            "refused: Failed to parse JSONC\n",
        ),
        (
            MemoryFiles::new().with(".opencode/openwork.json", "[1]"),
            "refused: Failed to parse openwork.json\n",
        ),
        (
            MemoryFiles::new().with("opencode.jsonc/x", ""),
            "refused: /w/s/ws/opencode.jsonc is not a regular file\n",
        ),
        (
            MemoryFiles::new()
                .with("opencode.json", "{}")
                .with_link("opencode.json"),
            "refused: /w/s/ws/opencode.json is or passes a link that is not followed\n",
        ),
        (
            MemoryFiles::new().with_refused(".opencode"),
            "refused: /w/s/ws/.opencode is or passes a link that is not followed\n",
        ),
    ] {
        assert_eq!(patch(&files, body.clone()), message);
    }
}

#[test]
fn a_file_that_would_be_too_large_is_refused() {
    let body = json!({ "opencode": { "a": "x".repeat(4 << 20) } });
    assert_eq!(
        patch(&MemoryFiles::new(), body),
        "refused: The changed file would be larger than 4194304 bytes\n"
    );
}

#[test]
fn a_change_for_another_revision_is_refused() {
    let files = MemoryFiles::new().with("opencode.json", JSON);
    let change = read::patch_config(&fields(json!({ "opencode": { "a": 1 } }))).unwrap();
    let only_if = |revision: &str| Proposal {
        only_if: Some(vec![revision.to_owned()]),
        ..change.clone().into()
    };
    assert!(plan(&only_if(&view(&files).revision), &files).is_ok());
    let error = plan(&only_if("another"), &files).unwrap_err();
    assert_eq!(
        error.to_string(),
        "The configuration has changed; read it again"
    );
}

#[test]
fn each_state_of_the_files_has_its_own_revision() {
    let mut written = MemoryFiles::new();
    written.set_last_write(Some(7));
    let states = [
        MemoryFiles::new(),
        written,
        MemoryFiles::new().with("opencode.json", "{}"),
        MemoryFiles::new().with("opencode.jsonc", "{}"),
        MemoryFiles::new().with(".opencode/openwork.json", "{}"),
        MemoryFiles::new().with(".opencode/openwork.json", "{ }"),
    ];
    let revisions: Vec<String> = states.iter().map(|files| view(files).revision).collect();
    for (index, revision) in revisions.iter().enumerate() {
        assert_eq!(
            revisions.iter().position(|other| other == revision),
            Some(index)
        );
    }
}

#[test]
fn both_files_are_shown_as_they_are() {
    let mut files = MemoryFiles::new()
        .with(
            "opencode.jsonc",
            "{ \"z\": {env}, }".replace("{env}", "\"{env:X}\"").as_str(),
        )
        .with(".opencode/openwork.json", r#"{"version":1}"#);
    files.set_last_write(Some(1_700_000_000_000));
    let view = view(&files);
    assert_eq!(Value::Object(view.opencode), json!({ "z": "{env:X}" }));
    assert_eq!(Value::Object(view.openwork), json!({ "version": 1 }));
    assert_eq!(view.updated_at, Some(1_700_000_000_000));
}

#[test]
fn what_a_file_says_already_passes_whatever_the_engine_makes_of_it() {
    let files = MemoryFiles::new().with("opencode.json", "{ \"small_model\": 5 }\n");
    let patch = |value: Value| {
        let body = fields(json!({ "opencode": { "small_model": value, "model": "a/b" } }));
        plan(&read::patch_config(&body).unwrap().into(), &files)
    };
    let plan = patch(json!(5)).unwrap();
    let after = plan.edits[0].after.as_deref();
    assert_eq!(
        after,
        Some(&b"{ \"small_model\": 5, \"model\": \"a/b\" }\n"[..])
    );
    assert!(patch(json!(6)).is_err());
}
