//! Where a path may lead: out of the workspace, or to a secret in it.

use openwork_model::workspace_file::{is_secret_path, may_match_secret};

/// Where a path may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum FileReach {
    /// To a file of the workspace like others.
    Workspace,
    /// To a file of the workspace that holds secrets, by what it is called.
    Secret,
    /// Out of the workspace.
    Outside,
}

impl FileReach {
    /// Of a path, whatever is filled in.
    pub(super) fn of_path(path: &str) -> Self {
        match path {
            _ if leads_outside(path) => Self::Outside,
            _ if is_secret_path(path) => Self::Secret,
            _ => Self::Workspace,
        }
    }

    /// Of a pattern of paths.
    pub(super) fn of_pattern(pattern: &str) -> Self {
        match pattern {
            _ if is_pattern_outside(pattern) => Self::Outside,
            _ if may_match_secret(pattern) => Self::Secret,
            _ => Self::Workspace,
        }
    }
}

/// First directories of systems. Outside of a repository the engine takes a
/// relative path as one from the root of the file system as well, so
/// `@etc/passwd` reads `/etc/passwd`.
const SYSTEM: &[&str] = &[
    "Applications",
    "Library",
    "Network",
    "ProgramData",
    "System",
    "Users",
    "Volumes",
    "Windows",
    "dev",
    "etc",
    "home",
    "media",
    "mnt",
    "nix",
    "opt",
    "private",
    "proc",
    "root",
    "run",
    "srv",
    "sys",
    "tmp",
    "usr",
    "var",
];

/// Whether a path that somebody wrote may lead out of the workspace, whatever is filled in.
///
/// ```
/// use openwork_change::effect::leads_outside;
///
/// assert!(leads_outside("~/.ssh/id_rsa") && leads_outside("a/../../b"));
/// assert!(!leads_outside("docs/plan.md"));
/// ```
pub fn leads_outside(path: &str) -> bool {
    let mut components = path.split(['/', '\\']);
    let first = components
        .clone()
        .find(|component| !matches!(*component, "" | "."));
    path.starts_with(['~', '/', '\\'])
        // What is put in for a variable may be absolute or climb.
        || path.contains(['$', '\\'])
        || has_drive(path)
        || components.any(|component| component == "..")
        || first.is_some_and(is_system_name)
}

/// Whether a name is that of a system's directory.
pub(super) fn is_system_name(name: &str) -> bool {
    SYSTEM.iter().any(|known| known.eq_ignore_ascii_case(name))
}

pub(super) fn is_pattern_outside(pattern: &str) -> bool {
    let first = pattern
        .split('/')
        .find(|component| !matches!(*component, "" | "."))
        .unwrap_or("");
    leads_outside(pattern)
        // A wildcard in front may match `etc`, and so may braces anywhere.
        || first.contains(['*', '?'])
        || pattern.contains(['{', '}', '[', ']', '(', ')', '!', '+', '@', '|'])
}

fn has_drive(path: &str) -> bool {
    let mut bytes = path.bytes();
    bytes
        .next()
        .is_some_and(|drive| drive.is_ascii_alphabetic())
        && bytes.next() == Some(b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_may_leave_are_known() {
        for path in [
            "~/.ssh/id_rsa",
            "~root",
            "/etc/passwd",
            "//a",
            "../x",
            "a/../../x",
            "a/..",
            "a\\b",
            "..\\x",
            "C:/x",
            "c:x",
            "$HOME/x",
            "a/$1",
            "etc/passwd",
            "./etc/passwd",
            "HOME/a",
            "proc/self/environ",
        ] {
            assert!(leads_outside(path), "{path}");
            assert!(is_pattern_outside(path), "{path}");
        }
        for path in [
            "README.md",
            "./a",
            "src/main.rs",
            "docs/etc/a",
            "a..b",
            "...",
            ".",
            "a~",
        ] {
            assert!(!leads_outside(path), "{path}");
        }
    }

    #[test]
    fn patterns_that_may_leave_are_known() {
        for pattern in [
            "**/*.md",
            "*/x",
            "?tc/passwd",
            "{..,a}/b",
            "a/[.][.]/b",
            "+(a)/b",
        ] {
            assert!(is_pattern_outside(pattern), "{pattern}");
        }
        for pattern in [
            "docs/*.md",
            "docs/**/*.md",
            "AGENTS.md",
            ".cursor/rules/*.md",
        ] {
            assert!(!is_pattern_outside(pattern), "{pattern}");
        }
    }
}
