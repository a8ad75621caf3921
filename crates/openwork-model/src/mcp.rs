//! MCP entries: the servers whose tools the engine may use.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use serde_json::Value;

use crate::config::{self, ReadError};
use crate::files::{FileRoot, Files, Location};
use crate::forms::{EntryForm, EntrySection, StandingEntry};
use crate::layer::{ConfigFile, ConfigScope, ConfigSources};

mod patterns;
mod rules;

const KEY: &str = "mcp";

/// One MCP entry as it is listed.
#[derive(Debug, Clone, PartialEq)]
pub struct McpItem {
    /// Its name.
    pub name: String,
    /// Its configuration as its file has it.
    pub config: Value,
    /// Where it is said.
    pub source: McpSource,
    /// Whether it stands in the newer form, in `mcp.servers`.
    pub is_in_servers: bool,
    /// The file that says it, unless that is the workspace's main file.
    pub path: Option<PathBuf>,
    /// Its configuration in all layers together, where that differs and was
    /// asked for.
    pub effective: Option<Value>,
    /// The entry of another layer that only switches this one on or off.
    pub switch: Option<McpSwitch>,
    /// Whether a rule withholds all of its tools.
    pub disabled_by_tools: bool,
}

/// An entry `{ "enabled": … }`, which switches an entry of another layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct McpSwitch {
    /// Whether it switches on.
    pub enabled: bool,
    /// The file that says so.
    pub path: PathBuf,
}

/// Which configuration an MCP entry is in.
// Not `non_exhaustive`: by it `openwork-http` decides what of an entry is
// masked, and must not pass over a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum McpSource {
    /// One of the workspace's own files.
    ConfigProject,
    /// That of another layer.
    ConfigGlobal,
}

impl McpSource {
    /// The word of the OpenWork API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ConfigProject => "config.project",
            Self::ConfigGlobal => "config.global",
        }
    }
}

/// The MCP entries of a workspace: those of its main file in their order, then
/// those of its other files and of the directories above it in the worktree,
/// the highest layer first; if wanted, those of the user as well.
///
/// An entry that only switches one of another layer is shown with the one that
/// it switches. The rules on tools are those of all layers in either case, for
/// these the engine goes by.
pub fn list_servers(files: &dyn Files, include_global: bool) -> Result<Vec<McpItem>, ReadError> {
    let main = config::OpencodeFile::find(files)?;
    // A broken main file is an error here. As a layer it would only be left out,
    // and the list would look empty.
    main.document(files)?;
    let main = Location::workspace(main.path);
    let sources = ConfigSources::read(files, ConfigScope::All)?;
    let effective = sources.effective(files);
    let rules = rules::ToolRules::of(&effective);
    let definitions = McpDefinition::by_all(&sources, &main, include_global);
    let effective = effective.get(KEY).filter(|_| include_global);
    let names = definitions.names.iter();
    Ok(names
        .filter_map(|name| {
            let effective = effective.and_then(|entries| entries.get(name));
            definitions.item(name, effective, &rules)
        })
        .collect())
}

/// Whether an entry only switches one of another layer on or off. The engine
/// (1.18) takes every entry so that says `enabled` but not what it is.
pub fn is_switch(config: &Value) -> bool {
    // By `type`, which every full entry must have. Other fields may stand beside
    // `enabled`, and the engine ignores them.
    config.get("enabled").is_some_and(Value::is_boolean) && config.get("type").is_none()
}

/// Whether an entry says what the server is. Others switch one of another layer
/// or add to it.
pub fn says_what(config: &Value) -> bool {
    ["type", "command", "url"]
        .iter()
        .any(|key| config.get(*key).is_some())
}

/// The entries of a layer, without those of the newer form that the engine
/// loses.
fn entries(layer: &ConfigFile) -> impl Iterator<Item = StandingEntry<'_>> {
    let loaded = layer.loaded().and_then(|loaded| loaded.get(KEY));
    let is_loaded = move |name: &str| loaded.is_some_and(|loaded| loaded.get(name).is_some());
    let settings = layer.content.as_ref().ok().into_iter();
    let entries = settings.flat_map(|settings| EntrySection::Mcp.entries(settings));
    entries.filter(move |entry| entry.form == EntryForm::Older || is_loaded(entry.name))
}

