use serde_json::json;

use super::*;

/// Rows of files and of what the engine (1.18.33) reports of them.
fn assert_loaded(rows: &[(Value, Value)]) {
    for (file, expected) in rows {
        let loaded = loaded(file.as_object().unwrap()).into_owned();
        assert_eq!(&Value::Object(loaded), expected, "{file}");
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "`json!` literals read best where they are used"
)]
fn remote(more: Value) -> Value {
    let mut entry = json!({ "type": "remote", "url": "https://a.example" });
    for (key, value) in more.as_object().unwrap() {
        entry[key] = value.clone();
    }
    entry
}

#[test]
fn older_forms_stay_as_they_are() {
    for file in [
        json!({ "model": "a/b", "skills": { "paths": ["a"] }, "plugin": ["a"] }),
        json!({ "mcp": { "a": remote(json!({ "enabled": false, "timeout": 5 })) } }),
        json!({ "mcp": { "servers": remote(json!({})), "timeout": { "enabled": false } } }),
        json!({ "mcp": { "servers": 1 }, "compaction": { "auto": true } }),
    ] {
        let settings = file.as_object().unwrap();
        assert_eq!(loaded(settings).as_ref(), settings);
    }
}

#[test]
fn servers_hold_entries_of_both_forms() {
    let servers = |name: &str, entry: Value| json!({ "mcp": { "servers": { name: entry } } });
    let flat = |name: &str, entry: Value| json!({ "mcp": { name: entry } });
    let on = remote(json!({ "enabled": true }));
    let off = remote(json!({ "enabled": false }));
    let waits = json!({ "catalog": 5, "execution": 5 });
    assert_loaded(&[
        (servers("a", remote(json!({}))), flat("a", on.clone())),
        (servers("a", off.clone()), flat("a", off.clone())),
        (
            servers("a", remote(json!({ "disabled": true }))),
            flat("a", off.clone()),
        ),
        (
            servers("a", remote(json!({ "disabled": true, "enabled": true }))),
            flat("a", on.clone()),
        ),
        (
            servers("a", remote(json!({ "disabled": true, "timeout": waits }))),
            flat("a", remote(json!({ "enabled": false, "timeout": 5 }))),
        ),
        (
            servers("a", json!({ "enabled": false })),
            flat("a", json!({ "enabled": false })),
        ),
        (
            servers("a", json!({ "disabled": true })),
            json!({ "mcp": {} }),
        ),
        (
            servers("a", remote(json!({ "disabled": true, "timeout": 5 }))),
            json!({ "mcp": {} }),
        ),
        (servers("a", json!(1)), json!({ "mcp": {} })),
        (servers("type", off.clone()), flat("type", off.clone())),
        (
            json!({ "mcp": { "servers": { "a": on }, "a": off } }),
            flat("a", off.clone()),
        ),
    ]);
}

#[test]
fn an_entry_outside_of_servers_may_have_newer_fields() {
    let flat = |entry: Value| json!({ "mcp": { "a": entry } });
    let off = remote(json!({ "enabled": false }));
    assert_loaded(&[
        (flat(remote(json!({ "disabled": true }))), flat(off.clone())),
        (
            flat(remote(
                json!({ "enabled": false, "timeout": { "catalog": 5, "execution": 5 } }),
            )),
            flat(remote(json!({ "enabled": false, "timeout": 5 }))),
        ),
        (
            flat(remote(
                json!({ "enabled": false, "timeout": { "catalog": 5, "execution": 6 } }),
            )),
            flat(off.clone()),
        ),
        (
            flat(remote(
                json!({ "enabled": false, "oauth": { "client_id": "x", "scope": "s" } }),
            )),
            flat(remote(
                json!({ "enabled": false, "oauth": { "clientId": "x", "scope": "s" } }),
            )),
        ),
        // Not of the newer form either, so it stays and its word for off is not known.
        (
            flat(remote(json!({ "disabled": true, "timeout": 5 }))),
            flat(remote(json!({ "disabled": true, "timeout": 5 }))),
        ),
    ]);
}

#[test]
fn waits_of_all_servers_count_if_they_are_the_same() {
    let waits = |catalog: u32, execution: u32| json!({ "mcp": { "timeout": { "catalog": catalog, "execution": execution } } });
    assert_loaded(&[
        (
            waits(5, 5),
            json!({ "mcp": {}, "experimental": { "mcp_timeout": 5 } }),
        ),
        (waits(5, 6), json!({ "mcp": {} })),
    ]);
}

