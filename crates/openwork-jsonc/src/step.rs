//! From the entries that a container has to those that it shall have.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::equal::same_value;
use super::tree::NodeMember;

/// What happens next in a container; the steps name its old entries in order.
#[derive(Debug)]
pub(super) enum ContainerStep<'v> {
    /// The old entry at this index stays.
    Keep(usize),
    /// The old entry at this index gets this value.
    Change(usize, &'v Value),
    /// The old entry at this index goes.
    Drop(usize),
    /// An entry is put here.
    Insert(NewEntry<'v>),
}

/// A new item, or with a key a new member.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewEntry<'v> {
    pub(super) key: Option<&'v str>,
    pub(super) value: &'v Value,
}

/// The new entries of some steps, by where they come.
#[derive(Debug, Default)]
pub(super) struct StepInserts<'v> {
    /// Those before an old entry that stays, with its index.
    pub(super) before: Vec<(usize, Vec<NewEntry<'v>>)>,
    /// Those after all old entries that stay.
    pub(super) at_end: Vec<NewEntry<'v>>,
}

impl ContainerStep<'_> {
    /// Returns the index of the old entry that stays.
    pub(super) fn kept(&self) -> Option<usize> {
        match self {
            Self::Keep(index) | Self::Change(index, _) => Some(*index),
            Self::Drop(_) | Self::Insert(_) => None,
        }
    }
}

/// Sorts out where the new entries come.
pub(super) fn inserts<'v>(steps: &[ContainerStep<'v>]) -> StepInserts<'v> {
    let mut inserts = StepInserts::default();
    for step in steps {
        match step {
            ContainerStep::Insert(entry) => inserts.at_end.push(*entry),
            ContainerStep::Keep(index) | ContainerStep::Change(index, _)
                if !inserts.at_end.is_empty() =>
            {
                inserts
                    .before
                    .push((*index, std::mem::take(&mut inserts.at_end)));
            }
            ContainerStep::Keep(_) | ContainerStep::Change(..) | ContainerStep::Drop(_) => {}
        }
    }
    inserts
}

/// Keeps all of `count` entries but those that `drop` picks.
pub(super) fn dropping<'v>(count: usize, drop: impl Fn(&usize) -> bool) -> Vec<ContainerStep<'v>> {
    (0..count)
        .map(|index| {
            if drop(&index) {
                ContainerStep::Drop(index)
            } else {
                ContainerStep::Keep(index)
            }
        })
        .collect()
}

/// Changes the members that `new` names and appends its others.
pub(super) fn merge<'v>(
    text: &str,
    old: &[NodeMember],
    new: &'v Map<String, Value>,
) -> Vec<ContainerStep<'v>> {
    let present = old.iter().enumerate().map(|(index, member)| {
        new.get(member.name(text))
            .map_or(ContainerStep::Keep(index), |value| {
                ContainerStep::Change(index, value)
            })
    });
    let known = names(text, old);
    let appended = new.iter().filter(|(key, _)| !known.contains(key.as_str()));
    let appended = appended.map(|(key, value)| insert(key, value));
    present.chain(appended).collect()
}

/// Turns the old members into the new ones; `None` when that would mean moving one.
pub(super) fn members<'v>(
    text: &str,
    old: &[NodeMember],
    new: &'v Map<String, Value>,
) -> Option<Vec<ContainerStep<'v>>> {
    let places: HashMap<&str, usize> = old
        .iter()
        .enumerate()
        .map(|(index, member)| (member.name(text), index))
        .collect();
    // A repeated key has no single place, so nothing can be kept by name.
    if places.len() < old.len() {
        return None;
    }
    let mut steps = Vec::new();
    let mut next = 0;
    for (key, value) in new {
        match places.get(key.as_str()) {
            // Another order of keys is another value, and moving a member would drag its
            // comments past others.
            Some(&index) if index < next => return None,
            Some(&index) => {
                steps.extend((next..index).map(ContainerStep::Drop));
                steps.push(ContainerStep::Change(index, value));
                next = index + 1;
            }
            None => steps.push(insert(key, value)),
        }
    }
    steps.extend((next..old.len()).map(ContainerStep::Drop));
    Some(steps)
}

/// Turns the old items into the new ones, keeping equal ones at both ends, and between them if
/// nothing but removals is asked.
pub(super) fn items<'v>(old: &[Value], new: &'v [Value]) -> Vec<ContainerStep<'v>> {
    // Equal ends are kept and only the middle is compared. A full comparison of
    // two lists costs the product of both.
    let head = old
        .iter()
        .zip(new)
        .take_while(|(old, new)| same_value(old, new))
        .count();
    let (old_rest, new_rest) = (rest(old, head), rest(new, head));
    let tail = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(|(old, new)| same_value(old, new))
        .count();
    let (olds, news) = (but_last(old_rest, tail), but_last(new_rest, tail));
    let mut steps: Vec<ContainerStep<'v>> = (0..head).map(ContainerStep::Keep).collect();
    steps.extend(subsequence(olds, news, head).unwrap_or_else(|| paired(olds.len(), news, head)));
    steps.extend((old.len() - tail..old.len()).map(ContainerStep::Keep));
    steps
}

/// Returns the names of members.
pub(super) fn names<'m>(text: &'m str, members: &'m [NodeMember]) -> HashSet<&'m str> {
    members.iter().map(|member| member.name(text)).collect()
}

fn rest<T>(all: &[T], from: usize) -> &[T] {
    all.get(from..).unwrap_or(&[])
}

fn but_last<T>(all: &[T], count: usize) -> &[T] {
    all.get(..all.len().saturating_sub(count)).unwrap_or(&[])
}

/// Drops what is too much when the new items are some of the old ones in their order.
fn subsequence<'v>(old: &[Value], new: &[Value], offset: usize) -> Option<Vec<ContainerStep<'v>>> {
    let mut wanted = new.iter().peekable();
    let mut steps = Vec::with_capacity(old.len());
    for (index, item) in old.iter().enumerate() {
        // Greedy is exact here: if the new items are some of the old ones in order,
        // taking the first match never misses.
        let kept = wanted.next_if(|wanted| same_value(item, wanted)).is_some();
        steps.push(if kept {
            ContainerStep::Keep(offset + index)
        } else {
            ContainerStep::Drop(offset + index)
        });
    }
    wanted.peek().is_none().then_some(steps)
}

/// Gives each old item the value of the new one in its place; what is left comes or goes.
fn paired<'v>(old: usize, new: &'v [Value], offset: usize) -> Vec<ContainerStep<'v>> {
    let changed = new.iter().take(old).enumerate();
    let mut steps: Vec<ContainerStep<'v>> = changed
        .map(|(index, value)| ContainerStep::Change(offset + index, value))
        .collect();
    steps.extend((new.len().min(old)..old).map(|index| ContainerStep::Drop(offset + index)));
    let added = new.iter().skip(old);
    steps.extend(added.map(|value| ContainerStep::Insert(NewEntry { key: None, value })));
    steps
}

fn insert<'v>(key: &'v str, value: &'v Value) -> ContainerStep<'v> {
    ContainerStep::Insert(NewEntry {
        key: Some(key),
        value,
    })
}
