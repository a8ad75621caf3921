//! What can be wrong with a file, and why an edit is refused.

use std::fmt;

use thiserror::Error;

/// Why a text is no configuration file.
// Not `non_exhaustive`: `openwork-http` matches it without a wildcard, so
// that a new error cannot be left without a status of its own.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum JsoncError {
    /// Its bytes are not UTF-8.
    #[error("the text is not UTF-8 from byte {offset} on")]
    NotUtf8 {
        /// Index of the first byte that is not UTF-8.
        offset: usize,
    },
    /// It is not JSON with comments and trailing commas.
    #[error("the text does not parse: {}", ProblemList(.problems))]
    Syntax {
        /// What is wrong, in the order of the text; never empty.
        problems: Vec<SyntaxProblem>,
    },
    /// It parses, but its top level is no object.
    #[error("the top level is {found}, not an object")]
    NotAnObject {
        /// What the top level is, with an article.
        found: &'static str,
    },
    /// Its values are nested deeper than any configuration needs.
    #[error("the values are nested too deeply")]
    TooDeep,
}

/// One syntax error and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxProblem {
    /// Kind of the error, in the names that the OpenWork API uses.
    pub code: &'static str,
    /// Characters before it, not counting a byte order mark.
    pub offset: usize,
    /// How many characters it covers.
    pub length: usize,
    /// Line, from 1.
    pub line: usize,
    /// Character in the line, from 1.
    pub column: usize,
    /// What is wrong, for people.
    pub message: String,
}

impl fmt::Display for SyntaxProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} at line {}, column {}",
            self.message, self.line, self.column
        )
    }
}

struct ProblemList<'p>(&'p [SyntaxProblem]);

impl fmt::Display for ProblemList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

/// Why an edit was not made; the document is as it was.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EditError {
    /// A key on the edited path is there twice, so it is open which one is meant.
    #[error("the key {pointer} is there twice, again at line {line}, column {column}")]
    DuplicateKey {
        /// JSON pointer of the key.
        pointer: String,
        /// Line of the second occurrence, from 1.
        line: usize,
        /// Character in that line, from 1.
        column: usize,
    },
    /// A value on the path has to be an object and is none.
    #[error("{pointer:?} is no object")]
    NotAnObject {
        /// JSON pointer of the value.
        pointer: String,
    },
    /// The value at the path has to be a list and is none.
    #[error("{pointer:?} is no list")]
    NotAList {
        /// JSON pointer of the value.
        pointer: String,
    },
    /// The file would be nested deeper than any configuration needs.
    #[error("the values would be nested too deeply")]
    TooDeep,
    /// The edited text is not the old one plus the change.
    #[error("the edit would change more than it should")]
    Unfaithful,
}

impl From<JsoncError> for EditError {
    fn from(error: JsoncError) -> Self {
        match error {
            JsoncError::TooDeep => Self::TooDeep,
            _ => Self::Unfaithful,
        }
    }
}
