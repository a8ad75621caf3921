//! The command line. Which flags there are follows from the table of settings;
//! what their values mean is for [`crate::settings`] to say.
//!
//! No subcommand means to serve. A subcommand is one more [`Invocation`].

mod devices;
mod refusal;
mod subcommand;

use std::collections::BTreeMap;
use std::ffi::OsString;

use clap::builder::ValueParser;
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::problem::StartProblem;
use crate::settings::key::SettingKey;
use crate::settings::kind::SettingKind;
use crate::settings::table::KEYS;

pub(crate) use subcommand::CommandLine;

/// What the process is asked to do.
#[derive(Debug)]
pub(crate) enum Invocation {
    /// Serve, with these flags.
    Serve(GivenFlags),
    /// Speak to a running server.
    Command(CommandLine),
    /// Print a text, the help or the version, and end.
    Print(String),
}

/// The flags that were given, not yet read.
#[derive(Debug, Default)]
pub(crate) struct GivenFlags {
    /// The configuration file.
    pub(crate) config: Option<OsString>,
    /// What was given for each setting, by its key.
    pub(crate) given: BTreeMap<&'static str, GivenArguments>,
}

/// What a flag was given.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum GivenArguments {
    /// Turned on or off.
    Switch(bool),
    /// The values, in their order.
    Values(Vec<OsString>),
}

impl GivenFlags {
    /// What was given for a setting.
    pub(crate) fn given(&self, key: &SettingKey) -> Option<&GivenArguments> {
        self.given.get(key.path)
    }
}

/// Reads the arguments, the program's name first.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Invocation, StartProblem> {
    match command().try_get_matches_from(args) {
        Ok(mut matches) => match subcommand::read(&mut matches) {
            Ok(Some(line)) => Ok(Invocation::Command(line)),
            Ok(None) => Ok(Invocation::Serve(flags(&mut matches))),
            Err(error) => Err(refusal::problem(&error)),
        },
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                Ok(Invocation::Print(error.to_string()))
            }
            _ => Err(refusal::problem(&error)),
        },
    }
}

/// The command line as clap sees it.
pub(crate) fn command() -> Command {
    let command = Command::new("openwork-server");
    subcommand::added_to(command)
        .version(env!("CARGO_PKG_VERSION"))
        .about("Serves OpenWork workspaces to the desktop app and to remote clients")
        .override_usage("openwork-server [OPTIONS]\n       openwork-server COMMAND [OPTIONS]")
        .after_help(AFTER_HELP)
        .max_term_width(100)
        // Wrappers add flags to those of a person; the last one counts, as in most tools.
        .args_override_self(true)
        .args_conflicts_with_subcommands(true)
        .disable_help_subcommand(true)
        .subcommand_value_name("COMMAND")
        .arg(value_flag("config", "PATH").help(CONFIG_HELP))
        .args(
            KEYS.iter()
                .flat_map(|key| [main_flag(key), off_flag(key)])
                .flatten(),
        )
        .arg(
            switch("verbose")
                .short('v')
                .help("The same as `--log-level debug`"),
        )
}

const CONFIG_HELP: &str = "Configuration file [default: ~/.config/openwork/server.json]";

const AFTER_HELP: &str = "\
A flag wins over its environment variable, the variable over the configuration file.
A list is a JSON array, or texts between `,` or `;`.";

fn main_flag(key: &SettingKey) -> Option<Arg> {
    let flag = key.flag?;
    let arg = match key.kind {
        SettingKind::Switch => switch(flag),
        SettingKind::List | SettingKind::Workspaces => {
            value_flag(flag, key.value_name).action(ArgAction::Append)
        }
        // So that `--port -1` is told what a port is, not that there is no flag `-1`.
        SettingKind::Whole { .. } => value_flag(flag, key.value_name).allow_negative_numbers(true),
        _ => value_flag(flag, key.value_name),
    };
    let arg = arg.help(help(key));
    Some(match key.off_flag {
        Some(off) => arg.overrides_with(off),
        None => arg,
    })
}

fn off_flag(key: &SettingKey) -> Option<Arg> {
    let off = switch(key.off_flag?);
    Some(match key.flag {
        Some(on) => off.overrides_with(on).help(format!("Turn `--{on}` off")),
        None => off.help(key.help),
    })
}

