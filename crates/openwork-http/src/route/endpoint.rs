//! What a request can be for.

#[cfg(feature = "console")]
use crate::console::ConsoleAsset;

use super::RouteAccess;

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Health,
    Capabilities,
    Workspaces,
    Read(ReadEndpoint),
    Write(WriteEndpoint),
    Reload,
    Approvals(ApprovalsEndpoint),
    #[cfg(feature = "console")]
    Console(ConsoleAsset),
}

/// What is read of a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadEndpoint {
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
pub(crate) enum WriteEndpoint {
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
pub(crate) enum ApprovalsEndpoint {
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
    pub(crate) fn access(self) -> RouteAccess {
        match self {
            Self::Health => RouteAccess::Open,
            Self::Capabilities
            | Self::Workspaces
            | Self::Read(_)
            | Self::Write(_)
            | Self::Reload => RouteAccess::Client,
            Self::Approvals(_) => RouteAccess::Host,
            #[cfg(feature = "console")]
            Self::Console(_) => RouteAccess::Open,
        }
    }
}
