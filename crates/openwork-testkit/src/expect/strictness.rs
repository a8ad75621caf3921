//! How far an object may go beyond what was expected of it.

/// Fields of the API that are absent unless they say something: where one is not expected, it must
/// not be there, although an answer may otherwise grow.
const OPTIONAL_FIELDS: [&str; 14] = [
    "agent",
    "baseUrl",
    "clientId",
    "code",
    "description",
    "details",
    "directory",
    "disabledByTools",
    "message",
    "opencode",
    "path",
    "reason",
    "requestId",
    "subtask",
];

/// Fields that hold the user's own data, which the server must hand on as it is.
const USER_DATA: [&str; 3] = ["opencode", "openwork", "config"];

/// Which fields an object may have beside the expected ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// None.
    Exact,
    /// New ones that the API does not name, except in the user's own data.
    Growing,
    /// Any.
    Open,
}

impl Strictness {
    /// Returns how strict to be at a path into an answer of the API.
    pub fn of_path(path: &str) -> Self {
        let mut words = path.split(|c: char| !c.is_ascii_alphabetic());
        if words.any(|word| USER_DATA.contains(&word)) {
            Self::Exact
        } else {
            Self::Growing
        }
    }

    pub(super) fn below(self, key: &str) -> Self {
        if self == Self::Growing && USER_DATA.contains(&key) {
            Self::Exact
        } else {
            self
        }
    }

    pub(super) fn admits_further(self, key: &str) -> bool {
        match self {
            Self::Exact => false,
            Self::Growing => !OPTIONAL_FIELDS.contains(&key),
            Self::Open => true,
        }
    }
}
