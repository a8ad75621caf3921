//! What a service starts: the program, with the flags that were given.

use std::ffi::OsStr;
use std::path::PathBuf;

use openwork_model::mask::url_secrets;

use crate::args::{GivenArguments, GivenFlags};
use crate::environment::Environment;
use crate::problem::{StartProblem, quote};
use crate::settings::key::SettingKey;
use crate::settings::kind::SettingKind;
use crate::settings::paths;
use crate::settings::table::KEYS;

/// What is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServiceLaunch {
    /// The program, absolute.
    pub(crate) program: PathBuf,
    /// Its arguments.
    pub(crate) arguments: Vec<String>,
    /// The number of its user, where the system counts them.
    pub(crate) user: u32,
}

/// Settings that are paths, which a service cannot take relative: it is
/// started in another directory.
const PATHS: [&str; 3] = ["workspaces", "tls.cert", "tls.key"];

impl ServiceLaunch {
    /// This program with these flags.
    ///
    /// # Errors
    ///
    /// A secret is among the flags, or something that is no text.
    pub(crate) fn of(flags: &GivenFlags, environment: &Environment) -> Result<Self, StartProblem> {
        let program = std::env::current_exe().map_err(|cause| {
            StartProblem::new(format!("this program's own path is not known: {cause}"))
        })?;
        let mut arguments = Vec::new();
        if let Some(config) = &flags.config {
            let config = text("config", config)?;
            let config = paths::absolute(&environment.cwd, config);
            arguments.push(format!("--config={}", config.display()));
        }
        for key in KEYS {
            if let Some(given) = flags.given(key) {
                arguments.extend(written(key, given, environment)?);
            }
        }
        Ok(Self {
            program,
            arguments,
            user: user(),
        })
    }
}

/// The flags of one setting.
fn written(
    key: &SettingKey,
    given: &GivenArguments,
    environment: &Environment,
) -> Result<Vec<String>, StartProblem> {
    let flag = key.flag.or(key.off_flag).unwrap_or(key.path);
    if matches!(key.kind, SettingKind::Secret) || carries_secret(given) {
        let problem = StartProblem::new(format!(
            "the secret of `--{flag}` would stand in a file that is not made for secrets"
        ));
        return Err(problem.help(format!(
            "write \"{}\" into the configuration file instead; `openwork-server config path` names it",
            key.path
        )));
    }
    match given {
        GivenArguments::Switch(true) => Ok(vec![format!("--{flag}")]),
        GivenArguments::Switch(false) => Ok(vec![format!("--{}", key.off_flag.unwrap_or(flag))]),
        GivenArguments::Values(values) => values
            .iter()
            .map(|value| {
                let value = text(flag, value)?;
                Ok(if PATHS.contains(&key.path) {
                    let path = paths::absolute(&environment.cwd, value);
                    format!("--{flag}={}", path.display())
                } else {
                    format!("--{flag}={value}")
                })
            })
            .collect(),
    }
}

/// Whether an address among the values has a password or a token in it.
fn carries_secret(given: &GivenArguments) -> bool {
    match given {
        GivenArguments::Switch(_) => false,
        GivenArguments::Values(values) => values
            .iter()
            .any(|value| !url_secrets(&value.to_string_lossy()).is_empty()),
    }
}

fn text<'v>(flag: &str, value: &'v OsStr) -> Result<&'v str, StartProblem> {
    value.to_str().ok_or_else(|| {
        let value = quote(&value.to_string_lossy());
        StartProblem::new(format!(
            "the value of `--{flag}`, {value}, is no UTF-8 text"
        ))
    })
}

#[cfg(unix)]
fn user() -> u32 {
    rustix::process::getuid().as_raw()
}

#[cfg(not(unix))]
fn user() -> u32 {
    0
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::args::{Invocation, parse};

    fn launch(args: &[&str]) -> Result<Vec<String>, String> {
        let args = ["openwork-server"].iter().chain(args).map(Into::into);
        let Ok(Invocation::Serve(flags)) = parse(args) else {
            panic!("not served")
        };
        let environment = Environment {
            cwd: "/home/a".into(),
            ..Environment::default()
        };
        ServiceLaunch::of(&flags, &environment)
            .map(|launch| launch.arguments)
            .map_err(|problem| problem.to_string())
    }

    #[test]
    fn flags_are_kept_and_paths_made_absolute() {
        let args = [
            "--config",
            "s.json",
            "--workspace",
            ".",
            "--workspace=/b",
            "--read-only",
            "--no-run-file",
            "--port",
            "1",
        ];
        let expected = [
            "--config=/home/a/s.json",
            "--port=1",
            "--workspace=/home/a",
            "--workspace=/b",
            "--read-only",
            "--no-run-file",
        ];
        assert_eq!(launch(&args).unwrap(), expected);
        assert_eq!(launch(&[]).unwrap(), [""; 0]);
    }

    #[test]
    fn a_secret_is_refused() {
        insta::assert_snapshot!(launch(&["--host-token", "hush"]).unwrap_err(), @r#"
        error: the secret of `--host-token` would stand in a file that is not made for secrets
          help: write "hostToken" into the configuration file instead; `openwork-server config path` names it
        "#);
        let address = "--opencode-base-url=http://me:hush@127.0.0.1:4096";
        let refused = launch(&[address]).unwrap_err();
        assert!(refused.contains("`--opencode-base-url`"), "{refused}");
        assert!(!refused.contains("hush"), "{refused}");
    }
}
