//! What systems do in different ways: links, modes, the spelling of paths.

use std::io;
use std::path::Path;

#[cfg(windows)]
use openwork_testkit::private;
use serde_json::Value;

/// What a case needs that not every system has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Symbolic links.
    Links,
    /// Asking one program to end, which Windows can and wine cannot.
    Events,
}

impl Need {
    /// The first thing that a case needs and this system lacks.
    pub(crate) fn missing(case: &Value) -> Option<Self> {
        let links = || mentions(case, "symlink") && !can_link();
        if links() {
            return Some(Self::Links);
        }
        // How requests ended is written a moment later, unless the server ends in order.
        let asks_after =
            mentions(case, "restart") && case.to_string().contains("/approvals/history");
        let ends = mentions(case, "stop") || asks_after;
        (cfg!(windows) && ends).then_some(Self::Events)
    }

    /// What is said of a case that is left out.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Links => "needs links",
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

/// How the mode of a file differs from the one in octal digits that it should
/// have, if it does.
#[cfg(unix)]
pub(crate) fn mode_difference(path: &Path, octal: &str) -> io::Result<Option<String>> {
    use std::os::unix::fs::PermissionsExt;

    let found = path.metadata()?.permissions().mode() & 0o7777;
    let found = format!("{found:04o}");
    Ok((found != octal).then(|| format!("mode: expected {octal}, found {found}")))
}

/// Changes the mode of a file.
#[cfg(unix)]
pub(crate) fn set_mode(path: &Path, octal: &str) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    let mode = u32::from_str_radix(octal, 8).map_err(io::Error::other)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
}

/// Where there are no modes: what a mode says of others than the file's user.
#[cfg(windows)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OthersAccess {
    KeptOut,
    MayRead,
    /// It marks a program, which Windows knows by its name.
    NotMeant,
}

#[cfg(windows)]
impl OthersAccess {
    fn of(octal: &str) -> io::Result<Self> {
        const OTHERS: u32 = 0o077;
        let mode = u32::from_str_radix(octal, 8).map_err(io::Error::other)?;
        Ok(if mode & 0o111 != 0 {
            Self::NotMeant
        } else if mode & OTHERS == 0 {
            Self::KeptOut
        } else {
            Self::MayRead
        })
    }
}

/// How the access list of a file differs from what a mode says, if it does.
#[cfg(windows)]
pub(crate) fn mode_difference(path: &Path, octal: &str) -> io::Result<Option<String>> {
    let found = if private::is_private(path)? {
        OthersAccess::KeptOut
    } else {
        OthersAccess::MayRead
    };
    let expected = OthersAccess::of(octal)?;
    let is_as_expected = expected == OthersAccess::NotMeant || expected == found;
    Ok((!is_as_expected).then(|| format!("others: expected {expected:?}, found {found:?}")))
}

/// Gives a file an access list that says what a mode does.
#[cfg(windows)]
pub(crate) fn set_mode(path: &Path, octal: &str) -> io::Result<()> {
    match OthersAccess::of(octal)? {
        OthersAccess::KeptOut => private::keep_others_out(path),
        OthersAccess::MayRead => private::let_others_read(path),
        OthersAccess::NotMeant => Ok(()),
    }
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
