use std::fmt::Write as _;

use openwork_change::query::{Query, View, answer};
use openwork_model::files::{FileRoot, MemoryFiles};
use openwork_model::mcp::McpItem;

fn items(files: &MemoryFiles, include_global: bool) -> Vec<McpItem> {
    match answer(&Query::Mcp { include_global }, files).unwrap() {
        View::Mcp(items) => items,
        other => panic!("{other:?}"),
    }
}

fn listed(files: &MemoryFiles, include_global: bool) -> String {
    let line = |item: &McpItem| {
        let mut line = format!("{} {} {}", item.name, item.source.as_str(), item.config);
        if let Some(path) = &item.path {
            write!(line, "\n  in {}", path.display()).unwrap();
        }
        if let Some(effective) = &item.effective {
            write!(line, "\n  is {effective}").unwrap();
        }
        if let Some(switch) = &item.switch {
            let word = if switch.enabled { "on" } else { "off" };
            write!(line, "\n  switched {word} by {}", switch.path.display()).unwrap();
        }
        if item.disabled_by_tools {
            line += "\n  without tools";
        }
        line + "\n"
    };
    items(files, include_global).iter().map(line).collect()
}

#[test]
fn entries_of_other_layers_follow_and_the_project_wins() {
    let files = MemoryFiles::new()
        .with_ancestors(1)
        .with(
            "opencode.json",
            r#"{ "mcp": { "both": { "type": "local", "command": ["p"] }, "off": { "enabled": false }, "alone": { "enabled": true }, "odd": null } }"#,
        )
        .with_at(FileRoot::Ancestor(1), "opencode.json", r#"{ "mcp": { "above": { "type": "remote", "url": "a" } } }"#)
        .with_at(
            FileRoot::Global,
            "opencode.json",
            r#"{ "mcp": { "both": { "type": "remote", "url": "g" }, "off": { "type": "remote", "url": "g", "headers": { "K": "{env:K}" } }, "mine": { "type": "remote", "url": "m" } } }"#,
        )
        .with(".opencode/opencode.json", r#"{ "mcp": { "mine": { "enabled": false }, "both": { "timeout": 5 } } }"#);
    insta::assert_snapshot!(listed(&files, false), @r#"
both config.project {"type":"local","command":["p"]}
off config.project {"enabled":false}
alone config.project {"enabled":true}
odd config.project null
mine config.project {"enabled":false}
  in /w/s/ws/.opencode/opencode.json
above config.global {"type":"remote","url":"a"}
  in /w/s/opencode.json
"#);
    insta::assert_snapshot!(listed(&files, true), @r#"
both config.project {"type":"local","command":["p"]}
  is {"type":"local","url":"g","command":["p"],"timeout":5}
off config.global {"type":"remote","url":"g","headers":{"K":"{env:K}"}}
  in /home/.config/opencode/opencode.json
  is {"type":"remote","url":"g","headers":{"K":"{env:K}"},"enabled":false}
  switched off by /w/s/ws/opencode.json
alone config.project {"enabled":true}
odd config.project null
mine config.global {"type":"remote","url":"m"}
  in /home/.config/opencode/opencode.json
  is {"type":"remote","url":"m","enabled":false}
  switched off by /w/s/ws/.opencode/opencode.json
above config.global {"type":"remote","url":"a"}
  in /w/s/opencode.json
"#);
}

#[test]
fn the_highest_switch_decides_unless_the_entry_itself_does() {
    let full = r#"{ "mcp": { "a": { "type": "remote", "url": "u" } } }"#;
    let full_on = r#"{ "mcp": { "a": { "type": "remote", "url": "u", "enabled": true } } }"#;
    let off = r#"{ "mcp": { "a": { "enabled": false } } }"#;
    let on = r#"{ "mcp": { "a": { "enabled": true } } }"#;
    for (global, project, dir, switched) in [
        (
            full,
            off,
            on,
            Some((true, "/w/s/ws/.opencode/opencode.json")),
        ),
        (
            full,
            on,
            off,
            Some((false, "/w/s/ws/.opencode/opencode.json")),
        ),
        (full, off, "{}", Some((false, "/w/s/ws/opencode.json"))),
        (
            off,
            full,
            "{}",
            Some((false, "/home/.config/opencode/opencode.json")),
        ),
        (off, full_on, "{}", None),
        (full, full, full, None),
    ] {
        let files = MemoryFiles::new()
            .with_at(FileRoot::Global, "opencode.json", global)
            .with("opencode.json", project)
            .with(".opencode/opencode.json", dir);
        let items = items(&files, true);
        let found = items[0].switch.as_ref();
        let found = found.map(|switch| (switch.enabled, switch.path.to_str().unwrap()));
        assert_eq!(
            (items.len(), found),
            (1, switched),
            "{global} {project} {dir}"
        );
    }
}

#[test]
fn the_rules_on_tools_are_those_of_all_layers() {
    let entry = r#"{ "mcp": { "two": { "type": "remote", "url": "u" } }"#;
    for (global, project, dir, withheld) in [
        (r#"{ "tools": { "two_*": false } }"#, "", "{}", true),
        (
            r#"{ "tools": { "two_*": false } }"#,
            r#", "tools": { "two_*": true }"#,
            "{}",
            false,
        ),
        (
            r#"{ "tools": { "two_*": false } }"#,
            r#", "permission": { "two_*": "allow" }"#,
            "{}",
            false,
        ),
        (
            r#"{ "permission": { "two_*": "deny" } }"#,
            r#", "tools": { "two_*": true }"#,
            "{}",
            true,
        ),
        (r#"{ "permission": "deny" }"#, "", "{}", true),
        (
            r#"{ "permission": { "two_*": "allow" } }"#,
            r#", "permission": "deny""#,
            "{}",
            true,
        ),
        (
            r#"{ "permission": { "*": "ask", "two_*": "deny" } }"#,
            r#", "permission": { "*": "allow" }"#,
            "{}",
            true,
        ),
        ("{", "", r#"{ "tools": { "*": false } }"#, true),
    ] {
        let files = MemoryFiles::new()
            .with_at(FileRoot::Global, "opencode.json", global)
            .with("opencode.json", &format!("{entry}{project} }}"))
            .with(".opencode/opencode.json", dir);
        for include_global in [false, true] {
            let items = items(&files, include_global);
            assert_eq!(
                items[0].disabled_by_tools, withheld,
                "{global} {project} {dir}"
            );
        }
    }
}
