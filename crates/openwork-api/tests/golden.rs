//! Every document of the wire, as it is in `golden/`, is read into its type and
//! written again without a byte's difference.
//!
//! The documents are plain JSON files, so that clients in other languages can
//! be tested with them as well.

#![allow(
    clippy::unwrap_used,
    reason = "a document that is missing or wrong fails the test"
)]

use std::collections::BTreeSet;

use openwork_api::approval::{
    AgentReplyRequest, AmendRequest, ApprovalEvent, ApprovalItem, ApprovalsWithAgents,
    DiffPageResponse, EndedItem, HistoryPage, KeepResponse, PartsResponse, ReplyRequest,
    ReplyResponse, RuleItem,
};
use openwork_api::audit::{AuditEntryResponse, UndoneResponse};
use openwork_api::drops::{DroppedFile, ResolveRequest, ResolvedTarget, UploadResponse};
use openwork_api::env::{EnvItem, EnvKeysResponse, EnvSetResponse, SetEnvRequest};
use openwork_api::event::EventsResponse;
use openwork_api::files::{
    FileContentResponse, FileStatResponse, FileWritten, WriteContentRequest, WriteRawRequest,
};
use openwork_api::later::LaterRequest;
use openwork_api::pairing::{
    MakePairingRequest, PairPreviewResponse, PairRequest, PairingMadeResponse, PairingResponse,
};
use openwork_api::push::{PushResponse, SubscribeRequest};
use openwork_api::receipt::{
    AcceptedResponse, CommittedResponse, ConfigWritten, DoneResponse, NotedResponse,
    ReloadResponse, SkillDeleted, UpdatedResponse,
};
use openwork_api::request::{
    AddMcpRequest, AddPluginRequest, EnableMcpRequest, ImportRequest, PatchConfigRequest,
    SetAuthorizedFoldersRequest, SetDefaultModelRequest, UpsertCommandRequest, UpsertSkillRequest,
    WriteConfigRequest,
};
use openwork_api::server::{CapabilitiesResponse, HealthResponse};
use openwork_api::status::StatusResponse;
use openwork_api::token::{
    MadeTokenResponse, MakeTokenRequest, RenameTokenRequest, TokenItem, WhoAmIResponse,
};
use openwork_api::view::{
    AgentResponse, AgentsResponse, AuthorizedFoldersResponse, CommandsResponse, ConfigResponse,
    ConfigTextResponse, DefaultModelResponse, ExportResponse, ExportedAgent, McpResponse,
    McpTestResponse, OneCommandResponse, PluginsResponse, SkillFileResponse, SkillResponse,
    SkillsResponse,
};
use openwork_api::workspace::{
    ActivatedResponse, AddWorkspaceRequest, RenameWorkspaceRequest, ServedResponse,
    WorkspaceDeletedResponse, WorkspacesResponse,
};
use openwork_api::{ErrorBody, ItemList};
use openwork_change::change::read;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

fn written_again<T: Serialize + DeserializeOwned>(document: &str) -> String {
    let value: T = serde_json::from_str(document).unwrap();
    serde_json::to_string_pretty(&value).unwrap() + "\n"
}

/// Makes the list of documents and their types.
macro_rules! documents {
    ($($name:literal: $type:ty,)*) => {
        const DOCUMENTS: &[(&str, &str, fn(&str) -> String)] = &[
            $(($name, include_str!(concat!("golden/", $name, ".json")), written_again::<$type>),)*
        ];
    };
}

