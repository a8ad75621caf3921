//! `{env:X}` and `{file:p}` in configuration files: the engine replaces them
//! in the text, before it parses it.

use std::ops::Range;
use std::path::Path;

use openwork_jsonc::{JsoncDocument, LenientText, Node, NodeKind, pointer_below};
use openwork_model::fields::Fields;
use openwork_model::files::{EntryKind, FileRoot, Files, Location, entries};
use openwork_model::layer::ConfigLayer;
use openwork_model::mask::{Reference, references};
use openwork_model::workspace::normalise;

use super::super::REFUSED;
use super::error;
use crate::finding::DoctorFinding;
use crate::line;
use crate::text::{directory, locate_anywhere, reference_ranges, text, with_numbers};

/// References that stand without quotes in a file that parses with values in
/// their place: right for the engine, and no JSON for anybody else.
pub(super) struct UnquotedReferences {
    /// The first, as it is written.
    first: String,
    /// Where they stand, as JSON pointers (RFC 6901).
    pub(super) pointers: Vec<String>,
    /// What the file says, with a number in the place of each.
    pub(super) fields: Fields,
}

impl UnquotedReferences {
    /// Those of a file; `None` if it has none, or is broken beside them.
    pub(super) fn read(layer: &ConfigLayer, files: &dyn Files) -> Option<Self> {
        let text = text(files, &layer.path)?;
        let all = reference_ranges(&text);
        // In quotes or not, so that the text can be taken apart to tell the two.
        let filled = with_numbers(&text, &all);
        let root = LenientText::parse(&filled, 0..filled.len())?.root?;
        let mut found = Vec::new();
        collect_unquoted(&root, &filled, "", &all, &mut found);
        let unquoted: Vec<Range<usize>> = found.iter().map(|(_, range)| range.clone()).collect();
        let document = JsoncDocument::parse(with_numbers(&text, &unquoted).as_bytes()).ok()?;
        Some(Self {
            first: text.get(unquoted.first()?.clone())?.to_owned(),
            pointers: found.into_iter().map(|(pointer, _)| pointer).collect(),
            fields: document.into_value(),
        })
    }

    pub(super) fn finding(&self, layer: &ConfigLayer, files: &dyn Files) -> DoctorFinding {
        let pointer = self.pointers.first().map_or("", String::as_str);
        let what = format!(
            "`{}` stands without quotes, which the engine takes and this server does not",
            self.first
        );
        DoctorFinding::warning("layers.unquoted", what)
            .at(&layer.path, line::of_setting(files, &layer.path, pointer))
            .why("clients can neither read nor change the file through this server; and where nothing is put in its place, the engine refuses every workspace that reads the file")
            .fix("write the value itself; a text may stand in quotes, as in `\"{env:NAME}\"`")
    }
}

/// The references in values without quotes.
fn collect_unquoted(
    node: &Node,
    text: &str,
    pointer: &str,
    all: &[Range<usize>],
    found: &mut Vec<(String, Range<usize>)>,
) {
    match &node.kind {
        NodeKind::Object(members) => {
            for member in members {
                let pointer = pointer_below(pointer, member.name(text));
                collect_unquoted(&member.value, text, &pointer, all, found);
            }
        }
        NodeKind::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let pointer = pointer_below(pointer, &index.to_string());
                collect_unquoted(item, text, &pointer, all, found);
            }
        }
        NodeKind::Scalar if node.source(text).starts_with('"') => {}
        NodeKind::Scalar => {
            let from = all.partition_point(|range| range.start < node.start);
            let inside = all.iter().skip(from);
            let inside = inside.take_while(|range| range.end <= node.end);
            found.extend(inside.map(|range| (pointer.to_owned(), range.clone())));
        }
    }
}

/// One finding for each file that the text of a layer refers to and that is
/// certainly not there.
pub(super) fn missing_files(layer: &ConfigLayer, files: &dyn Files) -> Vec<DoctorFinding> {
    let Some(text) = text(files, &layer.path) else {
        return Vec::new();
    };
    let mut told: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for (range, reference) in references(&text) {
        let Reference::File(name) = reference else {
            continue;
        };
        // Variables come first, and what they hold is not known here.
        let is_plain = !name.contains('{');
        let is_new = !told.contains(&name) && !is_in_line_comment(&text, range.start);
        if is_plain && is_new && is_missing(name, &layer.path, files) {
            told.push(name);
            let line = line::line(&text, range.start);
            found.push(missing_file(name).at(&layer.path, Some(line)));
        }
    }
    found
}

fn missing_file(name: &str) -> DoctorFinding {
    error(
        "file",
        format!("`{{file:{name}}}` names no file that is there"),
    )
    .why(REFUSED)
    .fix("make the file, or correct its path, which is meant from the file that names it")
}

/// The engine replaces nothing in lines that are comments; in those between
/// `/*` and `*/` it does.
fn is_in_line_comment(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    line.trim_start().starts_with("//")
}

/// Whether nothing that can be read is where a name leads. What lies outside
/// of the known directories, or is closed to this server, may be there.
fn is_missing(name: &str, layer: &Path, files: &dyn Files) -> bool {
    let path = match name.strip_prefix("~/") {
        Some(rest) => directory(files, FileRoot::Home).join(rest),
        None => layer.parent().unwrap_or(layer).join(name),
    };
    let Some(at) = locate_anywhere(files, &normalise(&path)) else {
        return false;
    };
    let (Some(parent), Some(name)) = (at.path.parent(), at.path.file_name()) else {
        return false;
    };
    let Ok(entries) = entries(files, &Location::new(at.root, parent)) else {
        return false;
    };
    match entries.iter().find(|entry| entry.name == name) {
        Some(entry) => entry.kind == EntryKind::Dir,
        // Asked once more: the file system may take names in another case.
        None => matches!(files.modified(&at), Ok(None)),
    }
}
