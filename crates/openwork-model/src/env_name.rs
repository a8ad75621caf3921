//! Names of environment variables that are kept for programs.

use std::fmt;

/// What the names begin with by which this server and the engine are set up:
/// nobody sets those for them.
const RESERVED: [&str; 2] = ["OPENWORK_", "OPENCODE_"];
/// The most bytes of a name.
const MOST: usize = 256;

/// The name of a variable that may be kept.
///
/// ```
/// use openwork_model::env_name::{EnvName, EnvNameFault};
///
/// assert_eq!(EnvName::parse(" GITHUB_TOKEN ").map(|name| name.to_string()).as_deref(), Ok("GITHUB_TOKEN"));
/// assert_eq!(EnvName::parse("1A"), Err(EnvNameFault::Malformed));
/// assert_eq!(EnvName::parse("OPENWORK_TOKEN"), Err(EnvNameFault::Reserved));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EnvName(String);

/// Why a variable cannot be kept under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum EnvNameFault {
    /// It is no name that every shell can set.
    #[error("Invalid environment variable name")]
    Malformed,
    /// It sets up this server or the engine.
    #[error("Environment variable name is reserved for OpenWork internals")]
    Reserved,
}

impl EnvName {
    /// A name of letters, digits and `_`, not beginning with a digit.
    ///
    /// # Errors
    ///
    /// Another name, or one that is reserved, in capitals or small letters.
    pub fn parse(text: &str) -> Result<Self, EnvNameFault> {
        let name = text.trim();
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let first = name.chars().next();
        if first.is_none_or(|first| first.is_ascii_digit())
            || name.len() > MOST
            || !name.chars().all(is_plain)
        {
            return Err(EnvNameFault::Malformed);
        }
        // Windows takes `openwork_token` for the same variable.
        let begins = |prefix: &&str| {
            name.get(..prefix.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        };
        if RESERVED.iter().any(begins) {
            return Err(EnvNameFault::Reserved);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EnvName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_shells_can_set_are_taken_unless_they_are_reserved() {
        let long = "A".repeat(MOST + 1);
        for (text, expected) in [
            ("A", Ok("A")),
            ("_a1", Ok("_a1")),
            ("OPENWORK", Ok("OPENWORK")),
            ("", Err(EnvNameFault::Malformed)),
            ("1A", Err(EnvNameFault::Malformed)),
            ("A-B", Err(EnvNameFault::Malformed)),
            ("A=B", Err(EnvNameFault::Malformed)),
            ("Ä", Err(EnvNameFault::Malformed)),
            (&long, Err(EnvNameFault::Malformed)),
            ("OPENWORK_TOKEN", Err(EnvNameFault::Reserved)),
            ("opencode_config", Err(EnvNameFault::Reserved)),
        ] {
            let parsed = EnvName::parse(text);
            assert_eq!(
                parsed.as_ref().map(EnvName::as_str),
                expected.as_ref().map(|name| *name),
                "{text}"
            );
        }
    }
}
