//! `{env:X}` and `{file:p}`: where the engine finds a value, not the value.

use std::ops::Range;

/// A reference that the engine replaces when it reads its configuration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reference<'t> {
    /// To an environment variable.
    Env(&'t str),
    /// To a file.
    File(&'t str),
}

/// The references in a text and where they stand, in their order.
///
/// The engine's own pattern is `{env:` or `{file:`, then anything but `}`,
/// however long.
pub fn references(text: &str) -> Vec<(Range<usize>, Reference<'_>)> {
    let mut found: Vec<(Range<usize>, Reference<'_>)> = Vec::new();
    let mut finder = ReferenceFinder::new(text);
    for start in memchr::memchr_iter(b'{', text.as_bytes()) {
        let free = found.last().is_none_or(|(range, _)| range.end <= start);
        if let Some((end, reference)) = finder.at(start).filter(|_| free) {
            found.push((start..end, reference));
        }
    }
    found
}

/// Finds references in a text. Each closing brace is looked for once, so that
/// many open ones cost no more than the text is long.
pub(super) struct ReferenceFinder<'t> {
    text: &'t str,
    /// From where on the closing brace is the next one.
    from: usize,
    /// The next closing brace, or the end of the text.
    close: usize,
}

impl<'t> ReferenceFinder<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let close = next_close(text, 0..text.len());
        Self {
            text,
            from: 0,
            close: close.unwrap_or(text.len()),
        }
    }

    /// The reference that starts at a byte, and where it ends.
    pub(super) fn at(&mut self, start: usize) -> Option<(usize, Reference<'t>)> {
        let rest = self.text.get(start..)?;
        let (make, inner): (fn(_) -> _, _) = match rest.strip_prefix("{env:") {
            Some(inner) => (Reference::Env, inner),
            None => (Reference::File, rest.strip_prefix("{file:")?),
        };
        let inner = self.text.len() - inner.len();
        let close = self.close_from(inner);
        let name = self.text.get(inner..close)?;
        (close < self.text.len() && !name.is_empty()).then(|| (close + 1, make(name)))
    }

    fn close_from(&mut self, start: usize) -> usize {
        let end = self.text.len();
        if start < self.from {
            let nearer = next_close(self.text, start..self.from);
            self.close = nearer.unwrap_or(self.close);
        } else if self.close < start {
            self.close = next_close(self.text, start..end).unwrap_or(end);
        } else {
            return self.close;
        }
        self.from = start;
        self.close
    }
}

fn next_close(text: &str, within: Range<usize>) -> Option<usize> {
    let part = text.as_bytes().get(within.clone())?;
    memchr::memchr(b'}', part).map(|at| within.start + at)
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
        .filter(|range| !is_glue(text.get(range.clone()).unwrap_or(""), text))
        .collect()
}

/// The same for one range of a longer text.
pub(super) fn around_in(text: &str, range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let own = around(text.get(range.clone()).unwrap_or(""));
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
    fn references_may_be_of_any_length() {
        let path = format!("{}home/.ssh/id", "./".repeat(100_000));
        let text = format!("{{file:{path}}}");
        assert_eq!(references(&text), [(0..text.len(), Reference::File(&path))]);
        let name = "N".repeat(100_000);
        let text = format!("a {{env:{name}}}");
        assert_eq!(references(&text), [(2..text.len(), Reference::Env(&name))]);
    }

    #[test]
    fn a_closing_brace_is_looked_for_once() {
        // Looking for it from each opening one took minutes.
        let open = "{env:".repeat(200_000);
        assert_eq!(references(&open), []);
        let closed = format!("{open}}}");
        assert_eq!(references(&closed).len(), 1);
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
