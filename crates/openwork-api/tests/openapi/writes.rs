//! What is done to a workspace.

use openwork_api::ErrorCode::{self, *};
use openwork_api::ItemList;
use openwork_api::receipt::{
    CommittedResponse, ConfigWritten, DoneResponse, NotedResponse, ReloadResponse, SkillDeleted,
    UpdatedResponse,
};
use openwork_api::request::{
    AddMcpRequest, AddPluginRequest, EnableMcpRequest, ImportRequest, PatchConfigRequest,
    SetAuthorizedFoldersRequest, SetDefaultModelRequest, UpsertCommandRequest, UpsertSkillRequest,
    WriteConfigRequest,
};
use openwork_api::route::{McpEndpoint, WriteEndpoint};
use openwork_api::view::{
    AgentsResponse, AuthorizedFoldersResponse, CommandsResponse, DefaultModelResponse,
    ExportedAgent, McpResponse, McpTestResponse, PluginsResponse, SkillBody,
};
use serde_json::{Value, json};

use crate::errors::{AGENT, ASKED, BODY, COMMAND, EDITED, ENGINE, FILES, SETTINGS, SKILL, WRITTEN};
use crate::operation::Operation;
use crate::schemas::Schemas;

/// What a change of a workspace may fail with.
pub(crate) const WRITE: &[&[ErrorCode]] = &[ASKED, WRITTEN, FILES, SETTINGS, EDITED];

