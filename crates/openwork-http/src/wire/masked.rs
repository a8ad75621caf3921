//! Views without the secrets that a client has no need of.

use openwork_change::query::{ExportView, SkillExport, SkillView, View};
use openwork_model::agent::AgentView;
use openwork_model::config::ConfigView;
use openwork_model::layer::{ConfigLayer, LayersView};
use openwork_model::mask::{MASK, is_secret_file, mask};
use openwork_model::mcp::{McpItem, McpSource};
use openwork_model::skill::{OmittedFile, SkillFile, SkillFileContents};
use serde_json::{Map, Value, json};

/// Why an export leaves a file out.
const SECRET: &str = "it holds secrets, by its name; an export with `?sensitive=include` has it";

/// A view without the secrets of exports and of what lies outside of the
/// workspace's own file. The others stay: the clients of the OpenWork API rely on
/// them.
pub(crate) fn masked(view: &View) -> View {
    match view {
        View::Config(config) => View::Config(ConfigView {
            layers: config.layers.as_ref().map(layers),
            ..config.clone()
        }),
        View::Mcp(items) => View::Mcp(items.iter().map(entry).collect()),
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
        View::Agent(agent) => View::Agent(AgentView {
            text: agent.masked.clone().unwrap_or_else(|| agent.text.clone()),
            ..agent.clone()
        }),
        View::Plugins(_)
        | View::Skills(_)
        | View::Audit(_)
        | View::SkillFile(_)
        | View::Commands(_)
        | View::Command(_)
        | View::Agents(_) => view.clone(),
    }
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

fn layers(view: &LayersView) -> LayersView {
    let layer = |layer: &ConfigLayer| ConfigLayer {
        content: match &layer.content {
            Ok(fields) if layer.scope.is_global() => Ok(hidden(fields)),
            content => content.clone(),
        },
        ..layer.clone()
    };
    LayersView {
        layers: view.layers.iter().map(layer).collect(),
        effective: hidden(&view.effective),
    }
}

fn entry(item: &McpItem) -> McpItem {
    McpItem {
        config: match item.source {
            McpSource::ConfigProject => item.config.clone(),
            McpSource::ConfigGlobal => hidden_entry(&item.config),
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
