//! What the server writes, seen through the real engine.
//!
//! The engine is taken from `OPENWORK_TEST_ENGINE`, or from where npm puts it in `tests/`.
//! Without it the tests are skipped.
#![allow(
    clippy::disallowed_methods,
    reason = "the tests read the environment and lay out workspaces themselves"
)]
#![allow(clippy::print_stdout, reason = "a skip has to be seen")]

mod consent;
mod harness;
mod schema;
mod seen;
mod trial;
mod values;
mod written;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};
use openwork_testkit::engine::Engine;

use crate::trial::{Bench, SharedEngine, Verdict};

/// The engine has one processor's worth of thread, our server needs hardly any.
const THREADS: usize = 2;
const VARIABLE: &str = "OPENWORK_TEST_ENGINE";

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = arguments.test_threads.or(Some(THREADS));
    let program = program();
    if program.is_none() {
        println!("skipped: no engine; see tests/README.md or set {VARIABLE}");
    }
    let engine = program.map(|program| Arc::new(SharedEngine::new(program)));
    let checks = [
        consent::CHECKS,
        harness::CHECKS,
        schema::CHECKS,
        values::CHECKS,
        written::CHECKS,
    ]
    .concat();
    let checks = checks
        .into_iter()
        .map(|(name, check)| trial(name, check, engine.clone()));
    let seen = match seen::fixtures(&seen::folder()) {
        Ok(fixtures) => fixtures,
        Err(error) => {
            println!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let seen = seen.into_iter().map(|fixture| {
        let name = format!("seen/{}", fixture.name);
        trial(
            &name,
            move |bench: &Bench<'_>| seen::check(&fixture, bench),
            engine.clone(),
        )
    });
    libtest_mimic::run(&arguments, checks.chain(seen).collect()).exit_code()
}

fn program() -> Option<PathBuf> {
    match std::env::var_os(VARIABLE) {
        Some(given) => Some(given.into()),
        None => Engine::installed_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests")),
    }
}

fn trial(
    name: &str,
    check: impl FnOnce(&Bench<'_>) -> Verdict + Send + 'static,
    engine: Option<Arc<SharedEngine>>,
) -> Trial {
    match engine {
        Some(engine) => Trial::test(name, move || Ok(check(&Bench::new(&engine)?)?)),
        None => Trial::test(name, || Ok(())).with_ignored_flag(true),
    }
}
