//! Asks before something happens that has nothing to do with files.
//!
//! `cargo run -p openwork --example gate`
#![expect(clippy::print_stdout, reason = "a program for the terminal")]
#![expect(clippy::redundant_closure, reason = "it shows what is handed over")]

use std::io;
use std::time::Duration;

use openwork::approval::{Ask, Decision, Reply, Request};

/// What this program wants to do; it only says that it does.
#[derive(Clone, Copy)]
struct Command {
    line: &'static str,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let command = Command {
        line: "terraform apply -auto-approve",
    };

    let gate = openwork::approval::Gate::builder()
        .timeout(secs(300))
        .build();
    tokio::spawn(gate.clone().approve_with(|request| ask_on_stdin(request)));
    let permit = gate
        .ask(Ask::new("infra", "terraform apply", command).by("ci"))
        .await?;
    permit.settle(run(&command).await);
    Ok(())
}

/// Asks whoever sits here. Meanwhile the only thread stands still, which has
/// nothing else to do; an answer after the deadline counts for nothing.
fn ask_on_stdin(request: &Request<Command>) -> Reply {
    println!("{} in {}? [y/n]", request.subject.line, request.scope);
    let mut answer = String::new();
    match io::stdin().read_line(&mut answer) {
        Ok(_) if answer.trim() == "y" => Reply::allow(),
        Ok(_) => Reply::deny("not now"),
        Err(_) => Decision::Deny.into(),
    }
}

async fn run(command: &Command) -> io::Result<()> {
    tokio::task::yield_now().await;
    println!("running {}", command.line);
    Ok(())
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}
