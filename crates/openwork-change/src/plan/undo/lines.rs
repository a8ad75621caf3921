//! Texts of which two were made of one, merged by lines.

use similar::TextMerge;

/// What comes of `base` with the changes of both others; `None` if they changed
/// the same lines, or one of them is no text.
pub(super) fn merged(base: &[u8], ours: &[u8], theirs: &[u8]) -> Option<Vec<u8>> {
    let text = |bytes| std::str::from_utf8(bytes).ok();
    let merge = TextMerge::from_lines(text(base)?, text(ours)?, text(theirs)?);
    (!merge.is_conflicted()).then(|| merge.to_string().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_lines_are_merged_and_the_same_ones_not() {
        let base = b"one\ntwo\nthree\n";
        let merge = |ours: &str, theirs: &str| merged(base, ours.as_bytes(), theirs.as_bytes());
        let expected = Some(b"ONE\ntwo\nTHREE\n".to_vec());
        assert_eq!(merge("one\ntwo\nTHREE\n", "ONE\ntwo\nthree\n"), expected);
        assert_eq!(merge("one\nTWO\nthree\n", "one\n2\nthree\n"), None);
        assert_eq!(merged(base, b"\xff", base), None);
    }
}
