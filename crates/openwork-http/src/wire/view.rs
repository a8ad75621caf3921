//! Views of a workspace on the wire.

use openwork_model::command::CommandItem;
use openwork_model::mask::mask;
use openwork_model::mcp::McpItem;
use openwork_model::plugin::PluginItem;
use openwork_model::query::{ConfigView, ExportView, View};
use openwork_model::skill::SkillItem;
use serde::Serialize;
use serde_json::{Map, Value};

use super::Items;

/// A view as JSON.
pub(crate) fn view(view: &View) -> serde_json::Result<Vec<u8>> {
    match view {
        View::Config(view) => serde_json::to_vec(&Config::from(view)),
        View::Plugins(items) => serde_json::to_vec(&Plugins::from(items.as_slice())),
        View::Skills(items) => list(items, SkillBody::from),
        View::Mcp(items) => list(items, Mcp::from),
        View::Commands(items) => list(items, Command::listed),
        View::Export(view) => serde_json::to_vec(&Export::from(view)),
    }
}

/// A view without the secrets of the configuration. Only exports have a masked
/// form: the clients of the seed API rely on the values of all others.
pub(crate) fn masked(view: &View) -> View {
    let hidden = |fields: &Map<String, Value>| match mask(&Value::Object(fields.clone())) {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    match view {
        View::Export(export) => View::Export(ExportView {
            opencode: hidden(&export.opencode),
            openwork: hidden(&export.openwork),
            ..export.clone()
        }),
        View::Config(_) | View::Plugins(_) | View::Skills(_) | View::Mcp(_) | View::Commands(_) => {
            view.clone()
        }
    }
}

fn list<'i, T, W: Serialize>(
    items: &'i [T],
    wire: impl Fn(&'i T) -> W,
) -> serde_json::Result<Vec<u8>> {
    let items: Vec<W> = items.iter().map(wire).collect();
    serde_json::to_vec(&Items { items })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Config<'v> {
    opencode: &'v Map<String, Value>,
    openwork: &'v Map<String, Value>,
    updated_at: Option<u64>,
}

impl<'v> From<&'v ConfigView> for Config<'v> {
    fn from(view: &'v ConfigView) -> Self {
        Self {
            opencode: &view.opencode,
            openwork: &view.openwork,
            updated_at: view.updated_at,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Plugins<'v> {
    items: Vec<Plugin<'v>>,
    load_order: [&'static str; 4],
}

#[derive(Serialize)]
struct Plugin<'v> {
    spec: &'v str,
    source: &'static str,
    scope: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'v str>,
}

impl<'v> From<&'v [PluginItem]> for Plugins<'v> {
    fn from(items: &'v [PluginItem]) -> Self {
        Self {
            items: items.iter().map(Plugin::from).collect(),
            load_order: [
                "config.global",
                "config.project",
                "dir.global",
                "dir.project",
            ],
        }
    }
}

impl<'v> From<&'v PluginItem> for Plugin<'v> {
    fn from(item: &'v PluginItem) -> Self {
        Self {
            spec: &item.spec,
            source: item.source.as_str(),
            scope: item.scope.as_str(),
            path: item.path.as_deref(),
        }
    }
}

/// A skill, listed or just written.
#[derive(Serialize)]
pub(crate) struct SkillBody<'v> {
    name: &'v str,
    path: String,
    description: &'v str,
    scope: &'static str,
}

impl<'v> From<&'v SkillItem> for SkillBody<'v> {
    fn from(item: &'v SkillItem) -> Self {
        Self {
            name: &item.name,
            path: item.path.to_string_lossy().into_owned(),
            description: &item.description,
            scope: item.scope.as_str(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Mcp<'v> {
    name: &'v str,
    config: &'v Value,
    source: &'static str,
    #[serde(skip_serializing_if = "is_false")]
    disabled_by_tools: bool,
}

impl<'v> From<&'v McpItem> for Mcp<'v> {
    fn from(item: &'v McpItem) -> Self {
        Self {
            name: &item.name,
            config: &item.config,
            source: item.source.as_str(),
            disabled_by_tools: item.disabled_by_tools,
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[derive(Serialize)]
struct Command<'v> {
    name: &'v str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'v str>,
    template: &'v str,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<&'v str>,
    #[serde(skip_serializing_if = "Model::is_absent")]
    model: Model<'v>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subtask: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'static str>,
}

/// The model of a command without one is `null` in lists, as in the seed API,
/// and absent in exports.
#[derive(Serialize)]
#[serde(untagged)]
enum Model<'v> {
    Named(&'v str),
    Null(()),
    Absent,
}

impl Model<'_> {
    fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl<'v> Command<'v> {
    fn listed(item: &'v CommandItem) -> Self {
        let scope = Some(item.scope.as_str());
        Self {
            model: item.model.as_deref().map_or(Model::Null(()), Model::Named),
            scope,
            ..Self::exported(item)
        }
    }

    fn exported(item: &'v CommandItem) -> Self {
        Self {
            name: &item.name,
            description: item.description.as_deref(),
            template: &item.template,
            agent: item.agent.as_deref(),
            model: item.model.as_deref().map_or(Model::Absent, Model::Named),
            subtask: item.subtask,
            scope: None,
        }
    }
}

/// The part of an export that differs each time.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExportHead<'w> {
    pub(crate) workspace_id: &'w str,
    pub(crate) exported_at: u64,
}

/// The part of an export that is the same while the files are.
#[derive(Serialize)]
struct Export<'v> {
    opencode: &'v Map<String, Value>,
    openwork: &'v Map<String, Value>,
    skills: Vec<ExportedSkill<'v>>,
    commands: Vec<Command<'v>>,
}

#[derive(Serialize)]
struct ExportedSkill<'v> {
    name: &'v str,
    description: &'v str,
    content: &'v str,
}

impl<'v> From<&'v ExportView> for Export<'v> {
    fn from(view: &'v ExportView) -> Self {
        let skill = |(item, content): &'v (SkillItem, String)| ExportedSkill {
            name: &item.name,
            description: &item.description,
            content,
        };
        Self {
            opencode: &view.opencode,
            openwork: &view.openwork,
            skills: view.skills.iter().map(skill).collect(),
            commands: view.commands.iter().map(Command::exported).collect(),
        }
    }
}
