//! Configuration files that the engine refuses.

use openwork_jsonc::JsoncError;
use openwork_model::config::{self, ReadError};
use openwork_model::files::Files;
use openwork_model::layer::{ConfigLayer, LayerError, read_layers};
use openwork_model::schema;

use super::{DoctorCheck, once};
use crate::facts::DoctorFacts;
use crate::finding::DoctorFinding;
use crate::line;

pub(super) const CHECK: DoctorCheck = DoctorCheck {
    name: "layers",
    title: "the engine takes every configuration file",
    is_quick: true,
    run,
};

const REFUSED: &str = "the engine refuses every workspace that reads this file, until it is mended and the engine started again";

fn run(facts: &DoctorFacts<'_>) -> Vec<DoctorFinding> {
    once(facts.readable().flat_map(|(_, files)| of_workspace(files)))
}

fn of_workspace(files: &dyn Files) -> Vec<DoctorFinding> {
    let layers = read_layers(files).map(|view| view.layers);
    let layers = layers.unwrap_or_default();
    let refused = layers.iter().filter_map(|layer| of_layer(layer, files));
    refused.chain(own_settings(files)).collect()
}

fn of_layer(layer: &ConfigLayer, files: &dyn Files) -> Option<DoctorFinding> {
    let error = |rule: &str, what: String| DoctorFinding::error(format!("layers.{rule}"), what);
    Some(match &layer.content {
        Ok(fields) => {
            let fault = schema::check(fields).err()?;
            let line = line::of_setting(files, &layer.path, &fault.pointer);
            let what = format!(
                "`{}` is {}, and the engine takes {}",
                fault.pointer, fault.found, fault.expected
            );
            error("value", what)
                .at(&layer.path, line)
                .why("the engine refuses the workspace over such a value, or drops the entry without a word")
                .fix(format!("write {}, or take it out", fault.expected))
        }
        Err(LayerError::Broken(cause)) => error("broken", cause.to_string())
            .at(&layer.path, first_line(cause))
            .why(REFUSED)
            .fix("it is JSON with comments and trailing commas; mend it at the line that is named"),
        Err(LayerError::Blank) => error("blank", "the file has no value".to_owned())
            .at(&layer.path, None)
            .why(REFUSED)
            .fix("write `{}` into it, or remove it"),
        Err(cause) => DoctorFinding::warning(
            "layers.unreadable",
            format!("the file cannot be read here: {cause}"),
        )
        .at(&layer.path, None)
        .why("what the engine reads there is not known to this server, so lists may miss something")
        .fix("let the server's user read the file, and let it be no link that leads elsewhere"),
    })
}

fn first_line(cause: &JsoncError) -> Option<usize> {
    match cause {
        JsoncError::Syntax { problems } => problems.first().map(|problem| problem.line),
        _ => None,
    }
}

/// OpenWork's own settings of a workspace, which the engine does not read.
fn own_settings(files: &dyn Files) -> Option<DoctorFinding> {
    match config::view(files) {
        Err(ReadError::BrokenSettings { path, source }) => Some(
            DoctorFinding::error(
                "layers.openwork",
                format!("the settings of OpenWork: {source}"),
            )
            .at(path, None)
            .why("clients cannot read or change the configuration of the workspace")
            .fix("it is plain JSON, without comments; mend it or remove it"),
        ),
        _ => None,
    }
}