/// One entry of one layer.
#[derive(Clone, Copy)]
struct LayerDefinition<'g> {
    entry: StandingEntry<'g>,
    layer: &'g ConfigFile,
    /// How far up the layer is.
    rank: usize,
    is_main: bool,
}

impl LayerDefinition<'_> {
    fn is_own(&self) -> bool {
        self.layer.at.root == FileRoot::Workspace
    }

    fn says_what(&self) -> bool {
        says_what(self.entry.value)
    }
}

/// What the layers say, by name, in rising order of precedence.
struct McpDefinition<'g> {
    by_name: HashMap<&'g str, Vec<LayerDefinition<'g>>>,
    /// The names in the order of the list, each once.
    names: Vec<&'g str>,
}

impl<'g> McpDefinition<'g> {
    fn by_all(sources: &'g ConfigSources, main: &Location, include_global: bool) -> Self {
        let mut by_name: HashMap<&str, Vec<LayerDefinition<'_>>> = HashMap::new();
        let is_wanted = |layer: &&ConfigFile| include_global || !layer.scope.is_global();
        let layers = || sources.layers().iter().filter(is_wanted);
        for (rank, layer) in layers().enumerate() {
            for entry in entries(layer) {
                let definition = LayerDefinition {
                    entry,
                    layer,
                    rank,
                    is_main: layer.at == *main,
                };
                by_name.entry(entry.name).or_default().push(definition);
            }
        }
        let is_main = |layer: &&ConfigFile| layer.at == *main;
        let main_first = layers().filter(is_main);
        let in_order = main_first.chain(layers().rev().filter(|layer| !is_main(layer)));
        let mut known = HashSet::new();
        let names = in_order.flat_map(entries).map(|entry| entry.name);
        Self {
            names: names.filter(|name| known.insert(*name)).collect(),
            by_name,
        }
    }

    /// The entry that says what the server is: the highest of the workspace's
    /// own, else of all. A switch says nothing of the server, so it is shown
    /// only where nothing else is.
    fn shown(&self, name: &str) -> Option<LayerDefinition<'g>> {
        let definitions = || self.by_name.get(name).into_iter().flatten().rev();
        let found = definitions().find(|one| one.says_what() && one.is_own());
        let found = found.or_else(|| definitions().find(|one| one.says_what()));
        let found = found.or_else(|| definitions().find(|one| one.is_own()));
        found.or_else(|| definitions().next()).copied()
    }

    fn item(
        &self,
        name: &str,
        effective: Option<&Value>,
        rules: &rules::ToolRules,
    ) -> Option<McpItem> {
        let shown = self.shown(name)?;
        Some(McpItem {
            name: name.to_owned(),
            config: shown.entry.value.clone(),
            source: if shown.is_own() {
                McpSource::ConfigProject
            } else {
                McpSource::ConfigGlobal
            },
            is_in_servers: shown.entry.form == EntryForm::Newer,
            path: (!shown.is_main).then(|| shown.layer.path.clone()),
            effective: effective
                .filter(|effective| *effective != shown.entry.value)
                .cloned(),
            switch: self.switch(name, &shown),
            disabled_by_tools: rules.withhold_all_of(name),
        })
    }

    /// The switch that decides: the highest one, unless the entry itself is
    /// higher and says whether it is enabled.
    fn switch(&self, name: &str, shown: &LayerDefinition<'_>) -> Option<McpSwitch> {
        let says = |key: &str| shown.entry.value.get(key).is_some();
        let decides = |definition: &&LayerDefinition<'_>| {
            let is_open = !says("enabled") && !says("disabled");
            definition.rank != shown.rank
                && is_switch(definition.entry.value)
                && (definition.rank > shown.rank || is_open)
        };
        let definition = self.by_name.get(name)?.iter().rev().find(decides)?;
        Some(McpSwitch {
            enabled: definition.entry.value.get("enabled")?.as_bool()?,
            path: definition.layer.path.clone(),
        })
    }
}
