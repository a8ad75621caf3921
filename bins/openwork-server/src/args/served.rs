//! The commands about workspaces and tokens, as clap sees them.

use clap::{Args, Subcommand};
use openwork_model::scope::Scope;
use openwork_model::time_span::{NoTimeSpan, TimeSpan};
use openwork_terminal::{TerminalCommand, TokensCommand, WorkspacesCommand};

use super::subcommand::{CommandLine, ServerArgs};

/// What is asked of the workspaces.
#[derive(Debug, Subcommand)]
pub(super) enum WorkspacesArgs {
    /// List the workspaces that are served
    List {
        #[command(flatten)]
        server: ClientServerArgs,
    },
    /// Serve one directory more, and make it the active workspace
    Add {
        #[command(flatten)]
        server: ClientServerArgs,
        /// The directory on the server's machine
        path: String,
        /// What it is called [default: as its directory]
        #[arg(long, value_name = "TEXT")]
        name: Option<String>,
    },
    /// Serve a workspace no more; its files stay
    Remove {
        #[command(flatten)]
        server: ClientServerArgs,
        /// Its id; 4 characters or more suffice while they fit no other
        id: String,
    },
    /// Make a workspace the active one
    Activate {
        #[command(flatten)]
        server: ClientServerArgs,
        /// Its id; 4 characters or more suffice while they fit no other
        id: String,
        /// For the next start as well
        #[arg(long)]
        persist: bool,
    },
}

/// A server that is spoken to as its host and as a client.
#[derive(Debug, Args)]
pub(super) struct ClientServerArgs {
    #[command(flatten)]
    server: ServerArgs,
    #[arg(long, value_name = "TOKEN", help = TOKEN_HELP)]
    token: Option<String>,
}

const TOKEN_HELP: &str = "The clients' token [default: that of the server on this machine] \
     [env: OPENWORK_TOKEN]";

/// What is asked of the tokens that are made for others.
#[derive(Debug, Subcommand)]
pub(super) enum TokensArgs {
    /// List the tokens that were made
    List {
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Make a token, and print it this once
    Create {
        #[command(flatten)]
        server: ServerArgs,
        /// What its holder may do: viewer, collaborator, owner, or approver
        #[arg(value_parser = scope)]
        scope: Scope,
        /// What it is called, such as by the device that gets it
        #[arg(long, value_name = "TEXT")]
        label: Option<String>,
        /// For how long it lets its holder in, such as 90s, 30m, 12h or 90d [default: for ever]
        #[arg(long = "for", value_name = "TIME", value_parser = lifetime)]
        lifetime_ms: Option<u64>,
    },
    /// End a token, and what its holder has open
    Revoke {
        #[command(flatten)]
        server: ServerArgs,
        /// Its id; 4 characters or more suffice while they fit no other
        id: String,
    },
}

fn scope(text: &str) -> Result<Scope, &'static str> {
    Scope::from_word(text).ok_or("a scope is viewer, collaborator, owner or approver")
}

/// A time such as `12h` in ms. A token that never lets anybody in is not meant.
fn lifetime(text: &str) -> Result<u64, NoTimeSpan> {
    let span: TimeSpan = text.parse()?;
    let milliseconds = Some(span.milliseconds());
    milliseconds.filter(|span| *span > 0).ok_or(NoTimeSpan)
}

pub(super) fn workspaces(given: WorkspacesArgs) -> CommandLine {
    let (server, command) = match given {
        WorkspacesArgs::List { server } => (server, WorkspacesCommand::List),
        WorkspacesArgs::Add { server, path, name } => {
            (server, WorkspacesCommand::Add { path, name })
        }
        WorkspacesArgs::Remove { server, id } => (server, WorkspacesCommand::Remove { id }),
        WorkspacesArgs::Activate {
            server,
            id,
            persist,
        } => (server, WorkspacesCommand::Activate { id, persist }),
    };
    let line = server.server.with(TerminalCommand::Workspaces(command));
    CommandLine {
        client_token: server.token,
        ..line
    }
}

pub(super) fn tokens(given: TokensArgs) -> CommandLine {
    let (server, command) = match given {
        TokensArgs::List { server } => (server, TokensCommand::List),
        TokensArgs::Create {
            server,
            scope,
            label,
            lifetime_ms,
        } => {
            let create = TokensCommand::Create {
                scope,
                label,
                lifetime_ms,
            };
            (server, create)
        }
        TokensArgs::Revoke { server, id } => (server, TokensCommand::Revoke { id }),
    };
    server.with(TerminalCommand::Tokens(command))
}

#[cfg(test)]
mod tests {
    use super::super::{Invocation, parse};
    use super::*;

    fn line(args: &str) -> Result<CommandLine, String> {
        let words = args.split(' ').map(Into::into);
        match parse(std::iter::once("openwork-server".into()).chain(words)) {
            Ok(Invocation::Command(line)) => Ok(line),
            Ok(other) => panic!("{args}: {other:?}"),
            Err(problem) => Err(problem.to_string()),
        }
    }

    fn asked(args: &str) -> TerminalCommand {
        line(args).unwrap().command
    }

    #[test]
    fn workspaces_are_named_by_path_and_id() {
        let id = || "ws_1".to_owned();
        for (args, expected) in [
            ("list", WorkspacesCommand::List),
            (
                "add . --name B",
                WorkspacesCommand::Add {
                    path: ".".into(),
                    name: Some("B".into()),
                },
            ),
            ("remove ws_1", WorkspacesCommand::Remove { id: id() }),
            (
                "activate --persist ws_1",
                WorkspacesCommand::Activate {
                    id: id(),
                    persist: true,
                },
            ),
        ] {
            let args = format!("workspaces {args}");
            assert_eq!(asked(&args), TerminalCommand::Workspaces(expected));
        }
        let line = line("workspaces list --token c --host-token h --json").unwrap();
        assert_eq!(line.client_token.as_deref(), Some("c"));
        assert_eq!(line.host_token.as_deref(), Some("h"));
    }

    #[test]
    fn tokens_have_a_scope_and_a_time() {
        let create = |lifetime_ms| {
            TerminalCommand::Tokens(TokensCommand::Create {
                scope: Scope::Viewer,
                label: Some("phone".into()),
                lifetime_ms,
            })
        };
        for (time, milliseconds) in [
            ("", None),
            (" --for 90s", Some(90_000)),
            (" --for 30m", Some(1_800_000)),
            (" --for=12h", Some(43_200_000)),
            (" --for 1d", Some(86_400_000)),
        ] {
            let args = format!("tokens create viewer --label phone{time}");
            assert_eq!(asked(&args), create(milliseconds), "{args}");
        }
        for wrong in [
            "0d",
            "d",
            "-1d",
            "1.5h",
            "1",
            "12",
            "1dd",
            "99999999999999999999d",
        ] {
            let told = line(&format!("tokens create viewer --for={wrong}")).unwrap_err();
            assert!(
                told.contains("write a time as a whole number and its unit"),
                "{wrong}: {told}"
            );
        }
        let told = line("tokens create admin").unwrap_err();
        assert!(told.contains("a scope is viewer"), "{told}");
    }
}
