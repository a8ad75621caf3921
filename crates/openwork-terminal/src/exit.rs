//! How a command ended, as the calling process sees it.

/// The exit code of a command, the same with `--json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// Everything that was asked for is done.
    Done,
    /// Something failed that none of the other codes says better.
    Failed,
    /// The arguments make no sense, or not enough of it.
    Usage,
    /// No server was found, or it does not answer.
    Unreachable,
    /// The host token is missing, or the server refuses it.
    Token,
    /// What was named is not there, or has ended: a request, a rule, a token.
    Gone,
}

impl ExitStatus {
    /// The number that the process ends with.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Unreachable => 3,
            Self::Token => 4,
            Self::Gone => 5,
        }
    }
}
