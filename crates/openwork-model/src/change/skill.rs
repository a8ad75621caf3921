//! The skill that a client wants written.

use super::{Fields, Object};
use crate::frontmatter::{self, FrontmatterError, Value};
use crate::invalid::Invalid;
use crate::name::SkillName;
use crate::skill::is_description;

/// A skill as it will be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillDraft {
    /// Its name.
    pub name: SkillName,
    /// Its description, as the text has it.
    pub description: String,
    /// The whole text of its SKILL.md.
    pub text: String,
}

impl SkillDraft {
    /// Reads the body of `POST skills`.
    pub fn from_fields(fields: &Fields) -> Result<Self, Invalid> {
        Self::from_object(&Object::new(fields))
    }

    /// Reads one item, wherever in a request it is.
    pub(super) fn from_object(item: &Object<'_>) -> Result<Self, Invalid> {
        let name = SkillName::parse(item.text("name")?.unwrap_or_default())?;
        let content = item.text("content")?.filter(|content| !content.is_empty());
        let content = content.ok_or(Invalid::SkillContentRequired)?;
        Self::new(name, content, item.text("description")?)
    }

    /// Puts name and description where the engine reads them. What the
    /// content's own frontmatter says of them counts.
    fn new(name: SkillName, content: &str, description: Option<&str>) -> Result<Self, Invalid> {
        let header = frontmatter::parse(content).map_err(|error| broken(&error))?;
        if header
            .text_of("name")
            .is_some_and(|own| own != name.as_str())
        {
            return Err(Invalid::SkillNameMismatch);
        }
        let own = header.text_of("description").filter(|own| !own.is_empty());
        let description = own.or(description).unwrap_or_default().to_owned();
        if !is_description(&description) {
            return Err(Invalid::Description);
        }
        let fields = [
            ("name", Value::Text(name.as_str())),
            ("description", Value::Text(&description)),
        ];
        let text = if header.has_header() {
            let text =
                frontmatter::with_fields(content, &fields).map_err(|error| broken(&error))?;
            tighten(text)?
        } else {
            frontmatter::render(&fields, content.strip_prefix('\n').unwrap_or(content))
        };
        Ok(Self {
            name,
            description,
            text: ended(text),
        })
    }
}

/// Drops one line feed between the frontmatter and the body.
fn tighten(text: String) -> Result<String, Invalid> {
    let body = frontmatter::parse(&text)
        .map_err(|error| broken(&error))?
        .body()
        .to_owned();
    Ok(
        match (body.strip_prefix('\n'), text.strip_suffix(body.as_str())) {
            (Some(rest), Some(header)) => format!("{header}{rest}"),
            _ => text,
        },
    )
}

fn ended(mut text: String) -> String {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn broken(error: &FrontmatterError) -> Invalid {
    Invalid::SkillFrontmatter {
        reason: error.to_string(),
    }
}
