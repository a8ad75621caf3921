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

    /// Of the mismatches of alternatives the one that tells most. Where several
    /// mismatch the same value, all that is expected counts.
    pub(super) fn most_telling(mismatches: impl IntoIterator<Item = Self>) -> Option<Self> {
        mismatches
            .into_iter()
            .reduce(|best, other| match best.compare_specificity(&other) {
                Ordering::Greater => best,
                Ordering::Less => other,
                Ordering::Equal => best.with(other),
            })
    }

    /// The deeper a mismatch, the more of the value was as expected.
    fn compare_specificity(&self, other: &Self) -> Ordering {
        (self.depth, self.kind).cmp(&(other.depth, other.kind))
    }

    fn with(mut self, other: Self) -> Self {
        if self.pointer == other.pointer {
            let known = self.expected.clone();
            let more = other.expected.into_iter();
            self.expected
                .extend(more.filter(|expected| !known.contains(expected)));
        }
        self
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
