//! Relative paths that cannot climb.

use std::borrow::Borrow;
use std::fmt;
use std::path::{Path, PathBuf};

/// A path below some root, written with `/`, that cannot leave it.
///
/// It never holds an empty component, `.`, `..`, a backslash or a control
/// character, so joining it to a root always names something below that root.
/// The empty path is the root itself.
///
/// ```
/// use openwork_model::path::RelPath;
///
/// let skill = RelPath::new(".opencode/skills/audit/SKILL.md")?;
/// assert_eq!(skill.file_name(), Some("SKILL.md"));
/// assert!(RelPath::new("../secrets").is_err());
/// # Ok::<(), openwork_model::path::PathError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RelPath(String);

/// A text that is no path below a root.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a path below the workspace")]
pub struct PathError {
    text: String,
}

impl RelPath {
    /// Reads a path such as `.opencode/commands/daily.md`.
    pub fn new(text: &str) -> Result<Self, PathError> {
        text.split('/')
            .try_fold(Self::root(), |path, component| path.join(component))
            .map_err(|_| PathError {
                text: text.to_owned(),
            })
    }

    /// The root itself.
    pub fn root() -> Self {
        Self::default()
    }

    /// This path with one more component.
    pub fn join(&self, component: &str) -> Result<Self, PathError> {
        if !is_component(component) {
            return Err(PathError {
                text: component.to_owned(),
            });
        }
        Ok(self.with(component))
    }

    /// This path followed by another.
    #[must_use]
    pub fn join_path(&self, tail: &RelPath) -> Self {
        // Both are checked already, so their components need not be checked again.
        tail.components()
            .fold(self.clone(), |path, component| path.with(component))
    }

    /// The components from the root down.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/').filter(|component| !component.is_empty())
    }

    /// The last component; none for the root.
    pub fn file_name(&self) -> Option<&str> {
        self.components().next_back()
    }

    /// The directory that holds this path; none for the root.
    pub fn parent(&self) -> Option<RelPath> {
        if self.is_root() {
            return None;
        }
        Some(Self(
            self.0
                .rfind('/')
                .map_or_else(String::new, |end| self.0[..end].to_owned()),
        ))
    }

    /// Whether this is the root itself.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this path is `other` or lies below it, by whole components.
    pub fn is_below(&self, other: &RelPath) -> bool {
        other.is_root()
            || self
                .0
                .strip_prefix(&other.0)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The path as text, `/` between components.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path below an absolute root, in the form of this system.
    pub fn below(&self, root: &Path) -> PathBuf {
        self.components()
            .fold(root.to_owned(), |path, component| path.join(component))
    }

    /// A path of components that are known to be sound.
    pub fn of_components(components: &[&str]) -> Self {
        // Callers pass literals and checked names; what comes from outside goes
        // through `new`.
        debug_assert!(components.iter().all(|component| is_component(component)));
        Self(components.join("/"))
    }

    fn with(&self, component: &str) -> Self {
        if self.is_root() {
            Self(component.to_owned())
        } else {
            Self(format!("{}/{component}", self.0))
        }
    }
}

/// Paths are ordered and told apart as their texts are.
impl Borrow<str> for RelPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_root() { "." } else { &self.0 })
    }
}

fn is_component(text: &str) -> bool {
    !matches!(text, "" | "." | "..")
        && !text
            .chars()
            .any(|c| matches!(c, '/' | '\\') || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_climb_or_hide_are_refused() {
        for text in [
            "", "..", "a/../b", "/a", "a/", "a//b", "./a", "a\\b", "a\0b", "a\nb",
        ] {
            assert!(RelPath::new(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn parents_end_at_the_root() {
        let path = RelPath::new("a/b").unwrap();
        let parent = path.parent().unwrap();
        assert_eq!(parent.as_str(), "a");
        assert_eq!(parent.parent(), Some(RelPath::root()));
        assert_eq!(RelPath::root().parent(), None);
    }

    #[test]
    fn below_counts_whole_components() {
        let ws = RelPath::new("a/ws").unwrap();
        assert!(RelPath::new("a/ws/x").unwrap().is_below(&ws));
        assert!(ws.is_below(&ws));
        assert!(!RelPath::new("a/ws-2").unwrap().is_below(&ws));
        assert!(ws.is_below(&RelPath::root()));
    }
}
