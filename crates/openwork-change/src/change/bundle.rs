//! What an export holds, to be brought in.

use serde_json::Value;

use super::{AgentDraft, CommandDraft, Fields, JsonObject, SkillDraft, address};
use openwork_model::invalid::Invalid;

/// The most skills, commands and agents together that one import may bring.
pub const MOST_ITEMS: usize = 5_000;

/// Whether a section is added to what is there or takes its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ImportMode {
    /// Added, by key or by name.
    #[default]
    Merge,
    /// In place of all that is there.
    Replace,
}

/// One part of a bundle and how it is brought in.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportSection<T> {
    /// How.
    pub mode: ImportMode,
    /// What.
    pub content: T,
}

/// An import. A section that is `None` leaves its files alone.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportBundle {
    pub(super) opencode: Option<ImportSection<Fields>>,
    pub(super) openwork: Option<ImportSection<Fields>>,
    pub(super) skills: Option<ImportSection<Vec<SkillDraft>>>,
    pub(super) commands: Option<ImportSection<Vec<CommandDraft>>>,
    pub(super) agents: Option<ImportSection<Vec<AgentDraft>>>,
}

impl ImportBundle {
    /// The engine's configuration.
    pub fn opencode(&self) -> Option<&ImportSection<Fields>> {
        self.opencode.as_ref()
    }

    /// OpenWork's settings.
    pub fn openwork(&self) -> Option<&ImportSection<Fields>> {
        self.openwork.as_ref()
    }

    /// Skills; of one name the last counts.
    pub fn skills(&self) -> Option<&ImportSection<Vec<SkillDraft>>> {
        self.skills.as_ref()
    }

    /// Commands; of one name the last counts.
    pub fn commands(&self) -> Option<&ImportSection<Vec<CommandDraft>>> {
        self.commands.as_ref()
    }

    /// Agents; of one name the last counts.
    pub fn agents(&self) -> Option<&ImportSection<Vec<AgentDraft>>> {
        self.agents.as_ref()
    }

    /// Reads the body of `POST import`.
    pub fn from_fields(fields: &Fields) -> Result<Self, Invalid> {
        let body = BundleReader {
            body: JsonObject::new(fields),
            modes: JsonObject::new(fields).object("mode")?,
        };
        // Before any item is read, or a body of millions would be parsed to be
        // refused.
        body.check_count(&["skills", "commands", "agents"])?;
        let opencode = body.fields("opencode")?;
        if let Some(section) = &opencode {
            address::check_settings(&section.content)?;
        }
        Ok(Self {
            opencode,
            openwork: body.fields("openwork")?,
            skills: body.items("skills", SkillDraft::from_object)?,
            commands: body.items("commands", command)?,
            agents: body.items("agents", AgentDraft::from_object)?,
        })
    }
}

struct BundleReader<'a> {
    body: JsonObject<'a>,
    modes: Option<JsonObject<'a>>,
}

impl BundleReader<'_> {
    /// Refuses lists that are too long before any of their items is read.
    fn check_count(&self, keys: &[&str]) -> Result<(), Invalid> {
        let mut items = 0;
        for key in keys {
            items += self.body.list(key)?.map_or(0, <[Value]>::len);
        }
        if items > MOST_ITEMS {
            return Err(Invalid::TooManyItems {
                found: items,
                limit: MOST_ITEMS,
            });
        }
        Ok(())
    }

    fn fields(&self, key: &str) -> Result<Option<ImportSection<Fields>>, Invalid> {
        let Some(content) = self.body.stored(key)?.cloned() else {
            return Ok(None);
        };
        Ok(Some(ImportSection {
            mode: self.mode(key)?,
            content,
        }))
    }

    fn items<T>(
        &self,
        key: &str,
        read: impl Fn(&JsonObject<'_>) -> Result<T, Invalid>,
    ) -> Result<Option<ImportSection<Vec<T>>>, Invalid> {
        let items = self.body.list(key)?.unwrap_or(&[]);
        let item = |(index, value): (usize, &Value)| {
            read(&JsonObject::of(value, &format!("{key}[{index}]"))?)
        };
        let content: Vec<T> = items
            .iter()
            .enumerate()
            .map(item)
            .collect::<Result<_, _>>()?;
        let mode = self.mode(key)?;
        // An empty list leaves the files alone, also under `replace`: nobody loses all
        // of his skills over a list that a program left empty.
        Ok((!content.is_empty()).then_some(ImportSection { mode, content }))
    }

    /// Only the word `replace` replaces, as in the OpenWork API.
    fn mode(&self, key: &str) -> Result<ImportMode, Invalid> {
        let Some(modes) = &self.modes else {
            return Ok(ImportMode::Merge);
        };
        Ok(match modes.text(key)? {
            Some("replace") => ImportMode::Replace,
            _ => ImportMode::Merge,
        })
    }
}

fn command(item: &JsonObject<'_>) -> Result<CommandDraft, Invalid> {
    match item.filled_text("content")? {
        Some(content) => CommandDraft::from_content(item, content),
        None => CommandDraft::from_object(item),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(skills: usize, commands: usize) -> Result<ImportBundle, Invalid> {
        // Items that would be refused if they were read.
        let items = |count| vec![json!(0); count];
        let body = json!({ "skills": items(skills), "commands": items(commands) });
        ImportBundle::from_fields(body.as_object().unwrap())
    }

    #[test]
    fn too_many_items_are_refused_before_they_are_read() {
        for (skills, commands) in [(5_001, 0), (0, 5_001), (2_501, 2_500), (0, 1_900_000)] {
            let found = skills + commands;
            let limit = 5_000;
            assert_eq!(
                read(skills, commands),
                Err(Invalid::TooManyItems { found, limit })
            );
        }
        assert!(matches!(read(2_500, 2_500), Err(Invalid::WrongType { .. })));
    }

    #[test]
    fn as_many_as_may_come_are_taken() {
        let items: Vec<Value> = (0..MOST_ITEMS)
            .map(|n| json!({ "name": format!("c{n}"), "template": "t" }))
            .collect();
        let body = json!({ "commands": items });
        let bundle = ImportBundle::from_fields(body.as_object().unwrap()).unwrap();
        assert_eq!(bundle.commands().unwrap().content.len(), 5_000);
    }
}
