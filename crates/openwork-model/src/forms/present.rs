//! Which newer forms a file has, and which versions of the engine read them.

use serde_json::Value;

use super::mcp::{has_servers, is_wait};
use super::{EarlierReading, EntryForm, EntrySection, NEWER_FORMS, NewerForm, UNKNOWN_KEYS_SINCE};
use crate::fields::Fields;
use crate::schema;

/// Settings of the engine's earliest versions, which all later ones take out before they look.
const FORMER_KEYS: [&str; 3] = ["keybinds", "theme", "tui"];

/// The newer forms that settings have.
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
    let is_in = |form: &&NewerForm| form.is_in(settings);
    NEWER_FORMS.iter().filter(is_in).collect()
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

impl NewerForm {
    /// What a version of the engine does with the form; `None` if it takes it as the latest does,
    /// or if the version cannot be read.
    ///
    /// ```
    /// use openwork_model::forms::{EarlierReading, NEWER_FORMS};
    ///
    /// let form = NEWER_FORMS.iter().find(|form| form.path == "commands.*").ok_or("no row")?;
    /// assert_eq!(form.read_by("1.17.11"), Some(EarlierReading::Refused));
    /// assert_eq!(form.read_by("1.18.20"), Some(EarlierReading::LeftOut));
    /// assert_eq!(form.read_by("1.18.33"), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read_by(&self, version: &str) -> Option<EarlierReading> {
        if is_earlier(version, self.since) != Some(true) {
            return None;
        }
        match self.before {
            EarlierReading::UnknownKey if is_earlier(version, UNKNOWN_KEYS_SINCE) == Some(true) => {
                Some(EarlierReading::Refused)
            }
            EarlierReading::UnknownKey => Some(EarlierReading::LeftOut),
            // What all versions leave out makes no difference.
            EarlierReading::LeftOut => self.older.map(|_| EarlierReading::LeftOut),
            other => Some(other),
        }
    }

    fn is_in(&self, settings: &Fields) -> bool {
        let mcp = settings.get("mcp").and_then(Value::as_object);
        match self.path {
            "*" => settings.keys().any(|key| is_unknown(key)),
            // A server may be called `servers` or `timeout`.
            "mcp.servers.*" => mcp.is_some_and(has_servers),
            "mcp.timeout{}" => mcp.is_some_and(is_wait),
            path => match path.strip_prefix("mcp.*.") {
                Some(below) => EntrySection::Mcp
                    .entries(settings)
                    .into_iter()
                    .filter(|entry| entry.form == EntryForm::Older)
                    .any(|entry| self.is_below(entry.value, below)),
                None => self.is_among(settings, path),
            },
        }
    }

    /// Whether a path leads from a value to the form.
    fn is_below(&self, value: &Value, path: &str) -> bool {
        value
            .as_object()
            .is_some_and(|fields| self.is_among(fields, path))
    }

    fn is_among(&self, fields: &Fields, path: &str) -> bool {
        let (key, below) = path.split_once('.').unwrap_or((path, ""));
        match key.trim_end_matches(['[', ']', '{', '}']) {
            // The key alone is refused, whatever is in it.
            "*" if below.is_empty() => true,
            "*" => fields.values().any(|value| self.is_below(value, below)),
            name => fields
                .get(name)
                .is_some_and(|value| self.is_at(value, key, below)),
        }
    }

    /// Whether a value that stands under a key of the path is the form, or leads to it.
    fn is_at(&self, value: &Value, key: &str, below: &str) -> bool {
        if !below.is_empty() {
            return self.is_below(value, below);
        }
        let is_newer = match self.before {
            EarlierReading::RefusedUnless(earlier) => !schema::fits(earlier, value),
            _ => true,
        };
        let has_type = match key.chars().last() {
            Some(']') => value.is_array(),
            Some('}') => value.is_object(),
            _ => true,
        };
        is_newer && has_type
    }
}

