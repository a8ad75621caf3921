//! On which line of a file something stands.

use std::path::Path;

use openwork_jsonc::{LenientText, Node, NodeKind, pointer_of};
use openwork_model::files::Files;

use crate::text::{reference_ranges, text, with_numbers};

/// The line of a setting in a configuration file, by its JSON pointer (RFC
/// 6901); that of the last value on the way which is there.
pub(crate) fn of_setting(files: &dyn Files, path: &Path, pointer: &str) -> Option<usize> {
    find_setting(files, path, pointer).map(|found| found.line)
}

/// The line of an entry in the first of some sections of a configuration file
/// that has it.
pub(crate) fn of_entry(
    files: &dyn Files,
    path: &Path,
    sections: &[&str],
    name: &str,
) -> Option<usize> {
    let entries = sections.iter().map(|section| pointer_of([*section, name]));
    let mut found = entries.filter_map(|pointer| find_setting(files, path, &pointer));
    found.find(|found| found.is_whole).map(|found| found.line)
}

/// How far a pointer leads in a file.
struct FoundSetting {
    line: usize,
    /// Whether it leads all the way.
    is_whole: bool,
}

fn find_setting(files: &dyn Files, path: &Path, pointer: &str) -> Option<FoundSetting> {
    let mut text = text(files, path)?;
    let mut parsed = LenientText::parse(&text, 0..text.len());
    if parsed.is_none() {
        // What the engine puts in the place of references is a value only then.
        text = with_numbers(&text, &reference_ranges(&text));
        parsed = LenientText::parse(&text, 0..text.len());
    }
    let root = parsed?.root?;
    let mut start = root.start;
    let mut node = &root;
    let mut is_whole = true;
    for word in pointer.split('/').skip(1) {
        let word = word.replace("~1", "/").replace("~0", "~");
        let Some((at, below)) = below(node, &text, &word) else {
            is_whole = false;
            break;
        };
        (start, node) = (at, below);
    }
    Some(FoundSetting {
        line: line(&text, start),
        is_whole,
    })
}

/// The line of a field in the header of a Markdown file; the first line if it
/// has no such field.
pub(crate) fn of_field(files: &dyn Files, path: &Path, field: &str) -> Option<usize> {
    let text = text(files, path)?;
    let header = text.lines().enumerate().skip(1);
    let mut header = header.take_while(|(_, line)| line.trim_end() != "---");
    let found = header.find(|(_, line)| {
        let rest = line.strip_prefix(field);
        rest.is_some_and(|rest| rest.trim_start().starts_with(':'))
    });
    Some(found.map_or(1, |(index, _)| index + 1))
}

/// The line where the header of a Markdown file is broken; else the first.
pub(crate) fn of_broken_header(files: &dyn Files, path: &Path) -> Option<usize> {
    let text = text(files, path)?;
    match openwork_frontmatter::parse(&text) {
        Err(openwork_frontmatter::FrontmatterError::Broken { line, .. }) => Some(line),
        _ => Some(1),
    }
}

/// What a key leads to, and where that begins.
fn below<'n>(node: &'n Node, text: &str, word: &str) -> Option<(usize, &'n Node)> {
    match &node.kind {
        NodeKind::Object(members) => {
            let named = members.iter().rfind(|member| member.name(text) == word)?;
            Some((named.key.start, &named.value))
        }
        NodeKind::Array(items) => {
            let item = items.get(word.parse::<usize>().ok()?)?;
            Some((item.start, item))
        }
        NodeKind::Scalar => None,
    }
}

/// The line of a byte of a text.
pub(crate) fn line(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    before.matches('\n').count() + 1
}
