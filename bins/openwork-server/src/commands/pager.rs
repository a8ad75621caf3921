//! The person's own program for long texts.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::{Command, Stdio};

use openwork_terminal::PagerChoice;

use crate::environment::Environment;

/// A program and its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PagerProgram {
    words: Vec<String>,
    /// What it is told beside what the person tells it already.
    variables: Vec<(&'static str, &'static str)>,
}

/// What `$PAGER` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PagerSetting {
    /// Nothing.
    Unset,
    /// No pager: empty, or `cat`.
    None,
    /// This one.
    Program(PagerProgram),
}

impl PagerSetting {
    /// Reads it.
    pub(super) fn of(environment: &Environment) -> Self {
        let Some(given) = environment.vars.get(&OsString::from("PAGER")) else {
            return Self::Unset;
        };
        let text = given.to_string_lossy();
        // Not by a shell: a pager's name is no place for a script, and no shell may
        // be there.
        let Some(words) = shlex::split(&text) else {
            return Self::Unset;
        };
        match words.first().map(String::as_str) {
            None | Some("" | "cat") => Self::None,
            Some(_) => Self::Program(PagerProgram {
                words,
                variables: missing(environment),
            }),
        }
    }

    /// The same for whoever shows the text.
    pub(super) fn choice(&self) -> PagerChoice {
        match self {
            Self::Unset => PagerChoice::BuiltIn,
            Self::None => PagerChoice::Straight,
            Self::Program(_) => PagerChoice::Program,
        }
    }
}

/// What `less` and `lv` need to be told to show colours, unless the person tells
/// them something else.
fn missing(environment: &Environment) -> Vec<(&'static str, &'static str)> {
    let wanted = [("LESS", "-R"), ("LV", "-c")];
    let is_unset = |(name, _): &(&str, &str)| environment.variable(name).is_none();
    wanted.into_iter().filter(is_unset).collect()
}

impl PagerProgram {
    /// Shows a text until the person leaves the program. Blocks for as long.
    pub(super) fn show(&self, text: &str) -> io::Result<()> {
        let (program, arguments) = self.words.split_first().ok_or(io::ErrorKind::NotFound)?;
        let named =
            |cause: io::Error| io::Error::new(cause.kind(), format!("`{program}`: {cause}"));
        let mut child = Command::new(program)
            .args(arguments)
            .envs(self.variables.iter().copied())
            .stdin(Stdio::piped())
            .spawn()
            .map_err(named)?;
        if let Some(mut input) = child.stdin.take() {
            // One who has read enough leaves before the end.
            let _ = input.write_all(text.as_bytes());
        }
        child.wait().map_err(named)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(vars: &[(&str, &str)]) -> PagerSetting {
        let vars = vars.iter();
        PagerSetting::of(&Environment {
            vars: vars
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            ..Environment::default()
        })
    }

    #[test]
    fn the_variable_is_a_command_line_and_no_script() {
        assert_eq!(setting(&[]), PagerSetting::Unset);
        for none in ["", " ", "cat", "cat -n"] {
            assert_eq!(setting(&[("PAGER", none)]), PagerSetting::None, "{none:?}");
        }
        let program = |words: &[&str], variables: &[(&'static str, &'static str)]| {
            PagerSetting::Program(PagerProgram {
                words: words.iter().copied().map(str::to_owned).collect(),
                variables: variables.to_vec(),
            })
        };
        assert_eq!(
            setting(&[("PAGER", "less -F 'a b' ; rm $HOME"), ("LV", "x")]),
            program(
                &["less", "-F", "a b", ";", "rm", "$HOME"],
                &[("LESS", "-R")]
            )
        );
        assert_eq!(setting(&[("PAGER", "less '")]), PagerSetting::Unset);
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let program = PagerProgram {
            words: vec!["/nowhere/less".into()],
            variables: Vec::new(),
        };
        let told = program.show("text").unwrap_err().to_string();
        assert!(told.starts_with("`/nowhere/less`: "), "{told}");
    }
}
