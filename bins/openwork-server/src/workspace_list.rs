//! Keeping in the configuration file which workspace is the first.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use openwork_host::{ListOutcome, StateError, WorkspaceList};
use openwork_model::workspace::Workspace;
use openwork_store::{ServerFile, ServerFileError};

use crate::settings::layer::SettingSource;
use crate::settings::{Settings, paths};
use crate::state::state_error;

mod entries;
mod reorder;

use entries::{EntryEdit, ListText};
use reorder::Moved;

/// The list of workspaces in the configuration file, or one that keeps nothing
/// and says so.
pub(crate) fn of(settings: &Settings) -> Arc<dyn WorkspaceList> {
    let Some(file) = settings.file.clone() else {
        return Arc::new(NoList);
    };
    let source = settings.sources.get("workspaces").copied();
    let winner = source.filter(|source| *source > SettingSource::File);
    Arc::new(FileList { file, winner })
}

/// Where there is no configuration file: whoever starts a server without one
/// keeps none.
struct NoList;

impl NoList {
    fn outcome() -> ListOutcome {
        ListOutcome {
            persisted: false,
            warnings: vec![
                "there is no configuration file, so the next start knows nothing of it".to_owned(),
            ],
        }
    }
}

impl WorkspaceList for NoList {
    fn put_first(&self, _: &Path) -> Result<ListOutcome, StateError> {
        Ok(Self::outcome())
    }

    fn add(&self, _: &Workspace) -> Result<ListOutcome, StateError> {
        Ok(Self::outcome())
    }

    fn rename(&self, _: &Path, _: Option<&str>) -> Result<ListOutcome, StateError> {
        Ok(Self::outcome())
    }

    fn remove(&self, _: &Path, _: &[PathBuf]) -> Result<ListOutcome, StateError> {
        Ok(Self::outcome())
    }
}

struct FileList {
    file: PathBuf,
    /// What says at the next start which workspaces there are, if not the file.
    winner: Option<SettingSource>,
}

impl WorkspaceList for FileList {
    fn put_first(&self, workspace: &Path) -> Result<ListOutcome, StateError> {
        let is_it = self.is_at(workspace);
        let mut moved = Moved::NoEntry;
        self.edited(|text| {
            moved = reorder::put_first(text, &is_it);
            Ok(match &moved {
                Moved::Text(text) => Some(text.clone()),
                Moved::NoEntry | Moved::IsFirst => None,
            })
        })?;
        Ok(self.outcome(moved != Moved::NoEntry))
    }

    fn add(&self, workspace: &Workspace) -> Result<ListOutcome, StateError> {
        let is_it = self.is_at(&workspace.path);
        let covers = |root: &str| {
            workspace
                .path
                .starts_with(paths::absolute(self.base(), root))
        };
        let added = self.kept(|list| list.add(workspace, &is_it, &covers))?;
        // Last in the list, and then to the front with whatever it says.
        let first = self.put_first(&workspace.path)?;
        Ok(if added { first } else { self.outcome(false) })
    }

    fn rename(&self, workspace: &Path, name: Option<&str>) -> Result<ListOutcome, StateError> {
        let is_it = self.is_at(workspace);
        let kept = self.kept(|list| list.rename(name, &is_it))?;
        Ok(self.outcome(kept))
    }

    fn remove(&self, workspace: &Path, others: &[PathBuf]) -> Result<ListOutcome, StateError> {
        let is_it = self.is_at(workspace);
        let is_needed = others.iter().any(|other| other.starts_with(workspace));
        let kept = self.kept(|list| list.remove(&is_it, !is_needed))?;
        Ok(self.outcome(kept))
    }
}

impl FileList {
    fn base(&self) -> &Path {
        self.file.parent().unwrap_or(&self.file)
    }

    /// Whether a path of the file is that of this workspace.
    fn is_at<'w>(&'w self, workspace: &'w Path) -> impl Fn(&str) -> bool + 'w {
        move |path| paths::absolute(self.base(), path) == workspace
    }

