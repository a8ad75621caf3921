use serde_json::{Value, json};

use super::*;

mod generated;

/// The table that the tests with the real engine go through as well.
const VALUES: &str = include_str!("../../../../tests/engine/values.json");

fn fields(value: &Value) -> &Fields {
    value.as_object().unwrap()
}

fn rows(key: &str) -> Vec<Value> {
    let table: Value = serde_json::from_str(VALUES).unwrap();
    let rows = table[key].as_array().unwrap();
    assert!(rows.len() > 30, "{key}");
    rows.clone()
}

#[test]
fn what_the_engine_loads_is_accepted() {
    for config in rows("accepted") {
        assert_eq!(check(fields(&config)), Ok(()), "{config}");
    }
}

#[test]
fn what_the_engine_refuses_or_loses_is_refused_where_it_is_wrong() {
    let found = rows("refused").into_iter().filter_map(|row| {
        let fault = check(fields(&row["config"])).map_err(|fault| fault.pointer);
        (fault != Err(row["pointer"].as_str().unwrap().to_owned())).then_some((row, fault))
    });
    assert_eq!(found.collect::<Vec<_>>(), []);
}

#[test]
fn the_rules_are_those_of_the_engine_that_is_tested() {
    let tools = include_str!("../../../../tests/package.json");
    let tools: Value = serde_json::from_str(tools).unwrap();
    assert_eq!(tools["devDependencies"]["opencode-ai"], version());
}

#[test]
fn a_fault_says_what_was_found_and_what_is_expected() {
    let local = |key: &str, value: Value| {
        let mut entry = json!({ "type": "local", "command": ["x"] });
        entry[key] = value;
        json!({ "mcp": { "a": entry } })
    };
    for (config, message) in [
        (
            json!({ "share": "never" }),
            r#"/share: found "never", expected "manual", "auto" or "disabled""#,
        ),
        (
            json!({ "model": null }),
            "/model: found null, expected a text or an object",
        ),
        (
            json!({ "permissions": [] }),
            "/permissions: found a list, expected nothing",
        ),
        (
            json!({ "plugin": [["a"]] }),
            "/plugin/0/1: found nothing, expected an object",
        ),
        (
            json!({ "plugin": [["a", {}, 1]] }),
            "/plugin/0/2: found a number, expected nothing",
        ),
        (
            json!({ "plugin": [7] }),
            "/plugin/0: found a number, expected a text or a list",
        ),
        (
            local("timeout", json!(0)),
            "/mcp/a/timeout: found 0, expected an integer above 0 or an object with the same `catalog` and `execution`",
        ),
        (
            local("timeout", json!(1.5)),
            "/mcp/a/timeout: found 1.5, expected an integer above 0 or an object with the same `catalog` and `execution`",
        ),
        (
            local("environment", json!({ "KEY": 5 })),
            "/mcp/a/environment/KEY: found a number, expected a text",
        ),
        (
            local("type", json!("stdio")),
            r#"/mcp/a/type: found "stdio", expected "local" or "remote""#,
        ),
        (
            json!({ "mcp": { "a": {} } }),
            r#"/mcp/a/type: found nothing, expected "local" or "remote""#,
        ),
        (
            json!({ "mcp": { "a": 1 } }),
            "/mcp/a: found a number, expected an object",
        ),
        (
            json!({ "permission": 1 }),
            r#"/permission: found a number, expected "ask", "allow", "deny" or an object"#,
        ),
        (
            json!({ "mcp": { "a": { "type": "remote", "url": "x", "oauth": { "callbackPort": 0 } } } }),
            "/mcp/a/oauth/callbackPort: found 0, expected an integer from 1 to 65535",
        ),
        (
            json!({ "agent": { "a": { "color": "red" } } }),
            r##"/agent/a/color: found "red", expected a colour such as "#1a2b3c", "primary", "secondary", "accent", "success", "warning", "error" or "info""##,
        ),
        (
            json!({ "subagent_depth": -1 }),
            "/subagent_depth: found -1, expected an integer of at least 0",
        ),
        (
            json!({ "tools": { "a/b~c": 1 } }),
            "/tools/a~1b~0c: found a number, expected true or false",
        ),
    ] {
        assert_eq!(check(fields(&config)).unwrap_err().to_string(), message);
    }
}

#[test]
fn all_that_is_wrong_is_told_up_to_a_bound() {
    let config = json!({
        "instructions": "a",
        "share": "sometimes",
        "agent": { "a": { "mode": "boss", "steps": 0, "permissions": {} } },
        "mcp": {
            "a": { "type": "local", "command": "x", "environment": { "K": 1, "L": 2 } },
            "b": { "type": "remote", "timeout": -1 },
        },
        "plugin": [1, "x", ["y", {}, {}]],
    });
    let places = |most| -> Vec<String> {
        let found = faults(fields(&config), most).into_iter();
        found.map(|fault| fault.pointer).collect()
    };
    let expected = [
        "/instructions",
        "/share",
        "/agent/a/mode",
        "/agent/a/steps",
        "/agent/a/permissions",
        "/mcp/a/command",
        "/mcp/a/environment/K",
        "/mcp/a/environment/L",
        "/mcp/b/timeout",
        "/mcp/b/url",
        "/plugin/0",
        "/plugin/2/2",
    ];
    assert_eq!(places(20), expected);
    assert_eq!(places(3), expected[..3]);
    assert_eq!(places(1), expected[..1]);
    let excess = faults(fields(&config), 20).into_iter();
    let excess = excess.filter(SchemaFault::is_excess);
    let excess: Vec<String> = excess.map(|fault| fault.pointer).collect();
    assert_eq!(excess, ["/agent/a/permissions", "/plugin/2/2"]);
}

#[test]
fn what_may_be_secret_is_not_repeated() {
    let secret = "s3cret".repeat(10);
    for config in [
        json!({ "share": secret }),
        json!({ "mcp": { "a": { "type": "remote", "url": "x", "headers": { "K": [secret] } } } }),
        json!({ "tools": secret }),
    ] {
        let message = check(fields(&config)).unwrap_err().to_string();
        assert!(!message.contains(&secret), "{message}");
    }
}

#[test]
fn references_pass_where_a_text_may_be() {
    for (config, pointer) in [
        (json!({ "share": "{env:SHARE}" }), None),
        (
            json!({ "agent": { "a": { "color": "{file:color}" } } }),
            None,
        ),
        (json!({ "tools": { "a": "{env:A}" } }), Some("/tools/a")),
        (json!({ "share": "{env:}" }), Some("/share")),
    ] {
        let found = check(fields(&config)).err().map(|fault| fault.pointer);
        assert_eq!(found.as_deref(), pointer, "{config}");
    }
}
