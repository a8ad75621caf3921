//! Views without the secrets that a client has no need of.

use openwork_change::query::{ExportView, SkillExport, SkillView, View};
use openwork_model::agent::AgentView;
use openwork_model::config::{ConfigTextView, ConfigView};
use openwork_model::layer::{ConfigLayer, LayersView};
use openwork_model::mask::{MASK, is_secret_file, mask, mask_document, mask_text};
use openwork_model::mcp::{McpItem, McpSource};
use openwork_model::plugin::PluginsView;
use openwork_model::skill::{OmittedFile, SkillFile, SkillFileContents};
use serde_json::{Map, Value, json};

/// Why an export leaves a file out.
const SECRET: &str = "it holds secrets, by its name; an export with `?sensitive=include` has it";

/// Which secrets are left out of a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HiddenSecrets {
    /// Those of exports and of what lies outside of the workspace's own files.
    /// The others stay: the clients of the OpenWork API rely on them.
    Elsewhere,
    /// All that settings have.
    All,
}

/// A view without secrets.
pub(crate) fn masked(view: &View, which: HiddenSecrets) -> View {
    match view {
        View::Config(config) => View::Config(settings(config, which)),
        View::Mcp(items) => {
            let entries = items.iter().map(|item| entry(item, which));
            View::Mcp(entries.collect())
        }
        View::Export(export) => View::Export(ExportView {
            opencode: hidden(&export.opencode),
            openwork: hidden(&export.openwork),
            skills: export.skills.iter().map(without_secrets).collect(),
            ..export.clone()
        }),
        View::Skill(skill) => View::Skill(SkillView {
            files: skill.files.as_deref().map(without_digests),
            ..skill.clone()
        }),
        View::SkillFile(file) if is_secret_file(&file.path) => View::SkillFile(SkillFileContents {
            contents: MASK.as_bytes().into(),
            ..file.clone()
        }),
        View::Agent(agent) if which == HiddenSecrets::Elsewhere && agent.is_own => view.clone(),
        View::Agent(agent) => View::Agent(AgentView {
            text: agent.masked.clone().unwrap_or_else(|| agent.text.clone()),
            ..agent.clone()
        }),
        View::ConfigText(view) if which == HiddenSecrets::All => View::ConfigText(ConfigTextView {
            text: view.text.as_deref().map(mask_document),
            ..view.clone()
        }),
        View::Plugins(view) if which == HiddenSecrets::All => View::Plugins(plugins(view)),
        View::ConfigText(_)
        | View::DefaultModel(_)
        | View::AuthorizedFolders(_)
        | View::Plugins(_)
        | View::Skills(_)
        | View::Audit(_)
        | View::SkillFile(_)
        | View::Commands(_)
        | View::Command(_)
        | View::Agents(_) => view.clone(),
    }
}

/// Plugins without the credentials that their addresses may have.
fn plugins(view: &PluginsView) -> PluginsView {
    let masked = |text: &str| mask_text(text).into_owned();
    let mut view = view.clone();
    for item in &mut view.items {
        item.spec = masked(&item.spec);
        item.path = item.path.as_deref().map(masked);
        item.resolved = item.resolved.as_deref().map(masked);
    }
    let package = view.package.as_mut();
    let packages = package.and_then(|package| package.dependencies.as_mut());
    for (_, range) in packages.into_iter().flatten() {
        if let Value::String(text) = range {
            *text = masked(text);
        }
    }
    view
}

/// A skill without the files that hold secrets: a mask in the place of one
/// would be brought in as a file that is broken.
fn without_secrets(skill: &SkillExport) -> SkillExport {
    let (secret, files): (Vec<_>, Vec<_>) = skill
        .files
        .iter()
        .cloned()
        .partition(|file| is_secret_file(&file.path));
    let omitted = secret.into_iter().map(|file| OmittedFile {
        path: file.path,
        reason: SECRET.to_owned(),
    });
    SkillExport {
        files,
        omitted: skill.omitted.iter().cloned().chain(omitted).collect(),
        ..skill.clone()
    }
}

/// Files without the digests of those that hold secrets: a short password is
/// soon found by its digest.
fn without_digests(files: &[SkillFile]) -> Vec<SkillFile> {
    let file = |file: &SkillFile| SkillFile {
        sha256: file.sha256.filter(|_| !is_secret_file(&file.path)),
        ..file.clone()
    };
    files.iter().map(file).collect()
}

fn settings(config: &ConfigView, which: HiddenSecrets) -> ConfigView {
    let layers = config.layers.as_ref().map(|view| layers(view, which));
    let config = ConfigView {
        layers,
        ..config.clone()
    };
    match which {
        HiddenSecrets::Elsewhere => config,
        HiddenSecrets::All => ConfigView {
            opencode: hidden(&config.opencode),
            openwork: hidden(&config.openwork),
            ..config
        },
    }
}

fn layers(view: &LayersView, which: HiddenSecrets) -> LayersView {
    let is_hidden = |layer: &ConfigLayer| which == HiddenSecrets::All || layer.scope.is_global();
    let layer = |layer: &ConfigLayer| ConfigLayer {
        content: match &layer.content {
            Ok(fields) if is_hidden(layer) => Ok(hidden(fields)),
            content => content.clone(),
        },
        ..layer.clone()
    };
    LayersView {
        layers: view.layers.iter().map(layer).collect(),
        effective: hidden(&view.effective),
    }
}

fn entry(item: &McpItem, which: HiddenSecrets) -> McpItem {
    McpItem {
        config: match (item.source, which) {
            (McpSource::ConfigProject, HiddenSecrets::Elsewhere) => item.config.clone(),
            _ => hidden_entry(&item.config),
        },
        effective: item.effective.as_ref().map(hidden_entry),
        ..item.clone()
    }
}

/// The keys that lead to a value say whether it is secret, so an entry is
/// looked at in its place.
fn hidden_entry(config: &Value) -> Value {
    let place = json!({ "mcp": { "entry": config } });
    let hidden = mask(&place).pointer("/mcp/entry").cloned();
    // Masking keeps the keys. If it ever did not, nothing is better than a secret.
    hidden.unwrap_or(Value::Null)
}

fn hidden(fields: &Map<String, Value>) -> Map<String, Value> {
    match mask(&Value::Object(fields.clone())) {
        Value::Object(fields) => fields,
        // An object stays one; again, nothing is better than a secret.
        _ => Map::new(),
    }
}
