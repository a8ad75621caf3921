//! What the flags of programs say of their values.

use super::is_secret_name;
use super::programs::KnownProgram;

/// What a word of a command is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CommandFlag {
    /// No flag that is known.
    None,
    /// Its value is a secret.
    Secret,
    /// Its value is a header.
    Header,
    /// Its value names code that is loaded besides.
    Load,
    /// Its value is what is started, and what follows is given to that.
    Main,
    /// Its value is run, and what follows may be run with it.
    Run,
    /// It holds code itself: `--eval=…`, `-c…`.
    Inline,
}

/// Flags whose value is run.
const RUN: &[&str] = &[
    "c",
    "e",
    "E",
    "command",
    "eval",
    "exec",
    "execute",
    "encodedcommand",
    "enc",
    "ec",
];

/// Flags whose value is started, as a module, a script or an expression.
const MAIN: &[&str] = &["m", "p", "print", "call", "run", "script", "entrypoint"];

/// Flags whose value is loaded before that.
const LOAD: &[&str] = &[
    "M",
    "r",
    "I",
    "import",
    "require",
    "loader",
    "experimental-loader",
    "preload",
    "package",
    "with",
    "init-file",
    "rcfile",
];

/// Those of them that mean something else to programs that start containers:
/// an environment variable, a port.
const NOT_OF_CONTAINERS: &[&str] = &["e", "p", "m", "r"];

/// Flags of `cmd`, after which the rest of the line is run.
const WINDOWS: &[&str] = &["/c", "/k", "/r", "/s"];

impl CommandFlag {
    /// What a word is among the arguments of a program.
    pub(super) fn of(word: &str, program: KnownProgram) -> Self {
        if WINDOWS.iter().any(|flag| word.eq_ignore_ascii_case(flag)) {
            return Self::Run;
        }
        let name = word.trim_start_matches('-');
        let dashes = word.len() - name.len();
        if dashes == 0 {
            return Self::None;
        }
        match name.split_once(['=', ':']) {
            Some((name, _)) if is_code(name, program) => Self::Inline,
            // `-ccode`: the code stands right behind the letter.
            Some(_) if dashes == 1 && program == KnownProgram::Interpreter => Self::Inline,
            Some(_) => Self::None,
            None => Self::alone(name, program, dashes),
        }
    }

    /// What a flag without a value in its own word is.
    fn alone(name: &str, program: KnownProgram, dashes: usize) -> Self {
        if dashes == 1 && is_cluster(name, program) {
            let last = name.char_indices().next_back().map_or(0, |(at, _)| at);
            return Self::alone(name.get(last..).unwrap_or(""), program, dashes);
        }
        match name {
            "H" | "header" | "headers" => Self::Header,
            _ if is_secret_name(name) => Self::Secret,
            _ if !is_code(name, program) => Self::None,
            _ if contains(RUN, name) => Self::Run,
            _ if contains(MAIN, name) => Self::Main,
            _ => Self::Load,
        }
    }
}

/// Whether a flag's value is code.
fn is_code(flag: &str, program: KnownProgram) -> bool {
    let known = [RUN, MAIN, LOAD].iter().any(|flags| contains(flags, flag));
    known && !(program == KnownProgram::Container && NOT_OF_CONTAINERS.contains(&flag))
}

/// One letter is taken as it is; PowerShell has its words in any case.
fn contains(flags: &[&str], flag: &str) -> bool {
    flags.iter().any(|known| match flag.len() {
        1 => *known == flag,
        _ => known.eq_ignore_ascii_case(flag),
    })
}

/// Several flags of one letter each: `-lc`.
fn is_cluster(name: &str, program: KnownProgram) -> bool {
    program == KnownProgram::Interpreter
        && (2..=5).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && !is_code(name, program)
}
