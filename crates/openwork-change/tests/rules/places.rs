//! One rule for where a write goes: an existing thing is edited in the file
//! where it stands and counts, a new one goes to the main file.

use openwork_change::change::{Change, read};
use openwork_change::plan::{Plan, PlanError, plan};
use openwork_model::config;
use openwork_model::files::{FileRoot, Location, MemoryFiles};
use openwork_model::mcp::list_servers;
use openwork_model::path::RelPath;
use serde_json::{Value, json};

use crate::outcome::{applied, fields};

const ROOT: &str = "opencode.json";
const INNER: &str = ".opencode/opencode.jsonc";

fn planned(files: &MemoryFiles, change: Change) -> Plan {
    plan(&change.into(), files).unwrap()
}

/// The files that a change writes, and what they say then.
fn written(files: &MemoryFiles, change: Change) -> Vec<(String, Value)> {
    let plan = planned(files, change);
    let shown: Vec<_> = plan.paths.iter().map(ToString::to_string).collect();
    let after = applied(files, &plan);
    let edits = plan.edits.iter();
    let written: Vec<_> = edits
        .map(|edit| {
            let text = after.text(edit.path.as_str()).unwrap();
            let value = serde_json::from_str(&text).unwrap();
            (edit.path.to_string(), value)
        })
        .collect();
    for (path, _) in &written {
        assert!(shown.contains(path), "{path} is shown to the host");
    }
    written
}

fn at(path: &str, value: Value) -> (String, Value) {
    (path.to_owned(), value)
}

fn two(root: Value, inner: Value) -> MemoryFiles {
    MemoryFiles::new()
        .with(ROOT, &root.to_string())
        .with(INNER, &inner.to_string())
}

fn patch(settings: Value) -> Change {
    read::patch_config(&fields(json!({ "opencode": settings }))).unwrap()
}

fn merge(settings: Value) -> Change {
    read::merge_config(&fields(json!({ "opencode": settings }))).unwrap()
}

fn add_mcp(name: &str, config: Value) -> Change {
    read::add_mcp(&fields(json!({ "name": name, "config": config }))).unwrap()
}

fn remote(url: &str) -> Value {
    json!({ "type": "remote", "url": url })
}

