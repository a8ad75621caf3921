//! Why a command cannot do what was asked: the thing and the next step.

use std::io;

use openwork_api::client::{BaseUrlError, ClientError};
use serde_json::{Map, Value, json};

use crate::escape;
use crate::exit::ExitStatus;

mod call;
mod help;

/// The result of a step of a command.
pub(crate) type Result<T, E = TerminalError> = std::result::Result<T, E>;

/// What is wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TerminalError {
    /// A text is no URL of a server.
    #[error(transparent)]
    Url(#[from] BaseUrlError),
    /// The server cannot be asked, or says no.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// No URL was given, and no server runs here.
    #[error("no running server was found")]
    NoServer,
    /// No URL was given, and several servers run here.
    #[error("several servers are running: {}", urls.join(", "))]
    SeveralServers {
        /// Their URLs.
        urls: Vec<String>,
    },
    /// The server is known, its client token is not.
    #[error("the client token of {url} is not known")]
    NoClientToken {
        /// The server's URL.
        url: String,
    },
    /// The server has no approvals page, or not for this machine.
    #[error("{url} serves no approvals page")]
    NoConsole {
        /// The server's URL.
        url: String,
    },
    /// A device cannot be shown the way to a server that only this machine reaches.
    #[error("other devices cannot reach {url}")]
    OnlyHere {
        /// The server's URL.
        url: String,
    },
    /// The server has its page for this machine, and a device is to open it.
    #[error("{url} serves the approvals page to this machine only")]
    ConsoleOnlyHere {
        /// The server's URL.
        url: String,
    },
    /// No device has this id.
    #[error("there is no device `{id}`")]
    NoDevice {
        /// The id as given.
        id: String,
    },
    /// No waiting request has this id.
    #[error("no request `{id}` is waiting")]
    NoRequest {
        /// The id as given.
        id: String,
    },
    /// What has this id is no request to change something, but what an agent
    /// waits for.
    #[error("`{id}` changes nothing that agents can do: an agent waits for an answer")]
    AgentWaits {
        /// The id.
        id: String,
    },
    /// The request with this id has ended.
    #[error("request {id} has ended: {outcome}")]
    RequestEnded {
        /// The id.
        id: String,
        /// How, in words.
        outcome: String,
    },
    /// No timed allowance has this id.
    #[error("there is no rule `{id}`")]
    NoRule {
        /// The id as given.
        id: String,
    },
    /// The audit log has no entry of this id.
    #[error("the audit log has no entry `{id}`")]
    NoEntry {
        /// The id as given.
        id: String,
    },
    /// An entry of the audit log is in a form that is not known.
    #[error("the entry cannot be read: {cause}")]
    UnreadableEntry {
        /// Why.
        cause: String,
    },
    /// No change is left that could be undone.
    #[error("there is no change that could be undone")]
    NothingToUndo,
    /// The change cannot be undone.
    #[error("change {id} cannot be undone: {message}")]
    NotUndoable {
        /// The entry's id.
        id: String,
        /// The server's word for why.
        code: String,
        /// The same for people.
        message: String,
        /// What else the server knows of it, such as where others have changed the
        /// same.
        details: Option<Box<Value>>,
    },
    /// Nobody could be asked whether the undo is meant.
    #[error("change {id} was not undone, as nobody could be asked")]
    UndoNotMeant {
        /// The entry's id.
        id: String,
    },
    /// The person was asked whether it is meant, and did not say so.
    #[error("change {id} was not undone")]
    NotUndone {
        /// The entry's id.
        id: String,
    },
    /// No workspace is called so.
    #[error("the server has no workspace `{given}`")]
    NoWorkspace {
        /// The id, name or path as given.
        given: String,
    },
    /// Several workspaces are served, and none was named.
    #[error("several workspaces are served: {}", names.join(", "))]
    SeveralWorkspaces {
        /// Their ids and paths.
        names: Vec<String>,
    },
    /// What is asked takes the clients' token as well, which is not known.
    #[error("this takes the clients' token of {url}, which is not known")]
    ClientTokenNeeded {
        /// The server's URL.
        url: String,
    },
    /// No token with this id lets anybody in.
    #[error("there is no token `{id}`")]
    NoToken {
        /// The id as given.
        id: String,
    },
    /// The beginning of an id is too short to be meant.
    #[error("`{id}` is too short for an id")]
    ShortId {
        /// The beginning as given.
        id: String,
    },
    /// The beginning of an id fits several.
    #[error("`{id}` is the beginning of several ids: {}", fits.join(", "))]
    AmbiguousId {
        /// The beginning as given.
        id: String,
        /// Those that it fits.
        fits: Vec<String>,
    },
    /// The write was allowed and did not happen.
    #[error("request {id} was allowed, but the write failed: {message}")]
    NotWritten {
        /// The request's id.
        id: String,
        /// Why.
        message: String,
    },
    /// A request with much at stake was allowed as if it were any other.
    #[error("request {id} is rated high: {title}")]
    RatedHigh {
        /// The request's id.
        id: String,
        /// What it does.
        title: String,
    },
    /// The person was asked whether it is meant, and did not say so.
    #[error("request {id} was not allowed")]
    NotConfirmed {
        /// The request's id.
        id: String,
    },
    /// A request was allowed that was not shown to its end.
    #[error("request {id} is longer than lists and `show` display it")]
    NotAllShown {
        /// The request's id.
        id: String,
    },
    /// Parts are to be left out of several requests at once.
    #[error("parts can be left out of one request at a time; name one")]
    SeveralAmended,
    /// The server shows the beginning of a change and not the rest.
    #[error("the server does not show the rest of {path}, which request {id} changes")]
    RestUnavailable {
        /// The request's id.
        id: String,
        /// The file.
        path: String,
    },
    /// The files changed between two pages of a diff.
    #[error("the files changed while request {id} was shown")]
    FilesChanged {
        /// The request's id.
        id: String,
    },
    /// The system could not open a browser.
    #[error("no browser could be opened: {0}")]
    BrowserFailed(io::Error),
    /// The browser was started and did not ask for the page.
    #[error("the browser did not ask for the page")]
    BrowserSilent,
    /// The output cannot be written, or the input not be read.
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[from] io::Error),
}

