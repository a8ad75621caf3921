//! One source of settings as a figment provider, and where a value came from.

use std::fmt;

use figment::value::{Dict, Map, Value};
use figment::{Metadata, Profile, Provider};

use super::key::SettingKey;
use super::kind::SettingKind;
use super::table::KEYS;

/// A source of settings; a later one wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SettingSource {
    /// Built in.
    Default,
    /// `server.json`.
    File,
    /// An environment variable.
    Environment,
    /// A flag.
    Flag,
}

impl SettingSource {
    const ALL: [Self; 4] = [Self::Default, Self::File, Self::Environment, Self::Flag];

    /// The source with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::File => "file",
            Self::Environment => "environment",
            Self::Flag => "flag",
        }
    }
}

impl fmt::Display for SettingSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The settings that one source gives, of the right types.
#[derive(Debug)]
pub(crate) struct SettingsLayer {
    source: SettingSource,
    values: Dict,
}

impl SettingsLayer {
    /// A layer without settings.
    pub(crate) fn new(source: SettingSource) -> Self {
        Self {
            source,
            values: Dict::new(),
        }
    }

    /// The built-in defaults.
    pub(crate) fn of_defaults() -> Self {
        let mut layer = Self::new(SettingSource::Default);
        for key in KEYS {
            // A test reads every default.
            if let Some(Ok(value)) = key.default.map(|text| key.kind.read_text(text)) {
                layer.set(key, value);
            }
        }
        layer
    }

    /// Which source it is.
    pub(crate) fn source(&self) -> SettingSource {
        self.source
    }

    /// What it says of a setting.
    pub(crate) fn value(&self, key: &SettingKey) -> Option<&Value> {
        match key.path.split_once('.') {
            Some((section, name)) => self.values.get(section)?.as_dict()?.get(name),
            None => self.values.get(key.path),
        }
    }

    /// Whether a token or a password is among the values.
    pub(crate) fn holds_secrets(&self) -> bool {
        let secrets = KEYS
            .iter()
            .filter(|key| matches!(key.kind, SettingKind::Secret));
        let mut set = secrets.filter(|key| self.value(key).is_some());
        set.next().is_some() || self.entries_hold_secrets()
    }

    fn entries_hold_secrets(&self) -> bool {
        let entries = self.values.get("workspaces").and_then(Value::as_array);
        let mut entries = entries.into_iter().flatten().filter_map(Value::as_dict);
        entries.any(|entry| entry.contains_key("opencodePassword"))
    }

    /// Sets a value; a section such as `approval` is made where it is missing.
    pub(crate) fn set(&mut self, key: &SettingKey, value: Value) {
        let Some((section, name)) = key.path.split_once('.') else {
            self.values.insert(key.path.to_owned(), value);
            return;
        };
        let section = self
            .values
            .entry(section.to_owned())
            .or_insert_with(|| Dict::new().into());
        if let Value::Dict(_, names) = section {
            names.insert(name.to_owned(), value);
        }
    }
}

impl Provider for SettingsLayer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.source.name())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_made_and_kept() {
        let mut layer = SettingsLayer::new(SettingSource::File);
        for path in ["approval.mode", "approval.hostWrites", "host"] {
            layer.set(SettingKey::in_file(path).unwrap(), Value::from(path));
        }
        let approval = layer.values["approval"].as_dict().unwrap();
        assert_eq!(approval["mode"].as_str(), Some("approval.mode"));
        assert_eq!(approval["hostWrites"].as_str(), Some("approval.hostWrites"));
        assert_eq!(layer.values["host"].as_str(), Some("host"));
    }

    #[test]
    fn sources_are_found_by_name() {
        for source in SettingSource::ALL {
            assert_eq!(SettingSource::named(&source.to_string()), Some(source));
        }
        assert_eq!(SettingSource::named("elsewhere"), None);
    }
}
