//! Where a plugin comes from, by what its spec says.

use std::path::Path;

/// Where the engine gets a plugin from.
///
/// The engine resolves paths itself and hands everything else to npm, whose
/// rules (`npm-package-arg`) these are. What only looks like a package of the
/// registry is not taken for one: a rule that allows a name must not let a
/// fork of that name through.
///
/// ```
/// use openwork_model::plugin::PluginOrigin;
///
/// let name = |spec| PluginOrigin::of(spec).registry_name().map(str::to_owned);
/// assert_eq!(name("@acme/notion@^1.2").as_deref(), Some("@acme/notion"));
/// assert_eq!(name("notion@npm:other"), None);
/// assert_eq!(name("notion@github:somebody/notion"), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PluginOrigin {
    /// A package of the npm registry.
    Registry {
        /// Its name, with its scope.
        name: String,
        /// A version, a range or a tag; `None` for the newest.
        version: Option<String>,
    },
    /// A package of the registry that is installed under another name.
    Alias {
        /// The name that it gets.
        name: String,
        /// The package that it is, with its version if one is given.
        package: String,
    },
    /// A git repository.
    Git,
    /// An archive at a web address.
    Url,
    /// A file or directory of this machine.
    File(PluginFile),
    /// Nothing that is known.
    Unknown,
}

/// How a spec names a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PluginFile {
    /// By a `file://` URL, which the engine loads as it is.
    Url,
    /// By a path, absolute or with a dot first, which the engine resolves.
    Path,
    /// By a path or an archive that npm installs as a package.
    Package,
}

impl PluginOrigin {
    /// Reads the text of a spec.
    pub fn of(spec: &str) -> Self {
        if spec.starts_with("file://") {
            return Self::File(PluginFile::Url);
        }
        // `/a` has no drive on Windows, and is absolute for the engine all the same.
        if spec.starts_with('.') || Path::new(spec).has_root() {
            return Self::File(PluginFile::Path);
        }
        let (name, version) = split(spec);
        if !is_package_name(name) || is_archive(name) {
            return from_elsewhere(spec);
        }
        let name = name.to_owned();
        match version {
            None => Self::Registry {
                name,
                version: None,
            },
            Some(version) if is_version(version) && !is_archive(version) => Self::Registry {
                name,
                version: Some(version.to_owned()),
            },
            Some(version) => match strip_scheme(version, "npm") {
                Some(package) => Self::Alias {
                    name,
                    package: package.to_owned(),
                },
                None => from_elsewhere(version),
            },
        }
    }

    /// The name of a package of the registry; `None` for anything else, an
    /// alias of such a package among it.
    pub fn registry_name(&self) -> Option<&str> {
        match self {
            Self::Registry { name, .. } => Some(name),
            Self::Alias { .. } | Self::Git | Self::Url | Self::File(_) | Self::Unknown => None,
        }
    }
}

/// The name of the package that a spec stands for, borrowed from it; `None` if
/// that comes from anywhere but the registry.
pub(crate) fn registry_name(spec: &str) -> Option<&str> {
    match PluginOrigin::of(spec) {
        PluginOrigin::Registry { .. } => Some(split(spec).0),
        _ => None,
    }
}

/// The name and what comes after the `@` behind it. The first `@` may belong
/// to a scope.
fn split(spec: &str) -> (&str, Option<&str>) {
    let end = spec.char_indices().skip(1).find(|&(_, c)| c == '@');
    let parts = end.and_then(|(end, _)| spec.split_at_checked(end));
    parts.map_or((spec, None), |(name, version)| (name, version.get(1..)))
}

/// What is no package of the registry.
fn from_elsewhere(text: &str) -> PluginOrigin {
    if has_scheme(text, &["http", "https"]) && !names_repository(text) {
        PluginOrigin::Url
    } else if is_file(text) {
        PluginOrigin::File(PluginFile::Package)
    } else if is_repository(text) {
        PluginOrigin::Git
    } else {
        PluginOrigin::Unknown
    }
}

fn is_file(text: &str) -> bool {
    let is_path = text.starts_with(['.', '/']) || text.starts_with("~/");
    has_scheme(text, &["file"]) || is_path || is_archive(text) && !text.contains(':')
}

fn is_repository(text: &str) -> bool {
    let schemes = [
        "git",
        "github",
        "gitlab",
        "bitbucket",
        "gist",
        "ssh",
        "git+ssh",
        "git+https",
        "git+http",
        "git+file",
    ];
    // `git@host:path`, and `owner/name` at GitHub.
    let is_scp = text
        .split_once('@')
        .is_some_and(|(_, rest)| rest.contains(':'));
    let is_short = !text.starts_with('@')
        && text.split('/').count() == 2
        && !text.contains(char::is_whitespace);
    has_scheme(text, &schemes) || names_repository(text) || is_scp || is_short
}