/// Whether no version of the engine knows a key at the top.
fn is_unknown(key: &str) -> bool {
    let is_form = |form: &NewerForm| form.path.split('.').next() == Some(key);
    !schema::has_setting(key) && !FORMER_KEYS.contains(&key) && !NEWER_FORMS.iter().any(is_form)
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
        assert_eq!(found(nested), ["mcp.servers.*", "mcp.*.timeout{}"]);
        assert_eq!(found(json!({ "agents": {} })), ["agents.*"]);
        let model = json!({ "model": { "providerID": "a", "model": "b" }, "plugins": [] });
        assert_eq!(found(model), ["model{}", "plugins"]);
        let waits = json!({ "mcp": { "timeout": {} }, "skills": [] });
        assert_eq!(found(waits), ["mcp.timeout{}", "skills[]"]);
        let oauth = json!({ "mcp": { "a": { "oauth": { "client_secret": "b" } } } });
        assert_eq!(found(oauth), ["mcp.*.oauth.client_secret"]);
    }

    #[test]
    fn values_that_earlier_versions_do_not_take_are_newer_forms() {
        let interleaved = |value: Value| json!({ "provider": { "a": { "models": { "m": { "interleaved": value } } } } });
        for newer in [json!(false), json!("reasoning"), json!({ "field": "z" })] {
            let path = "provider.*.models.*.interleaved";
            assert_eq!(found(interleaved(newer)), [path]);
        }
        for older in [json!(true), json!({ "field": "reasoning_content" })] {
            assert_eq!(found(interleaved(older)), [""; 0]);
        }
        let timeout =
            |value: Value| json!({ "provider": { "a": { "options": { "chunkTimeout": value } } } });
        assert_eq!(
            found(timeout(json!(false))),
            ["provider.*.options.chunkTimeout"]
        );
        assert_eq!(found(timeout(json!(5))), [""; 0]);
    }

    #[test]
    fn keys_that_no_version_knows_are_newer_forms() {
        assert_eq!(found(json!({ "anything": 1 })), ["*"]);
        assert_eq!(
            found(json!({ "subagent_depth": 1, "warming": 1 })),
            ["warming", "subagent_depth"]
        );
    }

    #[test]
    fn what_a_version_does_depends_on_it() {
        use EarlierReading::{EntryLost, LeftOut, Refused};
        let read_by = |path: &str, version: &str| {
            let row = NEWER_FORMS.iter().find(|form| form.path == path).unwrap();
            row.read_by(version)
        };
        for (path, version, expected) in [
            ("agents.*", "1.18.15", Some(Refused)),
            ("agents.*", "1.18.16", Some(LeftOut)),
            ("agents.*", "1.18.24", None),
            ("mcp.servers.*", "1.18.23", Some(Refused)),
            ("mcp.*.disabled", "1.17.11", Some(LeftOut)),
            ("mcp.*.timeout{}", "1.17.11", Some(EntryLost)),
            ("plugins", "1.18.15", Some(Refused)),
            ("plugins", "1.18.16", None),
            ("experimental.portable_shell_scanner", "1.17.11", None),
            ("agents.*", "local", None),
        ] {
            assert_eq!(read_by(path, version), expected, "{path} by {version}");
        }
    }

    #[test]
    fn older_forms_are_none() {
        let older = json!({
            "mcp": { "servers": { "type": "local", "command": ["x"] }, "a": { "timeout": 5 } },
            "agent": { "a": {} }, "command": {}, "skills": { "paths": [] }, "model": "a/b",
            "$schema": "x", "theme": "dark", "keybinds": {}, "tui": {}, "autoshare": true,
        });
        assert_eq!(found(older), [""; 0]);
        let called_timeout = json!({ "mcp": { "timeout": { "type": "local", "command": ["x"] } } });
        assert_eq!(found(called_timeout), [""; 0]);
    }
}
