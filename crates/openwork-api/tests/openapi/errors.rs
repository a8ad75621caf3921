//! Which failures come together.
//!
//! Lists are what may happen, not what does: a client that is ready for all of them
//! is never surprised. Every code of the table is in one of them, which a test sees to.

use openwork_api::ErrorCode::{self, *};

/// Before there is a route.
pub(crate) const ALWAYS: &[ErrorCode] = &[
    InvalidHost,
    HostNotAllowed,
    TargetTooLong,
    HeadTooLarge,
    Overloaded,
    InternalError,
];
/// With a parameter in the path.
pub(crate) const PATH: &[ErrorCode] = &[InvalidPath];
/// Where a token is needed, and where a scope is.
pub(crate) const TOKEN: &[ErrorCode] = &[Unauthorized];
pub(crate) const SCOPE: &[ErrorCode] = &[Forbidden];
/// Where something is changed.
pub(crate) const CHANGE: &[ErrorCode] = &[ReadOnly, InvalidPayload];
/// Where a body is read.
pub(crate) const BODY: &[ErrorCode] = &[
    InvalidJson,
    InvalidPayload,
    PayloadTooLarge,
    RequestTimeout,
    TooDeep,
    TooManyValues,
];
/// Where a workspace is named.
pub(crate) const WORKSPACE: &[ErrorCode] = &[WorkspaceNotFound];
/// Where files of a workspace are read.
pub(crate) const FILES: &[ErrorCode] = &[
    WorkspaceUnauthorized,
    WorkspaceMissing,
    WorkspaceReplaced,
    FileSystemTimeout,
    NotARegularFile,
    LinkNotFollowed,
    FileTooLarge,
];
/// Where a request that waits is allowed, or shown, with a change.
pub(crate) const AMENDED: &[ErrorCode] = &[ApprovalNotFound, Conflict, InvalidAmendment];
/// Where settings are read.
pub(crate) const SETTINGS: &[ErrorCode] = &[InvalidJsonc, InvalidSettingsFile, InvalidSetting];
/// Where somebody is asked.
pub(crate) const ASKED: &[ErrorCode] = &[
    WriteDenied,
    TooManyPending,
    PayloadTooLarge,
    ShuttingDown,
    AuditUnavailable,
];
/// Where files of a workspace are written.
pub(crate) const WRITTEN: &[ErrorCode] = &[
    Busy,
    Conflict,
    NameTaken,
    InvalidFileName,
    PreconditionFailed,
    StorageFull,
];
/// Where settings are written.
pub(crate) const EDITED: &[ErrorCode] = &[ConfigNotEditable, InvalidConfigValue, MaskedValue];
/// Where the server reads or writes what it keeps for itself.
pub(crate) const KEPT: &[ErrorCode] = &[
    StateUnavailable,
    StateUnreadable,
    AuditUnavailable,
    Busy,
    StorageFull,
    FileSystemTimeout,
    ShuttingDown,
];
/// Where an engine is called.
pub(crate) const ENGINE: &[ErrorCode] =
    &[OpencodeUnconfigured, OpencodeUnreachable, OpencodeBadAnswer];
/// Where a stream may be answered.
pub(crate) const STREAM: &[ErrorCode] = &[TooManyStreamsHere, TooManyStreams];

/// Where skills, commands and agents are written, and with them files of skills.
pub(crate) const SKILL: &[ErrorCode] = &[
    InvalidSkillName,
    MissingSkillContent,
    InvalidSkillContent,
    InvalidDescription,
    InvalidSkillFile,
];
pub(crate) const COMMAND: &[ErrorCode] = &[
    InvalidCommandName,
    InvalidCommandTemplate,
    UnnamedCommand,
    InvalidCommand,
];
pub(crate) const AGENT: &[ErrorCode] =
    &[InvalidAgentName, MissingAgentContent, InvalidAgentContent];

/// The one failure that no operation has: it is that of a method without one.
pub(crate) const OF_NO_OPERATION: &[ErrorCode] = &[MethodNotAllowed];
