//! Where the store keeps what is its own.

use openwork_model::layout::{self, FolderContent, SKILL_FILE, WorkspacePlace};
use openwork_model::path::RelPath;
use uuid::Uuid;

/// The newest segment of the audit log, in the store's own directory.
pub(crate) const AUDIT_LOG: &str = "audit.jsonl";
/// The log of refused requests, in the store's own directory.
pub(crate) const REFUSED_LOG: &str = "refused.jsonl";
/// What came before it.
pub(crate) const OLD_REFUSED_LOG: &str = "refused.1.jsonl";
/// The journal of a change of several files, in the store's own directory.
pub(crate) const JOURNAL: &str = "journal.json";

/// Where what files were is kept, below the directory of the audit log.
pub(crate) const HISTORY: &str = "history";
/// What keeps git and searches away from it, in that directory.
pub(crate) const IGNORE_FILES: [&str; 2] = [".gitignore", ".ignore"];

/// The file whose lock stands for that of the workspace where directories have
/// none, in the store's own directory.
const LOCK: &str = "lock";

const TEMPORARY: (&str, &str) = (".openwork-", ".tmp");

/// The store's own directory, below the workspace.
pub(crate) fn home() -> RelPath {
    WorkspacePlace::Openwork.path()
}

/// The newest segment of the audit log, below the workspace.
pub(crate) fn audit_log() -> RelPath {
    in_home(AUDIT_LOG)
}

/// The journal of a change of several files, below the workspace.
pub(crate) fn journal() -> RelPath {
    in_home(JOURNAL)
}

/// The file that is locked where directories cannot be, below the workspace.
pub(crate) fn lock() -> RelPath {
    in_home(LOCK)
}

/// Where what files were is kept, below the directory of the audit log.
pub(crate) fn history() -> RelPath {
    RelPath::of_components(&[HISTORY])
}

/// About how many bytes a file of so many takes on a disk.
pub(crate) fn on_disk(bytes: u64) -> u64 {
    // In whole blocks, so that very many small files count as well.
    bytes.max(1).next_multiple_of(4 << 10)
}

fn in_home(name: &str) -> RelPath {
    // The names are literals that pass, as a test shows. Should one not, the
    // directory itself stands for it: opening that as a file fails, while the
    // workspace's own path would not say what is wrong.
    home().join(name).unwrap_or_else(|_| home())
}

/// The directory below which nothing empty is left behind when a file goes.
///
/// Where skills and commands are kept, that is all of the way; elsewhere it is
/// the folder that a skill was alone in.
pub(crate) fn pruned_below(file: &RelPath) -> Option<RelPath> {
    let mut kept = layout::skill_folders().chain([WorkspacePlace::Commands.path()]);
    kept.find(|place| file.is_below(place)).or_else(|| {
        let is_skill = file.file_name() == Some(SKILL_FILE);
        file.parent().filter(|_| is_skill)?.parent()
    })
}

/// The directories that the store may have put temporary files in, and how
/// many directories below them it looks into.
pub(crate) fn swept() -> Vec<(RelPath, usize)> {
    let settings = WorkspacePlace::OpenworkJson
        .path()
        .parent()
        .unwrap_or_else(RelPath::root);
    let here = [RelPath::root(), settings, home(), in_home(HISTORY)].map(|path| (path, 0));
    // Skills and commands are written where they stand. What lies deeper is rare,
    // and looking everywhere would cost each start.
    let folders = layout::FOLDERS.iter().filter(|folder| {
        matches!(
            folder.content,
            FolderContent::Skills | FolderContent::Commands
        )
    });
    here.into_iter()
        .chain(folders.map(|folder| (folder.path(), SWEPT_BELOW)))
        .collect()
}

/// Enough for a file in a folder of a skill, and for commands in folders.
const SWEPT_BELOW: usize = 2;

/// The name of a temporary file.
pub(crate) fn temporary(id: Uuid) -> String {
    format!("{}{}{}", TEMPORARY.0, id.simple(), TEMPORARY.1)
}

/// Whether a name is that of a temporary file.
pub(crate) fn is_temporary(name: &str) -> bool {
    let id = name
        .strip_prefix(TEMPORARY.0)
        .and_then(|name| name.strip_suffix(TEMPORARY.1));
    // Exactly that long: a file of the user that only begins alike must never
    // be swept.
    id.is_some_and(|id| id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_empty_is_left_where_skills_and_commands_are() {
        let below = |file: &str| {
            let below = pruned_below(&RelPath::new(file).unwrap());
            below.map(|path| path.as_str().to_owned())
        };
        for (file, top) in [
            (".opencode/skills/s/a/b/c", Some(".opencode/skills")),
            (".opencode/skill/s/SKILL.md", Some(".opencode/skill")),
            (".claude/skills/s/SKILL.md", Some(".claude/skills")),
            (".agents/skills/s/SKILL.md", Some(".agents/skills")),
            (".opencode/commands/a/b.md", Some(".opencode/commands")),
            ("src/tools/s/SKILL.md", Some("src/tools")),
            ("s/SKILL.md", Some("")),
            ("SKILL.md", None),
            ("src/tools/s/main.rs", None),
            ("opencode.json", None),
        ] {
            assert_eq!(below(file).as_deref(), top, "{file}");
        }
    }

    #[test]
    fn temporary_files_are_looked_for_wherever_texts_are_written() {
        let swept = swept();
        for place in [
            ".opencode/skills",
            ".opencode/skill",
            ".claude/skills",
            ".agents/skills",
            ".opencode/command",
            ".opencode/commands",
        ] {
            let place = RelPath::new(place).unwrap();
            assert!(swept.contains(&(place.clone(), SWEPT_BELOW)), "{place}");
        }
    }

    #[test]
    fn logs_and_journal_lie_in_the_directory_of_the_store() {
        assert_eq!(audit_log().as_str(), ".opencode/openwork/audit.jsonl");
        assert_eq!(journal().as_str(), ".opencode/openwork/journal.json");
        assert_eq!(lock().as_str(), ".opencode/openwork/lock");
    }

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
