//! Steps in a container → splices of its text.

use std::collections::BTreeSet;

use serde_json::Value;

use super::entries::ContainerEntries;
use super::equal::same_value;
use super::erase::{ErasedRegion, erase};
use super::lines::{self, LineIndex};
use super::print::{PrintLayout, ValuePrinter};
use super::splice::TextSplice;
use super::step::{self, ContainerStep, NewEntry};
use super::style::TextStyle;
use super::tree::{Node, NodeKind};

/// Plans splices of one text.
#[derive(Debug, Clone, Copy)]
pub(super) struct ContainerRewriter<'t> {
    text: &'t str,
    lines: &'t LineIndex<'t>,
    style: &'t TextStyle<'t>,
    printer: ValuePrinter<'t>,
}

impl<'t> ContainerRewriter<'t> {
    pub(super) fn new(lines: &'t LineIndex<'t>, style: &'t TextStyle<'t>) -> Self {
        Self {
            text: lines.text(),
            lines,
            style,
            printer: ValuePrinter::new(style),
        }
    }

    /// Gives a node inside a container of layout `outer` another value.
    pub(super) fn replace(
        self,
        node: &Node,
        value: &Value,
        outer: PrintLayout,
        out: &mut Vec<TextSplice>,
    ) {
        let old = node.value(self.text);
        // `1.0` stays `1.0` where `1` is wanted: it says the same, and is the user's
        // spelling.
        if same_value(&old, value) {
            return;
        }
        let steps = match (&node.kind, &old, value) {
            (NodeKind::Object(members), _, Value::Object(new)) => {
                step::members(self.text, members, new)
            }
            (NodeKind::Array(_), Value::Array(old), Value::Array(new)) => {
                Some(step::items(old, new))
            }
            _ => None,
        };
        // Where no old entry stays there is nothing to align with, so the whole is
        // printed anew.
        match steps.filter(|steps| leaves_some(node, steps)) {
            Some(steps) => self.rewrite(node, &steps, outer, out),
            None => out.push(self.reprint(node, &old, value, outer)),
        }
    }

    /// Makes the steps in a container that lies in one of layout `outer`.
    pub(super) fn rewrite(
        self,
        container: &Node,
        steps: &[ContainerStep<'_>],
        outer: PrintLayout,
        out: &mut Vec<TextSplice>,
    ) {
        let entries = ContainerEntries::of(container);
        let layout = self.layout(container, outer);
        let inserts = step::inserts(steps);
        for (index, new) in &inserts.before {
            self.insert_before(&entries, *index, new, layout, out);
        }
        for step in steps {
            if let ContainerStep::Change(index, value) = step
                && let Some(node) = entries.values.get(*index)
            {
                self.replace(node, value, layout, out);
            }
        }
        // New entries hang on the last one that stays; what is dropped behind it must
        // not take them along.
        let last_kept = steps.iter().filter_map(ContainerStep::kept).next_back();
        match last_kept {
            _ if inserts.at_end.is_empty() => {}
            Some(last) => self.append(&entries, last, &inserts.at_end, layout, out),
            None => out.push(self.fill(container, &entries, &inserts.at_end, layout)),
        }
        let appends = !inserts.at_end.is_empty();
        self.drop_entries(&entries, steps, last_kept, appends, out);
    }

    /// Tells how a container's entries are laid out; an empty one follows what it lies in.
    pub(super) fn layout(self, container: &Node, outer: PrintLayout) -> PrintLayout {
        let entries = ContainerEntries::of(container);
        let Some(last) = entries.ranges.len().checked_sub(1) else {
            return outer;
        };
        let gap = entries.gap(self.text, last);
        // Judged by the last entry: the first may stand on the line of the bracket
        // while all others have lines of their own.
        if gap.has_break() {
            return PrintLayout::Lines;
        }
        let tight = if last > 0 {
            gap.is_tight()
        } else {
            is_tight(container, outer)
        };
        if tight {
            PrintLayout::Tight
        } else {
            PrintLayout::Inline
        }
    }

    fn reprint(self, node: &Node, old: &Value, new: &Value, outer: PrintLayout) -> TextSplice {
        // A list or object that stood on one line stays on one line, however its
        // neighbours are laid out.
        let one_line = !self.source(node).contains(['\n', '\r']);
        let stays_inline = one_line && same_container(old, new) && !is_empty(old);
        let layout = match self.layout(node, outer) {
            PrintLayout::Lines if stays_inline => PrintLayout::Inline,
            inner if stays_inline => inner,
            _ => outer,
        };
        let indent = self.lines.indent(node.start);
        TextSplice::new(
            node.start..node.end,
            self.printer.value(new, layout, indent),
        )
    }

    fn source(self, node: &Node) -> &'t str {
        node.source(self.text)
    }

