//! Which newer forms a file has, and which versions of the engine read them.

use openwork_jsonc::{pointer_below, pointer_of};
use serde_json::Value;

use super::mcp::{has_servers, is_wait};
use super::{EarlierReading, EntryForm, EntrySection, NEWER_FORMS, NewerForm, UNKNOWN_KEYS_SINCE};
use crate::fields::Fields;
use crate::schema;

/// Settings of the engine's earliest versions, which all later ones take out before they look.
const FORMER_KEYS: [&str; 3] = ["keybinds", "theme", "tui"];

/// Any key of a path.
const ANY: &str = "*";

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
    let is_in = |form: &&NewerForm| form.place_in(settings).is_some();
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

    /// Whether all versions that know of the form read past it.
    pub fn is_left_out(&self) -> bool {
        self.older.is_none() && self.path != ANY
    }

    /// Where settings have the form first, as a JSON pointer (RFC 6901); `None` if they do not.
    ///
    /// ```
    /// use openwork_model::forms::newer_in;
    /// use serde_json::json;
    ///
    /// let settings = json!({ "mcp": { "a": { "disabled": true } } });
    /// let settings = settings.as_object().ok_or("no object")?;
    /// let places: Vec<_> = newer_in(settings).iter().map(|form| form.place_in(settings)).collect();
    /// assert_eq!(places, [Some("/mcp/a/disabled".to_owned())]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn place_in(&self, settings: &Fields) -> Option<String> {
        let mcp = settings.get("mcp").and_then(Value::as_object);
        let place = |keys: &[&str]| pointer_of(keys.iter().copied());
        match self.path {
            ANY => {
                let unknown = settings.keys().find(|key| is_unknown(key))?;
                Some(place(&[unknown]))
            }
            // A server may be called `servers` or `timeout`.
            "mcp.servers.*" => has_servers(mcp?).then(|| place(&["mcp", "servers"])),
            "mcp.timeout{}" => is_wait(mcp?).then(|| place(&["mcp", "timeout"])),
            path => match path.strip_prefix("mcp.*.") {
                Some(below) => EntrySection::Mcp
                    .entries(settings)
                    .into_iter()
                    .filter(|entry| entry.form == EntryForm::Older)
                    .find_map(|entry| {
                        let below = self.below(entry.value, below)?;
                        Some(place(&["mcp", entry.name]) + &below)
                    }),
                None => self.among(settings, path),
            },
        }
    }

    /// Where a path leads from a value to the form.
    fn below(&self, value: &Value, path: &str) -> Option<String> {
        self.among(value.as_object()?, path)
    }

    fn among(&self, fields: &Fields, path: &str) -> Option<String> {
        let (key, below) = path.split_once('.').unwrap_or((path, ""));
        let place = |name: &str, below: String| pointer_below("", name) + &below;
        match key.trim_end_matches(['[', ']', '{', '}']) {
            // The key alone is refused, whatever is in it.
            ANY if below.is_empty() => Some(String::new()),
            ANY => fields
                .iter()
                .find_map(|(name, value)| Some(place(name, self.below(value, below)?))),
            name => Some(place(name, self.at(fields.get(name)?, key, below)?)),
        }
    }

    /// Where from a value that stands under a key of the path the form is; nowhere else if it is
    /// the value.
    fn at(&self, value: &Value, key: &str, below: &str) -> Option<String> {
        if !below.is_empty() {
            return self.below(value, below);
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
        (is_newer && has_type).then(String::new)
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
    fn the_first_place_of_a_form_is_told() {
        let settings = json!({
            "mcp": {
                "a": { "type": "local", "command": ["x"] },
                "b/c": { "oauth": { "client_id": "d" } },
                "servers": {},
                "timeout": { "catalog": 1, "execution": 1 },
            },
            "commands": { "e": {} },
            "plugins": ["f"],
            "provider": { "g": { "models": { "m": {}, "n": { "interleaved": false } } } },
            "model": {},
            "odd": 1,
        });
        let settings = settings.as_object().unwrap();
        let places = newer_in(settings).into_iter();
        let places: Vec<String> = places.filter_map(|form| form.place_in(settings)).collect();
        assert_eq!(
            places,
            [
                "/mcp/servers",
                "/mcp/b~1c/oauth/client_id",
                "/mcp/timeout",
                "/commands",
                "/model",
                "/plugins",
                "/odd",
                "/provider/g/models/n/interleaved"
            ]
        );
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
