//! The headers of skills and commands.

use std::collections::HashMap;

use super::findings::Findings;
use super::text::WrittenText;
use super::{Effect, EffectKind, Level};
use openwork_frontmatter::HeaderField;
use openwork_model::mask::mask_text;

/// Whose header it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextKind {
    Skill,
    Command,
}

/// How a field is weighed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FieldTreatment {
    /// A part of the text, which is weighed as a whole.
    Text,
    /// It decides how a command runs, and no more.
    Manner,
    /// It decides what may be done without asking.
    Permission,
    /// It decides which provider conversations go to.
    Recipient,
}

/// The fields that are known. All others are grave.
const FIELDS: &[(TextKind, &str, FieldTreatment, &str)] = &[
    (
        TextKind::Skill,
        "name",
        FieldTreatment::Text,
        "what the skill is called",
    ),
    (
        TextKind::Skill,
        "description",
        FieldTreatment::Text,
        "what agents read first",
    ),
    (
        TextKind::Skill,
        "license",
        FieldTreatment::Text,
        "for people",
    ),
    (
        TextKind::Skill,
        "compatibility",
        FieldTreatment::Text,
        "for people",
    ),
    (
        TextKind::Skill,
        "metadata",
        FieldTreatment::Text,
        "texts for other programs; the engine ignores it",
    ),
    (
        TextKind::Skill,
        "allowed-tools",
        FieldTreatment::Permission,
        "tools without asking, in other programs",
    ),
    (
        TextKind::Command,
        "name",
        FieldTreatment::Text,
        "what the command is called",
    ),
    (
        TextKind::Command,
        "description",
        FieldTreatment::Text,
        "what people read of it",
    ),
    (
        TextKind::Command,
        "argument-hint",
        FieldTreatment::Text,
        "what people read of it",
    ),
    (
        TextKind::Command,
        "subtask",
        FieldTreatment::Manner,
        "in the conversation or beside it",
    ),
    (
        TextKind::Command,
        "agent",
        FieldTreatment::Permission,
        "each agent has permissions of its own",
    ),
    (
        TextKind::Command,
        "model",
        FieldTreatment::Recipient,
        "each model belongs to a provider",
    ),
    (
        TextKind::Command,
        "variant",
        FieldTreatment::Recipient,
        "a model under another name",
    ),
];

/// Notes what the fields of a header set off that are new or changed.
pub(super) fn weigh(
    findings: &mut Findings,
    kind: TextKind,
    subject: &str,
    written: &WrittenText<'_>,
) {
    let Some(after) = HeaderFields::read(written.after) else {
        let text =
            format!("The header of {subject} is written in a way that this server cannot read.");
        let effect = Effect::new(EffectKind::Unknown, Level::High, text);
        findings.add(
            format!("Change {}", plain(subject)),
            effect.about(written.path.as_str()),
        );
        return;
    };
    // A header that could not be read counts as none, so all of the new one is
    // weighed as if it were added.
    let before = HeaderFields::read(written.before).unwrap_or_else(HeaderFields::none);
    let (old, new) = (before.values(), after.values());
    for (name, to) in &after.fields {
        let from = old.get(name.as_str()).copied();
        // The values of lists and maps are not read, only compared as they are
        // written.
        let may_differ = to == OTHER && !after.writes_as(&before, name);
        if from != Some(to) || may_differ {
            changed(findings, kind, subject, name, from, Some(to));
        }
    }
    for (name, from) in &before.fields {
        if !new.contains_key(name.as_str()) {
            changed(findings, kind, subject, name, Some(from), None);
        }
    }
}

fn changed(
    findings: &mut Findings,
    kind: TextKind,
    subject: &str,
    name: &str,
    from: Option<&str>,
    to: Option<&str>,
) {
    let known = FIELDS
        .iter()
        .find(|(owner, field, ..)| *owner == kind && *field == name);
    let (effect_kind, level, meaning) = match known.map(|(_, _, treatment, _)| *treatment) {
        // The text as a whole is reported as instructions already.
        Some(FieldTreatment::Text) => return,
        // A command that says so runs as one that says nothing.
        Some(FieldTreatment::Manner) if from.is_none() && to == Some("false") => return,
        Some(FieldTreatment::Manner) => (
            EffectKind::Setting,
            Level::Medium,
            "which decides whether it runs beside the conversation",
        ),
        Some(FieldTreatment::Permission) => (
            EffectKind::Permission,
            Level::High,
            "which decides what may be done without asking",
        ),
        Some(FieldTreatment::Recipient) => (
            EffectKind::SendsData,
            Level::High,
            "which decides where its conversations go",
        ),
        None => (
            EffectKind::Unknown,
            Level::High,
            "and this server does not know what that does",
        ),
    };
    let (from, to) = (shown(from), shown(to));
    let text = format!("Changes `{name}` of {subject} from `{from}` to `{to}`, {meaning}.");
    let effect = Effect::new(effect_kind, level, text)
        .at(name)
        .changing(from, to);
    findings.add(format!("Change the {name} of {}", plain(subject)), effect);
}

fn shown(value: Option<&str>) -> String {
    value.map_or_else(|| "unset".to_owned(), |text| mask_text(text).into_owned())
}

fn plain(subject: &str) -> String {
    subject.replace('`', "")
}

/// What stands for a value that is no text.
const OTHER: &str = "a list, a map or a number";

/// The fields of a header in their order, and its own text.
#[derive(Debug)]
struct HeaderFields {
    fields: Vec<(String, String)>,
    /// How the values are written, where they have a place of their own.
    sources: HashMap<String, String>,
    text: String,
}

impl HeaderFields {
    /// Reads a text's header; `None` if there is one that cannot be read.
    fn read(text: &str) -> Option<Self> {
        let closed = openwork_frontmatter::close_header(text);
        let text = closed.as_deref().unwrap_or(text);
        let document = openwork_frontmatter::parse(text).ok()?;
        // The engine takes `---yaml` and the like for headers too.
        let bare = text.trim_start_matches('\u{feff}');
        if !document.has_header() && bare.starts_with("---") {
            return None;
        }
        let fields = document.fields();
        let source = |name: &str| Some((name.to_owned(), document.source_of(name)?.to_owned()));
        Some(Self {
            sources: document
                .fields()
                .filter_map(|(name, _)| source(name))
                .collect(),
            fields: fields
                .map(|(name, field)| (name.to_owned(), value(field)))
                .collect(),
            text: text
                .strip_suffix(document.body())
                .unwrap_or(text)
                .to_owned(),
        })
    }

    fn none() -> Self {
        Self {
            fields: Vec::new(),
            sources: HashMap::new(),
            text: String::new(),
        }
    }

    /// Whether a value is written as in another header, and so means the same.
    fn writes_as(&self, other: &Self, name: &str) -> bool {
        let source = self.sources.get(name);
        // An alias means what an anchor elsewhere in the header says.
        let is_whole = source.is_some_and(|source| !source.contains('*'));
        (is_whole && source == other.sources.get(name)) || self.text == other.text
    }

    fn values(&self) -> HashMap<&str, &str> {
        let fields = self.fields.iter();
        fields
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }
}

fn value(field: &HeaderField) -> String {
    match field {
        HeaderField::Text(text) => text.clone(),
        HeaderField::Bool(is) => is.to_string(),
        HeaderField::Null => "null".to_owned(),
        HeaderField::Other => OTHER.to_owned(),
    }
}
