//! How much memory what a client asks for takes while it waits.

use serde_json::Value;

use super::{
    AgentDraft, Change, CommandDraft, ConfigPatch, Fields, ImportBundle, McpDraft, SkillDraft,
    SkillFileDraft,
};

/// What a value takes that holds nothing else.
const VALUE: usize = size_of::<Value>();
/// What a field of an object takes beside its name and its value, with what the
/// allocator takes for both.
const FIELD: usize = 96;

impl Change {
    /// About how many bytes it holds.
    pub fn weight(&self) -> usize {
        let texts = match self {
            Self::PatchConfig(patch) => of_patch(patch),
            Self::WriteConfig(text) => text.as_str().len(),
            Self::SetDefaultModel(model) => model
                .as_ref()
                .map_or(0, |model| model.provider().len() + model.model().len()),
            Self::SetAuthorizedFolders(folders) => {
                let folders = folders.iter();
                folders.map(|folder| FIELD + folder.as_str().len()).sum()
            }
            Self::AddPlugin(spec) | Self::ReplacePlugin(spec) => spec.as_str().len(),
            Self::RemovePlugin(name) | Self::RemoveMcp(name) | Self::SetMcpEnabled { name, .. } => {
                name.len()
            }
            Self::UpsertSkill(draft) => of_skill(draft),
            Self::DeleteSkill(name) => name.as_str().len(),
            Self::AddMcp(draft) => of_mcp(draft),
            Self::UpsertCommand(draft) => of_command(draft),
            Self::DeleteCommand(name) => name.as_str().len(),
            Self::UpsertAgent(draft) => of_agent(draft),
            Self::DeleteAgent(name) => name.len(),
            Self::WriteFile(file) => file.path().as_str().len() + file.contents().len(),
            Self::Import(bundle) => of_bundle(bundle),
            Self::Undo(draft) => draft.weight(),
        };
        size_of::<Self>() + texts
    }
}

/// About how many bytes a value holds.
pub fn weight(value: &Value) -> usize {
    VALUE
        + match value {
            Value::String(text) => text.len(),
            Value::Array(items) => items.iter().map(weight).sum(),
            Value::Object(fields) => of_fields(fields),
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        }
}

fn of_fields(fields: &Fields) -> usize {
    // What an object takes in memory, not its text: a megabyte of small numbers is
    // many megabytes of values.
    let field = |(name, value): (&String, &Value)| FIELD + name.len() + weight(value);
    fields.iter().map(field).sum()
}

fn of_mcp(draft: &McpDraft) -> usize {
    draft.name().as_str().len() + of_fields(draft.config())
}

fn of_patch(patch: &ConfigPatch) -> usize {
    let sections = [patch.opencode(), patch.openwork()];
    sections.into_iter().flatten().map(of_fields).sum()
}

fn of_bundle(bundle: &ImportBundle) -> usize {
    let fields = [bundle.opencode(), bundle.openwork()];
    let fields = fields.into_iter().flatten();
    let skills = bundle
        .skills()
        .into_iter()
        .flat_map(|section| &section.content);
    let commands = bundle
        .commands()
        .into_iter()
        .flat_map(|section| &section.content);
    let agents = bundle.agents().into_iter();
    let agents = agents.flat_map(|section| &section.content);
    fields
        .map(|section| of_fields(&section.content))
        .sum::<usize>()
        + skills.map(of_skill).sum::<usize>()
        + commands.map(of_command).sum::<usize>()
        + agents.map(of_agent).sum::<usize>()
        + size_of::<ImportBundle>()
}

fn of_skill(draft: &SkillDraft) -> usize {
    let texts = [draft.name().as_str(), draft.description(), draft.text()];
    let file = |file: &SkillFileDraft| {
        let contents = file.contents.as_ref().map_or(0, |contents| contents.len());
        size_of::<SkillFileDraft>() + file.path.as_str().len() + contents
    };
    let omitted = draft
        .omitted()
        .iter()
        .map(|path| FIELD + path.as_str().len());
    size_of::<SkillDraft>()
        + texts.map(str::len).iter().sum::<usize>()
        + draft.files().iter().map(file).sum::<usize>()
        + omitted.sum::<usize>()
}

fn of_agent(draft: &AgentDraft) -> usize {
    // The text, and what was read of it.
    let name = draft.name().as_str().len();
    size_of::<AgentDraft>() + name + 2 * draft.content().len() + of_fields(&draft.text().fields)
}

fn of_command(draft: &CommandDraft) -> usize {
    let optional = [
        draft.description(),
        draft.agent(),
        draft.model(),
        draft.variant(),
        draft.content(),
    ];
    let optional = optional.into_iter().flatten().map(str::len);
    size_of::<CommandDraft>()
        + draft.name().as_str().len()
        + draft.template().len()
        + optional.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::read;
    use super::*;

    #[test]
    fn many_small_values_weigh_more_than_their_text() {
        let body = json!({ "opencode": { "k": vec![0; 1_000] } });
        let change = read::patch_config(body.as_object().unwrap()).unwrap();
        assert!(change.weight() > 1_000 * VALUE);
    }

    #[test]
    fn texts_weigh_what_they_are_long() {
        let template = "x".repeat(100_000);
        let items: Vec<_> = (0..3)
            .map(|n| json!({ "name": format!("c{n}"), "template": template }))
            .collect();
        let body = json!({ "commands": items });
        let change = read::import(body.as_object().unwrap()).unwrap();
        assert!((300_000..302_000).contains(&change.weight()));
    }
}
