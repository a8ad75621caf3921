//! The layout that a file already has.

use super::lines::LineIndex;
use super::tree::{Node, NodeKind};

const BREAKS: [char; 2] = ['\n', '\r'];

/// Line ends and indentation of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextStyle<'t> {
    pub(super) newline: &'static str,
    /// What one level adds.
    pub(super) unit: &'t str,
}

impl Default for TextStyle<'_> {
    fn default() -> Self {
        Self {
            newline: "\n",
            unit: "  ",
        }
    }
}

impl<'t> TextStyle<'t> {
    /// Takes the first line end, and the first member on a line of its own, for the rule.
    pub(super) fn detect(lines: &LineIndex<'t>, root: Option<&Node>) -> Self {
        let fallback = Self::default();
        Self {
            newline: first_break(lines.text()).unwrap_or(fallback.newline),
            unit: root
                .and_then(|root| first_indent(lines, root))
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
fn first_indent<'t>(lines: &LineIndex<'t>, container: &Node) -> Option<&'t str> {
    let outer = lines.indent(container.start);
    let added = |start| {
        lines
            .own_indent(start)?
            .strip_prefix(outer)
            .filter(|unit| !unit.is_empty())
    };
    let starts_and_values: Vec<(usize, &Node)> = match &container.kind {
        NodeKind::Object(members) => members.iter().map(|m| (m.key.start, &m.value)).collect(),
        NodeKind::Array(items) => items.iter().map(|item| (item.start, item)).collect(),
        NodeKind::Scalar => return None,
    };
    starts_and_values
        .iter()
        .find_map(|(start, _)| added(*start))
        .or_else(|| {
            starts_and_values
                .iter()
                .find_map(|(_, value)| first_indent(lines, value))
        })
}
