//! MCP entries: local ones run, remote ones are sent data.

use serde_json::Value;

use super::{Risk, listed, members, members_of, recipient, short, starts};

/// How many names a note lists.
const MOST: usize = 12;

/// Weighs the entries that are new or changed.
pub(super) fn assess(risk: &mut Risk, before: &Value, after: &Value, shown: &Value) {
    for ((name, entry), (shown_name, shown)) in
        members_of(after, "mcp").zip(members_of(shown, "mcp"))
    {
        let before = before.get("mcp").and_then(|mcp| mcp.get(name));
        if before != Some(entry) && !is_switched_off(before, entry) {
            assess_entry(risk, shown_name, entry, shown);
        }
    }
}

/// Whether nothing else was changed than that it is off now.
fn is_switched_off(before: Option<&Value>, entry: &Value) -> bool {
    let rest = |entry: &Value| {
        let fields = members(entry).filter(|(key, _)| *key != "enabled");
        fields
            .map(|(key, value)| (key.to_owned(), value.clone()))
            .collect::<Vec<_>>()
    };
    entry.get("enabled") == Some(&Value::Bool(false))
        && before.map_or_else(
            || rest(entry).is_empty(),
            |before| rest(before) == rest(entry),
        )
}

fn assess_entry(risk: &mut Risk, name: &str, entry: &Value, shown: &Value) {
    match (
        entry.get("command"),
        entry.get("url").and_then(Value::as_str),
    ) {
        (Some(_), _) => {
            starts(risk, shown.get("command").unwrap_or(&Value::Null));
            if let Some(variables) = names(shown, "environment") {
                risk.warn(format!("Sets environment variables: {variables}"));
            }
        }
        (None, Some(url)) => {
            let headers = names(shown, "headers").map(|names| format!(" Header names: {names}"));
            let host = recipient(url);
            risk.note(format!(
                "Sends data to `{host}`.{}",
                headers.unwrap_or_default()
            ));
        }
        // What is switched on is described in another of the engine's files.
        (None, None) => {
            let name = short(name);
            risk.warn(format!(
                "Switches on the MCP server `{name}`, which is set up elsewhere."
            ));
        }
    }
}

fn names(entry: &Value, field: &str) -> Option<String> {
    listed(
        members_of(entry, field).map(|(name, _)| name.to_owned()),
        MOST,
    )
}
