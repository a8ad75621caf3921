//! Whether the audit logs of the workspaces can be read.

use super::DoctorCheck;
use crate::facts::DoctorFacts;
use crate::finding::DoctorFinding;

pub(super) const CHECK: DoctorCheck = DoctorCheck {
    name: "audit",
    title: "the audit logs can be read",
    is_quick: true,
    run,
};

fn run(facts: &DoctorFacts<'_>) -> Vec<DoctorFinding> {
    let unread = facts.readable().filter_map(|(workspace, files)| {
        let cause = files.newest_entries(1).err()?;
        let finding = DoctorFinding::error(
            "audit.unreadable",
            format!(
                "the audit log of workspace `{}` cannot be read: {cause}",
                workspace.name
            ),
        );
        // The log may lie in the workspace or in the server's directory of its state.
        Some(finding.at(cause.path(), None))
    });
    unread
        .map(|finding| {
            finding
                .why("what cannot be recorded is not done, so every change may fail")
                .fix("let the server's user read and write the directory, and let no file of the log be a link")
        })
        .collect()
}
