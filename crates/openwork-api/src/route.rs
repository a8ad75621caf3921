//! The method-and-path table.

mod access;
mod endpoint;

use openwork_model::scope::Scope;

pub use endpoint::{
    ApprovalsEndpoint, AuditEndpoint, ConsoleAsset, DropEndpoint, Endpoint, EnvEndpoint,
    FileEndpoint, LaterEndpoint, McpEndpoint, PairingEndpoint, PushEndpoint, ReadEndpoint,
    TokensEndpoint, WorkspaceEndpoint, WriteEndpoint,
};

/// What a request has to show for a route, and the least scope that is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteAccess {
    /// Nothing.
    Open,
    /// A token, of whatever scope.
    AnyToken,
    /// A bearer token of this scope at least. The host token comes beside one
    /// and not in its place, as in the OpenWork API.
    Client(Scope),
    /// The host token, or a bearer token of this scope at least.
    Host(Scope),
    /// The host token and nothing else, also not that of an owner elsewhere.
    HostToken,
}

impl RouteAccess {
    /// The least scope; none where every one is enough.
    pub fn least(self) -> Option<Scope> {
        match self {
            Self::Open | Self::AnyToken => None,
            Self::Client(least) | Self::Host(least) => Some(least),
            Self::HostToken => Some(Scope::Owner),
        }
    }
}

/// One row of the table.
// Private fields: what a row says of a route follows from its endpoint, and no
// other crate can make a row that says otherwise.
#[derive(Debug, Clone, Copy)]
pub struct RouteRow {
    method: &'static str,
    path: &'static str,
    endpoint: Endpoint,
}

impl RouteRow {
    /// The method, in capitals; `*` stands for all.
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// The path; a segment that starts with `:` stands for any text, and a last
    /// one that starts with `*` for all that follows.
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// What a request for this row asks for.
    pub fn endpoint(&self) -> Endpoint {
        self.endpoint
    }

    /// What a request has to show.
    pub fn access(&self) -> RouteAccess {
        self.endpoint.access()
    }
}

/// All routes, those of the approvals page last.
pub fn table() -> &'static [RouteRow] {
    TABLE
}

/// The routes of a server that is built without the approvals page.
pub fn table_without_console() -> &'static [RouteRow] {
    // The feature is the server's, not this crate's: features of one crate are
    // joined over a whole build, and a client would switch the page on.
    let is_console = |row: &RouteRow| matches!(row.endpoint, Endpoint::Console(_));
    &TABLE[..TABLE.partition_point(|row| !is_console(row))]
}

const fn row(method: &'static str, path: &'static str, endpoint: Endpoint) -> RouteRow {
    RouteRow {
        method,
        path,
        endpoint,
    }
}

