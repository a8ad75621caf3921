//! Gathers what the doctor is asked about: settings, files, ports, engines.

use std::time::{SystemTime, UNIX_EPOCH};

use openwork_doctor::{Diagnosis, DoctorFacts, FindingLevel};
use openwork_model::files::Files;

use crate::args::GivenFlags;
use crate::environment::Environment;
use crate::problem::StartFailure;
use crate::settings::Settings;
use crate::settings::sources::ReadSources;

mod disk;
mod engine;
mod port;
mod secret_files;
mod settings;
mod workspace;

use self::workspace::FoundWorkspace;

/// Looks at everything that a server with these flags would be about. It needs
/// no server that runs, and disturbs none.
pub(crate) fn diagnose(
    flags: &GivenFlags,
    environment: &Environment,
) -> Result<Diagnosis, StartFailure> {
    let sources = match ReadSources::read(flags, environment) {
        Ok(sources) => sources,
        Err(failure) => return Ok(openwork_doctor::examine(&unusable(&failure))),
    };
    let settings = match sources.settings(environment) {
        Ok(settings) => settings,
        Err(failure) => return Ok(openwork_doctor::examine(&unusable(&failure))),
    };
    let mut found = workspace::all(&settings, environment);
    engine::ask_all(&settings, &mut found)?;
    let files = looks(&found);
    let mut facts = facts(&settings, environment, &found, &files);
    facts.settings = settings::facts(&settings, Some(&sources));
    facts.settings.problems.extend(settings::of_tls(&settings));
    facts.port = Some(port::facts(&settings, environment));
    Ok(openwork_doctor::examine(&facts))
}

/// How many errors there are that can be found without asking an engine and
/// without going through folders: a start does not wait, and looks at little.
pub(crate) fn count_errors(settings: &Settings, environment: &Environment) -> usize {
    let found = workspace::all(settings, environment);
    let files = looks(&found);
    let facts = facts(settings, environment, &found, &files);
    openwork_doctor::examine_quickly(&facts).count(FindingLevel::Error)
}

fn unusable(failure: &StartFailure) -> DoctorFacts<'static> {
    DoctorFacts {
        now_ms: now_ms(),
        settings: settings::unusable(failure),
        ..DoctorFacts::default()
    }
}

/// A look at the files of each workspace that has any.
fn looks(found: &[FoundWorkspace]) -> Vec<Option<Box<dyn Files + '_>>> {
    found.iter().map(FoundWorkspace::look).collect()
}

fn facts<'f>(
    settings: &Settings,
    environment: &Environment,
    found: &'f [FoundWorkspace],
    files: &'f [Option<Box<dyn Files + '_>>],
) -> DoctorFacts<'f> {
    let workspaces = found.iter().zip(files);
    DoctorFacts {
        now_ms: now_ms(),
        settings: settings::facts(settings, None),
        port: None,
        secret_files: secret_files::all(settings),
        workspaces: workspaces
            .map(|(found, files)| found.facts(files.as_deref()))
            .collect(),
        disks: disk::all(settings, environment),
    }
}

/// The time in ms since 1970; 0 for a clock that is not set.
fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}
