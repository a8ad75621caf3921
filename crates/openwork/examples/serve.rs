//! Serves a workspace until Ctrl-C, and decides by itself what may be changed.
//!
//! `cargo run -p openwork --example serve -- DIRECTORY`
#![expect(clippy::print_stdout, reason = "a program for the terminal")]
#![expect(clippy::disallowed_methods, reason = "a program reads its arguments")]

use openwork::approval::Reply;
use openwork::change::Change;
use openwork::{Server, Workspace};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let server = Server::builder()
        .workspace(Workspace::open(directory)?)
        .tokens("client-token-for-a-try", "host-token-for-a-try")
        .approver(|request| match request.change() {
            Some(Change::AddPlugin(spec)) if spec.as_str().starts_with("opencode-") => {
                Reply::allow()
            }
            _ => Reply::deny().saying("only plugins of opencode-"),
        })
        .bind("127.0.0.1:0")
        .await?;
    println!("{}", server.local_addr());
    tokio::signal::ctrl_c().await?;
    server.shut_down().await?;
    Ok(())
}
