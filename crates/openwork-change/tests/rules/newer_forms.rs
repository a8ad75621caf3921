//! Entries of the newer forms are edited in the form in which they stand.

use openwork_change::change::{Change, read};
use openwork_change::plan::plan;
use openwork_model::files::MemoryFiles;
use openwork_model::mcp::list_servers;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::outcome::{applied, fields};

const FILE: &str = "opencode.jsonc";

fn remote(more: Value) -> Value {
    let mut entry = json!({ "type": "remote", "url": "https://a.example" });
    for (key, value) in more.as_object().unwrap() {
        entry[key] = value.clone();
    }
    entry
}

fn files(mcp: &Value) -> MemoryFiles {
    MemoryFiles::new().with(FILE, &json!({ "mcp": mcp }).to_string())
}

fn add(name: &str, config: Value) -> Change {
    read::add_mcp(&fields(json!({ "name": name, "config": config }))).unwrap()
}

fn enable(enabled: bool) -> Change {
    read::set_mcp_enabled("a", &fields(json!({ "enabled": enabled }))).unwrap()
}

/// What `mcp` says after a change.
fn after(files: &MemoryFiles, change: Change) -> Value {
    let plan = plan(&change.into(), files).unwrap();
    let text = applied(files, &plan).text(FILE).unwrap();
    serde_json::from_str::<Value>(&text).unwrap()["mcp"].clone()
}

#[test]
fn a_switch_uses_the_word_that_the_entry_has() {
    let waits = json!({ "catalog": 5, "execution": 5 });
    for (entry, expected) in [
        (
            remote(json!({ "disabled": true })),
            remote(json!({ "disabled": false })),
        ),
        (
            remote(json!({ "enabled": false })),
            remote(json!({ "enabled": true })),
        ),
        (
            remote(json!({ "timeout": waits })),
            remote(json!({ "timeout": waits, "disabled": false })),
        ),
        (
            remote(json!({ "disabled": true, "enabled": false })),
            remote(json!({ "disabled": true, "enabled": true })),
        ),
        (json!({ "enabled": false }), json!({ "enabled": true })),
    ] {
        let files = files(&json!({ "servers": { "a": entry } }));
        assert_eq!(
            after(&files, enable(true)),
            json!({ "servers": { "a": expected } })
        );
    }
    let flat = files(&json!({ "a": remote(json!({ "disabled": true })) }));
    assert_eq!(
        after(&flat, enable(true)),
        json!({ "a": remote(json!({ "disabled": false })) })
    );
}

#[test]
fn an_override_of_another_layer_says_enabled_in_either_form() {
    for (mcp, expected) in [
        (
            json!({ "servers": {} }),
            json!({ "servers": { "a": { "enabled": false } } }),
        ),
        (json!({}), json!({ "a": { "enabled": false } })),
    ] {
        let above = json!({ "mcp": { "a": remote(json!({})) } }).to_string();
        let files = files(&mcp).with_ancestors(1).with_at(
            openwork_model::files::FileRoot::Ancestor(1),
            "opencode.json",
            &above,
        );
        assert_eq!(after(&files, enable(false)), expected);
    }
}

#[test]
fn a_new_entry_takes_the_form_of_the_file() {
    let newer = json!({ "servers": { "b": remote(json!({})) } });
    let mut expected = newer.clone();
    expected["servers"]["a"] = remote(json!({}));
    assert_eq!(after(&files(&newer), add("a", remote(json!({})))), expected);
    expected["servers"]["a"] = remote(json!({ "timeout": { "catalog": 5, "execution": 5 } }));
    let timed = add("a", remote(json!({ "timeout": 5 })));
    assert_eq!(after(&files(&newer), timed), expected);
    let older = json!({ "b": remote(json!({})) });
    let mut expected = older.clone();
    expected["a"] = remote(json!({}));
    assert_eq!(after(&files(&older), add("a", remote(json!({})))), expected);
}

#[test]
fn removing_takes_both_forms_and_leaves_the_rest() {
    let mcp = json!({
        "timeout": { "catalog": 5, "execution": 5 },
        "a": remote(json!({})),
        "servers": { "a": remote(json!({})), "b": remote(json!({})) }
    });
    assert_eq!(
        after(&files(&mcp), Change::remove_mcp("a").unwrap()),
        json!({ "timeout": mcp["timeout"], "servers": { "b": remote(json!({})) } })
    );
    for name in ["servers", "timeout"] {
        let change = Change::remove_mcp(name).unwrap();
        assert!(
            plan(&change.into(), &files(&mcp)).unwrap().is_noop(),
            "{name}"
        );
    }
}