impl TerminalError {
    /// The exit code that the error leads to.
    pub fn exit(&self) -> ExitStatus {
        match self {
            Self::Client(error) => call::exit(error),
            Self::Url(_)
            | Self::SeveralServers { .. }
            | Self::SeveralWorkspaces { .. }
            | Self::UndoNotMeant { .. }
            | Self::ShortId { .. }
            | Self::AmbiguousId { .. }
            | Self::RatedHigh { .. }
            | Self::AgentWaits { .. }
            | Self::NotAllShown { .. }
            | Self::SeveralAmended => ExitStatus::Usage,
            Self::NoServer => ExitStatus::Unreachable,
            Self::NoClientToken { .. } | Self::ClientTokenNeeded { .. } => ExitStatus::Token,
            Self::NoRequest { .. }
            | Self::RequestEnded { .. }
            | Self::NoRule { .. }
            | Self::NoDevice { .. }
            | Self::NoEntry { .. }
            | Self::NothingToUndo
            | Self::NoWorkspace { .. }
            | Self::NoToken { .. } => ExitStatus::Gone,
            Self::NoConsole { .. }
            | Self::OnlyHere { .. }
            | Self::ConsoleOnlyHere { .. }
            | Self::NotWritten { .. }
            | Self::NotConfirmed { .. }
            | Self::NotUndone { .. }
            | Self::NotUndoable { .. }
            | Self::UnreadableEntry { .. }
            | Self::RestUnavailable { .. }
            | Self::FilesChanged { .. }
            | Self::BrowserFailed(_)
            | Self::BrowserSilent
            | Self::Terminal(_) => ExitStatus::Failed,
        }
    }

    /// A word for programs, that later versions keep. What the server refuses
    /// has the server's code.
    pub fn code(&self) -> &str {
        match self {
            Self::Client(error) => call::code(error),
            Self::Url(_) => "invalid_url",
            Self::NoServer => "no_server",
            Self::SeveralServers { .. } => "several_servers",
            Self::NoClientToken { .. } | Self::ClientTokenNeeded { .. } => "no_client_token",
            Self::NoConsole { .. } => "no_console",
            Self::OnlyHere { .. } => "only_here",
            Self::ConsoleOnlyHere { .. } => "console_only_here",
            Self::NoRequest { .. } => "approval_not_found",
            Self::AgentWaits { .. } => "agent_waits",
            Self::RequestEnded { .. } => "approval_ended",
            Self::NoRule { .. } => "rule_not_found",
            Self::NoEntry { .. } => "audit_entry_not_found",
            Self::UnreadableEntry { .. } => "unreadable_entry",
            Self::NothingToUndo => "nothing_to_undo",
            Self::NotUndoable { code, .. } => code,
            Self::NoWorkspace { .. } => "workspace_not_found",
            Self::SeveralWorkspaces { .. } => "several_workspaces",
            Self::NoDevice { .. } | Self::NoToken { .. } => "token_not_found",
            Self::ShortId { .. } => "id_too_short",
            Self::AmbiguousId { .. } => "id_ambiguous",
            Self::NotWritten { .. } => "not_written",
            Self::RatedHigh { .. } => "level_high",
            Self::UndoNotMeant { .. } | Self::NotUndone { .. } | Self::NotConfirmed { .. } => {
                "not_confirmed"
            }
            Self::NotAllShown { .. } => "not_all_seen",
            Self::SeveralAmended => "several_amended",
            Self::RestUnavailable { .. } => "rest_unknown",
            Self::FilesChanged { .. } => "files_changed",
            Self::BrowserFailed(_) | Self::BrowserSilent => "no_browser",
            Self::Terminal(_) => "terminal",
        }
    }

    /// The error for people, over several lines, without hidden characters.
    pub(crate) fn text(&self) -> String {
        let message = self.to_string();
        let mut text = format!("error: {}", escape::line(&message));
        if let Some(help) = self.help() {
            text.push_str("\n  help: ");
            text.push_str(help);
        }
        text
    }

    /// The error for programs: `{"code", "message", "details"?, "help"?}`.
    pub(crate) fn json(&self) -> Value {
        let mut error = Map::new();
        error.insert("code".to_owned(), json!(self.code()));
        error.insert("message".to_owned(), json!(self.to_string()));
        if let Self::NotUndoable {
            details: Some(details),
            ..
        } = self
        {
            error.insert("details".to_owned(), Value::clone(details));
        }
        if let Some(help) = self.help() {
            error.insert("help".to_owned(), json!(help));
        }
        Value::Object(error)
    }

    /// Whether what was answered waits no more, or is another thing by now.
    pub(crate) fn is_settled(&self) -> bool {
        matches!(
            self,
            Self::Client(ClientError::Refused {
                status: 404 | 409,
                ..
            })
        )
    }

    /// Whether the reader of the output has left: nobody is to be told.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Terminal(cause) if cause.kind() == io::ErrorKind::BrokenPipe)
    }
}
