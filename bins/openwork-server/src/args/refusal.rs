//! Says what is wrong with a command line, in our words.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::problem::{Problem, quote};

const SEE_HELP: &str = "`openwork-server --help` lists all flags";

/// The problem that clap found.
pub(super) fn problem(error: &Error) -> Problem {
    let argument = text(error, ContextKind::InvalidArg).unwrap_or_default();
    match error.kind() {
        ErrorKind::UnknownArgument => unknown(error, argument),
        ErrorKind::InvalidValue => {
            let flag = argument.split(' ').next().unwrap_or_default();
            Problem::new(format!("flag {} needs a value", quote(flag))).help(format!(
                "write {}",
                quote(&argument.replace(['<', '>'], ""))
            ))
        }
        ErrorKind::TooManyValues => {
            Problem::new(format!("flag {} takes no value", quote(argument)))
                .help(format!("write {}, or leave it out", quote(argument)))
        }
        _ => Problem::new(format!(
            "the arguments are not understood: {}",
            error.kind()
        ))
        .help(SEE_HELP),
    }
}

fn unknown(error: &Error, argument: &str) -> Problem {
    if !argument.starts_with('-') {
        return Problem::new(format!("unexpected argument {}", quote(argument))).help(SEE_HELP);
    }
    let problem = Problem::new(format!("unknown flag {}", quote(argument)));
    match text(error, ContextKind::SuggestedArg) {
        Some(meant) => problem.help(format!("did you mean {}?", quote(meant))),
        None => problem.help(SEE_HELP),
    }
}

fn text(error: &Error, kind: ContextKind) -> Option<&str> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text),
        _ => None,
    }
}
