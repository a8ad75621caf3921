//! Whether others can use the server's own files that hold secrets.

use super::DoctorCheck;
use crate::facts::{DoctorFacts, SecretFile};
use crate::finding::DoctorFinding;

pub(super) const CHECK: DoctorCheck = DoctorCheck {
    name: "secret_files",
    title: "the server's secrets are for its user alone",
    is_quick: true,
    run,
};

fn run(facts: &DoctorFacts<'_>) -> Vec<DoctorFinding> {
    let files = facts.secret_files.iter();
    let open = files.filter(|file| file.is_open_to_others);
    open.map(finding).collect()
}

fn finding(file: &SecretFile) -> DoctorFinding {
    DoctorFinding::error(
        "secret_files.open",
        format!("others can read or write a file that holds {}", file.holds),
    )
    .at(&file.path, None)
    .why("whoever reads them can do what they let in, and whoever writes them decides what that is")
    .fix(format!("keep others out with `{}`", file.closing_command))
}
