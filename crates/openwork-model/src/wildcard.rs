//! One pattern with `*` for any text and `?` for any one character.

/// Whether a pattern matches the whole of a text.
///
/// Only the last `*` seen is ever tried again, so the work is bounded by the
/// product of the two lengths, whatever the pattern.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(&c) = text.get(t) {
        match (pattern.get(p), star) {
            (Some('*'), _) => {
                p += 1;
                star = Some((p, t));
            }
            (Some(&wanted), _) if wanted == '?' || wanted == c => {
                p += 1;
                t += 1;
            }
            (_, Some((after, covered))) => {
                p = after;
                t = covered + 1;
                star = Some((after, t));
            }
            (_, None) => return false,
        }
    }
    pattern.iter().skip(p).all(|&rest| rest == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_are_wild_and_nothing_else_is() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("**", "ab", true),
            ("a*", "a", true),
            ("a*", "ba", false),
            ("*b*d", "abcbd", true),
            ("*b*d", "abdc", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("?", "ä", true),
            ("a.c", "abc", false),
            ("[a]", "a", false),
            ("a*b*c", "aXbXbXc", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
