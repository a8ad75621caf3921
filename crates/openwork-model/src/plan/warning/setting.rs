//! What other layers do to settings.

use std::path::PathBuf;

use super::{Warning, WarningCode};
use crate::audit::AuditLine;
use crate::change::Fields;
use crate::files::{Contents, Entry, FileError, Files, Location};
use crate::jsonc;
use crate::layer::{Ground, LayerError, Reach, Read, Shadowed};
use crate::mask::mask_text;
use crate::name::Place;
use crate::path::RelPath;

/// The lists of which the engine keeps single entries.
const PLUGINS: &str = "plugin.";

/// What the other layers do to settings that are written to a file of the
/// workspace.
pub(super) fn of_settings(path: &RelPath, settings: &Fields, files: &dyn Files) -> Vec<Warning> {
    if settings.is_empty() {
        return Vec::new();
    }
    let written = Written {
        below: files,
        at: Location::workspace(path.clone()),
        contents: jsonc::create(settings).into(),
    };
    let Ok(ground) = Ground::read(&written, Reach::All) else {
        return Vec::new();
    };
    let shadowed = ground.shadowed(&written.at, &written);
    let broken = ground.layers().iter().filter_map(broken);
    broken.chain(grouped(&shadowed)).collect()
}

/// The files around a workspace of which the workspace's own configuration
/// says nothing but what is written: of a large file the rest need not be
/// read.
struct Written<'f> {
    below: &'f dyn Files,
    at: Location,
    contents: Contents,
}

impl Files for Written<'_> {
    fn read(&self, at: &Location, limit: u64) -> Result<Option<Contents>, FileError> {
        let own = [Place::OpencodeJsonc, Place::OpencodeJson];
        if *at == self.at {
            return Ok(Some(self.contents.clone()));
        }
        if own
            .iter()
            .any(|place| *at == Location::workspace(place.path()))
        {
            return Ok(None);
        }
        self.below.read(at, limit)
    }

    fn list(&self, at: &Location) -> Result<Option<Vec<Entry>>, FileError> {
        self.below.list(at)
    }

    fn ancestors(&self) -> Result<usize, FileError> {
        self.below.ancestors()
    }

    fn absolute(&self, at: &Location) -> PathBuf {
        self.below.absolute(at)
    }

    fn check_target(&self, path: &RelPath) -> Result<(), FileError> {
        self.below.check_target(path)
    }

    fn last_write(&self) -> Result<Option<u64>, FileError> {
        self.below.last_write()
    }

    fn newest_entries(&self, limit: usize) -> Result<Vec<AuditLine>, FileError> {
        self.below.newest_entries(limit)
    }
}

fn broken(layer: &Read) -> Option<Warning> {
    let error = match layer.content.as_ref().err()? {
        LayerError::Unreadable(_) => return None,
        error => error,
    };
    Some(Warning {
        code: WarningCode::Broken,
        message: format!(
            "The engine refuses this workspace until {} is corrected: {error}",
            layer.path.display()
        ),
        path: layer.path.clone(),
    })
}

/// One warning for each file that decides settings, with all of them.
fn grouped(shadowed: &[Shadowed]) -> Vec<Warning> {
    let mut files: Vec<&PathBuf> = Vec::new();
    for one in shadowed {
        if !files.contains(&&one.by) {
            files.push(&one.by);
        }
    }
    let warning = |by: &PathBuf| {
        let mut keys: Vec<String> = Vec::new();
        for key in shadowed.iter().filter(|one| one.by == *by).map(named) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        Warning {
            code: WarningCode::Shadowed,
            message: format!(
                "The engine takes {} from {} instead, which it reads later",
                keys.join(", "),
                by.display()
            ),
            path: by.clone(),
        }
    };
    files.into_iter().map(warning).collect()
}

fn named(shadowed: &Shadowed) -> String {
    if shadowed.key.starts_with(PLUGINS) {
        return "the plugin".to_owned();
    }
    format!("`{}`", mask_text(&shadowed.key))
}
