//! Entries of settings that go from every configuration file of the workspace.

use super::PlanError;
use super::draft::PlanDraft;
use super::opened::OpenedConfig;
use openwork_jsonc::JsoncDocument;
use openwork_model::config::{OpencodeFile, ReadError};
use openwork_model::layout::WorkspacePlace;
use openwork_model::path::RelPath;

/// Takes the entries of some names out of the settings of some keys, in every
/// file of the workspace that can be read. One of the files that had any;
/// `None` if none had.
pub(super) fn remove_entries(
    draft: &mut PlanDraft<'_>,
    keys: &[&str],
    names: &[&str],
) -> Result<Option<RelPath>, PlanError> {
    let mut last = None;
    for place in WorkspacePlace::CONFIGURATION {
        let Some(file) = OpencodeFile::at(place, draft.files())? else {
            continue;
        };
        // The engine reads no file beside a broken one, and what is deleted from
        // elsewhere should not wait for its repair.
        let Ok(mut file) = opened(draft, file) else {
            continue;
        };
        for path in paths(keys, names) {
            if let Some(old) = file.get(&path) {
                draft.guard(&file.path, path.join("."), Some(&old));
                file.edit(draft.files(), |document| document.remove(&path).map(drop))?;
            }
        }
        if file.is_changed() {
            last = Some(file.path.clone());
        }
        file.close(draft)?;
    }
    Ok(last)
}

fn paths<'n>(keys: &[&'n str], names: &[&'n str]) -> Vec<[&'n str; 2]> {
    let of_key = |key: &&'n str| {
        let key = *key;
        names.iter().map(move |name| [key, *name])
    };
    keys.iter().flat_map(of_key).collect()
}

/// Opens a configuration file as the plan leaves it so far.
pub(super) fn opened(draft: &PlanDraft<'_>, file: OpencodeFile) -> Result<OpenedConfig, PlanError> {
    let pending = draft.pending(&file.path).or(file.contents.as_deref());
    let document = JsoncDocument::parse(pending.unwrap_or(&[]));
    let document = document.map_err(|source| ReadError::BrokenJsonc {
        path: draft.absolute(&file.path),
        source,
    })?;
    Ok(OpenedConfig::new(file, document))
}
