//! Says what is wrong with a command line, in our words.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error};
use openwork_model::mask::mask_text;

use super::command;
use crate::problem::{StartProblem, quote};

const SEE_HELP: &str = "`openwork-server --help-all` lists all flags and commands";

/// The problem that clap found.
pub(super) fn problem(error: &Error) -> StartProblem {
    let argument = named(error, ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::UnknownArgument => unknown(error, argument),
        ErrorKind::InvalidSubcommand => unknown_command(error),
        ErrorKind::InvalidValue => no_value(argument),
        ErrorKind::ValueValidation => bad_value(error, argument),
        ErrorKind::TooManyValues => {
            StartProblem::new(format!("flag {} takes no value", quote(argument)))
                .help(format!("write {}, or leave it out", quote(argument)))
        }
        ErrorKind::MissingSubcommand => missing_command(error),
        ErrorKind::MissingRequiredArgument => missing(error),
        ErrorKind::ArgumentConflict => misplaced(error),
        // Kinds that our command line cannot bring about; a later clap may know more.
        _ => StartProblem::new(format!(
            "the arguments are not understood: {}",
            error.kind()
        ))
        .help(SEE_HELP),
    }
}

fn unknown(error: &Error, argument: &str) -> StartProblem {
    meant(stray(argument), text(error, ContextKind::SuggestedArg))
}

fn unknown_command(error: &Error) -> StartProblem {
    let command = named(error, ContextKind::InvalidSubcommand);
    if command == "serve" {
        // The nearest word would be `service`, which is something else.
        return stray(command).help("leave it out: without a command the server serves");
    }
    let elsewhere = commands_called(command);
    if !elsewhere.is_empty() {
        let known: Vec<String> = elsewhere.iter().map(|path| quote(path)).collect();
        return stray(command).help(format!("did you mean {}?", known.join(" or ")));
    }
    meant(
        stray(command),
        list(error, ContextKind::SuggestedSubcommand)
            .first()
            .map(String::as_str),
    )
}

/// The commands whose last word is this one, such as `audit undo`.
fn commands_called(word: &str) -> Vec<String> {
    fn look(command: &Command, before: &str, word: &str, found: &mut Vec<String>) {
        for below in command.get_subcommands() {
            let path = format!("{before}{}", below.get_name());
            look(below, &format!("{path} "), word, found);
            if below.get_name() == word {
                found.push(path);
            }
        }
    }

    let mut found = Vec::new();
    look(&command(), "", word, &mut found);
    found
}

fn stray(argument: &str) -> StartProblem {
    let what = if argument.starts_with('-') {
        "unknown flag"
    } else {
        "unexpected argument"
    };
    StartProblem::new(format!("{what} {}", shown(argument)))
}

fn meant(problem: StartProblem, meant: Option<&str>) -> StartProblem {
    match meant {
        Some(meant) => problem.help(format!("did you mean {}?", quote(meant))),
        None => problem.help(SEE_HELP),
    }
}

fn no_value(argument: &str) -> StartProblem {
    StartProblem::new(format!("flag {} needs a value", quote(flag(argument))))
        .help(format!("write {}", quote(&plain(argument))))
}

fn bad_value(error: &Error, argument: &str) -> StartProblem {
    let value = named(error, ContextKind::InvalidValue);
    let problem = StartProblem::new(format!(
        "{} is no value for {}",
        shown(value),
        quote(&plain(flag(argument)))
    ));
    match std::error::Error::source(error) {
        Some(cause) => problem.help(cause.to_string()),
        None => problem.help(SEE_HELP),
    }
}

fn missing_command(error: &Error) -> StartProblem {
    let command = named(error, ContextKind::InvalidSubcommand);
    let known = list(error, ContextKind::ValidSubcommand).join(", ");
    StartProblem::new(format!("{} needs a command", quote(command)))
        .help(format!("one of: {known}"))
}

fn missing(error: &Error) -> StartProblem {
    let wanted = list(error, ContextKind::InvalidArg);
    // What makes `--json` one of the program itself is the version that it writes.
    if wanted.first().is_some_and(|first| first == "--version") {
        return StartProblem::new("flag `--json` goes with a command, or with `--version`").help(
            "write it after a command; the log of a server is JSON with `--log-format json`",
        );
    }
    let wanted: Vec<String> = wanted.iter().map(|one| quote(&plain(one))).collect();
    let problem = StartProblem::new(format!("{} is missing", wanted.join(", ")));
    problem.help(match wanted.first().map(String::as_str) {
        Some("`--scope SCOPE`") => {
            "say what the device may do: `--scope collaborator`, `viewer` or `approver`"
        }
        Some("`DEVICE`") => "`openwork-server devices list` shows the ids",
        Some("`NAME`") => "say what it is called from now on, after its id",
        // This one takes something else in the place of an id.
        Some("`ID`") if is_of(error, "audit undo") => {
            "`audit list` shows the ids; `--last` undoes the last change"
        }
        Some(first) if first.contains("ID") => "the `list` beside it shows the ids",
        _ => SEE_HELP,
    })
}

/// The flags before a command are those of serving, which it is not; and some
/// arguments of one command take the place of each other.
fn misplaced(error: &Error) -> StartProblem {
    let command = named(error, ContextKind::InvalidSubcommand);
    let flags = list(error, ContextKind::PriorArg);
    let flags: Vec<String> = flags.iter().map(|one| quote(flag(one))).collect();
    if command.is_empty() {
        let other = quote(&plain(named(error, ContextKind::InvalidArg)));
        return StartProblem::new(format!(
            "{other} and {} exclude each other",
            flags.join(", ")
        ))
        .help("give one of them");
    }
    StartProblem::new(format!(
        "{} has no place before {}",
        flags.join(", "),
        quote(command)
    ))
    .help("write the flags of a command after it")
}

/// Quotes what was written: an address in it may carry a password.
fn shown(argument: &str) -> String {
    quote(&mask_text(argument))
}

/// Whether a command is the one that was called, as far as clap shows its usage.
fn is_of(error: &Error, command: &str) -> bool {
    let usage = error.get(ContextKind::Usage).map(ToString::to_string);
    usage.is_some_and(|usage| usage.contains(command))
}

/// The flag of `--flag <VALUE>`.
fn flag(argument: &str) -> &str {
    argument.split_once(' ').map_or(argument, |(flag, _)| flag)
}

/// An argument without clap's brackets.
fn plain(argument: &str) -> String {
    argument.replace(['<', '>', '[', ']'], "")
}

/// What clap names, or nothing where it names nothing.
fn named(error: &Error, kind: ContextKind) -> &str {
    text(error, kind).unwrap_or("")
}

fn text(error: &Error, kind: ContextKind) -> Option<&str> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text),
        _ => None,
    }
}

fn list(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}