    /// Puts entries before one that stays, above its comments.
    fn insert_before(
        self,
        entries: &ContainerEntries<'_>,
        index: usize,
        new: &[NewEntry<'_>],
        layout: PrintLayout,
        out: &mut Vec<TextSplice>,
    ) {
        // Above the comments of the entry, which belong to it and not to the new one.
        let at = entries.gap(self.text, index).lead_start();
        let own_line = self.lines.own_indent(at);
        let layout = if own_line.is_some() {
            PrintLayout::Lines
        } else {
            layout
        };
        let indent = own_line.unwrap_or_else(|| self.lines.indent(at));
        let gap = own_line.map_or_else(
            || layout.gap().to_owned(),
            |indent| format!("{}{indent}", self.style.newline),
        );
        let printed = new.iter().map(|entry| {
            format!(
                "{},{gap}",
                self.printer.entry(entry.key, entry.value, layout, indent)
            )
        });
        out.push(TextSplice::insert(at, printed.collect::<String>()));
    }

    /// Puts entries after the last one that stays, below the comments on its line.
    fn append(
        self,
        entries: &ContainerEntries<'_>,
        last: usize,
        new: &[NewEntry<'_>],
        layout: PrintLayout,
        out: &mut Vec<TextSplice>,
    ) {
        let is_last = last + 1 == entries.ranges.len();
        let gap = entries.gap(self.text, last + 1);
        // Who writes a comma after the last entry wants one after the new last entry.
        let trailing = entries.trailing_comma(self.text);
        let at = gap.append_at(is_last);
        let breaks = layout == PrintLayout::Lines || gap.must_break(at);
        let layout = if breaks { PrintLayout::Lines } else { layout };
        if is_last && !trailing {
            // A comment at the end of the line comes after the comma, another before it.
            let end = entries.end(last);
            out.push(TextSplice::insert(if breaks { end } else { at }, ","));
        }
        // Behind the blanks at the end of the line, or they would end up behind the
        // new entry.
        let at = if breaks {
            self.end_of_blank_rest(at)
        } else {
            at
        };
        let indent = self.entry_indent(entries, last);
        let printed = self.separated(new, layout, &indent);
        let comma = if trailing { "," } else { "" };
        out.push(TextSplice::insert(
            at,
            [&self.lead(layout, &indent), &printed, comma].concat(),
        ));
    }

    /// Returns the end of the line if nothing but blanks is left of it.
    fn end_of_blank_rest(self, at: usize) -> usize {
        let end = self.lines.end(at);
        if lines::after_blanks(self.text, at) == end {
            end
        } else {
            at
        }
    }

    /// Puts the first entries into a container that has none.
    fn fill(
        self,
        container: &Node,
        entries: &ContainerEntries<'_>,
        new: &[NewEntry<'_>],
        layout: PrintLayout,
    ) -> TextSplice {
        let gap = entries.gap(self.text, entries.ranges.len());
        let layout = if gap.has_break() {
            PrintLayout::Lines
        } else {
            layout
        };
        let outer = self.lines.indent(container.start);
        let indent = format!("{outer}{}", self.style.unit);
        let printed = self.separated(new, layout, &indent);
        let is_object = matches!(container.kind, NodeKind::Object(_));
        let (lead, end) = match layout {
            PrintLayout::Lines => (self.lead(layout, &indent), self.lead(layout, outer)),
            PrintLayout::Inline if is_object => (" ".to_owned(), " ".to_owned()),
            PrintLayout::Inline | PrintLayout::Tight => (String::new(), String::new()),
        };
        let (start, lead, end) = match gap.comments_end() {
            Some(start) if layout != PrintLayout::Lines => (start, " ".to_owned(), " ".to_owned()),
            Some(start) => (start, lead, end),
            None => (entries.inside.start, lead, end),
        };
        TextSplice::new(start..entries.inside.end, format!("{lead}{printed}{end}"))
    }

    fn drop_entries(
        self,
        entries: &ContainerEntries<'_>,
        steps: &[ContainerStep<'_>],
        last_kept: Option<usize>,
        appends: bool,
        out: &mut Vec<TextSplice>,
    ) {
        let mut regions = self.regions(entries, steps);
        if regions.is_empty() {
            return;
        }
        if appends {
            // What is put at the end of a line needs its line break.
            for region in &mut regions {
                region.line_before = None;
            }
        } else if !entries.trailing_comma(self.text) {
            // There was no trailing comma, so there is none afterwards: the one behind
            // the entry that has become the last goes too.
            let comma = last_kept.and_then(|last| entries.gap(self.text, last + 1).comma());
            regions.extend(comma.map(|at| ErasedRegion::comma(at, true)));
            regions.sort_by_key(|region| region.range.start);
        }
        let splices = erase(self.lines, regions);
        // `{}` instead of a bracket on each of two lines with nothing between.
        if last_kept.is_none() && self.nothing_left(entries, &splices) {
            out.push(TextSplice::new(entries.inside.clone(), ""));
        } else {
            out.extend(splices);
        }
    }

    /// Returns what goes with the dropped entries, in order.
    fn regions(
        self,
        entries: &ContainerEntries<'_>,
        steps: &[ContainerStep<'_>],
    ) -> Vec<ErasedRegion> {
        let dropped = steps.iter().filter_map(|step| match step {
            ContainerStep::Drop(index) => Some(*index),
            _ => None,
        });
        let dropped: BTreeSet<usize> = dropped.collect();
        let goes = |index| dropped.contains(&index);
        dropped
            .iter()
            .flat_map(|index| entries.regions(self.text, *index, &goes))
            .collect()
    }

    fn nothing_left(self, entries: &ContainerEntries<'_>, erased: &[TextSplice]) -> bool {
        let starts = erased.iter().map(|splice| splice.range.start);
        let ends = erased.iter().map(|splice| splice.range.end);
        let from = [entries.inside.start].into_iter().chain(ends);
        let to = starts.chain([entries.inside.end]);
        from.zip(to).all(|(from, to)| {
            self.text
                .get(from..to.max(from))
                .is_some_and(|left| left.trim().is_empty())
        })
    }

    /// Returns the indentation of new lines beside an entry.
    fn entry_indent(self, entries: &ContainerEntries<'_>, index: usize) -> String {
        let start = entries
            .ranges
            .get(index)
            .map_or(entries.inside.start, |range| range.start);
        self.lines.own_indent(start).map_or_else(
            || {
                let outer = self.lines.indent(entries.inside.start.saturating_sub(1));
                format!("{outer}{}", self.style.unit)
            },
            str::to_owned,
        )
    }

    fn lead(self, layout: PrintLayout, indent: &str) -> String {
        if layout == PrintLayout::Lines {
            format!("{}{indent}", self.style.newline)
        } else {
            layout.gap().to_owned()
        }
    }

    fn separated(self, new: &[NewEntry<'_>], layout: PrintLayout, indent: &str) -> String {
        let between = format!(",{}", self.lead(layout, indent));
        let printed: Vec<String> = new
            .iter()
            .map(|entry| self.printer.entry(entry.key, entry.value, layout, indent))
            .collect();
        printed.join(&between)
    }
}

/// Judges a container of one entry by its colon, or by what it lies in.
fn is_tight(container: &Node, outer: PrintLayout) -> bool {
    match &container.kind {
        NodeKind::Object(members) => members
            .first()
            .is_some_and(|only| only.value.start == only.key.end + 1),
        _ => outer == PrintLayout::Tight,
    }
}

/// Tells whether steps leave an old entry in place to hold on to.
fn leaves_some(node: &Node, steps: &[ContainerStep<'_>]) -> bool {
    ContainerEntries::of(node).ranges.is_empty()
        || steps
            .iter()
            .any(|step| matches!(step, ContainerStep::Keep(_) | ContainerStep::Change(..)))
        || !steps
            .iter()
            .any(|step| matches!(step, ContainerStep::Insert(_)))
}

fn same_container(left: &Value, right: &Value) -> bool {
    left.is_object() && right.is_object() || left.is_array() && right.is_array()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}
