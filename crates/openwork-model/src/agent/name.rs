//! The names of agents that are to be written.

use std::fmt;

use crate::file_name::is_device;
use crate::invalid::Invalid;
use crate::layout::{AgentDirectory, PROMPT_ENDING};
use crate::path::RelPath;

/// The longest part of a name, and the longest name, in bytes.
const LONGEST: usize = 128;

/// An agent's name: parts of ASCII letters, digits, `_`, `-` and `.`, which is
/// not first, with slashes between them.
///
/// ```
/// use openwork_model::agent::AgentName;
///
/// assert_eq!(AgentName::parse_new("team/planner")?.path().as_str(), ".opencode/agents/team/planner.md");
/// assert!(AgentName::parse_new("../evil").is_err());
/// # Ok::<(), openwork_model::invalid::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgentName(String);

impl AgentName {
    /// Reads the name of an agent that is to be written.
    pub fn parse_new(text: &str) -> Result<Self, Invalid> {
        let name = text.trim();
        if name.len() > LONGEST || !name.split('/').all(is_part) {
            return Err(Invalid::AgentName);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where the file of a new agent is written.
    pub fn path(&self) -> RelPath {
        Self::path_in("agents", &self.0)
    }

    /// Where the file of a new mode is written: directly in the folder, as modes have to be.
    pub fn mode_path(&self) -> RelPath {
        let (_, last) = self.0.rsplit_once('/').unwrap_or(("", &self.0));
        Self::path_in("modes", last)
    }

    fn path_in(folder: &str, stem: &str) -> RelPath {
        let file = format!("{stem}{PROMPT_ENDING}");
        let mut components = vec![AgentDirectory::Opencode.name(), folder];
        components.extend(file.split('/'));
        RelPath::of_components(&components)
    }
}

impl fmt::Display for AgentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_part(part: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    !part.is_empty() && !part.starts_with('.') && part.bytes().all(is_letter) && !is_device(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_with_slashes_between_them() {
        for name in ["a", "team/planner", "a.b", "A-1_/b.c"] {
            assert_eq!(AgentName::parse_new(name).unwrap().as_str(), name);
        }
        let long = "a".repeat(129);
        for name in [
            "", "/", "a/", "/a", ".a", "a/.b", "..", "a b", "ä", "con", "x/aux.v2", &long,
        ] {
            assert_eq!(
                AgentName::parse_new(name),
                Err(Invalid::AgentName),
                "{name}"
            );
        }
    }
}
