//! What is read of a workspace.

use openwork_api::ErrorCode::*;
use openwork_api::event::{ChangeItem, EventsResponse};
use openwork_api::route::ReadEndpoint;
use openwork_api::view::{
    AgentResponse, AgentsResponse, AuthorizedFoldersResponse, CommandsResponse, ConfigResponse,
    ConfigTextResponse, DefaultModelResponse, ExportResponse, McpResponse, OneCommandResponse,
    PluginsResponse, SkillFileResponse, SkillResponse, SkillsResponse,
};
use openwork_api::{AuditEntry, ItemList};
use serde_json::{Value, json};

use crate::errors::{FILES, SETTINGS, STREAM};
use crate::operation::Operation;
use crate::schemas::Schemas;

const GLOBAL: &str = "those of the user, too.";
const SKIPPED: &str = "`skipped` adds what is not listed, and why.";
const SECRETS: &str = "`include` shows values that are masked otherwise, to whoever may see them.";

pub(crate) fn read(endpoint: ReadEndpoint, s: &mut Schemas) -> Operation {
    settings(endpoint, s).fails(&[FILES, SETTINGS])
}

fn settings(endpoint: ReadEndpoint, s: &mut Schemas) -> Operation {
    let etag = "The version of the configuration.";
    match endpoint {
        ReadEndpoint::Config => Operation::new("config", "getConfig")
            .flag(
                "layers",
                "every layer that the engine reads, too, and what comes of them.",
            )
            .text("sensitive", SECRETS)
            .header("If-None-Match", "A version that the client has.")
            .answers(&s.sent::<ConfigResponse<'_>>())
            .tells("ETag", etag)
            .responds(
                "304",
                &json!({ "description": "The client has this version." }),
            ),
        ReadEndpoint::ConfigText => Operation::new("config", "getConfigText")
            .query(
                "scope",
                &json!({ "enum": ["project", "global", ""] }),
                "Whose file, the project's by default; `global` is for owners.",
            )
            .answers(&s.sent::<ConfigTextResponse<'_>>())
            .fails(&[&[StateUnavailable, InvalidPayload]]),
        ReadEndpoint::DefaultModel => Operation::new("config", "getDefaultModel")
            .answers(&s.sent::<DefaultModelResponse<'_>>()),
        ReadEndpoint::AuthorizedFolders => Operation::new("config", "getAuthorizedFolders")
            .answers(&s.sent::<AuthorizedFoldersResponse<'_>>()),
        ReadEndpoint::Audit => Operation::new("audit", "listAudit")
            .number("limit", "How many at most, up to 200; 50 otherwise.")
            .answers(&entries(s))
            .leads_to("getAuditEntry", "entry", "/items/0/id")
            .leads_to("undoChange", "entry", "/items/0/id"),
        ReadEndpoint::Events => Operation::new("workspaces", "getEvents")
            .number("since", "The `cursor` to go on from.")
            .header(
                "Last-Event-ID",
                "The id of the last message that was read of the stream.",
            )
            .answers(&s.sent::<EventsResponse<'_>>())
            .streams(&s.sent::<ChangeItem<'_>>())
            .fails(&[STREAM]),
        ReadEndpoint::Export => Operation::new("transfer", "exportWorkspace")
            .query(
                "sensitive",
                &json!({ "enum": ["auto", "include", "exclude", ""] }),
                "What becomes of secrets: `include` shows and `exclude` masks them, with `auto` it is 409 where there are some; by default the host alone sees them.",
            )
            .answers(&s.sent::<ExportResponse<'_>>())
            .fails(&[&[InvalidExportMode, ExportRequiresDecision]]),
        other => definitions(other, s),
    }
}

fn definitions(endpoint: ReadEndpoint, s: &mut Schemas) -> Operation {
    match endpoint {
        ReadEndpoint::Plugins => Operation::new("plugins", "listPlugins")
            .flag("includeGlobal", GLOBAL)
            .answers(&s.sent::<PluginsResponse<'_>>()),
        ReadEndpoint::Skills => Operation::new("skills", "listSkills")
            .flag("includeGlobal", GLOBAL)
            .text("include", SKIPPED)
            .answers(&s.sent::<SkillsResponse<'_>>()),
        ReadEndpoint::Skill => Operation::new("skills", "getSkill")
            .flag("includeGlobal", GLOBAL)
            .flag("files", "what else lies in its folder.")
            .text("sensitive", SECRETS)
            .answers(&s.sent::<SkillResponse<'_>>())
            .fails(&[&[InvalidSkillName, SkillNotFound]]),
        ReadEndpoint::SkillFile => Operation::new("skills", "getSkillFile")
            .flag("includeGlobal", GLOBAL)
            .text("sensitive", SECRETS)
            .answers(&s.sent::<SkillFileResponse<'_>>())
            .fails(&[&[
                InvalidSkillName,
                InvalidSkillFile,
                SkillNotFound,
                SkillFileNotFound,
            ]]),
        ReadEndpoint::Mcp => Operation::new("mcp", "listMcp")
            .flag("includeGlobal", GLOBAL)
            .text("sensitive", SECRETS)
            .answers(&s.sent::<ItemList<McpResponse<'_>>>()),
        ReadEndpoint::Commands => Operation::new("commands", "listCommands")
            .text(
                "scope",
                "`global` lists those of the user, for the host alone.",
            )
            .text("include", SKIPPED)
            .answers(&s.sent::<CommandsResponse<'_>>()),
        ReadEndpoint::Command => Operation::new("commands", "getCommand")
            .answers(&s.sent::<OneCommandResponse<'_>>())
            .fails(&[&[InvalidCommandName, CommandNotFound]]),
        ReadEndpoint::Agents => Operation::new("agents", "listAgents")
            .flag("includeGlobal", GLOBAL)
            .text("include", SKIPPED)
            .answers(&s.sent::<AgentsResponse<'_>>()),
        ReadEndpoint::Agent => Operation::new("agents", "getAgent")
            .flag("includeGlobal", GLOBAL)
            .text("sensitive", SECRETS)
            .answers(&s.sent::<AgentResponse<'_>>())
            .fails(&[&[InvalidAgentName, AgentNotFound]]),
        other => panic!("{other:?} is described elsewhere"),
    }
}

/// Entries of an audit log. Other programs may write there as well.
pub(crate) fn entries(s: &mut Schemas) -> Value {
    let entry = s.sent::<AuditEntry>();
    json!({
        "type": "object",
        "required": ["items"],
        "properties": { "items": { "type": "array", "items": { "allOf": [entry, {
            "type": "object",
            "properties": {
                "undoable": { "type": "boolean", "description": "Whether what the files were is kept." },
                "changes": { "type": "array", "description": "The beginning of each diff, secrets masked." },
            },
        }] } } },
    })
}
