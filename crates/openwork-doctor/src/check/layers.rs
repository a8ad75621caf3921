//! Configuration files that the engine refuses.

use openwork_jsonc::JsoncError;
use openwork_model::config::{self, ReadError};
use openwork_model::fields::Fields;
use openwork_model::files::Files;
use openwork_model::layer::{ConfigLayer, LayerError, read_layers};
use openwork_model::schema::{self, SchemaFault};

use super::{DoctorCheck, REFUSED, once};
use crate::facts::DoctorFacts;
use crate::finding::DoctorFinding;
use crate::line;

mod references;

use self::references::UnquotedReferences;

pub(super) const CHECK: DoctorCheck = DoctorCheck {
    name: "layers",
    title: "the engine takes every configuration file",
    is_quick: true,
    run,
};

/// How many faults of one file are told.
const MOST_FAULTS: usize = 20;

fn run(facts: &DoctorFacts<'_>) -> Vec<DoctorFinding> {
    once(facts.readable().flat_map(|(_, files)| of_workspace(files)))
}

fn of_workspace(files: &dyn Files) -> Vec<DoctorFinding> {
    let layers = read_layers(files).map(|view| view.layers);
    let layers = layers.unwrap_or_default();
    let refused = layers.iter().flat_map(|layer| of_layer(layer, files));
    refused.chain(own_settings(files)).collect()
}

fn of_layer(layer: &ConfigLayer, files: &dyn Files) -> Vec<DoctorFinding> {
    let mut found = match &layer.content {
        Ok(fields) => wrong_values(fields, layer, files),
        Err(LayerError::Broken(cause)) => broken_or_unquoted(cause, layer, files),
        Err(LayerError::Blank) => vec![blank(layer)],
        Err(cause) => vec![unreadable(cause, layer)],
    };
    found.extend(references::missing_files(layer, files));
    found
}

fn error(rule: &str, what: impl Into<String>) -> DoctorFinding {
    DoctorFinding::error(format!("layers.{rule}"), what)
}

fn wrong_values(fields: &Fields, layer: &ConfigLayer, files: &dyn Files) -> Vec<DoctorFinding> {
    let faults = schema::faults(fields, MOST_FAULTS).into_iter();
    faults
        .map(|fault| wrong_value(&fault, layer, files))
        .collect()
}

fn wrong_value(fault: &SchemaFault, layer: &ConfigLayer, files: &dyn Files) -> DoctorFinding {
    let SchemaFault {
        pointer,
        found,
        expected,
    } = fault;
    let (what, fix) = if fault.is_excess() {
        let what = format!("`{pointer}` is there, and the engine takes no such setting");
        (what, how_to_do_without(pointer).to_owned())
    } else if fault.is_gap() {
        let what = format!("`{pointer}` is missing, and the engine needs {expected} there");
        let fix = format!("write {expected} there, or take out what it belongs to");
        (what, fix)
    } else {
        let what = format!("`{pointer}` is {found}, and the engine takes {expected}");
        (what, format!("write {expected}, or take it out"))
    };
    error("value", what)
        .at(&layer.path, line::of_setting(files, &layer.path, pointer))
        .why(
            "the engine refuses the workspace over such a value, or drops the entry without a word",
        )
        .fix(fix)
}

fn how_to_do_without(pointer: &str) -> &'static str {
    // The next version's name of a setting that this one has as well.
    if pointer.ends_with("/permissions") {
        "take it out; `permission` is the setting for what is allowed"
    } else {
        "take it out"
    }
}

/// A file that does not parse as it stands, but may do so for the engine.
fn broken_or_unquoted(
    cause: &JsoncError,
    layer: &ConfigLayer,
    files: &dyn Files,
) -> Vec<DoctorFinding> {
    let Some(unquoted) = UnquotedReferences::read(layer, files) else {
        return vec![broken(cause, layer, files)];
    };
    let faults = schema::faults(&unquoted.fields, MOST_FAULTS).into_iter();
    // What the engine puts there is not known.
    let faults = faults.filter(|fault| !unquoted.pointers.contains(&fault.pointer));
    let mut found = vec![unquoted.finding(layer, files)];
    found.extend(faults.map(|fault| wrong_value(&fault, layer, files)));
    found
}

fn broken(cause: &JsoncError, layer: &ConfigLayer, files: &dyn Files) -> DoctorFinding {
    let (line, fix) = match cause {
        JsoncError::Syntax { problems } => (
            problems.first().map(|problem| problem.line),
            "it is JSON with comments and trailing commas; mend it at the line that is named",
        ),
        JsoncError::NotAnObject { .. } => (
            line::of_setting(files, &layer.path, ""),
            "write the settings in braces, as in `{ \"model\": \"provider/model\" }`, or remove the file",
        ),
        JsoncError::NotUtf8 { .. } => (None, "save it as UTF-8"),
        JsoncError::TooDeep => (None, "take out what lies so deep; no setting does"),
    };
    error("broken", cause.to_string())
        .at(&layer.path, line)
        .why(REFUSED)
        .fix(fix)
}

fn blank(layer: &ConfigLayer) -> DoctorFinding {
    error("blank", "the file has no value")
        .at(&layer.path, None)
        .why(REFUSED)
        .fix("write `{}` into it, or remove it")
}

fn unreadable(cause: &LayerError, layer: &ConfigLayer) -> DoctorFinding {
    let what = format!("the file cannot be read here: {cause}");
    DoctorFinding::warning("layers.unreadable", what)
        .at(&layer.path, None)
        .why("what the engine reads there is not known to this server, so lists may miss something")
        .fix("let the server's user read the file, and let it be no link that leads elsewhere")
}

/// OpenWork's own settings of a workspace, which the engine does not read.
fn own_settings(files: &dyn Files) -> Option<DoctorFinding> {
    match config::view(files) {
        Err(ReadError::BrokenSettings { path, source }) => Some(
            error("openwork", format!("the settings of OpenWork: {source}"))
                .at(path, None)
                .why("clients cannot read or change the configuration of the workspace")
                .fix("it is plain JSON, without comments; mend it or remove it"),
        ),
        _ => None,
    }
}
