//! Where a setting stands in its file, as against where the engine puts it.

use std::collections::VecDeque;

use serde_json::Value;

use crate::fields::Fields;
use crate::forms::NEWER_FORMS;

/// What the engine makes of fields of the newer forms that are there in the
/// older ones under other names.
const FIELDS: [(&str, &str); 6] = [
    ("agent.*.prompt", "agent.*.system"),
    ("agent.*.disable", "agent.*.disabled"),
    ("agent.*.options", "agent.*.request.body"),
    ("agent.*.variant", "agent.*.model.variant"),
    ("command.*.variant", "command.*.model.variant"),
    ("skills.urls", "skills"),
];

/// The most forms of one setting that are tried: an entry in its newer place
/// with a field of a newer name.
const TRIED: usize = 2;

/// The path in a file of a setting that the engine has at this path. Where the
/// file has no such value the path of the nearest one above it, or the path
/// itself.
pub(super) fn standing_path(loaded: &[String], written: &Fields) -> Vec<String> {
    let mut candidates = VecDeque::from([(loaded.to_vec(), 0)]);
    let mut nearest = loaded.to_vec();
    let mut depth = depth_of(loaded, written);
    while let Some((candidate, tried)) = candidates.pop_front() {
        let found = depth_of(&candidate, written);
        if found == candidate.len() {
            return candidate;
        }
        if found > depth {
            depth = found;
            nearest.clone_from(&candidate);
            nearest.truncate(found);
        }
        if tried < TRIED {
            let newer = newer_paths(&candidate).into_iter();
            candidates.extend(newer.map(|path| (path, tried + 1)));
        }
    }
    nearest
}

/// How many keys of a path lead somewhere.
fn depth_of(path: &[String], written: &Fields) -> usize {
    let mut at = written.get(path.first().map_or("", String::as_str));
    let mut depth = 0;
    for key in path.iter().skip(1) {
        let Some(value) = at else { return depth };
        depth += 1;
        at = value
            .as_object()
            .and_then(|fields: &Fields| fields.get(key));
    }
    depth + usize::from(at.is_some_and(|_: &Value| true))
}

/// The paths of newer forms that the engine takes for a path.
fn newer_paths(path: &[String]) -> Vec<Vec<String>> {
    let forms = NEWER_FORMS.iter().filter_map(|form| {
        // Of a value in two places either one leads to it.
        let newer = form
            .path
            .trim_end_matches(".catalog")
            .trim_end_matches("[]");
        Some((form.older?, newer))
    });
    let all = FIELDS.into_iter().chain(forms);
    all.filter_map(|(older, newer)| translated(path, older, newer))
        .collect()
}

/// A path that begins as the older form says, in the newer one.
fn translated(path: &[String], older: &str, newer: &str) -> Option<Vec<String>> {
    let keys: Vec<&str> = older.split('.').collect();
    let (begin, rest) = path.split_at_checked(keys.len())?;
    let is_same = |(key, own): (&&str, &String)| *key == "*" || *key == own;
    if !keys.iter().zip(begin).all(is_same) {
        return None;
    }
    // Each form has one name at most.
    let name = keys.iter().position(|key| *key == "*");
    let name = name.and_then(|at| begin.get(at));
    let own = newer.split('.').map(|key| match (key, name) {
        ("*", Some(name)) => name.clone(),
        (key, _) => key.to_owned(),
    });
    Some(own.chain(rest.iter().cloned()).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn standing(loaded: &str, written: Value) -> String {
        let Value::Object(written) = written else {
            panic!("no settings");
        };
        let loaded: Vec<String> = loaded.split('.').map(str::to_owned).collect();
        standing_path(&loaded, &written).join(".")
    }

    #[test]
    fn a_path_is_that_of_the_file() {
        let both = json!({ "mcp": { "a": {}, "servers": { "a": {}, "b": { "disabled": true, "timeout": { "catalog": 1 } } } } });
        assert_eq!(standing("mcp.a", both.clone()), "mcp.a");
        assert_eq!(standing("mcp.b", both.clone()), "mcp.servers.b");
        assert_eq!(
            standing("mcp.b.enabled", both.clone()),
            "mcp.servers.b.disabled"
        );
        assert_eq!(standing("mcp.b.timeout", both), "mcp.servers.b.timeout");
        let entries = json!({
            "agents": { "a": { "system": "x", "model": { "variant": "v" }, "request": { "body": {} } } },
            "commands": { "c": { "template": "t" } },
            "skills": ["./s"], "snapshots": true, "model": { "providerID": "p" },
        });
        for (loaded, expected) in [
            ("agent.a.prompt", "agents.a.system"),
            ("agent.a.options", "agents.a.request.body"),
            ("agent.a.variant", "agents.a.model.variant"),
            ("command.c.template", "commands.c.template"),
            ("skills.paths", "skills"),
            ("snapshot", "snapshots"),
            ("model", "model"),
        ] {
            assert_eq!(standing(loaded, entries.clone()), expected);
        }
    }

    #[test]
    fn what_stands_nowhere_is_what_is_nearest_to_it() {
        let written = json!({ "agents": { "a": {} } });
        assert_eq!(standing("agent.a.permission", written), "agents.a");
        assert_eq!(standing("agent.a", json!({})), "agent.a");
    }
}
