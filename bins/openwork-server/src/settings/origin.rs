//! Where a setting was written, as people look for it.

use std::fmt;
use std::path::PathBuf;

use figment::value::Value;

use super::key::SettingKey;
use super::layer::SettingSource;
use super::sources::SettingsFile;

/// Where a setting was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SettingOrigin {
    /// Nowhere: it is built in.
    Default,
    /// In the configuration file.
    File {
        /// Its path.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// In this environment variable.
    Variable(&'static str),
    /// By this flag, without dashes.
    Flag(&'static str),
}

impl SettingOrigin {
    /// Where the value of a setting stands that comes from a source.
    pub(super) fn of(
        key: &'static SettingKey,
        source: SettingSource,
        value: &Value,
        file: &SettingsFile,
    ) -> Self {
        let origin = match source {
            SettingSource::Default => None,
            SettingSource::File => file.path.as_ref().map(|path| Self::File {
                path: path.clone(),
                line: file.lines.get(key.path).copied().unwrap_or(1),
            }),
            SettingSource::Environment => key.variable.map(Self::Variable),
            SettingSource::Flag => {
                // Of two flags that undo each other the value tells which one it was.
                let off = key.off_flag.filter(|_| value.to_bool() == Some(false));
                off.or(key.flag).map(Self::Flag)
            }
        };
        origin.unwrap_or(Self::Default)
    }

    /// The word of its kind, for programs.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::File { .. } => "file",
            Self::Variable(_) => "variable",
            Self::Flag(_) => "flag",
        }
    }
}

impl fmt::Display for SettingOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Variable(name) => f.write_str(name),
            Self::Flag(name) => write!(f, "--{name}"),
        }
    }
}
