//! Runs the conformance cases below `cases/` against the server binary, each as one named test.
//!
//! A case gets a directory and a server process of its own. What a case may say is described in
//! the modules [`case`] (the set-up) and [`step`] (what happens then).
#![allow(
    clippy::disallowed_methods,
    reason = "the cases edit files behind the server's back"
)]

mod answer;
mod case;
mod content;
mod fault;
mod fixture;
mod launch;
mod run;
mod scope;
mod step;
mod steps;
mod system;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

use crate::case::Case;
use crate::system::Need;

/// Cases mostly wait for a process, so more of them than there are processors run at once.
const THREADS: usize = 4;

fn main() -> io::Result<ExitCode> {
    set_umask();
    let mut arguments = Arguments::from_args();
    arguments.test_threads = arguments.test_threads.or(Some(THREADS));
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance/cases");
    let mut files = Vec::new();
    collect(&directory, &mut files)?;
    files.sort();
    let trials = files
        .into_iter()
        .map(|file| trial(&directory, file))
        .collect();
    Ok(libtest_mimic::run(&arguments, trials).exit_code())
}

/// Cases name modes of new files as they come out for most users. The servers inherit it.
#[cfg(unix)]
fn set_umask() {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
}

#[cfg(not(unix))]
fn set_umask() {}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            files.push(path);
        }
    }
    Ok(())
}

fn trial(directory: &Path, file: PathBuf) -> Trial {
    let name = file
        .strip_prefix(directory)
        .unwrap_or(&file)
        .with_extension("");
    // Named alike on every system, so that one can ask for a case by its name.
    let name = name.to_string_lossy().replace('\\', "/");
    match read(&file).ok().as_ref().and_then(Need::missing) {
        Some(need) => Trial::test(name, || Ok(()))
            .with_kind(need.name())
            .with_ignored_flag(true),
        None => Trial::test(name, move || check(&file)),
    }
}

fn read(file: &Path) -> Result<Value, Failed> {
    Ok(serde_json::from_str(&fs::read_to_string(file)?)?)
}

/// The server: the one that was built with the tests, unless another is named,
/// such as one for another system behind an emulator.
fn program() -> PathBuf {
    std::env::var_os("OPENWORK_TEST_SERVER").map_or_else(
        || PathBuf::from(env!("CARGO_BIN_EXE_openwork-server")),
        PathBuf::from,
    )
}

fn check(file: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(file)?;
    let case: Case = serde_json::from_str(&text)?;
    run::run(&program(), &case).map_err(|report| match &case.why {
        Some(why) => Failed::from(format!("{report}\nwhy: {why}")),
        None => Failed::from(report),
    })
}
