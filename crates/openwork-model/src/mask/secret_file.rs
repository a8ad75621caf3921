//! Which files hold secrets, by what they are called.

use crate::path::RelPath;
use crate::wildcard::matches;

/// Whole names. These are where programs keep passwords, tokens or private
/// keys without being told to: of shells and web frameworks, of OpenSSH, and of
/// the clients of FTP, packages, git, databases, web servers and clouds.
const NAMES: &[&str] = &[
    ".env",
    ".envrc",
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    ".netrc",
    "_netrc",
    ".npmrc",
    ".pypirc",
    ".git-credentials",
    ".pgpass",
    ".htpasswd",
    "credentials",
    "credentials.json",
    "client_secret.json",
    "service-account.json",
];

/// Endings. `.pem` and `.key` are private keys more often than not, and who
/// shares a certificate may ask for it; the others are stores of keys.
const ENDINGS: &[&str] = &[
    ".pem",
    ".key",
    ".ppk",
    ".p12",
    ".pfx",
    ".jks",
    ".keystore",
    ".kdbx",
];

/// What often follows `.env.` in files that do hold secrets.
const FULL_FORMS: &[&str] = &["local", "development", "production", "staging", "test"];

/// What follows `.env.` in files that are there to be copied and filled in.
const EMPTY_FORMS: &[&str] = &["example", "sample", "template", "dist", "defaults"];

/// Whether a file is called as those that hold secrets and little else, in
/// capitals or small letters.
///
/// ```
/// use openwork_model::mask::is_secret_file;
/// use openwork_model::path::RelPath;
///
/// for name in [".env", "a/.env.production", "cert/Server.PEM", "id_ed25519"] {
///     assert!(is_secret_file(&RelPath::new(name)?), "{name}");
/// }
/// for name in [".env.example", "env", "id_rsa.pub", "keys.md", "environment.py"] {
///     assert!(!is_secret_file(&RelPath::new(name)?), "{name}");
/// }
/// # Ok::<(), openwork_model::path::PathError>(())
/// ```
pub fn is_secret_file(path: &RelPath) -> bool {
    let name = path.file_name().unwrap_or_default().to_ascii_lowercase();
    if let Some(of) = name.strip_prefix(".env.") {
        return !EMPTY_FORMS.contains(&of);
    }
    NAMES.contains(&name.as_str()) || ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Whether a pattern in small letters, `*` for any text and `?` for one character,
/// may match the name of such a file.
pub(crate) fn may_match_secret_file(pattern: &str) -> bool {
    let is_form = |form: &&str| matches(pattern, &format!(".env.{form}"));
    NAMES.iter().any(|name| matches(pattern, name))
        || FULL_FORMS.iter().any(is_form)
        || ENDINGS.iter().any(|ending| may_end_in(pattern, ending))
}

/// Whether a pattern may match a text with an ending. It does if a part of it from
/// some place on matches the ending: what stands before matches some text or other.
fn may_end_in(pattern: &str, ending: &str) -> bool {
    let mut fixed = 0;
    for (at, c) in pattern.char_indices().rev() {
        fixed += usize::from(c != '*');
        // A longer part has more characters than the ending.
        if fixed > ending.len() {
            return false;
        }
        if matches(pattern.get(at..).unwrap_or(""), ending) {
            return true;
        }
    }
    false
}
