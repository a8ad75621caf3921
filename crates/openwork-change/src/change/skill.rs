//! The skill that a client wants written.

use super::skill_file::{SkillFileDraft, omitted_files, skill_files};
use super::{Fields, JsonObject};
use openwork_frontmatter::{FieldValue, FrontmatterError, HeaderField};
use openwork_model::invalid::Invalid;
use openwork_model::name::SkillName;
use openwork_model::path::RelPath;
use openwork_model::skill::is_description;

/// A skill as it will be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillDraft {
    name: SkillName,
    description: String,
    text: String,
    pub(super) files: Vec<SkillFileDraft>,
    omitted: Vec<RelPath>,
}

impl SkillDraft {
    /// A skill of a name, with the text of its file or what is to stand below
    /// its header. A description in the text's own header counts over this one.
    ///
    /// # Errors
    ///
    /// What `POST skills` refuses: a name that is not kebab-case or that some
    /// system has for a device, a description that is not 1 to 1,024
    /// characters, a header that is broken or has a field which the Agent
    /// Skills specification does not know.
    ///
    /// ```
    /// use openwork_change::change::SkillDraft;
    ///
    /// let draft = SkillDraft::new("audit", "Audits expenses", "Steps.")?;
    /// assert_eq!(draft.text(), "---\nname: audit\ndescription: Audits expenses\n---\nSteps.\n");
    /// assert!(SkillDraft::new("../evil", "Audits expenses", "Steps.").is_err());
    /// # Ok::<(), openwork_model::invalid::Invalid>(())
    /// ```
    pub fn new(name: &str, description: &str, content: &str) -> Result<Self, Invalid> {
        let name = SkillName::parse_new(name)?;
        let draft = Self::of_content(name, content, Some(description))?;
        match draft.unknown_fields().into_iter().next() {
            Some(field) => Err(Invalid::SkillUnknownField { field }),
            None => Ok(draft),
        }
    }

    /// A skill of a name with the whole text of its file, fields that the
    /// specification does not have included: those an import takes.
    ///
    /// # Errors
    ///
    /// As of [`Self::new`], but for such fields.
    pub fn of_file(name: &str, content: &str) -> Result<Self, Invalid> {
        Self::of_content(SkillName::parse_new(name)?, content, None)
    }

    /// Its name.
    pub fn name(&self) -> &SkillName {
        &self.name
    }

    /// Its description, as the text has it.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The whole text of its SKILL.md.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The files beside its SKILL.md that are written or removed. Others stay.
    pub fn files(&self) -> &[SkillFileDraft] {
        &self.files
    }

    /// What lies in its folder and stays, though an import replaces all else.
    pub fn omitted(&self) -> &[RelPath] {
        &self.omitted
    }

    /// The fields of its header that the Agent Skills specification does not
    /// have, as far as a message would repeat their names.
    pub fn unknown_fields(&self) -> Vec<String> {
        // It was parsed before it was stored here.
        let Ok(file) = openwork_frontmatter::parse(&self.text) else {
            return Vec::new();
        };
        let fields = file.fields().map(|(field, _)| field);
        let unknown = fields.filter(|field| !FIELDS.contains(field));
        unknown
            .map(|field| field.chars().take(SHOWN).collect())
            .collect()
    }

    /// Reads the body of `POST skills`. Fields of other programs are looked at
    /// when it is planned: those that the file has already may stay.
    pub fn from_fields(fields: &Fields) -> Result<Self, Invalid> {
        Self::from_object(&JsonObject::new(fields))
    }

    /// Reads one item, wherever in a request it is.
    pub(super) fn from_object(item: &JsonObject<'_>) -> Result<Self, Invalid> {
        let name = SkillName::parse_new(item.text("name")?.unwrap_or(""))?;
        let content = item.text("content")?.filter(|content| !content.is_empty());
        let content = content.ok_or(Invalid::SkillContentRequired)?;
        Ok(Self {
            files: skill_files(item)?,
            omitted: omitted_files(item)?,
            ..Self::of_content(name, content, item.text("description")?)?
        })
    }

