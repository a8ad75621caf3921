//! The command line. Which flags there are follows from the table of settings;
//! what their values mean is for [`crate::settings`] to say.
//!
//! No subcommand means to serve. A subcommand is one more [`Invocation`].

mod completion;
mod devices;
mod examples;
mod local;
mod refusal;
mod served;
mod setting_flags;
mod subcommand;
#[cfg(test)]
mod typed;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::problem::StartProblem;

pub(crate) use completion::{GivenWords, completed_command};
pub(crate) use local::{ConfigCommand, DoctorQuestion, LocalCommand, ServiceCommand, ShellName};
pub(crate) use setting_flags::{GivenArguments, GivenFlags};
pub(crate) use subcommand::CommandLine;

/// What the process is asked to do.
#[derive(Debug)]
pub(crate) enum Invocation {
    /// Serve, with these flags.
    Serve(GivenFlags),
    /// Speak to a running server.
    Command(CommandLine),
    /// Do what needs no server.
    Local(LocalCommand),
    /// Print a text, the help or the version, and end.
    Print(String),
}

/// Reads the arguments, the program's name first.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Invocation, StartProblem> {
    let args: Vec<OsString> = args.into_iter().collect();
    // The commands take as long to be described as the rest of a start, and most starts
    // name none. What is not understood without them is read again with them.
    if let Ok(mut matches) = serving().try_get_matches_from(&args) {
        return invocation(&mut matches).map_err(|error| refusal::problem(&error));
    }
    match command().try_get_matches_from(&args) {
        Ok(mut matches) => invocation(&mut matches).map_err(|error| refusal::problem(&error)),
        Err(error) if error.kind() == ErrorKind::DisplayHelp => {
            Ok(Invocation::Print(error.to_string()))
        }
        Err(error) => Err(refusal::problem(&error)),
    }
}

/// Whether a document for programs is asked for, be the rest understood or not.
pub(crate) fn ask_for_json(args: &[OsString]) -> bool {
    let mut flags = args.iter().take_while(|arg| *arg != "--");
    flags.any(|arg| arg == "--json")
}

fn invocation(matches: &mut ArgMatches) -> Result<Invocation, clap::Error> {
    if let Some(local) = local::read(matches)? {
        return Ok(Invocation::Local(local));
    }
    if let Some(line) = subcommand::read(matches)? {
        return Ok(Invocation::Command(line));
    }
    if matches.get_flag(HELP_ALL) {
        return Ok(Invocation::Print(whole_command().render_help().to_string()));
    }
    if matches.get_flag(VERSION) {
        let json = matches.get_flag(JSON);
        return Ok(Invocation::Local(LocalCommand::version(json)));
    }
    Ok(Invocation::Serve(setting_flags::read(matches)))
}

const HELP_ALL: &str = "help-all";
const VERSION: &str = "version";
const JSON: &str = "json";

/// The command line without the commands.
fn serving() -> Command {
    Command::new("openwork-server")
        // Wrappers add flags to those of a person; the last one counts, as in most tools.
        .args_override_self(true)
        .args(setting_flags::arguments())
        .args(about_itself())
}

/// The command line as clap sees it.
pub(crate) fn command() -> Command {
    let command = local::added_to(subcommand::added_to(serving()))
        .about("Serves OpenWork workspaces to the desktop app and to remote clients")
        .override_usage("openwork-server [OPTIONS]\n       openwork-server COMMAND [OPTIONS]")
        .after_help(AFTER_HELP)
        .max_term_width(100)
        .args_conflicts_with_subcommands(true)
        .subcommand_value_name("COMMAND");
    examples::added_to(command)
}

/// The command line with every flag in its help.
pub(crate) fn whole_command() -> Command {
    command().mut_args(|arg| arg.hide(false))
}

/// What the program says of itself.
fn about_itself() -> [Arg; 3] {
    let switch = |name: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue);
    [
        switch(HELP_ALL).help("Print help with every flag"),
        // Not clap's own, which ends the reading and would not see `--json`.
        switch(VERSION).short('V').help("Print version"),
        switch(JSON)
            .requires(VERSION)
            .help("With `--version`: write JSON")
            .hide(true),
    ]
}

const AFTER_HELP: &str = "\
A flag wins over its environment variable, the variable over the configuration file.
A list is a JSON array, or texts between `,` or `;`.

Example:
  openwork-server --workspace . --read-only

Exit codes: 0 ended as asked, 1 failed, 2 wrong usage or configuration";

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

    /// What is understood without the commands means the same with them.
    #[test]
    fn commands_change_nothing_for_flags() {
        let lines: [&[&str]; 6] = [
            &[],
            &[
                "--port",
                "1",
                "--workspace",
                "approvals",
                "--cors=a",
                "--verbose",
            ],
            &["--workspace=list", "--workspace", "b", "--no-run-file"],
            &["--version", "--json"],
            &["--help-all"],
            &["-V"],
        ];
        for given in lines {
            let read = |command: Command| {
                let args = ["openwork-server"].iter().chain(given);
                let mut matches = command.try_get_matches_from(args).unwrap();
                format!("{:?}", invocation(&mut matches).unwrap())
            };
            assert_eq!(read(serving()), read(command()), "{given:?}");
        }
    }

    #[test]
    fn commands_are_found_behind_no_flag() {
        for args in [
            &["x", "approvals", "list"][..],
            &["x", "help"],
            &["x", "doctor"],
        ] {
            let read = serving().try_get_matches_from(args);
            assert!(read.is_err(), "{args:?}");
        }
    }

    #[test]
    fn help() {
        let help = command().term_width(100).render_help().to_string();
        insta::assert_snapshot!(help);
    }

    #[test]
    fn the_help_of_every_command_fits_a_screen() {
        fn look(command: &mut Command, path: &str, long: &mut Vec<String>) {
            let lines = command.render_help().to_string().lines().count();
            if lines > SCREEN {
                long.push(format!("{path}: {lines} lines"));
            }
            for below in command.get_subcommands_mut() {
                let path = format!("{path} {}", below.get_name());
                look(below, &path, long);
            }
        }

        const SCREEN: usize = 54;
        let mut command = command().term_width(100);
        command.build();
        let mut long = Vec::new();
        look(&mut command, "openwork-server", &mut long);
        assert_eq!(long, [""; 0]);
    }

    #[test]
    fn every_flag_is_in_the_whole_help() {
        let Invocation::Print(help) = parse(["x", "--help-all"].map(OsString::from)).unwrap()
        else {
            panic!("not printed")
        };
        for key in crate::settings::table::KEYS {
            for flag in key.flag.iter().chain(&key.off_flag) {
                assert!(help.contains(&format!("--{flag}")), "{flag}");
            }
        }
    }

    #[test]
    fn the_version_is_said_in_three_ways() {
        for (args, json) in [
            (&["x", "--version"][..], false),
            (&["x", "-V"], false),
            (&["x", "--version", "--json"], true),
            (&["x", "version"], false),
            (&["x", "version", "--json"], true),
        ] {
            let asked = parse(args.iter().map(OsString::from)).unwrap();
            let Invocation::Local(LocalCommand::Version(form)) = asked else {
                panic!("{args:?}: {asked:?}")
            };
            assert_eq!(form.json, json, "{args:?}");
        }
        let alone = parse(["x", "--json"].map(OsString::from)).unwrap_err();
        assert!(alone.to_string().contains("`--version`"), "{alone}");
    }
}
