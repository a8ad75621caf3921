//! Finds the known key that an unknown one was meant to be.

/// The known name that `name` differs from only by case, or by one or two
/// letters added, left out, replaced or swapped.
pub(crate) fn closest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const MOST_EDITS: usize = 2;
    let written = name.to_lowercase();
    known
        .into_iter()
        // Letters that changed places are one slip of the fingers, so the plain
        // Levenshtein distance, which counts two, is not the one to take.
        .map(|known| (strsim::osa_distance(&written, &known.to_lowercase()), known))
        .min_by_key(|(edits, _)| *edits)
        .filter(|(edits, _)| *edits <= MOST_EDITS)
        .map(|(_, known)| known)
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
}
