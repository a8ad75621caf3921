//! Whether each workspace is there and can be served.

use super::DoctorCheck;
use crate::facts::{DoctorFacts, WorkspaceFacts, WorkspaceState};
use crate::finding::DoctorFinding;

pub(super) const CHECK: DoctorCheck = DoctorCheck {
    name: "workspaces",
    title: "every workspace is there and can be served",
    is_quick: true,
    run,
};

fn run(facts: &DoctorFacts<'_>) -> Vec<DoctorFinding> {
    let settings = &facts.settings;
    // Settings that cannot be used say nothing of workspaces.
    if facts.workspaces.is_empty() && settings.problems.is_empty() {
        return vec![none()];
    }
    // Who starts a server that refuses every write has nothing to mend.
    let exposure = settings.exposure.as_ref();
    let writes = !exposure.is_some_and(|exposure| exposure.is_read_only);
    let workspaces = facts.workspaces.iter();
    workspaces
        .filter_map(|workspace| of_one(workspace, writes))
        .collect()
}

fn none() -> DoctorFinding {
    DoctorFinding::warning("workspaces.none", "no workspace is configured")
        .why("clients find nothing to read or change")
        .fix("start with `--workspace PATH`, or write \"workspaces\": [{ \"path\": \".\" }] in the configuration file")
}

fn of_one(workspace: &WorkspaceFacts<'_>, writes: bool) -> Option<DoctorFinding> {
    let name = &workspace.name;
    let error = |rule: &str, what: String| DoctorFinding::error(format!("workspaces.{rule}"), what);
    let finding = match &workspace.state {
        WorkspaceState::Readable(_) if workspace.is_writable || !writes => return None,
        WorkspaceState::Readable(_) => DoctorFinding::warning(
            "workspaces.read_only",
            format!("the server may not write in workspace `{name}`"),
        )
        .why("clients can read it, and every change that is allowed fails")
        .fix("give the server's user the right to write there, or start with `--read-only`"),
        WorkspaceState::Missing => error("missing", format!("workspace `{name}` is not there"))
            .why("nothing of it is served until there is a directory")
            .fix("make the directory, or take the workspace out of the settings"),
        WorkspaceState::NoDirectory => error(
            "no_directory",
            format!("workspace `{name}` is no directory"),
        )
        .why("nothing of it is served")
        .fix("name the directory that holds the files, not a file"),
        WorkspaceState::Unauthorized => error(
            "unauthorized",
            format!("workspace `{name}` lies in none of the authorised directories"),
        )
        .why("nothing of it is served")
        .fix("add the directory, or one above it, to `authorizedRoots`; links are resolved first"),
        WorkspaceState::Unreadable { message } => error(
            "unreadable",
            format!("workspace `{name}` cannot be read: {message}"),
        )
        .why("nothing of it is served")
        .fix("let the server's user read the directory and those above it"),
    };
    Some(finding.at(&workspace.path, None))
}