fn switch(flag: &'static str) -> Arg {
    Arg::new(flag).long(flag).action(ArgAction::SetTrue)
}

/// A flag whose value is any text: clap only splits, the settings judge.
fn value_flag(flag: &'static str, value_name: &'static str) -> Arg {
    Arg::new(flag)
        .long(flag)
        .value_name(value_name)
        .value_parser(ValueParser::os_string())
}

fn help(key: &SettingKey) -> String {
    let default = match (key.kind, key.default) {
        (SettingKind::Switch, _) | (_, None) => String::new(),
        (_, Some(default)) => format!(" [default: {default}]"),
    };
    let variable = key
        .variable
        .map_or_else(String::new, |name| format!(" [env: {name}]"));
    format!("{}{default}{variable}", key.help)
}

fn flags(matches: &mut ArgMatches) -> GivenFlags {
    let mut given: BTreeMap<_, _> = KEYS
        .iter()
        .filter_map(|key| Some((key.path, given_for(key, matches)?)))
        .collect();
    if matches.get_flag("verbose") {
        given
            .entry("logLevel")
            .or_insert_with(|| GivenArguments::Values(vec!["debug".into()]));
    }
    GivenFlags {
        config: matches.remove_one("config"),
        given,
    }
}

fn given_for(key: &SettingKey, matches: &mut ArgMatches) -> Option<GivenArguments> {
    if key.off_flag.is_some_and(|off| matches.get_flag(off)) {
        return Some(GivenArguments::Switch(false));
    }
    let flag = key.flag?;
    match key.kind {
        SettingKind::Switch => matches
            .get_flag(flag)
            .then_some(GivenArguments::Switch(true)),
        _ => Some(GivenArguments::Values(matches.remove_many(flag)?.collect())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(args: &[&str], path: &str) -> Option<GivenArguments> {
        let args = ["openwork-server"].iter().chain(args).map(OsString::from);
        let Invocation::Serve(mut flags) = parse(args).unwrap() else {
            panic!("not served")
        };
        flags.given.remove(path)
    }

    fn values(texts: &[&str]) -> GivenArguments {
        GivenArguments::Values(texts.iter().map(OsString::from).collect())
    }

    #[test]
    fn the_command_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn flags_take_values_in_both_forms() {
        for (args, path, expected) in [
            (&["--port", "1"][..], "port", Some(values(&["1"]))),
            (&["--port=1"], "port", Some(values(&["1"]))),
            (&["--port", "-1"], "port", Some(values(&["-1"]))),
            (&["--port", "1", "--port=2"], "port", Some(values(&["2"]))),
            (&["--token=--x"], "token", Some(values(&["--x"]))),
            (&["--token="], "token", Some(values(&[""]))),
            (
                &["--cors", "a,b", "--cors=c"],
                "corsOrigins",
                Some(values(&["a,b", "c"])),
            ),
            (
                &["--workspace", "a, b"],
                "workspaces",
                Some(values(&["a, b"])),
            ),
            (
                &["--read-only"],
                "readOnly",
                Some(GivenArguments::Switch(true)),
            ),
            (
                &["--no-run-file"],
                "runFile",
                Some(GivenArguments::Switch(false)),
            ),
            (
                &["--log-requests", "--no-log-requests"],
                "logRequests",
                Some(GivenArguments::Switch(false)),
            ),
            (
                &["--no-log-requests", "--log-requests"],
                "logRequests",
                Some(GivenArguments::Switch(true)),
            ),
            (&["--verbose"], "logLevel", Some(values(&["debug"]))),
            (
                &["--verbose", "--log-level", "warn"],
                "logLevel",
                Some(values(&["warn"])),
            ),
            (&[], "readOnly", None),
            (&[], "port", None),
        ] {
            assert_eq!(given(args, path), expected, "{args:?}");
        }
    }

    #[test]
    fn help() {
        let help = command().term_width(100).render_help().to_string();
        insta::assert_snapshot!(help);
    }

    #[test]
    fn version() {
        let Invocation::Print(text) = parse(["x", "--version"].map(OsString::from)).unwrap() else {
            panic!("not printed")
        };
        assert_eq!(
            text,
            concat!("openwork-server ", env!("CARGO_PKG_VERSION"), "\n")
        );
    }
}
