//! The commands that need no running server.

use std::process::ExitCode;

use openwork_terminal::{OutputForm, escape};
use serde::Serialize;
use serde_json::json;

use crate::args::LocalCommand;
use crate::completing;
use crate::environment::Environment;
use crate::problem::{StartFailure, StartProblem};
use crate::run::print;

mod config;
mod doctor;
mod papers;
mod service;
mod version;

/// Does a command.
pub(crate) fn run(command: &LocalCommand) -> Result<ExitCode, StartFailure> {
    match attempt(command) {
        // Whoever reads the answer finds JSON in every case.
        Err(failure) if command.form() == OutputForm::Json => tell_in_json(&failure),
        other => other,
    }
}

/// Tells programs why nothing was done.
pub(crate) fn tell_in_json(failure: &StartFailure) -> Result<ExitCode, StartFailure> {
    print_json(&json!({ "error": failure }))?;
    Ok(ExitCode::from(failure.exit_code()))
}

fn attempt(command: &LocalCommand) -> Result<ExitCode, StartFailure> {
    match command {
        LocalCommand::Config(command) => {
            config::run(command, &Environment::of_this_process()?)?;
        }
        LocalCommand::Doctor(question) => {
            return doctor::run(question, &Environment::of_this_process()?);
        }
        LocalCommand::Service(command) => {
            return service::run(command, &Environment::of_this_process()?);
        }
        LocalCommand::Completions { shell } => {
            print_text(&completing::script(*shell)?)?;
        }
        LocalCommand::Man { command } => {
            print_text(&papers::man(command)?)?;
        }
        LocalCommand::OpenApi => print_text(openwork_http::openapi())?,
        LocalCommand::Version(form) => version::run((*form).into())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints a text that is safe to print.
fn print_text(text: &str) -> Result<(), StartFailure> {
    print(text).map_err(StartFailure::Start)
}

/// Prints a document for programs, on one line.
fn print_json(document: &impl Serialize) -> Result<(), StartFailure> {
    let text = serde_json::to_string(document).map_err(|cause| {
        StartFailure::Start(StartProblem::new(format!(
            "the answer cannot be written: {cause}"
        )))
    })?;
    // It may end up on a terminal, and holds paths and names of others.
    print_text(&format!("{}\n", escape::json(&text)))
}