// One row a line, or nobody would see at a glance what is missing. A new one is
// described in docs/api.md and in tests/openapi, which makes src/openapi.json anew.
#[rustfmt::skip]
static TABLE: &[RouteRow] = &[
    row("GET",    "/health",                              Endpoint::Health),
    row("GET",    "/capabilities",                        Endpoint::Capabilities),
    row("GET",    "/status",                              Endpoint::Status),
    row("GET",    "/whoami",                              Endpoint::WhoAmI),
    row("GET",    "/metrics",                             Endpoint::Metrics),
    row("GET",    "/openapi.json",                        Endpoint::Description),
    row("GET",    "/tokens",                              Endpoint::Tokens(TokensEndpoint::List)),
    row("POST",   "/tokens",                              Endpoint::Tokens(TokensEndpoint::Make)),
    row("PATCH",  "/tokens/:id",                          Endpoint::Tokens(TokensEndpoint::Rename)),
    row("DELETE", "/tokens/:id",                          Endpoint::Tokens(TokensEndpoint::End)),
    row("GET",    "/pairing",                             Endpoint::Pairing(PairingEndpoint::Show)),
    row("POST",   "/pairing",                             Endpoint::Pairing(PairingEndpoint::Make)),
    row("DELETE", "/pairing",                             Endpoint::Pairing(PairingEndpoint::End)),
    row("POST",   "/pair/preview",                        Endpoint::Pairing(PairingEndpoint::Preview)),
    row("POST",   "/pair",                                Endpoint::Pairing(PairingEndpoint::Exchange)),
    row("GET",    "/push",                                Endpoint::Push(PushEndpoint::Show)),
    row("PUT",    "/push",                                Endpoint::Push(PushEndpoint::Subscribe)),
    row("DELETE", "/push",                                Endpoint::Push(PushEndpoint::End)),
    row("GET",    "/env",                                 Endpoint::Env(EnvEndpoint::List)),
    row("PUT",    "/env",                                 Endpoint::Env(EnvEndpoint::Set)),
    row("GET",    "/env/keys",                            Endpoint::Env(EnvEndpoint::Keys)),
    row("DELETE", "/env/:key",                            Endpoint::Env(EnvEndpoint::Remove)),
    row("GET",    "/workspaces",                          Endpoint::Workspaces),
    row("POST",   "/workspaces/local",                    Endpoint::Workspace(WorkspaceEndpoint::Add)),
    row("PATCH",  "/workspaces/:id/display-name",         Endpoint::Workspace(WorkspaceEndpoint::Rename)),
    row("POST",   "/workspaces/:id/activate",             Endpoint::Workspace(WorkspaceEndpoint::Activate)),
    row("DELETE", "/workspaces/:id",                      Endpoint::Workspace(WorkspaceEndpoint::Remove)),
    row("GET",    "/w/:id/health",                        Endpoint::Health),
    row("GET",    "/w/:id/capabilities",                  Endpoint::Capabilities),
    row("GET",    "/w/:id/status",                        Endpoint::Status),
    row("GET",    "/w/:id/workspaces",                    Endpoint::Workspaces),
    row("GET",    "/workspace/:id/config",                Endpoint::Read(ReadEndpoint::Config)),
    row("PATCH",  "/workspace/:id/config",                Endpoint::Write(WriteEndpoint::PatchConfig)),
    row("GET",    "/workspace/:id/opencode-config",       Endpoint::Read(ReadEndpoint::ConfigText)),
    row("POST",   "/workspace/:id/opencode-config",       Endpoint::Write(WriteEndpoint::WriteConfig)),
    row("GET",    "/workspace/:id/default-model",         Endpoint::Read(ReadEndpoint::DefaultModel)),
    row("PUT",    "/workspace/:id/default-model",         Endpoint::Write(WriteEndpoint::SetDefaultModel)),
    row("GET",    "/workspace/:id/authorized-folders",    Endpoint::Read(ReadEndpoint::AuthorizedFolders)),
    row("PUT",    "/workspace/:id/authorized-folders",    Endpoint::Write(WriteEndpoint::SetAuthorizedFolders)),
    row("GET",    "/workspace/:id/plugins",               Endpoint::Read(ReadEndpoint::Plugins)),
    row("POST",   "/workspace/:id/plugins",               Endpoint::Write(WriteEndpoint::AddPlugin)),
    row("DELETE", "/workspace/:id/plugins/:name",         Endpoint::Write(WriteEndpoint::RemovePlugin)),
    row("GET",    "/workspace/:id/skills",                Endpoint::Read(ReadEndpoint::Skills)),
    row("POST",   "/workspace/:id/skills",                Endpoint::Write(WriteEndpoint::UpsertSkill)),
    row("GET",    "/workspace/:id/skills/:name",          Endpoint::Read(ReadEndpoint::Skill)),
    row("GET",    "/workspace/:id/skills/:name/files/*path", Endpoint::Read(ReadEndpoint::SkillFile)),
    row("DELETE", "/workspace/:id/skills/:name",          Endpoint::Write(WriteEndpoint::DeleteSkill)),
    row("GET",    "/workspace/:id/mcp",                   Endpoint::Read(ReadEndpoint::Mcp)),
    row("POST",   "/workspace/:id/mcp",                   Endpoint::Write(WriteEndpoint::AddMcp)),
    row("DELETE", "/workspace/:id/mcp/:name",             Endpoint::Write(WriteEndpoint::RemoveMcp)),
    row("POST",   "/workspace/:id/mcp/:name/enabled",     Endpoint::Write(WriteEndpoint::EnableMcp)),
    row("DELETE", "/workspace/:id/mcp/:name/auth",        Endpoint::Mcp(McpEndpoint::SignOut)),
    row("POST",   "/workspace/:id/mcp/:name/test",        Endpoint::Mcp(McpEndpoint::Test)),
    row("GET",    "/workspace/:id/commands",              Endpoint::Read(ReadEndpoint::Commands)),
    row("POST",   "/workspace/:id/commands",              Endpoint::Write(WriteEndpoint::UpsertCommand)),
    row("GET",    "/workspace/:id/commands/:name",        Endpoint::Read(ReadEndpoint::Command)),
    row("DELETE", "/workspace/:id/commands/:name",        Endpoint::Write(WriteEndpoint::DeleteCommand)),
    row("GET",    "/workspace/:id/agents",                Endpoint::Read(ReadEndpoint::Agents)),
    row("POST",   "/workspace/:id/agents",                Endpoint::Write(WriteEndpoint::UpsertAgent)),
    row("GET",    "/workspace/:id/agents/:name",          Endpoint::Read(ReadEndpoint::Agent)),
    row("DELETE", "/workspace/:id/agents/:name",          Endpoint::Write(WriteEndpoint::DeleteAgent)),
    row("GET",    "/workspace/:id/audit",                 Endpoint::Read(ReadEndpoint::Audit)),
    row("GET",    "/workspace/:id/audit/:entry",          Endpoint::Audit(AuditEndpoint::Show)),
    row("POST",   "/workspace/:id/audit/:entry/undo",     Endpoint::Audit(AuditEndpoint::Undo)),
    row("GET",    "/workspace/:id/events",                Endpoint::Read(ReadEndpoint::Events)),
    row("GET",    "/workspace/:id/inbox",                 Endpoint::Drop(DropEndpoint::Inbox)),
    row("POST",   "/workspace/:id/inbox",                 Endpoint::Drop(DropEndpoint::Upload)),
    row("GET",    "/workspace/:id/inbox/:item",           Endpoint::Drop(DropEndpoint::InboxItem)),
    row("GET",    "/workspace/:id/artifacts",             Endpoint::Drop(DropEndpoint::Artifacts)),
    row("GET",    "/workspace/:id/artifacts/:item",       Endpoint::Drop(DropEndpoint::Artifact)),
    row("POST",   "/workspace/:id/artifacts/resolve",     Endpoint::Drop(DropEndpoint::Resolve)),
    row("GET",    "/workspace/:id/files/content",         Endpoint::File(FileEndpoint::Content)),
    row("POST",   "/workspace/:id/files/content",         Endpoint::File(FileEndpoint::WriteContent)),
    row("GET",    "/workspace/:id/files/stat",            Endpoint::File(FileEndpoint::Stat)),
    row("GET",    "/workspace/:id/files/raw",             Endpoint::File(FileEndpoint::Raw)),
    row("POST",   "/workspace/:id/files/raw",             Endpoint::File(FileEndpoint::WriteRaw)),
    row("POST",   "/workspace/:id/engine/reload",         Endpoint::Reload),
    row("*",      "/workspace/:id/opencode",               Endpoint::Engine),
    row("*",      "/workspace/:id/opencode/*path",         Endpoint::Engine),
    row("*",      "/w/:id/opencode",                       Endpoint::Engine),
    row("*",      "/w/:id/opencode/*path",                 Endpoint::Engine),
    row("*",      "/opencode",                             Endpoint::Engine),
    row("*",      "/opencode/*path",                       Endpoint::Engine),
    row("GET",    "/workspace/:id/export",                Endpoint::Read(ReadEndpoint::Export)),
    row("POST",   "/workspace/:id/import",                Endpoint::Write(WriteEndpoint::Import)),
    row("GET",    "/workspace/:id/requests/:request",     Endpoint::Later(LaterEndpoint::Show)),
    row("DELETE", "/workspace/:id/requests/:request",     Endpoint::Later(LaterEndpoint::Withdraw)),
    row("GET",    "/approvals",                           Endpoint::Approvals(ApprovalsEndpoint::List)),
    row("GET",    "/approvals/events",                    Endpoint::Approvals(ApprovalsEndpoint::Events)),
    row("GET",    "/approvals/history",                   Endpoint::Approvals(ApprovalsEndpoint::History)),
    row("GET",    "/approvals/audit",                     Endpoint::Approvals(ApprovalsEndpoint::Audit)),
    row("GET",    "/approvals/rules",                     Endpoint::Approvals(ApprovalsEndpoint::Rules)),
    row("DELETE", "/approvals/rules/:id",                 Endpoint::Approvals(ApprovalsEndpoint::Revoke)),
    row("POST",   "/approvals/answer",                    Endpoint::Approvals(ApprovalsEndpoint::Answer)),
    row("GET",    "/approvals/:id",                       Endpoint::Approvals(ApprovalsEndpoint::Show)),
    row("GET",    "/approvals/:id/files/:n",              Endpoint::Approvals(ApprovalsEndpoint::File)),
    row("POST",   "/approvals/:id",                       Endpoint::Approvals(ApprovalsEndpoint::Reply)),
    row("GET",    "/approvals/:id/amend",                 Endpoint::Approvals(ApprovalsEndpoint::Parts)),
    row("POST",   "/approvals/:id/amend",                 Endpoint::Approvals(ApprovalsEndpoint::Amend)),
    row("POST",   "/approvals/:id/keep",                  Endpoint::Approvals(ApprovalsEndpoint::Keep)),
    row("POST",   "/approvals/agent/:workspace/:id",      Endpoint::Approvals(ApprovalsEndpoint::AnswerAgent)),
    row("GET",    "/console",                             Endpoint::Console(ConsoleAsset::Page)),
    row("GET",    "/console/:file",                       Endpoint::Console(ConsoleAsset::File)),
];
