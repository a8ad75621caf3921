//! Engines that are too old for what is written.

use std::path::Path;

use super::{Plan, Warning, WarningCode};
use openwork_jsonc::JsoncDocument;
use openwork_model::forms::{NewerForm, is_earlier, newer_in};
use openwork_model::layout::is_config_file;
use openwork_model::path::RelPath;

impl Plan {
    /// Whether the plan writes a form of settings that not every engine reads, so that it is worth
    /// asking which version the workspace's engine is.
    pub fn has_newer_forms(&self) -> bool {
        !self.newer_forms().is_empty()
    }

    /// What to say if the workspace, which is in a directory, has an engine of this version that
    /// refuses what is written.
    pub fn version_warning(&self, version: &str, directory: &Path) -> Option<Warning> {
        let forms = self.newer_forms();
        let is_refused =
            |(_, form): &&(&RelPath, &NewerForm)| is_earlier(version, form.since) == Some(true);
        let (path, form) = forms.iter().find(is_refused)?;
        Some(Warning {
            code: WarningCode::EngineVersion,
            message: format!(
                "The workspace's engine is {version} and refuses `{}`, which it reads since {}",
                form.path, form.since
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

/// The newer forms of a text; none of one that cannot be read.
fn forms_of(text: Option<&[u8]>) -> Vec<&'static NewerForm> {
    let document = text.and_then(|text| JsoncDocument::parse(text).ok());
    document.map_or_else(Vec::new, |document| newer_in(document.value()))
}
