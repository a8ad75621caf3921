//! The commands about changes that were made, as clap sees them.

use clap::{Args, Subcommand};
use openwork_terminal::{AuditCommand, TerminalCommand, UndoTarget};

use super::{CommandLine, ServerArgs};

#[derive(Debug, Subcommand)]
pub(super) enum AuditArgs {
    /// List the changes, the last one first
    List {
        #[command(flatten)]
        server: ServerArgs,
        #[command(flatten)]
        workspace: OneWorkspace,
        /// How many at most, 1 to 200
        #[arg(long, value_name = "N", default_value_t = 50,
              value_parser = clap::value_parser!(u16).range(1..=200))]
        limit: u16,
    },
    /// Show a change, and what it would be to undo it
    Show {
        #[command(flatten)]
        server: ServerArgs,
        #[command(flatten)]
        workspace: OneWorkspace,
        /// Its id; 4 characters or more suffice while they fit no other
        id: String,
    },
    /// Undo a change; what others changed since stays
    Undo {
        #[command(flatten)]
        server: ServerArgs,
        #[command(flatten)]
        workspace: OneWorkspace,
        /// Its id; 4 characters or more suffice while they fit no other
        #[arg(required_unless_present = "last", conflicts_with = "last")]
        id: Option<String>,
        /// Undo the last change that can be, undos not counted
        #[arg(long)]
        last: bool,
        /// Mean it, without being asked
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
pub(super) struct OneWorkspace {
    /// The workspace's id, name or path, where the server has several
    #[arg(long = "workspace", value_name = "WORKSPACE")]
    workspace: Option<String>,
}

impl AuditArgs {
    pub(super) fn line(self) -> CommandLine {
        let (server, workspace, command) = match self {
            Self::List {
                server,
                workspace,
                limit,
            } => (server, workspace, AuditCommand::List { limit }),
            Self::Show {
                server,
                workspace,
                id,
            } => (server, workspace, AuditCommand::Show { id }),
            Self::Undo {
                server,
                workspace,
                id,
                last: _,
                yes,
            } => {
                let target = id.map_or(UndoTarget::Last, UndoTarget::Id);
                (server, workspace, AuditCommand::Undo { target, yes })
            }
        };
        server.with(TerminalCommand::Audit {
            workspace: workspace.workspace,
            command,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;
    use crate::args::{Invocation, parse};

    fn asked(args: &str) -> Option<TerminalCommand> {
        let args = ["openwork-server", "audit"]
            .into_iter()
            .chain(args.split_whitespace());
        match parse(args.map(OsString::from)) {
            Ok(Invocation::Command(line)) => Some(line.command),
            _ => None,
        }
    }

    #[test]
    fn changes_are_listed_shown_and_undone() {
        let audit = |workspace: Option<&str>, command| TerminalCommand::Audit {
            workspace: workspace.map(str::to_owned),
            command,
        };
        let undo = |target, yes| AuditCommand::Undo { target, yes };
        for (args, workspace, command) in [
            ("list", None, AuditCommand::List { limit: 50 }),
            (
                "list --workspace w --limit 3",
                Some("w"),
                AuditCommand::List { limit: 3 },
            ),
            (
                "show 7d30",
                None,
                AuditCommand::Show {
                    id: "7d30".to_owned(),
                },
            ),
            (
                "undo 7d30",
                None,
                undo(UndoTarget::Id("7d30".to_owned()), false),
            ),
            ("undo --last --yes", None, undo(UndoTarget::Last, true)),
        ] {
            assert_eq!(asked(args), Some(audit(workspace, command)), "{args}");
        }
        for wrong in ["", "undo", "undo 7d30 --last", "list --limit 0"] {
            assert_eq!(asked(wrong), None, "{wrong}");
        }
    }
}
