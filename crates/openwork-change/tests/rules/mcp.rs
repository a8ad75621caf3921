use openwork_change::change::{Change, read};
use openwork_change::query::{Query, View, answer};
use openwork_model::files::MemoryFiles;
use serde_json::{Value, json};

use crate::outcome::{fields, outcome};

const TWO: &str = "{\n  \"mcp\": {\n    // ask Jo\n    \"a\": { \"type\": \"remote\", \"url\": \"http://a\" },\n    \"b\": { \"type\": \"remote\", \"url\": /* in b */ \"http://b\" }\n  },\n  \"t\": 1\n}\n";

fn with(config: &str) -> MemoryFiles {
    MemoryFiles::new().with("opencode.jsonc", config)
}

fn add(files: &MemoryFiles, body: Value) -> String {
    outcome(files, read::add_mcp(&fields(body)))
}

fn enable(files: &MemoryFiles, name: &str, enabled: Value) -> String {
    outcome(
        files,
        read::set_mcp_enabled(name, &fields(json!({ "enabled": enabled }))),
    )
}

#[test]
fn a_new_entry_comes_last() {
    let body = json!({ "name": "c", "config": { "type": "local", "command": ["run", "-y"], "extra": [null] } });
    insta::assert_snapshot!(add(&with(TWO), body), @r#"
mcp.add: Add MCP c
shows opencode.jsonc
holds opencode.jsonc: no mcp.c
records opencode.json: Added MCP c
answers Mcp
writes opencode.jsonc
  | {
  |   "mcp": {
  |     // ask Jo
  |     "a": { "type": "remote", "url": "http://a" },
  |     "b": { "type": "remote", "url": /* in b */ "http://b" },
  |     "c": {
  |       "type": "local",
  |       "command": [
  |         "run",
  |         "-y"
  |       ],
  |       "extra": [
  |         null
  |       ]
  |     }
  |   },
  |   "t": 1
  | }
"#);
}

#[test]
fn an_entry_is_replaced_in_its_place() {
    let body = json!({ "name": "a", "config": { "type": "local", "command": ["x"] } });
    insta::assert_snapshot!(add(&with(TWO), body), @r#"
mcp.add: Add MCP a
shows opencode.jsonc
holds opencode.jsonc: mcp.a = {"type":"remote","url":"http://a"}
records opencode.json: Added MCP a
answers Mcp
writes opencode.jsonc
  | {
  |   "mcp": {
  |     // ask Jo
  |     "a": { "type": "local", "command": ["x"] },
  |     "b": { "type": "remote", "url": /* in b */ "http://b" }
  |   },
  |   "t": 1
  | }
"#);
}

#[test]
fn a_new_file_is_created_for_an_entry() {
    let body = json!({ "name": "a/b c", "config": { "type": "remote", "url": "http://p" } });
    insta::assert_snapshot!(add(&MemoryFiles::new(), body), @r#"
mcp.add: Add MCP a/b c
shows opencode.jsonc
holds opencode.jsonc: no mcp.a/b c
records opencode.json: Added MCP a/b c
answers Mcp
writes opencode.jsonc
  | {
  |   "$schema": "https://opencode.ai/config.json",
  |   "mcp": {
  |     "a/b c": {
  |       "type": "remote",
  |       "url": "http://p"
  |     }
  |   }
  | }
"#);
}

#[test]
fn the_same_entry_again_changes_nothing() {
    let body = json!({ "name": "b", "config": { "type": "remote", "url": "http://b" } });
    insta::assert_snapshot!(add(&with(TWO), body), @r#"
mcp.add: Add MCP b
shows opencode.jsonc
holds opencode.jsonc: mcp.b = {"type":"remote","url":"http://b"}
records opencode.json: Added MCP b
answers Mcp
"#);
}

#[test]
fn a_setting_that_is_no_map_is_not_overwritten() {
    for setting in ["[]", "null", "\"x\""] {
        let files = with(&format!("{{ \"mcp\": {setting} }}"));
        let body = json!({ "name": "b", "config": { "type": "remote", "url": "http://b" } });
        assert_eq!(
            add(&files, body),
            "refused: The setting `mcp` is not a map; correct it first\n"
        );
    }
}

#[test]
fn an_entry_says_how_it_is_reached() {
    for (config, message) in [
        (json!(null), "MCP config is required"),
        (json!({}), "MCP config type must be local or remote"),
        (json!("x"), "MCP config type must be local or remote"),
        (
            json!({ "type": "stdio", "command": ["a"] }),
            "MCP config type stdio is called local by the engine",
        ),
        (
            json!({ "type": "http", "url": "http://x" }),
            "MCP config type http is called remote by the engine",
        ),
        (
            json!({ "type": "sse", "url": "http://x" }),
            "MCP config type sse is called remote by the engine",
        ),
        (
            json!({ "type": "local" }),
            "Local MCP requires command array",
        ),
        (
            json!({ "type": "local", "command": [] }),
            "Local MCP requires command array",
        ),
        (
            json!({ "type": "local", "command": "npx x" }),
            "Local MCP requires command array",
        ),
        (
            json!({ "type": "local", "command": ["npx", 1] }),
            "Every part of a local MCP command must be a text",
        ),
        (json!({ "type": "remote" }), "Remote MCP requires url"),
        (
            json!({ "type": "remote", "url": "" }),
            "Remote MCP requires url",
        ),
        (
            json!({ "type": "remote", "url": ["http://x"] }),
            "Remote MCP requires url",
        ),
    ] {
        let body = json!({ "name": "a", "config": config });
        assert_eq!(
            add(&MemoryFiles::new(), body),
            format!("invalid: {message}\n")
        );
    }
}

#[test]
fn a_new_name_is_one_that_the_engine_takes() {
    for name in [json!(null), json!(""), json!("a\nb"), json!("__proto__")] {
        let body = json!({ "name": name, "config": { "type": "remote", "url": "http://b" } });
        assert_eq!(
            add(&MemoryFiles::new(), body),
            "invalid: MCP name must be 1-256 characters without control characters, \
             and not __proto__, constructor or prototype\n"
        );
    }
}

#[test]
fn an_entry_goes_alone() {
    insta::assert_snapshot!(outcome(&with(TWO), Change::remove_mcp("a")), @r#"
mcp.remove: Remove MCP a
shows opencode.jsonc
holds opencode.jsonc: mcp.a = {"type":"remote","url":"http://a"}
records opencode.json: Removed MCP a
answers Mcp
writes opencode.jsonc
  | {
  |   "mcp": {
  |     // ask Jo
  |     "b": { "type": "remote", "url": /* in b */ "http://b" }
  |   },
  |   "t": 1
  | }
"#);
}

#[test]
fn an_entry_of_any_name_can_be_removed() {
    let files = with("{ \"mcp\": { \"a.b/c\": 1, \"a\": { \"b/c\": 2 } } }\n");
    insta::assert_snapshot!(outcome(&files, Change::remove_mcp("a.b/c")), @r#"
mcp.remove: Remove MCP a.b/c
shows opencode.jsonc
holds opencode.jsonc: mcp.a.b/c = 1
records opencode.json: Removed MCP a.b/c
answers Mcp
writes opencode.jsonc
  | { "mcp": { "a": { "b/c": 2 } } }
"#);
}

#[test]
fn removing_what_is_not_there_changes_nothing() {
    for config in [TWO, "{}", "{ \"mcp\": [] }"] {
        assert_eq!(
            outcome(&with(config), Change::remove_mcp("c")),
            "mcp.remove: Remove MCP c\n\
             shows opencode.jsonc\n\
             holds opencode.jsonc: no mcp.c\n\
             records opencode.json: Removed MCP c\n\
             answers Mcp\n",
            "{config}"
        );
    }
}

#[test]
fn an_entry_is_switched_in_place() {
    insta::assert_snapshot!(enable(&with(TWO), "b", json!(false)), @r#"
mcp.enable: Disable MCP b
shows opencode.jsonc
holds opencode.jsonc: mcp.b = {"type":"remote","url":"http://b"}
records opencode.json: Disabled MCP b
answers Mcp
writes opencode.jsonc
  | {
  |   "mcp": {
  |     // ask Jo
  |     "a": { "type": "remote", "url": "http://a" },
  |     "b": { "type": "remote", "url": /* in b */ "http://b", "enabled": false }
  |   },
  |   "t": 1
  | }
"#);
    let off = with("{ \"mcp\": { \"b\": { \"enabled\": false } } }");
    insta::assert_snapshot!(enable(&off, "b", json!(true)), @r#"
mcp.enable: Enable MCP b
shows opencode.jsonc
holds opencode.jsonc: mcp.b = {"enabled":false}
records opencode.json: Enabled MCP b
answers Mcp
writes opencode.jsonc
  | { "mcp": { "b": { "enabled": true } } }
"#);
    insta::assert_snapshot!(enable(&off, "b", json!(false)), @r#"
mcp.enable: Disable MCP b
shows opencode.jsonc
holds opencode.jsonc: mcp.b = {"enabled":false}
records opencode.json: Disabled MCP b
answers Mcp
"#);
}

#[test]
fn only_an_entry_that_is_there_is_switched() {
    let files = with("{ \"mcp\": { \"odd\": 1 } }");
    for (name, enabled, message) in [
        ("c", json!(true), "refused: MCP server not found\n"),
        (
            "odd",
            json!(true),
            "refused: The setting `mcp.odd` is not a map; correct it first\n",
        ),
        ("a.b", json!(true), "refused: MCP server not found\n"),
        (
            "odd",
            json!("no"),
            "invalid: enabled must be true or false\n",
        ),
        (
            "odd",
            json!(null),
            "invalid: enabled must be true or false\n",
        ),
    ] {
        assert_eq!(enable(&files, name, enabled), message);
    }
}

#[test]
fn entries_are_listed_in_the_order_of_the_file() {
    let files = with(
        r#"{ "mcp": { "z": { "type": "remote", "headers": { "A": "b" } }, "a": null }, "tools": { "z_*": false } }"#,
    );
    let View::Mcp(items) = answer(
        &Query::Mcp {
            include_global: false,
        },
        &files,
    )
    .unwrap() else {
        panic!("no entries")
    };
    let lines = items.iter().map(|item| {
        format!(
            "{} {} {} {}\n",
            item.name,
            item.config,
            item.source.as_str(),
            item.disabled_by_tools
        )
    });
    insta::assert_snapshot!(lines.collect::<String>(), @r#"
z {"type":"remote","headers":{"A":"b"}} config.project true
a null config.project false
"#);
}

#[test]
fn a_setting_that_is_no_map_has_no_entries() {
    for config in ["{}", "{ \"mcp\": [1] }", "{ \"mcp\": null }"] {
        assert_eq!(
            answer(
                &Query::Mcp {
                    include_global: false
                },
                &with(config)
            )
            .unwrap(),
            View::Mcp(Vec::new())
        );
    }
}
