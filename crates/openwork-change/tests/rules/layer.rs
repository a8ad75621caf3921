use std::fmt::Write as _;

use openwork_change::query::{Query, View, answer};
use openwork_model::config::ConfigView;
use openwork_model::files::{FileRoot, MemoryFiles};
use openwork_model::layer::{LayerError, LayersView};
use serde_json::{Value, json};

fn config(files: &MemoryFiles) -> ConfigView {
    match answer(&Query::Config { layers: true }, files).unwrap() {
        View::Config(view) => view,
        other => panic!("{other:?}"),
    }
}

fn layers(files: &MemoryFiles) -> LayersView {
    config(files).layers.unwrap()
}

fn shown(view: &LayersView) -> String {
    let mut text = String::new();
    for layer in &view.layers {
        let content = match &layer.content {
            Ok(fields) => Value::Object(fields.clone()).to_string(),
            Err(error) => error.to_string(),
        };
        writeln!(
            text,
            "{} {}: {content}",
            layer.scope.as_str(),
            layer.path.display()
        )
        .unwrap();
        for shadowed in &layer.shadowed {
            let by = shadowed.by.display();
            writeln!(text, "  {} ({}) by {by}", shadowed.key, shadowed.pointer).unwrap();
        }
    }
    text
}

/// A project file, one above it that wins and one below it.
fn merged(lower: Value, upper: Value) -> Value {
    let files = MemoryFiles::new()
        .with("opencode.json", &lower.to_string())
        .with("opencode.jsonc", &upper.to_string());
    Value::Object(layers(&files).effective)
}

