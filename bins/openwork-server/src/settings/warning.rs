//! What the operator should know, though a start goes on.

use std::fmt;
use std::path::PathBuf;

use openwork_private as private;
use serde::{Serialize, Serializer};

use crate::problem::{FilePlace, quote};

/// Something that is odd about the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SettingsWarning {
    /// An entry of the file is not for this server.
    LeftOut {
        /// What names it, quoted.
        name: String,
        /// Why it is left out.
        reason: &'static str,
        /// Where it stands.
        place: FilePlace,
    },
    /// A key is not known here.
    UnknownKey {
        /// The key, quoted.
        key: String,
        /// Where it stands.
        place: FilePlace,
    },
    /// A key stands twice in one object.
    RepeatedKey {
        /// The key, quoted.
        key: String,
        /// Where it stands again.
        place: FilePlace,
    },
    /// Others can use the configuration file, and secrets are in it.
    OpenFile {
        /// The file.
        path: PathBuf,
    },
    /// Two entries are one directory.
    RepeatedWorkspace {
        /// The directory.
        path: PathBuf,
    },
    /// An id that is none, or that another workspace has.
    UnusableId {
        /// The id, as it was given.
        id: String,
        /// The directory of the workspace.
        path: PathBuf,
    },
    /// Something is said of the engine of no workspace.
    UnusedEngine,
    /// The two tokens are the same.
    SharedToken,
    /// Notifications cannot say where the server is.
    NoLinks,
}

impl SettingsWarning {
    /// What is odd, without where that is.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::LeftOut { name, reason, .. } => format!("workspace {name} is left out: {reason}"),
            Self::UnknownKey { key, .. } => format!("unknown key {key} is ignored"),
            Self::RepeatedKey { key, .. } => {
                format!("key {key} is set again, the last one counts")
            }
            Self::OpenFile { path } => {
                let path = quote(&path.display().to_string());
                let path = path.trim_matches('`');
                format!(
                    "others can read or write {path}, which holds tokens; keep them out with `{}`",
                    private::command_to_close(path)
                )
            }
            Self::RepeatedWorkspace { path } => {
                let path = quote(&path.display().to_string());
                format!("workspace {path} is configured twice, the first entry counts")
            }
            Self::UnusableId { id, path } => {
                let (id, path) = (quote(id), quote(&path.display().to_string()));
                format!(
                    "workspace {path} cannot have the id {id}, which is taken or none; it has that of its path"
                )
            }
            Self::UnusedEngine => {
                "the engine's URL and directory are unused without a workspace".to_owned()
            }
            Self::SharedToken => {
                "the clients' token is the host's too: clients can answer approvals".to_owned()
            }
            Self::NoLinks => {
                "notifications have no link and no buttons, as `publicUrl` does not say where other devices reach this server".to_owned()
            }
        }
    }

    /// Where in the file it was seen; what only all sources together show was
    /// seen nowhere.
    pub(crate) fn place(&self) -> Option<&FilePlace> {
        match self {
            Self::LeftOut { place, .. }
            | Self::UnknownKey { place, .. }
            | Self::RepeatedKey { place, .. } => Some(place),
            _ => None,
        }
    }

    /// The settings that it is about, the first one that is written tells where.
    pub(crate) fn keys(&self) -> &'static [&'static str] {
        match self {
            Self::RepeatedWorkspace { .. } | Self::UnusableId { .. } => &["workspaces"],
            Self::UnusedEngine => &["engine.baseUrl", "engine.directory"],
            Self::SharedToken => &["token"],
            Self::NoLinks => &["notify.url", "notify.command"],
            Self::LeftOut { .. }
            | Self::UnknownKey { .. }
            | Self::RepeatedKey { .. }
            | Self::OpenFile { .. } => &[],
        }
    }

    /// Why it matters.
    pub(crate) fn why(&self) -> &'static str {
        match self {
            Self::LeftOut { .. } => "no client of this server sees it",
            Self::UnknownKey { .. } => "what it says has no effect",
            Self::RepeatedKey { .. } => "what stands there first has no effect",
            Self::OpenFile { .. } => "whoever has a token can do what it lets in",
            Self::RepeatedWorkspace { .. } => {
                "what the second entry says, such as a name or an engine, has no effect"
            }
            Self::UnusableId { .. } => "whoever asks for the workspace by that id does not find it",
            Self::UnusedEngine => "nobody reaches that engine through this server",
            Self::SharedToken => "a client can allow what it has asked for itself",
            Self::NoLinks => "whoever is told has to find the server before he can answer",
        }
    }

    /// How to mend it.
    pub(crate) fn fix(&self) -> String {
        match self {
            Self::LeftOut { .. } => {
                "serve it from the machine that it is on; for one that is here, give the entry its `path`"
            }
            Self::UnknownKey { .. } => {
                "check how it is spelt, or take it out; a later version of OpenWork may know it"
            }
            Self::RepeatedKey { .. } => "keep one of them, and take the others out",
            Self::OpenFile { path } => {
                let command = private::command_to_close(&path.display().to_string());
                return format!("keep others out with `{command}`");
            }
            Self::RepeatedWorkspace { .. } => "take one of the two out",
            Self::UnusableId { .. } => "give it an id that no other workspace has, or none",
            Self::UnusedEngine => {
                "name a workspace with `--workspace PATH`, or leave the engine's URL and directory out"
            }
            Self::SharedToken => {
                "choose two tokens that differ, or leave one out and the server makes it"
            }
            Self::NoLinks => "give the address that other devices use with `--public-url URL`",
        }
        .to_owned()
    }
}

impl fmt::Display for SettingsWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())?;
        match self.place() {
            Some(place) => write!(f, " ({place})"),
            None => Ok(()),
        }
    }
}

/// As people read it.
impl Serialize for SettingsWarning {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
