//! Finds and reads `server.json`.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use openwork_private as private;

use crate::args::GivenFlags;
use crate::environment::Environment;
use crate::problem::{FilePlace, StartProblem, quote};

const CONFIG_VARIABLE: &str = "OPENWORK_SERVER_CONFIG";
/// No configuration is longer; a device or a wrong file may be.
const MOST_BYTES: u64 = 1024 * 1024;

/// The file to read, and whether it has to be there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TextLocation {
    /// Its path, absolute.
    pub(crate) path: PathBuf,
    /// Whether someone named it. The default file may be missing.
    pub(crate) named_by: Option<&'static str>,
}

/// What a configuration file holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FileText {
    /// Its text without a byte order mark.
    pub(crate) text: String,
    /// Whether other users can read or write it.
    pub(crate) is_open_to_others: bool,
}

impl TextLocation {
    /// The file named by flag or variable, else the one in the home directory.
    pub(crate) fn find(
        flags: &GivenFlags,
        environment: &Environment,
    ) -> Result<Option<Self>, StartProblem> {
        let flag = flags.config.as_deref().map(|path| ("--config", path));
        let variable = environment
            .variable(CONFIG_VARIABLE)
            .map(|path| (CONFIG_VARIABLE, path));
        if let Some((name, path)) = flag.or(variable) {
            if path.is_empty() {
                return Err(StartProblem::new(format!(
                    "invalid value for `{name}`: expected a path, found none"
                ))
                .help(format!("write `{name} PATH`")));
            }
            let path = environment.cwd.join(path);
            return Ok(Some(Self {
                path,
                named_by: Some(name),
            }));
        }
        let home = environment.home.as_ref();
        Ok(home.map(|home| Self {
            path: home.join(".config").join("openwork").join("server.json"),
            named_by: None,
        }))
    }

    /// What the file holds; nothing if the default file is missing.
    pub(crate) fn read(&self) -> Result<Option<FileText>, StartProblem> {
        match read_bounded(&self.path) {
            Ok((bytes, is_open_to_others)) => {
                let text = decode(&self.path, bytes)?;
                Ok(Some(FileText {
                    text,
                    is_open_to_others,
                }))
            }
            // Who names a file wants that one; the default one need not exist.
            Err(cause) if self.named_by.is_none() && is_missing(&cause) => Ok(None),
            Err(cause) => Err(self.unreadable(&cause)),
        }
    }

    fn unreadable(&self, cause: &io::Error) -> StartProblem {
        let problem = StartProblem::new(format!("the configuration file cannot be read: {cause}"))
            .at(self.path.as_path());
        match self.named_by {
            Some(name) => problem.help(format!(
                "name a readable file with `{name}`, or leave it out"
            )),
            None => problem.help("make the file readable, or name another with `--config PATH`"),
        }
    }
}

fn read_bounded(path: &Path) -> io::Result<(Vec<u8>, bool)> {
    let mut bytes = Vec::new();
    // Read with a bound and not by its length: it may be a FIFO or grow meanwhile.
    let file = File::open(path)?;
    let is_open_to_others = private::is_open_to_others(&file, &file.metadata()?)?;
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MOST_BYTES) {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "it is longer than 1 MiB",
        ));
    }
    Ok((bytes, is_open_to_others))
}

/// A home directory that is a file has no default file in it either.
fn is_missing(cause: &io::Error) -> bool {
    matches!(
        cause.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

fn decode(path: &Path, bytes: Vec<u8>) -> Result<String, StartProblem> {
    let text = String::from_utf8(bytes).map_err(|cause| {
        let good = cause.utf8_error().valid_up_to();
        let line = cause
            .as_bytes()
            .iter()
            .take(good)
            .filter(|byte| **byte == b'\n')
            .count()
            + 1;
        StartProblem::new("invalid configuration: the file is not UTF-8 text")
            .at(FilePlace::new(path).line(line))
            .help(format!(
                "save {} as UTF-8",
                quote(&path.display().to_string())
            ))
    })?;
    Ok(text
        .strip_prefix('\u{feff}')
        .map(str::to_owned)
        .unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(vars: &[(&str, &str)]) -> Environment {
        let vars = vars
            .iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        Environment {
            vars,
            cwd: "/cwd".into(),
            home: Some("/home/anna".into()),
            machine_name: None,
        }
    }

    fn find(config: Option<&str>, environment: &Environment) -> Option<PathBuf> {
        let flags = GivenFlags {
            config: config.map(Into::into),
            ..GivenFlags::default()
        };
        TextLocation::find(&flags, environment)
            .unwrap()
            .map(|location| location.path)
    }

    #[test]
    fn the_flag_wins_over_the_variable_over_the_home_directory() {
        let set = environment(&[(CONFIG_VARIABLE, "b.json")]);
        assert_eq!(find(Some("a.json"), &set), Some("/cwd/a.json".into()));
        assert_eq!(find(Some("/a.json"), &set), Some("/a.json".into()));
        assert_eq!(find(None, &set), Some("/cwd/b.json".into()));
        let default = PathBuf::from("/home/anna/.config/openwork/server.json");
        assert_eq!(find(None, &environment(&[])), Some(default.clone()));
        assert_eq!(
            find(None, &environment(&[(CONFIG_VARIABLE, "")])),
            Some(default)
        );
        assert_eq!(
            find(
                None,
                &Environment {
                    home: None,
                    ..environment(&[])
                }
            ),
            None
        );
    }

    #[test]
    fn only_the_default_file_may_be_missing() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("server.json");
        let default = TextLocation {
            path: path.clone(),
            named_by: None,
        };
        assert_eq!(default.read(), Ok(None));
        let named = TextLocation {
            path: path.clone(),
            named_by: Some("--config"),
        };
        assert!(named.read().is_err());
        let below_a_file = TextLocation {
            path: path.join("x"),
            named_by: None,
        };
        File::create(&path).unwrap();
        assert_eq!(below_a_file.read(), Ok(None));
        assert_eq!(named.read().unwrap().unwrap().text, "");
    }

    #[test]
    fn files_are_bounded() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("server.json");
        let file = File::create(&path).unwrap();
        let location = TextLocation {
            path,
            named_by: None,
        };
        file.set_len(MOST_BYTES).unwrap();
        assert!(location.read().is_ok());
        file.set_len(MOST_BYTES + 1).unwrap();
        assert!(
            location
                .read()
                .unwrap_err()
                .to_string()
                .contains("longer than 1 MiB")
        );
    }
}
