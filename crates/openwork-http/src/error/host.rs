//! Workspaces that cannot be read or written.

use std::io;
use std::path::Path;

use openwork_api::ErrorCode;
use openwork_change::plan::PlanError;
use openwork_change::store::StoreError;
use openwork_host::HostError;
use openwork_jsonc::JsoncError;
use openwork_model::config::ReadError;
use openwork_model::files::FileError;
use openwork_model::plain_json::PlainJsonError;
use serde_json::{Value, json};

use super::{FailureReport, invalid, undo};

pub(super) fn report(error: &HostError) -> FailureReport {
    match error {
        HostError::ReadOnly => FailureReport::new(ErrorCode::ReadOnly, "Server is read-only"),
        HostError::UnknownWorkspace => {
            FailureReport::new(ErrorCode::WorkspaceNotFound, "Workspace not found")
        }
        HostError::Removed => FailureReport::new(
            ErrorCode::WorkspaceNotFound,
            "The workspace was removed from this server meanwhile; nothing was changed",
        ),
        HostError::Store(error) => store(error),
        HostError::Stuck => unavailable(
            ErrorCode::FileSystemTimeout,
            "The file system did not answer in time",
        ),
        HostError::Overloaded => unavailable(
            ErrorCode::Overloaded,
            "Too many requests are at work on this workspace",
        ),
        HostError::Lost => FailureReport::internal(),
        HostError::ShuttingDown => unavailable(ErrorCode::ShuttingDown, "The server is stopping"),
    }
}

fn unavailable(code: ErrorCode, message: &'static str) -> FailureReport {
    FailureReport::new(code, message).retry_after(1)
}

fn store(error: &StoreError) -> FailureReport {
    match error {
        StoreError::Gone { .. } => FailureReport::new(
            ErrorCode::WorkspaceMissing,
            "The workspace directory does not exist",
        ),
        StoreError::Replaced { .. } => FailureReport::new(
            ErrorCode::WorkspaceReplaced,
            "The workspace directory was replaced while the server ran; restart the server",
        ),
        StoreError::Unauthorized { .. } => FailureReport::new(
            ErrorCode::WorkspaceUnauthorized,
            "Workspace is not authorized",
        ),
        StoreError::Plan(error) => plan(error),
        StoreError::Read(error) => read(error),
        StoreError::Conflict { path } => FailureReport::new(
            ErrorCode::Conflict,
            format!(
                "{} changed after the host was shown what would happen to it; nothing was written",
                client_path(path)
            ),
        ),
        StoreError::Busy { path } => FailureReport::new(
            ErrorCode::Busy,
            format!(
                "{} is being changed by another program; nothing was written, try again",
                client_path(path)
            ),
        ),
        StoreError::Audit { .. } => unavailable(
            ErrorCode::AuditUnavailable,
            "The audit log cannot be written, so nothing was changed",
        ),
        StoreError::Io { source, .. } => io(source),
    }
}

fn plan(error: &PlanError) -> FailureReport {
    match error {
        PlanError::Invalid(error) => invalid::report(error),
        PlanError::Read(error) => read(error),
        PlanError::Edit { path, source } => {
            let message = format!("{} cannot be edited: {source}", client_path(path));
            FailureReport::new(ErrorCode::ConfigNotEditable, message)
        }
        PlanError::Shape { .. } => FailureReport::new(ErrorCode::InvalidSetting, error.to_string()),
        PlanError::TooLarge { .. } => {
            FailureReport::new(ErrorCode::FileTooLarge, error.to_string())
        }
        PlanError::Moved { base, current } => {
            FailureReport::new(ErrorCode::Conflict, error.to_string())
                .details(json!({ "baseUpdatedAt": base, "currentUpdatedAt": current }))
        }
        PlanError::SkillNotFound => FailureReport::new(ErrorCode::SkillNotFound, error.to_string()),
        PlanError::AgentNotFound => FailureReport::new(ErrorCode::AgentNotFound, error.to_string()),
        PlanError::McpNotFound => FailureReport::new(ErrorCode::McpNotFound, error.to_string()),
        PlanError::DefinedElsewhere { path } => FailureReport::new(
            ErrorCode::DefinedElsewhere,
            format!("{error} ({})", client_path(path)),
        )
        // The same path as in lists, which name it too.
        .details(json!({ "path": path })),
        PlanError::NameTaken { path, .. } => {
            FailureReport::new(ErrorCode::NameTaken, error.to_string())
                .details(json!({ "path": path }))
        }
        PlanError::UndoConflict { conflicts } => {
            FailureReport::new(ErrorCode::UndoConflict, error.to_string())
                .details(undo::conflicts(conflicts))
        }
        PlanError::HistoryGone { path } => {
            FailureReport::new(ErrorCode::HistoryGone, error.to_string())
                .details(json!({ "path": path.as_str() }))
        }
        PlanError::Precondition => {
            FailureReport::new(ErrorCode::PreconditionFailed, error.to_string())
        }
    }
}

