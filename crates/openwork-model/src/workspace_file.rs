//! Files of a workspace that clients read and write as they are.
//!
//! What the engine reads by itself is no such file: it has routes of its own,
//! where it is known what it means. Nor is what is called like a secret.

use crate::layout::{AgentDirectory, CONFIG_NAMES, is_config_file};
use crate::mask::is_secret_file;
use crate::path::RelPath;

mod named;
mod secret_path;

pub use self::named::{is_named_in_prompts, is_named_in_settings};
pub use self::secret_path::{is_secret_path, may_match_secret};

/// Directories that belong to a program which reads or runs what lies in them.
const DIRECTORIES: [&str; 1] = [".git"];

/// Whose a file is that clients do not get as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ReservedFile {
    /// It holds secrets, by its name.
    #[error("it holds secrets, by its name")]
    Secret,
    /// The engine, git or this server reads it by itself.
    #[error("the engine or another program reads it by itself; it has a route of its own, or none")]
    Engine,
    /// Settings name it, or a folder that it lies in.
    #[error(
        "the settings of the workspace name it, or a folder that it lies in, so the engine or another program reads it by itself; bring it under another name, or take the setting back first"
    )]
    Named,
}

/// Whose a path is, if no client gets what stands there.
///
/// ```
/// use openwork_model::path::RelPath;
/// use openwork_model::workspace_file::{ReservedFile, reserved};
///
/// let of = |path: &str| RelPath::new(path).map(|path| reserved(&path));
/// assert_eq!(of("docs/plan.md")?, None);
/// assert_eq!(of("a/.env.local")?, Some(ReservedFile::Secret));
/// assert_eq!(of(".OpenCode/agents/a.md")?, Some(ReservedFile::Engine));
/// assert_eq!(of("sub/opencode.jsonc")?, Some(ReservedFile::Engine));
/// # Ok::<(), openwork_model::path::PathError>(())
/// ```
pub fn reserved(path: &RelPath) -> Option<ReservedFile> {
    let agents = AgentDirectory::ALL.map(AgentDirectory::name);
    let theirs = agents.iter().chain(&DIRECTORIES);
    // In capitals or small letters: not all file systems tell them apart. At any
    // depth, as the engine may be started anywhere below.
    let is_theirs = |name: &str| theirs.clone().any(|their| their.eq_ignore_ascii_case(name));
    let name = path.file_name().unwrap_or("").to_ascii_lowercase();
    if is_secret_file(path) || name.starts_with(".env") {
        return Some(ReservedFile::Secret);
    }
    let is_engines = is_config_file(path)
        || CONFIG_NAMES.contains(&name.as_str())
        || path.components().any(is_theirs);
    is_engines.then_some(ReservedFile::Engine)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RelPath {
        RelPath::new(text).unwrap()
    }

    #[test]
    fn secrets_and_what_programs_read_by_themselves_are_reserved() {
        for (text, expected) in [
            ("README.md", None),
            ("src/main.rs", None),
            ("config.json", None),
            (".github/workflows/ci.yml", None),
            (".env", Some(ReservedFile::Secret)),
            (".env.example", Some(ReservedFile::Secret)),
            ("deploy/id_rsa", Some(ReservedFile::Secret)),
            ("opencode.json", Some(ReservedFile::Engine)),
            ("a/OPENCODE.jsonc", Some(ReservedFile::Engine)),
            (".opencode/openwork/outbox/a", Some(ReservedFile::Engine)),
            ("a/.claude/skills/s/SKILL.md", Some(ReservedFile::Engine)),
            (".GIT/hooks/pre-commit", Some(ReservedFile::Engine)),
        ] {
            assert_eq!(reserved(&path(text)), expected, "{text}");
        }
    }
}
