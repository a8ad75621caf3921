//! What a host operator can ask for.

use std::str::FromStr;

use crate::tokens::TokensCommand;
use crate::workspaces::WorkspacesCommand;

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TerminalCommand {
    /// Something about requests that wait for the host.
    Approvals(ApprovalsCommand),
    /// The link to the approvals page.
    Console {
        /// Whether to show the page in a browser.
        open: bool,
    },
    /// Something about the workspaces that are served.
    Workspaces(WorkspacesCommand),
    /// Something about tokens that are made for others.
    Tokens(TokensCommand),
    /// What another device needs to connect.
    Pair {
        /// Whether to draw it for a camera.
        qr: bool,
    },
}

/// Something about requests that wait for the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApprovalsCommand {
    /// Lists those that wait.
    List,
    /// Shows one with its diff.
    Show {
        /// Its id, or the beginning of it.
        id: String,
        /// Whether to show masked values.
        reveal: bool,
        /// Whether to show every file to its end.
        full: bool,
    },
    /// Follows them, and asks the person at the terminal.
    Watch,
    /// Allows some.
    Allow {
        /// Their ids, or the beginnings of them.
        ids: Vec<String>,
        /// For how long requests like them are allowed unasked.
        span: Option<RememberSpan>,
        /// Whether those are meant, too, that are rated high.
        high: bool,
        /// Whether those are meant, too, that lists do not show to their end.
        all_seen: bool,
    },
    /// Denies some.
    Deny {
        /// Their ids, or the beginnings of them.
        ids: Vec<String>,
        /// What the client is told.
        message: Option<String>,
    },
    /// Answers what an agent waits for.
    Answer {
        /// Its id, whole.
        id: String,
        /// The answer.
        reply: AgentReply,
    },
    /// Lists those that have ended.
    History {
        /// How many at most.
        limit: u16,
    },
    /// Lists the timed allowances.
    Rules,
    /// Ends a timed allowance.
    Revoke {
        /// Its id, or the beginning of it.
        id: String,
    },
}

/// What an agent is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgentReply {
    /// It may, this once.
    Once,
    /// It may, and may do the like without asking for as long as its engine says.
    Always,
    /// It may not, or gets no answer.
    Reject {
        /// What it is told.
        message: Option<String>,
    },
    /// One answer to each of its questions, in their order.
    Choose {
        /// The answers.
        labels: Vec<String>,
    },
}

/// How long an allowance may last: 5, 10 or 60 minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RememberSpan(u64);

impl RememberSpan {
    /// All that there are, as they are written.
    pub const CHOICES: [&str; 3] = ["5m", "10m", "60m"];

    /// The span in minutes.
    pub fn minutes(self) -> u64 {
        self.0
    }
}

/// A text is none of [`RememberSpan::CHOICES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an allowance lasts 5m, 10m or 60m")]
pub struct NoSpan;

impl FromStr for RememberSpan {
    type Err = NoSpan;

    fn from_str(text: &str) -> Result<Self, NoSpan> {
        match text {
            "5m" => Ok(Self(5)),
            "10m" => Ok(Self(10)),
            "60m" => Ok(Self(60)),
            _ => Err(NoSpan),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_three_spans_are_taken() {
        let minutes = |text: &str| text.parse().map(RememberSpan::minutes);
        assert_eq!(RememberSpan::CHOICES.map(minutes), [Ok(5), Ok(10), Ok(60)]);
        for text in ["", "5", "15m", "1h", "10M", "010m"] {
            assert_eq!(minutes(text), Err(NoSpan), "{text}");
        }
    }
}
