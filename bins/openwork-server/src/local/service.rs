//! `service`: a server that the system starts.

use std::process::ExitCode;

use openwork_terminal::{OutputForm, escape};

use crate::args::{GivenFlags, ServiceCommand};
use crate::environment::Environment;
use crate::problem::{StartFailure, StartProblem};
use crate::service::launch::ServiceLaunch;
use crate::service::status::ServiceStatus;
use crate::service::{ServicePlan, ServiceSystem};
use crate::settings::Settings;
use crate::tls::ServerIdentity;

use super::{print_json, print_text};

/// Installs it, takes it away, or says how it is.
pub(super) fn run(
    command: &ServiceCommand,
    environment: &Environment,
) -> Result<ExitCode, StartFailure> {
    match command {
        ServiceCommand::Install { flags, dry_run } => install(flags, *dry_run, environment),
        ServiceCommand::Uninstall { dry_run } => uninstall(*dry_run, environment),
        ServiceCommand::Status(form) => status((*form).into(), environment),
    }
}

fn install(
    flags: &GivenFlags,
    dry_run: bool,
    environment: &Environment,
) -> Result<ExitCode, StartFailure> {
    // A service with settings that cannot be used would be started over and over.
    let settings = Settings::load(flags, environment)?;
    ServerIdentity::read(&settings)?;
    let plan = plan(flags, environment)?;
    if dry_run {
        return printed(&plan.rehearsal());
    }
    plan.install().map_err(StartFailure::Start)?;
    let path = plan.file.path.display().to_string();
    let mut text = format!("installed and started: {}\n", escape::line(&path));
    if settings.host_token.generated().is_some() {
        text.push_str(
            "Each start makes new tokens; to keep them, write \"token\" and \"hostToken\" into \
             the configuration file.\n",
        );
    }
    printed(&text)
}

fn uninstall(dry_run: bool, environment: &Environment) -> Result<ExitCode, StartFailure> {
    let plan = plan(&GivenFlags::default(), environment)?;
    if dry_run {
        return printed(&plan.removal_rehearsal());
    }
    plan.uninstall().map_err(StartFailure::Start)?;
    printed("stopped and removed; settings, tokens and workspaces stay\n")
}

fn status(form: OutputForm, environment: &Environment) -> Result<ExitCode, StartFailure> {
    let status = ServiceStatus::of(&plan(&GivenFlags::default(), environment)?);
    match form {
        OutputForm::Text => print_text(&status.text())?,
        OutputForm::Json => print_json(&status)?,
    }
    Ok(if status.running {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn plan(flags: &GivenFlags, environment: &Environment) -> Result<ServicePlan, StartProblem> {
    let launch = ServiceLaunch::of(flags, environment)?;
    ServiceSystem::of_this_machine().plan(&launch, environment)
}

fn printed(text: &str) -> Result<ExitCode, StartFailure> {
    print_text(text)?;
    Ok(ExitCode::SUCCESS)
}
