//! The routes of the engine, in its own words, and what becomes of each.
//!
//! They are those that OpenCode 1.17.11 and 1.18.33 describe at `/doc`; a test
//! compares them with both. A route of a later version is refused until it has
//! a row.

use openwork_model::scope::Scope;

use super::asked::{
    AskedCall, CONNECT_MCP, DELETE_CREDENTIAL, DISCONNECT_MCP, DISPOSE_ALL, GIT_INIT,
    GLOBAL_CONFIG, MCP_SIGN_IN, PROJECT, SHARE, SIGN_IN, STORE_CREDENTIAL, UNSHARE,
};
use super::policy::{EngineChange, EngineRoute, EngineRule};

/// All routes of an engine that are known. Paths of fixed words come before
/// those that have a parameter in the same place.
pub fn engine_routes() -> &'static [EngineRoute] {
    TABLE
}

type Handling = (Scope, EngineRule);

/// What was said, and how things stand.
const READ: Handling = (Scope::Viewer, EngineRule::Pass);
/// Texts of files, which may hold secrets, and places on the machine: a viewer
/// sees neither.
const TEXT: Handling = (Scope::Collaborator, EngineRule::Pass);
/// What tells of other directories.
const OTHERS: Handling = (Scope::Owner, EngineRule::Pass);
/// Saying something, and answering what the agent asks.
const TALK: Handling = (Scope::Collaborator, EngineRule::Pass);
/// The same, where the engine takes more than talk.
const SPEECH: Handling = (Scope::Collaborator, EngineRule::Speech);
const COMMAND: Handling = (Scope::Collaborator, EngineRule::Command);
const EVENTS: Handling = (Scope::Viewer, EngineRule::Events);
const ALL_EVENTS: Handling = (Scope::Viewer, EngineRule::AllEvents);
const SETTINGS: Handling = (Scope::Viewer, EngineRule::Settings);
const RELOAD: Handling = (Scope::Collaborator, EngineRule::Reload);
const MACHINE: Handling = (Scope::Owner, EngineRule::Machine);

const fn change(change: EngineChange) -> Handling {
    (Scope::Collaborator, EngineRule::Change(change))
}

const fn asked(call: AskedCall) -> Handling {
    (Scope::Collaborator, EngineRule::Ask(call))
}

const fn row(method: &'static str, path: &'static str, (least, rule): Handling) -> EngineRoute {
    EngineRoute {
        method,
        path,
        least,
        rule,
    }
}

