//! Which names files can have, and which of them are one name.
//!
//! Systems differ in both. The rules are values, so that those of each system
//! can be tried on any other.

use std::borrow::Cow;
use std::fmt;

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfd_quick};

/// How a file system takes names.
///
/// ```
/// use openwork_model::file_name::{NameFault, NameRules};
///
/// let windows = NameRules::WINDOWS;
/// assert!(windows.is_same("Review.md", "review.md"));
/// assert_eq!(windows.check("aux.md"), Err(NameFault::Device));
/// assert_eq!(NameRules::EXACT.check("aux.md"), Ok(()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameRules {
    /// Whether names that differ only in upper and lower case are one.
    pub ignores_case: bool,
    /// Whether names that differ only in how Unicode composes their letters
    /// are one.
    pub ignores_form: bool,
    /// Whether the names that Windows keeps for itself are refused.
    pub windows: bool,
}

/// Why no file can have a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameFault {
    /// It is a device's, whatever follows its first dot.
    Device,
    /// It ends in a dot or a blank, which Windows drops.
    Ending,
    /// It has one of `< > : " | ? *`; a colon would lead to another stream of
    /// a file.
    Character,
    /// It is longer than 255 UTF-16 units.
    TooLong,
}

/// The longest name on NTFS and most other file systems of Windows, in UTF-16
/// units.
const LONGEST: usize = 255;

impl NameRules {
    /// Every name is its own, and any will do: Linux.
    pub const EXACT: Self = Self {
        ignores_case: false,
        ignores_form: false,
        windows: false,
    };
    /// Windows, on volumes as they are made by default.
    pub const WINDOWS: Self = Self {
        ignores_case: true,
        ignores_form: false,
        windows: true,
    };
    /// macOS, on volumes as they are made by default.
    pub const APPLE: Self = Self {
        ignores_case: true,
        ignores_form: true,
        windows: false,
    };

    /// Refuses what is no name of a file here (Microsoft, Naming Files, Paths,
    /// and Namespaces). Slashes and control characters are no part of a name
    /// on any system and are refused before.
    ///
    /// # Errors
    ///
    /// The first [`NameFault`] that applies.
    pub fn check(self, name: &str) -> Result<(), NameFault> {
        if !self.windows {
            return Ok(());
        }
        if name.contains(['<', '>', ':', '"', '|', '?', '*']) {
            Err(NameFault::Character)
        } else if name.ends_with(['.', ' ']) {
            Err(NameFault::Ending)
        } else if is_device(name) {
            Err(NameFault::Device)
        } else if name.encode_utf16().count() > LONGEST {
            Err(NameFault::TooLong)
        } else {
            Ok(())
        }
    }

    /// Whether different texts may be one name.
    pub fn fold(self) -> bool {
        self.ignores_case || self.ignores_form
    }

    /// Whether two texts are one name here.
    ///
    /// Where case is ignored, letters count as one if they have a form in
    /// common. File systems have tables of their own for this, which hold less:
    /// so two names may count as one that could stand side by side, never the
    /// other way round.
    pub fn is_same(self, one: &str, other: &str) -> bool {
        one == other || (self.fold() && self.folded(one) == self.folded(other))
    }

    /// What all texts that are one name have in common.
    pub fn folded(self, name: &str) -> Cow<'_, str> {
        let name = if self.ignores_form {
            decomposed(name)
        } else {
            Cow::Borrowed(name)
        };
        if !self.ignores_case {
            return name;
        }
        // Up and down again: some letters share only the upper form (`ſ` and
        // `s`), others only the lower one (the Kelvin sign and `k`).
        let folded = name.to_uppercase().to_lowercase();
        Cow::Owned(if self.ignores_form {
            folded.nfd().collect()
        } else {
            folded
        })
    }
}

fn decomposed(name: &str) -> Cow<'_, str> {
    match is_nfd_quick(name.chars()) {
        IsNormalized::Yes => Cow::Borrowed(name),
        IsNormalized::No | IsNormalized::Maybe => Cow::Owned(name.nfd().collect()),
    }
}

