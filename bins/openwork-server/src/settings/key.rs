//! A setting: what it takes and what every source calls it.

use super::kind::SettingKind;
use super::table::KEYS;

/// A setting, with its name in every source.
#[derive(Debug)]
pub(crate) struct SettingKey {
    /// Its path in `server.json`, dots between levels.
    pub(crate) path: &'static str,
    /// What it takes.
    pub(crate) kind: SettingKind,
    /// One line for `--help`.
    pub(crate) help: &'static str,
    /// The flag that sets it, without dashes.
    pub(crate) flag: Option<&'static str>,
    /// What `--help` calls the flag's value.
    pub(crate) value_name: &'static str,
    /// The flag that turns it off, without dashes.
    pub(crate) off_flag: Option<&'static str>,
    /// Its environment variable.
    pub(crate) variable: Option<&'static str>,
    /// Whether `server.json` may set it.
    pub(crate) in_file: bool,
    /// Whether few need it, so that the short help leaves it out.
    pub(crate) is_rare: bool,
    /// Its default, as text.
    pub(crate) default: Option<&'static str>,
    /// A good value, for the messages about bad ones.
    sample: &'static str,
}

impl SettingKey {
    /// A setting of this path in `server.json`, which takes this.
    pub(super) const fn new(path: &'static str, kind: SettingKind, help: &'static str) -> Self {
        Self {
            path,
            kind,
            help,
            flag: None,
            value_name: "VALUE",
            off_flag: None,
            variable: None,
            in_file: true,
            is_rare: false,
            default: None,
            sample: "…",
        }
    }

    /// Sets it by a flag with a value.
    pub(super) const fn flag(mut self, flag: &'static str, value_name: &'static str) -> Self {
        self.flag = Some(flag);
        self.value_name = value_name;
        self
    }

    /// Turns it on by a flag.
    pub(super) const fn switch(mut self, flag: &'static str) -> Self {
        self.flag = Some(flag);
        self
    }

    /// Turns it off by a flag.
    pub(super) const fn off_switch(mut self, flag: &'static str) -> Self {
        self.off_flag = Some(flag);
        self
    }

    /// Sets it by an environment variable.
    pub(super) const fn variable(mut self, variable: &'static str) -> Self {
        self.variable = Some(variable);
        self
    }

    /// Gives it a default.
    pub(super) const fn default(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self.sample = default;
        self
    }

    /// Gives its messages a good value to show.
    pub(super) const fn sample(mut self, sample: &'static str) -> Self {
        self.sample = sample;
        self
    }

    /// Keeps it out of `server.json`.
    pub(super) const fn not_in_file(mut self) -> Self {
        self.in_file = false;
        self
    }

    /// Leaves it out of the short help.
    pub(super) const fn rare(mut self) -> Self {
        self.is_rare = true;
        self
    }

    /// The setting that `server.json` calls so.
    pub(crate) fn in_file(path: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.in_file && key.path == path)
    }

    /// What to write on the command line.
    pub(crate) fn flag_help(&self, flag: &str) -> String {
        match self.kind {
            SettingKind::Secret => {
                format!("give `--{flag}` a text, or leave it out")
            }
            _ => format!("write `--{flag} {}`", self.sample),
        }
    }

    /// What to do about the environment variable.
    pub(crate) fn variable_help(&self, variable: &str) -> String {
        match self.kind {
            SettingKind::Secret => format!("give `{variable}` a text, or unset it"),
            _ => format!("write `{variable}={}`, or unset it", self.sample),
        }
    }

    /// What to write in the file.
    pub(crate) fn file_help(&self) -> String {
        let value = self.kind.json_sample(self.sample);
        let inner = |name: &str| format!("\"{name}\": {value}");
        let example = match self.path.split_once('.') {
            Some((section, name)) => format!("\"{section}\": {{ {} }}", inner(name)),
            None => inner(self.path),
        };
        format!("write {example}")
    }
}
