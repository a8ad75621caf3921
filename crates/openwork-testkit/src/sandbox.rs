//! A directory of its own for one test.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// A fresh directory with a workspace `ws` (a repository of its own, so that the search for skills
/// in parent directories stops there) and a `home`; removed when dropped.
#[derive(Debug)]
pub struct Sandbox {
    root: PathBuf,
    _directory: TempDir,
}

impl Sandbox {
    /// Makes the directory with an empty workspace and an empty home.
    pub fn new() -> io::Result<Self> {
        let sandbox = Self::bare()?;
        fs::create_dir(sandbox.home())?;
        fs::create_dir(sandbox.workspace())?;
        make_repository(&sandbox.workspace().join(".git"))?;
        Ok(sandbox)
    }

    /// Makes the directory with nothing in it.
    pub fn bare() -> io::Result<Self> {
        let directory = tempfile::Builder::new()
            .prefix("openwork-test-")
            .tempdir()?;
        // The server shows paths as they were given, so the test must give the real one, in the
        // form that people write: without `\\?\` on Windows.
        let root = dunce::canonicalize(directory.path())?;
        Ok(Self {
            root,
            _directory: directory,
        })
    }

    /// Returns the directory that holds everything.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the directory of the workspace.
    pub fn workspace(&self) -> PathBuf {
        self.root.join("ws")
    }

    /// Returns the directory that stands for the user's home.
    pub fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    /// Returns a path below the directory; an absolute one stays as it is.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Writes a file and the directories that lead to it.
    pub fn write(&self, relative: &str, content: impl AsRef<[u8]>) -> io::Result<()> {
        let path = self.path(relative);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, content)
    }

    /// Reads a file as text.
    pub fn read(&self, relative: &str) -> io::Result<String> {
        fs::read_to_string(self.path(relative))
    }
}

/// Makes the least that git itself takes for a repository.
pub fn make_repository(directory: &Path) -> io::Result<()> {
    for part in ["objects", "refs/heads"] {
        fs::create_dir_all(directory.join(part))?;
    }
    fs::write(directory.join("HEAD"), "ref: refs/heads/main\n")?;
    fs::write(
        directory.join("config"),
        "[core]\n\trepositoryformatversion = 0\n\tbare = false\n",
    )
}

/// Computes the id that the OpenWork API gives to the workspace at a path.
pub fn workspace_id(path: &Path) -> String {
    let mut id = sha256_hex(&path.to_string_lossy());
    id.truncate(12);
    format!("ws_{id}")
}

/// Computes the SHA-256 of a text in lower-case hexadecimal digits.
pub fn sha256_hex(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .fold(String::with_capacity(64), |hex, byte| {
            hex + &format!("{byte:02x}")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sandbox_is_gone_after_use() {
        let sandbox = Sandbox::new().unwrap();
        let root = sandbox.root().to_path_buf();
        sandbox.write("ws/a/b.txt", "hello").unwrap();
        assert_eq!(sandbox.read("ws/a/b.txt").unwrap(), "hello");
        assert!(root.join("ws/.git/HEAD").is_file());
        drop(sandbox);
        assert!(!root.exists());
    }

    #[test]
    fn an_id_is_made_of_the_path() {
        assert_eq!(
            sha256_hex("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(workspace_id(Path::new("abc")), "ws_ba7816bf8f01");
    }
}