fn elsewhere(files: &MemoryFiles, change: Change) -> String {
    match plan(&change.into(), files) {
        Err(PlanError::DefinedElsewhere { path }) => path.display().to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_main_file_is_the_first_that_is_there() {
    let names = [
        "opencode.jsonc",
        "opencode.json",
        ".opencode/opencode.jsonc",
        ".opencode/opencode.json",
    ];
    for (index, main) in names.iter().enumerate() {
        let there = names.iter().skip(index);
        let files = there.fold(MemoryFiles::new(), |files, name| {
            files.with(name, &json!({ "said_by": name }).to_string())
        });
        assert_eq!(config::view(&files).unwrap().opencode["said_by"], **main);
        let written = written(&files, add_mcp("m", remote("http://m")));
        assert_eq!(written.len(), 1);
        assert_eq!(written[0].0, **main);
    }
    let made = written(&MemoryFiles::new(), patch(json!({ "model": "a/b" })));
    assert_eq!(made[0].0, names[0]);
}

#[test]
fn a_directory_without_the_file_is_no_reason_to_fail() {
    let files = MemoryFiles::new().with(".opencode", "no directory");
    assert_eq!(config::view(&files).unwrap().opencode, fields(json!({})));
}

#[test]
fn an_entry_is_replaced_and_switched_in_the_file_that_counts() {
    let files = two(
        json!({ "mcp": { "m": remote("http://old"), "n": remote("http://n") } }),
        json!({ "mcp": { "m": remote("http://new") } }),
    );
    assert_eq!(
        written(&files, add_mcp("m", remote("http://third"))),
        [at(INNER, json!({ "mcp": { "m": remote("http://third") } }))]
    );
    let on = |name: &str| read::set_mcp_enabled(name, &fields(json!({ "enabled": true })));
    let mut inner = remote("http://new");
    inner["enabled"] = true.into();
    assert_eq!(
        written(&files, on("m").unwrap()),
        [at(INNER, json!({ "mcp": { "m": inner } }))]
    );
    assert_eq!(written(&files, on("n").unwrap())[0].0, ROOT);
}

#[test]
fn a_switch_is_not_what_an_entry_is_replaced_in() {
    let files = two(
        json!({ "mcp": { "m": remote("http://m") } }),
        json!({ "mcp": { "m": { "enabled": false } } }),
    );
    assert_eq!(written(&files, add_mcp("m", remote("http://n")))[0].0, ROOT);
    let on = read::set_mcp_enabled("m", &fields(json!({ "enabled": true }))).unwrap();
    assert_eq!(
        written(&files, on),
        [at(INNER, json!({ "mcp": { "m": { "enabled": true } } }))]
    );
}

#[test]
fn what_is_removed_goes_from_every_file() {
    let entries = json!({ "mcp": { "m": remote("http://m") }, "plugin": ["p@1", "q"] });
    let files = two(entries.clone(), entries);
    let left = |key: &str, value: Value| {
        let mut left = json!({ "mcp": { "m": remote("http://m") }, "plugin": ["p@1", "q"] });
        left[key] = value;
        [at(INNER, left.clone()), at(ROOT, left)]
    };
    assert_eq!(
        written(&files, Change::remove_mcp("m").unwrap()),
        left("mcp", json!({}))
    );
    assert_eq!(
        written(&files, Change::remove_plugin("p").unwrap()),
        left("plugin", json!(["q"]))
    );
}

#[test]
fn what_stands_only_outside_cannot_be_removed() {
    let above = json!({ "mcp": { "m": remote("http://m") }, "plugin": "p@1" }).to_string();
    for (root, path) in [
        (FileRoot::Ancestor(1), "/w/s/opencode.json"),
        (FileRoot::Global, "/home/.config/opencode/opencode.json"),
    ] {
        let files = MemoryFiles::new()
            .with_ancestors(1)
            .with_at(root, "opencode.json", &above);
        assert_eq!(elsewhere(&files, Change::remove_mcp("m").unwrap()), path);
        assert_eq!(elsewhere(&files, Change::remove_plugin("p").unwrap()), path);
        assert!(planned(&files, Change::remove_mcp("x").unwrap()).is_noop());
        assert!(planned(&files, Change::remove_plugin("x").unwrap()).is_noop());
        let off = read::set_mcp_enabled("m", &fields(json!({ "enabled": false }))).unwrap();
        let (path, after) = written(&files, off).remove(0);
        assert_eq!(path, "opencode.jsonc");
        assert_eq!(after["mcp"], json!({ "m": { "enabled": false } }));
    }
}

#[test]
fn entries_of_all_files_are_listed_and_the_users_on_request() {
    let files = two(
        json!({ "mcp": { "m": remote("http://old"), "n": remote("http://n") } }),
        json!({ "mcp": { "m": remote("http://new"), "o": remote("http://o") } }),
    )
    .with_ancestors(1)
    .with_at(
        FileRoot::Ancestor(1),
        "opencode.json",
        &json!({ "mcp": { "a": remote("http://a") } }).to_string(),
    )
    .with_at(
        FileRoot::Global,
        "opencode.json",
        &json!({ "mcp": { "g": remote("http://g") } }).to_string(),
    );
    let listed = |include_global: bool| -> Vec<(String, String, String, String)> {
        let items = list_servers(&files, include_global).unwrap().into_iter();
        items
            .map(|item| {
                let path = item.path.map(|path| path.display().to_string());
                let url = item.config["url"].as_str().unwrap().to_owned();
                let source = item.source.as_str().to_owned();
                (item.name, url, source, path.unwrap_or_default())
            })
            .collect()
    };
    let row = |name: &str, url: &str, source: &str, path: &str| {
        let source = format!("config.{source}");
        (name.to_owned(), url.to_owned(), source, path.to_owned())
    };
    let inner = "/w/s/ws/.opencode/opencode.jsonc";
    let mut expected = vec![
        row("m", "http://new", "project", inner),
        row("n", "http://n", "project", ""),
        row("o", "http://o", "project", inner),
        row("a", "http://a", "global", "/w/s/opencode.json"),
    ];
    assert_eq!(listed(false), expected);
    let global = "/home/.config/opencode/opencode.json";
    expected.push(row("g", "http://g", "global", global));
    assert_eq!(listed(true), expected);
}

#[test]
fn a_key_is_patched_where_it_is_decided() {
    let files = two(
        json!({ "model": "a/low", "small_model": "a/s" }),
        json!({ "model": "a/high" }),
    );
    let change = patch(json!({ "model": "b/x", "small_model": "b/s", "share": "auto" }));
    assert_eq!(
        written(&files, change.clone()),
        [
            at(INNER, json!({ "model": "b/x" })),
            at(
                ROOT,
                json!({ "model": "a/low", "small_model": "b/s", "share": "auto" })
            ),
        ]
    );
    assert_eq!(planned(&files, change).warnings(&files), []);
}

#[test]
fn null_removes_a_key_from_every_file() {
    let files = two(
        json!({ "model": "a/b", "share": "auto" }),
        json!({ "model": "a/c" }),
    );
    assert_eq!(
        written(&files, patch(json!({ "model": null, "username": null }))),
        [at(INNER, json!({})), at(ROOT, json!({ "share": "auto" }))]
    );
    assert!(planned(&files, patch(json!({ "username": null }))).is_noop());
}

#[test]
fn null_for_a_provider_leaves_the_others() {
    let of = |names: &[&str]| -> Value {
        let all = names
            .iter()
            .map(|name| ((*name).to_owned(), json!({ "name": name })));
        json!({ "provider": all.collect::<serde_json::Map<_, _>>() })
    };
    let files = two(of(&["a", "b"]), json!({}));
    let change = patch(json!({ "provider": { "a": null, "c": { "name": "c" } } }));
    assert_eq!(written(&files, change), [at(ROOT, of(&["b", "c"]))]);
    let files = two(of(&["a", "b"]), of(&["a"]));
    assert_eq!(
        written(&files, patch(json!({ "provider": { "a": null } }))),
        [at(INNER, of(&[])), at(ROOT, of(&["b"]))]
    );
    assert!(planned(&files, patch(json!({ "provider": { "x": null } }))).is_noop());
    let none = two(json!({}), json!({}));
    assert!(planned(&none, patch(json!({ "provider": { "x": null } }))).is_noop());
    // Without a `null` the key is replaced whole, as ever.
    assert_eq!(written(&files, patch(of(&["z"]))), [at(INNER, of(&["z"]))]);
}

#[test]
fn a_merge_patch_is_merged_at_every_depth() {
    let files = two(
        json!({ "agent": { "a": { "prompt": "p", "mode": "all" }, "b": {} }, "share": "auto" }),
        json!({}),
    );
    let change = merge(json!({ "agent": { "a": { "mode": null, "steps": 3 } }, "share": null }));
    assert_eq!(
        written(&files, change),
        [at(
            ROOT,
            json!({ "agent": { "a": { "prompt": "p", "steps": 3 }, "b": {} } })
        )]
    );
    let bad = merge(json!({ "agent": { "a": { "steps": "x" } } }));
    assert!(plan(&bad.into(), &files).is_err());
}

#[test]
fn a_merge_patch_of_openwork_follows_the_examples_of_rfc_7396() {
    for (before, patch, after) in [
        (
            json!({ "a": "b" }),
            json!({ "a": "c" }),
            json!({ "a": "c" }),
        ),
        (
            json!({ "a": "b" }),
            json!({ "b": "c" }),
            json!({ "a": "b", "b": "c" }),
        ),
        (json!({ "a": "b" }), json!({ "a": null }), json!({})),
        (
            json!({ "a": "b", "b": "c" }),
            json!({ "a": null }),
            json!({ "b": "c" }),
        ),
        (
            json!({ "a": ["b"] }),
            json!({ "a": "c" }),
            json!({ "a": "c" }),
        ),
        (
            json!({ "a": "c" }),
            json!({ "a": ["b"] }),
            json!({ "a": ["b"] }),
        ),
        (
            json!({ "a": { "b": "c" } }),
            json!({ "a": { "b": "d", "c": null } }),
            json!({ "a": { "b": "d" } }),
        ),
        (
            json!({ "a": [{ "b": "c" }] }),
            json!({ "a": [1] }),
            json!({ "a": [1] }),
        ),
        (
            json!({ "e": null }),
            json!({ "a": 1 }),
            json!({ "e": null, "a": 1 }),
        ),
        (
            json!({}),
            json!({ "a": { "bb": { "ccc": null } } }),
            json!({ "a": { "bb": {} } }),
        ),
    ] {
        let path = ".opencode/openwork.json";
        let files = MemoryFiles::new().with(path, &before.to_string());
        let change = read::merge_config(&fields(json!({ "openwork": patch }))).unwrap();
        let files = applied(&files, &planned(&files, change));
        let found: Value = serde_json::from_str(&files.text(path).unwrap()).unwrap();
        assert_eq!(found, after, "{before} with {patch}");
    }
}

#[test]
fn a_masked_secret_is_found_in_the_file_that_has_it() {
    let secret = |key: &str| json!({ "provider": { "p": { "options": { "apiKey": key } } } });
    let files = two(json!({}), secret("s3cret-s3cret-s3cret"));
    let mut masked = secret("••••••");
    masked["provider"]["p"]["name"] = "P".into();
    let (path, after) = written(&files, patch(masked)).remove(0);
    assert_eq!(path, INNER);
    assert_eq!(
        after["provider"]["p"]["options"]["apiKey"],
        "s3cret-s3cret-s3cret"
    );
}

#[test]
fn a_plugin_in_another_version_is_said_and_replaced_on_request() {
    let files = two(json!({}), json!({ "plugin": ["p@1", "q"] }));
    let add = |replace: bool| {
        read::add_plugin(&fields(json!({ "spec": "p@2", "replace": replace }))).unwrap()
    };
    let stays = planned(&files, add(false));
    assert!(stays.is_noop());
    let warnings = stays.warnings(&files);
    let found: Vec<_> = warnings
        .iter()
        .map(|warning| (warning.code.as_str(), warning.message.as_str()))
        .collect();
    assert_eq!(
        found,
        [(
            "already_present",
            "p@1 is there already and stays; to change it to p@2, send it with `replace: true`"
        )]
    );
    assert_eq!(
        written(&files, add(true)),
        [at(INNER, json!({ "plugin": ["p@2", "q"] }))]
    );
    assert_eq!(planned(&files, add(true)).warnings(&files), []);
}

#[test]
fn keys_of_other_tools_are_named_with_the_engines() {
    let mut config =
        json!({ "type": "local", "command": ["x"], "env": {}, "args": [], "cmd": "y" });
    let said = |config: &Value| -> Vec<String> {
        let files = MemoryFiles::new();
        let plan = planned(&files, add_mcp("m", config.clone()));
        let warnings = plan.warnings(&files).into_iter();
        warnings
            .map(|warning| format!("{}: {}", warning.code.as_str(), warning.message))
            .collect()
    };
    let line = |word: &str, key: &str| {
        format!(
            "unknown_key: The engine does not read `{word}` of the MCP server m; its key for that is `{key}`"
        )
    };
    assert_eq!(
        said(&config),
        [
            line("env", "environment"),
            line("args", "command"),
            line("cmd", "command")
        ]
    );
    config = json!({ "type": "local", "command": ["x"], "environment": {} });
    assert_eq!(said(&config), [""; 0]);
}

#[test]
fn what_waits_is_held_in_all_files() {
    let files = two(json!({}), json!({ "mcp": { "m": remote("http://m") } }));
    let change = add_mcp("m", remote("http://n"));
    let shown = planned(&files, change.clone());
    let mut moved = files.clone();
    let path = RelPath::new(INNER).unwrap();
    let other = json!({ "mcp": { "m": remote("http://o") } }).to_string();
    moved.insert(Location::workspace(path.clone()), other.as_bytes().into());
    let again = planned(&moved, change);
    assert_eq!(again.moved_since(&shown.preconditions), Some(path));
}

#[test]
fn a_file_is_looked_for_from_the_file_that_names_it() {
    let inner = two(json!({}), json!({ "username": "x" })).with(".opencode/me.txt", "me");
    let outer = two(json!({ "username": "x" }), json!({})).with(".opencode/me.txt", "me");
    let change = patch(json!({ "username": "{file:./me.txt}" }));
    assert_eq!(written(&inner, change.clone())[0].0, INNER);
    assert!(plan(&change.into(), &outer).is_err());
}
