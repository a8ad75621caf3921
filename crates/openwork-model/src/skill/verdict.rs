//! What a SKILL.md says, or why it is left out.

use std::path::Path;

use crate::name::SkillName;
use crate::skip::{FileRule, SkipFault};
use openwork_frontmatter::{HeaderDocument, HeaderField};

/// What the frontmatter of a SKILL.md says of its skill.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SkillEntry {
    /// The skill's name.
    pub name: SkillName,
    /// Its description.
    pub description: String,
}

/// Why something that looks like a skill is not listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SkillRule {
    /// It cannot be read, or only partly.
    Unreadable,
    /// It is or leads through a link that is not followed.
    Link,
    /// It is in a place that this server does not look at.
    Outside,
    /// There is more than is looked at.
    Limit,
    /// The frontmatter is missing, broken or not closed.
    Frontmatter,
    /// There is no name, or none by the Agent Skills specification.
    Name,
    /// The name is not that of the folder.
    Folder,
    /// There is no description, or none by the Agent Skills specification.
    Description,
    /// A skill of the same name comes before.
    Shadowed,
}

impl SkillRule {
    /// The word that clients see.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Link => "link",
            Self::Outside => "outside",
            Self::Limit => "limit",
            Self::Frontmatter => "frontmatter",
            Self::Name => "name",
            Self::Folder => "folder",
            Self::Description => "description",
            Self::Shadowed => "shadowed",
        }
    }
}

/// Reads the text of a SKILL.md in a folder of that name.
pub(super) fn judge(folder: &str, text: &str) -> Result<SkillEntry, SkillFault> {
    let file = openwork_frontmatter::parse(text).map_err(|error| {
        let note = "the engine may load the skill once and then loses it on a reload";
        SkillFault::new(SkillRule::Frontmatter, format!("{error}; {note}"))
    })?;
    // Told apart from a broken header: here the engine has no skill at all, there
    // it may load one.
    if !file.has_header() {
        return Err(headless(text));
    }
    let loaded = is_loaded(&file);
    let name = name(&file, folder).map_err(|fault| fault.of_header(&file, loaded))?;
    let description = description(&file).map_err(|fault| fault.of_header(&file, loaded))?;
    Ok(SkillEntry {
        name,
        description: description.to_owned(),
    })
}

/// Whether a text may describe a skill. Characters count, not bytes.
pub fn is_description(text: &str) -> bool {
    (1..=1024).contains(&text.chars().count())
}

/// What the engine (1.18) asks of a skill.
fn is_loaded(file: &HeaderDocument<'_>) -> bool {
    let is_described = matches!(file.get("description"), None | Some(HeaderField::Text(_)));
    file.text_of("name").is_some() && is_described
}

fn name(file: &HeaderDocument<'_>, folder: &str) -> Result<SkillName, SkillFault> {
    let fault = |message: String| Err(SkillFault::new(SkillRule::Name, message));
    let Some(own) = file.text_of("name") else {
        return fault("it gives itself no name that is text, so the engine skips it".to_owned());
    };
    if own != folder {
        let message = format!("its name is `{own}`, but its folder is `{folder}`");
        return Err(SkillFault::new(SkillRule::Folder, message));
    }
    match SkillName::parse(own) {
        Ok(name) if name.as_str() == own => Ok(name),
        _ => fault("its name is not kebab-case of 1 to 64 characters".to_owned()),
    }
}

fn description<'d>(file: &'d HeaderDocument<'_>) -> Result<&'d str, SkillFault> {
    let message = match file.get("description") {
        Some(HeaderField::Text(text)) if is_description(text) => return Ok(text),
        Some(HeaderField::Text(_)) => "its description is not of 1 to 1024 characters",
        Some(_) => "its description is no text, so the engine skips it",
        None => "it has no description, so the engine does not offer it to the model",
    };
    Err(SkillFault::new(SkillRule::Description, message))
}

/// The engine takes a header without an end as well.
fn headless(text: &str) -> SkillFault {
    let Some(closed) = openwork_frontmatter::close_header(text) else {
        let message = "it has no frontmatter, so the engine skips it";
        return SkillFault::new(SkillRule::Frontmatter, message);
    };
    let fault = SkillFault::new(
        SkillRule::Frontmatter,
        "its frontmatter has no closing `---`",
    );
    match openwork_frontmatter::parse(&closed) {
        Ok(file) => fault.of_header(&file, is_loaded(&file)),
        Err(_) => fault,
    }
}

impl AsRef<str> for SkillRule {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl From<FileRule> for SkillRule {
    fn from(rule: FileRule) -> Self {
        match rule {
            FileRule::Unreadable => Self::Unreadable,
            FileRule::Link => Self::Link,
            FileRule::Limit => Self::Limit,
        }
    }
}

/// A rule that is broken.
pub(super) type SkillFault = SkipFault<SkillRule>;

impl SkillFault {
    /// A file that is larger than what is read of a skill.
    pub(super) fn too_large(limit: u64) -> Self {
        let message = format!("it is larger than {limit} bytes");
        Self::new(SkillRule::Unreadable, message)
    }

    /// A place of the configuration that is not looked at.
    pub(super) fn outside() -> Self {
        let message =
            "it lies outside of what this server may read for this workspace; the engine reads it";
        Self::new(SkillRule::Outside, message).loaded()
    }

    /// A skill whose name another has.
    pub(super) fn shadowed(name: &SkillName, first: &Path) -> Self {
        let message = format!(
            "{} has the same name and comes first here; the engine takes either",
            first.display()
        );
        Self::new(SkillRule::Shadowed, message).of(name.as_str())
    }

    /// The same of a file with this header.
    fn of_header(self, file: &HeaderDocument<'_>, loaded: bool) -> Self {
        Self {
            name: file.text_of("name").map(str::to_owned),
            loaded,
            ..self
        }
    }
}
