//! What the engine would refuse or lose is refused, and masks are never stored.

use openwork_change::change::{Change, read};
use openwork_change::plan::{PlanError, plan};
use openwork_model::files::{FileRoot, MemoryFiles};
use openwork_model::invalid::Invalid;
use openwork_model::mask::MASK;
use serde_json::{Value, json};

use crate::outcome::{applied, fields};

fn patch(settings: Value) -> Change {
    read::patch_config(&fields(json!({ "opencode": settings }))).unwrap()
}

fn import(mode: &str, section: &str, content: Value) -> Change {
    let body = json!({ "mode": { section: mode }, section: content });
    read::import(&fields(body)).unwrap()
}

fn add_mcp(config: Value) -> Change {
    read::add_mcp(&fields(json!({ "name": "m", "config": config }))).unwrap()
}

fn pointer(files: &MemoryFiles, change: Change) -> Option<String> {
    match plan(&change.into(), files).unwrap_err() {
        PlanError::Invalid(Invalid::Engine { pointer, .. } | Invalid::Masked { pointer }) => {
            Some(pointer)
        }
        _ => None,
    }
}

fn stored(files: &MemoryFiles, change: Change, path: &str) -> Value {
    let plan = plan(&change.into(), files).unwrap();
    serde_json::from_str(&applied(files, &plan).text(path).unwrap()).unwrap()
}

#[test]
fn every_way_to_write_a_setting_is_checked() {
    let files = MemoryFiles::new().with("opencode.json", "{}");
    let bad = json!({ "tools": { "deny": ["bash"] } });
    let entry = json!({ "type": "local", "command": ["x"], "timeout": "5" });
    for (change, expected) in [
        (patch(bad.clone()), "/tools/deny"),
        (import("merge", "opencode", bad.clone()), "/tools/deny"),
        (import("replace", "opencode", bad), "/tools/deny"),
        (add_mcp(entry), "/mcp/m/timeout"),
    ] {
        assert_eq!(pointer(&files, change).as_deref(), Some(expected));
    }
}

#[test]
fn a_switched_entry_has_to_be_sound() {
    let config = r#"{ "mcp": { "m": { "type": "local", "command": "x" } } }"#;
    let files = MemoryFiles::new().with("opencode.json", config);
    let change = read::set_mcp_enabled("m", &fields(json!({ "enabled": false }))).unwrap();
    assert_eq!(pointer(&files, change).as_deref(), Some("/mcp/m/command"));
}

#[test]
fn what_a_file_holds_already_is_not_asked_about() {
    let files = MemoryFiles::new().with("opencode.json", r#"{ "tools": 1 }"#);
    let expected = json!({ "tools": 1, "model": "a/b" });
    assert_eq!(
        stored(&files, patch(json!({ "model": "a/b" })), "opencode.json"),
        expected
    );
}

#[test]
fn files_that_are_referred_to_have_to_be_there() {
    let files = MemoryFiles::new()
        .with("key", "k")
        .with_at(FileRoot::Home, "other", "k");
    for (text, missing) in [
        ("{file:./key}", false),
        ("a {file:key} b", false),
        ("{file:gone}", true),
        ("{file:key} {file:./gone}", true),
        ("{file:~/gone}", false),
        ("{file:/somewhere/gone}", false),
        ("{env:GONE}", false),
    ] {
        let change = patch(json!({ "own": { "k/1": ["x", text] } }));
        let found = plan(&change.clone().into(), &files).is_err();
        assert_eq!(found, missing, "{text}");
        if missing {
            assert_eq!(pointer(&files, change).as_deref(), Some("/own/k~11/1"));
        }
    }
}

#[test]
fn masks_are_taken_back_and_never_stored() {
    let entry = |key: &str, model: &str| {
        json!({
            "mcp": { "m": { "type": "remote", "url": "http://m", "headers": { "A": key } } },
            "model": model,
        })
    };
    let files = MemoryFiles::new()
        .with("opencode.json", &entry("s3cret", "a/old").to_string())
        .with(".opencode/openwork.json", r#"{ "apiKey": "s3cret" }"#);
    let masked = entry(MASK, "a/new");
    for change in [
        patch(masked.clone()),
        import("merge", "opencode", masked.clone()),
        import("replace", "opencode", masked.clone()),
    ] {
        assert_eq!(
            stored(&files, change, "opencode.json"),
            entry("s3cret", "a/new")
        );
    }
    let settings = json!({ "apiKey": MASK, "b": 1 });
    for mode in ["merge", "replace"] {
        let change = import(mode, "openwork", settings.clone());
        let expected = json!({ "apiKey": "s3cret", "b": 1 });
        assert_eq!(stored(&files, change, ".opencode/openwork.json"), expected);
    }
    let change = add_mcp(masked["mcp"]["m"].clone());
    assert!(plan(&change.into(), &files).unwrap().is_noop());
}

#[test]
fn a_mask_without_a_secret_is_left_out_or_refused() {
    let files = MemoryFiles::new().with("opencode.json", "{ broken");
    let sent = json!({ "own": { "apiKey": MASK, "b": 1 } });
    let change = import("replace", "opencode", sent);
    assert_eq!(
        stored(&files, change, "opencode.json"),
        json!({ "own": { "b": 1 } })
    );
    let url = format!("http://a:{MASK}@m");
    let change = add_mcp(json!({ "type": "remote", "url": url }));
    assert_eq!(
        pointer(&MemoryFiles::new(), change).as_deref(),
        Some("/mcp/m/url")
    );
}

#[test]
fn an_entry_of_another_layer_is_switched_by_an_entry_of_the_workspace() {
    let files = MemoryFiles::new().with_at(
        FileRoot::Global,
        "opencode.json",
        r#"{ "mcp": { "far away": { "type": "remote", "url": "http://f" } } }"#,
    );
    let change = |enabled: bool| {
        read::set_mcp_enabled("far away", &fields(json!({ "enabled": enabled }))).unwrap()
    };
    let expected = json!({
        "$schema": "https://opencode.ai/config.json",
        "mcp": { "far away": { "enabled": false } },
    });
    assert_eq!(stored(&files, change(false), "opencode.jsonc"), expected);
}