#[test]
fn the_older_form_of_a_name_counts() {
    let mcp = json!({
        "servers": { "a": remote(json!({ "disabled": true })), "b": remote(json!({})) },
        "a": remote(json!({}))
    });
    let files = files(&mcp);
    let items = list_servers(&files, false).unwrap();
    let listed: Vec<_> = items
        .iter()
        .map(|item| (item.name.as_str(), item.is_in_servers, &item.config))
        .collect();
    assert_eq!(
        listed,
        [("a", false, &mcp["a"]), ("b", true, &mcp["servers"]["b"]),]
    );
    let mut expected = mcp.clone();
    expected["a"]["enabled"] = false.into();
    assert_eq!(after(&files, enable(false)), expected);
}

#[test]
fn mixing_the_forms_of_one_kind_is_said() {
    let codes = |settings: Value, change: Change| -> Vec<String> {
        let files = MemoryFiles::new().with(FILE, &settings.to_string());
        let plan = plan(&change.into(), &files).unwrap();
        let warnings = plan.warnings(&files).into_iter();
        warnings
            .map(|warning| warning.code.as_str().to_owned())
            .collect()
    };
    let patch =
        |settings: Value| read::patch_config(&fields(json!({ "opencode": settings }))).unwrap();
    let commands = json!({ "c": { "template": "t" } });
    let older = json!({ "command": commands });
    let newer = json!({ "commands": { "d": { "template": "t" } } });
    assert_eq!(codes(older.clone(), patch(newer.clone())), ["mixed_forms"]);
    assert_eq!(codes(json!({}), patch(newer.clone())), [""; 0]);
    let mut both = older;
    both["commands"] = newer["commands"].clone();
    assert_eq!(codes(both, patch(json!({ "model": "a/b" }))), [""; 0]);
}

#[test]
fn the_second_file_agrees_in_either_word() {
    let files = MemoryFiles::new()
        .with(
            FILE,
            &json!({ "mcp": { "servers": { "a": remote(json!({ "disabled": true })) } } })
                .to_string(),
        )
        .with(
            "opencode.json",
            &json!({ "mcp": { "servers": { "a": remote(json!({ "disabled": true })) } } })
                .to_string(),
        );
    let plan = plan(&enable(true).into(), &files).unwrap();
    let after = applied(&files, &plan);
    let expected = json!({ "mcp": { "servers": { "a": remote(json!({ "disabled": false })) } } });
    for name in [FILE, "opencode.json"] {
        let found: Value = serde_json::from_str(&after.text(name).unwrap()).unwrap();
        assert_eq!(found, expected, "{name}");
    }
}

fn containers() -> impl Strategy<Value = Value> {
    let entry = prop_oneof![
        Just(remote(json!({}))),
        Just(remote(json!({ "disabled": true }))),
        Just(remote(json!({ "enabled": false, "timeout": 5 }))),
        Just(json!({ "enabled": false })),
    ];
    let entries = prop::collection::btree_map("[abc]|servers|timeout", entry, 0..3);
    let inner = prop::option::of(entries.clone());
    (entries, inner).prop_map(|(flat, inner)| {
        let mut mcp = json!(flat);
        if let Some(inner) = inner {
            mcp["servers"] = json!(inner);
        }
        mcp
    })
}

proptest! {
    /// Whatever the file holds, an entry that is written is listed as it was
    /// sent, nothing else changes, and removing it takes it away.
    #[test]
    fn a_written_entry_is_listed_back(
        mcp in containers(), name in "[abc]|servers|timeout|x", timed: bool,
    ) {
        let files = files(&mcp);
        let sent = if timed { remote(json!({ "timeout": 7 })) } else { remote(json!({})) };
        let listed = |files: &MemoryFiles| -> Vec<(String, Value)> {
            let items = list_servers(files, false).unwrap().into_iter();
            items.map(|item| (item.name, item.config)).collect()
        };
        let others = |files: &MemoryFiles| -> Vec<(String, Value)> {
            let mut others = listed(files);
            others.retain(|(other, _)| *other != name);
            others.sort_by(|(left, _), (right, _)| left.cmp(right));
            others
        };
        let added = plan(&add(&name, sent.clone()).into(), &files).unwrap();
        let after = applied(&files, &added);
        let mut found = listed(&after);
        found.retain(|(other, _)| *other == name);
        let waits = remote(json!({ "timeout": { "catalog": 7, "execution": 7 } }));
        prop_assert_eq!(found.len(), 1);
        prop_assert!(found[0].1 == sent || timed && found[0].1 == waits, "{:?}", found);
        prop_assert_eq!(others(&after), others(&files));
        let gone = plan(&Change::remove_mcp(&name).unwrap().into(), &after).unwrap();
        let after = applied(&after, &gone);
        prop_assert!(listed(&after).iter().all(|(other, _)| *other != name));
        prop_assert_eq!(others(&after), others(&files));
    }
}
