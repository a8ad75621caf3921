//! Engines that are too old for what is written.

use std::path::Path;

use super::{Plan, Warning, WarningCode};
use openwork_jsonc::JsoncDocument;
use openwork_model::forms::{EarlierReading, NewerForm, newer_in};
use openwork_model::layout::is_config_file;
use openwork_model::path::RelPath;

impl Plan {
    /// Whether the plan writes a form of settings that not every engine reads, so that it is worth
    /// asking which version the workspace's engine is.
    pub fn has_newer_forms(&self) -> bool {
        !self.newer_forms().is_empty()
    }

    /// What to say if the workspace, which is in a directory, has an engine of this version that
    /// does not read what is written; first of what it refuses the whole workspace over.
    pub fn version_warning(&self, version: &str, directory: &Path) -> Option<Warning> {
        let forms = self.newer_forms().into_iter();
        let unread = forms.filter_map(|(path, form)| Some((path, form, form.read_by(version)?)));
        let (path, form, reading) = unread.min_by_key(|(.., reading)| gravity(*reading))?;
        Some(Warning {
            code: WarningCode::EngineVersion,
            message: format!(
                "The workspace's engine is {version} and {}",
                consequence(form, reading)
            ),
            path: path.below(directory),
        })
    }

    /// The newer forms that come into a file, each with it.
    fn newer_forms(&self) -> Vec<(&RelPath, &'static NewerForm)> {
        let configs = self.edits.iter().filter(|edit| is_config_file(&edit.path));
        configs
            .flat_map(|edit| {
                let before = forms_of(edit.held());
                let after = forms_of(edit.after.as_deref()).into_iter();
                let new = after.filter(move |form| before.iter().all(|old| old.path != form.path));
                new.map(|form| (&edit.path, form))
            })
            .collect()
    }
}

/// What an engine does with a form that it does not read, and which version does better.
fn consequence(form: &NewerForm, reading: EarlierReading) -> String {
    let NewerForm { path, since, .. } = form;
    match reading {
        _ if *path == "*" => {
            format!("refuses a key that it does not know, as all do before {since}")
        }
        EarlierReading::Refused | EarlierReading::UnknownKey | EarlierReading::RefusedUnless(_) => {
            format!("refuses `{path}`, which it reads since {since}")
        }
        EarlierReading::EntryLost => format!(
            "loses an entry over `{path}`, or refuses the workspace; it reads that since {since}"
        ),
        EarlierReading::LeftOut => {
            format!("leaves out `{path}`, which it reads since {since}")
        }
    }
}

/// The lower, the more is lost.
fn gravity(reading: EarlierReading) -> u8 {
    match reading {
        EarlierReading::Refused | EarlierReading::UnknownKey | EarlierReading::RefusedUnless(_) => {
            0
        }
        EarlierReading::EntryLost => 1,
        EarlierReading::LeftOut => 2,
    }
}

/// The newer forms of a text; none of one that cannot be read.
fn forms_of(text: Option<&[u8]>) -> Vec<&'static NewerForm> {
    let document = text.and_then(|text| JsoncDocument::parse(text).ok());
    document.map_or_else(Vec::new, |document| newer_in(document.value()))
}
