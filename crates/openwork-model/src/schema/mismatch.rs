//! A value that is not what a rule asks for.

use std::cmp::Ordering;

use super::SchemaFault;
use super::place::SchemaPlace;
use super::words;

/// Where a value and a rule part, and what the rule takes there.
#[derive(Debug)]
pub(super) struct SchemaMismatch {
    depth: usize,
    pointer: String,
    found: String,
    expected: Vec<String>,
    kind: ValueKind,
}

/// Where values and rules part, in the order of the values.
#[derive(Debug, Default)]
pub(super) struct SchemaMismatches(Vec<SchemaMismatch>);

/// What is wrong, the most telling last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ValueKind {
    /// Something is there where nothing may be.
    Excess,
    /// Nothing is there.
    Gap,
    /// The value says that it is another alternative.
    UnknownVariant,
    /// Something else is there.
    Mismatch,
}

impl SchemaMismatch {
    /// Something is there that may not be there at all.
    pub(super) fn excess(at: &SchemaPlace<'_>, found: String) -> Self {
        Self::new(
            at,
            found,
            vec![words::NOTHING.to_owned()],
            ValueKind::Excess,
        )
    }

    /// Nothing is there.
    pub(super) fn gap(at: &SchemaPlace<'_>, expected: Vec<String>) -> Self {
        Self::new(at, words::NOTHING.to_owned(), expected, ValueKind::Gap)
    }

    /// Something else is there.
    pub(super) fn mismatch(at: &SchemaPlace<'_>, found: String, expected: Vec<String>) -> Self {
        Self::new(at, found, expected, ValueKind::Mismatch)
    }

    fn new(at: &SchemaPlace<'_>, found: String, expected: Vec<String>, kind: ValueKind) -> Self {
        Self {
            depth: at.depth(),
            pointer: at.pointer(),
            found,
            expected,
            kind,
        }
    }

    /// The mismatch of an alternative that the value says it is not.
    pub(super) fn of_other_variant(self) -> Self {
        let kind = self.kind.min(ValueKind::UnknownVariant);
        Self { kind, ..self }
    }

    /// The deeper a mismatch, the more of the value was as expected.
    fn compare_specificity(&self, other: &Self) -> Ordering {
        (self.depth, self.kind).cmp(&(other.depth, other.kind))
    }

    fn expect_also(&mut self, other: Self) {
        if self.pointer == other.pointer {
            let known = self.expected.clone();
            let more = other.expected.into_iter();
            self.expected
                .extend(more.filter(|expected| !known.contains(expected)));
        }
    }
}

impl SchemaMismatches {
    /// All is as expected.
    pub(super) fn none() -> Self {
        Self::default()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Adds others behind these.
    pub(super) fn add(&mut self, others: impl Into<Self>) {
        self.0.extend(others.into().0);
    }

    /// The first alone.
    pub(super) fn first(self) -> Option<SchemaMismatch> {
        self.0.into_iter().next()
    }

    /// Of the mismatches of alternatives those that tell most, as the first of
    /// each say. Where several mismatch the same value, all that is expected
    /// counts.
    pub(super) fn most_telling(alternatives: impl IntoIterator<Item = Self>) -> Self {
        let told = alternatives.into_iter().filter(|found| !found.is_empty());
        told.reduce(Self::more_telling).unwrap_or_default()
    }

    fn more_telling(mut self, mut other: Self) -> Self {
        let order = match (self.0.first(), other.0.first()) {
            (Some(best), Some(first)) => best.compare_specificity(first),
            (None, _) => Ordering::Less,
            (_, None) => Ordering::Greater,
        };
        match order {
            Ordering::Greater => self,
            Ordering::Less => other,
            Ordering::Equal => {
                if let Some(best) = self.0.first_mut() {
                    other
                        .0
                        .drain(..)
                        .take(1)
                        .for_each(|first| best.expect_also(first));
                }
                self
            }
        }
    }

    /// All of them as faults, but no more than so many.
    pub(super) fn into_faults(self, most: usize) -> Vec<SchemaFault> {
        self.0
            .into_iter()
            .take(most)
            .map(SchemaFault::from)
            .collect()
    }
}

impl From<SchemaMismatch> for SchemaMismatches {
    fn from(mismatch: SchemaMismatch) -> Self {
        Self(vec![mismatch])
    }
}

impl From<Option<SchemaMismatch>> for SchemaMismatches {
    fn from(mismatch: Option<SchemaMismatch>) -> Self {
        Self(mismatch.into_iter().collect())
    }
}

impl From<SchemaMismatch> for SchemaFault {
    fn from(mismatch: SchemaMismatch) -> Self {
        Self {
            pointer: mismatch.pointer,
            found: mismatch.found,
            expected: words::either(&mismatch.expected),
        }
    }
}
