//! Serves a workspace until Ctrl-C, and decides by itself what may be changed.
//!
//! `cargo run -p openwork --example serve -- DIRECTORY`
#![expect(clippy::print_stdout, reason = "a program for the terminal")]
#![expect(clippy::disallowed_methods, reason = "a program reads its arguments")]

use openwork::Workspace;
use openwork::approval::Reply;
use openwork::change::Change;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let (client, host) = ("client-token-for-a-try", "host-token-for-a-try");

    let server = openwork::Server::builder()
        .workspace(Workspace::open(dir)?)
        .tokens(client, host)
        .approver(|request| match request.change() {
            Change::AddPlugin(spec) if spec.registry_name() == Some("safe-one") => Reply::allow(),
            _ => Reply::deny("only safe-one"),
        })
        .bind("127.0.0.1:0")
        .await?;
    println!("{}", server.local_addr());
    tokio::signal::ctrl_c().await?;
    server.shut_down().await?;
    Ok(())
}