pub(crate) fn write(endpoint: WriteEndpoint, s: &mut Schemas) -> Operation {
    let made = match endpoint {
        WriteEndpoint::PatchConfig | WriteEndpoint::WriteConfig => config(endpoint, s),
        WriteEndpoint::SetDefaultModel => Operation::new("config", "setDefaultModel")
            .takes(&s.taken::<SetDefaultModelRequest<'_>>())
            .answers(&listed::<NotedResponse<'_, DefaultModelResponse<'_>>>(s)),
        WriteEndpoint::SetAuthorizedFolders => Operation::new("config", "setAuthorizedFolders")
            .takes(&s.taken::<SetAuthorizedFoldersRequest<'_>>())
            .answers(&listed::<NotedResponse<'_, AuthorizedFoldersResponse<'_>>>(
                s,
            )),
        WriteEndpoint::AddPlugin => Operation::new("plugins", "addPlugin")
            .takes(&s.taken::<AddPluginRequest<'_>>())
            .answers(&listed::<NotedResponse<'_, PluginsResponse<'_>>>(s))
            .leads_to("removePlugin", "name", "/items/0/spec")
            .fails(&[&[InvalidPluginSpec]]),
        WriteEndpoint::RemovePlugin => Operation::new("plugins", "removePlugin")
            .answers(&listed::<NotedResponse<'_, PluginsResponse<'_>>>(s))
            .fails(&[&[InvalidPluginSpec, DefinedElsewhere, RequestTimeout]]),
        WriteEndpoint::UpsertSkill => Operation::new("skills", "writeSkill")
            .takes(&s.taken::<UpsertSkillRequest<'_>>())
            .answers(&s.sent::<NotedResponse<'_, SkillBody<'_>>>())
            .leads_to("getSkill", "name", "/name")
            .leads_to("deleteSkill", "name", "/name")
            .fails(&[SKILL]),
        WriteEndpoint::DeleteSkill => Operation::new("skills", "deleteSkill")
            .answers(&s.sent::<NotedResponse<'_, SkillDeleted<'_>>>())
            .fails(&[&[
                InvalidSkillName,
                SkillNotFound,
                DefinedElsewhere,
                RequestTimeout,
            ]]),
        WriteEndpoint::AddMcp => Operation::new("mcp", "addMcp")
            .takes(&s.taken::<AddMcpRequest<'_>>())
            .answers(&listed::<NotedResponse<'_, ItemList<McpResponse<'_>>>>(s))
            .leads_to("switchMcp", "name", "/items/0/name")
            .leads_to("testMcp", "name", "/items/0/name")
            .leads_to("removeMcp", "name", "/items/0/name")
            .fails(&[&[InvalidMcpName, InvalidMcpConfig]]),
        WriteEndpoint::RemoveMcp => Operation::new("mcp", "removeMcp")
            .answers(&listed::<NotedResponse<'_, ItemList<McpResponse<'_>>>>(s))
            .fails(&[&[InvalidMcpName, DefinedElsewhere, RequestTimeout]]),
        WriteEndpoint::EnableMcp => Operation::new("mcp", "switchMcp")
            .takes(&s.taken::<EnableMcpRequest>())
            .answers(&listed::<NotedResponse<'_, ItemList<McpResponse<'_>>>>(s))
            .fails(&[&[InvalidMcpName, McpNotFound]]),
        WriteEndpoint::UpsertCommand => Operation::new("commands", "writeCommand")
            .takes(&s.taken::<UpsertCommandRequest<'_>>())
            .answers(&listed::<NotedResponse<'_, CommandsResponse<'_>>>(s))
            .leads_to("getCommand", "name", "/items/0/name")
            .leads_to("deleteCommand", "name", "/items/0/name")
            .fails(&[COMMAND]),
        WriteEndpoint::DeleteCommand => Operation::new("commands", "deleteCommand")
            .answers(&s.sent::<NotedResponse<'_, DoneResponse>>())
            .fails(&[&[
                InvalidCommandName,
                CommandNotFound,
                DefinedElsewhere,
                RequestTimeout,
            ]]),
        WriteEndpoint::UpsertAgent => Operation::new("agents", "writeAgent")
            .takes(&s.taken::<ExportedAgent<'_>>())
            .answers(&listed::<NotedResponse<'_, AgentsResponse<'_>>>(s))
            .leads_to("getAgent", "name", "/items/0/name")
            .leads_to("deleteAgent", "name", "/items/0/name")
            .fails(&[AGENT]),
        WriteEndpoint::DeleteAgent => Operation::new("agents", "deleteAgent")
            .answers(&s.sent::<NotedResponse<'_, DoneResponse>>())
            .fails(&[&[
                InvalidAgentName,
                AgentNotFound,
                DefinedElsewhere,
                RequestTimeout,
            ]]),
        WriteEndpoint::Import => Operation::new("transfer", "importWorkspace")
            .takes(&s.taken::<ImportRequest<'_>>())
            .answers(&s.sent::<NotedResponse<'_, DoneResponse>>())
            .fails(&[
                SKILL,
                COMMAND,
                AGENT,
                &[
                    InvalidPluginSpec,
                    InvalidMcpConfig,
                    InvalidMcpName,
                    TooManyItems,
                ],
            ]),
    };
    let made = made.fails(WRITE).header(
        "If-Match",
        "Writes only if the configuration has this version.",
    );
    if endpoint.takes_body() {
        made.fails(&[BODY])
    } else {
        made
    }
}

fn config(endpoint: WriteEndpoint, s: &mut Schemas) -> Operation {
    if endpoint == WriteEndpoint::WriteConfig {
        return Operation::new("config", "writeConfigText")
            .takes(&s.taken::<WriteConfigRequest<'_>>())
            .answers(&s.sent::<NotedResponse<'_, ConfigWritten<'_>>>())
            .fails(&[&[StateUnavailable]]);
    }
    let patch = json!({ "schema": s.taken::<PatchConfigRequest<'_>>() });
    Operation::new("config", "patchConfig")
        .body(&json!({
            "required": true,
            "description": "As `application/json`, top-level keys are replaced; as `application/merge-patch+json`, both sections are merge patches (RFC 7396).",
            "content": { "application/json": patch, "application/merge-patch+json": patch },
        }))
        .answers(&s.sent::<NotedResponse<'_, UpdatedResponse>>())
}

/// A list, or that the change is made and its list could not be.
fn listed<T: schemars::JsonSchema>(s: &mut Schemas) -> Value {
    let list = s.sent::<T>();
    let committed = s.sent::<NotedResponse<'_, CommittedResponse>>();
    json!({ "anyOf": [list, committed] })
}

pub(crate) fn mcp(endpoint: McpEndpoint, s: &mut Schemas) -> Operation {
    let made = match endpoint {
        McpEndpoint::SignOut => Operation::new("mcp", "signOutMcp")
            .answers(&s.sent::<DoneResponse>())
            .fails(&[ASKED, FILES, &[OpencodeRouteRefused]]),
        McpEndpoint::Test => {
            Operation::new("mcp", "testMcp").answers(&s.sent::<McpTestResponse<'_>>())
        }
    };
    let read = &[InvalidMcpName, McpNotFound, PayloadTooLarge, RequestTimeout];
    made.fails(&[ENGINE, FILES, SETTINGS, read])
}

pub(crate) fn reload(s: &mut Schemas) -> Operation {
    Operation::new("engine", "reloadEngine")
        .answers(&s.sent::<ReloadResponse>())
        .fails(&[
            ASKED,
            FILES,
            &[
                OpencodeUnconfigured,
                OpencodeReloadFailed,
                OpencodeEngineUnreachable,
                OpencodeReloadTimeout,
                RequestTimeout,
            ],
        ])
}
