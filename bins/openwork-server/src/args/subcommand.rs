//! The commands beside serving, as clap sees them.

use clap::{ArgMatches, Args, Command, FromArgMatches as _, Subcommand};
use openwork_terminal::{AgentReply, ApprovalsCommand, OutputForm, RememberSpan, TerminalCommand};

use super::devices::{self, DevicesArgs, PairArgs};
use super::served::{self, TokensArgs, WorkspacesArgs};

mod audit;
mod history;

use audit::AuditArgs;
use history::HistoryArgs;

/// A command, and which server it is for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CommandLine {
    /// What is asked for.
    pub(crate) command: TerminalCommand,
    /// The server's URL.
    pub(crate) url: Option<String>,
    /// The host's token.
    pub(crate) host_token: Option<String>,
    /// The clients' token.
    pub(crate) client_token: Option<String>,
    /// The form of the output.
    pub(crate) form: OutputForm,
}

#[derive(Debug, Subcommand)]
enum OperatorArgs {
    /// Answer the requests of clients
    #[command(
        subcommand,
        disable_help_subcommand = true,
        // Without a command, clap would print the help where an error belongs.
        arg_required_else_help = false
    )]
    Approvals(ApprovalsArgs),
    /// See the changes that were made, and undo them
    #[command(
        subcommand,
        disable_help_subcommand = true,
        arg_required_else_help = false
    )]
    Audit(AuditArgs),
    /// Say which directories are served
    #[command(
        subcommand,
        disable_help_subcommand = true,
        arg_required_else_help = false
    )]
    Workspaces(WorkspacesArgs),
    /// Make tokens that let others in, and end them
    #[command(
        subcommand,
        disable_help_subcommand = true,
        arg_required_else_help = false
    )]
    Tokens(TokensArgs),
    /// Print the link to the approvals page
    Console {
        #[command(flatten)]
        server: ServerArgs,
        /// Open it in the browser
        #[arg(long)]
        open: bool,
    },
    /// Print what another device needs to connect
    Pair(PairArgs),
    /// List, rename and revoke the devices that have a token
    #[command(
        subcommand,
        disable_help_subcommand = true,
        arg_required_else_help = false
    )]
    Devices(DevicesArgs),
}

