//! The layout that a file already has.

use super::tree::{Kind, Node};

const BLANKS: [char; 2] = [' ', '\t'];
const BREAKS: [char; 2] = ['\n', '\r'];

/// Line ends and indentation of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style<'t> {
    pub(super) newline: &'static str,
    /// What one level adds.
    pub(super) unit: &'t str,
}

impl Default for Style<'_> {
    fn default() -> Self {
        Self {
            newline: "\n",
            unit: "  ",
        }
    }
}

impl<'t> Style<'t> {
    /// Takes the first line end, and the first member on a line of its own, for the rule.
    pub(super) fn detect(text: &'t str, root: Option<&Node>) -> Self {
        let fallback = Self::default();
        Self {
            newline: first_break(text).unwrap_or(fallback.newline),
            unit: root
                .and_then(|root| first_indent(text, root))
                .unwrap_or(fallback.unit),
        }
    }
}

fn first_break(text: &str) -> Option<&'static str> {
    let at = text.find(BREAKS)?;
    let rest = text.get(at..)?;
    let breaks = ["\r\n", "\n", "\r"];
    breaks.into_iter().find(|newline| rest.starts_with(newline))
}

/// Searches the outermost indented entry; one that does not go in deeper teaches nothing.
fn first_indent<'t>(text: &'t str, container: &Node) -> Option<&'t str> {
    let outer = line_indent(text, container.start);
    let added = |start| {
        own_line_indent(text, start)?
            .strip_prefix(outer)
            .filter(|unit| !unit.is_empty())
    };
    let starts_and_values: Vec<(usize, &Node)> = match &container.kind {
        Kind::Object(members) => members.iter().map(|m| (m.key.start, &m.value)).collect(),
        Kind::Array(items) => items.iter().map(|item| (item.start, item)).collect(),
        Kind::Scalar => return None,
    };
    starts_and_values
        .iter()
        .find_map(|(start, _)| added(*start))
        .or_else(|| {
            starts_and_values
                .iter()
                .find_map(|(_, value)| first_indent(text, value))
        })
}

/// Returns where the line of a byte starts.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text.get(..at)
        .and_then(|before| before.rfind(BREAKS))
        .map_or(0, |newline| newline + 1)
}

/// Returns where the line of a byte ends, before its line break.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text.get(at..)
        .and_then(|rest| rest.find(BREAKS))
        .map_or(text.len(), |length| at + length)
}

/// Returns where the line after that of a byte starts.
pub(super) fn next_line(text: &str, at: usize) -> usize {
    let end = line_end(text, at);
    let rest = text.get(end..).unwrap_or_default();
    end + if rest.starts_with("\r\n") {
        2
    } else {
        rest.len().min(1)
    }
}

/// Returns the blanks that the line of a byte begins with.
pub(super) fn line_indent(text: &str, at: usize) -> &str {
    let line = text.get(line_start(text, at)..at).unwrap_or_default();
    let blanks = line.len() - line.trim_start_matches(BLANKS).len();
    line.get(..blanks).unwrap_or_default()
}

/// Returns the blanks before a byte when nothing else is before it on its line.
pub(super) fn own_line_indent(text: &str, at: usize) -> Option<&str> {
    let before = text.get(line_start(text, at)..at)?;
    before
        .trim_start_matches(BLANKS)
        .is_empty()
        .then_some(before)
}

/// Returns where the blanks that end at a byte begin.
pub(super) fn before_blanks(text: &str, at: usize) -> usize {
    text.get(..at)
        .map_or(at, |before| before.trim_end_matches(BLANKS).len())
}

/// Returns where the blanks that begin at a byte end.
pub(super) fn after_blanks(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.len() - rest.trim_start_matches(BLANKS).len()
}
