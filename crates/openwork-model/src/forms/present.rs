//! Which newer forms a file has, and which versions of the engine read them.

use serde_json::Value;

use super::mcp::has_servers;
use super::{NEWER_FORMS, NewerForm};
use crate::fields::Fields;

/// The newer forms that settings have. Versions before theirs refuse the workspace over each.
///
/// ```
/// use openwork_model::forms::newer_in;
/// use serde_json::json;
///
/// let settings = json!({ "agents": { "a": {} }, "skills": ["./sk"], "model": "a/b" });
/// let found = newer_in(settings.as_object().ok_or("no object")?);
/// let paths: Vec<&str> = found.iter().map(|form| form.path).collect();
/// assert_eq!(paths, ["agents.*", "skills[]"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn newer_in(settings: &Fields) -> Vec<&'static NewerForm> {
    let has = |form: &&NewerForm| has(settings, form.path);
    NEWER_FORMS.iter().filter(has).collect()
}

/// Whether a version of the engine is an earlier one; `None` if one of the two cannot be read.
///
/// ```
/// use openwork_model::forms::is_earlier;
///
/// assert_eq!(is_earlier("1.17.11", "1.18.24"), Some(true));
/// assert_eq!(is_earlier("1.18.24-next.1", "1.18.24"), Some(false));
/// assert_eq!(is_earlier("local", "1.18.24"), None);
/// ```
pub fn is_earlier(version: &str, than: &str) -> Option<bool> {
    Some(numbers(version)? < numbers(than)?)
}

fn numbers(version: &str) -> Option<Vec<u64>> {
    let release = version.trim().split(['-', '+']).next()?;
    release.split('.').map(|part| part.parse().ok()).collect()
}

fn has(settings: &Fields, path: &str) -> bool {
    // A server may be called `servers`.
    let is_entry = |mcp: &Fields| !has_servers(mcp);
    let mcp = settings.get("mcp").and_then(Value::as_object);
    if path.starts_with("mcp.servers.") && mcp.is_some_and(is_entry) {
        return false;
    }
    let keys: Vec<&str> = path.split('.').collect();
    members(settings, &keys)
}

fn members(fields: &Fields, keys: &[&str]) -> bool {
    let Some((key, below)) = keys.split_first() else {
        return true;
    };
    let goes_on = |value: &Value| {
        below.is_empty()
            || value
                .as_object()
                .is_some_and(|fields| members(fields, below))
    };
    match (*key, key.strip_suffix("[]")) {
        (_, Some(list)) => fields.get(list).is_some_and(Value::is_array),
        // The key alone is refused, whatever is in it.
        ("*", _) if below.is_empty() => true,
        ("*", _) => fields.values().any(goes_on),
        (key, _) => fields.get(key).is_some_and(goes_on),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn found(settings: Value) -> Vec<&'static str> {
        let Value::Object(settings) = settings else {
            panic!("no settings");
        };
        newer_in(&settings).iter().map(|form| form.path).collect()
    }

    #[test]
    fn newer_forms_are_found_wherever_they_are() {
        let nested = json!({ "mcp": { "servers": { "a": { "disabled": true } }, "b": { "timeout": { "catalog": 1 } } } });
        let nested = found(nested);
        assert!(nested.contains(&"mcp.servers.*"), "{nested:?}");
        assert!(nested.contains(&"mcp.*.timeout.catalog"), "{nested:?}");
        assert_eq!(found(json!({ "agents": {} })), ["agents.*"]);
        let model = json!({ "model": { "providerID": "a", "model": "b" }, "plugins": [] });
        assert_eq!(found(model), ["model.providerID", "plugins"]);
    }

    #[test]
    fn older_forms_are_none() {
        let older = json!({
            "mcp": { "servers": { "type": "local", "command": ["x"] }, "a": { "timeout": 5 } },
            "agent": { "a": {} }, "command": {}, "skills": { "paths": [] }, "model": "a/b",
        });
        assert_eq!(found(older), [""; 0]);
    }
}