/// Whether Windows takes a file's name for a device: by what stands before the
/// first dot, blanks at its end dropped.
pub(crate) fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    let stem = stem.trim_end_matches(' ').to_ascii_lowercase();
    if matches!(
        stem.as_str(),
        "con" | "prn" | "aux" | "nul" | "conin$" | "conout$"
    ) {
        return true;
    }
    let port = stem
        .strip_prefix("com")
        .or_else(|| stem.strip_prefix("lpt"));
    // Windows reads raised digits as digits.
    port.is_some_and(|number| {
        let mut digits = number.chars();
        let is_one = matches!(digits.next(), Some('1'..='9' | '¹' | '²' | '³'));
        is_one && digits.next().is_none()
    })
}

impl fmt::Display for NameFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Device => "is the name of a device on Windows",
            Self::Ending => "ends in a dot or a blank, which Windows drops",
            Self::Character => "has one of the characters < > : \" | ? *, which Windows refuses",
            Self::TooLong => "is longer than the 255 characters that Windows allows",
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_that_windows_keeps_are_told() {
        for name in [
            "aux",
            "AUX",
            "nul.md",
            "con.tar.gz",
            "prn",
            "com1",
            "LPT9.txt",
            "com¹",
            "lpt³.md",
            "COM²",
            "aux .md",
            "conin$",
            "CONOUT$.log",
        ] {
            assert_eq!(
                NameRules::WINDOWS.check(name),
                Err(NameFault::Device),
                "{name}"
            );
        }
        for name in ["a.", "a ", "..a..", "aux."] {
            assert_eq!(
                NameRules::WINDOWS.check(name),
                Err(NameFault::Ending),
                "{name}"
            );
        }
        for name in [
            "a:b",
            "SKILL.md::$DATA",
            "a?",
            "a*",
            "<a",
            "a>",
            "a|b",
            "\"a",
        ] {
            assert_eq!(
                NameRules::WINDOWS.check(name),
                Err(NameFault::Character),
                "{name}"
            );
        }
        let long = "a".repeat(256);
        assert_eq!(NameRules::WINDOWS.check(&long), Err(NameFault::TooLong));
        // Units count, not bytes and not characters.
        assert_eq!(NameRules::WINDOWS.check(&"ü".repeat(255)), Ok(()));
        assert_eq!(
            NameRules::WINDOWS.check(&"😀".repeat(128)),
            Err(NameFault::TooLong)
        );
    }

    #[test]
    fn other_names_are_fine_and_other_systems_take_all() {
        for name in [
            "a",
            "auxiliary",
            "com",
            "com0",
            "com10",
            "a.aux",
            ".aux",
            "nul-1",
            "SKILL.md",
            " a",
            "lpt⁴",
            ".opencode",
            "a~1",
        ] {
            assert_eq!(NameRules::WINDOWS.check(name), Ok(()), "{name}");
        }
        for name in ["aux", "a.", "a:b", &"a".repeat(300)] {
            assert_eq!(NameRules::EXACT.check(name), Ok(()), "{name}");
            assert_eq!(NameRules::APPLE.check(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn spellings_are_one_where_the_rules_say_so() {
        let case = ("Foo.md", "foo.MD");
        let form = ("caf\u{e9}", "cafe\u{301}");
        let both = ("CAF\u{c9}", "cafe\u{301}");
        for (rules, same) in [
            (NameRules::EXACT, [false, false, false]),
            (NameRules::WINDOWS, [true, false, false]),
            (NameRules::APPLE, [true, true, true]),
        ] {
            let found = [case, form, both].map(|(one, other)| rules.is_same(one, other));
            assert_eq!(found, same, "{rules:?}");
        }
        for (one, other) in [("ſ", "S"), ("\u{212a}", "k"), ("ß", "SS"), ("Σ", "ς")] {
            assert!(NameRules::WINDOWS.is_same(one, other), "{one} {other}");
        }
        assert!(!NameRules::APPLE.is_same("foo", "fooo"));
    }

    proptest! {
        #[test]
        fn a_name_is_one_with_its_other_cases_and_forms(name in "\\PC{0,12}") {
            // Of the decomposed name: the capital of `ῲ` with another mark behind it is two
            // letters, and which of them has the mark depends on what came first.
            let decomposed: String = name.nfd().collect();
            for other in [
                decomposed.to_uppercase(),
                decomposed.to_lowercase(),
                name.nfc().collect(),
                decomposed.clone(),
            ] {
                prop_assert!(NameRules::APPLE.is_same(&name, &other), "{:?} {:?}", name, other);
            }
        }
    }
}
