use std::io;
use std::sync::Arc;
use std::time::Duration;

use openwork_approval::{Refusal, RequestId};
use openwork_change::plan::PlanError;
use openwork_change::store::StoreError;
use openwork_host::ReviewError;
use openwork_jsonc::{EditError, JsoncError, SyntaxProblem};
use openwork_model::config::ReadError;
use openwork_model::file_name::NameFault;
use openwork_model::files::FileError;
use openwork_model::workspace_file::ReservedFile;
use uuid::Uuid;

use super::*;

/// One line for each failure: status, code, message, details, header.
pub(super) fn table(failures: impl IntoIterator<Item = Failure>) -> String {
    let lines = failures.into_iter().map(|failure| {
        let report = failure.report();
        assert_eq!(report.status().as_u16(), report.code.status());
        let FailureReport {
            code,
            message,
            details,
            header,
        } = report;
        assert!(!message.contains("/home/anna"), "{message}");
        let details = details
            .map(|details| format!(" {details}"))
            .unwrap_or_default();
        let header = header.map(|(name, value)| format!(" [{name}: {}]", value.to_str().unwrap()));
        format!(
            "{} {code}: {message}{details}{}\n",
            code.status(),
            header.unwrap_or_default()
        )
    });
    lines.collect()
}

#[test]
fn requests_that_no_workspace_sees() {
    let allow = HeaderValue::from_static("GET, OPTIONS");
    let limit = 1 << 20;
    insta::assert_snapshot!(table([
        Failure::Host(BadHost::Malformed),
        Failure::Host(BadHost::Foreign),
        Failure::TargetTooLong,
        Failure::HeadTooLarge,
        Failure::NotFound,
        Failure::MethodNotAllowed { allow },
        Failure::BadEscape,
        Failure::Unauthorized(MissingCredential::Client),
        Failure::Unauthorized(MissingCredential::Host),
        Failure::Forbidden {
            required: Scope::Owner,
            scope: Scope::Collaborator,
        },
        Failure::Crowded(CrowdedReason::Connections),
        Failure::Crowded(CrowdedReason::StreamsHere { limit: 64 }),
        Failure::Crowded(CrowdedReason::Streams { limit: 128 }),
        Failure::ClientId,
        Failure::Condition,
        Failure::Body(BodyError::TooLarge { limit }),
        Failure::Body(BodyError::TooSlow),
        Failure::Body(BodyError::NoRoom),
        Failure::Body(BodyError::CutShort),
        Failure::Body(BodyError::NotJson),
        Failure::Body(BodyError::NotAnObject),
        Failure::Body(BodyError::TooDeep),
        Failure::Body(BodyError::TooManyValues { limit: 100_000 }),
        Failure::Internal,
    ]));
}

#[test]
fn requests_that_are_wrong_whatever_the_files_say() {
    let reason = "line 2".to_owned();
    let failures = [
        Invalid::NoSection,
        Invalid::WrongType {
            field: "spec".to_owned(),
            expected: "a text",
        },
        Invalid::McpConfigRequired,
        Invalid::PluginSpecRequired,
        Invalid::PluginSpec,
        Invalid::SkillName,
        Invalid::SkillNameMismatch,
        Invalid::SkillContentRequired,
        Invalid::SkillFrontmatter {
            reason: reason.clone(),
        },
        Invalid::Description,
        Invalid::McpName,
        Invalid::McpType,
        Invalid::McpTypeWord {
            found: "stdio",
            engine: "local",
        },
        Invalid::McpCommand,
        Invalid::McpCommandPart,
        Invalid::McpUrl,
        Invalid::CommandName,
        Invalid::CommandTemplate,
        Invalid::CommandNameRequired,
        Invalid::CommandFrontmatter {
            reason: reason.clone(),
        },
        Invalid::AgentName,
        Invalid::AgentNameMismatch,
        Invalid::AgentContentRequired,
        Invalid::AgentFrontmatter { reason },
        Invalid::AgentField {
            field: "mode".to_owned(),
            reason: "is a text, expected `all`".to_owned(),
        },
        Invalid::TooDeep {
            field: "opencode".to_owned(),
        },
        Invalid::TooManyItems {
            found: 200_000,
            limit: 5_000,
        },
        Invalid::Engine {
            pointer: "/mcp/a".to_owned(),
            found: "a number".to_owned(),
            expected: "a text".to_owned(),
        },
        Invalid::Masked {
            pointer: "/mcp/a/url".to_owned(),
        },
        Invalid::MaskedElsewhere {
            pointer: "/mcp/a/headers/A".to_owned(),
        },
        Invalid::SkillFile {
            path: "../x".to_owned(),
            reason: "that is no path below the skill's folder".to_owned(),
        },
        Invalid::SkillField {
            field: "license",
            expected: "a text",
        },
        Invalid::SkillUnknownField {
            field: "hooks".to_owned(),
        },
        Invalid::ReservedSkillName {
            name: "nul".to_owned(),
        },
        Invalid::ReservedCommandName {
            name: "nul".to_owned(),
        },
        Invalid::FileName {
            name: "notes.".to_owned(),
            fault: NameFault::Ending,
        },
    ];
    let failures = failures.into_iter().chain(of_files_and_settings());
    insta::assert_snapshot!(table(failures.map(Failure::Invalid)));
}

