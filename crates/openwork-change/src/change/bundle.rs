//! What an export holds, to be brought in.

use serde_json::Value;

use super::{CommandDraft, Fields, Object, SkillDraft, address};
use openwork_model::invalid::Invalid;

/// The most skills and commands together that one import may bring.
pub const MOST_ITEMS: usize = 5_000;

/// Whether a section is added to what is there or takes its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Added, by key or by name.
    #[default]
    Merge,
    /// In place of all that is there.
    Replace,
}

/// One part of a bundle and how it is brought in.
#[derive(Debug, Clone, PartialEq)]
pub struct Section<T> {
    /// How.
    pub mode: Mode,
    /// What.
    pub content: T,
}

/// An import. A section that is `None` leaves its files alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Bundle {
    /// The engine's configuration.
    pub opencode: Option<Section<Fields>>,
    /// OpenWork's settings.
    pub openwork: Option<Section<Fields>>,
    /// Skills; of one name the last counts.
    pub skills: Option<Section<Vec<SkillDraft>>>,
    /// Commands; of one name the last counts.
    pub commands: Option<Section<Vec<CommandDraft>>>,
}

impl Bundle {
    /// Reads the body of `POST import`.
    pub fn from_fields(fields: &Fields) -> Result<Self, Invalid> {
        let body = Reader {
            body: Object::new(fields),
            modes: Object::new(fields).object("mode")?,
        };
        body.check_count(&["skills", "commands"])?;
        let opencode = body.fields("opencode")?;
        if let Some(section) = &opencode {
            address::check_settings(&section.content)?;
        }
        Ok(Self {
            opencode,
            openwork: body.fields("openwork")?,
            skills: body.items("skills", SkillDraft::from_object)?,
            commands: body.items("commands", command)?,
        })
    }
}

struct Reader<'a> {
    body: Object<'a>,
    modes: Option<Object<'a>>,
}

impl Reader<'_> {
    /// Refuses lists that are too long before any of their items is read.
    fn check_count(&self, keys: &[&str]) -> Result<(), Invalid> {
        let mut items = 0;
        for key in keys {
            items += self.body.list(key)?.unwrap_or_default().len();
        }
        if items > MOST_ITEMS {
            return Err(Invalid::TooManyItems {
                found: items,
                limit: MOST_ITEMS,
            });
        }
        Ok(())
    }

    fn fields(&self, key: &str) -> Result<Option<Section<Fields>>, Invalid> {
        let Some(content) = self.body.stored(key)?.cloned() else {
            return Ok(None);
        };
        Ok(Some(Section {
            mode: self.mode(key)?,
            content,
        }))
    }

    fn items<T>(
        &self,
        key: &str,
        read: impl Fn(&Object<'_>) -> Result<T, Invalid>,
    ) -> Result<Option<Section<Vec<T>>>, Invalid> {
        let items = self.body.list(key)?.unwrap_or_default();
        let item =
            |(index, value): (usize, &Value)| read(&Object::of(value, &format!("{key}[{index}]"))?);
        let content: Vec<T> = items
            .iter()
            .enumerate()
            .map(item)
            .collect::<Result<_, _>>()?;
        let mode = self.mode(key)?;
        Ok((!content.is_empty()).then_some(Section { mode, content }))
    }

    /// Only the word `replace` replaces, as in the seed API.
    fn mode(&self, key: &str) -> Result<Mode, Invalid> {
        let Some(modes) = &self.modes else {
            return Ok(Mode::Merge);
        };
        Ok(match modes.text(key)? {
            Some("replace") => Mode::Replace,
            _ => Mode::Merge,
        })
    }
}

fn command(item: &Object<'_>) -> Result<CommandDraft, Invalid> {
    match item.filled_text("content")? {
        Some(content) => CommandDraft::from_content(item, content),
        None => CommandDraft::from_object(item),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(skills: usize, commands: usize) -> Result<Bundle, Invalid> {
        // Items that would be refused if they were read.
        let items = |count| vec![json!(0); count];
        let body = json!({ "skills": items(skills), "commands": items(commands) });
        Bundle::from_fields(body.as_object().unwrap())
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
        let bundle = Bundle::from_fields(body.as_object().unwrap()).unwrap();
        assert_eq!(bundle.commands.unwrap().content.len(), 5_000);
    }
}
