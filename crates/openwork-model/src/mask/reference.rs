//! `{env:X}` and `{file:p}`: where the engine finds a value, not the value.

use std::ops::Range;

/// A reference that the engine replaces when it reads its configuration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reference<'t> {
    /// To an environment variable.
    Env(&'t str),
    /// To a file.
    File(&'t str),
}

/// The longest reference that is taken for one, in bytes: the longest path.
const LIMIT: usize = 4096;

/// The references in a text and where they stand, in their order.
pub(crate) fn references(text: &str) -> Vec<(Range<usize>, Reference<'_>)> {
    let mut found: Vec<(Range<usize>, Reference<'_>)> = Vec::new();
    for (start, _) in text.match_indices('{') {
        let free = found.last().is_none_or(|(range, _)| range.end <= start);
        if let Some((end, reference)) = reference_at(text, start).filter(|_| free) {
            found.push((start..end, reference));
        }
    }
    found
}

/// The reference that starts at a byte, and where it ends.
///
/// The engine's own pattern is `{env:` or `{file:`, then anything but `}`.
pub(super) fn reference_at(text: &str, start: usize) -> Option<(usize, Reference<'_>)> {
    let rest = text.get(start..)?;
    let (make, inner): (fn(_) -> _, _) = match rest.strip_prefix("{env:") {
        Some(inner) => (Reference::Env, inner),
        None => (Reference::File, rest.strip_prefix("{file:")?),
    };
    let (name, _) = window(inner).split_once('}')?;
    let end = text.len() - inner.len() + name.len() + 1;
    (!name.is_empty()).then(|| (end, make(name)))
}

/// The part of a text that is searched for the end of a reference.
fn window(text: &str) -> &str {
    (0..4)
        .find_map(|less| text.get(..LIMIT - less))
        .unwrap_or(text)
}

/// All of a secret text but references and what joins them.
pub(super) fn around(text: &str) -> Vec<Range<usize>> {
    let mut ends = vec![0];
    for (range, _) in references(text) {
        ends.extend([range.start, range.end]);
    }
    ends.push(text.len());
    let between = ends.chunks_exact(2).filter_map(|pair| match pair {
        &[start, end] => Some(start..end),
        _ => None,
    });
    between
        .filter(|range| !is_glue(text.get(range.clone()).unwrap_or_default(), text))
        .collect()
}

/// The same for one range of a longer text.
pub(super) fn around_in(text: &str, range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let own = around(text.get(range.clone()).unwrap_or_default());
    own.into_iter()
        .map(move |own| range.start + own.start..range.start + own.end)
}

/// Blanks and words that stand between references without being secrets.
fn is_glue(part: &str, whole: &str) -> bool {
    if part.len() == whole.len() {
        return part.is_empty();
    }
    let schemes = ["", ":", "@", "/", "bearer", "basic", "token"];
    schemes
        .iter()
        .any(|glue| part.trim().eq_ignore_ascii_case(glue))
}

#[cfg(test)]
mod tests {
    use super::super::splice::splice;
    use super::*;

    #[test]
    fn references_are_found_where_the_engine_finds_them() {
        let text = "a{env:X}{no}{file:~/k}{env:}{env:open";
        let found: Vec<_> = references(text)
            .into_iter()
            .map(|(_, reference)| reference)
            .collect();
        assert_eq!(found, [Reference::Env("X"), Reference::File("~/k")]);
    }

    #[test]
    fn a_brace_that_does_not_close_costs_no_more_than_its_window() {
        let text = "{env:".repeat(20_000);
        assert_eq!(references(&text), []);
    }

    #[test]
    fn only_the_text_around_references_is_masked() {
        for (text, expected) in [
            ("", ""),
            ("sk-1", "*"),
            (" ", "*"),
            ("token", "*"),
            ("{env:X}", "{env:X}"),
            ("Bearer {env:X}", "Bearer {env:X}"),
            ("sk-{env:X}", "*{env:X}"),
            ("{env:A}:{file:b}!", "{env:A}:{file:b}*"),
            ("{other}", "*"),
        ] {
            assert_eq!(splice(text, around(text), "*"), expected, "{text}");
        }
    }
}
