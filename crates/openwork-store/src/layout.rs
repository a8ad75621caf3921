//! Where the store keeps what is its own.

use openwork_model::name::Place;
use openwork_model::path::RelPath;
use uuid::Uuid;

/// The newest segment of the audit log, in the store's own directory.
pub(crate) const AUDIT_LOG: &str = "audit.jsonl";
/// The journal of a change of several files, in the store's own directory.
pub(crate) const JOURNAL: &str = "journal.json";

const TEMPORARY: (&str, &str) = (".openwork-", ".tmp");

/// The store's own directory, below the workspace.
pub(crate) fn home() -> RelPath {
    Place::Openwork.path()
}

/// The newest segment of the audit log, below the workspace.
pub(crate) fn audit_log() -> RelPath {
    home().join(AUDIT_LOG).unwrap_or_default()
}

/// The directories below which nothing empty is left behind.
pub(crate) fn pruned() -> [RelPath; 3] {
    // Skills are also kept where another assistant has them.
    let other_skills = RelPath::new(".claude/skills").unwrap_or_default();
    [Place::Skills.path(), Place::Commands.path(), other_skills]
}

/// The directories that the store may have put temporary files in, and
/// whether also in the directories below.
pub(crate) fn swept() -> [(RelPath, bool); 5] {
    let settings = Place::OpenworkJson.path().parent().unwrap_or_default();
    [
        (RelPath::root(), false),
        (settings, false),
        (home(), false),
        (Place::Commands.path(), false),
        (Place::Skills.path(), true),
    ]
}

/// The name of a temporary file.
pub(crate) fn temporary(id: Uuid) -> String {
    format!("{}{}{}", TEMPORARY.0, id.simple(), TEMPORARY.1)
}

/// Whether a name is that of a temporary file.
pub(crate) fn is_temporary(name: &str) -> bool {
    let id = name
        .strip_prefix(TEMPORARY.0)
        .and_then(|name| name.strip_suffix(TEMPORARY.1));
    id.is_some_and(|id| id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_temporary_files_count_as_such() {
        assert!(is_temporary(&temporary(Uuid::from_u128(7))));
        for name in [
            ".openwork-.tmp",
            ".openwork-x.tmp",
            "a.tmp",
            ".openwork-7.tmp.md",
        ] {
            assert!(!is_temporary(name), "{name}");
        }
    }
}
