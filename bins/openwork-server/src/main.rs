//! Serves OpenWork workspaces to the desktop app and to remote clients.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`environment`] | what the process was started with, read in one place |
//! | [`args`] | the command line |
//! | [`settings`] | defaults, `server.json`, environment and flags, layered |
//! | [`log`] | events as lines: text on standard error, JSON on standard output |
//! | [`commands`] | what the host's operator asks a running server |
//! | [`completing`] | the words of a shell's command line, completed |
//! | [`local`] | what needs no running server |
//! | [`doctor`] | what the doctor is asked about |
//! | [`service`] | what the system needs to start a server by itself |
//! | [`run_file`] | how the commands find a running server |
//! | [`token_key`] | the key that the host's token is hashed with |
//! | [`stores`], [`state`] | the workspaces opened, and the files that the server keeps for itself |
//! | [`workspace_list`] | which workspace is the first, kept in `server.json` |
//! | [`notify`] | a line of log, and word to [`hooks`], for each request that nobody watches |
//! | [`hooks`] | people elsewhere are told, by a program or a URL |
//! | [`listen`], [`tls`] | the TCP listener, and the certificate that it shows |
//! | [`serve`] | the layers linked, running until something asks them to stop |
//! | [`handles`] | how many files and connections may be open |
//! | [`lifecycle`], [`ready`] | what ends the process, and who is told that it began |
//! | [`boot`] | the lines that a start prints |
//! | [`problem`] | what stops a start: the thing, the place and the next step |
//! | [`run`] | puts them together |

mod args;
mod boot;
mod commands;
mod completing;
mod doctor;
mod environment;
mod handles;
mod hooks;
mod lifecycle;
mod listen;
mod local;
mod log;
mod notify;
mod problem;
mod ready;
mod run;
mod run_file;
mod serve;
mod service;
mod settings;
mod state;
mod stores;
mod tls;
mod token_key;
mod workspace_list;

use std::process::ExitCode;

fn main() -> ExitCode {
    run::main(std::env::args_os())
}
