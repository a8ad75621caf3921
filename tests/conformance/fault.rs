//! Why a case does not pass.

use openwork_testkit::expect::ParseError;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The case itself makes no sense.
    #[error("the case is faulty: {0}")]
    Case(String),
    /// The server did something else than expected.
    #[error("{}", .0.join("\n"))]
    Check(Vec<String>),
    /// The set-up failed.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

impl Fault {
    /// Describes one difference.
    pub(crate) fn check(line: impl Into<String>) -> Self {
        Self::Check(vec![line.into()])
    }

    /// Passes if there is no difference.
    pub(crate) fn unless_empty(differences: Vec<String>) -> Result<(), Self> {
        if differences.is_empty() {
            Ok(())
        } else {
            Err(Self::Check(differences))
        }
    }
}

impl From<ParseError> for Fault {
    fn from(error: ParseError) -> Self {
        Self::Case(error.to_string())
    }
}

impl From<regex_lite::Error> for Fault {
    fn from(error: regex_lite::Error) -> Self {
        Self::Case(error.to_string())
    }
}
