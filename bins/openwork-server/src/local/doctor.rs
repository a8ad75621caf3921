//! `doctor`: what is wrong, and how to mend it.

use std::process::ExitCode;

use openwork_doctor::FindingLevel;
use openwork_terminal::OutputForm;

use crate::args::DoctorQuestion;
use crate::doctor::diagnose;
use crate::environment::Environment;
use crate::problem::StartFailure;

use super::{print_json, print_text};

/// The exit code where something is wrong.
const FOUND: u8 = 1;

/// Looks, and tells.
pub(super) fn run(
    question: &DoctorQuestion,
    environment: &Environment,
) -> Result<ExitCode, StartFailure> {
    let about = &question.about;
    let diagnosis = diagnose(&about.flags, environment)?;
    match about.form.into() {
        OutputForm::Text => print_text(&diagnosis.text())?,
        OutputForm::Json => print_json(&diagnosis.json())?,
    }
    let counts = |level| diagnosis.count(level) > 0;
    let is_found = counts(FindingLevel::Error) || question.strict && counts(FindingLevel::Warning);
    Ok(if is_found {
        ExitCode::from(FOUND)
    } else {
        ExitCode::SUCCESS
    })
}