fn read(error: &ReadError) -> FailureReport {
    match error {
        ReadError::BrokenJsonc { path, source } => {
            FailureReport::new(ErrorCode::InvalidJsonc, error.to_string())
                .details(problems(path, source))
        }
        ReadError::BrokenSettings { path, source } => {
            FailureReport::new(ErrorCode::InvalidSettingsFile, error.to_string())
                .details(settings_problem(path, source))
        }
        ReadError::SkillFileNotFound => {
            FailureReport::new(ErrorCode::SkillFileNotFound, error.to_string())
        }
        ReadError::SkillNotFound => FailureReport::new(ErrorCode::SkillNotFound, error.to_string()),
        ReadError::AgentNotFound => FailureReport::new(ErrorCode::AgentNotFound, error.to_string()),
        ReadError::CommandNotFound => {
            FailureReport::new(ErrorCode::CommandNotFound, error.to_string())
        }
        ReadError::File(error) => file(error),
    }
}

fn file(error: &FileError) -> FailureReport {
    match error {
        FileError::NotRegular { path } => FailureReport::new(
            ErrorCode::NotARegularFile,
            format!("{} is not a regular file", client_path(path)),
        ),
        FileError::Link { path } => FailureReport::new(
            ErrorCode::LinkNotFollowed,
            format!(
                "{} is or passes a link that is not followed",
                client_path(path)
            ),
        ),
        FileError::Withheld { path } => FailureReport::new(
            ErrorCode::FileNotAllowed,
            format!(
                "{} belongs to the server itself, which gives and takes nothing there",
                client_path(path)
            ),
        ),
        FileError::TooLarge { path, limit } => FailureReport::new(
            ErrorCode::FileTooLarge,
            format!("{} is larger than {limit} bytes", client_path(path)),
        ),
        FileError::Io { source, .. } => io(source),
    }
}

pub(super) fn io(error: &io::Error) -> FailureReport {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => FailureReport::new(
            ErrorCode::StorageFull,
            "There is no space left for the change; nothing was written",
        ),
        io::ErrorKind::FileTooLarge => FailureReport::new(
            ErrorCode::StorageFull,
            "The system does not let the server write files that large; nothing was written",
        ),
        // The rest are defects of the machine or of ours; what they say may name
        // paths, so it goes to the log.
        _ => FailureReport::internal(),
    }
}

/// The errors of a text, with the keys of the OpenWork API and, for people, where
/// they are.
fn problems(path: &Path, error: &JsoncError) -> Value {
    let path = client_path(path);
    let whole = |code: &str, offset: usize| json!([{ "code": code, "offset": offset, "length": 1, "path": path }]);
    match error {
        JsoncError::Syntax { problems } => problems
            .iter()
            .map(|problem| {
                json!({
                    "code": problem.code, "offset": problem.offset, "length": problem.length,
                    "line": problem.line, "column": problem.column, "message": problem.message,
                    "path": path,
                })
            })
            .collect(),
        JsoncError::NotUtf8 { offset } => whole("InvalidUtf8", *offset),
        JsoncError::NotAnObject { .. } => whole("ObjectExpected", 0),
        JsoncError::TooDeep => whole("TooDeep", 0),
    }
}

/// The error of OpenWork's settings, where it is and what it is.
fn settings_problem(path: &Path, error: &PlainJsonError) -> Value {
    let mut problem = json!({ "message": error.to_string(), "path": client_path(path) });
    if let PlainJsonError::Syntax(source) = error {
        problem["line"] = source.line().into();
        problem["column"] = source.column().into();
    }
    json!([problem])
}

/// A path as clients may see it: from the engine's directory on, else the name
/// alone. Where a workspace lies is not told in errors.
pub(super) fn client_path(path: &Path) -> String {
    let components: Vec<_> = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    // From the last of these directories on: a workspace may lie below another
    // one, and where it lies is nobody's business.
    let directory = |name: &str| matches!(name, ".opencode" | ".claude");
    let start = components.iter().rposition(|name| directory(name));
    let start = start.unwrap_or(components.len().saturating_sub(1));
    components[start..].join("/")
}