    /// The same skill with another text of its SKILL.md.
    pub(super) fn with_text(&self, text: &str) -> Result<Self, Invalid> {
        Ok(Self {
            files: self.files.clone(),
            omitted: self.omitted.clone(),
            ..Self::of_content(self.name.clone(), text, Some(&self.description))?
        })
    }

    fn of_content(
        name: SkillName,
        content: &str,
        description: Option<&str>,
    ) -> Result<Self, Invalid> {
        let file = openwork_frontmatter::parse(content).map_err(broken)?;
        if file.text_of("name").is_some_and(|own| own != name.as_str()) {
            return Err(Invalid::SkillNameMismatch);
        }
        check_optional(&file)?;
        // What the content's own frontmatter says counts.
        // An empty description of the text does not hide the one of the request.
        let own = file.text_of("description").filter(|own| !own.is_empty());
        let description = own.or(description).unwrap_or("").to_owned();
        if !is_description(&description) {
            return Err(Invalid::Description);
        }
        let text = whole_text(&file, content, &name, &description)?;
        Ok(Self {
            name,
            description,
            text,
            files: Vec::new(),
            omitted: Vec::new(),
        })
    }
}

/// The longest note on compatibility, in characters.
const COMPATIBILITY: usize = 500;

/// All fields of the Agent Skills specification.
const FIELDS: [&str; 6] = [
    "name",
    "description",
    "license",
    "compatibility",
    "metadata",
    "allowed-tools",
];
/// The most characters of an unknown field that a message repeats.
const SHOWN: usize = 64;

/// Checks the fields that the Agent Skills specification leaves open to use.
/// The engine ignores them; other programs do not.
fn check_optional(file: &openwork_frontmatter::HeaderDocument<'_>) -> Result<(), Invalid> {
    let is_text = |field: &HeaderField| matches!(field, HeaderField::Text(_));
    let is_note = |field: &HeaderField| matches!(field, HeaderField::Text(text) if (1..=COMPATIBILITY).contains(&text.chars().count()));
    // The fields of a map or the items of a list are not read here.
    let may_be_list =
        |field: &HeaderField| matches!(field, HeaderField::Text(_) | HeaderField::Other);
    check_field(file, "license", "a text", is_text)?;
    check_field(file, "compatibility", "1-500 characters of text", is_note)?;
    // The specification has a map. People write texts, and the engine takes them.
    check_field(file, "metadata", "a text or a map of texts", may_be_list)?;
    check_field(
        file,
        "allowed-tools",
        "a text or a list of texts",
        may_be_list,
    )
}

/// Checks a field that has a value.
fn check_field(
    file: &openwork_frontmatter::HeaderDocument<'_>,
    field: &'static str,
    expected: &'static str,
    is_allowed: impl Fn(&HeaderField) -> bool,
) -> Result<(), Invalid> {
    match file.get(field) {
        None | Some(HeaderField::Null) => Ok(()),
        Some(value) if is_allowed(value) => Ok(()),
        Some(_) => Err(Invalid::SkillField { field, expected }),
    }
}

/// The content with name and description where the engine reads them.
fn whole_text(
    file: &openwork_frontmatter::HeaderDocument<'_>,
    content: &str,
    name: &SkillName,
    description: &str,
) -> Result<String, Invalid> {
    let fields = [
        ("name", FieldValue::Text(name.as_str())),
        ("description", FieldValue::Text(description)),
    ];
    let text = if file.has_header() {
        // All bytes of a header that says enough stay, and what follows it as well.
        openwork_frontmatter::with_fields(content, &fields).map_err(broken)?
    } else {
        openwork_frontmatter::render(&fields, unspaced(file.body()))
    };
    Ok(ended(text))
}

fn unspaced(body: &str) -> &str {
    body.strip_prefix('\n').unwrap_or(body)
}

fn ended(mut text: String) -> String {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

#[expect(clippy::needless_pass_by_value, reason = "errors are mapped by value")]
fn broken(error: FrontmatterError) -> Invalid {
    Invalid::SkillFrontmatter {
        reason: error.to_string(),
    }
}
