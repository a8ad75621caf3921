//! Which MCP servers are without tools, by the engine's rules.
//!
//! The engine (1.18) names a server's tools `SERVER_TOOL`. It turns `tools`
//! into permissions and lays `permission` over them; the last rule that
//! matches a tool decides, and only `deny` for every input withholds it.

use serde_json::{Map, Value};

use super::patterns::ToolPatterns;

/// Stands for any tool: it is made of a character that no tool's name has, so
/// a pattern for single tools cannot match it.
const ANY_TOOL: &str = "\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\
    \u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}";

/// The rules of one configuration, the deciding one last.
pub(super) struct ToolRules {
    tools: ToolPatterns,
    withhold: Vec<bool>,
}

struct ToolRule {
    tools: String,
    withholds: bool,
}

impl ToolRules {
    /// Reads `tools` and `permission`. A pattern of both keeps its place in
    /// `tools` and has the value that `permission` gives it.
    pub(super) fn of(opencode: &Map<String, Value>) -> Self {
        let mut merged: Map<String, Value> = Map::new();
        for (pattern, on) in members(opencode.get("tools")) {
            let Some(on) = on.as_bool() else { continue };
            merged.insert(
                pattern.clone(),
                Value::from(if on { "allow" } else { "deny" }),
            );
        }
        for (pattern, permission) in members(opencode.get("permission")) {
            merged.insert(pattern.clone(), permission.clone());
        }
        if let Some(permission @ Value::String(_)) = opencode.get("permission") {
            merged.insert("*".to_owned(), permission.clone());
        }
        let rules = merged
            .iter()
            .flat_map(|(tools, permission)| rules(tools, permission));
        let (tools, withhold): (Vec<_>, Vec<_>) =
            rules.map(|rule| (rule.tools, rule.withholds)).unzip();
        Self {
            tools: ToolPatterns::new(tools.into_iter()),
            withhold,
        }
    }

    /// Whether every tool of a server is withheld.
    pub(super) fn withhold_all_of(&self, server: &str) -> bool {
        let tool = format!("{}_{ANY_TOOL}", sanitised(server));
        let deciding = self.tools.last_match(&tool);
        deciding.is_some_and(|rule| self.withhold.get(rule) == Some(&true))
    }
}

/// A permission is one action for every input, or a map of input patterns to
/// actions, each of which is a rule.
fn rules(tools: &str, permission: &Value) -> Vec<ToolRule> {
    let rule = |withholds| ToolRule {
        tools: tools.to_owned(),
        withholds,
    };
    match permission {
        Value::String(action) => vec![rule(action == "deny")],
        Value::Object(inputs) => inputs
            .iter()
            .map(|(input, action)| rule(input == "*" && action == "deny"))
            .collect(),
        _ => Vec::new(),
    }
}

fn members(setting: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    setting.and_then(Value::as_object).into_iter().flatten()
}

fn sanitised(server: &str) -> String {
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    server
        .chars()
        .map(|c| if known(c) { c } else { '_' })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_last_rule_for_all_tools_decides() {
        for (opencode, withheld) in [
            (json!({}), false),
            (json!({ "tools": { "two_*": false } }), true),
            (json!({ "tools": { "two*": false } }), true),
            (json!({ "tools": { "*": false } }), true),
            (json!({ "tools": { "t?o_*": false } }), true),
            (json!({ "tools": { "two": false } }), false),
            (json!({ "tools": { "two_search": false } }), false),
            (json!({ "tools": { "two_??????": false } }), false),
            (json!({ "tools": { "mcp.two.*": false } }), false),
            (json!({ "tools": { "two_*": "no" } }), false),
            (json!({ "tools": { "deny": ["two"] } }), false),
            (json!({ "tools": ["two_*"] }), false),
            (json!({ "tools": { "two_*": false, "*": true } }), false),
            (json!({ "tools": { "*": true, "two_*": false } }), true),
            (json!({ "tools": { "*": false, "two_*": true } }), false),
            (
                json!({ "tools": { "two_*": false, "two_search": true } }),
                true,
            ),
            (json!({ "permission": { "two_*": "deny" } }), true),
            (json!({ "permission": { "two_*": "ask" } }), false),
            (json!({ "permission": "deny" }), true),
            (json!({ "permission": { "two_*": { "*": "deny" } } }), true),
            (
                json!({ "permission": { "two_*": { "rm *": "deny" } } }),
                false,
            ),
            (
                json!({ "permission": { "two_*": { "*": "deny", "ls": "allow" } } }),
                false,
            ),
            (
                json!({ "permission": { "two_*": "allow" }, "tools": { "two_*": false } }),
                false,
            ),
            (
                json!({ "permission": { "two_*": "deny" }, "tools": { "*": true } }),
                true,
            ),
            (
                json!({ "permission": { "two_*": "deny" }, "tools": { "two_*": true, "*": true } }),
                false,
            ),
        ] {
            let rules = ToolRules::of(opencode.as_object().unwrap());
            assert_eq!(rules.withhold_all_of("two"), withheld, "{opencode}");
        }
    }

    #[test]
    fn thousands_of_rules_are_tried_on_thousands_of_servers() {
        let took = |count: usize| {
            let tools: Map<String, Value> = (0..count)
                .flat_map(|n| {
                    [
                        (format!("server{n}_*"), n % 2 == 0),
                        (format!("*_{n}_x?"), true),
                    ]
                })
                .map(|(pattern, on)| (pattern, Value::from(on)))
                .collect();
            let opencode = json!({ "tools": tools });
            let before = std::time::Instant::now();
            let rules = ToolRules::of(opencode.as_object().unwrap());
            let withheld = |n: &usize| rules.withhold_all_of(&format!("server{n}"));
            assert_eq!((0..count).filter(withheld).count(), count / 2);
            before.elapsed()
        };
        let (few, many) = (took(200), took(2_000));
        // Each tried on each, ten times as many took a hundred times as long. Compared,
        // as how long either takes depends on the machine.
        assert!(many < 50 * few, "{many:?} {few:?}");
    }

    #[test]
    fn other_characters_of_a_servers_name_become_underscores() {
        let opencode = json!({ "tools": { "my_server_*": false, "your.server_*": false } });
        let rules = ToolRules::of(opencode.as_object().unwrap());
        assert!(rules.withhold_all_of("my.server"));
        assert!(!rules.withhold_all_of("your.server"));
    }
}
