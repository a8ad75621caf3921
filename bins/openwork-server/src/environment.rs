//! What the process was started with, besides its arguments.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use crate::problem::StartProblem;

/// Variables and directories of the process, as a value that tests can make up.
#[derive(Debug, Clone, Default)]
pub(crate) struct Environment {
    /// The environment variables.
    pub(crate) vars: BTreeMap<OsString, OsString>,
    /// The working directory.
    pub(crate) cwd: PathBuf,
    /// The home directory, where there is one.
    pub(crate) home: Option<PathBuf>,
    /// What this machine calls itself.
    pub(crate) machine_name: Option<String>,
}

impl Environment {
    /// Reads the environment of this process: the only place that does.
    #[expect(
        clippy::disallowed_methods,
        reason = "everything else is given this value, so that tests can choose it"
    )]
    pub(crate) fn of_this_process() -> Result<Self, StartProblem> {
        let cwd = std::env::current_dir().map_err(|cause| {
            StartProblem::new(format!("the working directory cannot be read: {cause}"))
                .help("start the server in a directory that exists")
        })?;
        let home = std::env::home_dir().filter(|home| !home.as_os_str().is_empty());
        Ok(Self {
            vars: std::env::vars_os().collect(),
            cwd,
            home,
            machine_name: machine_name(),
        })
    }

    /// Where the engine keeps its global configuration: below
    /// `XDG_CONFIG_HOME`, else below `~/.config`.
    pub(crate) fn engine_directory(&self) -> Option<PathBuf> {
        let absolute = |path: &PathBuf| path.is_absolute();
        let config = self
            .variable("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .filter(absolute);
        let config = config.or_else(|| self.home.as_ref().map(|home| home.join(".config")))?;
        Some(config.join("opencode"))
    }

    /// The directory that the engine is told to read besides. A relative one
    /// is meant from where the engine runs, which is not known here.
    pub(crate) fn engine_custom_directory(&self) -> Option<PathBuf> {
        let custom = self.variable("OPENCODE_CONFIG_DIR").map(PathBuf::from);
        custom.filter(|path| path.is_absolute())
    }

    /// Where this user's servers keep what outlives them: below
    /// `XDG_STATE_HOME`, else below `~/.local/state`.
    pub(crate) fn state_directory(&self) -> Option<PathBuf> {
        let absolute = |path: &PathBuf| path.is_absolute();
        let state = self
            .variable("XDG_STATE_HOME")
            .map(PathBuf::from)
            .filter(absolute);
        let state = state.or_else(|| Some(self.home.as_ref()?.join(".local").join("state")))?;
        Some(state.join("openwork"))
    }

    /// The value of a variable; an empty one counts as not set.
    pub(crate) fn variable(&self, name: &str) -> Option<&OsStr> {
        let value = self.vars.get(OsStr::new(name))?;
        (!value.is_empty()).then_some(value.as_os_str())
    }

    /// Whether colour is welcome on a terminal (<https://no-color.org>).
    pub(crate) fn allows_colour(&self) -> bool {
        self.variable("NO_COLOR").is_none()
    }
}

/// One variable of this process, where the others are not worth to be read.
#[expect(
    clippy::disallowed_methods,
    reason = "most starts look at this one only, and it is before all else"
)]
pub(crate) fn variable_of_this_process(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

#[cfg(unix)]
fn machine_name() -> Option<String> {
    let system = rustix::system::uname();
    let name = system.nodename().to_string_lossy().into_owned();
    (!name.is_empty()).then_some(name)
}

#[cfg(windows)]
#[expect(
    clippy::disallowed_methods,
    reason = "it becomes a part of the value that tests can choose"
)]
fn machine_name() -> Option<String> {
    let name = std::env::var("COMPUTERNAME").ok()?;
    (!name.is_empty()).then_some(name)
}

#[cfg(not(any(unix, windows)))]
fn machine_name() -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engines_directories_are_where_it_looks() {
        // Absolute on every system: on Windows that takes a drive.
        let root = std::env::temp_dir();
        let home = root.join("home");
        let of = |vars: &[(&str, PathBuf)]| {
            let vars = vars.iter();
            let environment = Environment {
                vars: vars
                    .map(|(name, value)| (name.into(), value.into()))
                    .collect(),
                home: Some(home.clone()),
                ..Environment::default()
            };
            (
                environment.engine_directory(),
                environment.engine_custom_directory(),
            )
        };
        let default = home.join(".config").join("opencode");
        assert_eq!(of(&[]), (Some(default), None));
        let (x, c) = (root.join("x"), root.join("c"));
        let xdg = [
            ("XDG_CONFIG_HOME", x.clone()),
            ("OPENCODE_CONFIG_DIR", c.clone()),
        ];
        assert_eq!(of(&xdg), (Some(x.join("opencode")), Some(c)));
        let relative = [
            ("XDG_CONFIG_HOME", "x".into()),
            ("OPENCODE_CONFIG_DIR", "c".into()),
        ];
        assert_eq!(of(&relative), of(&[]));
    }

    #[test]
    fn an_empty_variable_is_not_set() {
        let vars = [("A", ""), ("B", "b")].map(|(name, value)| (name.into(), value.into()));
        let environment = Environment {
            vars: vars.into(),
            ..Environment::default()
        };
        assert_eq!(environment.variable("A"), None);
        assert_eq!(environment.variable("B"), Some(OsStr::new("b")));
        assert_eq!(environment.variable("C"), None);
    }
}
