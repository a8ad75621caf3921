//! Paths of a workspace that may mean a file with secrets, as settings and texts
//! write them.

use super::{ReservedFile, reserved};
use crate::layout::CONFIG_NAMES;
use crate::mask::may_match_secret_file;
use crate::path::RelPath;
use crate::wildcard::matches;

/// Directories in which programs keep what lets them in elsewhere: addresses with
/// passwords, tokens, keys.
const DIRECTORIES: [&str; 7] = [
    ".aws", ".azure", ".docker", ".git", ".gnupg", ".kube", ".ssh",
];

/// What such a directory keeps them in, where a pattern says nothing of the directory.
const FILES: [&str; 2] = ["config", "config.json"];

/// A pattern with a longer part is taken for one that matches anything.
const LONGEST: usize = 128;

/// Whether a path in a text may mean a file of the workspace that holds secrets: one
/// that is called so, settings of the engine, or anything in a directory that is there
/// for them.
///
/// ```
/// use openwork_model::workspace_file::is_secret_path;
///
/// for path in [".env", "./a/.ENV.local", ".git/config", "deploy/id_rsa", "opencode.json"] {
///     assert!(is_secret_path(path), "{path}");
/// }
/// for path in ["docs/plan.md", "src/env.rs", ".github/workflows/ci.yml"] {
///     assert!(!is_secret_path(path), "{path}");
/// }
/// ```
pub fn is_secret_path(path: &str) -> bool {
    let parts = parts(path);
    let is_directory = |part: &String| DIRECTORIES.contains(&part.as_str());
    parts.last().is_some_and(|name| is_secret_name(name)) || parts.iter().any(is_directory)
}

/// Whether a pattern of paths, `*` for any text and `?` for one character, may match
/// such a file.
///
/// ```
/// use openwork_model::workspace_file::may_match_secret;
///
/// for pattern in ["docs/*", "docs/**/*", "cert/*.p?m", "a/.g*/x", "a/**/config"] {
///     assert!(may_match_secret(pattern), "{pattern}");
/// }
/// for pattern in ["docs/*.md", "docs/**/*.md", "AGENTS.md"] {
///     assert!(!may_match_secret(pattern), "{pattern}");
/// }
/// ```
pub fn may_match_secret(pattern: &str) -> bool {
    if is_secret_path(pattern) {
        return true;
    }
    let parts = parts(pattern);
    let Some((name, directories)) = parts.split_last() else {
        return false;
    };
    let may_be = |names: &[&str], part: &str| names.iter().any(|known| matches(part, known));
    let is_long = |part: &String| part.len() > LONGEST;
    if pattern.contains(['*', '?']) && parts.iter().any(is_long) {
        return true;
    }
    let is_anything = |part: &String| part.bytes().all(|byte| byte == b'*');
    let (wide, narrow): (Vec<_>, Vec<_>) = directories.iter().partition(|part| is_anything(part));
    may_match_secret_file(name)
        || may_be(&CONFIG_NAMES, name)
        || may_be(&DIRECTORIES, name)
        || narrow.iter().any(|part| may_be(&DIRECTORIES, part))
        // `**` leads into every directory, but most names are in none of these.
        || !wide.is_empty() && may_be(&FILES, name)
}

fn is_secret_name(name: &str) -> bool {
    let is_secret = |path: RelPath| reserved(&path) == Some(ReservedFile::Secret);
    CONFIG_NAMES.contains(&name) || RelPath::new(name).is_ok_and(is_secret)
}

/// The parts of a path in small letters, without those that say nothing.
fn parts(path: &str) -> Vec<String> {
    let parts = path.split(['/', '\\']);
    let parts = parts.filter(|part| !matches!(*part, "" | "."));
    // Windows leaves dots and blanks at the end of names out.
    let trimmed = parts.map(|part| part.trim_end_matches(['.', ' ']).to_ascii_lowercase());
    trimmed.filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_secrets_are_known_however_they_are_written() {
        for path in [
            ".env",
            ".Env",
            "./.env",
            "a//./.env.production",
            "a\\.env",
            ".env.",
            ".env)",
            ".envrc",
            "certs/Server.PEM",
            ".git",
            ".GIT/config",
            "a/.git/refs/x",
            ".ssh/config",
            ".opencode/opencode.jsonc",
            "credentials.json",
        ] {
            assert!(is_secret_path(path), "{path}");
            assert!(may_match_secret(path), "{path}");
        }
        for path in [
            "",
            ".",
            "docs/a.md",
            ".gitignore",
            "id_rsa.pub",
            "types/node",
            "environment",
        ] {
            assert!(!is_secret_path(path), "{path}");
            assert!(!may_match_secret(path), "{path}");
        }
    }

    #[test]
    fn patterns_that_may_match_a_secret_are_known() {
        for pattern in [
            ".*",
            "*",
            "**",
            "**/*",
            "a/.en?",
            "a/*.local",
            "a/id_*",
            "a/*.k?y",
            "a/serv*.key",
            "a/*y",
            "a/**",
            "a/*.json",
            ".gi?/HEAD",
            "a/*/config",
            "a/.*",
        ] {
            assert!(may_match_secret(pattern), "{pattern}");
        }
        for pattern in [
            "docs/*.md",
            "**/*.md",
            "docs/**/AGENTS.md",
            "docs/*.txt",
            ".cursor/rules/*.mdc",
            "docs/a?.md",
        ] {
            assert!(!may_match_secret(pattern), "{pattern}");
        }
        assert!(!may_match_secret(&"a".repeat(200)));
        assert!(may_match_secret(&"*a".repeat(100)));
    }
}
