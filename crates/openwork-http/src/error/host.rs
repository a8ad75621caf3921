//! Workspaces that cannot be read or written.

use std::io;
use std::path::Path;

use hyper::StatusCode;
use openwork_change::plan::PlanError;
use openwork_change::store::StoreError;
use openwork_host::HostError;
use openwork_jsonc::JsoncError;
use openwork_model::config::ReadError;
use openwork_model::files::FileError;
use openwork_model::plain_json::PlainJsonError;
use serde_json::{Value, json};

use super::{FailureReport, invalid};

pub(super) fn report(error: &HostError) -> FailureReport {
    match error {
        HostError::ReadOnly => {
            FailureReport::new(StatusCode::FORBIDDEN, "read_only", "Server is read-only")
        }
        HostError::UnknownWorkspace => FailureReport::new(
            StatusCode::NOT_FOUND,
            "workspace_not_found",
            "Workspace not found",
        ),
        HostError::Store(error) => store(error),
        HostError::Stuck => unavailable(
            "file_system_timeout",
            "The file system did not answer in time",
        ),
        HostError::Overloaded => unavailable(
            "overloaded",
            "Too many requests are at work on this workspace",
        ),
        HostError::Lost => FailureReport::internal(),
        HostError::ShuttingDown => unavailable("shutting_down", "The server is stopping"),
    }
}

fn unavailable(code: &'static str, message: &'static str) -> FailureReport {
    FailureReport::new(StatusCode::SERVICE_UNAVAILABLE, code, message).retry_after(1)
}

fn store(error: &StoreError) -> FailureReport {
    match error {
        StoreError::Gone { .. } => FailureReport::new(
            StatusCode::NOT_FOUND,
            "workspace_missing",
            "The workspace directory does not exist",
        ),
        StoreError::Replaced { .. } => FailureReport::new(
            StatusCode::CONFLICT,
            "workspace_replaced",
            "The workspace directory was replaced while the server ran; restart the server",
        ),
        StoreError::Unauthorized { .. } => FailureReport::new(
            StatusCode::FORBIDDEN,
            "workspace_unauthorized",
            "Workspace is not authorized",
        ),
        StoreError::Plan(error) => plan(error),
        StoreError::Read(error) => read(error),
        StoreError::Conflict { path } => FailureReport::new(
            StatusCode::CONFLICT,
            "conflict",
            format!(
                "{} changed after the host was shown what would happen to it; nothing was written",
                shown(path)
            ),
        ),
        StoreError::Busy { path } => FailureReport::new(
            StatusCode::CONFLICT,
            "busy",
            format!(
                "{} is being changed by another program; nothing was written, try again",
                shown(path)
            ),
        ),
        StoreError::Audit { .. } => unavailable(
            "audit_unavailable",
            "The audit log cannot be written, so nothing was changed",
        ),
        StoreError::Io { source, .. } => io(source),
    }
}

fn plan(error: &PlanError) -> FailureReport {
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    match error {
        PlanError::Invalid(error) => invalid::report(error),
        PlanError::Read(error) => read(error),
        PlanError::Edit { path, source } => {
            let message = format!("{} cannot be edited: {source}", shown(path));
            FailureReport::new(unprocessable, "config_not_editable", message)
        }
        PlanError::Shape { .. } => {
            FailureReport::new(unprocessable, "invalid_setting", error.to_string())
        }
        PlanError::TooLarge { .. } => {
            FailureReport::new(unprocessable, "file_too_large", error.to_string())
        }
        PlanError::SkillNotFound => {
            FailureReport::new(StatusCode::NOT_FOUND, "skill_not_found", error.to_string())
        }
        PlanError::McpNotFound => {
            FailureReport::new(StatusCode::NOT_FOUND, "mcp_not_found", error.to_string())
        }
        PlanError::Precondition => FailureReport::new(
            StatusCode::PRECONDITION_FAILED,
            "precondition_failed",
            error.to_string(),
        ),
    }
}

fn read(error: &ReadError) -> FailureReport {
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    match error {
        ReadError::BrokenJsonc { path, source } => {
            FailureReport::new(unprocessable, "invalid_jsonc", error.to_string())
                .details(problems(path, source))
        }
        ReadError::BrokenSettings { path, source } => {
            FailureReport::new(unprocessable, "invalid_json", error.to_string())
                .details(settings_problem(path, source))
        }
        ReadError::SkillNotFound => {
            FailureReport::new(StatusCode::NOT_FOUND, "skill_not_found", error.to_string())
        }
        ReadError::CommandNotFound => FailureReport::new(
            StatusCode::NOT_FOUND,
            "command_not_found",
            error.to_string(),
        ),
        ReadError::File(error) => file(error),
    }
}

fn file(error: &FileError) -> FailureReport {
    match error {
        FileError::NotRegular { path } => FailureReport::new(
            StatusCode::CONFLICT,
            "not_a_regular_file",
            format!("{} is not a regular file", shown(path)),
        ),
        FileError::Link { path } => FailureReport::new(
            StatusCode::CONFLICT,
            "link_not_followed",
            format!("{} is or passes a link that is not followed", shown(path)),
        ),
        FileError::TooLarge { path, limit } => FailureReport::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "file_too_large",
            format!("{} is larger than {limit} bytes", shown(path)),
        ),
        FileError::Io { source, .. } => io(source),
    }
}

fn io(error: &io::Error) -> FailureReport {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => FailureReport::new(
            StatusCode::INSUFFICIENT_STORAGE,
            "storage_full",
            "There is no space left for the change; nothing was written",
        ),
        io::ErrorKind::FileTooLarge => FailureReport::new(
            StatusCode::INSUFFICIENT_STORAGE,
            "storage_full",
            "The system does not let the server write files that large; nothing was written",
        ),
        _ => FailureReport::internal(),
    }
}

/// The errors of a text, with the keys of the OpenWork API and, for people, where
/// they are.
fn problems(path: &Path, error: &JsoncError) -> Value {
    let path = shown(path);
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
    let mut problem = json!({ "message": error.to_string(), "path": shown(path) });
    if let PlainJsonError::Syntax(source) = error {
        problem["line"] = source.line().into();
        problem["column"] = source.column().into();
    }
    json!([problem])
}

/// A path as clients may see it: from the engine's directory on, else the name
/// alone. Where a workspace lies is not told in errors.
pub(super) fn shown(path: &Path) -> String {
    let components: Vec<_> = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    let directory = |name: &str| matches!(name, ".opencode" | ".claude");
    let start = components.iter().rposition(|name| directory(name));
    let start = start.unwrap_or(components.len().saturating_sub(1));
    components[start..].join("/")
}