// One row a line, or nobody would see at a glance what is missing.
#[rustfmt::skip]
static TABLE: &[EngineRoute] = &[
    // Conversation: sessions and what is said in them, events, files as far as
    // the engine shows them.
    row("GET",    "/event",                                          EVENTS),
    row("GET",    "/file",                                           READ),
    row("GET",    "/file/content",                                   TEXT),
    row("GET",    "/file/status",                                    READ),
    row("GET",    "/find",                                           TEXT),
    row("GET",    "/find/file",                                      READ),
    row("GET",    "/find/symbol",                                    READ),
    row("GET",    "/formatter",                                      READ),
    row("GET",    "/global/event",                                   ALL_EVENTS),
    row("GET",    "/global/health",                                  READ),
    row("POST",   "/log",                                            TALK),
    row("GET",    "/lsp",                                            READ),
    row("GET",    "/path",                                           TEXT),
    row("GET",    "/permission",                                     READ),
    row("POST",   "/permission/{requestID}/reply",                   TALK),
    row("GET",    "/project",                                        OTHERS),
    row("GET",    "/project/current",                                READ),
    row("GET",    "/project/{projectID}/directories",                OTHERS),
    row("GET",    "/question",                                       READ),
    row("POST",   "/question/{requestID}/reject",                    TALK),
    row("POST",   "/question/{requestID}/reply",                     TALK),
    row("GET",    "/session",                                        READ),
    row("POST",   "/session",                                        SPEECH),
    row("GET",    "/session/status",                                 READ),
    row("DELETE", "/session/{sessionID}",                            TALK),
    row("GET",    "/session/{sessionID}",                            READ),
    row("PATCH",  "/session/{sessionID}",                            SPEECH),
    row("POST",   "/session/{sessionID}/abort",                      TALK),
    row("GET",    "/session/{sessionID}/children",                   READ),
    row("POST",   "/session/{sessionID}/command",                    COMMAND),
    row("GET",    "/session/{sessionID}/diff",                       READ),
    row("POST",   "/session/{sessionID}/fork",                       TALK),
    row("POST",   "/session/{sessionID}/init",                       TALK),
    row("GET",    "/session/{sessionID}/message",                    READ),
    row("POST",   "/session/{sessionID}/message",                    SPEECH),
    row("POST",   "/session/{sessionID}/prompt_async",               SPEECH),
    row("POST",   "/session/{sessionID}/revert",                     TALK),
    row("POST",   "/session/{sessionID}/summarize",                  TALK),
    row("GET",    "/session/{sessionID}/todo",                       READ),
    row("POST",   "/session/{sessionID}/unrevert",                   TALK),
    row("DELETE", "/session/{sessionID}/message/{messageID}",        TALK),
    row("GET",    "/session/{sessionID}/message/{messageID}",        READ),
    row("POST",   "/session/{sessionID}/permissions/{permissionID}", TALK),
    row("DELETE", "/session/{sessionID}/message/{messageID}/part/{partID}", TALK),
    row("PATCH",  "/session/{sessionID}/message/{messageID}/part/{partID}", SPEECH),
    row("GET",    "/vcs",                                            READ),
    row("GET",    "/vcs/diff",                                       TEXT),
    row("GET",    "/vcs/diff/raw",                                   TEXT),
    row("GET",    "/vcs/status",                                     READ),
    // Configuration: what decides what agents can do.
    row("GET",    "/agent",                                          SETTINGS),
    row("DELETE", "/auth/{providerID}",                              asked(DELETE_CREDENTIAL)),
    row("PUT",    "/auth/{providerID}",                              asked(STORE_CREDENTIAL)),
    row("GET",    "/command",                                        SETTINGS),
    row("GET",    "/config",                                         SETTINGS),
    row("PATCH",  "/config",                                         change(EngineChange::PatchConfig)),
    row("GET",    "/config/providers",                               SETTINGS),
    row("GET",    "/global/config",                                  SETTINGS),
    row("PATCH",  "/global/config",                                  asked(GLOBAL_CONFIG)),
    row("POST",   "/global/dispose",                                 asked(DISPOSE_ALL)),
    row("POST",   "/instance/dispose",                               RELOAD),
    row("GET",    "/mcp",                                            SETTINGS),
    row("POST",   "/mcp",                                            change(EngineChange::AddMcp)),
    row("DELETE", "/mcp/{name}/auth",                                asked(DELETE_CREDENTIAL)),
    row("POST",   "/mcp/{name}/auth",                                asked(MCP_SIGN_IN)),
    row("POST",   "/mcp/{name}/auth/authenticate",                   asked(MCP_SIGN_IN)),
    row("POST",   "/mcp/{name}/auth/callback",                       asked(MCP_SIGN_IN)),
    row("POST",   "/mcp/{name}/connect",                             asked(CONNECT_MCP)),
    row("POST",   "/mcp/{name}/disconnect",                          asked(DISCONNECT_MCP)),
    row("POST",   "/project/git/init",                               asked(GIT_INIT)),
    row("PATCH",  "/project/{projectID}",                            asked(PROJECT)),
    row("GET",    "/provider",                                       SETTINGS),
    row("GET",    "/provider/auth",                                  SETTINGS),
    row("POST",   "/provider/{providerID}/oauth/authorize",          asked(SIGN_IN)),
    row("POST",   "/provider/{providerID}/oauth/callback",           asked(SIGN_IN)),
    row("DELETE", "/session/{sessionID}/share",                      asked(UNSHARE)),
    row("POST",   "/session/{sessionID}/share",                      asked(SHARE)),
    row("GET",    "/skill",                                          SETTINGS),
    // Machine: programs, terminals, other directories, and the newer interface
    // that does all of it once more.
    row("GET",    "/api/agent",                                      MACHINE),
    row("GET",    "/api/command",                                    MACHINE),
    row("GET",    "/api/event",                                      MACHINE),
    row("GET",    "/api/fs/find",                                    MACHINE),
    row("GET",    "/api/fs/list",                                    MACHINE),
    row("GET",    "/api/fs/read/*",                                  MACHINE),
    row("GET",    "/api/health",                                     MACHINE),
    row("GET",    "/api/integration",                                MACHINE),
    row("GET",    "/api/location",                                   MACHINE),
    row("GET",    "/api/model",                                      MACHINE),
    row("GET",    "/api/permission/request",                         MACHINE),
    row("GET",    "/api/permission/saved",                           MACHINE),
    row("GET",    "/api/provider",                                   MACHINE),
    row("GET",    "/api/pty",                                        MACHINE),
    row("POST",   "/api/pty",                                        MACHINE),
    row("GET",    "/api/question/request",                           MACHINE),
    row("GET",    "/api/reference",                                  MACHINE),
    row("GET",    "/api/session",                                    MACHINE),
    row("POST",   "/api/session",                                    MACHINE),
    row("GET",    "/api/session/active",                             MACHINE),
    row("GET",    "/api/skill",                                      MACHINE),
    row("DELETE", "/api/credential/{credentialID}",                  MACHINE),
    row("PATCH",  "/api/credential/{credentialID}",                  MACHINE),
    row("DELETE", "/api/integration/attempt/{attemptID}",            MACHINE),
    row("GET",    "/api/integration/attempt/{attemptID}",            MACHINE),
    row("POST",   "/api/integration/attempt/{attemptID}/complete",   MACHINE),
    row("GET",    "/api/integration/{integrationID}",                MACHINE),
    row("POST",   "/api/integration/{integrationID}/connect/key",    MACHINE),
    row("POST",   "/api/integration/{integrationID}/connect/oauth",  MACHINE),
    row("DELETE", "/api/permission/saved/{id}",                      MACHINE),
    row("GET",    "/api/provider/{providerID}",                      MACHINE),
    row("DELETE", "/api/pty/{ptyID}",                                MACHINE),
    row("GET",    "/api/pty/{ptyID}",                                MACHINE),
    row("PUT",    "/api/pty/{ptyID}",                                MACHINE),
    row("GET",    "/api/pty/{ptyID}/connect",                        MACHINE),
    row("POST",   "/api/pty/{ptyID}/connect-token",                  MACHINE),
    row("GET",    "/api/session/{sessionID}",                        MACHINE),
    row("POST",   "/api/session/{sessionID}/agent",                  MACHINE),
    row("POST",   "/api/session/{sessionID}/compact",                MACHINE),
    row("GET",    "/api/session/{sessionID}/context",                MACHINE),
    row("GET",    "/api/session/{sessionID}/event",                  MACHINE),
    row("GET",    "/api/session/{sessionID}/history",                MACHINE),
    row("POST",   "/api/session/{sessionID}/interrupt",              MACHINE),
    row("GET",    "/api/session/{sessionID}/message",                MACHINE),
    row("POST",   "/api/session/{sessionID}/model",                  MACHINE),
    row("GET",    "/api/session/{sessionID}/permission",             MACHINE),
    row("POST",   "/api/session/{sessionID}/permission",             MACHINE),
    row("POST",   "/api/session/{sessionID}/prompt",                 MACHINE),
    row("GET",    "/api/session/{sessionID}/question",               MACHINE),
    row("POST",   "/api/session/{sessionID}/revert/clear",           MACHINE),
    row("POST",   "/api/session/{sessionID}/revert/commit",          MACHINE),
    row("POST",   "/api/session/{sessionID}/revert/stage",           MACHINE),
    row("POST",   "/api/session/{sessionID}/wait",                   MACHINE),
    row("GET",    "/api/session/{sessionID}/message/{messageID}",    MACHINE),
    row("GET",    "/api/session/{sessionID}/permission/{requestID}", MACHINE),
    row("POST",   "/api/session/{sessionID}/permission/{requestID}/reply", MACHINE),
    row("POST",   "/api/session/{sessionID}/question/{requestID}/reject", MACHINE),
    row("POST",   "/api/session/{sessionID}/question/{requestID}/reply", MACHINE),
    row("GET",    "/experimental/capabilities",                      MACHINE),
    row("GET",    "/experimental/console",                           MACHINE),
    row("GET",    "/experimental/console/orgs",                      MACHINE),
    row("POST",   "/experimental/console/switch",                    MACHINE),
    row("POST",   "/experimental/control-plane/move-session",        MACHINE),
    row("GET",    "/experimental/resource",                          MACHINE),
    row("GET",    "/experimental/session",                           MACHINE),
    row("GET",    "/experimental/tool",                              MACHINE),
    row("GET",    "/experimental/tool/ids",                          MACHINE),
    row("GET",    "/experimental/workspace",                         MACHINE),
    row("POST",   "/experimental/workspace",                         MACHINE),
    row("GET",    "/experimental/workspace/adapter",                 MACHINE),
    row("GET",    "/experimental/workspace/status",                  MACHINE),
    row("POST",   "/experimental/workspace/sync-list",               MACHINE),
    row("POST",   "/experimental/workspace/warp",                    MACHINE),
    row("DELETE", "/experimental/worktree",                          MACHINE),
    row("GET",    "/experimental/worktree",                          MACHINE),
    row("POST",   "/experimental/worktree",                          MACHINE),
    row("POST",   "/experimental/worktree/reset",                    MACHINE),
    row("DELETE", "/experimental/project/{projectID}/copy",          MACHINE),
    row("POST",   "/experimental/project/{projectID}/copy",          MACHINE),
    row("POST",   "/experimental/project/{projectID}/copy/generate-name", MACHINE),
    row("POST",   "/experimental/project/{projectID}/copy/refresh",  MACHINE),
    row("POST",   "/experimental/session/{sessionID}/background",    MACHINE),
    row("DELETE", "/experimental/workspace/{id}",                    MACHINE),
    row("POST",   "/global/upgrade",                                 MACHINE),
    row("GET",    "/pty",                                            MACHINE),
    row("POST",   "/pty",                                            MACHINE),
    row("GET",    "/pty/shells",                                     MACHINE),
    row("DELETE", "/pty/{ptyID}",                                    MACHINE),
    row("GET",    "/pty/{ptyID}",                                    MACHINE),
    row("PUT",    "/pty/{ptyID}",                                    MACHINE),
    row("GET",    "/pty/{ptyID}/connect",                            MACHINE),
    row("POST",   "/pty/{ptyID}/connect-token",                      MACHINE),
    row("POST",   "/session/{sessionID}/shell",                      MACHINE),
    row("POST",   "/sync/history",                                   MACHINE),
    row("POST",   "/sync/replay",                                    MACHINE),
    row("POST",   "/sync/start",                                     MACHINE),
    row("POST",   "/sync/steal",                                     MACHINE),
    row("POST",   "/tui/append-prompt",                              MACHINE),
    row("POST",   "/tui/clear-prompt",                               MACHINE),
    row("GET",    "/tui/control/next",                               MACHINE),
    row("POST",   "/tui/control/response",                           MACHINE),
    row("POST",   "/tui/execute-command",                            MACHINE),
    row("POST",   "/tui/open-help",                                  MACHINE),
    row("POST",   "/tui/open-models",                                MACHINE),
    row("POST",   "/tui/open-sessions",                              MACHINE),
    row("POST",   "/tui/open-themes",                                MACHINE),
    row("POST",   "/tui/publish",                                    MACHINE),
    row("POST",   "/tui/select-session",                             MACHINE),
    row("POST",   "/tui/show-toast",                                 MACHINE),
    row("POST",   "/tui/submit-prompt",                              MACHINE),
    row("POST",   "/vcs/apply",                                      MACHINE),
];