    /// What came of an edit: a list without an entry for the workspace keeps
    /// nothing, and one that something else wins over is not asked.
    fn outcome(&self, persisted: bool) -> ListOutcome {
        let mut warnings = Vec::new();
        if !persisted {
            warnings.push("the configuration file has no entry for this workspace".to_owned());
        }
        if let Some(winner) = self.winner {
            warnings.push(format!(
                "a {winner} names the workspaces and wins over the configuration file at the next start"
            ));
        }
        ListOutcome {
            persisted,
            warnings,
        }
    }

    /// Edits the entries of the file; gives whether it says now what was wanted.
    fn kept(
        &self,
        mut edit: impl FnMut(&mut ListText) -> Result<bool, EntryEdit>,
    ) -> Result<bool, StateError> {
        let mut kept = false;
        let unreadable = |reason: String| StateError::Unreadable {
            name: "the configuration file".to_owned(),
            reason,
        };
        self.edited(|text| {
            let mut list = ListText::parse(text).map_err(|error| unreadable(error.to_string()))?;
            kept = edit(&mut list).map_err(|error| unreadable(error.to_string()))?;
            Ok(list.changed())
        })?;
        Ok(kept)
    }

    /// Edits the text of the file, wherever a link in its place leads: people
    /// keep their settings elsewhere.
    #[expect(
        clippy::disallowed_methods,
        reason = "the configuration belongs to no workspace"
    )]
    fn edited(
        &self,
        mut edit: impl FnMut(&str) -> Result<Option<String>, StateError>,
    ) -> Result<(), StateError> {
        let io = |source: std::io::Error| StateError::Io {
            name: "the configuration file".to_owned(),
            source: Arc::new(source),
        };
        let path = fs::canonicalize(&self.file).map_err(io)?;
        let file = ServerFile::at(&path).map_err(state_error)?.keeping_access();
        let mut refused = None;
        file.update(|bytes| {
            let text = bytes.and_then(|bytes| std::str::from_utf8(bytes).ok());
            let edited = text.map(&mut edit).transpose();
            let edited = edited.unwrap_or_else(|error| {
                refused = Some(error);
                None
            });
            Ok::<_, ServerFileError>(edited.flatten().map(String::into_bytes))
        })
        .map_err(state_error)?;
        match refused {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}

#[cfg(all(test, unix))]
#[expect(
    clippy::disallowed_methods,
    reason = "tests lay out and look at files themselves"
)]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;

    #[test]
    fn the_file_behind_a_link_is_edited_and_keeps_its_mode() {
        let root = tempfile::tempdir().unwrap();
        let real = root.path().join("dotfiles.json");
        let text = "{ \"workspaces\": [{ \"path\": \"a\" }, { \"path\": \"b\" } /* mine */] }\n";
        fs::write(&real, text).unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o664)).unwrap();
        let file = root.path().join("server.json");
        symlink(&real, &file).unwrap();
        let list = |winner| FileList {
            file: file.clone(),
            winner,
        };
        let done = list(None).put_first(&root.path().join("b")).unwrap();
        assert_eq!(
            done,
            ListOutcome {
                persisted: true,
                warnings: vec![]
            }
        );
        assert_eq!(
            fs::read_to_string(&real).unwrap(),
            "{ \"workspaces\": [ { \"path\": \"b\" } /* mine */,{ \"path\": \"a\" }] }\n"
        );
        assert_eq!(fs::metadata(&real).unwrap().mode() & 0o777, 0o664);
        assert!(fs::symlink_metadata(&file).unwrap().is_symlink());
        let unknown = list(Some(SettingSource::Flag))
            .put_first(Path::new("/c"))
            .unwrap();
        assert_eq!(
            unknown,
            ListOutcome {
                persisted: false,
                warnings: vec![
                    "the configuration file has no entry for this workspace".to_owned(),
                    "a flag names the workspaces and wins over the configuration file at the next start".to_owned(),
                ]
            }
        );
    }
}
