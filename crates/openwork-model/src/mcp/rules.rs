//! Which MCP servers are without tools, by the engine's rules.
//!
//! The engine (1.18) names a server's tools `SERVER_TOOL`. It turns `tools`
//! into permissions and lays `permission` over them; the last rule that
//! matches a tool decides, and only `deny` for every input withholds it.

use std::cell::Cell;
use std::collections::HashMap;

use serde_json::{Map, Value};

use super::wildcard::matches;

/// How many patterns are tried for all servers of one list. Only patterns of
/// which very many begin with a wildcard need more; what is left is then not
/// called withheld.
const TRIES: usize = 1_000_000;

/// Stands for any tool: it is made of a character that no tool's name has, so
/// a pattern for single tools cannot match it.
const ANY_TOOL: &str = "\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\
    \u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}";

/// The rules of one configuration, the deciding one last.
pub(super) struct Rules {
    /// By what the pattern says before its first wildcard.
    by_start: HashMap<String, Vec<Rule>>,
    /// How long that is at most, in bytes.
    longest: usize,
    left: Cell<usize>,
}

struct Rule {
    tools: Vec<char>,
    withholds: bool,
    /// Its place among all rules: the last one that matches decides.
    place: usize,
}

impl Rules {
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
        let mut by_start: HashMap<String, Vec<Rule>> = HashMap::new();
        for (place, (tools, withholds)) in rules.enumerate() {
            let start = tools.find(['*', '?']).map_or(tools, |end| &tools[..end]);
            let rule = Rule {
                tools: tools.chars().collect(),
                withholds,
                place,
            };
            by_start.entry(start.to_owned()).or_default().push(rule);
        }
        Self {
            longest: by_start.keys().map(String::len).max().unwrap_or_default(),
            by_start,
            left: Cell::new(TRIES),
        }
    }

    /// Whether every tool of a server is withheld.
    pub(super) fn withhold_all_of(&self, server: &str) -> bool {
        let tool = format!("{}_{ANY_TOOL}", sanitised(server));
        let letters: Vec<char> = tool.chars().collect();
        let mut deciding: Option<&Rule> = None;
        // The name of a tool is ASCII, so it can be cut anywhere.
        for end in 0..=tool.len().min(self.longest) {
            let rules = self.by_start.get(tool.get(..end).unwrap_or_default());
            let later = rules.into_iter().flatten().rev();
            let later = later.take_while(|rule| deciding.is_none_or(|by| by.place < rule.place));
            deciding = later
                .take_while(|_| self.may_try())
                .find(|rule| matches(&rule.tools, &letters))
                .or(deciding);
        }
        deciding.is_some_and(|rule| rule.withholds && self.left.get() > 0)
    }

    fn may_try(&self) -> bool {
        let left = self.left.get().saturating_sub(1);
        self.left.set(left);
        left > 0
    }
}

/// A permission is one action for every input, or a map of input patterns to
/// actions, each of which is a rule.
fn rules<'r>(tools: &'r str, permission: &Value) -> Vec<(&'r str, bool)> {
    let rule = |withholds| (tools, withholds);
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
            let rules = Rules::of(opencode.as_object().unwrap());
            assert_eq!(rules.withhold_all_of("two"), withheld, "{opencode}");
        }
    }

    #[test]
    fn very_many_rules_are_gone_through_in_a_moment() {
        const MANY: usize = 8_000;
        for pattern in ["server{}_*", "ser*{}_*", "*r{}_*", "server{}?*"] {
            let rule = |n: usize| (pattern.replace("{}", &n.to_string()), json!(false));
            let tools: Map<String, Value> = (0..MANY).map(rule).collect();
            let opencode = Map::from_iter([("tools".to_owned(), Value::Object(tools))]);
            let begun = std::time::Instant::now();
            let rules = Rules::of(&opencode);
            let withheld = |n: &usize| rules.withhold_all_of(&format!("server{n}"));
            let count = (0..MANY).filter(withheld).count();
            let spent = begun.elapsed();
            assert!(
                spent < std::time::Duration::from_secs(5),
                "{pattern}: {spent:?}"
            );
            assert!(
                pattern.starts_with("server") == (count == MANY),
                "{pattern}: {count}"
            );
        }
    }

    #[test]
    fn other_characters_of_a_servers_name_become_underscores() {
        let opencode = json!({ "tools": { "my_server_*": false, "your.server_*": false } });
        let rules = Rules::of(opencode.as_object().unwrap());
        assert!(rules.withhold_all_of("my.server"));
        assert!(!rules.withhold_all_of("your.server"));
    }
}
