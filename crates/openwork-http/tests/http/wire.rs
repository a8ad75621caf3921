//! A client reads with its types what the server sends, and loses nothing.

use openwork_api::approval::{ApprovalItem, EndedItem, RuleItem};
use openwork_api::event::EventsResponse;
use openwork_api::receipt::{DoneResponse, NotedResponse, UpdatedResponse};
use openwork_api::server::{CapabilitiesResponse, HealthResponse};
use openwork_api::view::{
    CommandsResponse, ConfigResponse, ExportResponse, McpResponse, OneCommandResponse,
    PluginsResponse, SkillBody, SkillResponse, SkillsResponse,
};
use openwork_api::workspace::WorkspacesResponse;
use openwork_api::{AuditEntry, ErrorBody, ErrorCode, ItemList};
use openwork_model::files::MemoryFiles;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::world::{Answer, Setting, World};

fn world() -> World {
    let config = r#"{
      "plugin": ["notion@1"],
      "mcp": { "b": { "type": "remote", "url": "http://b" }, "a": { "type": "local", "command": ["a"] } },
      "tools": { "a_*": false }
    }"#;
    let files = MemoryFiles::new()
        .with("opencode.jsonc", config)
        .with(".opencode/openwork.json", r#"{ "theme": "x" }"#)
        .with(
            ".opencode/skills/audit/SKILL.md",
            "---\nname: audit\ndescription: Audits\n---\n# Audit\n",
        )
        .with(".opencode/skills/Bad/SKILL.md", "no header")
        .with(
            ".opencode/commands/daily.md",
            "---\ndescription: Daily\nmodel: a/b\n---\n\nSum up\n",
        )
        .with(".opencode/commands/plain.md", "Just this\n");
    Setting {
        files,
        ..Setting::default()
    }
    .build()
}

/// Reads an answer and writes it again: the bytes have to be the same.
fn read<T: Serialize + DeserializeOwned>(answer: &Answer) -> T {
    let value: T = serde_json::from_slice(&answer.bytes).unwrap();
    let sent = std::str::from_utf8(&answer.bytes).unwrap();
    assert_eq!(serde_json::to_string(&value).unwrap(), sent);
    value
}

#[tokio::test]
async fn what_is_read_of_a_workspace() {
    let world = world();
    read::<HealthResponse<'_>>(&world.get("/health").await);
    read::<CapabilitiesResponse>(&world.get("/capabilities").await);
    read::<WorkspacesResponse<'_>>(&world.get("/workspaces").await);
    read::<ConfigResponse<'_>>(&world.get("W/config").await);
    read::<ConfigResponse<'_>>(&world.get("W/config?layers=true").await);
    read::<PluginsResponse<'_>>(&world.get("W/plugins?includeGlobal=true").await);
    let skills = world.get("W/skills?include=skipped").await;
    read::<SkillsResponse<'_>>(&skills);
    read::<SkillResponse<'_>>(&world.get("W/skills/audit").await);
    read::<ItemList<McpResponse<'_>>>(&world.get("W/mcp?includeGlobal=true").await);
    read::<CommandsResponse<'_>>(&world.get("W/commands?include=skipped").await);
    read::<OneCommandResponse<'_>>(&world.get("W/commands/daily").await);
    read::<ExportResponse<'_>>(&world.get("W/export").await);
    read::<EventsResponse<'_>>(&world.get("W/events").await);
}

#[tokio::test]
async fn what_is_answered_to_changes() {
    let world = world();
    let patch = r#"{ "openwork": { "theme": "y" } }"#;
    let patched = world.send(world.client("PATCH", "W/config"), patch).await;
    read::<NotedResponse<'_, UpdatedResponse>>(&patched);
    let plugin = r#"{ "spec": "opencode-foo" }"#;
    read::<PluginsResponse<'_>>(&world.post("W/plugins", plugin).await);
    let skill = r#"{ "name": "new", "content": "x", "description": "d" }"#;
    let written = world.post("W/skills", skill).await;
    read::<NotedResponse<'_, SkillBody<'_>>>(&written);
    let deleted = world.send(world.client("DELETE", "W/commands/plain"), "");
    read::<NotedResponse<'_, DoneResponse>>(&deleted.await);
    read::<ItemList<AuditEntry>>(&world.get("W/audit").await);
    read::<ItemList<RuleItem<'_>>>(&world.send(world.host("GET", "/approvals/rules"), "").await);
}

#[tokio::test]
async fn what_waits_and_what_has_ended() {
    let world = std::sync::Arc::new(Setting::manual().build());
    let client = std::sync::Arc::clone(&world);
    let plugin = r#"{ "spec": "opencode-foo" }"#;
    let write = tokio::spawn(async move { client.post("W/plugins", plugin).await });
    let item = loop {
        let list = world.host("GET", "/approvals?include=changes");
        let list: ItemList<ApprovalItem<'_>> = read(&world.send(list, "").await);
        match list.items.into_iter().next() {
            Some(item) => break item,
            None => tokio::task::yield_now().await,
        }
    };
    let path = format!("/approvals/{}", item.id);
    let shown: ApprovalItem<'_> = read(&world.send(world.host("GET", &path), "").await);
    assert_eq!(shown, item);
    let deny = world.send(world.host("POST", &path), r#"{ "reply": "deny" }"#);
    assert_eq!(deny.await.status, 200);
    let refused = write.await.unwrap();
    let error: ErrorBody<'_> = read(&refused);
    let code = ErrorCode::from_wire(refused.status.as_u16(), &error.code);
    assert_eq!(code, Some(ErrorCode::WriteDenied));
    let history = world.host("GET", "/approvals/history?include=changes");
    let history: ItemList<EndedItem<'_>> = read(&world.send(history, "").await);
    assert_eq!(history.items[0].outcome, "denied");
}
