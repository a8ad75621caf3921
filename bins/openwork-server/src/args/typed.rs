//! Command lines as tests write them.

use std::ffi::OsString;

use openwork_terminal::TerminalCommand;

use super::{Invocation, parse};

/// Reads the words after the program's name.
pub(super) fn parsed(args: &str) -> Result<Invocation, String> {
    let args = ["openwork-server"]
        .into_iter()
        .chain(args.split_whitespace());
    parse(args.map(OsString::from)).map_err(|problem| problem.to_string())
}

/// What a running server is asked.
pub(super) fn asked(args: &str) -> TerminalCommand {
    match parsed(args) {
        Ok(Invocation::Command(line)) => line.command,
        other => panic!("{args}: {other:?}"),
    }
}