fn of_files_and_settings() -> Vec<Invalid> {
    vec![
        Invalid::ClientPath {
            reason: "Path traversal is not allowed".to_owned(),
        },
        Invalid::ReservedFile {
            path: "a/.env".to_owned(),
            whose: ReservedFile::Secret,
        },
        Invalid::ReservedFile {
            path: ".opencode/agents/a.md".to_owned(),
            whose: ReservedFile::Engine,
        },
        Invalid::ReservedFile {
            path: ".opencode/openwork/inbox/a.md".to_owned(),
            whose: ReservedFile::Named,
        },
        Invalid::FileTooLarge {
            limit: 5_000_000,
            size: 5_000_001,
        },
        Invalid::ModelName,
        Invalid::ModelVariant,
        Invalid::AuthorizedFolder {
            folder: "notes".to_owned(),
        },
        Invalid::TooManyFolders { limit: 100 },
    ]
}

#[test]
fn workspaces_that_cannot_be_read_or_written() {
    let stores = stores()
        .into_iter()
        .map(|error| HostError::Store(Arc::new(error)));
    let hosts = [
        HostError::ReadOnly,
        HostError::UnknownWorkspace,
        HostError::Stuck,
        HostError::Overloaded,
        HostError::Lost,
        HostError::ShuttingDown,
    ];
    insta::assert_snapshot!(table(
        hosts.into_iter().chain(stores).map(Failure::Workspace)
    ));
}

fn stores() -> Vec<StoreError> {
    let root = || "/home/anna/ws".into();
    let file = || "/home/anna/ws/opencode.json".into();
    let mut all = vec![
        StoreError::Gone { path: root() },
        StoreError::Replaced { path: root() },
        StoreError::Unauthorized { path: root() },
        StoreError::Conflict {
            path: "/home/anna/ws/.opencode/skills/audit/SKILL.md".into(),
        },
        StoreError::Busy { path: file() },
        StoreError::Audit {
            source: Arc::new(io::ErrorKind::PermissionDenied.into()),
        },
        StoreError::Io {
            action: "rename",
            path: file(),
            source: Arc::new(io::ErrorKind::PermissionDenied.into()),
        },
        StoreError::Io {
            action: "write",
            path: file(),
            source: Arc::new(io::ErrorKind::StorageFull.into()),
        },
        StoreError::Io {
            action: "write",
            path: file(),
            source: Arc::new(io::ErrorKind::FileTooLarge.into()),
        },
    ];
    all.extend(plans().into_iter().map(StoreError::Plan));
    all.extend(reads().into_iter().map(StoreError::Read));
    all
}

