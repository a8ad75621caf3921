//! What stands behind the folder's name in a text.

/// Whether this leads to a file below the folder, `None` for any, or to a
/// directory that it lies in; to the folder itself only where that counts.
pub(super) fn leads(after: &str, file: Option<&str>, folder_counts: bool) -> bool {
    let Some(below) = after.strip_prefix('/') else {
        let is_all = after.starts_with(is_wild);
        return folder_counts && (is_all || ends_name(after));
    };
    if ends_name(below) {
        return folder_counts;
    }
    let word = below.split(is_end).next().unwrap_or(below);
    // Climbing leads anywhere, back to the file among it.
    if word.split('/').any(|component| component == "..") {
        return true;
    }
    let Some(file) = file else {
        return true;
    };
    let literal = word.find(is_wild).and_then(|end| word.get(..end));
    if folder_counts && literal.is_some_and(|literal| file.starts_with(literal)) {
        return true;
    }
    // Not by the word, as names have blanks.
    below.strip_prefix(file).is_some_and(ends_name)
        || (folder_counts && above(file).any(|above| is_directory(below, above)))
}

/// Whether a character ends a path in a text, if none of its names has it.
pub(super) fn is_end(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '"' | '\'' | '`' | ',' | ';' | '|' | '&' | '<' | '>' | '='
        )
}

/// Whether something is put in, or matched, in the place of a character.
pub(super) fn is_wild(c: char) -> bool {
    matches!(c, '*' | '?' | '[' | '{' | '$' | '(' | '!' | '+' | '@')
}

/// Whether a name ends before this text: with a sentence, too.
pub(super) fn ends_name(rest: &str) -> bool {
    let rest = rest.trim_start_matches('.');
    !rest.starts_with(|c: char| c.is_alphanumeric() || is_wild(c) || matches!(c, '-' | '_' | '/'))
}

/// The directories that a file lies in, below the folder.
fn above(file: &str) -> impl Iterator<Item = &str> {
    file.match_indices('/').filter_map(|(at, _)| file.get(..at))
}

fn is_directory(text: &str, directory: &str) -> bool {
    let rest = text.strip_prefix(directory);
    rest.is_some_and(|rest| ends_name(rest) || rest.strip_prefix('/').is_some_and(ends_name))
}
