//! Where the engine puts in what is typed.

use std::ops::Range;

use openwork_model::mask::references;

const ALL: &str = "$ARGUMENTS";

/// The ranges of a text that may come to be nothing or any text, in order.
///
/// The numbered ones are put in first. One that is empty may close a gap:
/// `$AR$1GUMENTS` takes all arguments.
pub(super) fn placeholders(text: &str) -> Vec<Range<usize>> {
    let numbered = numbered(text);
    let mut found = arguments(text, &numbered);
    found.extend(numbered);
    found.sort_by_key(|range| range.start);
    found
}

/// The same of a text in the configuration, in which references count as well:
/// a variable may hold nothing, and what is put in for it comes first of all.
pub(super) fn placeholders_and_references(text: &str) -> Vec<Range<usize>> {
    let references = references(text).into_iter().map(|(range, _)| range);
    let mut found: Vec<Range<usize>> = references.collect();
    let known = found.clone();
    let is_apart = |own: &Range<usize>| {
        let next = known.partition_point(|range| range.end <= own.start);
        known.get(next).is_none_or(|range| range.start >= own.end)
    };
    found.extend(placeholders(text).into_iter().filter(is_apart));
    found.sort_by_key(|range| range.start);
    found
}

/// `$` and all digits after it.
fn numbered(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (start, _) in text.match_indices('$') {
        let digits = text.get(start + 1..).unwrap_or("").bytes();
        let length = digits.take_while(u8::is_ascii_digit).count();
        if length > 0 {
            found.push(start..start + 1 + length);
        }
    }
    found
}

/// The parts of `$ARGUMENTS`, between which numbered placeholders may stand.
fn arguments(text: &str, numbered: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut pieces = Vec::new();
    let (mut filled, mut from) = (String::with_capacity(text.len()), 0);
    for gap in numbered
        .iter()
        .cloned()
        .chain(std::iter::once(text.len()..text.len()))
    {
        pieces.push((filled.len(), from..gap.start));
        filled.push_str(text.get(from..gap.start).unwrap_or(""));
        from = gap.end;
    }
    let mut next = 0;
    // Looked for in the text with numbered placeholders left out, as they may hold
    // nothing, and mapped back to the places in the original.
    for (start, _) in filled.match_indices(ALL) {
        let end = start + ALL.len();
        while let Some((at, piece)) = pieces.get(next).filter(|(at, _)| *at < end) {
            let place = |filled: usize| piece.start + filled.saturating_sub(*at).min(piece.len());
            let own = place(start)..place(end);
            if !own.is_empty() {
                found.push(own);
            }
            if at + piece.len() > end {
                break;
            }
            next += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let found = placeholders(text);
        found.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn references_are_placeholders_of_the_configuration() {
        let text = "!{env:NOPE}`a $1 {file:x$2y} {env:} $ARGUMENTS";
        let found = placeholders_and_references(text);
        let found: Vec<_> = found.into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["{env:NOPE}", "$1", "{file:x$2y}", "$ARGUMENTS"]);
    }

    #[test]
    fn placeholders_are_found_across_each_other() {
        for (text, expected) in [
            ("", &[][..]),
            ("a $1 b $23c $x $", &["$1", "$23"]),
            ("$ARGUMENTS$ARGUMENTS", &["$ARGUMENTS", "$ARGUMENTS"]),
            ("$AR$1GUMENTS", &["$AR", "$1", "GUMENTS"]),
            ("$$1ARGUMENTS!", &["$", "$1", "ARGUMENTS"]),
            (
                "a$A$1R$2GUMENTSb$ARGUMENTS",
                &["$A", "$1", "R", "$2", "GUMENTS", "$ARGUMENTS"],
            ),
            ("$AR$x1GUMENTS", &[]),
            ("ä$1ö$ARGUMENTSü", &["$1", "$ARGUMENTS"]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }
}