#[test]
fn layers_come_in_rising_order_of_precedence() {
    let files = MemoryFiles::new()
        .with_ancestors(2)
        .with("opencode.json", "{}")
        .with(
            "opencode.jsonc",
            "{ \"x\": \"{env:X}\", \"y\": \"{file:./y}\" }",
        )
        .with(".opencode/opencode.jsonc", "{}")
        .with(".opencode/opencode.json", "")
        .with(".opencode/config.json", "{}")
        .with_at(FileRoot::Ancestor(1), "opencode.json", "{}")
        .with_at(FileRoot::Ancestor(1), ".opencode/opencode.json", "{}")
        .with_at(FileRoot::Ancestor(2), "opencode.jsonc", "{}")
        .with_at(FileRoot::Ancestor(3), "opencode.json", "{}")
        .with_at(FileRoot::Global, "opencode.jsonc", "{}")
        .with_at(FileRoot::Global, "opencode.json", "{}")
        .with_at(FileRoot::Global, "config.json", "{}")
        .with_at(FileRoot::Home, ".opencode/opencode.json", "{}")
        .with_at(FileRoot::Home, "opencode.json", "{}")
        .with_at(FileRoot::Custom, "opencode.json", "{}")
        .with_at(FileRoot::Custom, "config.json", "{}");
    insta::assert_snapshot!(shown(&layers(&files)), @r#"
global /home/.config/opencode/config.json: {}
global /home/.config/opencode/opencode.json: {}
global /home/.config/opencode/opencode.jsonc: {}
ancestor /w/opencode.jsonc: {}
ancestor /w/s/opencode.json: {}
project /w/s/ws/opencode.json: {}
project /w/s/ws/opencode.jsonc: {"x":"{env:X}","y":"{file:./y}"}
dir /w/s/ws/.opencode/opencode.json: {}
dir /w/s/ws/.opencode/opencode.jsonc: {}
dir /w/s/.opencode/opencode.json: {}
home /home/.opencode/opencode.json: {}
custom /custom/opencode.json: {}
"#);
}

#[test]
fn a_layer_that_cannot_be_read_says_why_and_hides_no_other() {
    let files = MemoryFiles::new()
        .with("opencode.json", "{ \"model\": }")
        .with(".opencode/opencode.json", " \n")
        .with(".opencode/opencode.jsonc/x", "")
        .with_at(FileRoot::Global, "config.json", "[]")
        .with_at(FileRoot::Global, "opencode.json", "{ \"model\": \"g\" }");
    let config = config(&files);
    assert_eq!(config.opencode, serde_json::Map::new());
    let view = config.layers.unwrap();
    insta::assert_snapshot!(shown(&view), @r#"
global /home/.config/opencode/config.json: the top level is a list, not an object
global /home/.config/opencode/opencode.json: {"model":"g"}
project /w/s/ws/opencode.json: the text does not parse: Unexpected close brace at line 1, column 12
dir /w/s/ws/.opencode/opencode.json: the file has no value
dir /w/s/ws/.opencode/opencode.jsonc: /w/s/ws/.opencode/opencode.jsonc is not a regular file
"#);
    assert_eq!(Value::Object(view.effective), json!({ "model": "g" }));
    assert_eq!(view.layers[3].content, Err(LayerError::Blank));
}

#[test]
fn without_being_asked_for_there_are_no_layers() {
    let files = MemoryFiles::new().with("opencode.json", "{}");
    let View::Config(view) = answer(&Query::Config { layers: false }, &files).unwrap() else {
        panic!("no configuration")
    };
    assert_eq!(view.layers, None);
}

#[test]
fn a_higher_layer_wins_by_the_rules_of_the_engine() {
    for (lower, upper, effective) in [
        (
            json!({ "a": 1, "b": 2 }),
            json!({ "b": 3, "c": 4 }),
            json!({ "a": 1, "b": 3, "c": 4 }),
        ),
        (
            json!({ "o": { "a": { "x": 1 }, "b": 1 } }),
            json!({ "o": { "a": { "y": 2 } } }),
            json!({ "o": { "a": { "x": 1, "y": 2 }, "b": 1 } }),
        ),
        (
            json!({ "l": [1, 2] }),
            json!({ "l": [3] }),
            json!({ "l": [3] }),
        ),
        (
            json!({ "o": { "a": 1 } }),
            json!({ "o": "text" }),
            json!({ "o": "text" }),
        ),
        (
            json!({ "o": "text" }),
            json!({ "o": { "a": 1 } }),
            json!({ "o": { "a": 1 } }),
        ),
        (
            json!({ "instructions": ["a", "b"] }),
            json!({ "instructions": ["b", "c"] }),
            json!({ "instructions": ["a", "b", "c"] }),
        ),
        (
            json!({ "plugin": ["a@1", "b", ["c", { "x": 1 }]] }),
            json!({ "plugin": ["d", "a@2", ["c", { "y": 2 }]] }),
            json!({ "plugin": ["b", "d", "a@2", ["c", { "y": 2 }]] }),
        ),
        (
            json!({ "plugin": "solo" }),
            json!({}),
            json!({ "plugin": ["solo"] }),
        ),
        (
            json!({ "permission": "ask" }),
            json!({ "permission": { "bash": "deny" } }),
            json!({ "permission": { "*": "ask", "bash": "deny" } }),
        ),
        (
            json!({ "permission": { "bash": { "ls": "allow" } } }),
            json!({ "permission": "deny" }),
            json!({ "permission": { "bash": { "ls": "allow" }, "*": "deny" } }),
        ),
        (
            json!({ "mcp": { "a": { "type": "remote", "url": "u", "headers": { "A": "1" } } } }),
            json!({ "mcp": { "a": { "type": "remote", "url": "v", "headers": { "B": "2" } } } }),
            json!({ "mcp": { "a": { "type": "remote", "url": "v", "headers": { "A": "1", "B": "2" } } } }),
        ),
        (
            json!({ "mcp": { "a": { "type": "remote", "url": "u" } } }),
            json!({ "mcp": { "a": { "enabled": false, "headers": { "B": "2" } } } }),
            json!({ "mcp": { "a": { "type": "remote", "url": "u", "enabled": false } } }),
        ),
    ] {
        assert_eq!(
            merged(lower.clone(), upper.clone()).to_string(),
            effective.to_string(),
            "{lower} {upper}"
        );
    }
}

#[test]
fn the_upper_directories_win_among_the_engines_own() {
    let files = MemoryFiles::new()
        .with_ancestors(1)
        .with("opencode.json", r#"{ "v": "project", "p": 1 }"#)
        .with(".opencode/opencode.json", r#"{ "v": "dir", "d": 1 }"#)
        .with_at(
            FileRoot::Ancestor(1),
            ".opencode/opencode.json",
            r#"{ "v": "above", "a": 1 }"#,
        )
        .with_at(
            FileRoot::Home,
            ".opencode/opencode.json",
            r#"{ "v": "home" }"#,
        )
        .with_at(
            FileRoot::Global,
            "opencode.json",
            r#"{ "v": "global", "g": 1 }"#,
        );
    let view = layers(&files);
    let expected = json!({ "v": "home", "g": 1, "p": 1, "d": 1, "a": 1 });
    assert_eq!(Value::Object(view.effective.clone()), expected);
    insta::assert_snapshot!(shown(&view), @r#"
global /home/.config/opencode/opencode.json: {"v":"global","g":1}
  v (/v) by /home/.opencode/opencode.json
project /w/s/ws/opencode.json: {"v":"project","p":1}
  v (/v) by /home/.opencode/opencode.json
dir /w/s/ws/.opencode/opencode.json: {"v":"dir","d":1}
  v (/v) by /home/.opencode/opencode.json
dir /w/s/.opencode/opencode.json: {"v":"above","a":1}
  v (/v) by /home/.opencode/opencode.json
home /home/.opencode/opencode.json: {"v":"home"}
"#);
}

#[test]
fn settings_are_shadowed_one_by_one() {
    let files = MemoryFiles::new()
        .with_at(
            FileRoot::Global,
            "opencode.json",
            r#"{ "model": "g", "share": "g", "mcp": { "a.b/c": { "url": "g", "own": 1 }, "x": {} }, "o": { "a": 1 }, "plugin": ["p@1", "q"], "instructions": ["i"] }"#,
        )
        .with(
            "opencode.json",
            r#"{ "model": "p", "mcp": { "a.b/c": { "url": "p" } }, "o": 5, "plugin": ["p@2"], "instructions": ["j"] }"#,
        )
        .with(".opencode/opencode.json", r#"{ "model": "d", "o": { "a": 2 } }"#);
    insta::assert_snapshot!(shown(&layers(&files)), @r#"
global /home/.config/opencode/opencode.json: {"model":"g","share":"g","mcp":{"a.b/c":{"url":"g","own":1},"x":{}},"o":{"a":1},"plugin":["p@1","q"],"instructions":["i"]}
  model (/model) by /w/s/ws/.opencode/opencode.json
  mcp.a.b/c.url (/mcp/a.b~1c/url) by /w/s/ws/opencode.json
  o (/o) by /w/s/ws/opencode.json
  plugin.0 (/plugin/0) by /w/s/ws/opencode.json
project /w/s/ws/opencode.json: {"model":"p","mcp":{"a.b/c":{"url":"p"}},"o":5,"plugin":["p@2"],"instructions":["j"]}
  model (/model) by /w/s/ws/.opencode/opencode.json
  o (/o) by /w/s/ws/.opencode/opencode.json
dir /w/s/ws/.opencode/opencode.json: {"model":"d","o":{"a":2}}
"#);
}

#[test]
fn newer_forms_that_the_engine_ignores_have_no_effect() {
    let files = MemoryFiles::new().with(
        "opencode.json",
        r#"{ "plugins": ["a"], "providers": {}, "websearch": true, "warming": true,
            "experimental": { "portable_shell_scanner": true, "batch_tool": true }, "plugin": ["b"] }"#,
    );
    let expected = json!({ "experimental": { "batch_tool": true }, "plugin": ["b"] });
    assert_eq!(Value::Object(layers(&files).effective), expected);
}

#[test]
fn what_is_shadowed_is_named_as_it_stands_in_its_file() {
    let files = MemoryFiles::new()
        .with(
            "opencode.json",
            r#"{ "mcp": { "servers": { "a": { "type": "remote", "url": "http://a", "disabled": true } } },
                "agents": { "g": { "system": "p", "disabled": true } }, "commands": { "c": { "template": "t" } },
                "snapshots": true, "compaction": { "buffer": 5 } }"#,
        )
        .with(
            ".opencode/opencode.json",
            r#"{ "mcp": { "a": { "enabled": true } }, "agent": { "g": { "prompt": "q", "disable": false } },
                "commands": { "c": { "template": "u" } }, "snapshot": false, "compaction": { "reserved": 6 } }"#,
        );
    let view = layers(&files);
    let pointers: Vec<&str> = view.layers[0]
        .shadowed
        .iter()
        .map(|shadowed| shadowed.pointer.as_str())
        .collect();
    let mut pointers = pointers;
    pointers.sort_unstable();
    assert_eq!(
        pointers,
        [
            "/agents/g/disabled",
            "/agents/g/system",
            "/commands/c/template",
            "/compaction/buffer",
            "/mcp/servers/a/disabled",
            "/snapshots",
        ]
    );
}
