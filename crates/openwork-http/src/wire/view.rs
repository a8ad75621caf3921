//! Views of a workspace as JSON.

use openwork_api::ItemList;
use openwork_api::view::{
    AgentResponse, AgentsResponse, AuthorizedFoldersResponse, CommandsResponse, ConfigResponse,
    ConfigTextResponse, DefaultModelResponse, ExportedWorkspace, McpResponse, OneCommandResponse,
    PluginsResponse, SkillFileResponse, SkillResponse, SkillsResponse,
};
use openwork_change::query::View;
use serde_json::to_vec;

/// A view as JSON.
pub(crate) fn view(view: &View) -> serde_json::Result<Vec<u8>> {
    match view {
        View::Config(view) => to_vec(&ConfigResponse::from(view)),
        View::ConfigText(view) => to_vec(&ConfigTextResponse::from(view)),
        View::DefaultModel(view) => to_vec(&DefaultModelResponse::from(view)),
        View::AuthorizedFolders(view) => to_vec(&AuthorizedFoldersResponse::from(view)),
        View::Plugins(view) => to_vec(&PluginsResponse::from(view)),
        View::Skills(view) => to_vec(&SkillsResponse::from(view)),
        View::Skill(skill) => to_vec(&SkillResponse::from(skill)),
        View::SkillFile(file) => to_vec(&SkillFileResponse::from(file)),
        View::Mcp(items) => {
            let items: Vec<_> = items.iter().map(McpResponse::from).collect();
            to_vec(&ItemList::from(items))
        }
        View::Commands(view) => to_vec(&CommandsResponse::from(view)),
        View::Command(item) => to_vec(&OneCommandResponse::from(item)),
        View::Agents(view) => to_vec(&AgentsResponse::from(view)),
        View::Agent(agent) => to_vec(&AgentResponse::from(agent)),
        View::Export(view) => to_vec(&ExportedWorkspace::from(view)),
        // The lines are JSON as they stand in the log, which other programs also
        // write to, and go out without being read.
        View::Audit(lines) => to_vec(&ItemList::from(lines.iter().collect::<Vec<_>>())),
    }
}
