//! Effects as they are found, complete up to a bound.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};

use super::{Effect, EffectKind, Level};

/// The most effects of a change.
const MOST: usize = 2_000;
/// The most bytes of their texts.
const BYTES: usize = 1 << 20;

/// An effect and what a change with it may be called.
#[derive(Debug)]
pub(super) struct Finding {
    /// In the imperative, with a capital.
    pub(super) title: String,
    pub(super) effect: Effect,
}

/// What was found of a change so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    found: Vec<Finding>,
    known: HashSet<Effect>,
    entries: BTreeSet<String>,
    bytes: usize,
    tried: usize,
    is_full: bool,
    once: bool,
    /// The gravest level since a part was begun.
    gravest: Level,
}

impl Findings {
    /// Notes an effect. Beyond the bound only that there is more.
    pub(super) fn add(&mut self, title: impl Into<String>, effect: Effect) {
        // Counted before duplicates are dropped: a part that says only what is known
        // already has been weighed all the same.
        self.tried += 1;
        self.gravest = self.gravest.max(effect.level);
        if self.is_full || self.known.contains(&effect) {
            return;
        }
        let finding = Finding {
            title: title.into(),
            effect,
        };
        self.bytes += finding.bytes();
        // One place is kept for the sentence that there is more.
        if self.found.len() + 1 >= MOST || self.bytes > BYTES {
            self.overflow();
            return;
        }
        self.known.insert(finding.effect.clone());
        self.found.push(finding);
    }

    /// Notes that there is more than can be weighed.
    pub(super) fn overflow(&mut self) {
        if !self.is_full {
            self.is_full = true;
            self.found.push(Finding {
                title: "Make more changes than can be weighed".to_owned(),
                effect: Effect::new(
                    EffectKind::Unknown,
                    Level::High,
                    "There is more in this change than can be weighed: read all of it.",
                ),
            });
        }
    }

    /// Whether nothing more is taken up.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }

    /// Notes that the answer may hold for this change alone.
    pub(super) fn only_once(&mut self) {
        self.once = true;
    }

    /// Notes the entry and host that an answer which is remembered is for.
    pub(super) fn cover_entry(&mut self, entry: String) {
        self.entries.insert(entry);
    }

    /// Has a part weighed; what nobody has anything to say of is unknown.
    pub(super) fn guard(
        &mut self,
        weigh: impl FnOnce(&mut Self),
        unknown: impl FnOnce() -> (String, Effect),
    ) {
        let tried = self.tried;
        weigh(self);
        if self.tried == tried {
            let (title, effect) = unknown();
            self.add(title, effect);
        }
    }

    /// Has a part weighed and says how much is at stake in it alone.
    pub(super) fn level_of(&mut self, weigh: impl FnOnce(&mut Self)) -> Level {
        self.gravest = Level::Low;
        weigh(self);
        // Beyond the bound nothing is looked at, so nobody knows.
        if self.is_full {
            Level::High
        } else {
            self.gravest
        }
    }

    /// Everything that was found, the gravest first.
    pub(super) fn into_parts(self) -> WeighedParts {
        let mut found = self.found;
        found.sort_by_key(|finding| {
            let is_bound = self.is_full && finding.effect.path.is_none() && finding.is_bound();
            (
                // That not all was weighed outdoes whatever was found.
                !is_bound,
                Reverse(finding.effect.level),
                gravity(&finding.effect),
            )
        });
        WeighedParts {
            found,
            entries: self.entries,
            once: self.once || self.is_full,
        }
    }
}

/// What was found of a change, in order.
#[derive(Debug)]
pub(super) struct WeighedParts {
    pub(super) found: Vec<Finding>,
    /// The MCP entries and hosts that an answer is for.
    pub(super) entries: BTreeSet<String>,
    pub(super) once: bool,
}

impl Finding {
    fn bytes(&self) -> usize {
        let effect = &self.effect;
        let texts = [
            &effect.path,
            &effect.from,
            &effect.to,
            &effect.command,
            &effect.host,
            &effect.file,
        ];
        let more: usize = texts.into_iter().flatten().map(String::len).sum();
        self.title.len() + effect.text.len() + more
    }

    fn is_bound(&self) -> bool {
        self.effect.text.starts_with("There is more in this change")
    }
}

/// Which of two effects of one level is named first: the smaller.
fn gravity(effect: &Effect) -> u8 {
    // Among grave effects the one that gives more away is named first; a rule that
    // forbids something is worth asking about, but no headline.
    let widens = matches!(effect.to.as_deref(), Some("allow" | "true"));
    match effect.kind {
        EffectKind::RunsCommand => 0,
        EffectKind::LoadsCode => 1,
        EffectKind::Permission if widens => 2,
        EffectKind::SendsData => 3,
        EffectKind::ReadsFile => 4,
        EffectKind::ReadsEnvironment => 5,
        EffectKind::SetsEnvironment => 6,
        EffectKind::SwitchesOn => 7,
        EffectKind::Permission => 8,
        EffectKind::Unknown => 9,
        EffectKind::Instructions => 10,
        EffectKind::Interrupts => 11,
        EffectKind::Setting => 12,
        EffectKind::Deletes => 13,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn low(text: &str) -> Effect {
        Effect::new(EffectKind::Setting, Level::Low, text)
    }

    #[test]
    fn effects_are_bounded_in_number_and_bytes() {
        let mut many = Findings::default();
        for number in 0..3 * MOST {
            many.add("Change", low(&number.to_string()));
        }
        let parts = many.into_parts();
        assert_eq!(parts.found.len(), MOST);
        assert!(parts.once);
        assert_eq!(parts.found[0].effect.level, Level::High);

        let mut large = Findings::default();
        large.add("Change", low(&"x".repeat(BYTES)));
        let parts = large.into_parts();
        assert_eq!(parts.found.len(), 1);
        assert_eq!(parts.found[0].effect.level, Level::High);
    }

    #[test]
    fn a_part_has_the_level_of_what_it_sets_off_itself() {
        let high = || Effect::new(EffectKind::Unknown, Level::High, "b");
        let mut findings = Findings::default();
        findings.add("Change", high());
        assert_eq!(findings.level_of(|_| {}), Level::Low);
        assert_eq!(
            findings.level_of(|part| part.add("Change", high())),
            Level::High
        );
        assert_eq!(
            findings.level_of(|part| part.add("Change", low("a"))),
            Level::Low
        );
        findings.overflow();
        assert_eq!(findings.level_of(|_| {}), Level::High);
    }

    #[test]
    fn what_is_found_twice_is_reported_once() {
        let mut findings = Findings::default();
        findings.add("Change", low("a"));
        findings.add("Change", low("a"));
        assert_eq!(findings.into_parts().found.len(), 1);
    }
}
