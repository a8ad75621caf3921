//! Where a setting was written, once all sources are one.

use super::Settings;
use super::layer::SettingSource;
use super::table::KEYS;
use crate::problem::{FilePlace, ProblemPlace, quote};

impl Settings {
    /// Where the setting with this key was written; nowhere if it is built in.
    pub(crate) fn place_of(&self, key: &str) -> Option<ProblemPlace> {
        let setting = KEYS.iter().find(|setting| setting.path == key)?;
        let named = |name: &str| ProblemPlace::Named(name.to_owned());
        match self.sources.get(key)? {
            SettingSource::Flag => setting.flag.map(|flag| named(&format!("--{flag}"))),
            SettingSource::Environment => setting.variable.map(named),
            SettingSource::File => {
                let file = FilePlace::new(self.file.as_ref()?);
                Some(file.key(quote(key)).into())
            }
            SettingSource::Default => None,
        }
    }
}
