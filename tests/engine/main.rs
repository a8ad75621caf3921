//! What the server writes, seen through the real engine.
//!
//! Two versions of it are tried. Each is taken from a variable that names its program, or from
//! where npm puts it in `tests/`. Without it its tests are skipped.
#![allow(
    clippy::disallowed_methods,
    reason = "the tests read the environment and lay out workspaces themselves"
)]
#![allow(clippy::print_stdout, reason = "a skip has to be seen")]

mod consent;
mod forms;
mod harness;
mod routes;
mod schema;
mod seen;
mod trial;
mod values;
mod written;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};
use openwork_testkit::engine::Engine;

use crate::trial::{Bench, SharedEngine, Verdict};

/// Each engine has one processor's worth of thread, our server needs hardly any.
const THREADS: usize = 2;

/// A version of the engine that the tests run against.
struct TestedEngine {
    /// What the names of its tests begin with.
    prefix: &'static str,
    /// The variable that may name its program.
    variable: &'static str,
    /// Where npm puts it.
    installed: fn(&Path) -> Option<PathBuf>,
    /// Whether it reads the newer forms of the configuration.
    reads_newer_forms: bool,
}

/// The latest version that is known, and the one that the published orchestrator pins.
const ENGINES: [TestedEngine; 2] = [
    TestedEngine {
        prefix: "",
        variable: "OPENWORK_TEST_ENGINE",
        installed: Engine::installed_below,
        reads_newer_forms: true,
    },
    TestedEngine {
        prefix: "earlier/",
        variable: "OPENWORK_TEST_EARLIER_ENGINE",
        installed: Engine::earlier_installed_below,
        reads_newer_forms: false,
    },
];

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = arguments.test_threads.or(Some(THREADS));
    match ENGINES.iter().map(trials).collect::<Result<Vec<_>, _>>() {
        Ok(trials) => {
            let trials = trials.into_iter().flatten().collect();
            libtest_mimic::run(&arguments, trials).exit_code()
        }
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// All tests of one engine, ignored if it is not there.
fn trials(tested: &TestedEngine) -> Result<Vec<Trial>, Box<dyn Error>> {
    let program = tested.program();
    if program.is_none() {
        println!(
            "skipped: no engine; see tests/README.md or set {}",
            tested.variable
        );
    }
    let reads_newer_forms = tested.reads_newer_forms;
    let engine = program.map(|program| Arc::new(SharedEngine::new(program, reads_newer_forms)));
    let checks = [
        consent::CHECKS,
        forms::CHECKS,
        harness::CHECKS,
        routes::CHECKS,
        schema::CHECKS,
        values::CHECKS,
        written::CHECKS,
    ];
    let checks = checks
        .concat()
        .into_iter()
        .map(|(name, check)| trial(format!("{}{name}", tested.prefix), check, engine.clone()));
    let seen = seen::fixtures(&seen::folder())?.into_iter().map(|fixture| {
        trial(
            format!("{}seen/{}", tested.prefix, fixture.name),
            move |bench: &Bench<'_>| seen::check(&fixture, bench),
            engine.clone(),
        )
    });
    Ok(checks.chain(seen).collect())
}

impl TestedEngine {
    fn program(&self) -> Option<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests");
        match std::env::var_os(self.variable) {
            Some(given) => Some(given.into()),
            None => (self.installed)(&folder),
        }
    }
}

fn trial(
    name: String,
    check: impl FnOnce(&Bench<'_>) -> Verdict + Send + 'static,
    engine: Option<Arc<SharedEngine>>,
) -> Trial {
    match engine {
        Some(engine) => Trial::test(name, move || Ok(check(&Bench::new(&engine)?)?)),
        None => Trial::test(name, || Ok(())).with_ignored_flag(true),
    }
}