fn plans() -> Vec<PlanError> {
    let source = EditError::DuplicateKey {
        pointer: "/plugin".to_owned(),
        line: 3,
        column: 5,
    };
    vec![
        PlanError::DefinedElsewhere {
            path: "/home/anna/.config/opencode/opencode.json".into(),
        },
        PlanError::Invalid(Invalid::McpName),
        PlanError::Read(ReadError::File(FileError::Link {
            path: "/home/anna/ws/.opencode".into(),
        })),
        PlanError::Edit {
            path: "/home/anna/ws/opencode.jsonc".into(),
            source,
        },
        PlanError::Shape {
            key: "plugin".to_owned(),
            expected: "a list",
        },
        PlanError::TooLarge {
            path: "/home/anna/ws/opencode.jsonc".into(),
            limit: 4 << 20,
        },
        PlanError::Moved {
            base: 1,
            current: 2,
        },
        PlanError::SkillNotFound,
        PlanError::McpNotFound,
        PlanError::AgentNotFound,
        PlanError::NameTaken {
            name: "foo.md".to_owned(),
            taken_by: "Foo.md".to_owned(),
            path: "/home/anna/ws/.opencode/commands/Foo.md".into(),
        },
        PlanError::Precondition,
    ]
}

fn reads() -> Vec<ReadError> {
    let path = || "/home/anna/ws/opencode.json".into();
    let problem = SyntaxProblem {
        code: "ValueExpected",
        offset: 7,
        length: 1,
        line: 1,
        column: 8,
        message: "a value".to_owned(),
    };
    let broken = [
        JsoncError::Syntax {
            problems: vec![problem],
        },
        JsoncError::NotUtf8 { offset: 3 },
        JsoncError::NotAnObject { found: "a list" },
        JsoncError::TooDeep,
    ];
    let settings = openwork_model::plain_json::parse(b"[]").unwrap_err();
    let mut all: Vec<_> = broken
        .map(|source| ReadError::BrokenJsonc {
            path: path(),
            source,
        })
        .into();
    all.push(ReadError::BrokenSettings {
        path: path(),
        source: settings,
    });
    all.extend(
        [
            FileError::NotRegular { path: path() },
            FileError::Link { path: path() },
            FileError::TooLarge {
                path: path(),
                limit: 4 << 20,
            },
            FileError::Io {
                path: path(),
                source: Arc::new(io::ErrorKind::PermissionDenied.into()),
            },
        ]
        .map(ReadError::File),
    );
    all.extend([
        ReadError::SkillNotFound,
        ReadError::SkillFileNotFound,
        ReadError::CommandNotFound,
        ReadError::AgentNotFound,
    ]);
    all
}

#[test]
fn changes_that_the_host_did_not_allow() {
    let request = RequestId::from(Uuid::nil());
    let refusals = [
        Refusal::Denied {
            request,
            message: None,
        },
        Refusal::Denied {
            request,
            message: Some("ask me tomorrow".to_owned()),
        },
        Refusal::Expired {
            request,
            after: Duration::from_secs(30),
        },
        Refusal::ShuttingDown {
            request: Some(request),
        },
        Refusal::ShuttingDown { request: None },
        Refusal::Withdrawn { request },
        Refusal::LaterFull { pending: 32 },
        Refusal::Full { pending: 64 },
        Refusal::AskerFull { pending: 16 },
        Refusal::TooMuch { bytes: 64 << 20 },
        Refusal::AskerTooMuch { bytes: 32 << 20 },
        Refusal::TooLarge {
            bytes: 40 << 20,
            limit: 32 << 20,
        },
    ];
    insta::assert_snapshot!(table(
        refusals
            .into_iter()
            .map(|refusal| Failure::Submit(SubmitError::Refused(refusal)))
    ));
}

#[test]
fn answers_that_do_not_count() {
    insta::assert_snapshot!(table([
        Failure::ApprovalNotFound,
        Failure::Review(ReviewError::UnknownRequest),
        Failure::Review(ReviewError::UnknownFile),
        Failure::Review(ReviewError::Moved {
            path: "/home/anna/ws/opencode.json".into(),
        }),
        Failure::Review(ReviewError::Host(HostError::Stuck)),
        Failure::Reply,
        Failure::ReplyMessage,
        Failure::NotRememberable,
        Failure::AgentRequestCut,
        Failure::AgentRequestMoved,
        Failure::RuleNotFound,
        Failure::LaterNotFound,
        Failure::LaterAnswered,
    ]));
}
