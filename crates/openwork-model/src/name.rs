//! Names that were checked once and stay valid.

use std::fmt;

use crate::file_name::is_device;
use crate::invalid::Invalid;
use crate::path::RelPath;
use crate::plugin::{PluginOrigin, registry_name};
use crate::web_address::{check_characters, is_like_address};

/// A skill's name: kebab-case, 1 to 64 characters, also its folder's name.
///
/// ```
/// use openwork_model::name::SkillName;
///
/// assert_eq!(SkillName::parse(" expense-audit ")?.as_str(), "expense-audit");
/// assert!(SkillName::parse("../evil").is_err());
/// # Ok::<(), openwork_model::invalid::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SkillName(String);

impl SkillName {
    /// Reads a name; blanks around it are dropped, as in the OpenWork API.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let name = text.trim();
        let word = |word: &str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        if name.len() > 64 || !name.split('-').all(word) {
            return Err(Invalid::SkillName);
        }
        Ok(Self(name.to_owned()))
    }

    /// Reads the name of a skill that is to be written: one that its folder can
    /// have on every system.
    pub fn parse_new(text: &str) -> Result<Self, Invalid> {
        let name = Self::parse(text)?;
        if is_device(&name.0) {
            return Err(Invalid::ReservedSkillName { name: name.0 });
        }
        Ok(name)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A command's name: what people type after the slash.
///
/// The engine takes nearly any: a file `a/b c.md` is the command `a/b c`. Only
/// plain ones are [written](Self::parse_new).
///
/// ```
/// use openwork_model::name::CommandName;
///
/// assert_eq!(CommandName::parse_new("/review/api.v2")?.as_str(), "review/api.v2");
/// assert_eq!(CommandName::parse("day end")?.as_str(), "day end");
/// assert!(CommandName::parse_new("day end").is_err());
/// assert!(CommandName::parse("../evil").is_err());
/// # Ok::<(), openwork_model::invalid::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandName(String);

/// The longest name of a command, in bytes.
const COMMAND_NAME: usize = 512;

impl CommandName {
    /// Reads the name of a command that is there; blanks around it and slashes
    /// before it are dropped, as in the OpenWork API, where people type
    /// `/name`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let name = text.trim().trim_start_matches('/');
        if !Self::is_one(name) {
            return Err(Invalid::CommandName);
        }
        Ok(Self(name.to_owned()))
    }

    /// Reads the name of a command that is to be written: parts of ASCII
    /// letters, digits, `_`, `-` and `.`, which is not first, with slashes
    /// between them, so that its file can be had on every system.
    pub fn parse_new(text: &str) -> Result<Self, Invalid> {
        let name = Self::parse(text)?;
        if !name.0.split('/').all(is_plain_part) {
            return Err(Invalid::CommandName);
        }
        // Windows takes `con.md` for the device as well.
        if name.0.split('/').any(is_device) {
            return Err(Invalid::ReservedCommandName { name: name.0 });
        }
        Ok(name)
    }

    /// Whether a name can be used as it is to read and delete a command.
    pub fn is_one(name: &str) -> bool {
        name.len() <= COMMAND_NAME && name.trim() == name && RelPath::new(name).is_ok()
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a part of a command's name may be that of a new file or folder.
fn is_plain_part(part: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    (1..=128).contains(&part.len()) && part.bytes().all(is_plain) && !part.starts_with('.')
}

/// A new MCP entry's name: what the engine takes, 1 to 256 characters that can
/// be shown, and none of the names that its language keeps for itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct McpName(String);

impl McpName {
    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let is_kept = matches!(text, "__proto__" | "constructor" | "prototype");
        let is_blank = text.trim().is_empty();
        if is_kept || is_blank || text.chars().count() > 256 || text.chars().any(char::is_control) {
            return Err(Invalid::McpName);
        }
        Ok(Self(text.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A plugin as the engine's `plugin` list names it: an npm spec, a file or a
/// web address that everybody reads alike. At most 2,048 bytes, without
/// control characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PluginSpec(String);

impl PluginSpec {
    /// Reads a spec; the text is kept as given.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.trim().is_empty() {
            return Err(Invalid::PluginSpecRequired);
        }
        if text.len() > 2048 || text.chars().any(char::is_control) {
            return Err(Invalid::PluginSpec);
        }
        check_plugin_address(text, "/plugin")?;
        Ok(Self(text.to_owned()))
    }

    /// The spec as given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name that tells whether two specs are the same plugin.
    pub fn name(&self) -> PluginName {
        PluginName::of(&self.0)
    }

    /// Where the engine gets the plugin from.
    pub fn origin(&self) -> PluginOrigin {
        PluginOrigin::of(&self.0)
    }

    /// The name of a package of the npm registry, without its version; `None`
    /// for a plugin that comes from anywhere else.
    ///
    /// ```
    /// use openwork_model::name::PluginSpec;
    ///
    /// assert_eq!(PluginSpec::parse("notion@1.2")?.registry_name(), Some("notion"));
    /// assert_eq!(PluginSpec::parse("notion@npm:other")?.registry_name(), None);
    /// # Ok::<(), openwork_model::invalid::Invalid>(())
    /// ```
    pub fn registry_name(&self) -> Option<&str> {
        registry_name(&self.0)
    }
}

/// Refuses the spec of a plugin that is an address with characters which are
/// left out or read as others; `pointer` says where the spec is.
pub fn check_plugin_address(text: &str, pointer: &str) -> Result<(), Invalid> {
    // A user name is fine here, unlike in other addresses: `git+ssh://git@host`
    // has one by right.
    match check_characters(text) {
        Err(fault) if is_like_address(text) && !text.starts_with("file:") => {
            Err(Invalid::misread_address(pointer, fault))
        }
        _ => Ok(()),
    }
}

/// What a plugin is called without its version.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PluginName(String);

impl PluginName {
    /// The name of a spec, by the rule of the OpenWork API: addresses and
    /// absolute paths count whole, others up to an `@` that is not first.
    ///
    /// ```
    /// use openwork_model::name::PluginName;
    ///
    /// assert_eq!(PluginName::of("@acme/notion@1.2").as_str(), "@acme/notion");
    /// assert_eq!(PluginName::of("file:///a@b.js").as_str(), "file:///a@b.js");
    /// ```
    pub fn of(spec: &str) -> Self {
        let spec = spec.trim();
        // An `@` in an address is a user name, and in a path a part of a name.
        let whole = ["file:", "http:", "https:", "git:", "/"]
            .iter()
            .any(|start| spec.starts_with(start));
        // The first `@` may belong to a scope.
        let version = spec.char_indices().skip(1).find(|&(_, c)| c == '@');
        match version {
            Some((at, _)) if !whole => Self(spec[..at].to_owned()),
            _ => Self(spec.to_owned()),
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! display {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

display!(SkillName, CommandName, McpName, PluginSpec, PluginName);

/// `[A-Za-z0-9_-]`, 1 to 128 of them.
pub fn is_word(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn skill_names_are_kebab_case() {
        for name in ["a", "a-b", "1", "0-x-9", &"a".repeat(64)] {
            assert_eq!(SkillName::parse(name).unwrap().as_str(), name);
        }
        for name in [
            "",
            "-",
            "a-",
            "-a",
            "a--b",
            "A",
            "a_b",
            "ä",
            "a b",
            "..",
            "a/b",
            &"a".repeat(65),
        ] {
            assert_eq!(SkillName::parse(name), Err(Invalid::SkillName), "{name:?}");
        }
    }

    #[test]
    fn command_names_drop_what_people_type_before_them() {
        assert_eq!(CommandName::parse(" //daily ").unwrap().as_str(), "daily");
        for name in ["", "/", "..", "a//b", "a/../b", "a/", "a\\b", "a\nb"] {
            assert_eq!(
                CommandName::parse(name),
                Err(Invalid::CommandName),
                "{name:?}"
            );
        }
        assert!(CommandName::parse(&"a".repeat(513)).is_err());
    }

    #[test]
    fn plain_command_names_may_be_written_and_others_be_there() {
        for name in ["a", "A_1-b", "speckit.plan", "a/b/c.v2", "a..b", "a."] {
            assert_eq!(CommandName::parse_new(name).unwrap().as_str(), name);
        }
        for name in ["a b", "ü", ".a", "a/.b", "a:b", "a/b c", &"a".repeat(129)] {
            assert!(CommandName::parse(name).is_ok(), "{name:?}");
            assert_eq!(
                CommandName::parse_new(name),
                Err(Invalid::CommandName),
                "{name:?}"
            );
        }
    }

    #[test]
    fn an_mcp_name_is_what_the_engine_takes() {
        for name in ["a", "-a", "a/b", "my server", "../x", "ü", &"ü".repeat(256)] {
            assert_eq!(McpName::parse(name).unwrap().as_str(), name);
        }
        for name in [
            "",
            " ",
            "a\nb",
            "a\u{85}",
            "__proto__",
            "constructor",
            "prototype",
            &"a".repeat(257),
        ] {
            assert_eq!(McpName::parse(name), Err(Invalid::McpName), "{name:?}");
        }
    }

    #[test]
    fn names_of_devices_are_known_and_not_given() {
        for name in ["con", "prn", "aux", "nul", "com1", "com9", "lpt1", "lpt9"] {
            assert!(SkillName::parse(name).is_ok(), "{name}");
            assert!(CommandName::parse(name).is_ok(), "{name}");
            for name in [name.to_owned(), format!(" {name} ")] {
                let refused = SkillName::parse_new(&name);
                assert!(matches!(refused, Err(Invalid::ReservedSkillName { .. })));
            }
            for name in [
                name.to_owned(),
                name.to_uppercase(),
                format!("/{name}"),
                format!("a/{name}.v1/b"),
            ] {
                let refused = CommandName::parse_new(&name);
                assert!(matches!(refused, Err(Invalid::ReservedCommandName { .. })));
            }
        }
        for name in [
            "console", "con-1", "com", "com0", "com10", "lpt", "null", "a-con",
        ] {
            assert!(SkillName::parse_new(name).is_ok(), "{name}");
            assert!(CommandName::parse_new(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn plugin_names_drop_the_version() {
        for (spec, name) in [
            ("pkg", "pkg"),
            ("pkg@1", "pkg"),
            ("@s/p", "@s/p"),
            ("@s/p@1", "@s/p"),
            (" pkg@2 ", "pkg"),
            ("/abs@x", "/abs@x"),
            ("https://a/b@c", "https://a/b@c"),
            ("ä@1", "ä"),
            ("@", "@"),
        ] {
            assert_eq!(PluginName::of(spec).as_str(), name, "{spec:?}");
        }
    }

    proptest! {
        #[test]
        fn no_accepted_name_leaves_its_directory(text in ".{0,80}") {
            for path in [
                SkillName::parse(&text).ok().map(|name| name.path()),
                CommandName::parse(&text).ok().map(|name| name.path()),
            ].into_iter().flatten() {
                prop_assert_eq!(RelPath::new(path.as_str()).unwrap(), path.clone());
                prop_assert!(path.is_below(&RelPath::new(".opencode").unwrap()));
            }
        }
    }
}
