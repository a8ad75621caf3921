//! Both `opencode.jsonc` and `opencode.json` are there: what was wanted comes
//! of a change whichever of them wins.

use std::time::{Duration, Instant};

use openwork_change::change::{Change, read};
use openwork_change::plan::{GuardedPart, Plan, Precondition, plan};
use openwork_model::digest::Digest;
use openwork_model::files::MemoryFiles;
use openwork_model::path::RelPath;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::outcome::{applied, fields};

fn both(jsonc: &str, json: &str) -> MemoryFiles {
    MemoryFiles::new()
        .with("opencode.jsonc", jsonc)
        .with("opencode.json", json)
}

fn planned(files: &MemoryFiles, change: Change) -> Plan {
    plan(&change.into(), files).unwrap()
}

/// What the two files say once a change is made.
fn after(files: &MemoryFiles, change: Change) -> [Value; 2] {
    let files = applied(files, &planned(files, change));
    ["opencode.jsonc", "opencode.json"]
        .map(|name| serde_json::from_str(&files.text(name).unwrap()).unwrap())
}

fn patch(settings: Value) -> Change {
    read::patch_config(&fields(json!({ "opencode": settings }))).unwrap()
}

fn add_mcp(config: Value) -> Change {
    read::add_mcp(&fields(json!({ "name": "m", "config": config }))).unwrap()
}

fn enable(enabled: bool) -> Change {
    read::set_mcp_enabled("m", &fields(json!({ "enabled": enabled }))).unwrap()
}

#[test]
fn a_setting_is_taken_out_of_the_second_file() {
    let files = both(
        "{}",
        "{\n  \"model\": \"a/old\", // mine\n  \"only\": 1\n}\n",
    );
    let plan = planned(&files, patch(json!({ "model": "a/new" })));
    let shown: Vec<_> = plan.paths.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["opencode.jsonc", "opencode.json"]);
    let held = |path: &str, value: Option<Value>| Precondition {
        path: RelPath::new(path).unwrap(),
        part: GuardedPart::Value("model".to_owned(), value.as_ref().map(Digest::of_value)),
    };
    assert_eq!(
        plan.preconditions,
        [
            held("opencode.jsonc", None),
            held("opencode.json", Some(json!("a/old"))),
        ]
    );
    let files = applied(&files, &plan);
    assert_eq!(
        files.text("opencode.json").unwrap(),
        "{\n  \"only\": 1\n}\n"
    );
    assert_eq!(
        files.text("opencode.jsonc").unwrap(),
        "{\n  \"model\": \"a/new\"\n}\n"
    );
}

#[test]
fn the_second_file_stays_where_it_agrees_or_is_silent() {
    let json = r#"{ "model": "a/b", "share": "auto" }"#;
    let plan = planned(&both("{}", json), patch(json!({ "model": "a/b" })));
    let written: Vec<_> = plan.edits.iter().map(|edit| edit.path.as_str()).collect();
    assert_eq!(written, ["opencode.jsonc"]);
    assert_eq!(plan.paths.len(), 1);
}

#[test]
fn a_second_file_that_cannot_be_read_is_left_alone() {
    let plan = planned(&both("{}", "{ broken"), patch(json!({ "model": "a/b" })));
    let written: Vec<_> = plan.edits.iter().map(|edit| edit.path.as_str()).collect();
    assert_eq!(written, ["opencode.jsonc"]);
}

#[test]
fn entries_do_not_mix_with_those_of_the_second_file() {
    let old = json!({ "type": "remote", "url": "http://old", "headers": { "A": "b" } });
    let new = json!({ "type": "remote", "url": "http://new" });
    let json = json!({ "mcp": { "m": old, "n": old } }).to_string();
    let [jsonc, changed] = after(&both("{}", &json), add_mcp(new.clone()));
    assert_eq!(jsonc, json!({}), "it is edited where it stands");
    assert_eq!(changed, json!({ "mcp": { "m": new, "n": old } }));
    let first = json!({ "mcp": { "m": old } }).to_string();
    let [jsonc, json] = after(&both(&first, &json), add_mcp(new.clone()));
    assert_eq!(jsonc, json!({ "mcp": { "m": new } }));
    assert_eq!(json, json!({ "mcp": { "n": old } }));
}

#[test]
fn what_is_removed_is_removed_from_both() {
    let entry = json!({ "type": "remote", "url": "http://m" });
    let text = json!({ "mcp": { "m": entry }, "plugin": ["p@1", ["p", {}], "q"] }).to_string();
    let [jsonc, json] = after(&both(&text, &text), Change::remove_mcp("m").unwrap());
    assert_eq!(jsonc, json);
    assert_eq!(json["mcp"], json!({}));
    let [jsonc, json] = after(&both("{}", &text), Change::remove_plugin("p").unwrap());
    assert_eq!((jsonc, &json["plugin"]), (json!({}), &json!(["q"])));
    let lone = r#"{ "plugin": "p" }"#;
    let [_, json] = after(&both("{}", lone), Change::remove_plugin("p").unwrap());
    assert_eq!(json, json!({}));
}

