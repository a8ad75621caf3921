//! The approvals page in a real browser, against the real server.
//!
//! The browser is Chromium, driven by playwright-core: a Rust test starts a server on a sandbox
//! and a script of `page/cases/` does in the page what a person would. Without node, the npm
//! packages of `tests/` or the browser the tests are skipped.
#![allow(
    clippy::disallowed_methods,
    reason = "the tests read the environment and lay out workspaces themselves"
)]
#![allow(clippy::print_stdout, reason = "a skip has to be seen")]

mod browser;
mod cases;
mod trial;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};

use crate::browser::{Programs, SharedBrowser};
use crate::cases::{CASES, Case};
use crate::trial::Bench;

/// The browser has processes of its own; more cases at once only slow each other.
const THREADS: usize = 2;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = arguments.test_threads.or(Some(THREADS));
    let browser = match Programs::find() {
        Ok(programs) => Some(Arc::new(SharedBrowser::new(programs))),
        Err(missing) => {
            println!("skipped: {missing}; see tests/README.md");
            None
        }
    };
    let mut trials: Vec<Trial> = CASES
        .iter()
        .map(|case| trial(case, browser.clone()))
        .collect();
    trials.push(match browser {
        Some(browser) => Trial::test("every_case_is_run", move || {
            Ok(trial::every_case_is_run(&browser)?)
        }),
        None => skipped("every_case_is_run"),
    });
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(case: &'static Case, browser: Option<Arc<SharedBrowser>>) -> Trial {
    match browser {
        Some(browser) => Trial::test(case.name, move || Ok(Bench::new(&browser)?.run(case)?)),
        None => skipped(case.name),
    }
}

fn skipped(name: &str) -> Trial {
    Trial::test(name, || Ok(())).with_ignored_flag(true)
}
