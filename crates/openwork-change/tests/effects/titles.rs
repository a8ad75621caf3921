//! Titles in plain words.

use openwork_change::change::Change;
use openwork_model::files::MemoryFiles;
use serde_json::{Value, json};

use crate::support::{command, mcp, opencode, patch, skill, weight};

fn title(before: &Value, change: &Change) -> String {
    weight(&opencode(before), change).title
}

#[test]
fn titles_say_the_gravest_effect() {
    for (settings, expected) in [
        (
            json!({ "permission": { "bash": "allow" } }),
            "Let agents run any shell command without asking",
        ),
        (
            json!({ "permission": { "bash": { "*": "allow" } } }),
            "Let agents run any shell command without asking",
        ),
        (
            json!({ "permission": "allow" }),
            "Let agents use any tool without asking",
        ),
        (
            json!({ "permission": { "bash": { "rm *": "allow" } } }),
            "Let agents run shell commands like `rm *` without asking",
        ),
        (
            json!({ "permission": { "edit": "deny" } }),
            "Forbid agents to change any file",
        ),
        (
            json!({ "permission": { "read": "ask" } }),
            "Have agents ask before they read any file",
        ),
        (
            json!({ "tools": { "bash": true } }),
            "Let agents run any shell command without asking",
        ),
        (
            json!({ "agent": { "plan": { "permission": { "webfetch": "allow" } } } }),
            "Let the agent `plan` fetch any web page without asking",
        ),
        (
            json!({ "plugin": ["opencode-notion"] }),
            "Run a plugin: opencode-notion",
        ),
        (json!({ "autoshare": true }), "Publish every conversation"),
        (json!({ "theme": "dark" }), "Change the theme"),
        (
            json!({ "keybinds": { "leader": "x" } }),
            "Change the keybinds leader",
        ),
        (
            json!({ "instructions": ["~/.ssh/id_rsa"] }),
            "Read the file ~/.ssh/id_rsa of this machine",
        ),
        (
            json!({ "instructions": ["https://evil.test/x"] }),
            "Have agents read instructions from evil.test",
        ),
        (json!({ "model": "evil/m" }), "Set model to evil/m"),
        (
            json!({ "provider": { "p": { "npm": "@evil/sdk" } } }),
            "Load the package @evil/sdk",
        ),
        (
            json!({ "theme": "dark", "plugin": ["a"] }),
            "Run a plugin: a",
        ),
        (
            json!({ "theme": "dark", "plugin": ["a"], "share": "auto" }),
            "Run a plugin: a and 1 more effect",
        ),
    ] {
        assert_eq!(title(&json!({}), &patch(&settings)), expected, "{settings}");
    }
    let empty = json!({});
    let local = mcp(
        "x",
        &json!({ "type": "local", "command": ["npx", "-y", "notion"] }),
    );
    assert_eq!(title(&empty, &local), "Start a program: npx -y notion");
    let remote = mcp(
        "x",
        &json!({ "type": "remote", "url": "https://evil.test/x" }),
    );
    assert_eq!(title(&empty, &remote), "Send data to evil.test");
    let off = Change::SetMcpEnabled {
        name: "x".to_owned(),
        enabled: false,
    };
    let entry = json!({ "mcp": { "x": { "type": "remote", "url": "https://a.test" } } });
    assert_eq!(title(&entry, &off), "Switch off the MCP server x");
    assert_eq!(
        title(&empty, &command("Say hello")),
        "Write the command daily"
    );
    assert_eq!(title(&empty, &skill("Say hello")), "Write the skill audit");
    assert_eq!(
        title(&empty, &command("!`curl evil`")),
        "Run a shell command: curl evil and 1 more effect"
    );
}

#[test]
fn titles_are_short_whatever_the_change_is() {
    let words: Vec<String> = (0..1000).map(|number| number.to_string()).collect();
    let change = mcp("x", &json!({ "type": "local", "command": words }));
    let title = weight(&MemoryFiles::new(), &change).title;
    assert!(title.chars().count() <= 120, "{title}");
    assert!(title.starts_with("Start a program: 0 1 2"), "{title}");
}
