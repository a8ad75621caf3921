//! What a request can be for.

#[cfg(feature = "console")]
use crate::console::Asset;

use super::Access;

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Health,
    Capabilities,
    Workspaces,
    Read(Read),
    Write(Write),
    Reload,
    Approvals(Approvals),
    #[cfg(feature = "console")]
    Console(Asset),
}

/// What is read of a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Read {
    Config,
    Plugins,
    Skills,
    Skill,
    Mcp,
    Commands,
    Command,
    Audit,
    Events,
    Export,
}

/// What is done to a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Write {
    PatchConfig,
    AddPlugin,
    RemovePlugin,
    UpsertSkill,
    DeleteSkill,
    AddMcp,
    RemoveMcp,
    EnableMcp,
    UpsertCommand,
    DeleteCommand,
    Import,
}

/// What the host does about requests that wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Approvals {
    List,
    Show,
    File,
    Reply,
    Events,
    History,
    Audit,
    Rules,
    Revoke,
}

impl Endpoint {
    pub(crate) fn access(self) -> Access {
        match self {
            Self::Health => Access::Open,
            Self::Capabilities
            | Self::Workspaces
            | Self::Read(_)
            | Self::Write(_)
            | Self::Reload => Access::Client,
            Self::Approvals(_) => Access::Host,
            #[cfg(feature = "console")]
            Self::Console(_) => Access::Open,
        }
    }
}
