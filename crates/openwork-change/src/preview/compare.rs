//! Which lines of two texts differ, in a time that grows with the texts only.
//!
//! What a diff shows has to be the same each time it is made, so its cost is
//! bounded by counts and not by a clock.

use std::collections::HashMap;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff};

use super::lines::SideLines;

/// The most lines of both sides that are compared one by one. Beyond, lines
/// that each side has once are found first, and only what lies between those
/// is compared; what is left when this many were compared is shown as gone and
/// come as a whole.
const COMPARED: usize = 20_000;

/// What is the same and what is not, in the order of the lines.
pub(super) fn compare(old: &SideLines<'_>, new: &SideLines<'_>) -> Vec<DiffOp> {
    if old.len() + new.len() <= COMPARED {
        return myers(old, 0..old.len(), new, 0..new.len());
    }
    let mut comparison = LineComparison {
        old,
        new,
        left: COMPARED,
        ops: Vec::new(),
    };
    comparison.region(0..old.len(), 0..new.len(), LineComparison::middle);
    comparison.ops
}

fn myers(
    old: &SideLines<'_>,
    old_range: Range<usize>,
    new: &SideLines<'_>,
    new_range: Range<usize>,
) -> Vec<DiffOp> {
    capture_diff(Algorithm::Myers, old, old_range, new, new_range)
}

struct LineComparison<'l, 't> {
    old: &'l SideLines<'t>,
    new: &'l SideLines<'t>,
    /// How many lines may still be compared one by one.
    left: usize,
    ops: Vec<DiffOp>,
}

impl LineComparison<'_, '_> {
    /// Compares two stretches: the lines that both begin and end with are the
    /// same, and `inner` says what becomes of the rest.
    fn region(
        &mut self,
        old: Range<usize>,
        new: Range<usize>,
        inner: fn(&mut Self, Range<usize>, Range<usize>),
    ) {
        let same = |(old, new): &(usize, usize)| self.old[*old] == self.new[*new];
        let prefix = old.clone().zip(new.clone()).take_while(same).count();
        let (old_rest, new_rest) = (old.start + prefix..old.end, new.start + prefix..new.end);
        let backwards = old_rest.clone().rev().zip(new_rest.clone().rev());
        let suffix = backwards.take_while(same).count();
        let old_inner = old_rest.start..old_rest.end - suffix;
        let new_inner = new_rest.start..new_rest.end - suffix;
        self.equal(old.start, new.start, prefix);
        let ends = (old_inner.end, new_inner.end);
        if !old_inner.is_empty() || !new_inner.is_empty() {
            inner(self, old_inner, new_inner);
        }
        self.equal(ends.0, ends.1, suffix);
    }

    /// What is between the beginning and the end of the whole.
    fn middle(&mut self, old: Range<usize>, new: Range<usize>) {
        if old.len() + new.len() <= self.left {
            return self.gap(old, new);
        }
        let (mut old_from, mut new_from) = (old.start, new.start);
        for (old_anchor, new_anchor) in anchors(self.old, &old, self.new, &new) {
            self.region(old_from..old_anchor, new_from..new_anchor, Self::gap);
            self.equal(old_anchor, new_anchor, 1);
            (old_from, new_from) = (old_anchor + 1, new_anchor + 1);
        }
        self.region(old_from..old.end, new_from..new.end, Self::gap);
    }

    /// What is between lines that are known to be the same.
    fn gap(&mut self, old: Range<usize>, new: Range<usize>) {
        let lines = old.len() + new.len();
        if old.is_empty() || new.is_empty() || lines > self.left {
            self.ops.extend(replaced(old, new));
            return;
        }
        // By count and not by time: pages are made one by one, and each has to find
        // the same lines.
        self.left -= lines;
        for op in myers(self.old, old, self.new, new) {
            match op {
                DiffOp::Equal {
                    old_index,
                    new_index,
                    len,
                } => self.equal(old_index, new_index, len),
                other => self.ops.push(other),
            }
        }
    }

    fn equal(&mut self, old_index: usize, new_index: usize, more: usize) {
        match self.ops.last_mut() {
            _ if more == 0 => {}
            Some(DiffOp::Equal { len, .. }) => *len += more,
            _ => self.ops.push(DiffOp::Equal {
                old_index,
                new_index,
                len: more,
            }),
        }
    }
}

/// All old lines gone, all new ones come.
fn replaced(old: Range<usize>, new: Range<usize>) -> Option<DiffOp> {
    let (old_index, new_index) = (old.start, new.start);
    match (old.len(), new.len()) {
        (0, 0) => None,
        (0, new_len) => Some(DiffOp::Insert {
            old_index,
            new_index,
            new_len,
        }),
        (old_len, 0) => Some(DiffOp::Delete {
            old_index,
            old_len,
            new_index,
        }),
        (old_len, new_len) => Some(DiffOp::Replace {
            old_index,
            old_len,
            new_index,
            new_len,
        }),
    }
}

/// Lines that both stretches have once, as many as stand in one order in both
/// (Bram Cohen's patience diff).
fn anchors(
    old: &SideLines<'_>,
    old_range: &Range<usize>,
    new: &SideLines<'_>,
    new_range: &Range<usize>,
) -> Vec<(usize, usize)> {
    let mut once: HashMap<&[u8], Option<usize>> = HashMap::new();
    for line in old_range.clone() {
        once.entry(&old[line])
            .and_modify(|known| *known = None)
            .or_insert(Some(line));
    }
    // Where in the new stretch each old line is.
    let mut places = vec![LinePlace::Nowhere; old_range.len()];
    for line in new_range.clone() {
        let known = once.get(&new[line]).copied().flatten();
        if let Some(place) = known.and_then(|known| places.get_mut(known - old_range.start)) {
            *place = match place {
                LinePlace::Nowhere => LinePlace::At(line),
                LinePlace::At(_) | LinePlace::Several => LinePlace::Several,
            };
        }
    }
    // It may hold a key for each line of a large file, and is not needed any more.
    drop(once);
    let pairs = places.iter().zip(old_range.clone());
    let pairs: Vec<(usize, usize)> = pairs
        .filter_map(|(place, old)| match place {
            LinePlace::At(new) => Some((old, *new)),
            LinePlace::Nowhere | LinePlace::Several => None,
        })
        .collect();
    rising(&pairs)
}

#[derive(Clone, Copy)]
enum LinePlace {
    Nowhere,
    At(usize),
    Several,
}

/// The longest part of a list of pairs in which the second numbers rise.
fn rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let second = |index: usize| pairs.get(index).map_or(0, |pair| pair.1);
    // The pairs that parts of each length end with, and the one before each.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for index in 0..pairs.len() {
        let length = ends.partition_point(|&end| second(end) < second(index));
        let last = length.checked_sub(1).and_then(|last| ends.get(last));
        before.push(last.copied());
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let mut part = Vec::with_capacity(ends.len());
    let mut at = ends.last().copied();
    while let Some(index) = at {
        part.extend(pairs.get(index));
        at = before.get(index).copied().flatten();
    }
    part.reverse();
    part
}

#[cfg(test)]
mod tests;
