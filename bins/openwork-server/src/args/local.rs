//! The commands that need no running server, as clap sees them.

use clap::{ArgMatches, Args, Command, FromArgMatches as _, Subcommand, ValueEnum};
use openwork_terminal::OutputForm;

use super::GivenFlags;

/// A command that needs no running server.
#[derive(Debug, Subcommand)]
pub(crate) enum LocalCommand {
    /// Look at the settings, and where each comes from
    #[command(
        subcommand,
        disable_help_subcommand = true,
        // Without a command, clap would print the help where an error belongs.
        arg_required_else_help = false
    )]
    Config(ConfigCommand),
    /// Look for what is wrong, and say how to mend it
    Doctor(DoctorQuestion),
    /// Have the system start the server when you sign in
    #[command(
        subcommand,
        disable_help_subcommand = true,
        arg_required_else_help = false
    )]
    Service(ServiceCommand),
    /// Print the completions of a shell
    Completions {
        /// Which shell
        shell: ShellName,
    },
    /// Print the manual page
    Man {
        /// That of one command, such as `approvals list`
        command: Vec<String>,
    },
    /// Print the description of the HTTP API (OpenAPI 3.1)
    #[command(name = "openapi")]
    OpenApi,
    /// Print the version
    Version(AnswerForm),
}

/// What is asked of the settings.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Read all settings, and say what is wrong with them
    Check(SettingsQuestion),
    /// Print which configuration file is read
    Path(SettingsQuestion),
    /// Print each setting, where it comes from, and its value
    Print(SettingsQuestion),
}

/// A question about the settings of a server that would be started so.
#[derive(Debug, Args)]
#[command(max_term_width = 100)]
pub(crate) struct SettingsQuestion {
    #[command(flatten)]
    pub(crate) form: AnswerForm,
    /// The flags of that server.
    #[command(flatten)]
    pub(crate) flags: GivenFlags,
}

/// What is done about a service.
#[derive(Debug, Subcommand)]
pub(crate) enum ServiceCommand {
    /// Install and start it, with the flags of the server as they are given here
    #[command(max_term_width = 100)]
    Install {
        /// The flags of that server.
        #[command(flatten)]
        flags: GivenFlags,
        /// Print what would be written and run, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Stop it and take it away
    Uninstall {
        /// Print what would be removed and run, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Say whether it is installed, and runs
    Status(AnswerForm),
}

/// What the doctor is asked.
#[derive(Debug, Args)]
pub(crate) struct DoctorQuestion {
    #[command(flatten)]
    pub(crate) about: SettingsQuestion,
    /// Fail over warnings, too
    #[arg(long)]
    pub(crate) strict: bool,
}

/// In which form to answer.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct AnswerForm {
    /// Write JSON, errors too
    #[arg(long)]
    pub(crate) json: bool,
}

/// The shells whose completions can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShellName {
    /// GNU Bash
    Bash,
    /// The Z shell
    Zsh,
    /// fish
    Fish,
    /// PowerShell
    #[value(name = "powershell")]
    PowerShell,
}

impl LocalCommand {
    /// Says the version.
    pub(super) fn version(json: bool) -> Self {
        Self::Version(AnswerForm { json })
    }

    /// The form of its answer.
    pub(crate) fn form(&self) -> OutputForm {
        match self {
            Self::Config(command) => command.question().form.into(),
            Self::Doctor(question) => question.about.form.into(),
            Self::Version(form) | Self::Service(ServiceCommand::Status(form)) => (*form).into(),
            // What they write is for programs to begin with.
            Self::Completions { .. } | Self::Man { .. } | Self::OpenApi | Self::Service(_) => {
                OutputForm::Text
            }
        }
    }
}

impl ConfigCommand {
    /// About which server it is.
    pub(crate) fn question(&self) -> &SettingsQuestion {
        match self {
            Self::Check(question) | Self::Path(question) | Self::Print(question) => question,
        }
    }
}

impl From<AnswerForm> for OutputForm {
    fn from(form: AnswerForm) -> Self {
        if form.json { Self::Json } else { Self::Text }
    }
}

/// The command line with all of them.
pub(super) fn added_to(command: Command) -> Command {
    LocalCommand::augment_subcommands(command)
        // To serve is no command, so clap must not ask for one.
        .subcommand_required(false)
        .arg_required_else_help(false)
}

/// The command that was given, if it is one of them.
pub(super) fn read(matches: &mut ArgMatches) -> Result<Option<LocalCommand>, clap::Error> {
    match matches.subcommand_name() {
        Some(name) if LocalCommand::has_subcommand(name) => {
            LocalCommand::from_arg_matches_mut(matches).map(Some)
        }
        _ => Ok(None),
    }
}
