//! What requests for endpoints have to show, and what they may bring about.

use openwork_model::scope::Scope;

use super::{
    ApprovalsEndpoint, AuditEndpoint, DropEndpoint, Endpoint, EnvEndpoint, FileEndpoint,
    McpEndpoint, PairingEndpoint, PushEndpoint, RouteAccess, TokensEndpoint, WriteEndpoint,
};

impl Endpoint {
    /// What a request for it has to show.
    pub fn access(self) -> RouteAccess {
        match self {
            // The page's script has to load before it can send a token, a device that
            // has a code has nothing else yet, and the answer of a notification is
            // signed for one request and counts once.
            Self::Health
            | Self::Description
            | Self::Console(_)
            | Self::Pairing(PairingEndpoint::Preview | PairingEndpoint::Exchange)
            | Self::Approvals(ApprovalsEndpoint::Answer) => RouteAccess::Open,
            // Whose request it is decides, and not how much a token allows.
            Self::WhoAmI | Self::Later(_) => RouteAccess::AnyToken,
            // Values are secrets of the machine, and no workspace's.
            Self::Env(_) => RouteAccess::HostToken,
            Self::Capabilities | Self::Status | Self::Workspaces | Self::Read(_) | Self::Engine => {
                RouteAccess::Client(Scope::Viewer)
            }
            Self::Drop(drop) if drop != DropEndpoint::Upload => RouteAccess::Client(Scope::Viewer),
            // Not for viewers: what a file holds is not known, and may be a secret.
            Self::Write(_) | Self::Drop(_) | Self::File(_) | Self::Mcp(_) | Self::Reload => {
                RouteAccess::Client(Scope::Collaborator)
            }
            // What was done in a workspace is not among what an approver sees.
            Self::Metrics
            | Self::Workspace(_)
            | Self::Tokens(_)
            | Self::Pairing(_)
            | Self::Audit(_)
            | Self::Approvals(ApprovalsEndpoint::Audit) => RouteAccess::Host(Scope::Owner),
            // Who is told may answer.
            Self::Push(_) | Self::Approvals(_) => RouteAccess::Host(Scope::Approver),
        }
    }

    /// Whether a request for it changes something, so that a server which takes
    /// no changes refuses it. An answer to what waits changes nothing by itself,
    /// but one to an agent lets it go on.
    pub fn is_write(self) -> bool {
        match self {
            Self::Write(_)
            | Self::Reload
            | Self::Audit(AuditEndpoint::Undo)
            | Self::Drop(DropEndpoint::Upload)
            | Self::Mcp(McpEndpoint::SignOut)
            | Self::File(FileEndpoint::WriteContent | FileEndpoint::WriteRaw)
            | Self::Env(EnvEndpoint::Set | EnvEndpoint::Remove)
            | Self::Push(PushEndpoint::Subscribe)
            | Self::Workspace(_)
            | Self::Approvals(ApprovalsEndpoint::AnswerAgent)
            | Self::Tokens(TokensEndpoint::Make | TokensEndpoint::Rename | TokensEndpoint::End)
            // A code is worth nothing where no token is made.
            | Self::Pairing(
                PairingEndpoint::Make
                | PairingEndpoint::End
                | PairingEndpoint::Preview
                | PairingEndpoint::Exchange,
            ) => true,
            Self::Health
            | Self::Capabilities
            | Self::Status
            | Self::WhoAmI
            | Self::Metrics
            | Self::Description
            | Self::Audit(AuditEndpoint::Show)
            | Self::Tokens(TokensEndpoint::List)
            | Self::Pairing(PairingEndpoint::Show)
            | Self::Env(EnvEndpoint::List | EnvEndpoint::Keys)
            | Self::Push(PushEndpoint::Show | PushEndpoint::End)
            | Self::Workspaces
            | Self::Mcp(McpEndpoint::Test)
            | Self::File(FileEndpoint::Content | FileEndpoint::Stat | FileEndpoint::Raw)
            | Self::Drop(
                DropEndpoint::Inbox
                | DropEndpoint::InboxItem
                | DropEndpoint::Artifacts
                | DropEndpoint::Artifact
                | DropEndpoint::Resolve,
            )
            | Self::Read(_)
            // By its method, which is not known here.
            | Self::Engine
            // To take something back changes nothing.
            | Self::Later(_)
            | Self::Approvals(_)
            | Self::Console(_) => false,
        }
    }

    /// Whether a person may have to be asked about it in a way that can be answered
    /// later (`Prefer: respond-async`). Not so what passes through to an engine, nor
    /// what changes the server itself.
    pub fn can_be_answered_later(self) -> bool {
        matches!(
            self,
            Self::Write(_)
                | Self::Reload
                | Self::Audit(AuditEndpoint::Undo)
                | Self::Mcp(McpEndpoint::SignOut)
                | Self::File(FileEndpoint::WriteContent | FileEndpoint::WriteRaw)
        )
    }
}

impl WriteEndpoint {
    /// Whether the request says what to write in a body. A body of the others
    /// is read and left alone.
    pub fn takes_body(self) -> bool {
        match self {
            Self::PatchConfig
            | Self::WriteConfig
            | Self::SetDefaultModel
            | Self::SetAuthorizedFolders
            | Self::AddPlugin
            | Self::UpsertSkill
            | Self::AddMcp
            | Self::EnableMcp
            | Self::UpsertCommand
            | Self::UpsertAgent
            | Self::Import => true,
            Self::RemovePlugin
            | Self::DeleteSkill
            | Self::RemoveMcp
            | Self::DeleteCommand
            | Self::DeleteAgent => false,
        }
    }
}
