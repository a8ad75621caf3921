//! The host operator's commands, in a terminal.
//!
//! The crate finds a running server, speaks to it over HTTP as the host, and
//! shows what it says. It decides nothing: diffs, risks, masks and deadlines
//! come from the server. It reads no arguments, no environment and no terminal
//! by itself; all that is given to [`run`], which returns the exit code.
//!
//! | module | what it does |
//! | --- | --- |
//! | `command` | what can be asked for |
//! | `candidates` | what an id may be, for completions in a shell |
//! | `run` | one command, from the search for a server to the exit code |
//! | `server` | which server a command is for |
//! | [`run_file`] | how a running server tells where it is |
//! | [`address`] | how other devices reach this machine |
//! | `approvals` | list, show, answer, history, rules |
//! | `audit` | the changes that were made, and undoing them |
//! | `workspaces`, `tokens` | what is served, and what lets others in |
//! | `watch`, `prompt` | requests as they come, and a person who answers them |
//! | `keyboard`, `pager`, `wrap` | keys one by one, long texts, and what a screen holds |
//! | `console`, `pair` | links for a browser, and for another device |
//! | `devices` | the tokens that devices hold |
//! | `screen`, `style`, `table`, `diff`, `details` | what the output looks like |
//! | `level`, `effects`, `origin` | how much is at stake, why, and who asks |
//! | `pages` | what the server leaves out at first |
//! | [`escape`] | remote text cannot drive the terminal |
//! | `id`, [`span`] | ids and times as people read them |
//! | `error`, `exit` | what went wrong, for people and for programs |
//!
//! # Output
//!
//! With [`OutputForm::Json`] the output is one JSON document, as the server sends it
//! where it sends one, or with `watch` one a line. What went wrong
//! stands there as well, as `{"error": {"code", "message", "help"?}}`: whoever reads
//! the output finds JSON in every case. Exit codes are the same in both forms.
//!
//! ```
//! use openwork_terminal::{ApprovalsCommand, TerminalCommand, ExitStatus, OutputForm, Screen, ServerSearch, Terminal};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let (mut out, mut err) = (Vec::new(), Vec::new());
//! let mut terminal = Terminal {
//!     screen: Screen {
//!         out: &mut out,
//!         err: &mut err,
//!         form: OutputForm::Text,
//!         colour: false,
//!         columns: None,
//!         clock: || 0,
//!     },
//!     input: &mut tokio::io::empty(),
//!     interactive: false,
//!     keyboard: None,
//!     open: &|_| Ok(()),
//! };
//! let nowhere = ServerSearch::default();
//! let exit = openwork_terminal::run(&TerminalCommand::Approvals(ApprovalsCommand::List), &nowhere, &mut terminal).await;
//! assert_eq!(exit, ExitStatus::Unreachable);
//! assert!(err.starts_with(b"error: no running server was found\n"));
//! # });
//! # Ok::<(), std::io::Error>(())
//! ```

mod approvals;
mod audit;
mod candidates;
mod command;
mod console;
mod details;
mod devices;
mod diff;
mod effects;
mod error;
mod exit;
mod id;
mod keyboard;
mod level;
mod origin;
mod pager;
mod pages;
mod pair;
mod prompt;
mod run;
mod screen;
mod server;
mod style;
mod table;
mod tokens;
mod watch;
mod workspaces;
mod wrap;

pub mod address;
pub mod escape;
pub mod run_file;
pub mod span;

pub use candidates::{CompletableId, IdCandidate, candidates};
pub use command::{
    AgentReply, ApprovalsCommand, AuditCommand, DevicesCommand, HistoryFilter, NoSpan, PairCommand,
    PairTerms, RememberSpan, TerminalCommand, UndoTarget,
};
pub use console::console_link;
pub use error::TerminalError;
pub use exit::ExitStatus;
pub use keyboard::{
    KeyDecoder, KeyInput, KeyPress, Keyboard, KeyboardFuture, PagerChoice, ScreenSize,
};
pub use openwork_api::DeviceScope;
pub use openwork_api::client::BaseUrl;
pub use pair::{NoPublicUrl, PublicUrl};
pub use run::run;
pub use screen::{OutputForm, Screen, Terminal};
pub use server::ServerSearch;
pub use tokens::TokensCommand;
pub use workspaces::WorkspacesCommand;
