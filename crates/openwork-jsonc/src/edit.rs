//! One change at one node: the splices that make it, and the proof that they did.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::EditError;
use super::equal::same_value;
use super::lines::LineIndex;
use super::print::PrintLayout;
use super::rewrite::ContainerRewriter;
use super::splice::TextSplice;
use super::step::{self, ContainerStep, NewEntry};
use super::style::TextStyle;
use super::tree::{Node, NodeKind, NodeMember};

/// A change of the node that a path of unique keys leads to.
#[derive(Debug)]
pub(super) struct TextEdit<'e> {
    pub(super) at: &'e [&'e str],
    pub(super) action: EditAction<'e>,
}

/// What happens to the node.
#[derive(Debug)]
pub(super) enum EditAction<'e> {
    /// It becomes this value.
    Replace(&'e Value),
    /// It is an object and gets these members, present keys in place, new ones last.
    Merge(&'e Map<String, Value>),
    /// It is an object and loses these members.
    Remove(&'e HashSet<&'e str>),
    /// It is a list and gets this item at its end.
    Push(&'e Value),
    /// It is a list and loses the items at these indexes.
    RemoveItems(&'e [usize]),
}

/// A tree with its text.
type EditSource<'t> = (&'t Node, &'t str);

impl TextEdit<'_> {
    /// Returns what to replace in the text; nothing when it is already as wanted.
    pub(super) fn splices(
        &self,
        lines: &LineIndex<'_>,
        root: &Node,
        style: &TextStyle<'_>,
    ) -> Result<Vec<TextSplice>, EditError> {
        let rewriter = ContainerRewriter::new(lines, style);
        let mut node = root;
        let mut outer = PrintLayout::Lines;
        for key in self.at {
            outer = rewriter.layout(node, outer);
            // The path was followed just before, so this cannot fail but by a fault of
            // ours, and then nothing is written.
            node = node.named(lines.text(), key).ok_or(EditError::Unfaithful)?;
        }
        let mut splices = Vec::new();
        match &self.action {
            EditAction::Replace(value) => rewriter.replace(node, value, outer, &mut splices),
            action => rewriter.rewrite(
                node,
                &steps(lines.text(), node, action),
                outer,
                &mut splices,
            ),
        }
        Ok(splices)
    }

    /// Tells whether the new tree is the old one plus this change and nothing else.
    ///
    /// What the change does not name has to stand there in the same bytes.
    pub(super) fn proves(&self, old: Option<EditSource<'_>>, new: EditSource<'_>) -> bool {
        proves_at(self.at, &self.action, old, new)
    }
}

fn items(node: &Node) -> &[Node] {
    if let NodeKind::Array(items) = &node.kind {
        items
    } else {
        &[]
    }
}

fn steps<'e>(text: &str, node: &Node, action: &EditAction<'e>) -> Vec<ContainerStep<'e>> {
    let count = node.members().len().max(items(node).len());
    let keep = (0..count).map(ContainerStep::Keep);
    match action {
        EditAction::Merge(new) => step::merge(text, node.members(), new),
        EditAction::Remove(keys) => {
            let named = |index: &usize| {
                node.members()
                    .get(*index)
                    .is_some_and(|member| keys.contains(member.name(text)))
            };
            step::dropping(count, named)
        }
        EditAction::Push(value) => keep
            .chain([ContainerStep::Insert(NewEntry { key: None, value })])
            .collect(),
        EditAction::RemoveItems(picked) => {
            step::dropping(count, |index| picked.binary_search(index).is_ok())
        }
        EditAction::Replace(_) => keep.collect(),
    }
}

fn proves_at(
    path: &[&str],
    action: &EditAction<'_>,
    old: Option<EditSource<'_>>,
    new: EditSource<'_>,
) -> bool {
    let Some((key, below)) = path.split_first() else {
        return acted(action, old, new);
    };
    let Some((old_node, old_text)) = old else {
        return false;
    };
    let (before, after) = (old_node.members(), new.0.members());
    before.len() == after.len()
        && before.iter().zip(after).all(|(old, new_member)| {
            let (old_value, new_value) = ((&old.value, old_text), (&new_member.value, new.1));
            let name = old.name(old_text);
            name == new_member.name(new.1)
                && if name == *key {
                    proves_at(below, action, Some(old_value), new_value)
                } else {
                    unchanged(old_value, new_value)
                }
        })
}

fn acted(action: &EditAction<'_>, old: Option<EditSource<'_>>, new: EditSource<'_>) -> bool {
    let (node, text) = new;
    let is = |node: &Node, value: &Value| same_value(&node.value(text), value);
    match (action, old) {
        (EditAction::Replace(value), _) => is(node, value),
        (EditAction::Merge(new), old) => merged(new, old, (node, text)),
        (_, None) => false,
        (EditAction::Remove(keys), Some((old, old_text))) => {
            let left = old
                .members()
                .iter()
                .filter(|member| !keys.contains(member.name(old_text)));
            same_members(left, old_text, node.members(), text)
        }
        (EditAction::Push(value), Some((old, old_text))) => {
            let Some((last, kept)) = items(node).split_last() else {
                return false;
            };
            is(last, value) && same_items(items(old).iter(), old_text, kept, text)
        }
        (EditAction::RemoveItems(picked), Some((old, old_text))) => {
            let left = items(old).iter().enumerate();
            let left = left.filter(|(index, _)| picked.binary_search(index).is_err());
            same_items(left.map(|(_, item)| item), old_text, items(node), text)
        }
    }
}

fn merged(
    map: &Map<String, Value>,
    old: Option<EditSource<'_>>,
    (node, text): EditSource<'_>,
) -> bool {
    let (before, old_text) = old.map_or((&[][..], ""), |(old, text)| (old.members(), text));
    let after = node.members();
    let known = step::names(old_text, before);
    let added = map.iter().filter(|(key, _)| !known.contains(key.as_str()));
    // New members come after all old ones. Any other order would be another value.
    let Some((kept, appended)) = after.split_at_checked(before.len()) else {
        return false;
    };
    appended.len() == added.clone().count()
        && appended.iter().zip(added).all(|(member, (key, value))| {
            member.name(text) == key && same_value(&member.value.value(text), value)
        })
        && kept.iter().zip(before).all(|(new, old)| {
            let name = new.name(text);
            name == old.name(old_text)
                && map.get(name).map_or_else(
                    || unchanged((&old.value, old_text), (&new.value, text)),
                    |value| same_value(&new.value.value(text), value),
                )
        })
}

fn same_members<'n>(
    left: impl Iterator<Item = &'n NodeMember> + Clone,
    old_text: &str,
    members: &[NodeMember],
    text: &str,
) -> bool {
    left.clone().count() == members.len()
        && left.zip(members).all(|(old, new)| {
            old.name(old_text) == new.name(text)
                && unchanged((&old.value, old_text), (&new.value, text))
        })
}

fn same_items<'n>(
    left: impl Iterator<Item = &'n Node> + Clone,
    old_text: &str,
    items: &[Node],
    text: &str,
) -> bool {
    left.clone().count() == items.len()
        && left
            .zip(items)
            .all(|(old, new)| unchanged((old, old_text), (new, text)))
}

fn unchanged((old, old_text): EditSource<'_>, (new, text): EditSource<'_>) -> bool {
    // Bytes, not values: what the change does not name has to keep its comments,
    // spellings and blanks as well.
    old.source(old_text) == new.source(text)
}
