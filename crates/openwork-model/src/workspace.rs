//! A workspace's identity and description.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Component, Path, PathBuf, Prefix, PrefixComponent};

use sha2::{Digest, Sha256};

use crate::hex::to_hex;

/// The id under which a workspace is reached.
///
/// `ws_` and the first 12 hexadecimal digits of the SHA-256 of its path, as
/// the OpenWork API and its clients have it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkspaceId(String);

impl WorkspaceId {
    /// The id of the workspace at a path that is already absolute and normal.
    pub fn of(path: &Path) -> Self {
        // Of the path as it is given, links not resolved: clients made their ids so
        // before this server came.
        let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
        Self(format!("ws_{}", to_hex(&digest[..6])))
    }

    /// The id that somebody has given a workspace, if it can be one: up to 128
    /// letters, digits, `.`, `_` and `-`, and not one that clients would take
    /// for that of a workspace elsewhere, `rem_…`.
    pub fn given(id: &str) -> Option<Self> {
        let known = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        let fits = (1..=128).contains(&id.len()) && id.bytes().all(known);
        // A path of dots alone is another path.
        let is_name = !id.bytes().all(|b| b == b'.');
        (fits && is_name && !id.starts_with(Self::ELSEWHERE)).then(|| Self(id.to_owned()))
    }

    /// What clients put before the id of a workspace that they reach by its
    /// server: the id alone is meant.
    const ELSEWHERE: &str = "rem_";

    /// What is left of an id as clients send it.
    pub fn plain(id: &str) -> &str {
        id.strip_prefix(Self::ELSEWHERE).unwrap_or(id)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WorkspaceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether the engine works on this machine or elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WorkspaceType {
    /// The engine runs beside the files.
    #[default]
    Local,
    /// The engine runs on another machine.
    Remote,
}

impl WorkspaceType {
    /// The word of the OpenWork API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Remote => "remote",
        }
    }
}

/// How an engine lets us in.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct EngineLogin {
    /// The user name; without one, the engine's own default.
    pub username: Option<String>,
    /// The password; without one, none is asked for. A secret.
    pub password: Option<String>,
}

impl fmt::Debug for EngineLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // By hand, as a derived one would put the password into every log.
        f.write_str("EngineLogin(…)")
    }
}

/// One workspace as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Its id.
    pub id: WorkspaceId,
    /// What it is called.
    pub name: String,
    /// What people call it instead.
    pub display_name: Option<String>,
    /// What it was made from, as the OpenWork API has it.
    pub preset: String,
    /// Its directory: absolute, normalised by text, links not resolved.
    pub path: PathBuf,
    /// Local or remote.
    pub workspace_type: WorkspaceType,
    /// The engine's URL, where known.
    pub base_url: Option<String>,
    /// The engine's directory, where it differs.
    pub directory: Option<String>,
    /// How its engine lets us in.
    pub login: EngineLogin,
}

impl Workspace {
    /// What a workspace is made from unless something else is said.
    pub const PRESET: &str = "starter";

    /// Describes the workspace at an absolute path.
    ///
    /// ```
    /// use openwork_model::workspace::Workspace;
    ///
    /// let workspace = Workspace::at("/home/anna/finance/".as_ref());
    /// assert_eq!(workspace.name, "finance");
    /// assert_eq!(workspace.path, std::path::Path::new("/home/anna/finance"));
    /// assert_eq!(workspace.id.as_str().len(), "ws_".len() + 12);
    /// ```
    pub fn at(path: &Path) -> Self {
        let path = normalise(path);
        let name = path
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Self {
            id: WorkspaceId::of(&path),
            name,
            path,
            display_name: None,
            preset: Self::PRESET.to_owned(),
            workspace_type: WorkspaceType::Local,
            base_url: None,
            directory: None,
            login: EngineLogin::default(),
        }
    }
}

/// Normalises an absolute path by text: `.`, `..`, double and trailing
/// slashes go. Links are not looked at, so clients find the path they gave.
pub fn normalise(path: &Path) -> PathBuf {
    // Not `canonicalize`, which asks the disk, and resolves links that people gave
    // on purpose. What Windows writes as `\\?\C:\a` people and clients write as
    // `C:\a`.
    dunce::simplified(path)
        .components()
        .fold(PathBuf::new(), |mut normal, component| {
            match component {
                Component::CurDir => {}
                Component::ParentDir => {
                    normal.pop();
                }
                Component::Prefix(prefix) => normal.push(plain(prefix)),
                other => normal.push(other),
            }
            normal
        })
}

/// A prefix of Windows as people write it: `\\?\UNC\server\share` is
/// `\\server\share`.
fn plain(prefix: PrefixComponent<'_>) -> OsString {
    match prefix.kind() {
        Prefix::VerbatimUNC(server, share) => [OsStr::new(r"\\"), server, OsStr::new(r"\"), share]
            .into_iter()
            .collect(),
        _ => prefix.as_os_str().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalised_by_text() {
        for (given, normal) in [
            ("/a/ws/", "/a/ws"),
            ("/a//ws", "/a/ws"),
            ("/a/./ws", "/a/ws"),
            ("/a/b/../ws", "/a/ws"),
            ("/../ws", "/ws"),
            ("/", "/"),
        ] {
            assert_eq!(normalise(Path::new(given)), Path::new(normal), "{given}");
        }
    }

    #[cfg(windows)]
    #[test]
    fn windows_paths_are_written_as_people_write_them() {
        for (given, normal) in [
            (r"\\?\C:\a\ws", r"C:\a\ws"),
            (r"C:/a/b/../ws/", r"C:\a\ws"),
            (r"\\server\share\ws", r"\\server\share\ws"),
            (r"\\?\UNC\server\share\ws", r"\\server\share\ws"),
        ] {
            assert_eq!(normalise(Path::new(given)).to_str(), Some(normal));
        }
    }

    #[test]
    fn an_id_may_be_given_that_stands_in_a_path() {
        for id in [
            "ws_e9671acd2448",
            "finance",
            "A.b-c_1",
            ".a",
            &"x".repeat(128),
        ] {
            assert_eq!(WorkspaceId::given(id).unwrap().as_str(), id);
        }
        for id in ["", ".", "..", "a/b", "a b", "ä", "rem_ws", &"x".repeat(129)] {
            assert_eq!(WorkspaceId::given(id), None, "{id}");
        }
        assert_eq!(WorkspaceId::plain("rem_ws_1"), "ws_1");
        assert_eq!(WorkspaceId::plain("ws_1"), "ws_1");
    }

    #[test]
    fn a_login_is_not_shown() {
        let login = EngineLogin {
            username: Some("anna".to_owned()),
            password: Some("s3cret".to_owned()),
        };
        assert_eq!(format!("{login:?}"), "EngineLogin(…)");
    }

    #[test]
    fn the_id_is_a_hash_of_the_path() {
        assert_eq!(
            WorkspaceId::of(Path::new("/tmp")).as_str(),
            "ws_e9671acd2448"
        );
    }
}
