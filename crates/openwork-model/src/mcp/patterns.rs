//! Many patterns with `*` for any text and `?` for any one character, matched
//! together.
//!
//! Trying each pattern on each text costs the product of both, which a
//! configuration of some thousand of each makes hours of. So the patterns are
//! sorted, and a text is read once: a [`PatternPlace`] is a stretch of patterns that
//! begin alike and have matched so far.

/// Patterns that are matched together, of each text the last in its order.
#[derive(Debug)]
pub(super) struct ToolPatterns {
    sorted: Vec<ToolPattern>,
}

#[derive(Debug)]
struct ToolPattern {
    text: String,
    /// Where it stood among the others.
    order: usize,
}

/// The patterns from `start` to `end` begin with the same `depth` bytes, and
/// these match what was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct PatternPlace {
    start: usize,
    end: usize,
    depth: usize,
}

impl ToolPatterns {
    /// Patterns in the order in which the later counts.
    pub(super) fn new(patterns: impl Iterator<Item = String>) -> Self {
        let mut sorted: Vec<ToolPattern> = patterns
            .enumerate()
            .map(|(order, text)| ToolPattern {
                text: with_single_stars(&text),
                order,
            })
            .collect();
        // Sorted by text, patterns that begin alike stand together, and a byte more
        // narrows them by two binary searches.
        sorted.sort_by(|a, b| (&a.text, a.order).cmp(&(&b.text, b.order)));
        // Of several that are the same the last one counts.
        // `dedup_by` keeps the first of equals, and the last one counts here.
        sorted.reverse();
        sorted.dedup_by(|earlier, later| earlier.text == later.text);
        sorted.reverse();
        Self { sorted }
    }

    /// The order of the last pattern that matches the whole of a text, which
    /// is plain ASCII.
    pub(super) fn last_match(&self, text: &str) -> Option<usize> {
        let whole = PatternPlace {
            start: 0,
            end: self.sorted.len(),
            depth: 0,
        };
        let mut places = Vec::new();
        self.enter(whole, &mut places);
        for byte in text.bytes() {
            let mut next = Vec::new();
            for place in places {
                self.read(place, byte, &mut next);
            }
            // Two ways may lead to one place. Without this their number could double with each
            // star, as in a naive matcher.
            next.sort_unstable();
            next.dedup();
            places = next;
        }
        places.iter().filter_map(|place| self.ends(*place)).max()
    }

    /// Comes to a place, and to those behind a `*` that covers nothing.
    fn enter(&self, place: PatternPlace, places: &mut Vec<PatternPlace>) {
        places.push(place);
        places.extend(self.behind(place, b'*'));
    }

    /// Goes on from a place by one byte.
    fn read(&self, place: PatternPlace, byte: u8, next: &mut Vec<PatternPlace>) {
        if self.is_behind_star(place) {
            next.push(place);
        }
        // A star in the text is a plain character there. It must not be followed as
        // the star of a pattern.
        let literal = (byte != b'*' && byte != b'?').then_some(byte);
        for wanted in literal.into_iter().chain([b'?']) {
            if let Some(behind) = self.behind(place, wanted) {
                self.enter(behind, next);
            }
        }
    }

    /// The place behind a byte that comes next in some of the patterns.
    fn behind(&self, place: PatternPlace, byte: u8) -> Option<PatternPlace> {
        let PatternPlace { start, end, depth } = place;
        let stretch = self.sorted.get(start..end)?;
        let at = |pattern: &ToolPattern| pattern.text.as_bytes().get(depth).copied();
        let from = start + stretch.partition_point(|pattern| at(pattern) < Some(byte));
        let to = start + stretch.partition_point(|pattern| at(pattern) <= Some(byte));
        (from < to).then_some(PatternPlace {
            start: from,
            end: to,
            depth: depth + 1,
        })
    }

    fn is_behind_star(&self, place: PatternPlace) -> bool {
        let pattern = self.sorted.get(place.start);
        let before = place.depth.checked_sub(1);
        let byte = before.and_then(|before| pattern?.text.as_bytes().get(before));
        byte == Some(&b'*')
    }

    /// The order of the pattern that ends at a place: it stands first.
    fn ends(&self, place: PatternPlace) -> Option<usize> {
        let first = self.sorted.get(place.start)?;
        (first.text.len() == place.depth).then_some(first.order)
    }
}

/// Several `*` in a row match what one matches.
fn with_single_stars(pattern: &str) -> String {
    let mut single = String::with_capacity(pattern.len());
    for c in pattern.chars() {
        if c != '*' || !single.ends_with('*') {
            single.push(c);
        }
    }
    single
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wildcard::matches;

    fn last_match(patterns: &[&str], text: &str) -> Option<usize> {
        ToolPatterns::new(patterns.iter().map(|pattern| (*pattern).to_owned())).last_match(text)
    }

    #[test]
    fn the_last_that_matches_counts() {
        for (patterns, text, expected) in [
            (&[][..], "a", None),
            (&["a"], "a", Some(0)),
            (&["a", "a*", "*"], "a", Some(2)),
            (&["*", "a*", "a"], "ab", Some(1)),
            (&["*", "b*", "*"], "a", Some(2)),
            (&["**a**", "?"], "a", Some(1)),
            (&["a*c", "ab*"], "abc", Some(1)),
            (&["*b*d", "x"], "abcbd", Some(0)),
            (&["*b*d"], "abdc", None),
            (&["ä*", "a?"], "ab", Some(1)),
        ] {
            assert_eq!(last_match(patterns, text), expected, "{patterns:?} {text}");
        }
        assert_eq!(last_match(&["*".repeat(1 << 20).as_str()], "a"), Some(0));
    }

    /// All texts of up to three of these characters.
    fn texts(of: &str) -> Vec<String> {
        let mut texts = vec![String::new()];
        let mut longest = texts.clone();
        for _ in 0..3 {
            let longer =
                |text: &String| of.chars().map(|c| format!("{text}{c}")).collect::<Vec<_>>();
            longest = longest.iter().flat_map(longer).collect();
            texts.extend(longest.clone());
        }
        texts
    }

    #[test]
    fn together_they_match_what_each_matches() {
        let patterns = texts("ab*?");
        let together = ToolPatterns::new(patterns.iter().cloned());
        for text in texts("abc") {
            let alone = patterns.iter().rposition(|pattern| matches(pattern, &text));
            assert_eq!(together.last_match(&text), alone, "{text}");
            for pattern in &patterns {
                let found = last_match(&[pattern], &text).is_some();
                assert_eq!(found, matches(pattern, &text), "{pattern} {text}");
            }
        }
    }
}
