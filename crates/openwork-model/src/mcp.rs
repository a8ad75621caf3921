//! MCP entries: the servers whose tools the engine may use.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use serde_json::Value;

use crate::config::{self, ReadError};
use crate::fields::Fields;
use crate::files::{Files, Location};
use crate::layer::{ConfigFile, ConfigScope, ConfigSources};

mod patterns;
mod rules;
#[cfg(test)]
mod wildcard;

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
    /// The file that says it, unless that is the workspace's own.
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
    /// That of the workspace.
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

/// The MCP entries of a workspace in the order of its file, then, if wanted,
/// those of the other layers, the highest layer first.
///
/// An entry of the workspace that only switches one of another layer is then
/// listed with the one that it switches. The rules on tools are those of all
/// layers in either case, for these the engine goes by.
pub fn list_servers(files: &dyn Files, include_global: bool) -> Result<Vec<McpItem>, ReadError> {
    let own = config::OpencodeFile::find(files)?;
    let document = own.document(files)?;
    let own = Location::workspace(own.path);
    // All layers even where only the own entries are listed: a rule of any layer
    // may withhold an entry's tools.
    let sources = ConfigSources::read(files, ConfigScope::All)?;
    let effective = sources.effective(files);
    let rules = rules::ToolRules::of(&effective);
    if !include_global {
        let own = entries(document.value());
        return Ok(own
            .map(|(name, config)| item(name, config, &rules))
            .collect());
    }
    let definitions = McpDefinition::by_all(&sources, &own);
    let effective = effective.get(KEY);
    let of_all = definitions
        .names(document.value())
        .into_iter()
        .filter_map(|name| {
            let item = item(name, definitions.main(name)?.config, &rules);
            Some(definitions.complete(item, effective.and_then(|entries| entries.get(name))))
        });
    Ok(of_all.collect())
}

/// Whether an entry only switches one of another layer on or off. The engine
/// (1.18) takes every entry so that says `enabled` but not what it is.
pub fn is_switch(config: &Value) -> bool {
    // By `type`, which every full entry must have. Other fields may stand beside
    // `enabled`, and the engine ignores them.
    config.get("enabled").is_some_and(Value::is_boolean) && config.get("type").is_none()
}

fn item(name: &str, config: &Value, rules: &rules::ToolRules) -> McpItem {
    McpItem {
        name: name.to_owned(),
        config: config.clone(),
        source: McpSource::ConfigProject,
        path: None,
        effective: None,
        switch: None,
        disabled_by_tools: rules.withhold_all_of(name),
    }
}

fn entries(fields: &Fields) -> impl Iterator<Item = (&String, &Value)> {
    fields
        .get(KEY)
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

/// One entry of one layer.
#[derive(Clone, Copy)]
struct LayerDefinition<'g> {
    config: &'g Value,
    layer: &'g ConfigFile,
    /// How far up the layer is.
    rank: usize,
    is_own: bool,
}

/// What all layers say, by name, in rising order of precedence.
struct McpDefinition<'g> {
    by_name: HashMap<&'g str, Vec<LayerDefinition<'g>>>,
    layers: &'g [ConfigFile],
}

impl<'g> McpDefinition<'g> {
    fn by_all(sources: &'g ConfigSources, own: &Location) -> Self {
        let mut by_name: HashMap<&str, Vec<LayerDefinition<'_>>> = HashMap::new();
        for (rank, layer) in sources.layers().iter().enumerate() {
            let is_own = layer.at == *own;
            for (name, config) in layer.content.iter().flat_map(entries) {
                let definition = LayerDefinition {
                    config,
                    layer,
                    rank,
                    is_own,
                };
                by_name.entry(name).or_default().push(definition);
            }
        }
        Self {
            by_name,
            layers: sources.layers(),
        }
    }

    /// The names in the order of the list, each once.
    fn names<'n>(&self, own: &'n Fields) -> Vec<&'n str>
    where
        'g: 'n,
    {
        let others = self
            .layers
            .iter()
            .rev()
            .flat_map(|layer| layer.content.iter().flat_map(entries));
        let mut known = HashSet::new();
        let names = entries(own).chain(others).map(|(name, _)| name.as_str());
        names.filter(|name| known.insert(*name)).collect()
    }

    /// The entry that says what the server is: the workspace's own, else the
    /// one of the highest layer.
    fn main(&self, name: &str) -> Option<LayerDefinition<'g>> {
        let definitions = self.by_name.get(name)?;
        let says_what = |definition: &&LayerDefinition<'_>| !is_switch(definition.config);
        let own = |definition: &&LayerDefinition<'_>| definition.is_own;
        let found = definitions.iter().filter(says_what).find(own);
        // A switch says nothing of the server, so the list shows the entry that it
        // switches, and falls back to the switch itself.
        let found = found.or_else(|| definitions.iter().rev().find(says_what));
        let found = found.or_else(|| definitions.iter().find(own));
        found.or(definitions.last()).copied()
    }

    /// Adds what other layers say of an entry.
    fn complete(&self, item: McpItem, effective: Option<&Value>) -> McpItem {
        let Some(main) = self.main(&item.name) else {
            return item;
        };
        McpItem {
            source: if main.is_own {
                McpSource::ConfigProject
            } else {
                McpSource::ConfigGlobal
            },
            path: (!main.is_own).then(|| main.layer.path.clone()),
            effective: effective
                .filter(|effective| **effective != item.config)
                .cloned(),
            switch: self.switch(&item.name, &main),
            ..item
        }
    }

    /// The switch that decides: the highest one, unless the entry itself is
    /// higher and says whether it is enabled.
    fn switch(&self, name: &str, main: &LayerDefinition<'_>) -> Option<McpSwitch> {
        let decides = |definition: &&LayerDefinition<'_>| {
            let counts = definition.rank > main.rank || main.config.get("enabled").is_none();
            definition.rank != main.rank && is_switch(definition.config) && counts
        };
        let definition = self.by_name.get(name)?.iter().rev().find(decides)?;
        Some(McpSwitch {
            enabled: definition.config.get("enabled")?.as_bool()?,
            path: definition.layer.path.clone(),
        })
    }
}