#[derive(Debug, Subcommand)]
enum ApprovalsArgs {
    /// List the requests that wait
    List {
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Show a request with its diff
    Show {
        #[command(flatten)]
        server: ServerArgs,
        #[command(flatten)]
        request: OneRequest,
        /// Show masked values
        #[arg(long)]
        reveal: bool,
        /// Show every file to its end
        #[arg(long)]
        full: bool,
    },
    /// Follow the requests; on a terminal, be asked about each
    ///
    /// One key answers: a allows, d denies, m denies with a message, s shows all of it in $PAGER,
    /// r reveals what is masked, e has it wait longer, n goes on to the next, q ends, ? lists the
    /// keys. What is rated high takes the word `allow` besides. A terminal that cannot draw a line
    /// anew, TERM=dumb, is answered in lines.
    Watch {
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Allow requests
    Allow {
        #[command(flatten)]
        server: ServerArgs,
        #[command(flatten)]
        requests: SomeRequests,
        /// Allow requests like these without asking for 5m, 10m or 60m
        #[arg(long = "for", value_name = "TIME", value_parser = span)]
        span: Option<RememberSpan>,
        /// Mean it, also for those that are rated high
        #[arg(long)]
        high: bool,
        /// Mean it, also for those that only `show --full` shows to their end
        #[arg(long)]
        all_seen: bool,
        /// Leave a part of an import out, as a path or a name such as mcp/notion; repeatable
        #[arg(long, value_name = "PART", conflicts_with = "span")]
        without: Vec<String>,
    },
    /// Deny requests
    Deny {
        #[command(flatten)]
        server: ServerArgs,
        #[command(flatten)]
        requests: SomeRequests,
        /// What the client is told
        #[arg(long, short, value_name = "TEXT")]
        message: Option<String>,
    },
    /// Answer what an agent waits for
    Answer {
        #[command(flatten)]
        server: ServerArgs,
        /// Its whole id, as `list` shows it
        id: String,
        /// What it may do: once, always, or reject
        #[arg(required_unless_present = "choose", conflicts_with = "choose")]
        reply: Option<AgentWord>,
        /// An answer to its question; of several questions, once for each
        #[arg(long, value_name = "LABEL")]
        choose: Vec<String>,
        /// What the agent is told with a reject
        #[arg(long, short, value_name = "TEXT")]
        message: Option<String>,
    },
    /// List the requests that have ended
    History {
        #[command(flatten)]
        server: ServerArgs,
        /// How many at most, 1 to 200
        #[arg(long, value_name = "N", default_value_t = 50,
              value_parser = clap::value_parser!(u16).range(1..=200))]
        limit: u16,
        #[command(flatten)]
        filter: HistoryArgs,
    },
    /// List what is allowed for a time
    #[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
    Rules {
        #[command(flatten)]
        server: ServerArgs,
        #[command(subcommand)]
        command: Option<RulesArgs>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum AgentWord {
    Once,
    Always,
    Reject,
}

#[derive(Debug, Subcommand)]
enum RulesArgs {
    /// End such an allowance
    Revoke {
        #[command(flatten)]
        server: ServerArgs,
        #[command(flatten)]
        rule: OneRequest,
    },
}

/// Which server a command speaks to, and how it answers.
#[derive(Debug, Args)]
#[command(max_term_width = 100)]
pub(super) struct ServerArgs {
    #[arg(long, value_name = "URL", help = URL_HELP)]
    url: Option<String>,
    #[arg(long, value_name = "TOKEN", help = TOKEN_HELP)]
    host_token: Option<String>,
    /// Write JSON, errors too
    #[arg(long)]
    json: bool,
}

const URL_HELP: &str =
    "The server's URL [default: the server that runs on this machine] [env: OPENWORK_URL]";

const TOKEN_HELP: &str = "The host's token [default: that of the server on this machine] \
     [env: OPENWORK_HOST_TOKEN]";

#[derive(Debug, Args)]
struct OneRequest {
    /// Its id; 4 characters or more suffice while they fit no other
    id: String,
}

#[derive(Debug, Args)]
struct SomeRequests {
    /// Its id; 4 characters or more suffice while they fit no other
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
}

fn span(text: &str) -> Result<RememberSpan, openwork_terminal::NoSpan> {
    text.parse()
}

/// The command line with all of them.
pub(super) fn added_to(command: Command) -> Command {
    OperatorArgs::augment_subcommands(command)
        // To serve is no command, so clap must not ask for one.
        .subcommand_required(false)
        .arg_required_else_help(false)
}

/// The command that was given, if there was one.
pub(super) fn read(matches: &mut ArgMatches) -> Result<Option<CommandLine>, clap::Error> {
    match matches.subcommand_name() {
        Some(name) if OperatorArgs::has_subcommand(name) => {
            let given = OperatorArgs::from_arg_matches_mut(matches)?;
            Ok(Some(line(given)))
        }
        _ => Ok(None),
    }
}

fn line(given: OperatorArgs) -> CommandLine {
    match given {
        OperatorArgs::Approvals(given) => approvals(given),
        OperatorArgs::Audit(given) => given.line(),
        OperatorArgs::Workspaces(given) => served::workspaces(given),
        OperatorArgs::Tokens(given) => served::tokens(given),
        OperatorArgs::Console { server, open } => server.with(TerminalCommand::Console { open }),
        OperatorArgs::Pair(given) => devices::pair(given),
        OperatorArgs::Devices(given) => devices::devices(given),
    }
}

fn approvals(given: ApprovalsArgs) -> CommandLine {
    let (server, command) = match given {
        ApprovalsArgs::List { server } => (server, ApprovalsCommand::List),
        ApprovalsArgs::Show {
            server,
            request: OneRequest { id },
            reveal,
            full,
        } => (server, ApprovalsCommand::Show { id, reveal, full }),
        ApprovalsArgs::Watch { server } => (server, ApprovalsCommand::Watch),
        ApprovalsArgs::Allow {
            server,
            requests: SomeRequests { ids },
            span,
            high,
            all_seen,
            without,
        } => {
            let allow = ApprovalsCommand::Allow {
                ids,
                span,
                high,
                all_seen,
                without,
            };
            (server, allow)
        }
        ApprovalsArgs::Deny {
            server,
            requests: SomeRequests { ids },
            message,
        } => (server, ApprovalsCommand::Deny { ids, message }),
        ApprovalsArgs::Answer {
            server,
            id,
            reply,
            choose,
            message,
        } => {
            let reply = match reply {
                Some(AgentWord::Once) => AgentReply::Once,
                Some(AgentWord::Always) => AgentReply::Always,
                Some(AgentWord::Reject) => AgentReply::Reject { message },
                None => AgentReply::Choose { labels: choose },
            };
            (server, ApprovalsCommand::Answer { id, reply })
        }
        ApprovalsArgs::History {
            server,
            limit,
            filter,
        } => {
            let filter = filter.filter();
            (server, ApprovalsCommand::History { limit, filter })
        }
        ApprovalsArgs::Rules {
            server,
            command: None,
        } => (server, ApprovalsCommand::Rules),
        ApprovalsArgs::Rules {
            command: Some(RulesArgs::Revoke { server, rule }),
            ..
        } => (server, ApprovalsCommand::Revoke { id: rule.id }),
    };
    server.with(TerminalCommand::Approvals(command))
}

impl ServerArgs {
    pub(super) fn with(self, command: TerminalCommand) -> CommandLine {
        CommandLine {
            command,
            url: self.url,
            host_token: self.host_token,
            client_token: None,
            form: if self.json {
                OutputForm::Json
            } else {
                OutputForm::Text
            },
        }
    }
}

#[cfg(test)]
mod tests;
