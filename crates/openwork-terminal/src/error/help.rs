//! What to do next after an error.

use super::{TerminalError, call};

impl TerminalError {
    /// What to do next, where that can be told.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Client(error) => call::help(error),
            Self::Url(_) => Some("write it as the server prints it, `http://127.0.0.1:8787`"),
            Self::NoServer => Some(
                "start one with `openwork-server`, or name one with `--url` and `--host-token`",
            ),
            Self::SeveralServers { .. } => Some("choose one with `--url`"),
            Self::NoClientToken { .. } => Some(
                "run `pair` on the server's machine as the user who started it, without \
                 `--no-run-file`",
            ),
            Self::NoConsole { .. } => Some(
                "start the server with `--console local`, or `--console lan` to open it from \
                 another machine",
            ),
            Self::OnlyHere { .. } => Some(
                "start it with `--host 0.0.0.0 --console lan`; or run `tailscale serve`, and say \
                 with `--at https://NAME` where that is",
            ),
            Self::ConsoleOnlyHere { .. } => Some(
                "start it with `--console lan`; or run `tailscale serve`, and say with \
                 `--at https://NAME` where that is",
            ),
            Self::NoDevice { .. } => Some("`openwork-server devices list` shows the ids"),
            Self::NoRequest { .. } => Some(
                "`openwork-server approvals list` shows the ids; their first 4 characters suffice",
            ),
            Self::ShortId { .. } => Some("lists show the ids; their first 4 characters suffice"),
            Self::AmbiguousId { .. } => Some("write more of it"),
            Self::AgentWaits { .. } => Some(
                "`openwork-server approvals answer ID once`, `always` or `reject` answers it, and \
                 `--choose LABEL` a question",
            ),
            Self::RequestEnded { .. } => {
                Some("`openwork-server approvals history` shows how requests ended")
            }
            Self::NoEntry { .. } => Some("`openwork-server audit list` shows the ids"),
            Self::UndoNotMeant { .. } => {
                Some("look at it with `audit show`, and if it is meant add `--yes`")
            }
            Self::SeveralWorkspaces { .. } => {
                Some("choose one with `--workspace`, by its id, name or path")
            }
            Self::NoRule { .. } => Some("`openwork-server approvals rules` lists them"),
            Self::ClientTokenNeeded { .. } => Some(
                "give it with `--token` or `OPENWORK_TOKEN`; on the server's machine the user who \
                 started it needs neither",
            ),
            Self::NoWorkspace { .. } => Some("`openwork-server workspaces list` shows their ids"),
            Self::NoToken { .. } => Some("`openwork-server tokens list` shows their ids"),
            Self::BrowserFailed(_) | Self::BrowserSilent => {
                Some("run `openwork-server console` without `--open`, and open the link it prints")
            }
            Self::RatedHigh { .. } => {
                Some("look at it with `show`, and if it is meant add `--high`")
            }
            Self::NotAllShown { .. } => {
                Some("look at all of it with `show --full`, and if it is meant add `--all-seen`")
            }
            Self::FilesChanged { .. } => Some("show it again"),
            Self::NotConfirmed { .. }
            | Self::NotUndone { .. }
            | Self::NotUndoable { .. }
            | Self::NothingToUndo
            | Self::UnreadableEntry { .. }
            | Self::RestUnavailable { .. }
            | Self::SeveralAmended
            | Self::NotWritten { .. }
            | Self::Terminal(_) => None,
        }
    }
}
