//! What tells one plan from another.

use std::fmt::Write as _;

use openwork_model::digest::Digest;

use super::Plan;

impl Plan {
    /// That of everything it would write: which files, and what they will hold.
    /// Two plans have the same one if carrying out either leaves the same files.
    pub fn digest(&self) -> Digest {
        let mut written = String::new();
        for edit in &self.edits {
            let after = edit.after.as_deref().map(Digest::of);
            let after = after.map_or_else(|| "none".to_owned(), |after| after.to_string());
            let path = edit.path.as_str();
            // No path has the character 0, so no two lists of files read the same.
            let mark = edit.executable;
            // Writing to a text cannot fail.
            let _ = writeln!(written, "{path}\0{after} {mark:?}");
        }
        Digest::of(written.as_bytes())
    }
}
