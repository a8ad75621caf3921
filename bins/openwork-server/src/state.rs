//! What the server keeps for itself, in files of its own.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use openwork_host::{GlobalConfigFile, StateEdit, StateError, StateFile, StateReading, StateStamp};
use openwork_model::clock::{Clock, SystemClock};
use openwork_store::{ServerFile, ServerFileError, ServerFileHold, ServerFileVersion};

/// For how long a file may change once more without another time of change:
/// clocks of file systems are coarse, and numbers of files are used again.
const UNSETTLED_MS: u64 = 2_000;

/// The names that the engine's configuration has in the user's own directory.
const NAMES: [&str; 2] = ["opencode.jsonc", "opencode.json"];

/// What the server's own audit log is called, beside the file of tokens.
const AUDIT: &str = "audit.jsonl";

/// And the record of requests that have ended.
const APPROVALS: &str = "approvals.jsonl";

/// And the requests whose clients come back for the answer.
const LATER: &str = "requests.json";

/// And the devices that are told of requests while their page is closed.
const PUSH: &str = "push.json";

/// All that lies beside the tokens.
pub(crate) fn beside(tokens: &Path) -> [PathBuf; 4] {
    [AUDIT, APPROVALS, LATER, PUSH].map(|name| tokens.with_file_name(name))
}

/// The audit log of the server itself, beside its tokens.
pub(crate) fn audit(tokens: Option<&PathBuf>) -> Option<Arc<dyn StateFile>> {
    let log = tokens?.with_file_name(AUDIT);
    kept(Some(&log), "what is done to the server is not recorded")
}

/// The requests that have ended, beside the tokens.
pub(crate) fn approvals(tokens: Option<&PathBuf>) -> Option<Arc<dyn StateFile>> {
    let log = tokens?.with_file_name(APPROVALS);
    kept(Some(&log), "requests that have ended are not recorded")
}

/// The devices that are told while their page is closed, beside their tokens.
pub(crate) fn push(tokens: Option<&PathBuf>) -> Option<Arc<dyn StateFile>> {
    let file = tokens?.with_file_name(PUSH);
    kept(
        Some(&file),
        "no device can be told while its page is closed",
    )
}

/// The requests whose clients come back for the answer, beside the tokens; `None` if
/// there is no place for them, or another server goes on with those that are there:
/// two would ask twice.
pub(crate) fn later(tokens: Option<&PathBuf>) -> Option<Arc<dyn StateFile>> {
    let file = ServerFile::at(&tokens?.with_file_name(LATER));
    let held = file.and_then(|file| {
        // A start writes nothing where nothing was kept.
        let is_there = file.version()?.is_some();
        let hold = if is_there { file.hold()? } else { None };
        Ok((is_there == hold.is_some()).then(|| HeldState::new(file, hold)))
    });
    match held {
        Ok(Some(held)) => Some(Arc::new(held)),
        Ok(None) => {
            tracing::info!(
                "another server keeps the requests that are answered later; here each client waits"
            );
            None
        }
        Err(error) => {
            tracing::warn!(%error, "requests cannot be kept; each client waits for its answer");
            None
        }
    }
}

/// A file that something is kept in, readable by its owner alone; `None` where
/// there is none. `without` says what that comes to.
pub(crate) fn kept(path: Option<&PathBuf>, without: &'static str) -> Option<Arc<dyn StateFile>> {
    match ServerFile::at(path?) {
        Ok(file) => Some(Arc::new(KeptState(file))),
        Err(error) => {
            tracing::warn!(%error, "{without}");
            None
        }
    }
}

/// The files that the user's own configuration of the engine may stand in, the
/// one that would be created first. Who may read them is the user's business.
pub(crate) fn global_config(directory: Option<PathBuf>) -> Vec<GlobalConfigFile> {
    let directory = directory.into_iter();
    let paths = directory.flat_map(|directory| NAMES.map(|name| directory.join(name)));
    let file = |path: PathBuf| {
        let file = ServerFile::at(&path).ok()?.keeping_access();
        let file = Arc::new(KeptState(file));
        Some(GlobalConfigFile { path, file })
    };
    paths.filter_map(file).collect()
}

/// A file of the store, as the host wants it.
struct KeptState(ServerFile);

impl StateFile for KeptState {
    fn name(&self) -> String {
        name(self.0.path())
    }

    fn read(&self, known: Option<StateStamp>) -> Result<StateReading, StateError> {
        let version = self.0.version().map_err(state_error)?;
        if known.is_some() && stamp(version.as_ref()) == known {
            return Ok(StateReading::Unchanged);
        }
        let content = self.0.read().map_err(state_error)?;
        let version = content.as_ref().map(|content| content.version);
        Ok(StateReading::Read {
            stamp: stamp(version.as_ref()),
            bytes: content.map(|content| content.bytes),
        })
    }

    fn update(&self, edit: &mut StateEdit<'_>) -> Result<(), StateError> {
        let updated = self.0.update(|bytes| edit(bytes).map_err(KeptError::Edit));
        updated.map_err(StateError::from)
    }
}

