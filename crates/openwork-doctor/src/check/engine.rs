//! Whether each workspace's engine answers, and reads the forms in use.

use openwork_model::files::Files;
use openwork_model::forms::{EarlierReading, NewerForm, newer_in};
use openwork_model::layer::{ConfigLayer, read_layers};

use super::{DoctorCheck, once};
use crate::facts::{DoctorFacts, EngineAnswer, EngineFacts, WorkspaceFacts, WorkspaceState};
use crate::finding::DoctorFinding;
use crate::line;

pub(super) const CHECK: DoctorCheck = DoctorCheck {
    name: "engines",
    title: "every engine answers, and reads the forms in use",
    is_quick: false,
    run,
};

fn run(facts: &DoctorFacts<'_>) -> Vec<DoctorFinding> {
    once(facts.workspaces.iter().flat_map(of_workspace))
}

fn of_workspace(workspace: &WorkspaceFacts<'_>) -> Vec<DoctorFinding> {
    let Some(engine) = &workspace.engine else {
        return Vec::new();
    };
    match (&engine.answer, &workspace.state) {
        (EngineAnswer::Version(version), WorkspaceState::Readable(files)) => {
            unread(version, *files)
        }
        (EngineAnswer::Version(_), _) => Vec::new(),
        (EngineAnswer::Refused, _) => vec![refused(engine)],
        (EngineAnswer::Silent { message }, _) => vec![silent(engine, message)],
    }
}

fn refused(engine: &EngineFacts) -> DoctorFinding {
    DoctorFinding::error("engines.refused", "the engine does not let the server in")
        .named(&engine.url)
        .why("clients cannot use it through the server, and a change takes effect only when it is started again")
        .fix("give its user name and password with `opencodeUsername` and `opencodePassword`")
}

fn silent(engine: &EngineFacts, message: &str) -> DoctorFinding {
    DoctorFinding::warning(
        "engines.silent",
        format!("the engine does not answer: {message}"),
    )
    .named(&engine.url)
    .why("clients cannot use it through the server, and it cannot be told to read its files again")
    .fix("start it there with `opencode serve --port …`, or correct its URL")
}

/// The forms in use that an engine of this version does not read.
fn unread(version: &str, files: &dyn Files) -> Vec<DoctorFinding> {
    let layers = read_layers(files).map(|view| view.layers);
    let layers = layers.unwrap_or_default();
    let mut found = Vec::new();
    for layer in &layers {
        let forms = layer.content.iter().flat_map(newer_in);
        found.extend(forms.filter_map(|form| {
            let reading = form.read_by(version)?;
            let line = line_of(form, layer, files);
            Some(finding(version, form, reading).at(&layer.path, line))
        }));
    }
    found
}

fn line_of(form: &NewerForm, layer: &ConfigLayer, files: &dyn Files) -> Option<usize> {
    let pointer = form.place_in(layer.content.as_ref().ok()?)?;
    line::of_setting(files, &layer.path, &pointer)
}

fn finding(version: &str, form: &NewerForm, reading: EarlierReading) -> DoctorFinding {
    let NewerForm { path, since, .. } = form;
    let what = match *path {
        "*" => format!("a key that no version knows, which the engine {version} does not take"),
        path => format!("`{path}`, which the engine {version} does not read"),
    };
    let what = format!("the file has {what}");
    let finding = match reading {
        EarlierReading::LeftOut => DoctorFinding::warning("engines.left_out", what)
            .why("the engine goes on as if it were not there"),
        EarlierReading::EntryLost => DoctorFinding::error("engines.entry_lost", what)
            .why("the engine loses the entry, or refuses the workspace"),
        EarlierReading::Refused | EarlierReading::UnknownKey | EarlierReading::RefusedUnless(_) => {
            DoctorFinding::error("engines.refuses", what).why("the engine refuses the workspace")
        }
    };
    let older = form.older.filter(|older| older != path);
    let fix = match older {
        Some(older) => format!("use the engine {since} or later, or write it as `{older}`"),
        None => format!("use the engine {since} or later, or take it out"),
    };
    finding.fix(fix)
}
