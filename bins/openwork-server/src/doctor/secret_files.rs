//! The server's own files that hold secrets.

use std::fs::File;
use std::path::Path;

use openwork_doctor::SecretFile;
use openwork_private as private;

use crate::settings::{Settings, SettingsWarning};

/// Those that are there. The configuration file is among them only where it holds
/// secrets and others can use it, which whoever reads the settings finds out.
pub(super) fn all(settings: &Settings) -> Vec<SecretFile> {
    let files = [
        (settings.token_store.as_deref(), "tokens"),
        (settings.env_store.as_deref(), "environment variables"),
        (settings.tls.key.as_deref(), "the key of the certificate"),
    ];
    let files = files.into_iter();
    let files = files.filter_map(|(path, holds)| of_file(path?, holds));
    let warnings = settings.warnings.iter();
    let open = warnings.filter_map(|warning| match warning {
        SettingsWarning::OpenFile { path } => of_file(path, "tokens or passwords"),
        _ => None,
    });
    open.chain(files).collect()
}

fn of_file(path: &Path, holds: &'static str) -> Option<SecretFile> {
    // What cannot be opened is nobody's to read, and told where it is needed.
    let file = File::open(path).ok()?;
    let metadata = file.metadata().ok()?;
    Some(SecretFile {
        path: path.to_owned(),
        holds,
        is_open_to_others: private::is_open_to_others(&file, &metadata).ok()?,
        closing_command: private::command_to_close(&path.display().to_string()),
    })
}
