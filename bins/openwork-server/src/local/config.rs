//! `config`: the settings as a server would have them, and where they come from.

use openwork_terminal::{OutputForm, escape};
use serde_json::json;

use crate::args::{ConfigCommand, GivenFlags};
use crate::environment::Environment;
use crate::problem::{StartFailure, StartProblem};
use crate::settings::file::TextLocation;
use crate::settings::sources::ReadSources;
use crate::tls::ServerIdentity;

use super::{print_json, print_text};

mod printed;

/// Answers a question about the settings.
pub(super) fn run(command: &ConfigCommand, environment: &Environment) -> Result<(), StartFailure> {
    let question = command.question();
    let (flags, form) = (&question.flags, question.form.into());
    match command {
        ConfigCommand::Check(_) => check(flags, environment, form),
        ConfigCommand::Path(_) => path(flags, environment, form),
        ConfigCommand::Print(_) => settings(flags, environment, form),
    }
}

fn check(
    flags: &GivenFlags,
    environment: &Environment,
    form: OutputForm,
) -> Result<(), StartFailure> {
    let settings = ReadSources::read(flags, environment)?.settings(environment)?;
    ServerIdentity::read(&settings)?;
    if form == OutputForm::Json {
        let answer = json!({ "ok": true, "path": settings.file, "warnings": settings.warnings });
        return print_json(&answer);
    }
    let warnings: Vec<String> = settings
        .warnings
        .iter()
        .map(|warning| format!("warning: {}\n", escape::line(&warning.to_string())))
        .collect();
    let mut text = warnings.concat();
    let read = match &settings.file {
        Some(path) => format!("{} and all other settings", path.display()),
        None => "no configuration file; all other settings".to_owned(),
    };
    text.extend([&*escape::line(&read), " can be used\n"]);
    print_text(&text)
}

fn path(
    flags: &GivenFlags,
    environment: &Environment,
    form: OutputForm,
) -> Result<(), StartFailure> {
    let location = TextLocation::find(flags, environment)?.ok_or_else(|| {
        StartProblem::new("there is no home directory, and so no configuration file")
            .help("name one with `--config PATH`")
    })?;
    let path = location.path.display().to_string();
    if form == OutputForm::Json {
        let exists = location.path.exists();
        let answer = json!({ "path": path, "exists": exists, "namedBy": location.named_by });
        return print_json(&answer);
    }
    print_text(&format!("{}\n", escape::line(&path)))
}

fn settings(
    flags: &GivenFlags,
    environment: &Environment,
    form: OutputForm,
) -> Result<(), StartFailure> {
    let sources = ReadSources::read(flags, environment)?;
    let settings = sources.settings(environment)?;
    let printed = printed::all(&sources, &settings);
    if form == OutputForm::Json {
        let answer = json!({
            "path": settings.file,
            "settings": printed,
            "warnings": settings.warnings,
        });
        return print_json(&answer);
    }
    print_text(&printed::table(&printed))
}
