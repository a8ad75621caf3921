//! How a running server tells the commands of the same user where it is.
//!
//! Each server writes one file, `PID.json`, into a directory that only its
//! user may enter, and removes it when it ends. It holds the tokens, so that
//! only its user may read it ([`openwork_private`]) and nothing that someone else could have planted is read.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

mod directory;
mod process;

/// What a server says about itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunRecord {
    /// The server's process.
    pub pid: u32,
    /// The URL by which programs on this machine reach it.
    pub url: String,
    /// The address it listens on, such as `0.0.0.0:8787`.
    pub listen: std::net::SocketAddr,
    /// The host's token.
    pub host_token: String,
    /// The clients' token, for pairing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_token: Option<String>,
    /// Whether other machines have to speak HTTPS to it.
    #[serde(default)]
    pub tls: bool,
    /// Where other devices reach it, as its settings say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// The server's version.
    pub version: String,
    /// When it started, in milliseconds since 1970.
    pub started_at: u64,
}

impl std::fmt::Debug for RunRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // No token may end up in a log.
        f.debug_struct("RunRecord")
            .field("pid", &self.pid)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// The file of a running server; removed when dropped. One that stays is found
/// to be stale by its process.
#[derive(Debug)]
pub struct RunFile {
    _file: PrivateFile,
}

impl RunFile {
    /// Writes a server's file into a directory, which is made if needed.
    /// Readers see all of it or nothing.
    pub fn write(directory: &Path, record: &RunRecord) -> io::Result<Self> {
        let name = format!("{}.json", record.pid);
        let file = PrivateFile::write(directory, &name, &serde_json::to_vec(record)?)?;
        Ok(Self { _file: file })
    }
}

/// A file that only its user can read, in a directory that only its user may
/// enter; removed when dropped.
#[derive(Debug)]
pub(crate) struct PrivateFile {
    path: PathBuf,
}

impl PrivateFile {
    /// Writes a file into a directory, which is made if needed.
    pub(crate) fn write(directory: &Path, name: &str, bytes: &[u8]) -> io::Result<Self> {
        directory::make(directory)?;
        let path = directory.join(name);
        directory::replace(&path, bytes)?;
        Ok(Self { path })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for PrivateFile {
    fn drop(&mut self) {
        // Nobody is left to tell if this fails.
        let _ = directory::remove(&self.path);
    }
}

/// The servers that run here, the oldest first. Files of processes that have
/// ended are removed on the way. A directory that is missing, or that others
/// may enter, holds none.
pub fn running(directory: &Path) -> Vec<RunRecord> {
    let mut records: Vec<RunRecord> = directory::files(directory)
        .iter()
        .filter_map(|path| read(path))
        .collect();
    records.sort_by_key(|record| (record.started_at, record.pid));
    records
}

fn read(path: &Path) -> Option<RunRecord> {
    let pid: u32 = path.file_stem()?.to_str()?.parse().ok()?;
    if !process::is_alive(pid) {
        // Whoever else cleans up does the same.
        let _ = directory::remove(path);
        return None;
    }
    let record: RunRecord = serde_json::from_slice(&directory::read(path).ok()?).ok()?;
    // Whether the server is alive was asked by the name of the file, so the two
    // must not differ.
    (record.pid == pid).then_some(record)
}

#[cfg(test)]
pub(crate) mod tests;
