//! What systems do in different ways: links, modes, the spelling of paths.

use std::io;
use std::path::Path;

use serde_json::Value;

/// What a case needs that not every system has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Symbolic links.
    Links,
    /// The modes of files.
    Modes,
    /// Asking one program to end, which Windows can and wine cannot.
    Events,
}

impl Need {
    /// The first thing that a case needs and this system lacks.
    pub(crate) fn missing(case: &Value) -> Option<Self> {
        let links = || mentions(case, "symlink") && !can_link();
        let modes = || mentions(case, "mode") && cfg!(not(unix));
        if links() {
            return Some(Self::Links);
        }
        if modes() {
            return Some(Self::Modes);
        }
        (cfg!(windows) && mentions(case, "stop")).then_some(Self::Events)
    }

    /// What is said of a case that is left out.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Links => "needs links",
            Self::Modes => "needs modes",
            Self::Events => "needs console events",
        }
    }
}

/// Whether a field of that name is anywhere in a value.
fn mentions(value: &Value, name: &str) -> bool {
    match value {
        Value::Object(fields) => {
            fields.contains_key(name) || fields.values().any(|value| mentions(value, name))
        }
        Value::Array(items) => items.iter().any(|value| mentions(value, name)),
        _ => false,
    }
}

/// Tries it: Windows allows links to some users only, and wine to none.
fn can_link() -> bool {
    let Ok(directory) = tempfile::tempdir() else {
        return true;
    };
    let place = directory.path().join("link");
    link("target", &place).is_ok() && place.is_symlink()
}

/// Makes a link.
#[cfg(unix)]
pub(crate) fn link(target: &str, place: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, place)
}

/// Makes a link; Windows has to know whether to a directory.
#[cfg(windows)]
pub(crate) fn link(target: &str, place: &Path) -> io::Result<()> {
    use std::os::windows::fs::{symlink_dir, symlink_file};

    let from = place.parent().unwrap_or(place);
    if from.join(target).is_dir() {
        symlink_dir(target, place)
    } else {
        symlink_file(target, place)
    }
}

/// The permissions of a file.
#[cfg(unix)]
pub(crate) fn mode(path: &Path) -> io::Result<u32> {
    use std::os::unix::fs::PermissionsExt;

    Ok(path.metadata()?.permissions().mode() & 0o7777)
}

/// Changes the permissions of a file.
#[cfg(unix)]
pub(crate) fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
pub(crate) fn mode(_: &Path) -> io::Result<u32> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(unix))]
pub(crate) fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Spells a text of a case that begins with a path, or is the URL of a file, as
/// this system does: cases are written with `/`.
///
/// `template` is the text before its placeholders were `filled` in.
pub(crate) fn spell(template: &str, filled: String) -> String {
    let is_path = |text: &str| {
        ["${ROOT}", "${HOME}", "${WS}", "${WS:"]
            .iter()
            .any(|name| text.starts_with(name))
    };
    if cfg!(not(windows)) {
        return filled;
    }
    if is_path(template) {
        return filled.replace('/', "\\");
    }
    match template.strip_prefix("file://") {
        // The URL of a path with a drive has a `/` before it (RFC 8089, appendix E.2).
        Some(rest) if is_path(rest) => filled.replace('\\', "/").replacen("file://", "file:///", 1),
        // Elsewhere it is part of a JSON text, where `\` would need another.
        _ if template.contains("${ROOT}") => filled.replace('\\', "/"),
        _ => filled,
    }
}
