//! The sources together: what wins, what is refused, and in which words.

mod later;
mod precedence;
// The causes are told in the words of the system.
#[cfg(unix)]
mod refusals;
mod robustness;
mod secrets;

use std::ffi::OsString;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use openwork_private as private;
use tempfile::TempDir;

use super::Settings;
use crate::args::{self, GivenFlags, Invocation};
use crate::environment::Environment;
use crate::problem::StartFailure;

/// An absolute path as the system has it: on Windows with the drive of the tests' directories.
fn absolute(path: &str) -> PathBuf {
    std::env::temp_dir().join(path)
}

/// The warnings, as the operator reads them.
fn told_of(settings: &Settings) -> Vec<String> {
    let warnings = settings.warnings.iter();
    warnings.map(ToString::to_string).collect()
}

/// A start of the server: a home, a working directory, arguments, variables.
struct Start {
    root: TempDir,
    args: Vec<OsString>,
    environment: Environment,
}

impl Start {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let (cwd, home) = (root.path().join("cwd"), root.path().join("home"));
        for directory in [&cwd, &home.join(".config/openwork")] {
            std::fs::DirBuilder::new()
                .recursive(true)
                .create(directory)
                .unwrap();
        }
        let environment = Environment {
            vars: [].into(),
            cwd,
            home: Some(home),
            machine_name: None,
        };
        Self {
            root,
            args: vec!["openwork-server".into()],
            environment,
        }
    }

    fn args(mut self, args: &[&str]) -> Self {
        self.args.extend(args.iter().map(Into::into));
        self
    }

    fn var(mut self, name: &str, value: &str) -> Self {
        self.environment.vars.insert(name.into(), value.into());
        self
    }

    fn file(self, text: impl AsRef<[u8]>) -> Self {
        let path = self.default_file();
        // One that is there keeps others out already, and stays.
        let mut file = private::create(&path)
            .or_else(|_| File::create(&path))
            .unwrap();
        file.write_all(text.as_ref()).unwrap();
        drop(file);
        self
    }

    #[cfg(unix)]
    fn mode(self, mode: u32) -> Self {
        use std::fs::Permissions;
        use std::os::unix::fs::PermissionsExt;

        std::fs::set_permissions(self.default_file(), Permissions::from_mode(mode)).unwrap();
        self
    }

    fn default_file(&self) -> PathBuf {
        self.root
            .path()
            .join("home")
            .join(".config")
            .join("openwork")
            .join("server.json")
    }

    fn load(&self) -> Result<Settings, StartFailure> {
        if self.args.len() == 1 {
            return Settings::load(&GivenFlags::default(), &self.environment);
        }
        match args::parse(self.args.clone())? {
            Invocation::Serve(flags) => Settings::load(&flags, &self.environment),
            other => panic!("not served: {other:?}"),
        }
    }

    fn settings(&self) -> Settings {
        self.load().unwrap_or_else(|failure| panic!("{failure}"))
    }

    /// The failure's text, the same on every machine.
    #[cfg(unix)]
    fn refusal(&self) -> String {
        let failure = self.load().expect_err("the start is refused");
        assert_eq!(failure.exit_code(), 2);
        let root = self.root.path().to_str().unwrap();
        let config = ["", "home", ".config", "openwork", ""].join(std::path::MAIN_SEPARATOR_STR);
        failure.to_string().replace(root, "").replace(&config, "~/")
    }
}