documents! {
    "error": ErrorBody<'_>,
    "error-short": ErrorBody<'_>,
    "health": HealthResponse<'_>,
    "capabilities": CapabilitiesResponse,
    "status": StatusResponse<'_>,
    "status-none": StatusResponse<'_>,
    "whoami": WhoAmIResponse,
    "push": PushResponse<'_>,
    "push-none": PushResponse<'_>,
    "subscribe": SubscribeRequest<'_>,
    "tokens": ItemList<TokenItem<'_>>,
    "token-made": MadeTokenResponse<'_>,
    "make-token": MakeTokenRequest<'_>,
    "rename-token": RenameTokenRequest<'_>,
    "pairing": PairingResponse<'_>,
    "pairing-none": PairingResponse<'_>,
    "make-pairing": MakePairingRequest<'_>,
    "pairing-made": PairingMadeResponse<'_>,
    "pair": PairRequest<'_>,
    "pair-preview": PairPreviewResponse<'_>,
    "inbox": ItemList<DroppedFile<'_>>,
    "uploaded": UploadResponse<'_>,
    "resolve": ResolveRequest<'_>,
    "resolved": ItemList<ResolvedTarget<'_>>,
    "file-content": FileContentResponse<'_>,
    "file-stat": FileStatResponse<'_>,
    "file-written": FileWritten<'_>,
    "write-content": WriteContentRequest<'_>,
    "write-raw": WriteRawRequest<'_>,
    "mcp-test": McpTestResponse<'_>,
    "env": ItemList<EnvItem<'_>>,
    "env-keys": EnvKeysResponse<'_>,
    "env-set": EnvSetResponse,
    "set-env": SetEnvRequest<'_>,
    "workspaces": WorkspacesResponse<'_>,
    "activated": ActivatedResponse<'_>,
    "add-workspace": AddWorkspaceRequest<'_>,
    "rename-workspace": RenameWorkspaceRequest<'_>,
    "accepted": AcceptedResponse,
    "approvals-agents": ApprovalsWithAgents<'_>,
    "agent-reply": AgentReplyRequest<'_>,
    "agent-answers": AgentReplyRequest<'_>,
    "served": ServedResponse<'_>,
    "workspace-deleted": WorkspaceDeletedResponse<'_>,
    "workspaces-none": WorkspacesResponse<'_>,
    "config": ConfigResponse<'_>,
    "config-layers": ConfigResponse<'_>,
    "config-text": ConfigTextResponse<'_>,
    "config-text-none": ConfigTextResponse<'_>,
    "default-model": DefaultModelResponse<'_>,
    "default-model-none": DefaultModelResponse<'_>,
    "authorized-folders": AuthorizedFoldersResponse<'_>,
    "config-written": ConfigWritten<'_>,
    "write-config": WriteConfigRequest<'_>,
    "set-default-model": SetDefaultModelRequest<'_>,
    "set-authorized-folders": SetAuthorizedFoldersRequest<'_>,
    "plugins": PluginsResponse<'_>,
    "skills": SkillsResponse<'_>,
    "skill": SkillResponse<'_>,
    "skill-files": SkillResponse<'_>,
    "skill-file": SkillFileResponse<'_>,
    "mcp": ItemList<McpResponse<'_>>,
    "commands": CommandsResponse<'_>,
    "command": OneCommandResponse<'_>,
    "agents": AgentsResponse<'_>,
    "agent": AgentResponse<'_>,
    "export": ExportResponse<'_>,
    "events": EventsResponse<'_>,
    "done": DoneResponse,
    "done-warned": NotedResponse<'_, DoneResponse>,
    "done-amended": NotedResponse<'_, DoneResponse>,
    "committed": CommittedResponse,
    "updated": UpdatedResponse,
    "skill-deleted": SkillDeleted<'_>,
    "reloaded": ReloadResponse,
    "approvals": ItemList<ApprovalItem<'_>>,
    "approvals-full": ItemList<ApprovalItem<'_>>,
    "history": HistoryPage<EndedItem<'_>>,
    "audit-entry": AuditEntryResponse<'_>,
    "audit-entry-refused": AuditEntryResponse<'_>,
    "undone": UndoneResponse<'_>,
    "rules": ItemList<RuleItem<'_>>,
    "diff-page": DiffPageResponse<'_>,
    "reply-allow": ReplyRequest<'_>,
    "reply-deny": ReplyRequest<'_>,
    "reply-amend": ReplyRequest<'_>,
    "amend": AmendRequest<'_>,
    "parts": PartsResponse<'_>,
    "later": LaterRequest<'_>,
    "later-ended": LaterRequest<'_>,
    "kept": KeepResponse,
    "replied": ReplyResponse<'_>,
    "replied-short": ReplyResponse<'_>,
    "approval-events": Vec<ApprovalEvent<'_>>,
    "patch-config": PatchConfigRequest<'_>,
    "add-plugin": AddPluginRequest<'_>,
    "upsert-skill": UpsertSkillRequest<'_>,
    "add-mcp": AddMcpRequest<'_>,
    "enable-mcp": EnableMcpRequest,
    "upsert-command": UpsertCommandRequest<'_>,
    "upsert-agent": ExportedAgent<'_>,
    "import": ImportRequest<'_>,
}

fn document(name: &str) -> &'static str {
    let mut documents = DOCUMENTS.iter();
    documents.find(|(known, ..)| *known == name).unwrap().1
}

#[test]
fn every_document_is_written_as_it_was_read() {
    for (name, document, written_again) in DOCUMENTS {
        assert_eq!(written_again(document), *document, "{name}");
    }
}

#[test]
fn every_kind_of_event_is_there_and_known() {
    let events: Vec<Value> = serde_json::from_str(document("approval-events")).unwrap();
    let kinds: BTreeSet<&str> = events
        .iter()
        .map(|event| event["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ApprovalEvent::KINDS.iter().copied().collect());
}

#[test]
fn what_a_later_version_adds_is_passed_over() {
    let mut item: Map<String, Value> =
        serde_json::from_str(r#"{ "id": "1", "action": "a", "summary": "s" }"#).unwrap();
    item.insert("colour".to_owned(), "red".into());
    item.insert("level".to_owned(), "extreme".into());
    let item: ApprovalItem<'_> = serde_json::from_value(item.into()).unwrap();
    assert_eq!(item.risk_level().as_str(), "high");
    let older: CapabilitiesResponse = serde_json::from_str("{}").unwrap();
    assert!(!older.events.stream);
}

/// The server has a reader of its own for bodies, which names the wrong field.
#[test]
fn a_server_reads_what_a_client_sends() {
    let fields = |name| serde_json::from_str::<Map<String, Value>>(document(name)).unwrap();
    read::patch_config(&fields("patch-config")).unwrap();
    read::write_config(&fields("write-config")).unwrap();
    read::set_default_model(&fields("set-default-model")).unwrap();
    read::set_authorized_folders(&fields("set-authorized-folders")).unwrap();
    read::write_text(&fields("write-content")).unwrap();
    read::write_bytes(&fields("write-raw")).unwrap();
    read::add_plugin(&fields("add-plugin")).unwrap();
    read::upsert_skill(&fields("upsert-skill")).unwrap();
    read::add_mcp(&fields("add-mcp")).unwrap();
    read::set_mcp_enabled("mail", &fields("enable-mcp")).unwrap();
    read::upsert_command(&fields("upsert-command")).unwrap();
    read::import(&fields("import")).unwrap();
    read::import(&fields("export")).unwrap();
}