/// Whether the path of an address ends as those of repositories do.
fn names_repository(address: &str) -> bool {
    let path = address.split(['#', '?']).next().unwrap_or(address);
    path.to_ascii_lowercase().strip_suffix(".git").is_some()
}

fn has_scheme(text: &str, schemes: &[&str]) -> bool {
    schemes
        .iter()
        .any(|scheme| strip_scheme(text, scheme).is_some())
}

fn strip_scheme<'t>(text: &'t str, scheme: &str) -> Option<&'t str> {
    let (given, rest) = text.split_once(':')?;
    given.eq_ignore_ascii_case(scheme).then_some(rest)
}

/// A name that the registry gives: lower case, safe in a URL, at most 214.
fn is_package_name(name: &str) -> bool {
    let is_part = |part: &str| {
        let is_safe = |b: u8| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.' | b'_' | b'~')
        };
        !part.is_empty() && !part.starts_with(['.', '_']) && part.bytes().all(is_safe)
    };
    let is_name = match name.strip_prefix('@') {
        Some(scoped) => scoped
            .split_once('/')
            .is_some_and(|(scope, name)| is_part(scope) && is_part(name)),
        None => is_part(name),
    };
    is_name && name.len() <= 214
}

/// A version, a range or a tag: nothing with a slash or a colon, which lead
/// out of the registry.
fn is_version(text: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || b"^~<>=|*.+- _".contains(&b);
    !text.is_empty() && !text.starts_with(['.', '~', ' ']) && text.bytes().all(is_part)
        || text.strip_prefix('~').is_some_and(is_version)
}

/// Whether npm takes a name without a slash for a file.
fn is_archive(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    [".tgz", ".tar.gz", ".tar"]
        .iter()
        .any(|ending| text.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_of_the_registry_has_a_name_and_perhaps_a_version() {
        for (spec, name, version) in [
            ("notion", "notion", None),
            ("notion@1.2.3-beta+7", "notion", Some("1.2.3-beta+7")),
            ("notion@latest", "notion", Some("latest")),
            ("notion@>=1 <2 || 3.x", "notion", Some(">=1 <2 || 3.x")),
            ("notion@~1.2", "notion", Some("~1.2")),
            ("@acme/notion", "@acme/notion", None),
            ("@acme/notion@^1", "@acme/notion", Some("^1")),
        ] {
            let expected = PluginOrigin::Registry {
                name: name.to_owned(),
                version: version.map(str::to_owned),
            };
            assert_eq!(PluginOrigin::of(spec), expected, "{spec}");
        }
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_not_the_registrys() {
        use PluginOrigin as O;
        let alias = O::Alias {
            name: "notion".to_owned(),
            package: "@evil/notion@1".to_owned(),
        };
        assert_eq!(O::of("notion@npm:@evil/notion@1"), alias);
        let package = O::File(PluginFile::Package);
        for (spec, origin) in [
            ("notion@git+ssh://git@host/notion", O::Git),
            ("notion@github:evil/notion", O::Git),
            ("notion@evil/notion#main", O::Git),
            ("notion@git@host.test:evil/notion", O::Git),
            ("evil/notion", O::Git),
            ("https://host.test/notion.git#v1", O::Git),
            ("notion@HTTPS://host.test/notion.tgz", O::Url),
            ("https://host.test/notion@1.tgz", O::Url),
            ("notion@file:../notion", package.clone()),
            ("notion@../notion", package.clone()),
            ("notion@~/notion", package.clone()),
            ("notion@/notion", package.clone()),
            ("notion@evil.tgz", package.clone()),
            ("notion.tar.gz", package),
            ("file:///notion.js", O::File(PluginFile::Url)),
            ("./notion.js", O::File(PluginFile::Path)),
            ("/notion.js", O::File(PluginFile::Path)),
            ("notion@", O::Unknown),
            ("Notion", O::Unknown),
            (" notion", O::Unknown),
            ("notion@1\u{a0}", O::Unknown),
            ("@acme", O::Unknown),
            ("@", O::Unknown),
            ("", O::Unknown),
        ] {
            assert_eq!(O::of(spec), origin, "{spec:?}");
            assert_eq!(O::of(spec).registry_name(), None, "{spec:?}");
        }
    }
}