#[test]
fn a_replaced_plugin_is_in_one_version_only() {
    let body = |spec: &str| fields(json!({ "spec": spec, "replace": true }));
    let replace = |spec: &str| read::add_plugin(&body(spec)).unwrap();
    let second = r#"{ "plugin": ["p@1", "q"] }"#;
    let [jsonc, json] = after(&both("{}", second), replace("p@2"));
    assert_eq!(
        (jsonc, json),
        (json!({}), json!({ "plugin": ["p@2", "q"] }))
    );
    let first = r#"{ "plugin": ["p@0", ["p@1", { "a": 1 }]] }"#;
    let [jsonc, json] = after(&both(first, second), replace("p@2"));
    assert_eq!(jsonc, json!({ "plugin": [["p@2", { "a": 1 }]] }));
    assert_eq!(json, json!({ "plugin": ["q"] }));
    // What is there already is as it was wanted, in the file that counts.
    let files = both(r#"{ "plugin": ["p@1"] }"#, r#"{ "plugin": ["p@2"] }"#);
    assert!(planned(&files, replace("p@1")).is_noop());
}

#[test]
fn a_switch_agrees_in_both_and_no_entry_is_left_empty() {
    let entry = json!({ "type": "remote", "url": "http://m" });
    let with = |enabled: bool| {
        let mut entry = entry.clone();
        entry["enabled"] = enabled.into();
        json!({ "mcp": { "m": entry } })
    };
    let off = json!({ "mcp": { "m": { "enabled": false } } });
    let on = json!({ "mcp": { "m": { "enabled": true } } });
    let plain = json!({ "mcp": { "m": entry } });
    for (jsonc, json, expected) in [
        (&plain, &off, [with(true), on.clone()]),
        (&off, &with(false), [on.clone(), with(true)]),
        (&json!({}), &plain, [json!({}), with(true)]),
    ] {
        let files = both(&jsonc.to_string(), &json.to_string());
        assert_eq!(after(&files, enable(true)), expected);
    }
}

/// One file laid over another, as the engine does.
fn merged_over(below: &Value, above: &Value) -> Value {
    match (below, above) {
        (Value::Object(below), Value::Object(above)) => {
            let mut all: Map<_, _> = below.clone();
            for (key, value) in above {
                let value = below
                    .get(key)
                    .map_or_else(|| value.clone(), |below| merged_over(below, value));
                all.insert(key.clone(), value);
            }
            Value::Object(all)
        }
        _ => above.clone(),
    }
}

fn settings() -> impl Strategy<Value = Value> {
    let value = prop_oneof![
        any::<bool>().prop_map(Value::from),
        "[ab]".prop_map(Value::from),
        prop::collection::vec("[ab]", 0..2).prop_map(Value::from),
    ];
    let value = value.prop_recursive(2, 8, 3, |inner| {
        prop::collection::vec(("[xyz]", inner), 0..3)
            .prop_map(|members| Value::Object(Map::from_iter(members)))
    });
    prop::collection::vec(("k[a-d]", value), 0..4)
        .prop_map(|members| Value::Object(Map::from_iter(members)))
}

proptest! {
    #[test]
    fn a_patch_counts_whichever_file_wins(
        jsonc in settings(), json in settings(), wanted in settings(),
    ) {
        let files = both(&jsonc.to_string(), &json.to_string());
        let [first, second] = after(&files, patch(wanted.clone()));
        for effective in [merged_over(&first, &second), merged_over(&second, &first)] {
            for (key, value) in wanted.as_object().unwrap() {
                prop_assert_eq!(&effective[key], value);
            }
        }
        let untouched = |settings: &Value| {
            let wanted = wanted.as_object().unwrap();
            let all = settings.as_object().unwrap().clone().into_iter();
            all.filter(|(key, _)| !wanted.contains_key(key)).collect::<Map<_, _>>()
        };
        prop_assert_eq!(untouched(&first), untouched(&jsonc));
        prop_assert_eq!(untouched(&second), untouched(&json));
    }
}

/// How long it takes to plan that many settings, in both ways.
fn planning(keys: usize) -> Duration {
    let settings = |value: usize| -> Map<String, Value> {
        let setting = |n: usize| (format!("key-{n}"), json!(value));
        (0..keys).map(setting).collect()
    };
    let text = serde_json::to_string_pretty(&settings(1)).unwrap();
    let files = both(&text, &text);
    let begun = Instant::now();
    for mode in ["merge", "replace"] {
        let body = json!({ "opencode": settings(2), "mode": { "opencode": mode } });
        let plan = planned(&files, read::import(&fields(body)).unwrap());
        assert_eq!(plan.edits.len(), 2, "{mode}");
        assert_eq!(plan.edits[0].after.as_deref(), Some(&b"{}\n"[..]), "{mode}");
        assert_eq!(plan.warnings(&files), [], "{mode}");
    }
    begun.elapsed()
}

#[test]
fn planning_very_many_keys_takes_as_long_for_each() {
    // Eight times as many would take sixty-four times as long if each looked
    // at all the others. A busy machine may have to be asked again.
    let grows_evenly = |_| planning(10_000) < 24 * planning(1_250);
    assert!((0..5).any(grows_evenly));
}