/// A file of this server alone, from the first time that it writes it.
struct HeldState {
    file: KeptState,
    hold: Mutex<Option<ServerFileHold>>,
}

impl HeldState {
    fn new(file: ServerFile, hold: Option<ServerFileHold>) -> Self {
        Self {
            file: KeptState(file),
            hold: Mutex::new(hold),
        }
    }

    fn hold(&self) -> MutexGuard<'_, Option<ServerFileHold>> {
        self.hold.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StateFile for HeldState {
    fn name(&self) -> String {
        self.file.name()
    }

    fn read(&self, known: Option<StateStamp>) -> Result<StateReading, StateError> {
        if self.hold().is_some() {
            return self.file.read(known);
        }
        // What another server has put there since is its own.
        Ok(StateReading::Read {
            stamp: None,
            bytes: None,
        })
    }

    fn update(&self, edit: &mut StateEdit<'_>) -> Result<(), StateError> {
        let mut hold = self.hold();
        if hold.is_none() {
            *hold = self.file.0.hold().map_err(state_error)?;
        }
        if hold.is_none() {
            return Err(StateError::Busy { name: self.name() });
        }
        self.file.update(edit)
    }
}

/// Why an update came to nothing.
enum KeptError {
    File(ServerFileError),
    Edit(StateError),
}

impl From<ServerFileError> for KeptError {
    fn from(error: ServerFileError) -> Self {
        Self::File(error)
    }
}

impl From<KeptError> for StateError {
    fn from(error: KeptError) -> Self {
        match error {
            KeptError::File(error) => state_error(error),
            KeptError::Edit(error) => error,
        }
    }
}

/// A failure of the store, as the host has it.
pub(crate) fn state_error(error: ServerFileError) -> StateError {
    match error {
        ServerFileError::Busy { path } => StateError::Busy { name: name(&path) },
        ServerFileError::Io { path, source, .. } => StateError::Io {
            name: name(&path),
            source,
        },
        ServerFileError::Path { path } => unreadable(&path, "this is no path of a file"),
        ServerFileError::NotRegular { path } => unreadable(&path, "it is not a regular file"),
        ServerFileError::Exposed { path, others_may } => {
            unreadable(&path, &format!("others than its owner may {others_may} it"))
        }
        ServerFileError::TooLarge { path, .. } => unreadable(&path, "it is too long"),
    }
}

fn unreadable(path: &Path, reason: &str) -> StateError {
    StateError::Unreadable {
        name: name(path),
        reason: reason.to_owned(),
    }
}

/// The file's name alone: where it lies is nobody's business who asks over HTTP.
fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// What tells these contents from others; none while that cannot be told.
fn stamp(version: Option<&ServerFileVersion>) -> Option<StateStamp> {
    let Some(version) = version else {
        // No file is as no file was.
        return Some(StateStamp([0; 4]));
    };
    let now = SystemClock.now_ms();
    let is_settled = version.changed_ms().saturating_add(UNSETTLED_MS) < now;
    is_settled.then(|| StateStamp(version.parts()))
}

#[cfg(test)]
// Not expected: on Windows no test of these does so.
#[allow(
    clippy::disallowed_methods,
    reason = "tests lay out and look at files themselves"
)]
mod tests {
    use super::*;

    fn edited(file: &dyn StateFile, text: &str) -> Result<(), StateError> {
        file.update(&mut |_| Ok(Some(text.as_bytes().to_vec())))
    }

    fn bytes(reading: &StateReading) -> Option<Vec<u8>> {
        match reading {
            StateReading::Read { bytes, .. } => bytes.clone(),
            StateReading::Unchanged => panic!("it was read before"),
        }
    }

    #[test]
    fn a_file_that_has_just_changed_is_read_again() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a/tokens.json");
        let file = kept(Some(&path), "").unwrap();
        let absent = file.read(None).unwrap();
        assert_eq!(bytes(&absent), None);
        assert_eq!(
            file.read(Some(StateStamp([0; 4]))).unwrap(),
            StateReading::Unchanged
        );
        edited(&*file, "x").unwrap();
        let fresh = file.read(None).unwrap();
        assert!(matches!(fresh, StateReading::Read { stamp: None, .. }));
        assert_eq!(bytes(&fresh), Some(b"x".to_vec()));
        // Long ago as the file system tells it, which its own change is not.
        let version = ServerFile::at(&path).unwrap().version().unwrap().unwrap();
        assert_ne!(version.parts(), [0; 4]);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_wrong_with_a_file_is_told_without_its_place() {
        use std::fs;
        use std::os::unix::fs::PermissionsExt;

        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("tokens.json");
        fs::write(&path, "{}").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
        let file = kept(Some(&path), "").unwrap();
        let expected = "tokens.json cannot be read: others than its owner may write it";
        assert_eq!(file.read(None).unwrap_err().to_string(), expected);
        assert_eq!(edited(&*file, "x").unwrap_err().to_string(), expected);
        assert_eq!(fs::read(&path).unwrap(), b"{}");
    }

    #[test]
    fn without_a_place_nothing_is_kept() {
        assert!(kept(None, "").is_none());
        assert!(kept(Some(&"relative".into()), "").is_none());
    }
}
