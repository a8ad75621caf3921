//! Views of a workspace on the wire.

use openwork_change::query::View;
use serde::Serialize;

use super::ItemList;

mod command;
mod config;
mod export;
mod masked;
mod mcp;
mod plugin;
mod skill;

pub(crate) use export::ExportHead;
pub(crate) use masked::masked;
pub(crate) use skill::SkillBody;

/// A view as JSON.
pub(crate) fn view(view: &View) -> serde_json::Result<Vec<u8>> {
    match view {
        View::Config(view) => serde_json::to_vec(&config::ConfigResponse::from(view)),
        View::Plugins(view) => serde_json::to_vec(&plugin::PluginsResponse::from(view)),
        View::Skills(view) => serde_json::to_vec(&skill::SkillsResponse::from(view)),
        View::Skill(item, content) => serde_json::to_vec(&skill::SkillResponse::new(item, content)),
        View::Mcp(items) => list(items, mcp::McpResponse::from),
        View::Commands(view) => serde_json::to_vec(&command::CommandsResponse::from(view)),
        View::Command(item) => serde_json::to_vec(&command::OneCommandResponse::from(item)),
        View::Export(view) => serde_json::to_vec(&export::ExportResponse::from(view)),
        View::Audit(items) => serde_json::to_vec(&ItemList { items }),
    }
}

fn list<'i, T, W: Serialize>(
    items: &'i [T],
    wire: impl Fn(&'i T) -> W,
) -> serde_json::Result<Vec<u8>> {
    let items: Vec<W> = items.iter().map(wire).collect();
    serde_json::to_vec(&ItemList { items })
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}
