//! The key that this user's servers hash their host's token with in audit
//! logs: a private file, so that the same token has the same hash after a
//! restart, and whoever reads a log cannot find the token by guessing.
#![expect(
    clippy::disallowed_methods,
    reason = "the key belongs to no workspace, so that the store has no part in it"
)]

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use openwork_http::{KeySource, random_key};
use openwork_model::actor::TokenKey;
use openwork_private as private;

use crate::environment::Environment;
use crate::settings::Settings;

const NAME: &str = "token-key";

/// Where the key comes from: its file, which is made when the key is needed
/// first. Without one it is a key of this run.
pub(crate) fn source(settings: &Settings, environment: &Environment) -> KeySource {
    let directory = environment.state_directory();
    let workspaces: Vec<PathBuf> = settings
        .workspaces
        .iter()
        .map(|workspace| workspace.path.clone())
        .collect();
    KeySource::new(move || {
        let kept = kept(directory.as_deref(), &workspaces);
        kept.unwrap_or_else(|error| {
            tracing::warn!(%error, "the key that host tokens are hashed with is one of this run only");
            random_key()
        })
    })
}

fn kept(directory: Option<&Path>, workspaces: &[PathBuf]) -> io::Result<TokenKey> {
    let directory = directory.ok_or_else(|| io::Error::other("there is no home directory"))?;
    // Clients read and export what lies in a workspace; with the key beside the log
    // they could try tokens against the hashes.
    if workspaces
        .iter()
        .any(|workspace| is_in(directory, workspace))
    {
        let message = format!("{} is in a workspace", directory.display());
        return Err(io::Error::other(message));
    }
    private::make_directory(directory)?;
    let path = directory.join(NAME);
    match read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(&path),
        read => read,
    }
}

/// Whether a directory lies in a workspace, whatever either is called. What of
/// it is not there yet has no other name.
fn is_in(directory: &Path, workspace: &Path) -> bool {
    let Ok(workspace) = fs::canonicalize(workspace) else {
        return directory.starts_with(workspace);
    };
    let mut existing = directory.ancestors().map(fs::canonicalize);
    let existing = existing.find_map(Result::ok);
    existing.is_none_or(|existing| existing.starts_with(workspace))
}

/// Makes the file, unless another server does so at this moment: whoever links
/// first has made it.
fn make(path: &Path) -> io::Result<TokenKey> {
    let draft = path.with_extension(std::process::id().to_string());
    let key = random_key();
    // A draft that is there was left by a process of the same id that has ended.
    let _ = fs::remove_file(&draft);
    let written = private::create(&draft).and_then(|mut file| file.write_all(key.expose()));
    // A link, not a rename: a rename would replace the key that another server has
    // just made, and then two of them hash differently.
    let linked = written.and_then(|()| fs::hard_link(&draft, path));
    let _ = fs::remove_file(&draft);
    match linked {
        Ok(()) => Ok(key),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => read(path),
        Err(error) => Err(error),
    }
}

/// Reads a key that is the user's alone.
fn read(path: &Path) -> io::Result<TokenKey> {
    let file = private::open(path)?;
    let mut bytes = Vec::new();
    // One byte more than a key has tells a longer file without reading it.
    file.take(TokenKey::LENGTH as u64 + 1)
        .read_to_end(&mut bytes)?;
    let bytes = bytes.try_into().map_err(|_| {
        let message = format!(
            "{} does not hold {} bytes",
            path.display(),
            TokenKey::LENGTH
        );
        io::Error::new(io::ErrorKind::InvalidData, message)
    })?;
    Ok(TokenKey::new(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(directory: &Path, workspaces: &[PathBuf]) -> String {
        kept(Some(directory), workspaces).unwrap_err().to_string()
    }

    #[test]
    fn a_key_is_made_once_and_kept() {
        let root = tempfile::tempdir().unwrap();
        let directory = root.path().join("a/b");
        let key = kept(Some(&directory), &[]).unwrap();
        assert_eq!(kept(Some(&directory), &[]).unwrap(), key);
        let files: Vec<_> = fs::read_dir(&directory).unwrap().collect();
        assert_eq!(files.len(), 1);
    }

    #[test]
    fn servers_that_start_together_have_one_key() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join(NAME);
        let first = make(&path).unwrap();
        assert_eq!(make(&path).unwrap(), first);
    }

    #[cfg(unix)]
    #[test]
    fn only_a_private_file_of_the_right_size_counts() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

        let root = tempfile::tempdir().unwrap();
        let path = root.path().join(NAME);
        kept(Some(root.path()), &[]).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(refusal(root.path(), &[]).contains("must be its owner's alone"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, [0; 31]).unwrap();
        assert!(refusal(root.path(), &[]).contains("does not hold 32 bytes"));
        fs::remove_file(&path).unwrap();
        symlink("elsewhere", &path).unwrap();
        assert!(kept(Some(root.path()), &[]).is_err());
    }

    #[test]
    fn no_key_is_kept_in_a_workspace() {
        let root = tempfile::tempdir().unwrap();
        let directory = root.path().join("home/.local/state/openwork");
        fs::create_dir_all(root.path().join("home")).unwrap();
        let workspaces = [root.path().join("other"), root.path().join("home")];
        assert!(refusal(&directory, &workspaces).contains("is in a workspace"));
        assert!(!directory.join(NAME).exists());
        assert!(kept(Some(&directory), &workspaces[..1]).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_workspace_is_known_under_another_name() {
        let root = tempfile::tempdir().unwrap();
        let directory = root.path().join("home/state");
        fs::create_dir_all(root.path().join("home")).unwrap();
        std::os::unix::fs::symlink(root.path().join("home"), root.path().join("link")).unwrap();
        let link = [root.path().join("link")];
        assert!(refusal(&directory, &link).contains("is in a workspace"));
    }

    #[test]
    fn without_a_home_there_is_no_kept_key() {
        assert!(kept(None, &[]).is_err());
    }
}
