//! Why a request failed, as a word that programs can rely on.

use std::fmt;

/// Makes the enum and its two columns of one table, so that no variant can be
/// without its status and its word.
macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident = $status:literal $word:literal,)*) => {
        /// Why a request failed: an HTTP status and a word.
        ///
        /// A few words come with two statuses, such as `invalid_json` for a body
        /// (400) and for a file (422), as they do in the OpenWork API; each pair
        /// is a variant.
        // Not read by serde: a client has to get along with a word that it does not
        // know, so the word stays text and is looked up.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[$doc])* $variant,)*
        }

        impl ErrorCode {
            /// All of them, by status and word.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// The HTTP status that it comes with.
            pub const fn status(self) -> u16 {
                match self {
                    $(Self::$variant => $status,)*
                }
            }
        }
    };
}

error_codes! {
    /// An agent has no text.
    MissingAgentContent = 400 "invalid_agent_content",
    /// An agent cannot have this name.
    InvalidAgentName = 400 "invalid_agent_name",
    /// The form brings no file.
    FileRequired = 400 "file_required",
    /// What is to become of the secrets of an export is no word that is known.
    InvalidExportMode = 400 "invalid_workspace_export_sensitive_mode",
    /// The id is none of a file that agents made.
    InvalidArtifact = 400 "invalid_artifact",
    /// The id is none of a file that was brought.
    InvalidInboxItem = 400 "invalid_inbox_item",
    /// What is to be set is no variable.
    InvalidEntry = 400 "invalid_entry",
    /// An environment variable cannot have this name.
    InvalidEnvKey = 400 "invalid_env_key",
    /// No variables were given.
    NoEntries = 400 "no_entries",
    /// An environment variable of this name is not for clients to set.
    ReservedEnvKey = 400 "reserved_env_key",
    /// An imported command has no name.
    UnnamedCommand = 400 "invalid_command",
    /// A command cannot have this name.
    InvalidCommandName = 400 "invalid_command_name",
    /// A command has no text.
    InvalidCommandTemplate = 400 "invalid_command_template",
    /// No file can have this name where the workspace is.
    InvalidFileName = 400 "invalid_file_name",
    /// The Host header is missing, repeated or malformed.
    InvalidHost = 400 "invalid_host",
    /// The body is missing, empty or not JSON.
    InvalidJson = 400 "invalid_json",
    /// An MCP entry is neither a local nor a remote one.
    InvalidMcpConfig = 400 "invalid_mcp_config",
    /// An MCP server cannot have this name.
    InvalidMcpName = 400 "invalid_mcp_name",
    /// The path holds a broken percent escape.
    InvalidPath = 400 "invalid_path",
    /// A field is missing or of the wrong type; the message names it.
    InvalidPayload = 400 "invalid_payload",
    /// A plugin cannot be written like this.
    InvalidPluginSpec = 400 "invalid_plugin_spec",
    /// A parameter of the query has a value that it cannot have.
    InvalidQuery = 400 "invalid_query",
    /// No token has such a scope.
    InvalidScope = 400 "invalid_scope",
    /// The subscription is none that messages can, or may, be sent to.
    InvalidSubscription = 400 "invalid_subscription",
    /// A skill has no text.
    MissingSkillContent = 400 "invalid_skill_content",
    /// A file of a skill is not one that can be written or read so.
    InvalidSkillFile = 400 "invalid_skill_file",
    /// A skill cannot have this name.
    InvalidSkillName = 400 "invalid_skill_name",
    /// The workspace's engine has no URL, or none that can be called.
    OpencodeUnconfigured = 400 "opencode_unconfigured",
    /// A token is missing or wrong.
    Unauthorized = 401 "unauthorized",
    /// The file holds secrets, or the engine reads it by itself.
    FileNotAllowed = 403 "file_not_allowed",
    /// The answer was not signed by this server, or its time is over.
    InvalidAnswer = 403 "invalid_answer",
    /// The token's scope is not enough.
    Forbidden = 403 "forbidden",
    /// The pairing code is wrong, was used, or has ended.
    InvalidPairingCode = 403 "invalid_pairing_code",
    /// The engine's route is not passed on.
    OpencodeRouteRefused = 403 "opencode_route_refused",
    /// The server takes no changes.
    ReadOnly = 403 "read_only",
    /// The workspace lies outside of the authorised roots.
    WorkspaceUnauthorized = 403 "workspace_unauthorized",
    /// The host said no, or nobody answered.
    WriteDenied = 403 "write_denied",
    /// There is no such agent.
    AgentNotFound = 404 "agent_not_found",
    /// The request changes no such file.
    ApprovalFileNotFound = 404 "approval_file_not_found",
    /// The request is unknown, answered, or over.
    ApprovalNotFound = 404 "approval_not_found",
    /// The audit log has no such entry, or no longer.
    AuditEntryNotFound = 404 "audit_entry_not_found",
    /// There is no such command.
    CommandNotFound = 404 "command_not_found",
    /// There is no such MCP server.
    McpNotFound = 404 "mcp_not_found",
    /// There is no such route.
    NotFound = 404 "not_found",
    /// No such request is kept, or it is somebody else's.
    RequestNotFound = 404 "request_not_found",
    /// There is no such timed allowance.
    RuleNotFound = 404 "rule_not_found",
    /// The workspace has no such session.
    SessionNotFound = 404 "session_not_found",
    /// The skill has no such file.
    SkillFileNotFound = 404 "skill_file_not_found",
    /// There is no such skill.
    SkillNotFound = 404 "skill_not_found",
    /// There is no such file.
    FileNotFound = 404 "file_not_found",
    /// Agents made no such file.
    ArtifactNotFound = 404 "artifact_not_found",
    /// The workspace takes no files.
    InboxDisabled = 404 "inbox_disabled",
    /// No such file was brought.
    InboxItemNotFound = 404 "inbox_item_not_found",
    /// There is no such environment variable.
    EnvNotFound = 404 "env_not_found",
    /// No pairing code is open.
    PairingNotFound = 404 "pairing_not_found",
    /// There is no such token.
    TokenNotFound = 404 "token_not_found",
    /// The workspace's directory does not exist.
    WorkspaceMissing = 404 "workspace_missing",
    /// No workspace has this id.
    WorkspaceNotFound = 404 "workspace_not_found",
    /// The path has no such method.
    MethodNotAllowed = 405 "method_not_allowed",
    /// The body took too long to arrive.
    RequestTimeout = 408 "request_timeout",
    /// The host has answered the request, so it cannot be taken back.
    AlreadyAnswered = 409 "already_answered",
    /// The change is undone already.
    AlreadyUndone = 409 "already_undone",
    /// The request was answered by such an answer before.
    AnswerUsed = 409 "answer_used",
    /// Another program is changing the same files.
    Busy = 409 "busy",
    /// A message has this id already, and says something else.
    CommandAdmissionConflict = 409 "command_admission_conflict",
    /// A file changed after the host was shown what would happen to it.
    Conflict = 409 "conflict",
    /// What is to be removed stands only outside of the workspace.
    DefinedElsewhere = 409 "defined_elsewhere",
    /// What the files were before a change is not kept, or no longer.
    HistoryGone = 409 "history_gone",
    /// The folder of files that are brought holds as much as it may.
    InboxFull = 409 "inbox_full",
    /// A link stands where none may.
    LinkNotFollowed = 409 "link_not_followed",
    /// A file has the name already, in another spelling.
    NameTaken = 409 "name_taken",
    /// A directory or a special file stands in place of a file.
    NotARegularFile = 409 "not_a_regular_file",
    /// This device cannot be told while its page is closed.
    PushUnavailable = 409 "push_unavailable",
    /// There is no place to keep what is to be kept.
    StateUnavailable = 409 "state_unavailable",
    /// What the server keeps for itself cannot be read, and is not overwritten.
    StateUnreadable = 409 "state_unreadable",
    /// There are as many tokens as there can be.
    TooManyTokens = 409 "too_many_tokens",
    /// There are as many environment variables as there can be.
    TooManyVariables = 409 "too_many_variables",
    /// Others have changed since what a change had made, so it cannot be undone.
    UndoConflict = 409 "undo_conflict",
    /// An export has secrets, and the client wants to be asked what becomes of them.
    ExportRequiresDecision = 409 "workspace_export_requires_decision",
    /// The directory is another one than at the start.
    WorkspaceReplaced = 409 "workspace_replaced",
    /// `If-Match` does not match.
    PreconditionFailed = 412 "precondition_failed",
    /// A file that is brought is larger than one may be.
    UploadTooLarge = 413 "file_too_large",
    /// The body is too large, or the change is for what may wait.
    PayloadTooLarge = 413 "payload_too_large",
    /// The path and query are too long.
    TargetTooLong = 414 "target_too_long",
    /// The Host header names somebody else.
    HostNotAllowed = 421 "host_not_allowed",
    /// The configuration cannot be edited, such as for a key that is there twice.
    ConfigNotEditable = 422 "config_not_editable",
    /// A file is larger than is read or written.
    FileTooLarge = 422 "file_too_large",
    /// A file holds no text.
    FileNotText = 422 "file_not_text",
    /// An agent's frontmatter is broken, or has a value that the engine refuses or loses.
    InvalidAgentContent = 422 "invalid_agent_content",
    /// What is to be left out or edited is none of the request, or cannot be.
    InvalidAmendment = 422 "invalid_amendment",
    /// A command's frontmatter is broken.
    InvalidCommand = 422 "invalid_command",
    /// The engine would refuse or lose the value.
    InvalidConfigValue = 422 "invalid_config_value",
    /// A skill needs another description.
    InvalidDescription = 422 "invalid_description",
    /// `.opencode/openwork.json` does not parse.
    InvalidSettingsFile = 422 "invalid_json",
    /// The engine's configuration does not parse.
    InvalidJsonc = 422 "invalid_jsonc",
    /// A setting has a shape that cannot be worked with.
    InvalidSetting = 422 "invalid_setting",
    /// A skill's frontmatter is broken, or has a field that it may not have.
    InvalidSkillContent = 422 "invalid_skill_content",
    /// A masked value stands where no secret is there to be kept.
    MaskedValue = 422 "masked_value",
    /// What is asked was not shown to its end, so it cannot be allowed.
    NotShownWhole = 422 "not_shown_whole",
    /// This kind of request is asked about every time.
    NotRememberable = 422 "not_rememberable",
    /// The body is nested too deeply.
    TooDeep = 422 "too_deep",
    /// The body holds too many values.
    TooManyValues = 422 "too_many_values",
    /// An import holds too many skills, commands and agents.
    TooManyItems = 422 "too_many_items",
    /// Too many requests, or too large ones, wait for the host.
    TooManyPending = 429 "too_many_pending",
    /// Too many answers that nobody signed have come lately.
    TooManyAnswers = 429 "too_many_answers",
    /// Too many event streams are open from one address.
    TooManyStreamsHere = 429 "too_many_streams",
    /// The request's header fields are too large.
    HeadTooLarge = 431 "head_too_large",
    /// A defect; the log says more.
    InternalError = 500 "internal_error",
    /// What the engine sent is no answer, or it broke off before there was one.
    OpencodeBadAnswer = 502 "opencode_bad_answer",
    /// The engine refused to reload.
    OpencodeReloadFailed = 502 "opencode_reload_failed",
    /// The engine cannot be reached, so nothing was asked of it.
    OpencodeUnreachable = 502 "opencode_unreachable",
    /// The change could not be recorded, so it was not made.
    AuditUnavailable = 503 "audit_unavailable",
    /// The file system did not answer in time.
    FileSystemTimeout = 503 "file_system_timeout",
    /// The engine cannot be reached.
    OpencodeEngineUnreachable = 503 "opencode_engine_unreachable",
    /// Too much is under way: connections, work on a workspace, or bodies.
    Overloaded = 503 "overloaded",
    /// The server is stopping.
    ShuttingDown = 503 "shutting_down",
    /// Too many event streams are open at all.
    TooManyStreams = 503 "too_many_streams",
    /// The engine did not answer in time.
    OpencodeReloadTimeout = 504 "opencode_reload_timeout",
    /// No space is left, or the system does not let the server write a file that large.
    StorageFull = 507 "storage_full",
}

impl ErrorCode {
    /// The code of an answer; `None` if this version does not know it.
    ///
    /// ```
    /// use openwork_api::ErrorCode;
    ///
    /// assert_eq!(ErrorCode::from_wire(409, "busy"), Some(ErrorCode::Busy));
    /// assert_eq!(ErrorCode::from_wire(418, "teapot"), None);
    /// ```
    pub fn from_wire(status: u16, word: &str) -> Option<Self> {
        // Some sixty, and one look for each failure: a map is not worth it.
        let mut all = Self::ALL.iter().copied();
        all.find(|code| code.status() == status && code.as_str() == word)
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found_by_its_status_and_word() {
        for &code in ErrorCode::ALL {
            assert_eq!(
                ErrorCode::from_wire(code.status(), code.as_str()),
                Some(code)
            );
            assert!((400..600).contains(&code.status()), "{code}");
        }
    }

    #[test]
    fn the_codes_are_sorted_by_their_status() {
        assert!(ErrorCode::ALL.is_sorted_by_key(|code| code.status()));
    }
}
