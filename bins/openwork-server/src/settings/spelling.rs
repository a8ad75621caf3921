//! Finds the known key that an unknown one was meant to be.

/// The known name that `name` differs from only by case, or by one or two
/// letters added, left out, replaced or swapped.
pub(crate) fn closest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const MOST_EDITS: usize = 2;
    let written: Vec<char> = name.to_lowercase().chars().collect();
    known
        .into_iter()
        .map(|known| {
            (
                distance(&written, &known.to_lowercase().chars().collect::<Vec<_>>()),
                known,
            )
        })
        .min_by_key(|(edits, _)| *edits)
        .filter(|(edits, _)| *edits <= MOST_EDITS)
        .map(|(_, known)| known)
}

/// The Damerau-Levenshtein distance, no letter edited twice ("optimal string
/// alignment").
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in b.iter().enumerate() {
            let replaced = last[j] + usize::from(letter != other);
            let mut best = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == b[j - 1] && a[i - 1] == *other {
                best = best.min(before_last[j - 1] + 1);
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_or_two_letters_are_a_misspelling() {
        let known = ["host", "readOnly", "approval", "workspaces"];
        for (name, meant) in [
            ("readonly", Some("readOnly")),
            ("READ_ONLY", Some("readOnly")),
            ("aproval", Some("approval")),
            ("approvla", Some("approval")),
            ("workspace", Some("workspaces")),
            ("hsot", Some("host")),
            ("hots", Some("host")),
            ("futureSetting", None),
            ("id", None),
            ("", None),
            ("workplace", None),
        ] {
            assert_eq!(closest(name, known), meant, "{name}");
        }
    }

    #[test]
    fn distances() {
        for (a, b, edits) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "abc", 0),
            ("ab", "ba", 1),
            ("kitten", "sitting", 3),
        ] {
            let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            assert_eq!((distance(&a, &b), distance(&b, &a)), (edits, edits));
        }
    }
}