#[test]
fn agents_and_commands_come_to_those_of_the_older_form() {
    assert_loaded(&[
        (
            json!({ "agents": { "x": {
                "model": { "providerID": "a", "model": "b", "variant": "v" },
                "system": "Hi", "disabled": true, "mode": "subagent", "steps": 3,
                "request": { "headers": { "A": "b" }, "body": { "t": 1 } }, "prompt": "no"
            } } }),
            json!({ "agent": { "x": {
                "prompt": "Hi", "disable": true, "mode": "subagent", "steps": 3,
                "model": "a/b", "variant": "v", "options": { "t": 1 }
            } } }),
        ),
        (
            json!({ "command": { "x": { "template": "old" } }, "commands": {
                "x": { "template": "new" },
                "y": { "template": "t", "model": "a/b#c", "subtask": false, "variant": "lost" },
                "z": { "template": 1 }, "w": { "template": "t", "model": "a" }
            } }),
            json!({ "command": {
                "x": { "template": "old" },
                "y": { "template": "t", "model": "a/b", "variant": "c", "subtask": false }
            } }),
        ),
        (json!({ "agents": [] }), json!({})),
        (json!({ "agents": { "x": { "mode": "bad" } } }), json!({})),
    ]);
}

#[test]
fn other_settings_have_newer_names() {
    assert_loaded(&[
        (
            json!({ "model": { "providerID": "a", "model": "b" } }),
            json!({ "model": "a/b" }),
        ),
        (
            json!({ "skills": ["./a", "HTTPS://b.example"] }),
            json!({ "skills": { "paths": ["./a"], "urls": ["HTTPS://b.example"] } }),
        ),
        (json!({ "skills": [1] }), json!({ "skills": [1] })),
        (json!({ "snapshots": false }), json!({ "snapshot": false })),
        (json!({ "snapshots": "x" }), json!({})),
        (
            json!({ "media": { "image": { "max_width": 1 } } }),
            json!({ "attachment": { "image": { "max_width": 1 } } }),
        ),
        (
            json!({ "compaction": { "keep": { "tokens": 5 }, "buffer": 7 } }),
            json!({ "compaction": { "preserve_recent_tokens": 5, "reserved": 7 } }),
        ),
        (
            json!({ "experimental": { "subagent_depth": 2 } }),
            json!({ "experimental": {}, "subagent_depth": 2 }),
        ),
    ]);
}

#[test]
fn entries_stand_where_they_count() {
    let file = json!({ "mcp": {
        "timeout": { "catalog": 1, "execution": 1 },
        "servers": { "a": { "url": "new" }, "b": {} },
        "a": { "url": "old" }
    } });
    let settings = file.as_object().unwrap();
    let entries = EntrySection::Mcp.entries(settings);
    let found: Vec<_> = entries
        .iter()
        .map(|entry| (entry.name, entry.form))
        .collect();
    assert_eq!(found, [("a", EntryForm::Older), ("b", EntryForm::Newer)]);
    assert_eq!(
        EntrySection::Mcp
            .find(settings, "b")
            .map(|entry| entry.form),
        Some(EntryForm::Newer)
    );
    assert_eq!(EntrySection::Mcp.find(settings, "servers"), None);
    assert_eq!(EntrySection::Mcp.forms_in(settings), EntryForm::ALL);
    assert_eq!(
        EntrySection::Mcp.path(EntryForm::Newer, "b"),
        ["mcp", "servers", "b"]
    );
}

#[test]
fn a_new_entry_takes_the_form_that_the_file_uses() {
    for (file, form) in [
        (json!({}), EntryForm::Older),
        (json!({ "mcp": {} }), EntryForm::Older),
        (json!({ "mcp": { "servers": {} } }), EntryForm::Newer),
        (
            json!({ "mcp": { "servers": { "a": {} } } }),
            EntryForm::Newer,
        ),
        (
            json!({ "mcp": { "servers": { "a": {} }, "b": {} } }),
            EntryForm::Older,
        ),
        (
            json!({ "mcp": { "servers": remote(json!({})) } }),
            EntryForm::Older,
        ),
    ] {
        let found = EntrySection::Mcp.form_for_new(file.as_object().unwrap(), "x");
        assert_eq!(found, form, "{file}");
    }
}

#[test]
fn a_name_that_a_container_has_goes_into_the_container() {
    let file = json!({ "mcp": { "servers": {}, "a": remote(json!({})) } });
    let settings = file.as_object().unwrap();
    assert_eq!(
        EntrySection::Mcp.form_for_new(settings, "servers"),
        EntryForm::Newer
    );
    assert_eq!(
        EntrySection::Mcp.form_for_new(settings, "b"),
        EntryForm::Older
    );
}

#[test]
fn what_would_be_lost_in_servers_is_said_in_newer_words() {
    for (entry, expected) in [
        (
            remote(json!({ "headers": {} })),
            remote(json!({ "headers": {} })),
        ),
        (
            remote(json!({ "timeout": 5, "oauth": { "clientId": "a", "scope": "s" } })),
            remote(json!({
                "timeout": { "catalog": 5, "execution": 5 },
                "oauth": { "client_id": "a", "scope": "s" }
            })),
        ),
        (
            remote(json!({ "enabled": false, "timeout": 5 })),
            remote(json!({ "enabled": false, "timeout": 5 })),
        ),
    ] {
        let newer = newer_server(entry.as_object().unwrap());
        assert_eq!(Value::Object(newer), expected);
    }
}
