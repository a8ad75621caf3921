//! The written list, and what is not on it.

use serde_json::json;

use crate::support::{changed, check, is_rememberable, opencode, patch, set};

#[test]
fn the_written_list_is_low() {
    check(&[
        (
            json!({ "theme": "dark" }),
            &["low setting theme (unset → dark)"],
        ),
        (
            json!({ "username": "Anna" }),
            &["low setting username (unset → Anna)"],
        ),
        (
            json!({ "keybinds": { "leader": "ctrl+x", "app_exit": "ctrl+c,<leader>q" } }),
            &[
                "low setting keybinds.leader (unset → ctrl+x)",
                "low setting keybinds.app_exit (unset → ctrl+c,<leader>q)",
            ],
        ),
        (
            json!({ "layout": "auto" }),
            &["low setting layout (unset → auto)"],
        ),
        (
            json!({ "tui": { "scroll_speed": 2, "scroll_acceleration": { "enabled": true }, "diff_style": "auto" } }),
            &[
                "low setting tui.scroll_speed (unset → 2)",
                "low setting tui.scroll_acceleration.enabled (unset → true)",
                "low setting tui.diff_style (unset → auto)",
            ],
        ),
        (
            json!({ "$schema": "https://opencode.ai/config.json" }),
            &["low setting $schema (unset → https://opencode.ai/config.json)"],
        ),
        (
            json!({ "agent": { "build": { "color": "#ff0000", "temperature": 0.2, "top_p": 1 } } }),
            &[
                "low setting agent.build.color (unset → #ff0000)",
                "low setting agent.build.temperature (unset → 0.2)",
                "low setting agent.build.top_p (unset → 1)",
            ],
        ),
    ]);
    assert_eq!(
        changed(&json!({ "theme": "dark" }), &json!({ "theme": "light" })),
        ["low setting theme (dark → light)"]
    );
}

#[test]
fn values_that_could_do_more_are_not_on_the_list() {
    check(&[
        (
            json!({ "username": "{env:HOME}" }),
            &[
                "high reads-environment",
                "high unknown username (unset → {env:HOME})",
            ],
        ),
        (
            json!({ "theme": "{file:~/.netrc}" }),
            &[
                "high reads-file < ~/.netrc",
                "high unknown theme (unset → {file:~/.netrc})",
            ],
        ),
        (
            json!({ "theme": "http:evil.test" }),
            &["high sends theme (unset → http:evil.test) @ evil.test"],
        ),
        (
            json!({ "$schema": "https://evil.test/config.json" }),
            &["high sends $schema (unset → https://evil.test/config.json) @ evil.test"],
        ),
        (
            json!({ "keybinds": { "leader": { "on": "x", "command": "evil" } } }),
            &[
                "high command keybinds.leader.command $ evil",
                "high unknown keybinds.leader.on (unset → x)",
            ],
        ),
        (
            json!({ "tui": { "plugin": ["evil"] } }),
            &["high unknown tui.plugin (unset → [\"evil\"])"],
        ),
        (
            json!({ "keybinds": {} }),
            &["high unknown keybinds (unset → {})"],
        ),
        (
            json!({ "username": "a\nb" }),
            &["high unknown username (unset → a\nb)"],
        ),
    ]);
}

#[test]
fn a_reference_across_values_is_found() {
    let found = set(&json!({ "username": "{file:", "theme": "/etc/passwd}" }));
    assert!(
        found.contains(&"high reads-file < \",\n  \"theme\": \"/etc/passwd".to_owned()),
        "{found:?}"
    );
    let closed_later = set(&json!({ "username": "{file:~/.ssh/id_rsa" }));
    assert!(
        closed_later[0].starts_with("high reads-file < ~/.ssh/id_rsa\""),
        "{closed_later:?}"
    );
    let key = set(&json!({ "keybinds": { "{env:SECRET}": "x" } }));
    assert!(
        key.contains(&"high reads-environment".to_owned()),
        "{key:?}"
    );
    let gap = set(&json!({ "username": "{fi{env:NONE}le:/etc/passwd}" }));
    assert!(
        gap.contains(&"high reads-file < /etc/passwd".to_owned()),
        "{gap:?}"
    );
    let long = format!("{{file:{}../home/.ssh/id}}", "./".repeat(3_000));
    let long = set(&json!({ "model": long }));
    assert!(
        long.iter()
            .any(|line| line.starts_with("high reads-file < ./././"))
    );
}

#[test]
fn a_reference_that_is_there_already_is_no_news() {
    let before = json!({ "provider": { "p": { "options": { "apiKey": "{env:KEY}" } } } });
    assert_eq!(
        changed(&before, &json!({ "theme": "dark" })),
        ["low setting theme (unset → dark)"]
    );
    let files = opencode(&before);
    assert!(is_rememberable(
        &files,
        &patch(&json!({ "theme": "dark", "username": "a" }))
    ));
    // Where it is moved to, it is sent to somebody else.
    let moved = json!({ "provider": { "q": { "options": { "apiKey": "{env:KEY}" } } } });
    assert!(changed(&before, &moved).contains(&"high reads-environment".to_owned()));
}

#[test]
fn what_no_rule_knows_is_high() {
    check(&[
        (
            json!({ "logLevel": "DEBUG" }),
            &["high unknown logLevel (unset → DEBUG)"],
        ),
        (
            json!({ "compaction": { "auto": false } }),
            &["high unknown compaction.auto (unset → false)"],
        ),
        (
            json!({ "new_thing": {} }),
            &["high unknown new_thing (unset → {})"],
        ),
        (
            json!({ "new_thing": [] }),
            &["high unknown new_thing (unset → [])"],
        ),
        (
            json!({ "new_thing": { "deep": [{ "exec": "evil" }] } }),
            &["high command new_thing.deep.0.exec $ evil"],
        ),
        (
            json!({ "new_thing": { "env": { "API_TOKEN": "b" } } }),
            &["high environment new_thing.env.API_TOKEN (unset → ••••••)"],
        ),
    ]);
}
