//! Completing the words of a shell's command line, beside a running server.
//!
//! The scripts of `completions` call the program with [`VARIABLE`] set to the name of
//! their shell and the words after `--`. A shell that waits for the answer must not wait
//! long, and must not be told of errors in the middle of a line.

use std::ffi::OsString;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use clap_complete::env::{Bash, EnvCompleter, Fish, Powershell, Shells, Zsh};
use openwork_terminal::{CompletableId, IdCandidate, ServerSearch};

use crate::args::{GivenWords, ShellName, completed_command};
use crate::commands;
use crate::environment::{Environment, variable_of_this_process};
use crate::problem::{StartFailure, StartProblem, quote};
use crate::run::{print, written_text};

/// The variable that asks for completions.
const VARIABLE: &str = "OPENWORK_COMPLETE";
/// How long the server may take.
const LIMIT: Duration = Duration::from_millis(500);
/// The program, as it is found by a shell.
const PROGRAM: &str = "openwork-server";

const SHELLS: Shells<'static> = Shells(&[&Bash, &Zsh, &Fish, &Powershell]);

/// The script that has a shell ask for completions.
pub(crate) fn script(shell: ShellName) -> Result<String, StartFailure> {
    let completer: &dyn EnvCompleter = match shell {
        ShellName::Bash => &Bash,
        ShellName::Zsh => &Zsh,
        ShellName::Fish => &Fish,
        ShellName::PowerShell => &Powershell,
    };
    let mut script = Vec::new();
    let written = completer.write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, &mut script);
    let mut script = written_text(written, script)?;
    if shell == ShellName::Zsh {
        // The script only defines a function. A file in `fpath` is read at the first
        // completion, which wants its answer at once.
        script.push_str(ZSH_END);
    }
    Ok(script)
}

const ZSH_END: &str = r#"
if [[ "${funcstack[1]}" == _openwork-server ]]; then
    _clap_dynamic_completer_openwork_server "$@"
fi
"#;

/// The candidates for a word, if that is what the program is started for.
pub(crate) fn asked_for(args: &[OsString]) -> Option<Result<(), StartFailure>> {
    // Before anything else: what is looked at in every start has to be next to nothing.
    let words = match args {
        [_program, end, words @ ..] if end == "--" => words,
        _ => return None,
    };
    let shell = variable_of_this_process(VARIABLE)?;
    Some(answer(&shell.to_string_lossy(), words))
}

fn answer(shell: &str, words: &[OsString]) -> Result<(), StartFailure> {
    let completer = SHELLS.completer(shell).ok_or_else(|| {
        StartProblem::new(format!("{VARIABLE} is {}, which is no shell", quote(shell)))
            .help("write one of bash, zsh, fish and powershell")
    })?;
    let environment = Environment::of_this_process()?;
    let index = environment
        .variable("_CLAP_COMPLETE_INDEX")
        .and_then(|index| index.to_str()?.parse().ok());
    let given = GivenWords::new(words, index);
    let search = commands::search(
        &environment,
        given.value("--url"),
        given.value("--host-token"),
        given.value("--token"),
    );
    let ask = Arc::new(move |what: &CompletableId| in_time(what.clone(), search.clone()));
    let mut command = completed_command(&given, &(ask as _));
    let mut answer = Vec::new();
    let written = completer.write_complete(
        &mut command,
        words.to_vec(),
        Some(&environment.cwd),
        &mut answer,
    );
    // No completion is no error to a shell, which would print it into the line.
    match written_text(written, answer) {
        Ok(text) => print(&text).map_err(StartFailure::Start),
        Err(_) => Ok(()),
    }
}

/// What the server says before the limit. A thread that is late is left behind: the
/// process ends without it.
fn in_time(what: CompletableId, search: ServerSearch) -> Vec<IdCandidate> {
    let (told, answer) = mpsc::channel();
    let ask = move || {
        let Ok(runtime) = commands::runtime() else {
            return;
        };
        let found = runtime.block_on(openwork_terminal::candidates(&what, &search));
        // Nobody waits any more if it is late.
        let _ = told.send(found);
    };
    let asked = thread::Builder::new().name("candidates".into()).spawn(ask);
    match asked {
        Ok(_) => answer.recv_timeout(LIMIT).unwrap_or_default(),
        Err(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_calls_the_program() {
        for (shell, name) in [
            (ShellName::Bash, "bash"),
            (ShellName::Zsh, "zsh"),
            (ShellName::Fish, "fish"),
            (ShellName::PowerShell, "powershell"),
        ] {
            let script = script(shell).unwrap();
            assert!(script.contains(VARIABLE), "{name}: {script}");
            let call = script.replace('"', "");
            assert!(call.contains("openwork-server -- "), "{name}: {script}");
            assert!(SHELLS.completer(name).is_some(), "{name}");
        }
    }

    #[test]
    fn a_shell_that_is_none_is_named() {
        let refused = answer("csh", &[]).unwrap_err();
        insta::assert_snapshot!(refused, @r"
        error: OPENWORK_COMPLETE is `csh`, which is no shell
          help: write one of bash, zsh, fish and powershell
        ");
    }

    #[test]
    fn only_words_after_two_dashes_are_completed() {
        for args in [
            &["openwork-server"][..],
            &["openwork-server", "approvals", "list"],
        ] {
            let args: Vec<OsString> = args.iter().map(OsString::from).collect();
            assert!(asked_for(&args).is_none(), "{args:?}");
        }
    }
}
