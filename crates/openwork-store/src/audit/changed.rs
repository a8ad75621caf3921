//! What an entry says of the files that changed.

use openwork_change::plan::Plan;
use openwork_change::preview::{self, FileChange};
use serde::Serialize;

/// The most bytes of diffs that one entry holds.
const DIFF_BYTES: usize = 8 << 10;
/// The most files that one entry lists.
const FILES: usize = 100;

/// One file of a change, secrets masked.
#[derive(Debug, Serialize)]
pub(crate) struct ChangedEntry {
    path: String,
    kind: &'static str,
    added: usize,
    removed: usize,
    /// Whole lines of a unified diff.
    diff: String,
    /// Whether `diff` is only the beginning.
    truncated: bool,
}

/// Describes what a plan has changed, in as many bytes as an entry has room for.
pub(crate) fn changed(plan: &Plan) -> Vec<ChangedEntry> {
    let mut remaining = DIFF_BYTES;
    let mut shorten = |change: FileChange| {
        let changed = ChangedEntry::within(remaining, change);
        remaining -= changed.diff.len();
        changed
    };
    // Cut off before the diffs are made: of a large import most would be made
    // for nothing.
    let changes = plan.edits.iter().take(FILES).map(preview::preview_edit);
    changes.map(&mut shorten).collect()
}

impl ChangedEntry {
    fn within(remaining: usize, change: FileChange) -> Self {
        let mut fitting = 0;
        for line in change.diff.split_inclusive('\n') {
            if fitting + line.len() > remaining {
                break;
            }
            fitting += line.len();
        }
        let mut diff = change.diff;
        let truncated = change.truncated || fitting < diff.len();
        diff.truncate(fitting);
        Self {
            path: change.path.as_str().to_owned(),
            kind: change.kind.as_str(),
            added: change.added,
            removed: change.removed,
            diff,
            truncated,
        }
    }
}

#[cfg(test)]
mod tests {
    use openwork_change::change::Change;
    use openwork_change::plan::{FileEdit, plan};
    use openwork_model::files::MemoryFiles;
    use openwork_model::name::PluginSpec;
    use openwork_model::path::RelPath;

    use super::*;

    fn plan_of(edits: impl IntoIterator<Item = (String, String)>) -> Plan {
        let files = MemoryFiles::new();
        let change = Change::AddPlugin(PluginSpec::parse("p").unwrap());
        let edit = |(path, text): (String, String)| FileEdit {
            path: RelPath::new(&path).unwrap(),
            before: None,
            after: Some(text.into_bytes().into()),
            executable: None,
        };
        Plan {
            edits: edits.into_iter().map(edit).collect(),
            ..plan(&change.into(), &files).unwrap()
        }
    }

    #[test]
    fn a_small_change_is_there_as_a_whole() {
        let plan = plan_of([("a.md".to_owned(), "one\n".to_owned())]);
        let line = serde_json::to_value(changed(&plan)).unwrap();
        let expected = serde_json::json!([{
            "path": "a.md", "kind": "create", "added": 1, "removed": 0,
            "diff": "@@ -0,0 +1 @@\n+one\n", "truncated": false,
        }]);
        assert_eq!(line, expected);
    }

    #[test]
    fn secrets_are_masked() {
        let plan = plan_of([(
            "a.json".to_owned(),
            "{ \"token\": \"s3cret\" }\n".to_owned(),
        )]);
        let found = changed(&plan);
        assert!(!found[0].diff.contains("s3cret"), "{found:?}");
        assert!(found[0].diff.contains("token"), "{found:?}");
    }

    #[test]
    fn all_files_together_have_one_room_of_whole_lines() {
        let text = "0123456789abcde\n".repeat(300);
        let plan = plan_of((0..3).map(|n| (format!("{n}.md"), text.clone())));
        let found = changed(&plan);
        let sizes: Vec<usize> = found.iter().map(|changed| changed.diff.len()).collect();
        assert!(sizes.iter().sum::<usize>() <= DIFF_BYTES, "{sizes:?}");
        assert_eq!(
            found
                .iter()
                .map(|changed| changed.truncated)
                .collect::<Vec<_>>(),
            [false, true, true]
        );
        assert!(found.iter().all(|changed| changed.added == 300));
        assert!(found[1].diff.ends_with("abcde\n"), "{sizes:?}");
    }

    #[test]
    fn very_many_files_are_not_all_listed() {
        let plan = plan_of((0..=FILES).map(|n| (format!("{n}.md"), "x\n".to_owned())));
        assert_eq!(changed(&plan).len(), FILES);
    }
}
