//! What a host operator can ask for.

use std::str::FromStr;

use openwork_api::{DeviceScope, TimeSpan};

use crate::pair::PublicUrl;
use crate::tokens::TokensCommand;
use crate::workspaces::WorkspacesCommand;

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TerminalCommand {
    /// Something about requests that wait for the host.
    Approvals(ApprovalsCommand),
    /// Something about changes that were made.
    Audit {
        /// The workspace: its id, its name or its path; needed where several are served.
        workspace: Option<String>,
        /// What.
        command: AuditCommand,
    },
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
    Pair(PairCommand),
    /// Something about devices that have a token of their own.
    Devices(DevicesCommand),
}

/// How another device is to connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PairCommand {
    /// By the clients' token of the settings, which is shown.
    ClientToken,
    /// By a code that it exchanges for a token of its own.
    Code(PairTerms),
}

/// What a pairing code is to grant, and how it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairTerms {
    /// What the device may do.
    pub scope: DeviceScope,
    /// What the device is to be called; without, it says so itself.
    pub label: Option<String>,
    /// The address that the device reaches the server by, where that is not one
    /// of this machine's own.
    pub at: Option<PublicUrl>,
    /// Whether to draw the link for a camera.
    pub qr: bool,
}

/// Something about devices that have a token of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DevicesCommand {
    /// Lists them.
    List,
    /// Calls one something else.
    Rename {
        /// Its id, or the beginning of it.
        id: String,
        /// What it is called from now on.
        name: String,
    },
    /// Ends the token of one.
    Revoke {
        /// Its id, or the beginning of it.
        id: String,
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
        /// The parts that are left out of one.
        without: Vec<String>,
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
        /// Which.
        filter: HistoryFilter,
    },
    /// Lists the timed allowances.
    Rules,
    /// Ends a timed allowance.
    Revoke {
        /// Its id, or the beginning of it.
        id: String,
    },
}

/// Which of the requests that have ended are meant; what is not said is any.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HistoryFilter {
    /// Of this workspace, by its id.
    pub workspace: Option<String>,
    /// Of this client, by what it calls itself or its address.
    pub client: Option<String>,
    /// Of this level.
    pub level: Option<String>,
    /// With one of these outcomes, commas between them.
    pub outcome: Option<String>,
}

/// Something about changes that were made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditCommand {
    /// Lists them.
    List {
        /// How many at most.
        limit: u16,
    },
    /// Shows one, and what it would be to undo it.
    Show {
        /// Its id, or the beginning of it.
        id: String,
    },
    /// Undoes one.
    Undo {
        /// Which.
        target: UndoTarget,
        /// Whether it is meant, so that nobody is asked.
        yes: bool,
    },
}

/// Which change is undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UndoTarget {
    /// The one of this id, or beginning of an id.
    Id(String),
    /// The last one that can be, undos not counted.
    Last,
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
        let span: TimeSpan = text.parse().map_err(|_| NoSpan)?;
        match span.milliseconds() {
            300_000 => Ok(Self(5)),
            600_000 => Ok(Self(10)),
            3_600_000 => Ok(Self(60)),
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
        assert_eq!(
            ["300s", "600000ms", "1h"].map(minutes),
            [Ok(5), Ok(10), Ok(60)]
        );
        for text in ["", "5", "15m", "2h", "10M", "1d"] {
            assert_eq!(minutes(text), Err(NoSpan), "{text}");
        }
    }
}
